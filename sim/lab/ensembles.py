"""The runs of a visitor's variant beside those of the base, on the same draws of chance."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from sim.lab.cost import QUICK_SECONDS, affordable, fewer, seconds
from sim.lab.difference_words import becomes, chart_of, difference
from sim.lab.variant import Variant
from sim.lab.work import Check, SupersededError, Work
from sim.reporting.fans import bands, frame
from sim.results.block import joined
from sim.results.dataset import measured
from sim.scenario.scenario import Scenario
from sim.simulation.block import spans
from sim.simulation.ensemble import Batch, Ensemble
from sim.statistics.paired_difference import DRAWS
from sim.statistics.summary import Summary, summarise
from sim.studies.comparison.contrasts import Contrast, RunValues, end_contrasts
from sim.text import count

COARSE, FINE = 200, 2000
"""Runs that are played at once when a number was moved, and those that follow."""
_COARSE_DRAWS = 500
"""Draws by which the intervals of the first runs allow for one another: quick, and near enough."""
_PIECE_SECONDS, _PIECE = 0.25, 500
"""What is played at once, about, and at most: then a visitor may have asked something newer."""
_LOOK = 0.1
"""Seconds after which who waits for another's runs looks whether it still wants them."""
_MEMORY = 192 * 2**20
"""Bytes of the results that are kept, about."""
_SCENARIO = 1_500_000
"""Bytes of a scenario and its summary, about."""
_TOLD = 3
"""Most failed runs whose reason is told."""


@dataclass(frozen=True, eq=False)
class PlayedRuns:
    """What the runs of one scenario came to.

    Attributes
    ----------
    scenario : Scenario
    seed, runs : int
    summary : Summary
        Without trajectories and events where every run failed.
    values : RunValues
        Run by run, to be held against another scenario's.
    reasons : tuple of str
        Why runs failed, of the first few.
    """

    scenario: Scenario
    seed: int
    runs: int
    summary: Summary
    values: RunValues
    reasons: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        arrays = (*self.values.outcomes.values(), *self.values.watches.values())
        return _SCENARIO + sum(array.nbytes for array in arrays)

    @property
    def failed(self) -> str:
        """How many runs failed and why, in a sentence; empty where none did."""
        counts = self.summary.counts
        if not counts.failed:
            return ""
        told = "; ".join(self.reasons)
        more = "; ..." if counts.failed > len(self.reasons) else ""
        if not counts.complete:
            return f"Every run failed, so there is nothing to draw: {told}{more}."
        verb = "is" if counts.failed == 1 else "are"
        return (
            f"{count(counts.failed, 'run')} of {counts.runs:,} failed and {verb} left out: "
            f"{told}{more}."
        )


class Said(NamedTuple):
    """A sentence, and the chart that it is about; empty where it is about none."""

    text: str
    chart: str = ""


@dataclass(frozen=True, eq=False)
class Fans:
    """A variant beside its base.

    Attributes
    ----------
    base, now : PlayedRuns
        Of the same seed and number of runs.
    contrasts : tuple of Contrast
        What differs at the end, measure by measure; empty where nothing was changed, or nothing
        can be compared.
    asked, most : int
        Runs that were asked for, and as many as are played where more are asked for.
    """

    base: PlayedRuns
    now: PlayedRuns
    contrasts: tuple[Contrast, ...]
    asked: int = 0
    most: int = FINE

    @property
    def changed(self) -> bool:
        """Whether the variant is another scenario than its base."""
        return self.now is not self.base

    def frame(self) -> dict[str, Any]:
        """Names, scales and the base: see ``sim/reporting/static/fans.js``."""
        return frame(self.base.summary, self.base.scenario)

    def bands(self) -> dict[str, Any]:
        """The variant's bands and what is said of each difference."""
        words = {chart_of(one): difference(one) for one in self.contrasts}
        return bands(self.now.summary, self.now.scenario, words)

    def in_words(self, most: int = 3) -> list[Said]:
        """What differs most, a sentence each: those that are clear and large enough to see."""
        if not self.changed:
            return [
                Said("Nothing is changed: these are the runs of the scenario as its file has it.")
            ]
        found = sorted(
            (one for one in self.contrasts if one.notable), key=lambda one: -abs(one.size)
        )
        if not self.now.summary.trajectories:
            return []
        if not found:
            runs = f"{self.now.runs:,} runs"
            return [Said(f"No difference that is clear and large enough to see, in {runs}.")]
        told = [Said(f"{becomes(one)}.", chart_of(one)) for one in found[:most]]
        if len(found) > most:
            rest = count(len(found) - most, "more difference")
            told.append(Said(f"{rest} can be seen in the charts."))
        return told

    def faults(self) -> list[str]:
        """What is said of runs that failed, or were not played."""
        left_out = fewer(self.now.runs, self.asked)
        both = [("", self.now)] if not self.changed else [("", self.now), ("Base: ", self.base)]
        failed = [f"{before}{one.failed}" for before, one in both if one.failed]
        return [*failed, *([left_out] if left_out else [])]


