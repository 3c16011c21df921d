"""What may come: many futures of the model, from where a table stands.

All futures of a table are in the class's own world: the uncertain numbers are
those that its run drew, and what is over is the class's own. From there each
future has its own luck, and the model plays every seat.

Where a round is open its events have happened, its choices have not, so events
are shared for one round more than all else (:class:`sim.model.random_streams.Past`):
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

import numpy as np
import numpy.typing as npt

from sim.arrays import Floats
from sim.classroom.forecast.conduct import Conduct, Expected, conduct, expected
from sim.classroom.game.course import RUN, play
from sim.classroom.game.standing import Standing, scenario_of, standing
from sim.classroom.game.table import Table
from sim.errors import SimError
from sim.model.compiled import Setting
from sim.model.welfare import Welfare
from sim.model.world import World
from sim.scenario.calendar import state_dates
from sim.scenario.scenario import Scenario
from sim.simulation.block import OnScenario, recorded, spans
from sim.statistics.measures import measures

RUNS = 1000
"""Futures of a forecast: the ends of its bands are then good to a few hundredths of them."""
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
MEDIAN = LEVELS.index(0.5)

Bands = tuple[tuple[float, ...], ...]
"""Quantiles at :data:`LEVELS`, each by round from the start to the end."""


@dataclass(frozen=True)
class Ahead:
    """A task: some futures from where a game stands."""

    standing: Standing
    first: int
    runs: int


@dataclass(frozen=True, eq=False)
class Futures:
    """What came of some futures.

    Attributes
    ----------
    reported : shape (runs, rounds + 1, outcomes)
    interest : shape (runs, rounds + 1, actors)
        Own interest (:meth:`sim.model.welfare.Welfare.index`), actors by name.
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
    watched: npt.NDArray[np.int64]
    failed: npt.NDArray[np.bool_]
    conduct: Conduct


@dataclass(frozen=True)
class Foresee(OnScenario):
    """The work of playing futures; what it keeps serves all standings of a scenario."""

    scenario: Scenario

    def __call__(self, task: Ahead) -> Futures:
        """Play some futures from the start to the end."""
        at = task.standing
        world = play(self.setting, at.course, first=task.first, runs=task.runs, past=at.past)
        watcher = Watcher(self.setting, world)
        for _ in range(self.setting.description.calendar.rounds):
            world.step()
            watcher.note(world)
        found = futures(world, watcher)
        world.close()
        return found


class Watcher:
    """Takes down every actor's own interest, round by round."""

    def __init__(self, setting: Setting, world: World) -> None:
        self._welfare = Welfare(setting)
        self.index = [self._now(world)]

    def note(self, world: World) -> None:
        """Take it down at the end of a round."""
        self.index.append(self._now(world))

    def _now(self, world: World) -> Floats:
        with np.errstate(all="ignore"):  # a run that failed has no numbers
            return self._welfare.index(world.x, world.theory.concentration, world.levels)


def futures(world: World, watcher: Watcher) -> Futures:
    """What a world that was played to its end has left behind."""
    from sim.results.dataset import assemble

    labelled = assemble(world.setting.source, recorded(world), {})
    affinity = world.records.state[:, world.setting.layout.rows("affinity")].astype(np.float64)
    return Futures(
        reported=labelled["reported"].transpose("run", "round", "outcome").values,
        interest=np.moveaxis(np.stack(watcher.index), -1, 0),
        affinity=np.moveaxis(affinity, -1, 0),
        watched=labelled["watched"].transpose("run", "watch").values.astype(np.int64),
        failed=labelled["failed_round"].values >= 0,
        conduct=conduct(world),
    )


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
    conduct: Expected | None = None


def tasks(setting: Setting, at: Standing, runs: int = RUNS) -> list[Ahead]:
    """The tasks of a forecast; the futures are numbered from 1, for the class's run is 0."""
    return [Ahead(at, *span) for span in spans(RUN + 1, runs, setting.block)]


def forecast(scenario: Scenario, at: Standing, parts: Iterable[Futures]) -> Forecast:
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
        conduct=expected(described, (part.conduct for part in parts)),
    )


def _bands(values: Floats, counts: Sequence[bool] = (), shares: Sequence[bool] = ()) -> list[Bands]:
    """Quantiles of each column, of shape ``(runs, rounds + 1, columns)``; of counts whole ones.

    Of what is or is not the case they are all the share of the futures in which it is.
    """
    found = np.moveaxis(np.quantile(values, LEVELS, axis=0), -1, 0)
    if any(counts):
        whole = np.moveaxis(np.quantile(values, LEVELS, axis=0, method="inverted_cdf"), -1, 0)
        found = np.where(np.array(counts)[:, None, None], whole, found)
    if any(shares):
        found = np.where(np.array(shares)[:, None, None], values.mean(axis=0).T[:, None], found)
    return [tuple(tuple(map(float, level)) for level in column) for column in found]


def of_table(
    table: Table, played: int | None = None, runs: int = RUNS, *, opened: bool = False
) -> tuple[Foresee, Sequence[Ahead], Standing]:
    """The work, its tasks and the standing of a table's forecast, to be done elsewhere."""
    at = standing(table, played, opened=opened)
    scenario = scenario_of(table, at.played + at.opened)
    return Foresee(scenario), tasks(table.setting, at, runs), at
