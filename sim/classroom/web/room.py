"""The room: the session that is open, who is there, and who waits for news of it.

Pages read ``room.session`` and change it by ``room.accept(entry)`` alone, from the
web's own thread (so a route is an ``async def``). What a thread at work in the
background has ready it tells by ``room.changed(table)``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim.classroom.briefs.levers import Deck
from sim.classroom.briefs.role import Role, role
from sim.classroom.forecast.jobs import JobQueue, SessionJobs
from sim.classroom.game import log_entries as entries
from sim.classroom.game.arrangements import pledges
from sim.classroom.game.clock import Clock, due_entry, grace_entry, steady_seconds
from sim.classroom.game.session import Participant, Session
from sim.classroom.game.table import UNDER_WAY, NewGovernment, RefusedError, Table
from sim.classroom.storage import Recorder
from sim.classroom.web.live import Versions, private_to
from sim.errors import SimError
from sim.web.guard import error_place
from sim.web.rate_limits import Limits, Rate
from sim.web.streams import Attendance

if TYPE_CHECKING:
    from sim.classroom.web.lab import ClassLab

_TICK = 0.5
"""Seconds between looks at the clock."""
_ASLEEP = 10.0
"""Seconds without a look at the clock after which the computer must have slept."""
_KEPT_BRIEFS = 400
"""Role briefs that are kept."""
RATES = {
    "wrong code": Rate(10, 60),
    "wrong device": Rate(10, 60),
    "wrong key": Rate(10, 60),
    "guesses": Rate(200, 3600),
    "guesses in all": Rate(2000, 3600),
    "join": Rate(120, 60),
    "post": Rate(40, 10),
    "get": Rate(120, 10),
    "teacher": Rate(600, 10),
    "strange": Rate(600, 10),
    "message": Rate(10, 60),
    "device": Rate(6, 60),
}
"""A school may sit behind one address: what is right is counted by device."""

_log = logging.getLogger(__name__)


class Room(Attendance):
    """A session that is served.

    Parameters
    ----------
    recorder : Recorder
        Another session can take its place: :meth:`take`.
    wall : callable, optional
        POSIX seconds, as the computer's clock shows them.
    steady : callable, optional
        Seconds that never go back, though somebody sets the clock, and that count sleep.

    Attributes
    ----------
    recorder : Recorder
    clock : Clock
        POSIX seconds, for entries.
    limits : Limits
    keys : set of str
        Hashes of the teacher's one-time keys that were not used yet.
    jobs : SessionJobs or None
        What is worked out beside the web; None until :meth:`work_with`.
    lab : ClassLab or None
        None before the room is served.
    file : Path or None
        Of the session's scenario, where the command named it.
    address : str
        Where students go, without a slash at its end, as who serves the room knows it;
        empty for where a page itself is asked for.
    saved : dict of (table, actor, round, phase) to (participant, time)
        Who saved a seat's choices or answers last, since the room was opened.
    came_from : dict of participant to str
        The address by which somebody was counted coming in, or was first seen since the
        room was opened; kept here alone.
    versions : Versions
    trouble : str
        What the clock could not do, for the teacher to see; empty when all is well.
    unwritten : str
        Why the last entry of anybody could not be written down; empty when it could.
    """

    def __init__(
        self,
        recorder: Recorder,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        super().__init__(steady)
        self.clock = Clock(wall, steady)
        self._looks = (wall, steady)
        self._last_looks = [look() for look in self._looks]
        self.limits = Limits(steady, RATES)
        self.keys: set[str] = set()
        self.jobs: SessionJobs | None = None
        self._background: JobQueue | None = None
        self.trouble = self.unwritten = ""
        self.address = ""
        self.file: Path | None = None
        self.lab: ClassLab | None = None
        self.saved: dict[tuple[int, str, int, str], tuple[str, float]] = {}
        self.came_from: dict[str, str] = {}
        self.versions = Versions()
        self._present: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._follow_planned = False
        self.take(recorder)

    # -- the session -------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The session that is open."""
        return self.recorder.session

    def take(self, recorder: Recorder) -> None:
        """Open another session in this room; rounds that are open have a minute left at least."""
        self.recorder, self.unwritten = recorder, ""
        self.saved.clear()
        self.role = lru_cache(maxsize=_KEPT_BRIEFS)(self._role)
        self._decks: dict[int, tuple[object, int, bool, Deck]] = {}
        self.clock.go_on_from(recorder.latest)
        for table in self.session.tables:
            self._give_time(table)
        self._follow()
        self.changed()

    def _give_time(self, table: Table) -> None:
        """Leave an open round a minute, for a class that comes back to it."""
        if more := grace_entry(table, self.clock()):
            self.accept(more)

    def work_with(self, background: JobQueue) -> None:
        """Have things worked out beside the web from now on, until the room is shut."""
        self._background = background
        background.listen(self._ready)
        self._follow()

    def _follow(self) -> None:
        """Work things out for the session that is open."""
        if self._background is not None:
            self.jobs = SessionJobs(self.session, self._background)
            self.recorder.listen(self._follow_soon)
            self.jobs.follow()

    def _follow_soon(self) -> None:
        """Work out what is of use now, once for all that is accepted in a turn of the loop."""
        if self._loop is None:
            self._catch_up()
        elif not self._follow_planned:
            self._follow_planned = True
            self._loop.call_soon(self._catch_up)

    def _catch_up(self) -> None:
        self._follow_planned = False
        if self.jobs is not None:
            self.jobs.follow()

    def _ready(self, key: Hashable) -> None:
        """Something is there; called in the background's thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._show, key)

    def _show(self, key: Hashable) -> None:
        self.versions.other += 1
        for number in self.jobs.showing(key) if self.jobs is not None else ():
            self.changed(number)

    def accept(self, entry: entries.AnyEntry) -> None:
        """Accept an entry, and tell all whose page it changes.

        Raises
        ------
        RefusedError
            When it breaks a rule; the message is for who asked.
        SimError
            When it cannot be written down; nothing has changed.
        """
        tables: set[int | None] = {getattr(entry, "table", None)}
        if isinstance(entry, (entries.Moved, entries.Seated)):
            person = self.session.people.get(entry.participant)
            tables.add(person.table if person else None)
        secret = private_to(self.session, entry)
        try:
            self.recorder.accept(entry)
        except RefusedError:
            raise
        except SimError as error:
            self._note_unwritten(str(error))
            raise
        self._note_unwritten("")
        self.versions.accepted(entry)
        if isinstance(entry, (entries.Ordered, entries.Answered)):
            table = self.session.table(entry.table)
            actor = self.session.people[entry.participant].actor or ""
            saved = (entry.participant, entry.at)
            self.saved[table.number, actor, table.round, table.phase] = saved
        if isinstance(entry, (entries.Joined, entries.Admitted, entries.Offered)):
            self.room_changed()
        elif secret is not None:
            self.versions.seats_changed(*secret)
            self._tell()
        elif None in tables:
            self.changed()
        else:
            for number in tables:
                self.changed(number)

    def _note_unwritten(self, why: str) -> None:
        if why != self.unwritten:
            self.unwritten = why
            self.changed()

    def deck(self, table: Table) -> Deck:
        """The cards of a table's levers, as they are now."""
        now = table.world, table.world.now, table.phase in UNDER_WAY
        kept = self._decks.get(table.number)
        if kept is None or kept[:3] != now:
            kept = self._decks[table.number] = (*now, Deck(table.scenario_now, pledges(table)))
        return kept[3]

    def _role(self, actor: str, reign: NewGovernment | None = None) -> Role:
        """A seat's brief at the start, or that of a government that came into office."""
        return role(self.session.settled, actor, reign)

    # -- news ----------------------------------------------------------------------

    def version(self, table: int | None = None) -> str:
        """What a page compares to know whether it is old: of a table, or of anything at all."""
        return self.versions.every() if table is None else self.versions.table(table)

    def version_for(self, person: Participant) -> str:
        """What a student's page compares; one where seats are chosen shows all tables."""
        if person.table is None:
            return self.versions.every()
        return self.versions.seat(person.table, person.actor)

    def changed(self, table: int | None = None) -> None:
        """Tell that what pages show has changed, of one table or of all; from any thread."""
        self.versions.changed(table)
        self._tell()

    def room_changed(self) -> None:
        """Tell that something has changed which only pages of the whole room show."""
        self.versions.room_changed()
        self._tell()

    def _tell(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.wake)

    # -- while it is served ------------------------------------------------------------

    def close(self) -> None:
        """End all streams; from any thread, or from a signal."""
        self.closed = True
        self.room_changed()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the clock while the room is served."""
        self._loop, self.closed = asyncio.get_running_loop(), False
        ticking = asyncio.create_task(self._ticking())
        try:
            yield
        finally:
            self.close()
            ticking.cancel()
            self._loop = None
            if self._background is not None:
                self._background.close()

    async def _ticking(self) -> None:
        while True:
            self.tick()
            await asyncio.sleep(_TICK)

    def tick(self) -> None:
        """Do what is due at each table, and see who is there."""
        trouble = self._do_what_is_due(slept=self._slept())
        here = {one for one in self.session.people if self.present(one)}
        if here != self._present:
            self._present = here
            self.room_changed()
        if trouble != self.trouble:
            self.trouble = trouble
            if trouble:
                _log.error("the clock cannot go on: %s", trouble)
            self.room_changed()

    def _do_what_is_due(self, *, slept: bool) -> str:
        """Do what is due at each table; gives what could not be done and why, for the teacher.

        It is tried again at the next call. Where the computer has slept, open rounds have a
        minute left at least.
        """
        troubles = []
        for number in range(1, len(self.session.tables) + 1):
            try:
                if slept:
                    self._give_time(self.session.table(number))
                # The table may be another object after each entry.
                while entry := due_entry(self.session, self.session.table(number), self.clock()):
                    self.accept(entry)
            except SimError as error:
                troubles.append(str(error))
            except Exception as error:  # the other tables go on
                troubles.append(f"table {number}: {error_place(error)}")
        return "; ".join(dict.fromkeys(troubles))

    def _slept(self) -> bool:
        """Whether nobody has looked at the clock for long: the computer slept."""
        before, self._last_looks = self._last_looks, [look() for look in self._looks]
        gone = (now - then for now, then in zip(self._last_looks, before, strict=True))
        return max(gone) > _ASLEEP
