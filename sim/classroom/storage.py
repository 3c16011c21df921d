"""Sessions on the disk: the store, the recorder, and how a session is begun or picked up."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from sim.classroom.game import log_entries as entries
from sim.classroom.game.log_entries import Opened, pack
from sim.classroom.game.permissions import replay, validate
from sim.classroom.game.session import Session
from sim.classroom.game.table import UNDER_WAY
from sim.errors import Fault, Place, ResultsError, ScenarioError, SimError
from sim.reporting.output_folder import held
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.simulation.manifest import versions
from sim.text import listing
from sim.web.tokens import join_code

# The store of sessions: one SQLite file, an append-only log for each session.


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
            for pragma in ("busy_timeout=100", "journal_mode=wal", "synchronous=full"):
                self._db.execute(f"pragma {pragma}")
            (found,) = self._db.execute("pragma user_version").fetchone()
            known = self._db.execute("select count(*) from sqlite_master").fetchone()[0]
            if found not in (0, _FORMAT) or (found == 0 and known):
                self._db.close()
                raise SimError(
                    f"{path} is no file of sessions of this version; name another (--store)"
                )
            self._db.executescript(_TABLES)
            self._db.execute(f"pragma user_version={_FORMAT}")

    def begin(self, opened: entries.Opened, *more: entries.AnyEntry) -> int:
        """Begin the log of a session, all of it or nothing; returns the session's number."""
        kept = opened.scenario
        with self._faults("written"), self._whole():
            cursor = self._db.execute(
                "insert into session (title, scenario, began) values (?, ?, ?)",
                (kept["description"]["title"], kept["id"], opened.at),
            )
            number = cursor.lastrowid or 0
            for nth, entry in enumerate((opened, *more)):
                self._insert(number, nth, entry)
        return number

    def _insert(self, session: int, number: int, entry: entries.AnyEntry) -> None:
        row = (session, number, entry.model_dump_json())
        self._db.execute("insert into entry values (?, ?, ?)", row)

    def append(self, session: int, number: int, entry: entries.AnyEntry) -> None:
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
                self._insert(session, number, entry)
            except sqlite3.IntegrityError:
                raise self._elsewhere(session) from None

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
                raise self._elsewhere(session) from None
            except OSError as error:
                raise SimError(f"{lock} cannot be made: {error}") from None
            yield

    def _elsewhere(self, session: int) -> SimError:
        return SimError(
            f"another program has session {session} of {self.path} open: stop one of them"
        )

    def entries(self, session: int) -> Iterator[entries.AnyEntry]:
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
                yield entries.read_entry(body)
            except ValidationError:
                raise SimError(
                    f"entry {number} of session {session} in {self.path} cannot be read: "
                    "it was altered, or written by another version"
                ) from None

    def _same_form(self, session: int, first: str) -> None:
        with suppress(ValueError):  # what cannot be read is told below
            opened = json.loads(first)
            if isinstance(opened, dict) and opened.get("form") != entries.FORM:
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


# Recording a session: an entry is checked, written to the log, and then takes effect.

_Listener = Callable[[], None]


class Recorder:
    """Takes entries, writes them down, and lets them take effect, in this order.

    Parameters
    ----------
    store : Store
    number : int
        Of a session in it; its log is played again.
    alone : bool
        Keep other programs from opening the session, until :meth:`release` or the end of
        this program.

    Attributes
    ----------
    session : Session
    version : int
        How many entries the log has, which is the number of the next one.
    latest : float
        The latest time of an entry.
    warning : str
        What is to be known before one goes on with the session; empty if nothing.

    Raises
    ------
    SimError
        When the log cannot be read, or breaks a rule, or another program has the session open.
    """

    def __init__(self, store: Store, number: int, *, alone: bool = False) -> None:
        self.store, self.number = store, number
        self._listeners: list[_Listener] = []
        self._broken = ""
        with ExitStack() as lock:
            if alone:
                lock.enter_context(store.alone(number))
            log = list(store.entries(number))
            self.session: Session = self._played(log)
            self._lock = lock.pop_all()
        self.version = len(log)
        self.latest = max(entry.at for entry in log)
        begun, ours = cast(entries.Opened, log[0]).version, versions()["entente"]
        self.warning = ""
        if begun not in ("", ours):
            self.warning = (
                f"session {number} was begun with version {begun}, and this is {ours}: "
                "the same inputs may give another game"
            )

    @classmethod
    def begin(
        cls, store: Store, opened: entries.Opened, *more: entries.AnyEntry, alone: bool = False
    ) -> Recorder:
        """Begin a session."""
        return cls(store, store.begin(opened, *more), alone=alone)

    def release(self) -> None:
        """Let other programs open the session."""
        self._lock.close()

    def accept(self, entry: entries.AnyEntry) -> None:
        """Accept an entry, or refuse it with nothing changed.

        Raises
        ------
        RefusedError
            When it breaks a rule.
        SimError
            When it cannot be written down, or what was written before it cannot be carried out.
        """
        if self._broken:
            raise SimError(self._broken)
        commit = validate(entry, self.session)
        self.store.append(self.number, self.version, entry)
        self.version += 1
        self.latest = max(self.latest, entry.at)
        try:
            commit()
        except Exception as error:
            self._play_again(error)
        for listener in self._listeners:
            listener()

    def listen(self, listener: _Listener) -> None:
        """Call this after each entry that is accepted."""
        self._listeners.append(listener)

    def _played(self, log: list[entries.AnyEntry]) -> Session:
        try:
            return replay(log)
        except SimError as error:
            raise SimError(
                f"session {self.number} of {self.store.path} cannot be played again: {error}"
            ) from None

    def _play_again(self, why: Exception) -> None:
        """Have the session be what its log says, though an entry was carried out in part.

        Raises
        ------
        SimError
            When the log cannot be carried out either; nothing more is accepted.
        """
        try:
            again = self._played(list(self.store.entries(self.number)))
        except Exception as error:
            self._broken = (
                f"session {self.number} cannot go on: its entry {self.version - 1} was written "
                f"down, but cannot be carried out ({type(error).__name__}); open another session"
            )
            raise SimError(self._broken) from why
        # In place: others hold on to the session, and ask it for its tables and people.
        vars(self.session).clear()
        vars(self.session).update(vars(again))


