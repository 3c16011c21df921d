"""Forecasts held against the record, from notebook and command line; frozen and scored later."""

from __future__ import annotations

import copy
import datetime
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

import sim
from sim.cli.app import execute
from sim.evaluation.frozen import digest, load_frozen
from sim.evaluation.rivals import FORECASTERS
from sim.studies.score.charts import known_values
from sim.studies.score.study import Scores, freeze, score_frozen
from tests.fixtures.pages import figures
from tests.fixtures.paths import ROOT
from tests.fixtures.records import NEIGHBOURS, asking

TODAY = datetime.date(1999, 12, 1)
CLOCK = "sim.studies.score.study.today"


@pytest.fixture(autouse=True)
def before_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The computer's clock stands on a day before the scenario begins."""
    monkeypatch.setattr(CLOCK, lambda: TODAY)


@pytest.fixture(scope="module")
def found() -> Scores:
    return sim.score("two-neighbours", NEIGHBOURS, runs=120, seed=3)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "valley.yaml"
    path.write_text(yaml.safe_dump(NEIGHBOURS, sort_keys=False), encoding="utf-8")
    return path


def unknown() -> dict[str, Any]:
    """The same questions before anything of it came."""
    document = copy.deepcopy(NEIGHBOURS)
    for question in document["questions"].values():
        del question["came"]
    return document


def test_a_notebook_gets_a_table_a_dataset_and_a_page(found: Scores) -> None:
    table = found.to_dataframe()
    assert set(table["forecaster"]) <= set(FORECASTERS)
    assert list(table.columns)[:5] == ["question", "name", "sort", "group", "forecaster"]
    assert found.data.sizes == {"question": 6, "forecaster": 6}
    assert found.page.lead.startswith("Over 4\u00a0questions the scenario's mean Brier score is")
    assert "chance cannot be told from skill" in found.page.lead
    assert [one.id for one in found.page.shown] == [
        "skill", "reliability", "courses", "questions", "missing",
    ]  # fmt: skip
    assert "<table>" in found._repr_html_()
    skills = found.skills()
    expected = 1 - skills["own"] / skills["other"]
    assert skills["skill"].to_numpy() == pytest.approx(expected.to_numpy(), nan_ok=True)
    assert found.reliability()["forecasts"].sum() == 4


def test_the_page_says_what_it_cannot_speak_to_and_whence_the_record_is(found: Scores) -> None:
    html = found.html()
    for said in (
        "the actor &#39;the_west&#39; is not defined",
        "no act, event or quantity is named",
        "An almanac",
        "before the start",
    ):
        assert said in html, said


def test_the_reliability_diagram_has_room_for_its_counts(found: Scores) -> None:
    (drawn,) = (one for name, one in figures(found.html()).items() if "reliability" in name)
    (points,) = (one for one in drawn["data"] if one.get("name") == "came true")
    assert sum(map(int, points["text"])) == 4
    assert points["cliponaxis"] is False


def test_an_impossible_thing_that_came_is_told(found: Scores) -> None:
    html = found.html()
    assert "Nothing changes held 2 answers for certain that came otherwise" in html
    assert "without end" in html


def test_few_runs_are_enough_and_the_page_says_what_they_mean(found: Scores) -> None:
    few = sim.score("two-neighbours", NEIGHBOURS, runs=20, seed=3)
    lead = "Few runs: a probability is a share of 20\u00a0runs, about one half within 20 points; "
    assert lead in few.html()
    assert "may have a chance of 16\u00a0% (95\u00a0%)" in few.html()
    table = few.to_dataframe().query("forecaster == 'scenario'").dropna(subset="brier")
    two = few.found.items[[one.id for one in few.found.items].index("warmer")].answers["scenario"]
    falls, _, rises = two.chances or ()
    squares = [*(p * (1 - p) for p in table.query("sort != 'direction'")["probability"])]
    squares.append((falls * (1 - falls) + rises * (1 - rises)) / 2)
    assert f"up to about {sum(squares) / len(squares) / 19:.3f} is due" in few.html()
    assert "Few runs" not in found.html()
    assert sim.score("two-neighbours", NEIGHBOURS, runs=1).html()


def test_the_same_seed_gives_the_same_scores(found: Scores) -> None:
    again = sim.score("two-neighbours", NEIGHBOURS, runs=120, seed=3)
    pd.testing.assert_frame_equal(again.to_dataframe(), found.to_dataframe())


