"""What is printed and handed out: role briefs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from sim.classroom.web.teacher.office import Office


async def briefs(office: Office, request: Request) -> Response:
    """The role briefs of all seats and of new governments, each on pages of its own."""
    described = office.room.session.scenario.description
    return office.render(
        request,
        "teacher/briefs.html.j2",
        title="Role briefs",
        scenario=described.title,
        roles=[("", office.room.role(actor)) for actor in described.actors]
        + [
            (f"Table {table.number}", office.room.role(actor, reign))
            for table in office.room.session.tables
            for actor in described.actors
            if (reign := table.reign(actor)) is not None
        ],
    )
