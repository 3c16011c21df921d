"""What is worked out for the tables of a session, as the game goes on.

The forecast comes first, since a class waits for it; what the debrief needs of
each round follows, so that at the end nearly all of it is there.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from hashlib import blake2b
from typing import Any

from sim.classroom.background import Background, Failed
from sim.classroom.debrief.effects import Weighed
from sim.classroom.debrief.weighing import FUTURES, of_round
from sim.classroom.forecast import RUNS, Forecast, Standing, forecast, of_table, standing
from sim.classroom.kept import pack
from sim.classroom.session import Session
from sim.classroom.table import Table

LIVE, WEIGHED, ROUNDS = range(3)
"""Priorities: what all look at now, what orders brought about, how forecasts moved."""


class Workings:
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
        self, session: Session, background: Background, *, runs: int = RUNS, futures: int = FUTURES
    ) -> None:
        self._session, self.background = session, background
        self.runs, self.futures = runs, futures
        self._seen: dict[int, Hashable] = {}
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

    def again(self) -> None:
        """Ask once more for all of it, as before a debrief: results kept too long are gone."""
        self._seen.clear()
        self.follow()

    def forecast(self, table: Table, played: int | None = None) -> Forecast | Failed | None:
        """A table's forecast from where it stands, or stood when a round was over."""
        found: Forecast | Failed | None = self.background.found(
            self._forecast_key(table, standing(table, played))
        )
        return found

    def ask_again(self, table: Table) -> None:
        """Ask for a table's forecast where it was dropped: it may be that of another table, too."""
        self._ask_forecast(table, None, LIVE, ("live", table.number))

    def showing(self, key: Hashable) -> list[int]:
        """Tables whose forecast from where they stand goes by this key."""
        return [
            table.number
            for table in self._session.tables
            if self._forecast_key(table, standing(table)) == key
        ]

    def weighed(self, table: Table, round: int) -> Weighed | Failed | None:
        """A round of a table, weighed."""
        found: Weighed | Failed | None = self.background.found(self._weighed_key(table, round))
        return found

    def _ask(self, table: Table) -> None:
        self._ask_forecast(table, None, LIVE, ("live", table.number))
        for round in range(table.played, 0, -1):  # what is fresh is looked at first
            if any(turn[0] == round for turn in table.moves):
                work, task = of_round(table, round, self.futures)
                self.background.ask(
                    self._weighed_key(table, round), work, [task], _only,
                    priority=WEIGHED, topic=("weighed", table.number, round),
                )  # fmt: skip
        for round in range(table.played + 1):
            self._ask_forecast(table, round, ROUNDS, ("after", table.number, round))

    def _ask_forecast(
        self, table: Table, played: int | None, priority: int, topic: Hashable
    ) -> None:
        work, tasks, at = of_table(table, played, self.runs)
        self.background.ask(
            self._forecast_key(table, at),
            work,
            tasks,
            lambda parts: forecast(work.scenario, at, parts),
            priority=priority,
            topic=topic,
        )

    def _forecast_key(self, table: Table, at: Standing) -> Hashable:
        # Tables that stand alike share it: all of them do at the start.
        made = _made(table, at.played + at.opened)
        return ("forecast", self._scenario, self.runs, at.digest, made)

    def _weighed_key(self, table: Table, round: int) -> Hashable:
        at = standing(table, round)
        return ("weighed", self._scenario, self.futures, at.digest, _made(table, round))


def _only(parts: list[Any]) -> Any:
    return parts[0]


def _stamp(table: Table) -> Hashable:
    """Changes whenever something is to be worked out anew."""
    course = table.course
    return (
        table.phase in ("choosing", "answering"), table.played, tuple(table.made),
        *(frozenset(part.items()) for part in (course.moves, course.answers, course.forced)),
    )  # fmt: skip


def _made(table: Table, happened: int) -> tuple[Hashable, ...]:
    """What the teacher made up to happen by a round, whole: ids are given out again."""
    return tuple(
        (name, event.model_dump_json())
        for name, (at, event) in table.made.items()
        if at <= happened
    )
