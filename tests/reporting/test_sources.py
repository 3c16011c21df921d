"""Each number says where it comes from, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.reporting.sources import (
    changes_in_words,
    cited,
    groups,
    origins,
    path_in_words,
    reproduction,
)
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import changes
from tests.fixtures.bonds_file import bound
from tests.fixtures.paths import VALLEY
from tests.fixtures.results_by_walks import sample_scenario

SCENARIO = sample_scenario()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("actors.north.power", "Northland: power"),
        ("actors.south.weights.security", "Southland: weight, security"),
        ("relations.north and south.affinity", "Northland and Southland: affinity"),
        ("issues.valley.stances.north.position", "The valley: position of Northland"),
        (
            "levers.summit.effects.affinity of actor and target",
            "Hold a summit: effect on affinity of the actor and the target",
        ),
        (
            "levers.summit.usual.anyone to anyone",
            "Hold a summit: usual frequency per round, anyone to anyone",
        ),
        ("coefficients.noise.affinity", "Noise, affinity"),
        (
            "watch.close.when.affinity of north and south.at_least",
            "Northland and Southland become friends: "
            "when affinity of Northland and Southland, at least",
        ),
    ],
)
def test_paths_are_told_with_names(path: str, words: str) -> None:
    assert path in SCENARIO.parameters
    assert path_in_words(path, SCENARIO.description) == words


def test_what_was_changed_is_told_in_words_and_as_a_command_has_it() -> None:
    given = {"relations.north and south.tension": 0.4, "lens": "realist", "calendar.rounds": 6}
    scenario = load_scenario(VALLEY, given)
    found = dict(changes_in_words(scenario))
    tension = "How tense the two are at first = 0.4"
    assert found[tension] == "relations.north and south.tension = 0.4"
    assert found["lens: Realist"] == "lens = realist"
    assert set(found.values()) == set(changes(scenario))
    assert not [words for words in found if "calendar." in words or "relations." in words]


def test_every_number_is_listed_once() -> None:
    rows = [row.path for group in groups(SCENARIO) for row in group.rows]
    assert sorted(rows) == sorted(SCENARIO.parameters)


def test_a_row_shows_value_spread_and_what_it_cites() -> None:
    rows = {row.path: row for group in groups(SCENARIO) for row in group.rows}
    row = rows["relations.north and south.affinity"]
    assert (row.value, row.origin) == ("−0.3", "article")
    assert row.spread == "normal, standard deviation 0.1"
    assert [(fact.id, fact.place) for fact in row.cited] == [
        ("F001", "paragraph 3, 2016"),
        ("F002", "paragraph 7, 2015"),
    ]
    assert rows["actors.south.power"].spread == "uniform from 0.06 to 0.1"
    assert rows["actors.south.patience"].why == "elections are near"
    assert "default" in rows["coefficients.rationality"].why


def test_the_shares_by_origin_add_up() -> None:
    shares = origins(SCENARIO)
    assert sum(one.share for one in shares) == pytest.approx(1)
    assert sum(one.parameters for one in shares) == len(SCENARIO.parameters)
    assert [one.origin for one in shares] == ["article", "data", "judgement", "unstated"]


def test_what_is_cited_is_grouped_by_its_work() -> None:
    (work, facts), (last, data) = cited(SCENARIO)
    assert "A. Writer" in work
    assert [fact.id for fact in facts] == ["F001", "F002"]
    assert (last, data[0].id) == ("Data", "published")


def test_a_manifest_is_flattened_and_long_content_left_out() -> None:
    lines = dict(
        reproduction(
            {
                "command": "python run.py",
                "seed": 0,
                "seconds": 3.21,
                "versions": {"python": "3.11"},
                "files": [{"name": "a.yaml", "content": "title: a"}],
                "lens": None,
                "text": "x" * 5000,
            }
        )
    )
    assert lines == {"Seed": "0", "Time taken": "3.2 seconds", "Versions": "python 3.11"}


def test_what_lasts_has_its_words_and_its_group(tmp_path: Path) -> None:
    scenario = bound(tmp_path)
    words = {row.path: row.words for group in groups(scenario) for row in group.rows}
    ruling = "actors.north.government"
    assert words["arrangements.peace.solemnity"] == "The peace: solemnity"
    effect = "arrangements.peace.effects.tension of actor and target"
    assert words[effect].startswith("The peace: effect on tension of")
    assert words[f"{ruling}.loses"] == "North: government, chance of losing an election"
    positions = f"{ruling}.successor.positions.border"
    assert words[positions] == "North: a new government's position on “the border”"
    salience = words[f"{ruling}.successor.saliences.border"]
    assert salience == "North: a new government's salience on “the border”"
    weight = words[f"{ruling}.successor.weights.security"]
    assert weight == "North: a new government's weight of security"
    assert words["relations.south to north.trust"] == "South to North: trust"
    assert "Arrangements" in [group.name for group in groups(scenario)]
