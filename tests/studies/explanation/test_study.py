"""The study ``explain``: its table, its charts, its page, and questions it cannot answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import ScenarioError
from sim.model.parts import PARTS
from sim.reporting.document import Bullets, Code, Exhibit, Wide
from sim.reporting.story import Story, timeline
from sim.scenario.loading import build
from sim.studies.explanation.charts import LOOKS
from sim.studies.explanation.study import Explanation, explain
from sim.studies.explanation.text import paragraph
from tests.fixtures.pages import figures
from tests.fixtures.scenarios import DUEL, QUARTET, QUIET, changed

WORLD = build(changed(QUARTET, stop=[]))


@pytest.fixture(scope="module")
def found() -> Explanation:
    return explain(WORLD, 5, 3)


def test_there_is_a_row_for_every_choice_and_its_parts_add_up(found: Explanation) -> None:
    frame = found.to_dataframe()
    assert len(frame) == sum(len(one.options) for one in found.decisions)
    parts = frame[[f"part_{part}" for part in PARTS]].sum(axis=1)
    np.testing.assert_allclose(parts, frame["value"], atol=1e-12)
    assert frame["consent"].dropna().between(0, 1).all()
    assert frame["consent"].notna().any()
    usual = frame[[f"ordinary_{part}" for part in PARTS]].sum(axis=1)
    np.testing.assert_allclose(usual, frame["ordinary_value"], atol=1e-12)
    by_choice = frame.groupby(["actor", "target", "track"])["chance"].sum()
    idle = {(one.actor, one.target, one.track): one.idle for one in found.decisions}
    assert set(by_choice.index) == set(idle)
    for choice, total in by_choice.items():
        assert total + idle[choice] == pytest.approx(1)  # type: ignore[index]
    odds = frame[["interest_log_odds", "sentiment_log_odds", "heat_log_odds"]].sum(axis=1)
    np.testing.assert_allclose(odds, frame["log_odds"], atol=1e-12)
    agreed = frame[["answer_interest_log_odds", "sentiment_log_odds"]].sum(axis=1)
    np.testing.assert_allclose(agreed, frame["answer_log_odds"], atol=1e-12)
    assert frame["chosen"].sum() == sum(one.chosen is not None for one in found.decisions)
    assert (frame.loc[~frame["open"], "chance"] == 0).all()
    assert (frame.loc[~frame["open"], "closed_by"] != "").all()


def test_log_odds_say_how_far_a_chance_is_from_its_usual_one() -> None:
    """With one word and one deed, the odds against passing are the usual ones times them."""
    world = build(changed(QUARTET, stop=[]))
    for one in explain(world, 5, 4).decisions:
        usual = 1 - sum(option.usual for option in one.options)
        for option in one.options:
            if option.open:
                ratio = (option.chance / one.idle) / (option.usual / usual)
                assert np.log(ratio) == pytest.approx(option.odds, abs=1e-9)


def test_bars_are_the_parts_and_the_diamond_their_sum(found: Explanation) -> None:
    plots = {plot.id: plot.chart for plot in found.page.plots}
    way = ("west", "east", "deeds")
    one = next(one for one in found.decisions if (one.actor, one.target, one.track) == way)
    ranked = sorted(one.options, key=lambda option: (not option.open, -option.chance))
    changes = [option.parts[0] - option.before[0] for option in ranked]
    slopes = [option.felt[0] / change.sum() for option, change in zip(ranked, changes, strict=True)]
    for name, values in (
        ("change", [
            np.array([*slope * change, option.sentiment, option.heat])
            for option, change, slope in zip(ranked, changes, slopes, strict=True)
        ]),
        ("worth", [option.parts[0] for option in ranked]),
    ):  # fmt: skip
        traces = plots[f"plot-west-east-deeds-{name}"].figure.data
        bars = [trace for trace in traces if trace.type == "bar"]
        places = {words: nth for nth, (*_, words) in enumerate(LOOKS.values())}
        for bar in bars:
            expected = [row[places[bar.name]] for row in values]
            np.testing.assert_allclose(bar.x, expected, atol=6e-4)
        (total,) = (trace for trace in traces if trace.name == "sum")
        np.testing.assert_allclose(total.x, [row.sum() for row in values], atol=6e-4)
    assert any(option.heat for option in ranked)
    assert all(option.sentiment for option in ranked)


def test_parts_differ_in_colour_or_pattern() -> None:
    looks = [look[:2] for look in LOOKS.values()]
    assert list(LOOKS) == [*PARTS, "sentiment", "heat", "review"]
    assert len(set(looks)) == len(looks)
    assert len({look[0] for look in looks}) == len(looks)


def test_each_decision_has_a_section_a_paragraph_and_its_draw(found: Explanation) -> None:
    page = found.page
    assert [part.title for part in page.sections[1:-1]] == ["West", "Ally", "East", "Isle"]
    shown = page.every(Exhibit)
    assert [one.finding for one in shown] == [
        paragraph(one, WORLD.description) for one in found.decisions
    ]
    assert all(one.notes[0].startswith("The draw of chance was 0.") for one in shown)
    tables = [one.table for one in page.every(Wide)]
    assert all(table.rows[0][0].endswith("let the round pass") for table in tables)
    for table, one in zip(tables, found.decisions, strict=True):
        marked = [row[0] for row in table.rows if row[0].startswith("▶")]
        name = WORLD.description.levers[one.chosen.lever].name if one.chosen else "let the round"
        assert len(marked) == 1
        assert name in marked[0]


def test_the_story_ends_with_the_round(found: Explanation) -> None:
    (told,) = found.page.every(Story)
    (before,) = found.page.every(Bullets)
    entries = [entry for _, group in told.dates for entry in group]
    assert entries
    assert max(entry.round for entry in entries) <= 3
    assert found.data.sizes["round"] == 4
    assert all(text in [f"{entry.text}." for entry in entries] for text in before.lines)


def test_one_actor_has_only_its_own_decisions() -> None:
    west = explain(WORLD, 5, 3, "west", "east")
    assert [(one.actor, one.target, one.track) for one in west.decisions] == [
        ("west", "east", "words"), ("west", "east", "deeds"),
    ]  # fmt: skip
    asked = west.page.every(Code)[0].text
    assert asked.endswith("--run 5 --round 3 --actor west --toward east --track words")
    assert len(west.page.plots) == 4


def test_the_next_question_is_about_the_same_run_of_the_same_scenario() -> None:
    scenario = replace(WORLD, overrides=(("actors.west.power", "0.3"),), lens="realist")
    found = explain(scenario, 5, 3, seed=WORLD.description.seed + 1)
    assert found.page.every(Code)[0].text.endswith(
        "--seed 8 --lens realist --set actors.west.power=0.3"
    )


def test_the_report_draws_every_chart_of_its_page(found: Explanation, tmp_path: Path) -> None:
    page = found.write_report(tmp_path / "new")
    drawn = set(figures(page.read_text(encoding="utf-8")))
    assert drawn == {plot.id for plot in found.page.plots}
    manifest = json.loads((tmp_path / "new" / "manifest.json").read_text())
    assert manifest["study"] == "explain"


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ScenarioError) as caught:
        explain(WORLD, -1, 7, "wets")
    assert len(caught.value.faults) == 3
    with pytest.raises(ScenarioError, match="no lever of anybody"):
        explain(build(QUIET), 0, 1)


def test_it_stands_in_the_public_door() -> None:
    assert sim.explain is explain
    assert sim.Explanation is Explanation


def passed(run: int, round: int, actor: str) -> bool:
    return all(one.chosen is None for one in explain(WORLD, run, round, actor).decisions)


def test_the_title_names_the_scenario_and_the_lead_begins_with_what_was_chosen(
    found: Explanation,
) -> None:
    assert found.page.title.startswith(f"{WORLD.description.title}: run 5, round 3 (")
    rarest = min(
        (one for one in found.decisions if one.chosen),
        key=lambda one: one.chosen.chance if one.chosen else 1.0,
    )
    assert found.page.lead.startswith(paragraph(rarest, WORLD.description))


def test_a_pass_is_said_of_the_actor_that_was_asked_about_alone() -> None:
    run, round = next((run, at) for run in range(60) for at in (2, 3) if passed(run, at, "isle"))
    lead = explain(WORLD, run, round, "isle").page.lead
    (first,) = explain(WORLD, run, round, "isle").decisions[:1]
    assert "Everyone" not in lead
    assert lead.startswith("Isle let the round pass. The least to be expected of it: Isle let the ")
    assert "a chance of" in lead
    assert "Its other words: “" in lead
    one = explain(WORLD, run, round, "isle", first.target).page
    assert one.lead == paragraph(first, WORLD.description)


def test_every_choice_has_its_usual_numbers_beside_it(found: Explanation) -> None:
    table = found.page.every(Wide)[0].table
    assert table.header[:4] == ("Choice", "Chance (usually)", "Value (usually)", "Would agree")
    assert all("(" in cell for row in table.rows for cell in row[1:3])


def crossing(**more: object) -> tuple[Explanation, int]:
    """A round in which both would do what they can do only once."""
    world = build(
        changed(
            DUEL,
            levers__summit__usual=0.6,
            levers__summit__once=True,
            levers__rebuke__usual=0.1,
            **more,
        )
    )
    for run in range(40):
        found = explain(world, run, 1)
        if any(one.crossed for one in found.decisions):
            return found, run
    raise AssertionError("no two cross")


def test_what_gives_way_since_it_is_once_says_so() -> None:
    found, run = crossing(levers__summit__consent=0.9)
    second = next(one for one in found.decisions if one.crossed)
    first = next(one for one in found.decisions if one is not second)
    assert first.accepted
    assert (second.agreed, second.accepted) == (True, False)
    page = found.page
    names = found.scenario.description.actors
    told = paragraph(second, found.scenario.description)
    assert "agreed; that it would agree had" in told
    assert f"by a draw of chance {names[second.target].name} is the one who did it" in told
    assert "by a draw" not in paragraph(first, found.scenario.description)
    answers = {row[0]: row[-1] for row in page.headline.rows}
    way = f"{names[second.actor].name} → {names[second.target].name}, words"
    assert answers[way].startswith("agreed (")
    assert answers[way].endswith("to agree), without effect")
    frame = found.to_dataframe()
    assert frame["accepted"].sum() == 1
    (line,) = [
        entry.text
        for entry in timeline(found.data, found.scenario, run)
        if "only once" in entry.text
    ]
    assert line.endswith(f"it is {names[second.target].name} who does it")


def test_so_does_what_asks_nobody() -> None:
    found, _ = crossing(levers__summit__consent={})
    second = next(one for one in found.decisions if one.crossed)
    answers = [row[-1] for row in found.page.headline.rows]
    assert sorted(answers) == ["without effect", "–"]
    told = paragraph(second, found.scenario.description)
    assert "was not asked" in told
    assert "had no effect" in told
