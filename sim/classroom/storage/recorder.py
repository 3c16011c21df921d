"""Recording a session: an entry is checked, written to the log, and then takes effect."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import cast

from sim.classroom.game import log_entries as of
from sim.classroom.game.rules import replay, validate
from sim.classroom.game.session import Session
from sim.classroom.storage.sqlite_log import Store
from sim.errors import SimError
from sim.simulation.manifest import versions

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
        begun, ours = cast(of.Opened, log[0]).version, versions()["entente"]
        self.warning = ""
        if begun not in ("", ours):
            self.warning = (
                f"session {number} was begun with version {begun}, and this is {ours}: "
                "the same inputs may give another game"
            )

    @classmethod
    def begin(
        cls, store: Store, opened: of.Opened, *more: of.AnyEntry, alone: bool = False
    ) -> Recorder:
        """Begin a session."""
        return cls(store, store.begin(opened, *more), alone=alone)

    def release(self) -> None:
        """Let other programs open the session."""
        self._lock.close()

    def accept(self, entry: of.AnyEntry) -> None:
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

    def _played(self, log: list[of.AnyEntry]) -> Session:
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
