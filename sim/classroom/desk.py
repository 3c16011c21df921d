"""The desk: a session and its log together. What is accepted is written down first."""

from __future__ import annotations

from collections.abc import Callable

from sim.classroom import entries as of
from sim.classroom.session import Session, replay
from sim.classroom.store import Store

Listener = Callable[[], None]


class Desk:
    """Takes entries, writes them down, and lets them take effect, in this order.

    Parameters
    ----------
    store : Store
    number : int
        Of a session in it; its log is played again.

    Attributes
    ----------
    session : Session
    version : int
        Counts what was accepted; pages compare it to know whether they are old.

    Raises
    ------
    SimError
        When the log cannot be read, or breaks a rule.
    """

    def __init__(self, store: Store, number: int) -> None:
        self.store, self.number = store, number
        log = list(store.entries(number))
        self.session: Session = replay(log)
        self.version = len(log)
        self._listeners: list[Listener] = []

    @classmethod
    def begin(cls, store: Store, opened: of.Opened) -> Desk:
        """Begin a session."""
        return cls(store, store.begin(opened))

    def accept(self, entry: of.Any_) -> None:
        """Accept an entry, or refuse it with nothing changed.

        Raises
        ------
        RefusedError
            When it breaks a rule.
        SimError
            When it cannot be written down.
        """
        commit = self.session.prepare(entry)
        self.store.append(self.number, entry)
        commit()
        self.version += 1
        for listener in self._listeners:
            listener()

    def listen(self, listener: Listener) -> None:
        """Call this after each entry that is accepted."""
        self._listeners.append(listener)
