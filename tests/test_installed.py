"""The wheel alone, in an empty environment outside the checkout, does what the tour shows."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import pytest

from sim.errors import DISTRIBUTION
from sim.simulation.fingerprint import package_version
from tests.docs.markdown import blocks
from tests.fixtures.environments import OLDEST, WAIT, carried_out, clean, interpreters, tool
from tests.fixtures.paths import ROOT

TEXT = (".json", ".html", ".csv", ".md")
SOON = ("list", "run", "describe", "new", "validate", "export", "rerun")
"""What is tried on the oldest Python; on the newest it is all kinds of commands."""
TYPE_IN = """
import json, sys
import click
from sim.cli.app import entente, execute
for words in json.loads(sys.argv[1]):
    taken = {one.name for one in entente.get_command(click.Context(entente), words[0]).params}
    few = [word for name in taken & {"runs", "pairs"} for word in (f"--{name}", "20")]
    if code := execute([*words, *few]):
        sys.exit(f"{words}: exit code {code}")
"""
"""Carries out commands, of few runs, in one process, which loads the program once."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    by_pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT]
    uv = tool()
    carried_out([*uv, "build", "-q", "--wheel", "-o", folder, ROOT] if uv else by_pip, folder)
    (built,) = folder.glob("*.whl")
    return built


def installed(wheel: Path, python: str, folder: Path) -> Path:
    """An environment with the wheel and what it needs, and nothing else; its commands' folder."""
    commands = folder / ("Scripts" if os.name == "nt" else "bin")
    if uv := tool():
        carried_out([*uv, "venv", "-q", "--python", python, folder], folder.parent)
        carried_out([*uv, "pip", "install", "-q", "--python", folder, wheel], folder.parent)
    else:
        carried_out([python, "-m", "venv", folder], folder.parent)
        carried_out([commands / "python", "-m", "pip", "install", "-q", wheel], folder.parent)
    return commands


@pytest.mark.parametrize("which", ["oldest", "newest"])
def test_readme_holds_outside_the_checkout(wheel: Path, tmp_path: Path, which: str) -> None:
    there = interpreters()
    version = OLDEST if which == "oldest" else max(there)
    if version not in there:
        pytest.skip(f"no Python {OLDEST[0]}.{OLDEST[1]} on this machine")
    if which == "newest" and version == OLDEST:
        pytest.skip(f"no Python newer than {OLDEST[0]}.{OLDEST[1]} on this machine")
    commands, desk = installed(wheel, there[version], tmp_path / "env"), tmp_path / "desk"
    desk.mkdir()
    python = commands / "python"
    lines = [shlex.split(line)[1:] for line in tour(SOON if version == OLDEST else ())]
    carried_out([python, "-c", TYPE_IN, json.dumps(lines)], desk)
    assert (desk / "scenarios" / "schema.json").is_file()
    names_no_machine(desk, tmp_path)
    extends_by_name(commands, desk)
    told = carried_out([python, "-m", "sim", "--version"], desk)
    assert told.strip() == f"entente {package_version()}"
    asked = f"from importlib.metadata import version as v; print(v('{DISTRIBUTION}'))"
    assert carried_out([python, "-c", asked], desk).strip() == package_version()
    assert carried_out([commands / "entente", "list"], desk).count("yamaguchi") == 2
    serves_a_class(commands, desk)


def tour(verbs: Sequence[str]) -> list[str]:
    """The tour's commands in their order: the first of each kind."""
    shown = [block for block in blocks(ROOT / "docs" / "tour.md") if block.language == "sh"]
    lines = [line for block in shown for line in block.text.splitlines()]
    assert all(line.startswith("entente ") for line in lines)
    first = {line.split()[1]: line for line in reversed(lines)}
    assert set(verbs) <= set(first)
    wanted = [first[verb] for verb in verbs or first]
    return [line for line in lines if line in wanted]


def names_no_machine(desk: Path, top: Path) -> None:
    """No file of a run or a study has a folder of this machine in it."""
    written = [path for path in (desk / "reports").rglob("*") if path.suffix in TEXT]
    assert len(written) > 8
    for path in written:
        text = path.read_text(encoding="utf-8")
        assert str(top) not in text, path
        assert "site-packages" not in text, path


def extends_by_name(commands: Path, desk: Path) -> None:
    """A file of one's own builds on one that came along, and can be run again from its manifest."""
    (desk / "mine.yaml").write_text(
        "extends: yamaguchi-2016\ntitle: Mine\nactors: {japan: {power: 0.3, why: a trial}}\n"
    )
    carried_out([commands / "entente", "run", "mine.yaml", "--runs", 3, "-q"], desk)
    moved = desk.parent / "elsewhere" / "manifest.json"
    moved.parent.mkdir()
    (desk / "reports" / "mine" / "manifest.json").rename(moved)
    files = json.loads(moved.read_text(encoding="utf-8"))["files"]
    assert [file.get("shipped", False) for file in files] == [False, True, True, True]
    carried_out([commands / "entente", "rerun", "manifest.json"], moved.parent)


def serves_a_class(commands: Path, desk: Path) -> None:
    """The students' page comes with its style."""
    served = subprocess.Popen(
        [commands / "entente", "classroom", "two-neighbours", "--port", "0", "--quiet"],
        cwd=desk, env=clean(), stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    try:
        assert served.stdout is not None
        found = None
        while found is None:
            line = served.stdout.readline()
            assert line, "the classroom ended before it named its address"
            found = re.search(r"Students:\s+(http://\S+)", line)
        with urllib.request.urlopen(found[1], timeout=WAIT) as answer:
            page = answer.read().decode()
        style = re.search(r'href="(/[^"]+\.css[^"]*)"', page)
        assert style is not None
        with urllib.request.urlopen(found[1].rstrip("/") + style[1], timeout=WAIT) as answer:
            assert answer.status == 200
    finally:
        served.terminate()
        served.wait(WAIT)
        assert served.stdout is not None
        served.stdout.close()
