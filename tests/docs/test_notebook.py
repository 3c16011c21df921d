"""The notebook in docs runs from top to bottom, and is kept without its outputs."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.paths import ROOT

NOTEBOOK = ROOT / "docs" / "comparison.ipynb"
SECONDS = 300


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Its code cells, run in a copy of the checkout's folders."""
    import nbformat
    from nbclient import NotebookClient

    top = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "scenarios", top / "scenarios")
    (top / "docs").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        patch.setenv("HOME", str(top))
        notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
        client = NotebookClient(
            notebook, timeout=SECONDS, resources={"metadata": {"path": str(top / "docs")}}
        )
        client.execute()
    assert (top / "reports" / "from-the-notebook" / "report.html").is_file()
    return [dict(cell) for cell in notebook.cells if cell.cell_type == "code"]


def output(done: list[dict[str, Any]], words: str) -> dict[str, Any]:
    """What the cell that holds the words shows."""
    (cell,) = [one for one in done if words in one["source"]]
    assert cell["outputs"], words
    return dict(cell["outputs"][-1]["data"])


def test_studies_show_themselves_and_stay_small(done: list[dict[str, Any]]) -> None:
    for words in ("runs = sim.run(base", "found = sim.compare([base", "theories = sim.compare("):
        shown = output(done, words)["text/html"]
        assert "<table>" in shown
        assert len(shown) < 20_000


def test_figures_and_tables_are_there(done: list[dict[str, Any]]) -> None:
    assert "application/vnd.plotly.v1+json" in output(done, 'found.figures["forest-outcomes-0"]')
    assert "Affinity of the two" in output(done, "end[[")["text/html"]


def test_pairs_are_one_run_until_they_part(done: list[dict[str, Any]]) -> None:
    shares = ast.literal_eval(output(done, "same_so_far =")["text/plain"])
    values = list(shares.values())
    assert values[0] == 1
    assert values == sorted(values, reverse=True)
    assert values[-1] < 1


def test_it_is_kept_without_outputs() -> None:
    kept = json.loads(Path(NOTEBOOK).read_text(encoding="utf-8"))
    assert all(not cell.get("outputs") for cell in kept["cells"])
