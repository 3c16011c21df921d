"""A tenth study takes one folder: its page, table, manifest, figures and command are there."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from tests.fixtures.pages import figures, outline
from tests.studies.toy.command import waiting_command
from tests.studies.toy.study import waiting

HERE = Path(__file__).parent
SHARED = ("--seed", "--set", "--rounds", "--lens", "--out", "--workers", "--cluster", "--quiet")


def test_a_study_is_one_small_folder() -> None:
    parts = [path for path in HERE.glob("*.*") if path.name != Path(__file__).name]
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in parts) < 300
    assert {path.name for path in parts} >= {
        "result.py", "text.py", "charts.py", "page.py", "study.py", "how_to_read.html.j2",
    }  # fmt: skip


def test_it_answers_in_python() -> None:
    found = waiting("two-neighbours", runs=20, seed=1)
    assert found.page.lead.endswith("of 20\u00a0runs.")
    assert len(found.figures) == len(found.found.names) == len(found.page.headline.rows)
    assert len(found.to_dataframe()) == 20 * len(found.found.names)
    assert "<table>" in found._repr_html_()


def test_its_command_writes_a_whole_page_a_table_and_a_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = CliRunner().invoke(waiting_command, ["two-neighbours", "--runs", "20"])
    assert typed.exit_code == 0, typed.output
    folder = Path("reports") / "two-neighbours-waiting"
    assert f"Report: {folder / 'report.html'}" in typed.output
    html = (folder / "report.html").read_text(encoding="utf-8")
    outline(html)
    assert len(figures(html)) == html.count("<figure ") > 0
    assert "How to read this page" in html
    assert len(pd.read_csv(folder / "results.csv")) == 20 * len(figures(html))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["study"] == "waiting"
    assert manifest["command"] == "entente waiting two-neighbours --runs 20 --seed 0"
    assert manifest["command"] in html


def test_its_help_has_the_options_that_all_studies_share() -> None:
    said = CliRunner().invoke(waiting_command, ["--help"]).output
    assert "See how long one waits for each watched event." in said
    assert all(option in said for option in SHARED)
