"""Forecasts: many futures of the model, from where a table stands.

All futures of a table are in the class's own world: the uncertain numbers are
those that its run drew, and what is over is the class's own. From there each
future has its own luck, and the model plays every seat.

Where a round is open its events have happened, its choices have not, so events
are shared for one round more than all else (:class:`sim.model.draws.Past`):
to share every draw of that round would foretell what computed actors are about
to choose, and to share none would let events un-happen that the class has seen.
Choices that people have laid down in the open round are left out: a forecast
that all may see must not tell them, and they can still be changed. What the
teacher has let happen in a round that is not open yet is left out as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.classroom.game.course import CLASS_RUN, BranchPoint, world_of
from sim.classroom.game.table import Table
from sim.errors import SimError
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.results.lasting import BROKEN, IN_FORCE, KEPT, LATE
from sim.scenario.calendar import state_dates
from sim.scenario.cameo import TRACKS
from sim.scenario.lookup import instances
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.simulation.block import OnScenario, recorded, spans
from sim.statistics.interest import Welfare
from sim.statistics.measures import measures

# How often actors break off, keep their promises and change governments, in many futures.

ConductKind = Literal["broken off", "kept", "late", "broken", "fallen"]
CONDUCT_KINDS: tuple[ConductKind, ...] = ("broken off", "kept", "late", "broken", "fallen")
"""Arrangements broken off; promises kept, delivered late and broken; governments fallen."""


@dataclass(frozen=True, eq=False)
class Conduct:
    """Sums over futures that did not fail.

    Attributes
    ----------
    runs : int
    counts : shape (kinds, rounds + 1, actors)
        How often so far, actors by name.
    in_force : shape (rounds + 1, arrangements)
        In how many each is in force.
    """

    runs: int
    counts: Floats
    in_force: Floats


@dataclass(frozen=True)
class ExpectedConduct:
    """What the model's futures do on average, by round from the start to the end.

    Attributes
    ----------
    counts : dict of kind to actor to (by round)
        How often so far.
    in_force : dict of arrangement's label to (by round)
        Share of the futures in which it is in force.
    """

    counts: dict[ConductKind, dict[str, tuple[float, ...]]]
    in_force: dict[str, tuple[float, ...]]


def count_conduct(world: World) -> Conduct:
    """Count a world that was played to its end."""
    compiled, records = world.compiled, world.records
    whole = records.failed < 0
    actors = {name: n for n, name in enumerate(compiled.layout.actors)}
    counts = np.zeros((len(CONDUCT_KINDS), len(records.status), len(actors)))
    for kind, actor, where in (*_broken(world), *_promised(world), *_fallen(world)):
        counts[CONDUCT_KINDS.index(kind), :, actors[actor]] += where[:, whole].sum(axis=1)
    return Conduct(
        int(whole.sum()),
        counts.cumsum(axis=1),
        (records.status[:, :, whole] == IN_FORCE).sum(axis=2).astype(np.float64),
    )


def _broken(world: World) -> Iterable[tuple[ConductKind, str, Bools]]:
    compiled, records = world.compiled, world.records
    levers = sorted(compiled.description.levers)
    for number, candidate in enumerate(compiled.table.rows):
        if candidate.lasting.breaks:
            way, track = divmod(int(compiled.table.slot[number]), len(TRACKS))
            done = records.choice[:, way, track] == levers.index(candidate.name)
            actor = compiled.layout.actors[candidate.actor]
            yield "broken off", actor, done & records.accepted[:, way, track]


def _promised(world: World) -> Iterable[tuple[ConductKind, str, Bools]]:
    for number, promise in enumerate(world.compiled.lasting.promises):
        became = world.records.promised[:, number]
        for kind, verdict in (("kept", KEPT), ("late", LATE), ("broken", BROKEN)):
            for debtor, _ in promise.owed:
                yield kind, debtor, became == verdict  # type: ignore[misc]


def _fallen(world: World) -> Iterable[tuple[ConductKind, str, Bools]]:
    events = world.compiled.description.events
    for number, name in enumerate(world.compiled.events.names):
        if (actor := events[name].government) is not None:
            yield "fallen", actor, world.records.happened[:, number]


def expected_conduct(described: Description, parts: Iterable[Conduct]) -> ExpectedConduct:
    """The means of some futures, of which one did not fail at least."""
    known = list(parts)
    runs = sum(part.runs for part in known)
    counts = np.sum([part.counts for part in known], axis=0) / runs
    shares = np.sum([part.in_force for part in known], axis=0) / runs
    return ExpectedConduct(
        {
            kind: {
                actor: tuple(map(float, column))
                for actor, column in zip(sorted(described.actors), by_round.T, strict=True)
            }
            for kind, by_round in zip(CONDUCT_KINDS, counts, strict=True)
        },
        {
            one.label: tuple(map(float, column))
            for one, column in zip(instances(described), shares.T, strict=True)
        },
    )


FORECAST_RUNS = 1000
"""Futures of a forecast: the ends of its bands are then good to a few hundredths of them."""
BAND_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
MEDIAN = BAND_LEVELS.index(0.5)

Bands = tuple[tuple[float, ...], ...]
"""Quantiles at :data:`LEVELS`, each by round from the start to the end."""


@dataclass(frozen=True)
class FuturesTask:
    """A task: some futures from where a game stands."""

    at: BranchPoint
    first: int
    runs: int


@dataclass(frozen=True, eq=False)
class Futures:
    """What came of some futures.

    Attributes
    ----------
    reported : shape (runs, rounds + 1, outcomes)
    interest : shape (runs, rounds + 1, actors)
        Own interest (:meth:`sim.statistics.interest.Welfare.index`), actors by name.
    affinity : shape (runs, rounds + 1, pairs)
    watched : Ints, shape (runs, watches)
        First round of each watched event, -1 for never.
    failed : Bools, shape (runs,)
    conduct : Conduct
        How often actors broke off, kept and broke promises, and changed governments.
    """

    reported: Floats
    interest: Floats
    affinity: Floats
    watched: Ints
    failed: Bools
    conduct: Conduct


@dataclass(frozen=True)
class PlayFutures(OnScenario):
    """The work of playing futures; what it keeps serves all branch points of a scenario."""

    scenario: Scenario

    def __call__(self, task: FuturesTask) -> Futures:
        """Play some futures from the start to the end."""
        from sim.results.dataset import assemble

        at, welfare = task.at, Welfare(self.compiled)
        world = world_of(self.compiled, at.course, first=task.first, runs=task.runs, past=at.past)
        interest = [own_interest(welfare, world)]
        for _ in range(self.compiled.description.calendar.rounds):
            world.step()
            interest.append(own_interest(welfare, world))
        labelled = assemble(self.compiled.source, recorded(world), {})
        affinity = world.records.state[:, self.compiled.layout.rows("affinity")]
        found = Futures(
            reported=labelled["reported"].transpose("run", "round", "outcome").values,
            interest=np.moveaxis(np.stack(interest), -1, 0),
            affinity=np.moveaxis(affinity.astype(np.float64), -1, 0),
            watched=labelled["watched"].transpose("run", "watch").values.astype(np.int64),
            failed=labelled["failed_round"].values >= 0,
            conduct=count_conduct(world),
        )
        world.close()
        return found


def own_interest(welfare: Welfare, world: World) -> Floats:
    """Every actor's own interest as a world stands; of a run that failed, no number."""
    with np.errstate(all="ignore"):
        return welfare.index(world.x, world.theory.concentration, world.levels)