def test_the_command_writes_page_table_and_manifest(
    record: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["score", "two-neighbours", "--record", record.name, "--runs", "100", "--seed", "3"]
    assert execute(words) == 0
    folder = tmp_path / "reports" / "two-neighbours-score-valley"
    assert "Mean scores and skill" in capsys.readouterr().out
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["command"] == f"entente {' '.join(words)}"
    assert {"valley.yaml", "two-neighbours.yaml"} <= {one["name"] for one in manifest["files"]}
    assert len(pd.read_csv(folder / "results.csv")) > 20


def test_no_folder_of_this_machine_is_told(record: Path, tmp_path: Path) -> None:
    frozen = freeze("two-neighbours", unknown(), tmp_path / "f.yaml", 5, 3)
    for held, names in (
        (sim.score("northeast-asia-2016", "northeast-asia-2016", runs=5), "records/northeast"),
        (score_frozen(frozen, record.absolute()), "f.yaml"),
    ):
        folder = tmp_path / f"of-{names[:3]}"
        held.write_report(folder)
        for path in (folder / "report.html", folder / "manifest.json"):
            text = path.read_text(encoding="utf-8")
            assert names in text
            assert str(tmp_path) not in text
            assert str(ROOT) not in text


def test_frozen_forecasts_are_scored_as_those_of_the_day(found: Scores, tmp_path: Path) -> None:
    path = freeze("two-neighbours", unknown(), tmp_path / "f.yaml", 120, 3)
    later = score_frozen(path, NEIGHBOURS)
    pd.testing.assert_frame_equal(later.to_dataframe(), found.to_dataframe())
    assert later.found.made.frozen == TODAY
    assert ("Frozen on", "1 December 1999") in later.page.reproduction
    assert "after some outcomes were known" not in later.html()


def test_outcomes_that_are_known_are_frozen_only_where_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(sim.ScenarioError) as error:
        freeze("two-neighbours", NEIGHBOURS, tmp_path / "f.yaml", 100, 3)
    assert len(error.value.faults) == 6
    assert all("already what came" in one.problem for one in error.value.faults)
    monkeypatch.setattr(CLOCK, lambda: datetime.date(2002, 1, 1))
    with pytest.raises(sim.ScenarioError) as error:
        freeze("two-neighbours", unknown(), tmp_path / "f.yaml", 100, 3)
    assert [one.place.path for one in error.value.faults] == ["questions.marches"]
    assert not (tmp_path / "f.yaml").exists()
    path = freeze("two-neighbours", NEIGHBOURS, tmp_path / "f.yaml", 100, 3, after_the_fact=True)
    assert "after some outcomes were known" in score_frozen(path, NEIGHBOURS).html()


def test_a_file_that_was_changed_is_not_scored(tmp_path: Path) -> None:
    path = freeze("two-neighbours", unknown(), tmp_path / "f.yaml", 100, 3)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("'1999-12-01'", "'1999-11-01'"), encoding="utf-8")
    with pytest.raises(sim.ScenarioError, match="was changed since it was frozen"):
        score_frozen(path, NEIGHBOURS)
    other = yaml.safe_load(text)
    assert digest({**other, "date": "1999-11-01"}) != other["digest"] == digest(other)


def test_another_question_under_the_same_id_is_refused(tmp_path: Path) -> None:
    path = freeze("two-neighbours", unknown(), tmp_path / "f.yaml", 100, 3)
    record = copy.deepcopy(NEIGHBOURS)
    record["questions"]["marches"]["at_least"] = 2
    with pytest.raises(sim.ScenarioError, match="another question was frozen") as error:
        score_frozen(path, record)
    assert "at_least: 1.0" in error.value.faults[0].remedy
    record["questions"] = {"new": {"acts": "talk", "came": 3}}
    with pytest.raises(sim.ScenarioError, match="no question that was frozen"):
        score_frozen(path, record)


def test_forecasts_are_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("mine\n", encoding="utf-8")
    with pytest.raises(sim.ResultsError, match="never written over"):
        freeze("two-neighbours", unknown(), path, 100, 3)
    assert path.read_text(encoding="utf-8") == "mine\n"


