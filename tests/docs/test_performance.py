"""The page on performance says what was measured."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.benchmarks import charts, figures
from tests.docs import performance
from tests.docs.performance import DOCUMENT, MEASURED


def test_its_tables_are_those_of_the_figures() -> None:
    text = DOCUMENT.read_text("utf-8")
    found = figures.read(MEASURED)
    assert text == performance.rewritten(text, found), "write: python -m tests.docs.performance"


def test_every_part_that_was_measured_has_its_place() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert set(re.findall(r"<!-- performance: (\w+) -->", text)) == set(figures.read(MEASURED))


def test_its_charts_were_drawn_from_the_figures() -> None:
    found = figures.read(MEASURED)
    assert charts.up_to_date(found, DOCUMENT.parent), "write: python -m tests.docs.performance"


def test_a_chart_is_drawn_whole_and_knows_what_it_was_drawn_from(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    found = figures.read(MEASURED)
    assert [path.name for path in charts.write(found, tmp_path)] == list(charts.CHARTS)
    assert charts.up_to_date(found, tmp_path)
    first = found["suite"]["contestants"][0]
    first["seconds"] = [2 * seconds for seconds in first["seconds"]]
    assert not charts.up_to_date(found, tmp_path)
    for name in charts.CHARTS:
        root = ElementTree.parse(tmp_path / name).getroot()
        words = [text for part in root.iter("{http://www.w3.org/2000/svg}text")
                 if (text := "".join(part.itertext()).strip())]  # fmt: skip
        assert words
        # Each colour of the file has its counterpart for a dark page.
        used = set(re.findall(r"(?:fill|stroke): (#\w{6})", (tmp_path / name).read_text("utf-8")))
        assert used <= {colour.lower() for colour in charts.DARK}


def test_what_was_not_measured_is_said() -> None:
    text = performance.rewritten("<!-- performance: suite -->\nold\n<!-- end -->", {})
    assert text == "<!-- performance: suite -->\nNot measured.\n<!-- end -->"