DEFAULT_STORE = Path("reports") / "classroom" / "sessions.sqlite"
_REHEARSAL = " (rehearsal)"
"""What the title of a session ends with in which computed students play."""
_NAMED = 5


def begin_session(
    store: Store,
    scenario: Scenario,
    now: float,
    *,
    tables: int = 1,
    minutes: float | None = None,
    seed: int | None = None,
    rehearsal: bool = False,
) -> Recorder:
    """Begin a session with a code of its own; no other program can open it meanwhile.

    Parameters
    ----------
    minutes : float, optional
        For each round; none is no deadline.
    seed : int, optional
        The scenario's own if not given.
    rehearsal : bool
        Mark it as one in its title, on every page and in the list; otherwise a mark is
        taken away.
    """
    if rehearsal != is_rehearsal(scenario):
        scenario = _marked(scenario, rehearsal=rehearsal)
    opened = Opened(
        at=now,
        scenario=pack(scenario),
        seed=scenario.description.seed if seed is None else seed,
        code=join_code(),
        tables=tables,
        minutes=minutes,
        version=versions()["entente"],
    )
    return Recorder.begin(store, opened, alone=True)


def _marked(scenario: Scenario, *, rehearsal: bool) -> Scenario:
    described = scenario.description
    title = described.title.removesuffix(_REHEARSAL) + (_REHEARSAL if rehearsal else "")
    marked = described.model_copy(update={"title": title})
    alike = scenario.reference is described
    return replace(scenario, description=marked, reference=marked if alike else scenario.reference)


def unmarked(scenario: Scenario) -> Scenario:
    """A session's scenario as its file has it, without the mark of a rehearsal."""
    return _marked(scenario, rehearsal=False) if is_rehearsal(scenario) else scenario


def is_rehearsal(scenario: Scenario) -> bool:
    """Whether a session's scenario is marked as a rehearsal."""
    return scenario.description.title.endswith(_REHEARSAL)


def branch_session(store: Store, number: int, round: int) -> Recorder:
    """Begin a session that is another one up to the end of a round; the other stays as it is.

    The same people are in it, by the same devices, and the luck is the same: what comes
    next can be tried otherwise.

    Parameters
    ----------
    number : int
        Of the session to begin from.
    round : int
        The last round that it keeps, 0 for none; of several tables no table goes beyond.

    Raises
    ------
    SimError
        When there is no such session, or its log cannot be read.
    """
    log = list(store.entries(number))
    session, kept = replay(log[:1]), 1
    for nth, entry in enumerate(log[1:], start=2):
        validate(entry, session)()
        if all(table.round <= round and table.phase not in UNDER_WAY for table in session.tables):
            kept = nth
    opened = cast(Opened, log[0])  # or it would not have been played again
    return Recorder.begin(store, opened, *log[1:kept], alone=True)


def resume_session(store: Store, number: int | None, scenario: Scenario | None = None) -> Recorder:
    """Go on with a session.

    Parameters
    ----------
    number : int or None
        None for the last one, of the scenario if one is named.
    scenario : Scenario, optional
        What the session must be of.

    Raises
    ------
    ScenarioError
        When there is no such session.
    SimError
        When its log cannot be read, or another program has it open.
    """
    kept = [one for one in store.sessions() if scenario is None or one.scenario == scenario.id]
    if number is None and kept:
        number = kept[0].id
    if number in {one.id for one in kept}:
        return Recorder(store, number, alone=True)
    of = "" if scenario is None else f" of '{scenario.id}'"
    which = f"session {number}" if number is not None else "session"
    remedy = "begin one: leave --resume out; or name another file of sessions (--store)"
    if kept:
        numbers = listing([str(one.id) for one in kept[:_NAMED]], "or")
        remedy = f"name one that is kept: {numbers}{' and others' if len(kept) > _NAMED else ''}"
    problem = f"there is no {which}{of} in {store.path}"
    raise ScenarioError([Fault(Place("--resume"), problem, remedy)])


def changes_since(recorder: Recorder, scenario: Scenario | None, file: Path | None) -> list[str]:
    """In a line each, what differs from when a session was begun: the version, the scenario.

    What the session was begun with (``--rounds``, ``--set``, ``--lens``) need not be said
    again: without any, the file is read with it.
    """
    found, kept = [recorder.warning] if recorder.warning else [], recorder.session.scenario
    if scenario is None or file is None:
        return found
    if not scenario.overrides and scenario.lens is None and (kept.overrides or kept.lens):
        with suppress(ScenarioError):  # then it does differ
            scenario = load_scenario(file, kept.overrides, kept.lens)
    if kept.sha256 != _marked(scenario, rehearsal=is_rehearsal(kept)).sha256:
        found.append(
            f"session {recorder.number} goes on with its scenario as it was begun, "
            f"which is not the same as {file.as_posix()} is now"
        )
    return found
