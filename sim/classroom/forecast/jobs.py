"""The background jobs of a session: forecasts and effects of orders, as the game goes on.

The forecast comes first, since a class waits for it; what the debrief needs of
each round follows, so that at the end nearly all of it is there.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from hashlib import blake2b
from typing import Any, cast
from weakref import WeakKeyDictionary

from sim.classroom.debrief.order_effects import EFFECT_PAIRS, RoundEffects, effects_work
from sim.classroom.forecast.forecast import FORECAST_RUNS, Forecast, forecast, forecast_work
from sim.classroom.forecast.job_queue import FailedJob, JobQueue
from sim.classroom.game.session import Session
from sim.classroom.game.table import UNDER_WAY, Table
from sim.classroom.storage.sqlite_log import pack
from sim.model.world import World

_LIVE, _EFFECTS, _ROUNDS = range(3)
"""Priorities: what all look at now, what orders brought about, how forecasts moved."""


class SessionJobs:
    """Asks for what a session needs, and finds what has come of it.

    Nothing here waits: what is not there yet is None.

    Parameters
    ----------
    session : Session
    background : Background
    runs : int
        Futures of a forecast.
    futures : int
        Pairs of futures for each order.
    """

    def __init__(
        self,
        session: Session,
        background: JobQueue,
        *,
        runs: int = FORECAST_RUNS,
        futures: int = EFFECT_PAIRS,
    ) -> None:
        self._session, self.background = session, background
        self.runs, self.futures = runs, futures
        self._seen: dict[int, Hashable] = {}
        self._asked: dict[Hashable, Hashable] = {}
        self._keys: WeakKeyDictionary[World, dict[Hashable, Hashable]] = WeakKeyDictionary()
        # A background may serve another session next, which can stand at the same point.
        kept = json.dumps(pack(session.scenario), sort_keys=True)
        self._scenario = blake2b(kept.encode(), digest_size=12).hexdigest()

    def follow(self) -> None:
        """Ask for all that is of use now; call it after each entry that is accepted."""
        for table in self._session.tables:
            stamp = _stamp(table)
            if self._seen.get(table.number) != stamp:
                self._seen[table.number] = stamp
                self._ask(table)

    def again(self, table: Table) -> None:
        """Ask once more for all of a table's, as before a debrief: old results are dropped."""
        self._ask(table, all_of_it=True)

    def forecast(
        self, table: Table, played: int | None = None, *, opened: bool = False
    ) -> Forecast | FailedJob | None:
        """A table's forecast from where it stands, or stood when a round was over.

        With ``opened`` from when the next round had opened, with its events and no choices.
        """
        key = self._forecast_key(table, played, opened=opened)
        return cast("Forecast | FailedJob | None", self.background.found(key))

    def ask_again(self, table: Table) -> None:
        """Ask for a table's forecast where it was dropped: it may be that of another table, too."""
        self._ask_forecast(table, None, _LIVE, ("live", table.number), all_of_it=True)

    def showing(self, key: Hashable) -> list[int]:
        """Tables whose forecast from where they stand goes by this key."""
        return [table.number for table in self._session.tables if self._forecast_key(table) == key]

    def weighed(self, table: Table, round: int) -> RoundEffects | FailedJob | None:
        """A round of a table, weighed."""
        key = self._effects_key(table, round)
        return cast("RoundEffects | FailedJob | None", self.background.found(key))

    def _ask(self, table: Table, *, all_of_it: bool = False) -> None:
        """Ask for what is new since it was asked for last, or for all of it."""
        self._ask_forecast(table, None, _LIVE, ("live", table.number), all_of_it)
        decided = {slot[0] for slot in table.moves}
        for round in range(table.played, 0, -1):  # what is fresh is looked at first
            key, topic = self._effects_key(table, round), ("weighed", table.number, round)
            if round in decided and self._is_new(topic, key, all_of_it):
                work, task = effects_work(table, round, self.futures)
                self.background.ask(
                    key, work, [task], lambda parts: parts[0], priority=_EFFECTS, topic=topic
                )
        for round in range(table.played + 1):
            topic = ("after", table.number, round)
            self._ask_forecast(table, round, _ROUNDS, topic, all_of_it)
            if round < table.played and table.events(round + 1):
                topic = ("opened", table.number, round)
                self._ask_forecast(table, round, _ROUNDS, topic, all_of_it, opened=True)

    def _is_new(self, topic: Hashable, key: Hashable, all_of_it: bool) -> bool:
        before, self._asked[topic] = self._asked.get(topic), key
        return all_of_it or key != before

    def _ask_forecast(
        self,
        table: Table,
        played: int | None,
        priority: int,
        topic: Hashable,
        all_of_it: bool,
        *,
        opened: bool = False,
    ) -> None:
        key = self._forecast_key(table, played, opened=opened)
        if self._is_new(topic, key, all_of_it):
            work, tasks, at = forecast_work(table, played, self.runs, opened=opened)

            def join(parts: list[Any]) -> Forecast:
                return forecast(work.scenario, at, parts)

            self.background.ask(key, work, tasks, join, priority=priority, topic=topic)

    def _forecast_key(
        self, table: Table, played: int | None = None, *, opened: bool = False
    ) -> Hashable:
        # Tables that stand alike share it: all of them do at the start.
        if played is None:
            opened, played = table.phase in UNDER_WAY, table.played
        return self._key(table, "forecast", self.runs, played, opened)

    def _effects_key(self, table: Table, round: int) -> Hashable:
        return self._key(table, "weighed", self.futures, round, False)

    def _key(self, table: Table, what: str, runs: int, played: int, opened: bool) -> Hashable:
        # Of what is over nothing changes but with the world that is played again.
        known = self._keys.setdefault(table.world, {})
        mark = (what, played, opened)
        if mark not in known:
            point = table.branch_point(played, opened=opened).digest
            # Whole, since ids of ad-hoc events are given out again.
            adhoc = tuple(
                (name, event.model_dump_json())
                for name, (at, event) in table.adhoc_events.items()
                if at <= played + opened
            )
            known[mark] = (what, self._scenario, runs, point, adhoc)
        return known[mark]


def _stamp(table: Table) -> Hashable:
    """Changes whenever something is to be worked out anew."""
    moves, answers, forced = (
        frozenset(part.items()) for part in (table.moves, table.answers, table.forced)
    )
    adhoc = tuple(table.adhoc_events)
    return table.phase in UNDER_WAY, table.played, adhoc, moves, answers, forced
