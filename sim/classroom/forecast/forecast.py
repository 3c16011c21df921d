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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.classroom.game.course import CLASS_RUN, BranchPoint, Course, world_of
from sim.classroom.game.table import Table
from sim.errors import SimError
from sim.model.compiled import CompiledScenario
from sim.model.moment import Moment
from sim.model.world import World
from sim.results.dataset import reported
from sim.scenario.calendar import state_dates
from sim.scenario.cameo import TRACKS
from sim.scenario.lookup import BROKEN, IN_FORCE, KEPT, LATE, instances
from sim.scenario.scenario import Scenario
from sim.simulation.block import OnScenario, recorded, spans
from sim.statistics.measures import Measure, measures
from sim.statistics.summary import quantiles

ConductKind = Literal["broken off", "kept", "late", "broken", "fallen"]
CONDUCT_KINDS: tuple[ConductKind, ...] = ("broken off", "kept", "late", "broken", "fallen")
"""Arrangements broken off; promises kept, delivered late and broken; governments fallen."""


class Conduct(NamedTuple):
    """Sums over futures that did not fail.

    ``counts``, ``(kinds, rounds + 1, actors)``: how often so far; ``in_force``, ``(rounds + 1,
    arrangements)``: in how many each is in force.
    """

    counts: Floats
    in_force: Floats


def count_conduct(world: World) -> Conduct:
    """Count a world that was played to its end."""
    compiled, records = world.compiled, world.records
    whole = records.failed < 0
    counts = np.zeros((len(CONDUCT_KINDS), len(records.status), len(compiled.layout.actors)))
    for kind, actor, where in _conduct(world):
        nth = compiled.layout.actors.index(actor)
        counts[CONDUCT_KINDS.index(kind), :, nth] += where[:, whole].sum(axis=1)
    in_force = (records.status[:, :, whole] == IN_FORCE).sum(axis=2)
    return Conduct(counts.cumsum(axis=1), in_force.astype(np.float64))


def _conduct(world: World) -> Iterator[tuple[ConductKind, str, Bools]]:
    """What actors did that is counted: when, in which future."""
    compiled, records = world.compiled, world.records
    levers, actors = sorted(compiled.description.levers), compiled.layout.actors
    for number, candidate in enumerate(compiled.table.rows):
        if candidate.lasting.breaks:
            way, track = divmod(int(compiled.table.slot[number]), len(TRACKS))
            done = records.choice[:, way, track] == levers.index(candidate.name)
            yield "broken off", actors[candidate.actor], done & records.accepted[:, way, track]
    became: dict[ConductKind, int] = {"kept": KEPT, "late": LATE, "broken": BROKEN}
    for number, promise in enumerate(compiled.lasting.promises):
        for kind, verdict in became.items():
            for debtor, _ in promise.owed:
                yield kind, debtor, records.promised[:, number] == verdict
    for number, name in enumerate(compiled.events.names):
        if (actor := compiled.description.events[name].government) is not None:
            yield "fallen", actor, records.happened[:, number]


FORECAST_RUNS = 1000
"""Futures of a forecast: the ends of its bands are then good to a few hundredths of them."""
BAND_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
MEDIAN = BAND_LEVELS.index(0.5)

ByRound = tuple[float, ...]
"""By round, from the start to the end."""
Bands = tuple[ByRound, ...]
"""Quantiles at :data:`BAND_LEVELS`."""


@dataclass(frozen=True)
class FuturesTask:
    """A task: some futures from where a game stands."""

    at: BranchPoint
    first: int
    runs: int


