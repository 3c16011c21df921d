"""The console: one page that shows every table live, with all that can be done."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from sim.classroom.game.session import SessionSettings
from sim.classroom.web.teacher import overview
from sim.classroom.web.teacher.commands import RULES, clock_words
from sim.classroom.web.teacher.events import CHANGES, arrangements, quantities
from sim.classroom.web.teacher.office import Office
from sim.classroom.web.teacher.people import LOOKING, together
from sim.classroom.web.teacher.table_page import told_by_all


async def console(office: Office, request: Request) -> Response:
    """Show the console."""
    room = office.room
    session = room.session
    described = session.scenario.description
    seen, students = overview.tables(room), overview.students(room)
    return office.render(
        request,
        "teacher/console.html.j2",
        title=described.title,
        version=room.version(),
        event_source="/teacher/events",
        tables=seen,
        students=students,
        here=sum(sitting.here for sitting, _ in students),
        seats=_places(seen),
        together=together(room),
        events=[(key, event.name) for key, event in described.events.items()],
        quantities=quantities(described),
        arrangements=arrangements(described),
        changes=range(1, CHANGES + 1),
        actors=[(key, actor.name) for key, actor in described.actors.items()],
        rules=session.rules,
        settings=_settings(session.rules),
        clock=clock_words(session.rules.minutes),
        address=office.address(request),
        drafts=f"{session.began}/console",
        **told_by_all(room),
    )


BUTTONS = (
    ("flow", "Let rounds go on by themselves", "Open each round myself"),
    ("forecast", "Show the forecast to all", "Hide the forecast"),
    ("debrief", "Open the debrief to all", "Close the debrief"),
)


def _settings(rules: SessionSettings) -> list[tuple[str, bool, tuple[str, str], str, str]]:
    return [(rule, getattr(rules, rule), RULES[rule], on, off) for rule, on, off in BUTTONS]


def _places(tables: list[overview.TableView]) -> list[tuple[int, list[tuple[str, str]]]]:
    """Where a student can be moved to, by table."""
    return [
        (
            table.number,
            [
                *((f"{table.number} {seat.actor}", seat.name) for seat in table.seats),
                (f"{table.number} {LOOKING}", "looks on"),
            ],
        )
        for table in tables
    ]