def test_the_command_freezes_and_scores_what_was_frozen(
    record: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["score", "two-neighbours", "--record", "valley.yaml", "--runs", "100"]
    assert execute([*words, "--freeze", "f.yaml"]) == 1
    assert "already what came" in capsys.readouterr().err
    assert execute([*words, "--freeze", "f.yaml", "--after-the-fact"]) == 0
    told = capsys.readouterr().out
    assert (mark := load_frozen("f.yaml").stated.digest) in told
    assert execute(["score", "--frozen", "f.yaml", "--record", "valley.yaml"]) == 0
    page = tmp_path / "reports" / "f-score-valley" / "report.html"
    assert "entente score --record valley.yaml --frozen f.yaml" in page.read_text(encoding="utf-8")
    assert mark in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name a scenario"),
        (("two-neighbours", "--frozen", "f.yaml"), "not both"),
        (("two-neighbours", "--after-the-fact"), "is for --freeze"),
        (("--frozen", "f.yaml", "--freeze", "g.yaml"), "frozen once"),
        (
            ("--frozen", "f.yaml", "--runs", "9", "--set", "actors.north.power=2", "--seed", "3"),
            "--frozen plays nothing: leave out --runs, --seed, --set",
        ),
        (
            ("two-neighbours", "--freeze", "g.yaml", "--out", "here", "--open"),
            "leave out --out, --open",
        ),
    ],
)
def test_words_that_do_not_go_together_are_refused(
    words: tuple[str, ...], said: str, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["score", *words, "--record", str(record)]) == 2
    assert said in capsys.readouterr().err


def test_a_record_of_which_nothing_came_is_refused() -> None:
    with pytest.raises(sim.ScenarioError, match="does not say what came") as error:
        sim.score("two-neighbours", unknown(), runs=100)
    assert "came" in error.value.faults[0].remedy


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"of": "support of north", "on": "2003-06-30", "came": 0.6}, "so there is no Brier score"),
        (
            {"of": "support of north", "until": "2003-06-30", "came": "falls"},
            "Over 1\u00a0question",
        ),
        ({"watch": "crisis", "came": False}, "nothing is lost by usual frequencies"),
        ({"acts": "talk", "came": 5}, "so there is no Brier score"),
        (
            {"acts": "talk", "since": "2001-02-01", "until": "2001-04-30", "came": True},
            "1\u00a0window begins or ends inside a round",
        ),
        ({"acts": "march", "came": False}, "1\u00a0outcome of the record states no source"),
        (
            {
                "when": {
                    "tension of north and south": {"at_least": 0.4},
                    "support of north": {"at_least": 0.2, "at_most": 0.9},
                },
                "until": "2003-12-31",
                "came": False,
            },
            "Tension of North and South at least 0.4 and support of North between 0.2 and 0.9 "
            "until 31 December 2003",
        ),
        (
            {"of": "issue valley", "at": "highest", "until": "2003-12-31", "came": 10},
            "Of 1\u00a0quantity",
        ),
    ],
)
def test_a_record_of_one_question_has_its_page(question: dict[str, Any], said: str) -> None:
    found = sim.score("two-neighbours", asking(one=question), runs=50)
    assert said in found.html() or said in found.page.lead


def test_a_question_whose_outcome_is_not_known_yet_is_shown_and_not_scored() -> None:
    record = asking(one={"acts": "talk", "came": 5}, two={"acts": "march", "at_least": 1})
    found = sim.score("two-neighbours", record, runs=50)
    assert "not known" in found.html()
    assert found.data["brier"].sel(question="two", forecaster="scenario").isnull()


def test_a_mean_stands_in_the_middle_of_its_years_over_the_fan() -> None:
    of = {"of": "affinity of north and south", "at": "mean", "came": 0.2, "error": 0.05}
    record = asking(
        early=of | {"since": "2000-01-01", "until": "2001-12-31"},
        late=of | {"since": "2002-01-01", "until": "2002-12-31", "came": 0.3},
    )
    items = sim.score("two-neighbours", record, runs=5).found.items
    known = known_values(items, datetime.date(2000, 1, 1))
    assert known == {datetime.date(2000, 12, 31): 0.2, datetime.date(2002, 7, 2): 0.3}


def test_counts_of_one_year_after_another_are_added_up_over_their_fan() -> None:
    acts = {"acts": "talk", "by": "north"}
    record = asking(
        first={**acts, "until": "2000-12-31", "came": 2},
        second={**acts, "since": "2001-01-01", "until": "2001-12-31", "came": 3},
        apart={**acts, "since": "2003-01-01", "until": "2003-12-31", "came": 5},
    )
    found = sim.score("two-neighbours", record, runs=20).found
    known = known_values(found.items, found.made.start)
    assert {str(day): value for day, value in known.items()} == {"2001-01-01": 2, "2002-01-01": 5}