@dataclass(eq=False)
class _Asking:
    """What a bench asks: one question after the other, and the latest alone is played."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    latest: Hashable = None


class Ensembles:
    """Plays variants for many visitors, and keeps what was played lately.

    Parameters
    ----------
    work : Work
        Who carries it out.
    memory : int
        Bytes of results that are kept, about.
    """

    def __init__(self, work: Work, memory: int = _MEMORY) -> None:
        self._work, self._memory = work, memory
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, PlayedRuns] = OrderedDict()
        self._under_way: dict[Hashable, threading.Event] = {}
        self._size = 0
        self._asking: WeakValueDictionary[str, _Asking] = WeakValueDictionary()

    async def fans(self, bench: str, variant: Variant, runs: int = COARSE) -> Fans:
        """Play a variant and its base; the latest request of a bench wins.

        Parameters
        ----------
        bench : str
            Who asks.
        variant : Variant
        runs : int
            Of each of the two.

        Raises
        ------
        SupersededError
            Where the bench has asked for another variant meanwhile.
        ScenarioError
            With all faults of the variant.
        """
        key = str(variant.base), variant.changes, runs
        asking = self._asking.setdefault(bench, _Asking())
        asking.latest = key
        async with asking.turn:
            quick = await asyncio.to_thread(_is_quick, variant, runs)
            if asking.latest != key:
                raise SupersededError
            answer = self._work.ask(
                bench, "fans", key, lambda check: self.play(variant, runs, check), quick=quick
            )
        return await asyncio.shield(asyncio.wrap_future(answer))

    def play(self, variant: Variant, runs: int, check: Check = lambda: None) -> Fans:
        """The same at once, in this thread; ``check`` is called between pieces of work."""
        # Both on the same draws: whoever turns the seed gets a base of that seed.
        seed = variant.scenario().description.seed
        scenario, base = variant.without("seed").scenario(), variant.base_scenario()
        asked, runs = runs, affordable(runs, base, scenario)
        most = affordable(FINE, base, scenario)
        before = self.runs_of(base, runs, seed, check)
        if scenario.sha256 == base.sha256:
            return Fans(before, before, (), asked, most)
        now = self.runs_of(scenario, runs, seed, check)
        check()
        found: tuple[Contrast, ...] = ()
        if before.summary.counts.complete and now.summary.counts.complete:
            draws = DRAWS if runs > COARSE else _COARSE_DRAWS
            sides = (base, before.values), (scenario, now.values)
            found = end_contrasts(*sides, seed, draws)
        return Fans(before, now, found, asked, most)

    def runs_of(
        self, scenario: Scenario, runs: int, seed: int, check: Check = lambda: None
    ) -> PlayedRuns:
        """Play a scenario, or give what was played of it lately; what is under way is shared."""
        key = scenario.sha256, seed, runs
        while True:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
                others = self._under_way.get(key)
                if others is None:
                    mine = self._under_way[key] = threading.Event()
                    break
            while not others.wait(_LOOK):
                check()
        try:
            found = play_runs(scenario, runs, seed, check)
            self._keep(key, found)
        finally:
            # Who waits looks again, and plays it where this one was given up.
            with self._lock:
                del self._under_way[key]
            mine.set()
        return found

    def _keep(self, key: Hashable, found: PlayedRuns) -> None:
        with self._lock:
            self._kept[key] = found
            self._size += found.size
            while self._size > self._memory and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._size -= oldest.size


def _is_quick(variant: Variant, runs: int) -> bool:
    """Whether the runs of a variant and its base are played in the blink of an eye."""
    base, scenario = variant.base_scenario(), variant.scenario()
    took = seconds(base, runs) + (seconds(scenario, runs) if scenario is not base else 0.0)
    return runs <= COARSE and took <= QUICK_SECONDS


def play_runs(scenario: Scenario, runs: int, seed: int, check: Check = lambda: None) -> PlayedRuns:
    """Play a scenario's runs piece by piece, and summarise them."""
    ensemble = Ensemble(scenario, seed)
    blocks = []
    piece = int(_PIECE_SECONDS / seconds(scenario, 1))
    for first, some in spans(0, runs, min(max(piece, 1), _PIECE)):
        check()
        blocks += ensemble(Batch(first, some)).blocks
    block = joined(blocks)
    check()
    data = measured(scenario, block)
    return PlayedRuns(
        scenario,
        seed,
        runs,
        summarise(data, scenario, pairs=False),
        RunValues.of_data(data),
        tuple(f"run {run}: {why}" for run, why in sorted(block.reasons.items())[:_TOLD]),
    )
