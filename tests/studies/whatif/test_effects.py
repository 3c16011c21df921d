"""Effects of choices: what is compared with what, and how it is said."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr
from scipy.stats import t as student

from sim.reporting.html import Prose
from sim.simulation.branching import Arm
from sim.statistics.measures import Measure
from sim.statistics.paired_difference import Estimate, widened
from sim.studies.whatif.result import BY_OUTCOME, Effect, compare, largest

RUNS, ROUNDS, AT = 40, 4, 2
RNG = np.random.default_rng(1)


OWN = Arm(
    open=np.ones(RUNS, bool),
    accepted=np.zeros(RUNS, bool),
    reported=RNG.normal(size=(RUNS, ROUNDS + 1, 2)),
    watched=RNG.integers(-1, ROUNDS + 1, (RUNS, 1)),
    failed=np.zeros(RUNS, bool),
)
COORDS = {
    "round": np.arange(ROUNDS + 1),
    "outcome": np.array(["a", "b"], dtype=object),
    "watch": np.array(["w"], dtype=object),
}


def moved(**parts: Any) -> Arm:
    later = np.arange(ROUNDS + 1) >= AT
    shift = RNG.normal(0.5, 0.1, size=(RUNS, 1, 2)) * later[None, :, None]
    return replace(OWN, reported=OWN.reported + shift, accepted=np.arange(RUNS) < 10, **parts)


def compared(own: Arm, **arms: Arm) -> xr.Dataset:
    chosen = np.array(["x"] * 10 + ["y"] * 30, dtype=object)
    return compare(own, arms, chosen, AT, np.zeros(2, bool), COORDS)


def test_the_difference_is_the_mean_of_the_pairs_with_students_interval() -> None:
    arm = moved()
    cell = compared(OWN, x=arm).sel(alternative="x", outcome="b").isel(round=-1)
    gap = (arm.reported - OWN.reported)[:, -1, 1]
    half = student.ppf(0.975, RUNS - 1) * gap.std(ddof=1) / math.sqrt(RUNS)
    assert float(cell["difference"]) == pytest.approx(gap.mean())
    assert float(cell["low"]) == pytest.approx(gap.mean() - half)
    assert float(cell["high"]) == pytest.approx(gap.mean() + half)
    spread = OWN.reported[:, -1, 1].std(ddof=1)
    assert float(cell["effect"]) == pytest.approx(gap.mean() / spread)


def test_only_runs_in_which_it_is_open_and_that_do_not_fail_are_compared() -> None:
    open_now = np.arange(RUNS) < 30
    failed = np.arange(RUNS) == 3
    broken = moved(open=open_now, failed=failed)
    broken.reported[3] = np.nan
    broken.reported[30:] = 1e6  # where it is closed nothing counts
    data = compared(OWN, x=broken)
    cell = data.sel(alternative="x")
    kept = np.flatnonzero(open_now & ~failed)
    gap = (broken.reported - OWN.reported)[kept]
    np.testing.assert_allclose(cell["difference"], gap.mean(axis=0))
    assert (int(cell["pairs"]), float(cell["open"])) == (29, 0.75)
    assert float(cell["accepted"]) == pytest.approx(10 / 30)
    assert float(cell["chosen"]) == 0.25


def test_runs_that_do_not_come_to_the_decision_do_not_count() -> None:
    here = np.arange(RUNS) < 20
    data = compared(replace(OWN, open=here), x=moved(open=here & (np.arange(RUNS) < 10)))
    assert float(data["open"].sel(alternative="x")) == 0.5
    np.testing.assert_allclose(data["mean"], OWN.reported[:20].mean(axis=0))


def test_up_to_the_decision_nothing_differs_and_nothing_is_uncertain() -> None:
    data = compared(OWN, x=moved())
    for name in ("difference", "low", "high", "event_difference", "event_low", "event_high"):
        assert (data[name].sel(alternative="x").isel(round=slice(0, AT)) == 0).all(), name
    after = data.sel(alternative="x").isel(round=slice(AT, None))
    assert (after["event_high"] > after["event_low"]).all()


def test_a_count_that_differs_in_no_pair_still_has_an_interval_of_some_width() -> None:
    chosen = np.full(RUNS, "y", dtype=object)
    data = compare(OWN, {"x": OWN}, chosen, AT, np.array([False, True]), COORDS)
    last = data.sel(alternative="x").isel(round=-1)
    assert float(last["high"].sel(outcome="a")) == float(last["low"].sel(outcome="a")) == 0
    assert float(last["low"].sel(outcome="b")) < 0 < float(last["high"].sel(outcome="b"))


def test_an_event_counts_from_the_round_in_which_it_happens() -> None:
    never = replace(OWN, watched=np.full((RUNS, 1), -1))
    sooner = replace(OWN, watched=np.where(np.arange(RUNS)[:, None] < 10, 3, -1))
    cell = compared(never, x=sooner).sel(alternative="x", watch="w")
    np.testing.assert_allclose(cell["event_difference"], [0, 0, 0, 0.25, 0.25])
    assert float(cell["event_low"][-1]) > 0


def test_a_choice_that_is_open_in_no_run_has_no_numbers() -> None:
    cell = compared(OWN, x=moved(open=np.zeros(RUNS, bool))).sel(alternative="x")
    assert (int(cell["pairs"]), float(cell["open"])) == (0, 0.0)
    assert np.isnan(cell["difference"]).all()
    assert np.isnan(cell["event_high"]).all()
    assert np.isnan(cell["accepted"])


ITEM = Measure("a", "A", "a", "a", "0 to 1", bounds=(0.0, 1.0))


def effect(difference: float, half: float, item: Measure | None = ITEM) -> Effect:
    """Of an outcome, or of the probability of an event."""
    ends = difference - half, difference + half
    spread = 0.01 if item is None else 0.5
    return Effect(
        id="a", name="A", difference=difference, low=ends[0], high=ends[1], spread=spread,
        effect=difference / spread, item=item, share=item is None,
    )  # fmt: skip


def test_a_cell_stands_in_brackets_where_the_interval_holds_zero() -> None:
    assert effect(0.1, 0.05).cell == "+0.20"
    assert effect(-0.1, 0.2).cell == "(−0.20)"
    assert effect(0.124, 0.03, None).cell == "+12"
    assert replace(effect(0.1, 0.05), effect=math.nan).cell == "–"


def test_the_largest_effect_is_a_clear_one() -> None:
    small, unclear, large = effect(0.1, 0.01), effect(0.9, 2), effect(-0.4, 0.01)
    assert largest((small, unclear, large)) is large
    assert largest((unclear,)) is None


def test_words_name_outcome_event_and_intervals() -> None:
    data = compared(OWN, x=moved()).assign(
        probability=(("round", "watch"), np.full((ROUNDS + 1, 1), 0.2))
    )
    said_of = Prose("sim.studies.whatif/sentences.j2").largest_changes
    event = replace(effect(0.12, 0.07, None), id="w", name="a crisis")
    said = said_of(effect(0.1, 0.05), event, data, "what was done")
    assert "“A” most: by +0.100 (0 to 1; 95\xa0% interval +0.050 to +0.150)" in said
    assert "+0.20 standard deviations" in said
    assert "“a crisis” likelier by 12 percentage points" in said
    assert "20\xa0% of the futures" in said
    assert "under what was done it happens in 20\xa0% of the futures" in said
    assert "no outcome and no watched event" in said_of(None, None, data, "what was done")


def test_many_choices_are_allowed_for_when_one_is_called_clear() -> None:
    rng = np.random.default_rng(5)
    noise = {
        f"x{nth}": replace(OWN, reported=OWN.reported + rng.normal(size=OWN.reported.shape))
        for nth in range(30)
    }
    chosen = np.array(["x0"] * RUNS, dtype=object)
    data = compare(OWN, noise, chosen, AT, np.zeros(2, bool), COORDS)
    assert data.attrs["limit"] > 2.7
    last = data.isel(round=-1)
    alone = (last["low"] > 0) | (last["high"] < 0)
    assert alone.any()  # of sixty differences that are none, some seem clear
    for gap, low, high in zip(*(last[end].values.ravel() for end in BY_OUTCOME), strict=True):
        assert not Estimate(gap, low, high, joint=widened(low, high, data.attrs["limit"])).clear
