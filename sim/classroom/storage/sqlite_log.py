"""The store of sessions: one SQLite file, an append-only log for each session."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.classroom.game import log_entries as of
from sim.errors import ResultsError, SimError
from sim.reporting.file_lock import held
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Library
from sim.simulation.manifest import versions

# A scenario as a session keeps it: whole, so that the session outlives the file.


def pack(scenario: Scenario) -> dict[str, Any]:
    """Everything that a game depends on, as JSON can hold it."""
    based = scenario.reference is not scenario.description
    return {
        "id": scenario.id,
        "description": scenario.description.model_dump(mode="json"),
        "reference": scenario.reference.model_dump(mode="json") if based else None,
        "library": scenario.library.model_dump(mode="json"),
        "overrides": [list(pair) for pair in scenario.overrides],
        "lens": scenario.lens,
    }


def unpack(kept: Mapping[str, Any]) -> Scenario:
    """The scenario that was packed.

    Raises
    ------
    SimError
        When it is no longer one to this version.
    """
    try:
        description = Description.model_validate(kept["description"])
        based = kept["reference"]
        return Scenario(
            id=kept["id"],
            description=description,
            reference=Description.model_validate(based) if based else description,
            library=Library.model_validate(kept["library"]),
            overrides=tuple((path, value) for path, value in kept["overrides"]),
            lens=kept["lens"],
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        problem = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    except KeyError as error:
        problem = f"it has no {error}"
    raise SimError(f"its scenario cannot be read by this version ({problem})")


_FORMAT = 1
_TABLES = """
create table if not exists session (
    id integer primary key, title text not null, scenario text not null, began real not null
);
create table if not exists entry (
    session integer not null references session(id),
    number integer not null,
    body text not null,
    primary key (session, number)
) without rowid;
"""


@dataclass(frozen=True)
class SessionSummary:
    """A session in the list of those that are kept."""

    id: int
    title: str
    scenario: str
    began: float
    entries: int


class Store:
    """The file of all sessions.

    What is appended is on the disk when the call returns (write-ahead log, full
    synchronisation); a crash loses nothing before it and leaves nothing half-written.

    Parameters
    ----------
    path : Path
        Made where it is not there.

    Raises
    ------
    SimError
        When it cannot be opened, or is not ours.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._faults("opened"):
            path.parent.mkdir(parents=True, exist_ok=True)
            # The web's own thread is the only one that writes.
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            # Pages wait as long as it does.
            self._db.execute("pragma busy_timeout=100")
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=full")
            (found,) = self._db.execute("pragma user_version").fetchone()
            known = self._db.execute("select count(*) from sqlite_master").fetchone()[0]
            if found not in (0, _FORMAT) or (found == 0 and known):
                self._db.close()
                raise SimError(
                    f"{path} is no file of sessions of this version; name another (--store)"
                )
            self._db.executescript(_TABLES)
            self._db.execute(f"pragma user_version={_FORMAT}")

    def begin(self, opened: of.Opened, *more: of.AnyEntry) -> int:
        """Begin the log of a session, all of it or nothing; returns the session's number."""
        kept = opened.scenario
        with self._faults("written"), self._whole():
            cursor = self._db.execute(
                "insert into session (title, scenario, began) values (?, ?, ?)",
                (kept["description"]["title"], kept["id"], opened.at),
            )
            number = cursor.lastrowid or 0
            self._db.executemany(
                "insert into entry values (?, ?, ?)",
                (
                    (number, nth, entry.model_dump_json())
                    for nth, entry in enumerate((opened, *more))
                ),
            )
        return number

    def append(self, session: int, number: int, entry: of.AnyEntry) -> None:
        """Write an entry down, for good.

        Parameters
        ----------
        number : int
            How many entries the session has, as far as who writes knows.

        Raises
        ------
        SimError
            When another program has written one meanwhile, or it cannot be written, as on a
            full disk; nothing of it is kept.
        """
        with self._faults("written"):
            try:
                self._db.execute(
                    "insert into entry values (?, ?, ?)", (session, number, entry.model_dump_json())
                )
            except sqlite3.IntegrityError:
                raise SimError(_ELSEWHERE.format(session=session, path=self.path)) from None

    @contextmanager
    def alone(self, session: int) -> Iterator[None]:
        """Keep other programs from opening a session, as long as this program lives at most.

        Raises
        ------
        SimError
            When another program has it open; raised on entering.
        """
        lock = self.path.with_name(f"{self.path.name}-{session}.lock")
        with ExitStack() as stack:
            try:
                stack.enter_context(held(lock, lock))
            except ResultsError:
                raise SimError(_ELSEWHERE.format(session=session, path=self.path)) from None
            except OSError as error:
                raise SimError(f"{lock} cannot be made: {error}") from None
            yield

    def entries(self, session: int) -> Iterator[of.AnyEntry]:
        """The log of a session, in its order.

        Raises
        ------
        SimError
            When there is no such session, an entry cannot be read, or they are of another form.
        """
        with self._faults("read"):
            rows = self._db.execute(
                "select number, body from entry where session = ? order by number", (session,)
            ).fetchall()
        if not rows:
            raise SimError(f"there is no session {session} in {self.path}")
        self._same_form(session, rows[0][1])
        for number, body in rows:
            try:
                yield of.read_entry(body)
            except ValidationError:
                raise SimError(
                    f"entry {number} of session {session} in {self.path} cannot be read: "
                    "it was altered, or written by another version"
                ) from None

    def _same_form(self, session: int, first: str) -> None:
        with suppress(ValueError):  # what cannot be read is told below
            opened = json.loads(first)
            if isinstance(opened, dict) and opened.get("form") != of.FORM:
                version = opened.get("version")
                begun = f"version {version}" if version else "an older version"
                raise SimError(
                    f"session {session} of {self.path} was begun with {begun}, in which a round "
                    f"is played otherwise than in version {versions()['entente']}: begin a new "
                    f"session, or go on with this one in {begun}"
                )

    def sessions(self) -> list[SessionSummary]:
        """All sessions, the last one first."""
        with self._faults("read"):
            rows = self._db.execute(
                "select id, title, scenario, began, "
                "(select count(*) from entry where session = id) from session order by id desc"
            ).fetchall()
        return [SessionSummary(*row) for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """All that is written inside, or nothing."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    @contextmanager
    def _faults(self, done: str) -> Iterator[None]:
        """Say in a sentence what SQLite or the system refuse."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise SimError(f"{self.path} cannot be {done}: {error}") from None


_ELSEWHERE = "another program has session {session} of {path} open: stop one of them"
