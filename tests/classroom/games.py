"""Sessions for tests: a scenario, students in their seats, and a log without a file."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy

from sim.classroom.game import log_entries as of
from sim.classroom.game.clock import closing_entry, opening_entry
from sim.classroom.game.rules import validate
from sim.classroom.game.session import Session
from sim.classroom.game.table import Table
from sim.classroom.storage.sqlite_log import pack
from sim.scenario.cameo import TRACKS, Track, track
from sim.scenario.scenario import Scenario


class Log:
    """A session with the log of what it accepted; time goes on by a second an entry."""

    def __init__(self, scenario: Scenario, tables: int = 1, seed: int = 7) -> None:
        opened = of.Opened(at=0, scenario=pack(scenario), seed=seed, code="BCDF", tables=tables)
        self.entries: list[of.AnyEntry] = [opened]
        self.session = Session(opened)

    @property
    def now(self) -> float:
        return float(len(self.entries))

    def accept(self, entry: of.AnyEntry) -> None:
        validate(entry, self.session)()
        self.entries.append(entry)

    def table(self, number: int = 1) -> Table:
        return self.session.table(number)

    def seat(self, actor: str | None, table: int = 1, name: str = "") -> str:
        """Let a student in, and seat them; returns their id."""
        nth = len(self.session.people) + len(self.session.removed)
        who = f"p{nth}"
        token = f"{nth:064x}"
        self.accept(of.Joined(at=self.now, participant=who, name=name or who, token=token))
        self.accept(of.Seated(at=self.now, participant=who, table=table, actor=actor))
        return who

    def open(self, table: int = 1) -> None:
        self.accept(opening_entry(self.session, self.table(table), self.now))

    def close(self, table: int = 1) -> None:
        self.accept(closing_entry(self.session, self.table(table), self.now))

    def _actor(self, who: str) -> str:
        person = self.session.people.get(who)
        return (person.actor if person else None) or ""

    def order(self, who: str, table: int = 1, **moves: str | tuple[str, ...] | None) -> None:
        """Choose toward others: a lever, a word and a deed, or nothing at all."""
        at, actor = self.table(table), self._actor(who)
        self.accept(
            of.Ordered(
                at=self.now, participant=who, table=table, round=at.round,
                moves={target: picked(at, actor, target, what) for target, what in moves.items()},
            )
        )  # fmt: skip

    def answer(self, who: str, table: int = 1, **answers: bool) -> None:
        """Answer all that others ask, each with one word."""
        at, actor = self.table(table), self._actor(who)
        asked = at.proposals_to(actor)
        said = {
            one: {ask.track: agreed for ask in asked if ask.actor == one} or {"words": agreed}
            for one, agreed in answers.items()
        }
        self.accept(
            of.Answered(at=self.now, participant=who, table=table, round=at.round, answers=said)
        )


def picked(
    table: Table, actor: str, target: str, what: str | tuple[str, ...] | None
) -> dict[Track, str | None]:
    """Levers as an entry names them: each in its track, the other one left as it is."""
    if what is None:
        return dict.fromkeys(table.tracks(actor, target) or TRACKS)
    levers = (what,) if isinstance(what, str) else what
    described = table.setting.description.levers
    return {track(described[lever]): lever for lever in levers}


def through(log: Log, table: int = 1) -> None:
    """Close the open round, with its answers if any are due."""
    log.close(table)
    if log.table(table).phase == "answering":
        log.close(table)


def state(session: Session) -> list[object]:
    """All of a session that can be compared, as it is now."""
    return deepcopy(_of(session))


_COMPARED = (
    "phase",
    "ended",
    "round",
    "deadline",
    "left",
    "paused",
    "moves",
    "answers",
    "forced",
    "adhoc_events",
    "orders",
    "draft_answers",
    "open_proposals",
    "seats",
    "saved_orders",
    "saved_answers",
)
_RECORDS = ("choice", "accepted", "state", "happened")


def _of(session: Session) -> list[object]:
    return [
        [[getattr(table, name) for name in _COMPARED] for table in session.tables],
        [
            [getattr(table.world.records, name).tobytes() for name in _RECORDS]
            for table in session.tables
        ],
        [(table.world.now, table.world.x.tobytes()) for table in session.tables],
        *(session.people, session.removed, session.messages, session.rules, session.teachers),
    ]


def replayed(entries: Iterable[of.AnyEntry]) -> list[of.AnyEntry]:
    """Entries as they come back from a file."""
    return [of.read_entry(entry.model_dump_json()) for entry in entries]
