"""Compare: pinned variants against the file, in words whose numbers are those of the study."""

from __future__ import annotations

import math
import re
from concurrent.futures import Future
from pathlib import Path

import pytest

from sim.lab.difference_words import becomes, chart_of, counted_per_run, difference, odds
from sim.lab.pages.compare import compared, held_against_base
from sim.lab.variant import Variant
from sim.lab.work import SupersededError
from sim.studies.comparison.study import compare
from tests.fixtures.lab_room import LabRoom, words
from tests.fixtures.pages import EVIL, outline

NAME = "two-neighbours"
PATH = "coefficients.rationality"
LOW, HIGH = "0.3", "2.5"


@pytest.fixture
def visitor(room: LabRoom) -> str:
    who = room.enter()
    room.post("/bench/open", who, scenario=NAME)
    return who


def pin(room: LabRoom, who: str, value: str, name: str) -> None:
    room.post("/bench/change", who, path=PATH, value=value)
    assert room.post("/bench/pin", who, name=name).status_code == 303


def test_the_page_says_what_to_do_where_nothing_is_pinned(room: LabRoom, visitor: str) -> None:
    page = room.get("/compare", visitor)
    assert "Nothing is set aside yet" in page.text
    assert room.get("/compare/result", visitor).status_code == 404


def test_pinned_variants_and_the_open_one_are_held_against_the_file(
    room: LabRoom, visitor: str
) -> None:
    pin(room, visitor, LOW, "Loose")
    pin(room, visitor, HIGH, EVIL)
    room.post("/bench/change", visitor, path="actors.north.power", value="0.9")
    page = room.get("/compare", visitor)
    assert EVIL not in page.text
    outline(page.text)
    assert EVIL[:80] in words(page.text)
    result = room.get("/compare/result", visitor)
    assert result.status_code == 200
    assert EVIL not in result.text
    for name in ("Loose", "As it is now"):
        assert f">{name}</h2>" in result.text
    assert "2,000\u00a0pairs of runs" in result.text
    assert room.get("/compare/result", visitor).text == result.text


def test_its_words_are_the_studys_numbers() -> None:
    variants = [Variant(Path(NAME)).with_change(PATH, value) for value in (LOW, HIGH)]
    named = [Variant(one.base, one.changes, f"v{nth}") for nth, one in enumerate(variants)]
    mine = held_against_base(Variant(Path(NAME)), named)
    base = variants[0].base_scenario()
    scenarios = [base, *(one.scenario() for one in variants)]
    theirs = compare(scenarios, runs=2000, seed=base.description.seed)
    for one, two in zip(mine.contrasts, theirs.contrasts, strict=True):
        assert [each.among_all for each in one.found] == [each.among_all for each in two.found]
    told = [each for pair in mine.contrasts for each in pair.notable]
    assert told
    for each in told:
        said = becomes(each)
        scale = 100 if each.in_points else 1
        ends = sorted(scale * abs(end) for end in each.among_all)
        match = re.search(r"by ([\d.,]+) to ([\d.,]+)|by about ([\d.,]+)", said)
        assert match, said
        written = [match[1] or match[3], match[2] or match[3]]
        # Two digits that count: half of the last one, of the larger end.
        near = 0.05 * 10 ** math.floor(math.log10(ends[1])) + 1e-9
        assert [float(one) for one in written] == pytest.approx(ends, abs=near)
        assert float(written[0]) > 0
        # The ends beside it, and their difference, have the digits of the table.
        before, after = (each.amount(float(row[-1])) for row in (each.reference, each.changed))
        assert f"{after} instead of {before}" in said
        assert ("on average" in said) == (not each.in_points)
        if each.in_points:
            assert difference(each).startswith(f"{each.gap(each.difference)} (")
        for end in {*written}:
            assert len(end.replace(".", "").lstrip("0")) <= 3 + end.count(",")
            assert end in difference(each)
        rises = each.difference > 0
        assert any(word in said for word in (("likelier", "higher", "more of") if rises else
                                             ("less likely", "lower", "fewer of")))  # fmt: skip


