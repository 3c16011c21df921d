"""Run a scenario many times: batches of runs, joined into labelled results."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Floats, Ints, Progress
from sim.model.compiled import CompiledScenario
from sim.model.ledger import Ledger
from sim.results.block import Block, joined
from sim.results.bounded_tally import Tally, tally
from sim.scenario.calendar import rounds_of
from sim.scenario.cameo import Track, track
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Order
from sim.simulation.block import OnScenario, Span, about, simulate, spans
from sim.simulation.executors.base import HERE, Workers
from sim.theories.protocol import Decision, View
from sim.theories.quantal import quantal
from sim.theories.seating import NOBODY, Seats

if TYPE_CHECKING:
    import xarray as xr


# Moves laid down in advance: an actor follows orders, and decides where it has none.


def scripted(
    orders: Iterable[Order],
    compiled: CompiledScenario,
    otherwise: Mapping[str, Decision] | None = None,
) -> dict[str, Decision]:
    """Decision rules of the actors that have orders.

    Parameters
    ----------
    orders : iterable of Order
        Later ones win where two fall on the same round, pair and track.
    compiled : CompiledScenario
        Of the runs they are for.
    otherwise : mapping of actor to Decision, optional
        How an actor decides where it has no orders, or where the lever that it was to pull is
        not open; by the theory of the scenario's file where not given. A lever that it is never
        to pull is closed to it. Rules of actors without orders are given back as they are.
    """
    by_actor: dict[str, _Laid] = {}
    for order in orders:
        way = compiled.layout.directions.index((order.by, order.toward))
        laid = by_actor.setdefault(order.by, _Laid({}, {}))
        kind = track(compiled.description.levers[order.lever])
        for now in rounds_of(order, compiled.description.calendar):
            laid.add((now, way, kind), order)
    own = {**compiled.seats.decisions, **(otherwise or {})}
    return own | {a: _follow(laid, own.get(a, quantal)) for a, laid in by_actor.items()}


Turn = tuple[int, int, Track]
"""A round, the number of the ordered pair, and whether a word or a deed."""


@dataclass(frozen=True)
class _Laid:
    """What an actor is to do, and what it is not to do, turn by turn."""

    made: dict[Turn, str]
    never: dict[Turn, set[str]]

    def add(self, turn: Turn, order: Order) -> None:
        barred = self.never.setdefault(turn, set())
        if not order.never:
            self.made[turn] = order.lever
            barred.discard(order.lever)
            return
        barred.add(order.lever)
        if self.made.get(turn) == order.lever:
            del self.made[turn]


def _follow(laid: _Laid, otherwise: Decision) -> Decision:
    @wraps(otherwise)
    def rule(view: View) -> Ints:
        turn = view.round, view.direction, view.track
        own = otherwise(_without(view, laid.never.get(turn, set())))
        lever = laid.made.get(turn)
        if lever is None:
            return own
        number = view.levers.index(lever)
        return np.where(view.open[number], number, own)

    return rule


def _without(view: View, levers: Collection[str]) -> View:
    """The same view, some levers closed; the rest keep their weights against one another."""
    shut = [number for number, lever in enumerate(view.levers) if lever in levers]
    if not shut:
        return view
    open_ = view.open.copy()
    open_[shut] = False
    return replace(view, open=open_)


BLOCKS = 2
"""Blocks per batch, the task of a worker: long beside what it costs to send."""
TALLIED = 4
"""How many times longer a batch is of which only a tally is sent."""
USUAL_ROUNDS = 16
"""With more rounds a batch has fewer blocks: it takes some seconds, not minutes."""
SHARES = 64
"""Batches that there are at least, where the runs suffice: work for many workers."""
ACCOUNTED = 1024
"""Runs of which a ledger keeps account: means settle long before the runs end."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Consecutive runs, as a task, and what is wanted of them.

    Attributes
    ----------
    first, runs : int
    kept, tallied, accounted : bool
        Their whole records; their tally; the account of the reasons in them.
    given : mapping of path to array, shape (runs,)
        Parameters that are set run by run, instead of drawn.
    """

    first: int
    runs: int
    kept: bool = True
    tallied: bool = False
    accounted: bool = False
    given: Mapping[str, Floats] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(Span(self.first, self.runs))


@dataclass(eq=False)
class Played:
    """What runs came to, those of further batches added in their order.

    Attributes
    ----------
    runs : int
        How many have been played.
    blocks : list of Block
        The records of those that are kept.
    tally : Tally or None
    ledger : Ledger or None
        The account of the reasons.
    """

    runs: int = 0
    blocks: list[Block] = field(default_factory=list)
    tally: Tally | None = None
    ledger: Ledger | None = None

    def add(self, other: Played) -> None:
        """Add what further runs came to."""
        self.runs += other.runs
        self.blocks += other.blocks
        if other.tally is not None:
            if self.tally is None:
                self.tally = other.tally.widened()
            else:
                self.tally.add(other.tally)
        if self.ledger is None:
            self.ledger = other.ledger
        elif other.ledger is not None:
            self.ledger.add(other.ledger)


@dataclass(frozen=True)
class Ensemble(OnScenario):
    """The work of playing batches of a scenario's runs.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    orders : tuple of Order
        Moves laid down in advance.
    varied : tuple of str
        Parameters that are set as a change, from which ordinary times do not move.
    seats : Seats
        The theories by which actors decide and answer; the built-in one where they have none.
    """

    scenario: Scenario
    seed: int
    orders: tuple[Order, ...] = ()
    varied: tuple[str, ...] = ()
    seats: Seats = NOBODY

    def __call__(self, batch: Batch) -> Played:
        """Play a batch, block by block; of what is not kept only the tally stays."""
        decisions = scripted(self.orders, self.compiled, self.seats.decisions)
        found = Played(ledger=Ledger(self.compiled) if batch.accounted else None)
        for first, runs in spans(batch.first, batch.runs, self.compiled.block):
            own = slice(first - batch.first, first - batch.first + runs)
            given = {path: values[own] for path, values in batch.given.items()}
            block = simulate(
                self.compiled,
                self.seed,
                first,
                runs,
                decisions,
                answers=self.seats.answers,
                given=given,
                ledger=found.ledger,
            )
            kept = [block] if batch.kept else []
            found.add(Played(runs, kept, tally(self.scenario, block) if batch.tallied else None))
        found.blocks = [joined(found.blocks)] if batch.kept else []
        return found

    def batches(
        self,
        runs: int,
        *,
        first: int = 0,
        kept: int | None = None,
        volume: int | None = None,
        tallied: bool = False,
        accounted: bool = False,
        given: Mapping[str, Floats] | None = None,
        done: int = 0,
    ) -> Iterator[Batch]:
        """Cut runs into batches; which runs stand together depends on nothing but these.

        The parameters are those of :func:`play`; besides, ``done`` runs need not be played
        again.

        Raises
        ------
        ValueError
            Where no batch ends after the runs that are done.
        """
        kept = runs if kept is None else min(kept, runs)
        whole, counted = self._size(kept, BLOCKS), self._size(runs - kept, BLOCKS * TALLIED)
        ends = {*range(whole, kept, whole), *range(kept, runs, counted), runs, 0}
        if volume is not None:
            ends.update(range(volume, kept, volume))
        if accounted:
            ends.add(min(ACCOUNTED, runs))
        if done not in ends:
            raise ValueError(f"no batch ends after {done:,} runs")
        return (
            Batch(
                first + start,
                end - start,
                kept=start < kept,
                tallied=tallied,
                accounted=accounted and start < ACCOUNTED,
                given={path: values[start:end] for path, values in (given or {}).items()},
            )
            for start, end in pairwise(sorted(ends))
            if start >= done
        )

    def _size(self, runs: int, blocks: int) -> int:
        """Runs of a batch: some blocks, fewer where they are long or where there are few runs."""
        block, rounds = self.compiled.block, self.scenario.description.calendar.rounds
        fitting = min(blocks * USUAL_ROUNDS // max(rounds, USUAL_ROUNDS), runs // (SHARES * block))
        return max(fitting, 1) * block


def play(
    scenario: Scenario,
    runs: int,
    seed: int,
    *,
    first: int = 0,
    kept: int | None = None,
    volume: int | None = None,
    tallied: bool = False,
    accounted: bool = False,
    orders: Sequence[Order] = (),
    given: Mapping[str, Floats] | None = None,
    seats: Seats = NOBODY,
    workers: Workers = HERE,
    progress: Progress | None = None,
) -> Played:
    """Play runs of a scenario.

    Parameters
    ----------
    scenario : Scenario
    runs, seed : int
    first : int
        Number of the first run: run r is the same whatever runs stand beside it.
    kept : int, optional
        Keep the whole records of so many; where that is not all of them, all are tallied.
    volume : int, optional
        Batches end where so many kept runs are full.
    tallied : bool
        Tally them in any case.
    accounted : bool
        Account for the reasons in the first :data:`ACCOUNTED` runs.
    orders : sequence of Order
        Moves laid down in advance.
    given : mapping of path to array, shape (runs,), optional
        Parameters that are set run by run, instead of drawn; all other draws stay.
    seats : Seats
        The theories by which actors decide and answer; the built-in one where they have none.
    workers : Workers
        Who plays them; the results are the same.
    progress : callable, optional
        Called with the number of runs done so far.
    """
    work = Ensemble(scenario, seed, tuple(orders), seats=seats)
    found = Played()
    batches = work.batches(
        runs,
        first=first,
        kept=kept,
        volume=volume,
        tallied=tallied or (kept is not None and kept < runs),
        accounted=accounted,
        given=given,
    )
    for part in workers.map(work, batches):
        found.add(part)
        if progress:
            progress(found.runs)
    return found


def run(
    scenario: Scenario,
    runs: int | None = None,
    seed: int | None = None,
    *,
    first: int = 0,
    orders: Sequence[Order] = (),
    workers: Workers = HERE,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Run a scenario, keep all of it, and label what came out.

    Parameters
    ----------
    runs, seed : int, optional
        The scenario's own where not given.
    first, orders, workers, progress
        As for :func:`play`.

    Returns
    -------
    xarray.Dataset
        See :func:`sim.results.dataset.assemble`.
    """
    runs = scenario.description.runs if runs is None else runs
    seed = scenario.description.seed if seed is None else seed
    found = play(
        scenario, runs, seed, first=first, orders=orders, workers=workers, progress=progress
    )
    return labelled(scenario, found.blocks, seed)


def labelled(scenario: Scenario, blocks: Sequence[Block], seed: int) -> xr.Dataset:
    """Label what blocks of a scenario's runs recorded."""
    from sim.results.dataset import assemble

    return assemble(scenario, blocks, about(scenario, seed))
