"""Comparisons of more runs than are kept: the same answers, in memory that does not grow."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.model import resolve
from sim.model.compiled import CompiledScenario
from sim.model.record import Model
from sim.reporting.document import Note
from sim.results.block import ARRAYS, Block, joined
from sim.results.bounded_tally import bins
from sim.scenario.scenario import Scenario
from sim.simulation import ensemble
from sim.simulation.block import simulate
from sim.simulation.checkpoints import volume_runs
from sim.simulation.executors.base import HERE, Workers
from sim.simulation.executors.processes import Processes
from sim.statistics.summary import BAND_LEVELS, Summary
from sim.studies.comparison.common_ground import Side
from sim.studies.comparison.study import SETTLED, VOLUMES, Arm, Comparison, compare, kept_pairs
from sim.studies.comparison.text import partial, runs_part, sureness
from tests.studies.comparison.test_study import FLOOD, scenario

KEPT, RUNS = 100, 800
NEVER = {"never": {"name": "they are one", "when": {"affinity of north and south": {
    "at_least": 0.99}}}}  # fmt: skip


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of one block, so that few runs make several."""
    monkeypatch.setattr(CompiledScenario, "block", 256)
    monkeypatch.setattr(ensemble, "BLOCKS", 1)
    monkeypatch.setattr(ensemble, "TALLIED", 1)


@pytest.fixture(scope="module")
def two() -> Iterator[Processes]:
    with Processes(2) as crew:
        yield crew