def test_no_rounded_difference_stands_beside_the_counts_it_comes_from(
    room: LabRoom, visitor: str
) -> None:
    told = "A toward B: “talk” 0.02 more per run (0.04 → 0.07); A proposes it more often"
    assert counted_per_run(told) == (
        "A toward B: “talk” more often (0.04 → 0.07 per run); A proposes it more often"
    )
    assert counted_per_run("“talk” about as often (0.04 → 0.04)").endswith("(0.04 → 0.04)")
    pin(room, visitor, LOW, "Loose")
    result = room.get("/compare/result", visitor).text
    assert not re.search(r"\d (more|less) per run", result)
    assert "48 to 54" not in result
    assert "a little wider than those of Turn" in result


def test_a_seed_is_not_compared(room: LabRoom, visitor: str) -> None:
    room.post("/bench/change", visitor, path="seed", value="12")
    assert room.post("/bench/pin", visitor, name="Other luck").status_code == 303
    assert "Its seed is not taken here" in room.get("/compare", visitor).text
    assert "Nothing differs" in room.get("/compare/result", visitor).text


def test_what_is_open_is_shown_once(room: LabRoom, visitor: str) -> None:
    pin(room, visitor, LOW, "Loose")
    bench = next(one for one in room.lab.benches() if one.pinned)
    assert [one.name for one in compared(bench)] == ["Loose"]


def test_the_fans_are_those_of_the_chosen_variant(room: LabRoom, visitor: str) -> None:
    pin(room, visitor, LOW, "Loose")
    told = room.get("/compare/fans?number=0", visitor).json()
    found = room.lab.ensembles.play(Variant(Path(NAME)).with_change(PATH, LOW), 2000)
    assert told["now"]["outcomes"] == found.bands()["outcomes"]
    for wrong in ("1", "-1", "x", ""):
        assert room.get(f"/compare/fans?number={wrong}", visitor).status_code == 404


def test_charts_and_sentences_have_one_interval(room: LabRoom, visitor: str) -> None:
    pin(room, visitor, LOW, "Loose")
    assert room.get("/compare/fans?number=0", visitor).json()["now"]["words"] == {}
    room.get("/compare/result", visitor)
    said = room.get("/compare/fans?number=0", visitor).json()["now"]["words"]
    found = held_against_base(Variant(Path(NAME)), [Variant(Path(NAME)).with_change(PATH, LOW)])
    assert said == {chart_of(one): difference(one) for one in found.contrasts[0].found}


def test_the_whole_report_is_one_click_away(room: LabRoom, visitor: str) -> None:
    pin(room, visitor, LOW, "Loose")
    found = room.get("/compare/report", visitor)
    assert found.status_code == 200
    assert "Loose against" in found.text
    assert "'self'" not in found.headers["content-security-policy"].split("script-src")[1]


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.125, "about 1 in 8"),
        (0.5, ""),
        (0.0, ""),
        (1.0, ""),
        (0.9, "about 9 in 10"),
        (0.77, "about 3 in 4"),
    ],
)
def test_chances_can_be_pictured(share: float, said: str) -> None:
    assert odds(share) == said


def test_a_difference_of_averages_is_called_one() -> None:
    """Medians stand beside it on the page, which may be alike."""
    variant = Variant(Path(NAME)).with_change(PATH, HIGH)
    found = held_against_base(Variant(Path(NAME)), [variant])
    for each in found.contrasts[0].found:
        if each.difference:
            assert difference(each).startswith("on average ") != each.in_points


@pytest.mark.parametrize("path", ["/keep/report", "/compare/report", "/ask/told"])
def test_a_report_that_something_newer_displaced_says_so(
    room: LabRoom, visitor: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin(room, visitor, LOW, "Loose")
    displaced: Future[object] = Future()
    displaced.set_exception(SupersededError())
    monkeypatch.setattr(room.lab.work, "ask", lambda *asked, **more: displaced)
    found = room.get(path, visitor)
    assert found.status_code == 409
    assert "meanwhile" in words(found.text)
    assert 'href="/turn"' in found.text
