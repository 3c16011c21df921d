"""What the clock does at every table, and what keeps it from doing so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.classroom.clock import due, respite
from sim.classroom.web.faults import where
from sim.errors import SimError

if TYPE_CHECKING:
    from sim.classroom.web.room import Room


def do_what_is_due(room: Room, *, slept: bool = False) -> str:
    """Do what is due at each table; what cannot be done is tried again at the next call.

    Parameters
    ----------
    slept : bool
        The computer has slept: open rounds have a minute left at least.

    Returns
    -------
    str
        What could not be done and why, for the teacher; empty when all is well.
    """
    troubles = []
    for number in range(1, len(room.session.tables) + 1):
        try:
            more = respite(room.session.table(number), room.clock()) if slept else None
            if more is not None:
                room.accept(more)
            while entry := due(room.session, room.session.table(number), room.clock()):
                room.accept(entry)
        except SimError as error:
            troubles.append(str(error))
        except Exception as error:  # the other tables go on
            troubles.append(f"table {number}: {where(error)}")
    return "; ".join(dict.fromkeys(troubles))