@dataclass(frozen=True, eq=False)
class Futures:
    """What came of some futures: arrays by run, then by round where they are courses.

    ``interest`` is each actor's own (:class:`sim.statistics.interest.Interests`);
    ``watched``, the first round of each watched event, -1 for never.
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
        compiled, at = self.compiled, task.at
        course = at.course
        world = World(
            compiled,
            course.seed,
            task.first,
            task.runs,
            forced=course.forced,
            past=at.past,
            interests=True,
        )
        world.resume(stand(compiled, course, at.played))
        world.play()
        block = recorded(world)
        watches = [block.watches.index(name) for name in compiled.description.watch]
        affinity = world.records.state[:, compiled.layout.rows("affinity")]
        found = Futures(
            reported=np.ascontiguousarray(np.moveaxis(reported(compiled.source, block), -1, 0)),
            interest=np.moveaxis(world.records.interest, -1, 0),
            affinity=np.moveaxis(affinity.astype(np.float64), -1, 0),
            watched=block.watched[watches].T.astype(np.int64),
            failed=block.failed >= 0,
            conduct=count_conduct(world),
        )
        world.close()
        return found


def stand(compiled: CompiledScenario, course: Course, played: int) -> Moment:
    """Where the class's own run stands once some rounds are over: its futures go on from there."""
    own = world_of(compiled, course, interests=True)
    for _ in range(played):
        own.step()
    moment = own.moment(0)
    own.close()
    return moment


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
    conduct : dict of kind -> actor -> ByRound
        How often so far, on average.
    in_force : dict of arrangement's label -> ByRound
        Share of the futures in which it is in force.
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
    conduct: dict[ConductKind, dict[str, ByRound]] = field(default_factory=dict)
    in_force: dict[str, ByRound] = field(default_factory=dict)


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
    outcomes, actors = list(described.outcomes), sorted(described.actors)
    pairs = [f"{one} and {other}" for one, other in combinations(actors, 2)]
    counts = sum(part.conduct.counts for part in parts) / whole.sum()
    in_force = sum(part.conduct.in_force for part in parts) / whole.sum()
    return Forecast(
        round=at.played,
        opened=at.opened,
        dates=tuple(map(str, state_dates(described.calendar).astype("datetime64[D]"))),
        outcomes=_bands(outcomes, reported, *measures(described).values()),
        interest=_bands(actors, interest),
        relations=_bands(pairs, joined("affinity")),
        events=dict(zip(described.watch, map(float, (watched >= 0).mean(axis=0)), strict=True)),
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
        conduct={
            kind: _courses(actors, by_round)
            for kind, by_round in zip(CONDUCT_KINDS, counts, strict=True)
        },
        in_force=_courses([one.label for one in instances(described)], in_force),
    )


def _courses(names: Iterable[str], values: Floats) -> dict[str, ByRound]:
    """Courses by name, of an array of shape ``(rounds + 1, names)``."""
    columns = zip(names, values.T, strict=True)
    return {name: tuple(map(float, course)) for name, course in columns}


def _bands(names: Iterable[str], values: Floats, *items: Measure) -> dict[str, Bands]:
    """Quantiles by name, of an array of shape ``(runs, rounds + 1, names)``; of counts whole ones.

    Of what is or is not the case they are all the share of the futures in which it is.
    """
    found = np.moveaxis(quantiles(values, BAND_LEVELS), -1, 0)
    for nth, item in enumerate(items):
        if item.whole:
            found[nth] = quantiles(values[..., nth], BAND_LEVELS, whole=True)
        elif item.share:
            found[nth] = values[..., nth].mean(axis=0)
    return {
        name: tuple(tuple(map(float, level)) for level in bands)
        for name, bands in zip(names, found, strict=True)
    }


def forecast_work(
    table: Table, played: int | None = None, runs: int = FORECAST_RUNS, *, opened: bool = False
) -> tuple[PlayFutures, Sequence[FuturesTask], BranchPoint]:
    """The work, its tasks and the branch point of a table's forecast, to be done elsewhere."""
    at = table.branch_point(played, opened=opened)
    scenario = table.scenario_by(at.played + at.opened)
    return PlayFutures(scenario), forecast_tasks(table.compiled, at, runs), at