def partly(
    scenarios: list[Scenario], runs: int = RUNS, kept: int = KEPT, **options: Any
) -> Comparison:
    """A comparison of which so many pairs are kept whole."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.studies.comparison.study.kept_pairs", lambda _: kept)
        found = compare(scenarios, runs=runs, **options)
    assert found.groups[0].sides[0].kept == kept
    assert found.groups[0].sides[0].runs == runs
    return found


def assert_alike(found: Comparison, whole: Comparison) -> None:
    """The same table to twelve digits, the same probabilities, bands to within a bin."""
    pd.testing.assert_frame_equal(
        found.to_dataframe(), whole.to_dataframe(), rtol=1e-12, atol=1e-12
    )
    for mine, theirs in zip(found.groups, whole.groups, strict=True):
        for nth, (one, other) in enumerate(zip(mine.summaries, theirs.summaries, strict=True)):
            assert one.counts == other.counts
            for watched, expected in zip(one.watched, other.watched, strict=True):
                np.testing.assert_array_equal(watched.probability, expected.probability)
            assert_bands(mine.sides[nth], theirs.sides[nth], one)


def assert_bands(side: Side, whole: Side, found: Summary) -> None:
    """Each quantile lies in the bin of the run that has its rank."""
    complete = whole.data["reported"].values[whole.data["failed_round"].values < 0]
    for nth, band in enumerate(found.trajectories):
        ways = bins(side.scenario, band.measure.id)
        width = np.diff(ways.ends).max() if ways.scale != "acts" else 0
        lines = (band.low90, band.low50, band.median, band.high50, band.high90)
        truth = np.quantile(complete[..., nth], BAND_LEVELS, axis=0, method="inverted_cdf")
        np.testing.assert_allclose(np.stack(lines), truth, rtol=0, atol=width + 1e-6)


@pytest.mark.parametrize(
    "parts",
    [
        {"levers__summit__usual": 0.14},
        {"calendar__start": "2016-12-01"},
        {"calendar": {"start": "2016-10-01", "round": "quarter", "rounds": 3}},
        {"events": FLOOD},
    ],
    ids=["lever", "later", "quarters", "events"],
)
def test_few_kept_pairs_change_no_answer(parts: dict[str, Any]) -> None:
    both = [scenario(), scenario("other", title="Other", **parts)]
    assert_alike(partly(both), compare(both, runs=RUNS))


def test_few_kept_pairs_change_no_lens() -> None:
    lenses = ("realist", "constructivist")
    found, whole = (make([scenario()], runs=300, lenses=lenses) for make in (partly, compare))
    assert_alike(found, whole)
    assert found.page.headline == whole.page.headline


def test_who_plays_them_changes_no_byte(two: Processes) -> None:
    both = [scenario(), scenario("other", title="Other", levers__summit__usual=0.14)]
    here, there = (_bytes(both, crew) for crew in (HERE, two))
    assert here == there


def _bytes(both: list[Scenario], crew: Workers) -> list[object]:
    found = partly(both, workers=crew)
    bands = [
        (one.median.tobytes(), one.high90.tobytes())
        for group in found.groups
        for summary in group.summaries
        for one in summary.trajectories
    ]
    return [found.to_dataframe().to_csv(), bands, found.contrasts[0].limited]


def test_runs_that_failed_are_left_out_with_their_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    def drift(m: Model, first_run: int, now: int) -> None:
        resolve.drift(m, first_run, now)
        m.x.array[:, m.x.array[0] > 0.02] = np.nan  # decided by the run alone, whatever the batch

    monkeypatch.setattr("sim.model.native.sections", lambda wait=False: None)  # uncompiled
    monkeypatch.setattr("sim.model.rounds.drift", drift)
    both = [scenario(), scenario("other", title="Other", levers__summit__usual=0.3)]
    found, whole = partly(both), compare(both, runs=RUNS)
    (pairs,) = set(found.to_dataframe()["pairs"])  # the same for every measure and date
    assert KEPT < pairs < RUNS
    assert_alike(found, whole)
    told = "Runs that failed, and are left out with their pair: "
    assert told in found.page.lead
    assert found.page.lead.partition(told)[2] == whole.page.lead.partition(told)[2]


def test_a_scenario_beside_itself_differs_by_exactly_nothing_in_all_runs() -> None:
    other = scenario("b", levers__summit__usual=0.3)
    found = partly([scenario(), scenario("twin"), other])
    assert [pair.same for pair in found.contrasts] == [True, False]
    frame = found.to_dataframe()
    twin = frame[frame["scenario"] == found.contrasts[0].other.name]
    assert set(twin["pairs"]) == {RUNS}
    assert not twin[["difference", "low", "high", "low_all", "high_all"]].to_numpy().any()
    tally = found.contrasts[0].reference.tally
    assert tally is not None
    assert tally.runs == RUNS  # played once, and counted once
    limits = {one.limit for pair in found.contrasts for one in pair.found}
    assert limits == {partly([scenario(), other]).contrasts[0].found[0].limit}


def test_what_only_goes_on_longer_differs_in_no_run() -> None:
    found = partly([scenario(), scenario("b", title="B", calendar__rounds=8)])
    assert not found.to_dataframe()["difference"].to_numpy().any()
    assert "In none of the first 100\u00a0pairs of runs" in runs_part(found.contrasts[0])


def test_an_event_that_differs_in_no_pair_is_as_uncertain_as_all_pairs_leave_it() -> None:
    both = [scenario("a", watch=NEVER), scenario("b", watch=NEVER, levers__summit__usual=0.3)]
    event = next(one for one in partly(both).contrasts[0].found if one.event)
    low, high = event.alone
    assert event.difference == 0
    assert low == -high
    assert high == pytest.approx(1.959963984540054 * np.sqrt(0.5 + 0.5) / (RUNS + 2))


def test_where_few_pairs_are_kept_the_joint_limit_rests_on_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = [scenario(), scenario("b", title="B", levers__summit__usual=0.14)]
    found = partly(both)
    assert found.contrasts[0].limited == RUNS <= SETTLED
    monkeypatch.setattr("sim.studies.comparison.study.SETTLED", 400)
    found = partly(both)
    assert found.data.attrs["limited"] == found.contrasts[0].limited == 400
    wanted = compare(both, runs=400).contrasts[0].found[0].limit
    assert found.contrasts[0].found[0].limit == wanted
    assert "bootstrap of the first 400 pairs)" in sureness(found.groups)
    assert "bootstrap of the first 400 pairs)" in found.html().replace("\u00a0", " ")


def test_the_page_says_what_rests_on_all_pairs_and_what_on_the_first(tmp_path: Path) -> None:
    both = [scenario(), scenario("b", title="B", levers__summit__usual=0.14)]
    found, whole = partly(both), compare(both, runs=300)
    assert "in 800\u00a0pairs of runs" in found.page.lead
    assert found.page.lead.endswith("Single runs are looked at in the first 100.")
    assert " of the first 100\u00a0pairs: " in runs_part(found.contrasts[0])
    assert runs_part(found.contrasts[0]) in found.page.section("scenarios").blocks
    html = found.write_report(tmp_path / "out").read_text(encoding="utf-8")
    assert "of all 800\u00a0pairs of runs. Of the first 100 the whole paths were kept" in html
    assert ("Of these, kept whole", "100") in found.page.reproduction
    assert (found.data.attrs["pairs"], found.data.attrs["kept"]) == (RUNS, KEPT)
    assert partial(whole.groups) == ""
    assert "the first" not in whole.page.lead


@pytest.mark.parametrize("kept", [KEPT, 300])
def test_the_page_says_of_how_many_pairs_reasons_are_known(
    kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ensemble, "ACCOUNTED", 200)
    monkeypatch.setattr("sim.studies.comparison.text.ACCOUNTED", 200)
    both = [scenario(), scenario("b", title="B", levers__summit__usual=0.14)]
    said = "What lies behind a difference comes from the first 200 pairs."
    found = partly(both, kept=kept)
    first = "where single runs part and the runs in words come from these. " + said
    if kept < 200:
        first = "single runs part, what lies behind a difference and the runs in words come from"
    assert found.page.summary[0] == Note(partial(found.groups))
    assert first in partial(found.groups)
    whole = compare(both, runs=kept)
    assert partial(whole.groups) == ("" if kept < 200 else said)
    assert whole.contrasts[0].reference.ledger.account().proposed.any()


def test_progress_covers_all_runs_of_all_scenarios() -> None:
    shown: list[tuple[str, int, int]] = []
    both = [scenario(), scenario("b", title="B", levers__summit__usual=0.14)]
    partly(both, progress=lambda *said: shown.append(said))
    ends = {what: (done, out_of) for what, done, out_of in shown}
    assert list(ends.values()) == [(KEPT, KEPT), (KEPT, KEPT), (RUNS - KEPT, RUNS - KEPT)]
    assert list(ends)[-1] == "The next 700 pairs of runs"


def test_no_more_records_are_held_for_more_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[weakref.ref[Any]] = []
    most = 0

    def counted(make: Callable[..., Block]) -> Callable[..., Block]:
        def made(*args: Any, **given: Any) -> Block:
            nonlocal most
            block = make(*args, **given)
            held.extend(weakref.ref(getattr(block, name)) for name in ARRAYS)
            most = max(most, sum(one() is not None for one in held))
            return block

        return made

    monkeypatch.setattr(ensemble, "simulate", counted(simulate))
    monkeypatch.setattr(ensemble, "joined", counted(joined))
    both = [scenario(), scenario("b", title="B", levers__summit__usual=0.14)]
    peaks = []
    for runs in (600, 1800):
        held.clear()
        most = 0
        found = partly(both, runs=runs)
        peaks.append(most)
        # What is left at the end are labelled copies of the pairs that are kept.
        left = sum(array.shape[-1] for one in held if (array := one()) is not None)
        assert left <= len(ARRAYS) * KEPT * len(found.groups[0].sides)
    assert peaks[0] == peaks[1]


def test_scenarios_share_the_room_for_whole_paths() -> None:
    one = scenario()
    many = [scenario(str(nth), actors__south__power=0.1 + nth / 100) for nth in range(1, 12)]
    own = volume_runs(one.description)
    assert kept_pairs(arms([one, one, many[0]])) == own
    assert kept_pairs(arms(many[:VOLUMES])) == own
    assert kept_pairs(arms(many[:8])) == own * VOLUMES // 8
    assert kept_pairs(arms([one, *many] * 4)) == own * VOLUMES // 12
    # Far more than that do not leave too few to be told.
    lots = [scenario(str(nth), actors__south__power=0.1 + nth / 900) for nth in range(40)]
    assert kept_pairs(arms(lots)) == SETTLED
    # One scenario under several theories takes as much room as several scenarios.
    under = [Arm(str(nth), one, theory=str(nth)) for nth in range(8)]
    assert kept_pairs(under) == own * VOLUMES // 8


def arms(scenarios: list[Scenario]) -> list[Arm]:
    return [Arm(one.id, one) for one in scenarios]
