"""A yearly start is made of the record up to its year, and of nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit

from sim.backtest.history import Series
from sim.backtest.yearly import slope, usual_tension, yearly_start
from tests.backtest.made_up import STATES, history, plan


@pytest.mark.parametrize("year", [2003, 2006, 2010])
def test_what_comes_later_changes_nothing(tmp_path: Path, year: int) -> None:
    one = yearly_start(history(tmp_path / "one"), year, plan())
    other = yearly_start(history(tmp_path / "other", later_than=year), year, plan())
    assert one.scenario.sha256 == other.scenario.sha256
    assert one.scaled == other.scaled
    later = yearly_start(history(tmp_path / "third", later_than=year - 1), year, plan())
    assert later.scenario.sha256 != one.scenario.sha256


def test_ordinary_times_and_the_last_year(tmp_path: Path) -> None:
    record, year = history(tmp_path), 2008
    start = yearly_start(record, year, plan())
    now, usual = start.scenario.description, start.scenario.reference
    assert str(now.calendar.start) == "2009-01-01"
    assert now.calendar.rounds == 12
    known = record.until(year)
    two = ("DEU", "FRA")
    affinities = [np.mean(list(known.years[one].values())) for one in known.of_kind("affinity")]
    pair = usual.relations["deu and fra"]
    assert pair.affinity is not None
    assert pair.affinity.value == pytest.approx(np.mean(affinities))  # all pairs stand alike
    now_pair = now.relations["deu and fra"]
    assert now_pair.affinity is not None
    assert now_pair.affinity.value == known.years[Series("affinity", two)][year]
    shares = [
        share for way in (two, two[::-1]) for share in known.years[Series("conflict", way)].values()
    ]
    tension = np.sqrt(expit(np.mean(logit(shares))))
    last = [known.years[Series("conflict", way)][year] for way in (two, two[::-1])]
    rise = np.sqrt(expit(np.mean(logit(last)))) - tension
    assert pair.tension is not None
    assert pair.tension.value == pytest.approx(tension)
    assert now_pair.tension == pair.tension  # the baseline, to which a quarrel fades
    change = now.events["quarrel_of_deu_and_fra"].changes["tension of deu and fra"]
    assert change.by is not None
    assert change.by.value == pytest.approx(rise)
    assert not change.lasting
    assert not usual.events
    ally, other = now.relations["fra to ita"], now.relations["fra to deu"]
    assert ally.commitment is not None
    assert other.commitment is not None
    assert (ally.commitment.value, other.commitment.value) == (0.7, 0.02)


def test_usual_frequencies_are_shares_of_what_was_counted(tmp_path: Path) -> None:
    record, year = history(tmp_path), 2009
    start, made = yearly_start(record, year, plan()), plan()
    for a in STATES:
        for b in (one for one in STATES if one != a):
            shares = np.array(list(record.until(year).years[Series("conflict", (a, b))].values()))
            counts = np.sum([c for y, c in record.acts[a, b].items() if y <= year], axis=0)
            conflict = expit(np.mean(logit(shares)))
            place = f"{a.lower()} to {b.lower()}"
            levers = start.scenario.description.levers
            used = {made.levers[n].counted: lever.usual[place].value for n, lever in levers.items()}
            hostile = used["verbal conflict"] + used["material conflict"]
            assert hostile == pytest.approx(0.9 * conflict)
            assert sum(used.values()) == pytest.approx(0.9)
            words = used["verbal conflict"] / hostile
            assert words == pytest.approx(counts[2] / counts[2:].sum())


def test_what_a_draw_sets(tmp_path: Path) -> None:
    record = history(tmp_path)
    start = yearly_start(record, 2008, plan())
    half = np.array([0.5, 1.0])
    given = start.given({"sentiment": half, "start.tension": half, "start.pooled": 0 * half})
    assert given["coefficients.sentiment"].tolist() == [0.5, 1.0]
    path = "relations.deu and fra.tension"
    assert given[path] == pytest.approx(half * usual_tension(record.until(2008), ("DEU", "FRA")))
    for path, values in given.items():
        assert path in start.scenario.parameters, path  # else the model would not hear of it
        if path.startswith("levers."):
            assert values == pytest.approx(start.scenario.parameters[path].value)
    pooled = start.given({"start.pooled": np.ones(1)})
    hostile = [n for n, lever in plan().levers.items() if "conflict" in lever.counted]
    shares = [
        sum(pooled[f"levers.{name}.usual.{way}"][0] for name in hostile)
        for way in start.scenario.description.levers[hostile[0]].usual
    ]
    assert shares == pytest.approx([shares[0]] * 6)  # drawn all the way to that of all


def test_slopes_are_least_squares_over_ten_years() -> None:
    values = {year: 0.5 + 0.02 * year + 0.3 * (year % 2) for year in range(2000, 2015)}
    times = np.arange(2003, 2013, dtype=float)
    late = np.array([values[int(time)] for time in times])
    centred = times - times.mean()
    by_hand = (centred @ late) / (centred @ centred)
    known = {year: value for year, value in values.items() if year <= 2012}
    assert slope(known, 2012) == pytest.approx(by_hand / 4)
    assert slope({2011: 1.0, 2012: 2.0}, 2012) == 0
    quarters = {time: 0.01 * time for time in range(20)}
    assert slope(quarters, 19, 4) == pytest.approx(0.01)
