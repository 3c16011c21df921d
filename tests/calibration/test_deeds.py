"""Deeds are counted as they are done, and a record is met where nine in ten runs have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from sim.calibration.deeds import DeedCheck, check_deeds, count_deeds
from sim.calibration.plan import Deed, load_plan
from sim.errors import ScenarioError
from sim.scenario.loading import build
from tests.docs.calibration import FOLDER, record
from tests.fixtures.scenarios import DUEL, changed

PLAN = load_plan(FOLDER / "targets.yaml")


def deed(**given: Any) -> Deed:
    plain = {"uses": "rebuke", "between": "north to south", "count": 1, "years": 5, "source": "x"}
    return Deed.model_validate({**plain, **given})


def test_a_count_is_that_of_known_frequencies() -> None:
    """Actors that do not respond act as usual: the counts are binomial."""
    deaf = dict.fromkeys(("rationality", "sentiment", "heat"), 0)
    still = build(changed(DUEL, calendar__round="quarter", calendar__rounds=4, coefficients=deaf))
    deeds = {
        "one_way": deed(),
        "either_way": deed(between="north and south"),
        "with_consent": deed(uses="summit"),
        "both": deed(uses=["summit", "rebuke"], years=10),
        "a_quarter": deed(years=0.25),
    }
    found = check_deeds(deeds, still, runs=4096)
    chances = {"one_way": (0.15, 20), "either_way": (0.15, 40), "with_consent": (0.07, 20),
               "both": (0.22, 40), "a_quarter": (0.15, 1)}  # fmt: skip
    for name, (chance, rounds) in chances.items():
        times = np.random.default_rng(1).binomial(rounds, chance, 200_000)
        ends = np.quantile(times, (0.05, 0.5, 0.95)) / float(deeds[name].years)
        one = found[name]
        apart = 1.0 / float(deeds[name].years)  # an end may fall on the count beside
        assert [one.low, one.median, one.high] == pytest.approx(list(ends), abs=apart), name
        assert one.record == 1 / float(deeds[name].years)


def test_a_record_is_met_from_one_end_to_the_other() -> None:
    for counted, inside in ((0.0, False), (0.2, True), (0.6, True), (1.0, True), (1.2, False)):
        assert DeedCheck(counted, 0.2, 0.4, 1.0).inside is inside, counted


def test_all_that_is_unknown_is_told_at_once() -> None:
    wrong = {"a": deed(uses=["rebuke", "rebukes"]), "b": deed(between="north and west")}
    with pytest.raises(ScenarioError) as caught:
        check_deeds(wrong, build(DUEL))
    text = str(caught.value)
    assert "2 faults" in text
    assert "a.uses: there is no lever 'rebukes'" in text
    assert "did you mean 'rebuke'?" in text
    assert "b.between: there is no actor 'west'" in text
    assert check_deeds({}, build(DUEL)) == {}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{between: china, uses: x, count: 1, years: 1, source: s}", "'china' names no two actors"),
        ("{between: a to b, uses: [], count: 1, years: 1, source: s}", "deeds.one.uses"),
        ("{between: a to b, uses: x, count: 1.5, years: 1, source: s}", "deeds.one.count"),
        ("{between: a to b, uses: x, count: -1, years: 1, source: s}", "deeds.one.count"),
        ("{between: a to b, uses: x, count: 1, years: 0, source: s}", "deeds.one.years"),
        ("{between: a to b, uses: x, count: 1, years: 1e9, source: s}", "deeds.one.years"),
    ],
)
def test_a_fault_in_a_count_is_told(wrong: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "targets.yaml"
    text = (FOLDER / "targets.yaml").read_text("utf-8")
    path.write_text(text.replace("deeds:\n", f"deeds:\n  one: {wrong}\n", 1), "utf-8")
    done = CliRunner().invoke(
        count_deeds, ["--targets", str(path), "--out", str(tmp_path / "out.yaml")]
    )
    assert done.exit_code == 1
    assert said in done.output
    assert not (tmp_path / "out.yaml").exists()


def test_the_command_keeps_what_it_counts(tmp_path: Path) -> None:
    out = tmp_path / "deeds.yaml"
    done = CliRunner().invoke(
        count_deeds, ["--targets", str(FOLDER / "targets.yaml"), "--runs", "20", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    found = yaml.safe_load(out.read_text("utf-8"))
    assert found["made"] == {"runs": 20, "seed": 2016}
    assert f"of {len(PLAN.deeds)} counts" in done.output
    assert set(found["deeds"]) == set(PLAN.deeds)


def test_what_is_kept_is_of_the_counts_that_stand_there() -> None:
    kept = record("deeds")["deeds"]
    assert set(kept) == set(PLAN.deeds), "write: python -m sim.calibration.deeds"
    for name, one in PLAN.deeds.items():
        assert kept[name]["record"] == round(one.per_year, 2), name
        low, _, high = kept[name]["runs"]
        assert kept[name]["inside"] is (low <= kept[name]["record"] <= high), name


def test_nine_in_ten_records_are_met() -> None:
    kept = record("deeds")["deeds"]
    assert sum(one["inside"] for one in kept.values()) >= 0.9 * len(kept)
