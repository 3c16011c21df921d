"""A debrief of a session that nobody serves: all of it is worked out, and waited for."""

from __future__ import annotations

from sim.classroom.debrief.page import debrief_page
from sim.classroom.debrief.record import record
from sim.classroom.forecast.job_queue import Background
from sim.classroom.forecast.jobs import Workings
from sim.classroom.game.session import Session


def whole_debrief(session: Session, *, pseudonyms: bool = False) -> str:
    """The debrief of a session as one page, with nothing left out.

    Parameters
    ----------
    session : Session
    pseudonyms : bool
        Call people by their seats.
    """
    with Background() as background:
        workings = Workings(session, background)
        workings.follow()
        background.wait()
        return debrief_page(record(session, workings, pseudonyms=pseudonyms))
