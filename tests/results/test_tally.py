"""A tally of many runs says what the runs say, to within a bin, however they were split."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.errors import ResultsError
from sim.model.compiled import CompiledScenario
from sim.results.block import Block, joined
from sim.results.bounded_tally import Bins, Tally, bins, labelled, tally, unlabelled
from sim.results.dataset import reported
from sim.results.store import load, save
from sim.scenario.scenario import Scenario
from sim.simulation.block import simulate
from tests.fixtures.scenarios import DUEL, QUARTET, changed, scenario
from tests.fixtures.strategies import scenarios

DUEL_BINS = changed(
    DUEL,
    outcomes={
        "border": {"name": "the border", "of": "issue border"},
        "warmth": {"name": "warmth", "of": "affinity of north and south"},
        "might": {"name": "might", "of": "power of north"},
        "talks": {"name": "talks", "acts": ["summit"]},
    },
)
MADE = scenario(DUEL_BINS)
LEVELS = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
few = settings(max_examples=15, suppress_health_check=list(HealthCheck))


def blocks_of(made: Scenario, sizes: Sequence[int], seed: int = 3) -> list[Block]:
    compiled, first, found = CompiledScenario(made), 0, []
    for size in sizes:
        found.append(simulate(compiled, seed, first, size))
        first += size
    return found


def total(made: Scenario, blocks: Sequence[Block]) -> Tally:
    found = tally(made, blocks[0]).widened()
    for block in blocks[1:]:
        found.add(tally(made, block))
    return found


def same(one: Tally, other: Tally, *, exact: bool = True) -> None:
    for field in fields(Tally):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if field.name in ("counts", "low", "high"):
            assert list(mine) == list(theirs)
            for name in mine:
                np.testing.assert_array_equal(mine[name], theirs[name], err_msg=name)
        elif field.name in ("total", "squares") and not exact:
            np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-9)
        elif isinstance(mine, np.ndarray):
            np.testing.assert_array_equal(mine, theirs, err_msg=field.name)
        else:
            assert mine == theirs


@few
@given(scenarios(), st.lists(st.integers(1, 9), min_size=1, max_size=4), st.randoms())
def test_tallies_of_any_split_in_any_order_are_the_tally_of_all(
    made: Scenario, sizes: list[int], order: object
) -> None:
    blocks = blocks_of(made, sizes)
    whole = tally(made, joined(blocks)).widened()
    shuffled = list(blocks)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    same(total(made, shuffled), whole, exact=False)


@few
@given(scenarios())
def test_a_quantile_lies_within_a_bin_of_the_value_of_its_rank(made: Scenario) -> None:
    (block,) = blocks_of(made, [37])  # of which no level is a whole number of runs
    found = tally(made, block)
    values = reported(made, block)[..., block.failed < 0].astype(np.float64)
    if not found.complete:
        return
    for place, name in enumerate(found.counts):
        exact = np.quantile(values[:, place], LEVELS, axis=-1, method="inverted_cdf")
        told = found.quantiles(name, LEVELS)
        ends = found.bins[name].ends
        assert (told >= found.least[:, place]).all()
        assert (told <= found.most[:, place]).all()
        if found.bins[name].scale == "acts":
            np.testing.assert_array_equal(told, exact)
            continue
        at = np.clip(np.searchsorted(ends, exact, side="right") - 1, 0, len(ends) - 2)
        assert (np.abs(told - exact) <= (ends[at + 1] - ends[at]) * (1 + 1e-9)).all()


@given(
    st.sampled_from([Bins("range", -1, 1, 1000), Bins("ratio", 1e-6, 1e6, 4000),
                     Bins("acts", -0.5, 12.5, 13)]),
    st.lists(st.floats(-1.5, 13), min_size=1, max_size=20),
)  # fmt: skip
def test_every_value_is_in_one_bin_and_what_lies_beyond_in_the_last(
    made: Bins, values: list[float]
) -> None:
    counts, low, high = made.counted(np.array([values], dtype=np.float32))
    assert low.min() == np.float32(min(values))
    assert high.max() == np.float32(max(values))
    assert counts.sum() == len(values)
    for value in np.array(values, dtype=np.float32):
        (only,) = np.flatnonzero(made.counted(np.array([[value]]))[0])
        assert value < made.ends[only + 1] or only == made.number - 1
        assert value >= made.ends[only] or only == 0


@pytest.mark.parametrize(
    "made",
    [Bins("range", -1, 1, 1000), Bins("range", 0, 100, 1000), Bins("ratio", 1e-6, 1e6, 4000),
     Bins("acts", -0.5, 12.5, 13), Bins("acts", -0.5, 7000.5, 4000)],
    ids=str,
)  # fmt: skip
def test_a_value_next_to_the_end_of_a_bin_is_on_its_own_side(made: Bins) -> None:
    ends = made.ends.astype(np.float32)[:: max(made.number // 100, 1)]
    beside = [np.nextafter(ends, np.float32(side)) for side in (-np.inf, np.inf)]
    values = np.concatenate([ends, *beside])[:, None]
    expected = np.clip(np.searchsorted(made.ends, values[:, 0], side="right") - 1, 0, None)
    counts, low, high = made.counted(values)
    rows = np.arange(len(values))
    np.testing.assert_array_equal(counts.argmax(axis=1), np.minimum(expected, made.number - 1))
    np.testing.assert_array_equal(counts.sum(axis=1), 1)
    for found in (low, high):
        np.testing.assert_array_equal(found[rows, counts.argmax(axis=1)], values[:, 0])


def test_bins_follow_what_is_counted() -> None:
    found = {name: bins(MADE, name) for name in MADE.description.outcomes}
    assert found["border"] == Bins("range", 0, 100, 1000)
    assert found["warmth"] == Bins("range", -1, 1, 1000)
    assert found["might"].scale == "ratio"
    # Six rounds, two ordered pairs: none to twelve summits, each with its own bin.
    assert found["talks"] == Bins("acts", -0.5, 12.5, 13)
    np.testing.assert_array_equal(found["talks"].ends, np.arange(14) - 0.5)


def spoilt(block: Block, failed: NDArray[np.int64]) -> Block:
    block.failed[failed] = 2
    block.state[2:, :, failed] = np.nan
    block.reasons.update({int(run): "it broke" for run in failed})
    return block


def test_failed_runs_are_counted_and_left_out() -> None:
    (block,) = blocks_of(MADE, [20])
    found = tally(MADE, spoilt(block, np.array([4, 7])))
    assert (found.runs, found.failed, found.complete) == (20, 2, 18)
    assert found.reasons == ["run 4: it broke", "run 7: it broke"]
    assert all((counts.sum(axis=1) == 18).all() for counts in found.counts.values())
    assert np.isfinite(found.total).all()
    spoilt(block, np.arange(20))
    empty = tally(MADE, block).widened()
    assert np.isnan(empty.quantiles("border", LEVELS)).all()
    empty.add(found)
    assert empty.complete == 18
    np.testing.assert_array_equal(empty.least, found.least)


def test_values_that_many_runs_share_are_told_as_they_are() -> None:
    (block,) = blocks_of(MADE, [40])
    row = next(nth for nth, phrase in enumerate(block.phrases) if str(phrase) == "issue border")
    block.state[-1, row] = 10.0
    block.state[-1, row, :7] = 70.0
    found = tally(MADE, block).quantiles("border", LEVELS)[:, -1]
    assert found.tolist() == [10.0, 10.0, 10.0, 10.0, 10.0, 70.0, 70.0]


def test_a_tally_of_another_scenario_is_refused_and_nothing_added() -> None:
    found = total(MADE, blocks_of(MADE, [5]))
    longer = scenario(changed(DUEL_BINS, calendar={**DUEL["calendar"], "rounds": 9}))
    with pytest.raises(ResultsError, match="do not add up"):
        found.add(tally(longer, blocks_of(longer, [5])[0]))
    assert found.runs == 5


def test_a_part_travels_whole() -> None:
    found = tally(MADE, blocks_of(MADE, [5])[0])
    same(pickle.loads(pickle.dumps(found)), found)


def test_counts_travel_light_and_add_up_beyond_their_type() -> None:
    (block,) = blocks_of(MADE, [200])
    one = tally(MADE, block)
    assert one.counts["border"].dtype == np.uint8
    found = one.widened()
    for _ in range(9):
        found.add(one)
    assert found.counts["border"].sum(axis=1).tolist() == [2000] * 7
    assert one.runs == 200
    assert one.counts["border"].sum(axis=1).tolist() == [200] * 7, "the part was changed"


@few
@given(scenarios())
def test_a_round_trip(tmp_path_factory: pytest.TempPathFactory, made: Scenario) -> None:
    found = total(made, blocks_of(made, [5, 3]))
    path = tmp_path_factory.mktemp("any") / "summary.nc"
    save(labelled(found, made, {"scenario_sha256": made.sha256}), path)
    same(unlabelled(load(path)), found)
    again = path.with_name("again.nc")
    save(labelled(unlabelled(load(path)), made, {"scenario_sha256": made.sha256}), again)
    assert path.read_bytes() == again.read_bytes()


def test_the_mean_is_that_of_the_runs() -> None:
    made = scenario(changed(QUARTET, stop=[]))
    (block,) = blocks_of(made, [30])
    data = labelled(tally(made, block), made, {})
    wanted = reported(made, block).astype(np.float64).mean(axis=-1)
    np.testing.assert_allclose(data["mean"].values, wanted, rtol=1e-12)
    assert data.attrs["runs"] == 30
    assert (
        data["first_round"].sum("round").values.tolist()
        == (block.watched >= 0)
        .sum(axis=1)[[block.watches.index(name) for name in made.description.watch]]
        .tolist()
    )


def test_other_data_is_no_tally() -> None:
    data = labelled(tally(MADE, blocks_of(MADE, [2])[0]), MADE, {})
    del data.attrs["failed"]
    with pytest.raises(ResultsError, match="not a summary of runs: 'failed' is missing"):
        unlabelled(data)
