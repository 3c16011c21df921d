"""Each command and each piece of code in the documents does what it says.

The blocks of one document are carried out in their order, in one folder that is no
checkout: a reader who follows the page from the start meets the same files. Commands are
typed in this process; tests/test_installed.py starts them as a reader does.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sim.claims.proposition import load_proposition
from sim.cli.app import execute as entente
from sim.evaluation.record import load_record
from sim.scenario.loading import load_scenario
from sim.scenario.schema import Library
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import parse
from sim.simulation.ensemble import run
from sim.studies.propositions.result import experiments
from tests.docs.markdown import BY_CI, Block, blocks, documents, shown
from tests.fixtures.paths import ROOT

OURS = ("entente", ".venv/bin/entente")
WITH_CODE = [path for path in documents() if blocks(path)]


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder; in it what the documents speak of and the program does not make."""
    for folder in ("propositions", "records"):
        (tmp_path / "scenarios" / folder).mkdir(parents=True)
    shutil.copytree(ROOT / "reports" / "example", tmp_path / "reports" / "example")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("document", WITH_CODE, ids=shown)
def test_its_code_runs(
    document: Path, top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    found = blocks(document)
    for block in found:
        if block.name:
            (top / "scenarios" / block.name).write_text(block.text, encoding="utf-8")
    first = next((block.name for block in found if block.name), None)
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in found:
        if block.language == "sh":
            for line in block.text.splitlines():
                _command(line, block, capsys)
        elif block.language == "python":
            exec(compile(block.text, block.place, "exec"), names)
        elif block.language == "r":
            _in_r(block, top)
        elif block.language == "yaml":
            _yaml(block, first, top / "scenarios")
        else:
            assert block.language == "text", f"{block.place}: what is '{block.language}'?"


def _command(line: str, block: Block, capsys: pytest.CaptureFixture[str]) -> None:
    """Carry out a line; of a line that CI runs, only the step that runs a scenario."""
    for step in line.split(" && "):
        words = shlex.split(step, comments=True)
        if not words:
            continue
        if words[0] not in OURS:
            assert block.by_ci, f"{block.place}: nothing runs '{step}'; say <!-- {BY_CI} -->"
            continue
        capsys.readouterr()
        code = entente(words[1:])
        shown = capsys.readouterr()
        assert code == 0, f"{block.place}: {step}\n{shown.out}\n{shown.err}"


def _in_r(block: Block, top: Path) -> None:
    """Run it where R, and the packages that it loads, are installed."""
    if shutil.which("Rscript") is None:
        return
    for package in re.findall(r"library\((\w+)\)", block.text):
        there = f'quit(status = !requireNamespace("{package}", quietly = TRUE))'
        if subprocess.run(["Rscript", "-e", there], check=False).returncode:
            return
    done = subprocess.run(
        ["Rscript", "-e", block.text], cwd=top, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{block.place}: {done.stderr}"


def _yaml(block: Block, first: str | None, folder: Path) -> None:
    """Run a whole scenario; lay an excerpt over the document's first one."""
    root = parse(block.text, block.place) if _says_something(block.text) else None
    if root is None:
        return
    if set(root.fields) <= {"articles", "facts", "data"}:
        library, faults = validate(Library, root)
        assert library is not None, f"{block.place}: {faults}"
        return
    path = folder / (block.name or "excerpt.yaml")
    if "claim" in root.fields:
        claim = load_proposition(path)
        assert experiments([claim], pairs=10), block.place
        return
    if "questions" in root.fields:
        assert load_record(path), block.place
        return
    if not block.name:
        assert first is not None, f"{block.place}: an excerpt of what?"
        path.write_text(f"extends: {first}\n{block.text}", encoding="utf-8")
    scenario = load_scenario(path)
    results = run(scenario, runs=10)
    assert (results["failed_round"] < 0).all(), block.place


def _says_something(text: str) -> bool:
    return any(line and not line.startswith("#") for line in text.splitlines())