@dataclass(frozen=True)
class Forecast:
    """What may come, in plain numbers.

    Attributes
    ----------
    round : int
        Rounds that are over; up to there all futures are the class's own past.
    opened : bool
        The events of the next round have happened, too.
    dates : tuple of str
        Of each state, from the start to the end, as ``2017-04-01``.
    outcomes : dict of outcome -> Bands
    interest : dict of actor -> Bands
        Each actor's own interest, in points.
    relations : dict of pair -> Bands
        The affinity of ``a and b``, names in alphabetical order.
    events : dict of watched event -> float
        Probability that it has happened by the end.
    ends : dict of outcome -> (mean, standard deviation)
        Over the futures, at the end.
    runs : int
        Futures that all this rests on.
    spreads : dict of actor -> float
        Standard deviation of each actor's own interest at the end, in points.
    seen : tuple of watched events
        Those that had happened in the rounds that are over.
    conduct : Expected or None
        How often actors break off, keep promises and change governments.
    """

    round: int
    opened: bool
    dates: tuple[str, ...]
    outcomes: dict[str, Bands]
    interest: dict[str, Bands]
    relations: dict[str, Bands]
    events: dict[str, float]
    ends: dict[str, tuple[float, float]]
    runs: int
    spreads: dict[str, float] = field(default_factory=dict)
    seen: tuple[str, ...] = ()
    conduct: ExpectedConduct | None = None


