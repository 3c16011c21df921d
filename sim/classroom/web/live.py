"""What has changed for whom: a seat's page is told of nothing that it does not show."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable

from sim.classroom.game import log_entries as entries
from sim.classroom.game.session import Session

# What pages compare to know whether they are old; a seat's page tells nothing of another's.

_UNSEEN = (
    entries.Admitted,
    entries.Offered,
    entries.Ordered,
    entries.Answered,
    entries.Paused,
    entries.Extended,
    entries.Changed,
)
_SMALL = (
    entries.Said,
    entries.Joined,
    entries.Moved,
    entries.Seated,
    entries.Removed,
    entries.Handed,
)


class Versions:
    """Counters, by who is shown what has changed.

    ``game`` counts what a debrief tells of the game, ``other`` what it tells besides: of
    people, of messages and of figures.
    """

    def __init__(self) -> None:
        self._boot = secrets.token_hex(4)
        self._all = self._any = 0
        self._tables: Counter[int] = Counter()
        self._within: Counter[int] = Counter()
        self._seats: Counter[tuple[int, str | None]] = Counter()
        self.game = self.other = 0

    def every(self) -> str:
        """Of anything at all."""
        return f"{self._boot}.{self._any}"

    def table(self, number: int) -> str:
        """Of a table with all that its seats keep to themselves."""
        return f"{self._public(number)}.{self._within[number]}"

    def seat(self, number: int, actor: str | None) -> str:
        """Of what a seat is shown of its table; who looks on has no actor."""
        return f"{self._public(number)}.{self._seats[number, actor]}"

    def _public(self, number: int) -> str:
        return f"{self._boot}.{self._all}.{self._tables[number]}"

    def changed(self, table: int | None = None) -> None:
        """Note that what all are shown has changed, of one table or of all."""
        if table is None:
            self._all += 1
        else:
            self._tables[table] += 1
        self.room_changed()

    def seats_changed(self, table: int, seats: Iterable[str]) -> None:
        """Note that what some seats alone are shown has changed."""
        self._within[table] += 1
        for actor in set(seats):
            self._seats[table, actor] += 1
        self.room_changed()

    def room_changed(self) -> None:
        """Note that something has changed which only pages of the whole room show."""
        self._any += 1

    def accepted(self, entry: entries.AnyEntry) -> None:
        """Note what an entry changes of a debrief."""
        if isinstance(entry, _SMALL):
            self.other += 1
        elif not isinstance(entry, _UNSEEN):
            self.game += 1


def private_to(session: Session, entry: entries.AnyEntry) -> tuple[int, tuple[str, ...]] | None:
    """The table and the seats that alone are shown what an entry will change; None for more."""
    if isinstance(entry, entries.Said):
        if entry.table is None or not entry.to:
            return None
        writer = session.people.get(entry.participant or "")
        return entry.table, (*entry.to, *([writer.actor] if writer and writer.actor else []))
    if isinstance(entry, (entries.Ordered, entries.Answered)):
        person = session.people.get(entry.participant)
        if person is None or person.actor is None or person.table is None:
            return None
        # All are shown who has chosen, but not that somebody chose anew.
        first = not session.table(person.table).chosen(person.actor)
        shown = isinstance(entry, entries.Ordered) and first
        return None if shown else (person.table, (person.actor,))
    return None
