"""Exports in programs that are not Python: R, and LibreOffice in Excel's stead."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from sim.results import workbook
from sim.results.export import NAME, R, lines
from sim.studies.run.study import Runs
from tests.fixtures.exported_results import TITLE, exported, in_calc, in_r, results


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return results(tmp_path_factory.mktemp("readers"))


LOOK = """
day <- if (is.character(events$from)) events$from[1] else format(events$from[1], "%Y-%m-%d")
cat(nrow(events), nrow(runs), names(runs)[1], day, typeof(events$cameo),
    paste(sort(unique(events$cameo)), collapse = "+"), sum(events$cameo_root),
    mean(runs$came_settled, na.rm = TRUE), sum(is.na(watched$round)),
    sum(events$accepted), sep = "|")
"""


@pytest.mark.parametrize("kind", ["csv", "xlsx", "stata"])
@pytest.mark.parametrize("start", ["2016-10-01", "1618-05-23"])
def test_the_lines_for_r_read_every_table(kind: str, start: str, tmp_path: Path) -> None:
    found = results(tmp_path, start)
    exported(found, tmp_path, kind)
    resources = json.loads((tmp_path / NAME).read_text("utf-8"))["resources"]
    read = [lines(one, f"{tmp_path.as_posix()}/")[R] for one in resources]
    needed = {"xlsx": ("readxl",), "stata": ("haven",)}.get(kind, ())
    shown = in_r("\n".join([*read, LOOK]), *needed)
    moves, runs = found.events(), found.to_dataframe(by="run")
    assert shown.strip().split("|") == [
        str(len(moves)), "12", "run", str(moves["from"].iloc[0])[:10], "character", "061+138",
        str(moves["cameo_root"].sum()), f"{runs['came_settled'].mean():.7g}",
        "11", str(moves["accepted"].sum()),
    ]  # fmt: skip


def test_base_r_without_a_word_about_types_still_knows_the_code(
    found: Runs, tmp_path: Path
) -> None:
    exported(found, tmp_path, "csv")
    shown = in_r(
        f"""
        events <- read.csv("{tmp_path.as_posix()}/events.csv")
        cat(names(events)[1], class(events$accepted), class(events$cameo), sep = "|")
        cat("", unique(events$cameo_name[events$cameo_root == 6]), sep = "|")
        """
    )
    assert shown.strip() == "run|integer|integer|cooperate economically"


def test_a_workbook_in_libreoffice(found: Runs, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    exported(found, tmp_path, "xlsx")
    book = openpyxl.load_workbook(tmp_path / workbook.NAME)
    asked = book.create_sheet("asked")
    asked["A1"] = "=AVERAGE(came_settled)"
    asked["A2"] = "=COUNT(round_settled)"
    asked["A3"] = "=COUNTBLANK(came_settled)"
    book.save(tmp_path / "asked.xlsx")
    shown = in_calc(tmp_path / "asked.xlsx", tmp_path)
    answers = (shown / "asked-asked.csv").read_text("utf-8").split()
    assert [float(answer) for answer in answers] == [pytest.approx(1 / 11), 1, 1]
    with (shown / "asked-events.csv").open(encoding="utf-8", newline="") as file:
        moves = list(csv.DictReader(file))
    assert {row["cameo"] for row in moves} == {"061", "138"}
    assert moves[0]["from"] == str(found.events()["from"].iloc[0])[:10]
    with (shown / "asked-summary.csv").open(encoding="utf-8", newline="") as file:
        assert TITLE in {row["name"] for row in csv.DictReader(file)}


def test_days_before_march_1900_in_libreoffice(tmp_path: Path) -> None:
    exported(results(tmp_path, "1618-05-23"), tmp_path, "xlsx")
    shown = in_calc(tmp_path / workbook.NAME, tmp_path)
    with (shown / "tables-summary.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["from"] == "1618-05-23"
