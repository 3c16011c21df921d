"""No address tells anybody what is another's: all are tried, for each role.

Every secret of every seat holds a mark that occurs nowhere else. Each kind of
device then asks for every route there is, with every value that its parameters
can have, and sends it every form; what comes back holds none of the marks that
this device may not read.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from sim.classroom.briefs.role import role
from sim.classroom.game import log_entries as entries
from sim.classroom.web.app import pages
from tests.fixtures.scenarios import Document, scenario
from tests.fixtures.web_room import CODE, School

ACTORS = ("alfa", "bravo", "charlie")
TABLES = (1, 2)
PHASES = ("waiting", "choosing", "answering", "closed")


def asked_by(actor: str, table: int) -> str:
    """Whom a seat asks: at the two tables it goes round in opposite ways."""
    step = 1 if table == 1 else -1
    return ACTORS[(ACTORS.index(actor) + step) % len(ACTORS)]


def lever(name: str, by: str) -> Document:
    return {
        "name": name, "usual": {f"{by} to anyone": 0.1}, "consent": 0.5,
        "effects": {"affinity of actor and target": 0.05}, "cameo": "036", "goldstein": 4,
    }  # fmt: skip


DOCUMENT: Document = {
    "title": "Three with secrets",
    "calendar": {"start": "2020-01-01", "round": "month", "rounds": 4},
    "actors": {
        actor: {
            "name": actor.title(),
            "power": 0.1,
            "brief": {"role": "You lead.", "knows": f"KNOWS{actor}", "secret": f"SECRET{actor}"},
            "weights": {"security": 0.2 + 0.137 * nth, "support": 0.9 - 0.171 * nth},
        }
        for nth, actor in enumerate(ACTORS)
    },
    "relations": {"alfa and bravo": {"affinity": 0.1}},
    "issues": {
        "river": {
            "name": "The river", "low": "shared", "high": "closed", "outcome": 40,
            "stances": {
                actor: {"position": 20 + 30 * nth, "salience": 0.3713 + 0.2117 * nth}
                for nth, actor in enumerate(ACTORS)
            },
        }
    },
    "levers": {
        f"{kind}{table}{actor}": lever(f"{kind.upper()}{table}{actor}", actor)
        for kind in ("ask", "order")
        for table in TABLES
        for actor in ACTORS
    },
    "outcomes": {"river": {"name": "The river", "of": "issue river"}},
}  # fmt: skip


@dataclass(frozen=True)
class Secret:
    """A mark, and who may read it: seats as (table, actor)."""

    mark: str
    readers: frozenset[tuple[int, str]]


def of_scenario() -> Iterator[Secret]:
    """What a seat is told in its brief, at whichever table."""
    source = scenario(DOCUMENT)
    for nth, actor in enumerate(ACTORS):
        told = role(source, actor)
        elsewhere = {w.words for one in ACTORS if one != actor for w in role(source, one).wants}
        marks = [f"KNOWS{actor}", f"SECRET{actor}", f"{0.3713 + 0.2117 * nth:.4f}"]
        marks += [issue.care for issue in told.issues]
        own = [want.words for want in told.wants if want.words not in elsewhere]
        assert own
        marks += own
        marks += [f"{kind.upper()}{t}{actor}" for kind in ("ask", "order") for t in TABLES]
        for mark in marks:
            readers = {(table, actor) for table in TABLES}
            if mark.startswith(("ASK", "ORDER")):  # who is asked learns what it is called
                readers.add((int(mark.strip("ASKORDE" + actor)), "asked"))
            yield Secret(mark, frozenset(readers))


def of_tables() -> Iterator[Secret]:
    """What was said and refused at a table."""
    for table, actor in itertools.product(TABLES, ACTORS):
        other = asked_by(actor, table)
        two = frozenset({(table, actor), (table, other)})
        yield Secret(f"MESSAGE{table}{actor}", two)
        yield Secret(f"proposes to ASK{table}{actor}; {other.title()} refuses", two)
        yield Secret(f"proposes to ORDER{table}{actor}", two)
        yield Secret(f'value="order{table}{actor}" checked', frozenset({(table, actor)}))


def may_read(secret: Secret, seat: tuple[int, str] | None, phase: str) -> bool:
    if seat is None:
        return False
    if seat in secret.readers:
        return True
    for table, who in secret.readers:
        if who == "asked" and table == seat[0]:
            actor = secret.mark.strip("ASKORDE12")
            early = phase == "waiting" or (secret.mark.startswith("ORDER") and phase == "choosing")
            return asked_by(actor, table) == seat[1] and not early
    return False


class Exercise(School):
    """Two tables, waiting or in their second round, a student in every seat, others about."""

    def __init__(self, folder: Path, phase: str) -> None:
        super().__init__(folder, scenario(DOCUMENT), tables=len(TABLES))
        self.phase = phase
        self.seats = {
            (table, actor): self.seat(f"{actor} {table}", actor, table)
            for table in TABLES
            for actor in ACTORS
        }
        for table, actor in self.seats:
            text, to = f"MESSAGE{table}{actor}", asked_by(actor, table)
            assert self.post("/say", self.seats[table, actor], text=text, to=to).is_redirect
        for table in TABLES if phase != "waiting" else ():
            self.open(table)
            self._all_order("ask", table)
            self.close(table)
            self.close(table)
            self.open(table)
            self._all_order("order", table)
            for _ in range(PHASES.index(phase) - 1):
                self.close(table)
        assert {self.table(table).phase for table in TABLES} == {phase}
        self.others = {
            "outsider": "", "stranger": "made-up", "looks on": self.seat("Olga", None, 1),
            "waits": self.enter("Eve"), "removed": self.enter("Rex"),
            "left for another device": self.enter("Mo"), "second identity": self.enter("Alfa too"),
        }  # fmt: skip
        for who, table, actor in (("id-Rex", 1, "alfa"), ("id-Mo", 2, "bravo")):
            given = entries.Seated(
                at=self.clock(), participant=who, table=table, actor=actor, by_teacher=True
            )
            self.room.accept(given)
        self.room.accept(entries.Removed(at=self.clock(), participant="id-Rex"))
        moved = {"participant": "id-Mo", "code": "c" * 64}
        self.room.accept(entries.Offered(at=self.clock(), until=self.clock() + 9, **moved))
        self.room.accept(entries.Moved(at=self.clock(), token="d" * 64, **moved))
        self.room.close()  # so that streams end

    def _all_order(self, kind: str, table: int) -> None:
        for actor in ACTORS:
            to = {f"words__{asked_by(actor, table)}": f"{kind}{table}{actor}"}
            at = str(self.table(table).round)
            assert self.post("/order", self.seats[table, actor], round=at, **to).is_redirect

    def devices(self) -> Iterator[tuple[str, str, tuple[int, str] | None]]:
        for seat, token in self.seats.items():
            yield f"{seat[1]} at table {seat[0]}", token, seat
        if self.phase == "waiting":  # else who has no seat could join a team
            self.room.accept(entries.Changed(at=self.clock(), doors=False))
        for name, token in self.others.items():
            yield name, token, None


VALUES: dict[str, tuple[str, ...]] = {
    "number": ("0", "1", "2", "3"),
    "actor": (*ACTORS, "nobody"),
    "participant": ("id-alfa 1", "id-bravo 2", "id-Eve", "id-nobody"),
    "name": ("classroom.css", "classroom.js", "teacher.css", "..%2Fapp.py", "sessions.sqlite"),
}
"""What the parameters of an address can be; a new one must be added here."""

FORMS: tuple[dict[str, Any], ...] = (
    {},
    {
        "table": "1", "actor": "bravo", "participant": "id-bravo 1", "round": "2", "do": "close",
        "words__bravo": "order1bravo", "deeds__charlie": "yes", "text": "x", "to": "alfa",
        "code": CODE, "name": "alfa 1", "key": "aaaa-aaaa-aaaa", "session": "1", "tables": "2",
    },
    {
        "table": "all", "actor": "nobody", "round": "1", "words__alfa": "ask2charlie", "text": "x",
        "words__charlie": "no", "to": "nobody", "what": "pause", "event": "x", "minutes": "5",
        "debrief": "on", "doors": "",
    },
)  # fmt: skip


def addresses(route: Route) -> Iterator[str]:
    names = list(route.param_convertors)
    for values in itertools.product(*(VALUES[name] for name in names)):
        path = route.path
        for name, value in zip(names, values, strict=True):
            for written in (f"{{{name}}}", f"{{{name}:int}}", f"{{{name}:path}}"):
                path = path.replace(written, value)
        assert "{" not in path
        yield path


def asked_of_all(exercise: Exercise, token: str) -> Iterator[tuple[str, str]]:
    """Every answer that a device gets: the address, and all that comes back."""
    for route in pages(exercise.room):
        for path in addresses(route):
            for method in sorted(route.methods or ()):
                if method == "HEAD":
                    continue
                for form in FORMS if method == "POST" else ({},):
                    exercise.clock.now += 60  # so that no rate holds it up
                    answer = (
                        exercise.post(path, token, **form)
                        if method == "POST"
                        else exercise.get(path, token)
                    )
                    address = f"{method} {path} {form}"
                    assert answer.status_code not in (429, 500, 503), address
                    yield address, answer.text + str(answer.headers.raw)


@pytest.mark.parametrize("phase", PHASES)
def test_no_address_tells_anybody_what_is_anothers(tmp_path: Path, phase: str) -> None:
    exercise = Exercise(tmp_path, phase)
    secrets = [*of_scenario(), *of_tables()]
    read: set[tuple[str, tuple[int, str]]] = set()
    for name, token, seat in exercise.devices():
        hidden = [one.mark for one in secrets if not may_read(one, seat, phase)]
        own = [one.mark for one in secrets if may_read(one, seat, phase)]
        for address, answer in asked_of_all(exercise, token):
            text = answer.replace("&#39;", "'").replace("&#34;", '"')
            for mark in hidden:
                assert mark not in text, f"{name} reads '{mark}' at {address}"
            if seat is not None:
                read |= {(mark, seat) for mark in own if mark in text}
    # The marks can be found at all: each seat reads its own.
    for table, actor in itertools.product(TABLES, ACTORS):
        seat = (table, actor)
        for mark in (f"SECRET{actor}", f"MESSAGE{table}{actor}"):
            assert (mark, seat) in read
        refused = f"proposes to ASK{table}{actor}; {asked_by(actor, table).title()} refuses"
        assert (refused, seat) in read or phase in ("waiting", "closed")


def test_only_the_teacher_can_use_the_teachers_pages(tmp_path: Path) -> None:
    exercise = Exercise(tmp_path, "choosing")
    table, rules = exercise.table(1), str(exercise.room.session.settings)
    before = (
        exercise.room.recorder.number,
        exercise.room.recorder.version,
        table.phase,
        table.round,
    )
    for _, token, _ in exercise.devices():
        for route in pages(exercise.room):
            if route.path.startswith("/teacher"):
                for path in addresses(route):
                    exercise.clock.now += 60
                    assert exercise.get(path, token).status_code in (200, 303, 403, 404, 405)
                    for form in FORMS:
                        exercise.clock.now += 60
                        answer = exercise.post(path, token, **form)
                        away = answer.headers.get("location") == "/teacher"
                        assert away or answer.status_code in (403, 404, 405, 409)
    after = (
        exercise.room.recorder.number,
        exercise.room.recorder.version,
        table.phase,
        table.round,
    )
    assert after == before
    assert str(exercise.room.session.settings) == rules
