"""A background that works at once, and a game whose debrief is worth reading."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from sim.classroom.forecast.forecast import (
    FORECAST_RUNS,
    Forecast,
    PlayFutures,
    forecast,
    forecast_tasks,
)
from sim.classroom.forecast.job_queue import JobQueue
from sim.classroom.forecast.jobs import SessionJobs
from sim.classroom.game import log_entries as of
from sim.classroom.game.course import BranchPoint
from sim.scenario.cameo import Track
from sim.scenario.scenario import Scenario
from tests.classroom.games import Log

T = TypeVar("T")
R = TypeVar("R")


class AtOnce(JobQueue):
    """Works out what is asked for before it answers."""

    def ask(
        self,
        key: Hashable,
        work: Callable[[T], R],
        tasks: Iterable[T],
        join: Callable[[list[R]], object],
        *,
        priority: int = 0,
        topic: Hashable | None = None,
    ) -> None:
        if self.found(key) is None:
            self._keep(key, join(list(map(work, tasks))))


def foretell(scenario: Scenario, at: BranchPoint, runs: int = FORECAST_RUNS) -> Forecast:
    """A forecast, worked out here."""
    work = PlayFutures(scenario)
    return forecast(scenario, at, map(work, forecast_tasks(work.setting, at, runs)))


def played(
    scenario: Scenario, names: list[str], rounds: int, tables: int = 1, seed: int = 7
) -> Log:
    """A game in which people choose by chance; they take seats in the order of the tables."""
    log, rng = Log(scenario, tables, seed), random.Random(1)
    actors, waiting = list(scenario.description.actors), list(names)
    for table in range(1, tables + 1):
        for actor in actors:
            if waiting:
                log.seat(actor, table, waiting.pop(0))
    for _ in range(rounds):
        for one in log.session.tables:
            _round(log, one.number, rng)
    return log


def _round(log: Log, number: int, rng: random.Random) -> None:
    table, people = log.table(number), list(log.session.people.values())
    if table.phase == "over":
        return
    log.open(number)
    for person in people:
        if person.table == number and person.actor is not None:
            most = table.scenario.description.actors[person.actor].attention
            moves: dict[str, dict[Track, str | None]] = {}
            for nth, (actor, target, track) in enumerate(table.slots(person.actor)):
                levers = [k for k, o in table.levers(actor, target, track).items() if o]
                idle = most is not None and nth >= most
                picked = None if idle else rng.choice([None, *levers])
                moves.setdefault(target, {})[track] = picked
            at = log.now
            log.accept(of.Ordered(at=at, participant=person.id, table=number,
                                  round=table.round, moves=moves))  # fmt: skip
    log.close(number)
    if table.phase == "answering":
        for ask in list(table.open_proposals):
            person = next(p for p in people if (p.table, p.actor) == (number, ask.target))
            said = {ask.actor: {ask.track: rng.random() < 0.5}}
            log.accept(of.Answered(at=log.now, participant=person.id, table=number,
                                   round=table.round, answers=said))  # fmt: skip
        log.close(number)


def workings(log: Log, runs: int = 40, futures: int = 30) -> SessionJobs:
    """All that is to be worked out for a game, worked out."""
    found = SessionJobs(log.session, AtOnce(), runs=runs, futures=futures)
    found.follow()
    return found
