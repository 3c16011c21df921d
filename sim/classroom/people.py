"""Who is in the room, what they said, and what the teacher has set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Participant:
    """A student.

    Attributes
    ----------
    token : str
        Hash of the one device that is in.
    table : int or None
    actor : str or None
        The seat; with a table and no seat one looks on.
    offer : (hash, until) or None
        A code by which to go on from another device.
    """

    id: str
    name: str
    token: str
    joined: float
    table: int | None = None
    actor: str | None = None
    offer: tuple[str, float] | None = None


@dataclass(frozen=True)
class Message:
    """Something said: by a seat, or by the teacher (``actor`` is None).

    Attributes
    ----------
    table : int or None
        None where the teacher spoke to all tables.
    to : tuple of str
        Actors; empty for all.
    by : str or None
        The participant who wrote it.
    """

    at: float
    table: int | None
    round: int
    actor: str | None
    by: str | None
    to: tuple[str, ...]
    text: str

    def reaches(self, table: int, actor: str | None) -> bool:
        """Whether a seat (or one who looks on: None) may read it."""
        if self.table not in (None, table):
            return False
        return not self.to or (actor is not None and actor in (*self.to, self.actor))


@dataclass
class Rules:
    """What the teacher can set: see :class:`sim.classroom.entries.Changed`."""

    minutes: float | None = None
    doors: bool = True
    forecast: bool = False
    debrief: bool = False
    flow: bool = False
