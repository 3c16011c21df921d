"""The lab of a class: the teacher opens it on the session's scenario, for all who are in.

It is served beside the class's own pages, under addresses that these do not use. A bench belongs
to a student, whatever device asks; the owner's is the teacher's.
"""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sim.classroom.game.table import RefusedError
from sim.classroom.storage import unmarked
from sim.classroom.web import authentication
from sim.classroom.web.room import Room
from sim.errors import ScenarioError, SimError
from sim.lab.places import PLACES
from sim.scenario.loading import build, load_scenario
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import find_file
from sim.scenario.writing import to_yaml
from sim.web import tokens

if TYPE_CHECKING:
    from sim.lab.bench import Bench
    from sim.lab.lab import Lab

_TEACHER = "owner"
"""The bench of the teacher: who runs a lab has the owner's."""
FOLDER = "lab"
"""Folder beside the sessions for all that is made in their labs."""


class ClassEntry:
    """Who is in the class is in its lab."""

    key = code = ""

    def __init__(self, room: Room) -> None:
        self._room = room

    def once(self) -> str:
        """The teacher comes in on the teacher's page."""
        return ""

    def known(self, request: HTTPConnection) -> str | None:
        """The id of the bench of the device that asks; None where it may not come in."""
        if authentication.is_teacher(self._room, request):
            return _TEACHER
        person = authentication.student(self._room, request)
        if person is None or not self._room.session.settings.lab:
            return None
        whose = f"{self._room.recorder.number} {person.id}"
        return hashlib.sha256(whose.encode()).hexdigest()[:32]

    def name(self, request: HTTPConnection) -> str:
        """A student's name."""
        person = authentication.student(self._room, request)
        return person.name if person is not None else ""

    def enter(self, request: HTTPConnection, typed: str, then: str) -> tuple[str, Response]:
        """Nobody comes in here: the class has a door of its own."""
        return "", tokens.redirect("/")


class ClassLab:
    """The lab of the session that is open in a room; made when it is first wanted.

    Parameters
    ----------
    room : Room
    host : str, optional
        At which the room is served.
    """

    def __init__(self, room: Room, host: str | None = None) -> None:
        self._room, self._host = room, host
        self._entry = ClassEntry(room)
        self._making = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._app: ASGIApp | None = None
        self._of = 0

    def app(self, scope: Scope) -> ASGIApp | None:
        """What answers a request of a device that is in; None where the class's pages do."""
        if self._of != self._room.recorder.number:
            return None
        return self._app if self._entry.known(HTTPConnection(scope)) is not None else None

    async def ready(self) -> None:
        """Make the lab of the session that is open, unless it is there.

        Raises
        ------
        SimError
            When its scenario cannot be had as files, or nothing can be written.
        """
        async with self._making:
            number = self._room.recorder.number
            if self._of == number:
                return
            await self._end()
            lab = await asyncio.to_thread(self._made, number)
            lab.home, lab.back = "/", _way_back
            lab.address = self._room.address
            self._stack.push_async_callback(asyncio.to_thread, lab.close)
            lab.warm()
            self._app, self._of = await asyncio.to_thread(_application, lab, self._host), number

    def _made(self, number: int) -> Lab:
        from sim.lab.lab import Lab  # its studies take their time, and a class can do without

        store = self._room.recorder.store.path
        folder = store.parent / FOLDER / f"{store.stem}-{number}"
        file = written_files(self._room.session.scenario, self._room.file, folder / "scenario")
        return Lab(folder, folder / "scenario" / "none", file, entry=self._entry)

    async def close(self) -> None:
        """End it; what was made on its benches is kept."""
        async with self._making:
            await self._end()

    async def _end(self) -> None:
        self._app, self._of = None, 0
        await self._stack.aclose()

    async def closed(self, request: Request) -> Response:
        """What is shown at the lab's addresses while the lab itself does not answer there."""
        if self._entry.known(request) is None:
            if authentication.student(self._room, request) is None:
                return tokens.redirect("/")
            raise RefusedError("your teacher has not opened the lab")
        if request.method != "GET":
            raise HTTPException(409)
        await self.ready()
        return tokens.redirect(str(request.url.path))


def _application(lab: Lab, host: str | None) -> ASGIApp:
    from sim.lab.app import application

    return application(lab, host)


def _way_back(bench: Bench) -> tuple[str, str]:
    if bench.id == _TEACHER:
        return "/teacher", "Back to the console"
    return "/seat", "Back to the game"


class WithLab:
    """The class's application, and the lab at the lab's own addresses."""

    def __init__(self, app: ASGIApp, lab: ClassLab) -> None:
        self.app, self._lab = app, lab

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one of the two answer."""
        app = None
        if scope["type"] == "http" and scope["path"].split("/")[1] in PLACES:
            app = self._lab.app(scope)
        await (app or self.app)(scope, receive, send)


def closed_pages(lab: ClassLab) -> list[Route]:
    """The lab's addresses, where the class's pages have to answer."""
    return [
        Route(f"/{place}{rest}", lab.closed, methods=["GET", "POST"])
        for place in PLACES
        for rest in ("", "/{rest:path}")
    ]


def written_files(scenario: Scenario, named: Path | None, folder: Path) -> Path:
    """Write a session's scenario as files, and give its own.

    A session keeps its scenario as it was begun. So its file, if it is still the same, or else
    what the session has is written beside all work of its lab.

    Parameters
    ----------
    scenario : Scenario
        As the session has it.
    named : Path or None
        Its file, where it is known.
    folder : Path

    Raises
    ------
    SimError
        When its file has changed since the session was begun, and cannot be made anew.
    """
    scenario = unmarked(scenario)
    found = _from_its_file(scenario, named) or _from_the_session(scenario)
    if found is None:
        raise SimError(
            f"the lab cannot be opened: the file of “{scenario.description.title}” is not the one "
            "that this session was begun with; begin a new session with the file as it is now"
        )
    name, files = found
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SimError(f"the lab cannot be opened: {folder}: {error.strerror}") from None
    return folder / name


def _from_its_file(scenario: Scenario, named: Path | None) -> tuple[str, dict[str, str]] | None:
    for file in (named, find_file(scenario.id)):
        if file is None or not file.is_file():
            continue
        try:
            read = load_scenario(file, scenario.overrides, scenario.lens)
        except ScenarioError:
            continue
        if read.sha256 == scenario.sha256:
            files = {one.name: one.text for one in read.files}
            if not (read.overrides or read.lens):
                return read.files[0].name, files
            name = f"{scenario.id}-in-class.yaml"
            return name, files | {name: to_yaml(read)}
    return None


def _from_the_session(scenario: Scenario) -> tuple[str, dict[str, str]] | None:
    """Of a scenario that extends no other, what the session has is enough."""
    if scenario.reference is not scenario.description:
        return None
    document = scenario.description.model_dump(mode="json", exclude_unset=True)
    try:
        made = build(document, scenario.id, scenario.library)
    except ScenarioError:
        return None
    if made.sha256 != scenario.sha256:
        return None
    return made.files[0].name, {one.name: one.text for one in made.files}
