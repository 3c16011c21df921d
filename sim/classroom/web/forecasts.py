"""The live forecast of a table, as far as it is there."""

from __future__ import annotations

from sim.classroom.background import Failed
from sim.classroom.forecast import Forecast
from sim.classroom.table import Table
from sim.classroom.web.room import Room

WORKING = "working…"


def foreseen(room: Room, table: Table, *, why: bool = False) -> Forecast | str:
    """A table's forecast from where it stands now, or words for the time until it is there.

    Why one cannot be worked out is for the teacher alone: ``why``.
    """
    if room.workings is None:
        return "there are no forecasts in this room"
    found = room.workings.forecast(table)
    if isinstance(found, Failed):
        return str(found) if why else "the forecast cannot be worked out"
    if found is None:
        room.workings.ask_again(table)
        return WORKING
    return found
