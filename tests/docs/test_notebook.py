"""The notebooks in docs run from top to bottom, and are kept without their outputs."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli.app import execute as entente
from tests.fixtures.paths import ROOT

NOTEBOOKS = sorted((ROOT / "docs").glob("*.ipynb"))
SECONDS = 300
LONGEST = 60
"""Lines of code from an empty file to a compared report, at most."""

Cells = list[dict[str, Any]]


def _run(name: str, top: Path) -> Cells:
    """Its code cells, run in a copy of the checkout's folders."""
    import nbformat
    from nbclient import NotebookClient

    shutil.copytree(ROOT / "scenarios", top / "scenarios")
    (top / "docs").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        patch.setenv("HOME", str(top))
        notebook = nbformat.read(ROOT / "docs" / name, as_version=4)  # type: ignore[no-untyped-call]
        client = NotebookClient(
            notebook, timeout=SECONDS, resources={"metadata": {"path": str(top / "docs")}}
        )
        client.execute()
    return [dict(cell) for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Cells:
    top = tmp_path_factory.mktemp("checkout")
    cells = _run("comparison.ipynb", top)
    assert (top / "reports" / "from-the-notebook" / "report.html").is_file()
    return cells


def output(done: Cells, words: str) -> dict[str, Any]:
    """What the cell that holds the words shows."""
    (cell,) = [one for one in done if words in one["source"]]
    assert cell["outputs"], words
    return dict(cell["outputs"][-1]["data"])


def test_studies_show_themselves_and_stay_small(done: Cells) -> None:
    for words in ("runs = sim.run(base", "found = sim.compare([base", "by_lens = sim.compare("):
        shown = output(done, words)["text/html"]
        assert "<table>" in shown
        assert len(shown) < 20_000


def test_figures_and_tables_are_there(done: Cells) -> None:
    assert "application/vnd.plotly.v1+json" in output(done, 'found.figures["forest-outcomes-0"]')
    assert "Affinity of the two" in output(done, "end[[")["text/html"]


def test_pairs_are_one_run_until_they_part(done: Cells) -> None:
    shares = ast.literal_eval(output(done, "same_so_far =")["text/plain"])
    values = list(shares.values())
    assert values[0] == 1
    assert values == sorted(values, reverse=True)
    assert values[-1] < 1


def test_a_theory_of_ones_own_goes_from_an_empty_file_to_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = _run("own-theory.ipynb", tmp_path)
    lines = [line for cell in cells for line in cell["source"].splitlines() if line.strip()]
    assert len(lines) < LONGEST
    assert "worth" in output(cells, "onlooker")["text/plain"]
    (compared,) = [cell for cell in cells if "found.page.lead" in cell["source"]]
    assert "They differ most on" in compared["outputs"][-1]["text"]
    table = output(cells, "found.to_dataframe()")["text/html"]
    assert "both hold a grudge" in table
    assert (tmp_path / "reports" / "grudge" / "report.html").is_file()
    # What it says of the command line.
    monkeypatch.chdir(tmp_path / "docs")
    theories = "quantal,best_response,grudge.py:grudge"
    assert entente(["compare", "two-neighbours", "--theory", theories, "--runs", "20"]) == 0


def test_two_who_hold_a_grudge_end_further_apart(tmp_path: Path) -> None:
    """What the notebook says of its own result."""
    cells = json.loads((ROOT / "docs" / "own-theory.ipynb").read_text("utf-8"))["cells"]
    (text,) = [one for one in map("".join, (c["source"] for c in cells)) if "%%writefile" in one]
    (tmp_path / "grudge.py").write_text(text.partition("\n")[2], encoding="utf-8")
    theory = f"{tmp_path / 'grudge.py'}:grudge"
    under = {"built in": "quantal", "both": theory}
    end = sim.compare("two-neighbours", under=under, runs=300).to_dataframe()
    end = end[end["until"] == end["until"].max()].set_index("name")
    assert end["low_all"]["Tension in the valley"] > 0
    assert end["high_all"]["Affinity of the two"] < 0


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_outputs(path: Path) -> None:
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert all(not cell.get("outputs") for cell in kept["cells"])
