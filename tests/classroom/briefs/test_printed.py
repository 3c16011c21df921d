"""Role briefs on paper: every role once, no secret on another's sheet, nothing taken as markup."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim.classroom.briefs.printed import briefs_page, write_briefs
from sim.classroom.briefs.role import roles
from sim.classroom.briefs.wording import AT_REST
from sim.classroom.game.course import drawn
from sim.errors import ResultsError, ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from tests.fixtures.scenarios import DUEL, changed, scenario
from tests.fixtures.shipped import NAMES, loaded

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EVIL = '<script>alert("x")</script>&amp;'


@cache
def page(name: str) -> str:
    return briefs_page(loaded(name))


def sheets(text: str) -> dict[str, str]:
    """The words on each sheet, by the sheet's id, in the order of the page."""
    parts = re.split(r'<section class="sheet" id="([\w-]+)"', text)
    names, bodies = parts[1::2], parts[2::2]
    assert len(set(names)) == len(names)
    return {
        name: " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())
        for name, body in zip(names, bodies, strict=True)
    }


def flat(text: str) -> str:
    return " ".join(text.split())


def secrets(one: Scenario) -> dict[str, list[str]]:
    """Each sentence of each actor's secret."""
    return {
        name: re.split(r"(?<=[.!?]) ", flat(actor.brief.secret))
        for name, actor in one.description.actors.items()
        if actor.brief and actor.brief.secret
    }


def with_brief(described: Description) -> list[str]:
    """Actors whose new government has a brief of its own."""
    ruled = {name: actor.government for name, actor in described.actors.items()}
    return [name for name, one in ruled.items() if one is not None and one.brief is not None]


@pytest.mark.parametrize("name", NAMES)
def test_every_role_has_one_sheet_between_everyones_and_the_teachers(name: str) -> None:
    described, told_of = loaded(name).description, roles(drawn(loaded(name)))
    found = sheets(page(name))
    expected = ["everyone", *(f"role-{actor}" for actor in described.actors),
                *(f"government-{actor}" for actor in with_brief(described)), "teacher"]  # fmt: skip
    assert list(found) == expected
    for actor in described.actors:
        told = told_of[actor]
        sheet = found[f"role-{actor}"]
        for text in (told.role, told.knows, told.secret, *(want.words for want in told.wants)):
            assert text is None or flat(text) in sheet
        assert sheet.count(" Ordinarily ") == sum(len(other.levers) for other in told.relations)


def test_what_can_be_said_and_done_stands_apart_words_first() -> None:
    sheet = sheets(page("two-neighbours"))["role-south"]
    names = ("Say Talk", "Divide the valley", "Do Open the market", "Send soldiers")
    places = [sheet.index(name) for name in names]
    assert places == sorted(places)
    assert AT_REST in sheets(page("two-neighbours"))["everyone"]
    words_alone = sheets(briefs_page(scenario(DUEL)))["role-south"]
    assert "Say Hold a summit" in words_alone
    assert " Do " not in words_alone


@pytest.mark.parametrize("name", NAMES)
def test_a_secret_stands_on_its_own_sheet_and_the_teachers_alone(name: str) -> None:
    found = sheets(page(name))
    hidden = secrets(loaded(name))
    assert len(hidden) == len(loaded(name).description.actors)
    for actor, lines in hidden.items():
        for line in lines:
            where = {sheet for sheet, text in found.items() if line in text}
            assert where == {f"role-{actor}", "teacher"}, line


@pytest.mark.parametrize("name", NAMES)
def test_the_sheet_for_everyone_tells_no_weight_and_no_salience(name: str) -> None:
    described, public = drawn(loaded(name)).description, sheets(page(name))["everyone"]
    for told in roles(drawn(loaded(name))).values():
        for text in (*(want.words for want in told.wants), told.support):
            assert text not in public
        assert not any(one.care in public for one in told.issues)
    for issue in described.issues.values():
        assert issue.low in public
        assert issue.high in public
        for other, stance in issue.stances.items():
            named = described.actors[other].name
            assert f"{named[0].upper()}{named[1:]} wants {stance.position.value:.0f}" in public


def test_sheets_say_who_has_no_stake() -> None:
    quiet = changed(DUEL, issues__border__stances={"north": {"position": 80, "salience": 0.7}})
    found = sheets(briefs_page(scenario(quiet)))
    assert "North wants 80. The others have no stake in it." in flat(found["everyone"])
    assert "You have no stake in how it ends." in found["role-south"]
    assert "no stake" in found["teacher"]
    assert "no stake" not in sheets(briefs_page(scenario(DUEL)))["everyone"]


def test_what_a_scenario_says_is_shown_as_text() -> None:
    brief = {"role": EVIL, "knows": EVIL, "secret": EVIL}
    document = changed(
        DUEL, title=EVIL, summary=EVIL, actors__north__name=EVIL, actors__north__brief=brief,
        issues__border__high=EVIL, levers__summit__name=EVIL,
    )  # fmt: skip
    text = briefs_page(scenario(document))
    assert "<script" not in text
    assert html.escape(EVIL).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in text
    assert not re.search(r'(?:src|href)="(?!#|data:,)', text)
    assert "default-src 'none'" in text


def test_one_actor_comes_without_the_others_and_without_the_teachers_sheet() -> None:
    one = loaded("yamaguchi-2016")
    text = briefs_page(one, ["japan"])
    assert list(sheets(text)) == ["everyone", "role-japan", "government-japan"]
    for actor, lines in secrets(one).items():
        assert any(line in flat(html.unescape(text)) for line in lines) == (actor == "japan")


def test_the_sheets_have_the_numbers_of_the_game_and_say_of_which() -> None:
    said = "these sheets have those of the games of seed"
    assert f"{said} 2016" in sheets(page("yamaguchi-2016"))["everyone"]
    assert said not in sheets(page("two-neighbours"))["everyone"]
    one = loaded("yamaguchi-2016")
    for seed in (None, 7):
        sheet = flat(html.unescape(sheets(briefs_page(one, seed=seed))["role-japan"]))
        assert flat(roles(drawn(one, seed))["japan"].support) in sheet


def test_an_actor_that_is_not_there_is_named() -> None:
    with pytest.raises(ScenarioError) as raised:
        briefs_page(loaded("two-neighbours"), ["nort", "south", "eas"])
    assert [fault.problem for fault in raised.value.faults] == [
        "there is no actor 'eas'", "there is no actor 'nort'",
    ]  # fmt: skip
    assert "did you mean 'north'?" in str(raised.value)


def test_what_is_something_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ResultsError, match="left alone"):
        write_briefs(loaded("two-neighbours"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.browser
@pytest.mark.parametrize("name", ["two-neighbours", "yamaguchi-2016"])
def test_each_sheet_takes_two_pages_so_that_nothing_stands_on_its_back(
    browser: Browser, tmp_path: Path, name: str
) -> None:
    one, path = loaded(name), tmp_path / "briefs.html"
    shown = browser.new_page(viewport={"width": 390, "height": 800})
    for actor in one.description.actors:
        path.write_text(briefs_page(one, [actor]), encoding="utf-8")
        shown.goto(path.as_uri())
        assert shown.evaluate("document.documentElement.scrollWidth") == 390
        here = 2 + (actor in with_brief(one.description))
        assert _pages(shown.pdf(format="A4")) == 2 * here, actor
        shown.evaluate("document.getElementById('everyone').remove()")
        assert _pages(shown.pdf(format="Letter")) == 2 * (here - 1), actor
    shown.close()


def _pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