def forecast_tasks(
    compiled: CompiledScenario, at: BranchPoint, runs: int = FORECAST_RUNS
) -> list[FuturesTask]:
    """The tasks of a forecast; the futures are numbered from 1, for the class's run is 0."""
    return [FuturesTask(at, *span) for span in spans(CLASS_RUN + 1, runs, compiled.block)]


def forecast(scenario: Scenario, at: BranchPoint, parts: Iterable[Futures]) -> Forecast:
    """Make a forecast of its futures.

    Raises
    ------
    SimError
        When every future failed.
    """
    described, parts = scenario.description, list(parts)
    whole = ~np.concatenate([part.failed for part in parts])
    if not whole.any():
        raise SimError(f"all {len(whole)} futures failed: the scenario has numbers out of hand")

    def joined(name: str) -> Floats:
        found: Floats = np.concatenate([getattr(part, name) for part in parts])[whole]
        return found.astype(np.float64)

    reported, interest, watched = (joined(part) for part in ("reported", "interest", "watched"))
    shown = measures(described).values()
    counts, shares = [item.whole for item in shown], [item.share for item in shown]
    share = (watched >= 0).mean(axis=0)
    outcomes, actors = list(described.outcomes), sorted(described.actors)
    pairs = [f"{one} and {other}" for one, other in combinations(actors, 2)]
    return Forecast(
        round=at.played,
        opened=at.opened,
        dates=tuple(map(str, state_dates(described.calendar).astype("datetime64[D]"))),
        outcomes=dict(zip(outcomes, _bands(reported, counts, shares), strict=True)),
        interest=dict(zip(actors, _bands(interest), strict=True)),
        relations=dict(zip(pairs, _bands(joined("affinity")), strict=True)),
        events=dict(zip(described.watch, map(float, share), strict=True)),
        ends={
            name: (float(values.mean()), float(values.std()))
            for name, values in zip(outcomes, reported[:, -1].T, strict=True)
        },
        runs=int(whole.sum()),
        spreads=dict(zip(actors, map(float, interest[:, -1].std(axis=0)), strict=True)),
        seen=tuple(
            name
            for name, first in zip(described.watch, watched.T, strict=True)
            if ((first >= 0) & (first <= at.played)).all()
        ),
        conduct=expected_conduct(described, (part.conduct for part in parts)),
    )


def _bands(values: Floats, counts: Sequence[bool] = (), shares: Sequence[bool] = ()) -> list[Bands]:
    """Quantiles of each column, of shape ``(runs, rounds + 1, columns)``; of counts whole ones.

    Of what is or is not the case they are all the share of the futures in which it is.
    """
    found = np.moveaxis(np.quantile(values, BAND_LEVELS, axis=0), -1, 0)
    if any(counts):
        whole = np.moveaxis(np.quantile(values, BAND_LEVELS, axis=0, method="inverted_cdf"), -1, 0)
        found = np.where(np.array(counts)[:, None, None], whole, found)
    if any(shares):
        found = np.where(np.array(shares)[:, None, None], values.mean(axis=0).T[:, None], found)
    return [tuple(tuple(map(float, level)) for level in column) for column in found]


def forecast_work(
    table: Table, played: int | None = None, runs: int = FORECAST_RUNS, *, opened: bool = False
) -> tuple[PlayFutures, Sequence[FuturesTask], BranchPoint]:
    """The work, its tasks and the branch point of a table's forecast, to be done elsewhere."""
    at = table.branch_point(played, opened=opened)
    scenario = table.scenario_by(at.played + at.opened)
    return PlayFutures(scenario), forecast_tasks(table.compiled, at, runs), at
