"""A room with students in it, asked without a server; its clock stands until a test moves it."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from sim.classroom.game import log_entries as of
from sim.classroom.game.clock import closing_entry, opening_entry
from sim.classroom.game.table import Table
from sim.classroom.storage.recorder import Recorder
from sim.classroom.storage.sqlite_log import Store, pack
from sim.classroom.web.app import application
from sim.classroom.web.authentication import SEAT, hashed
from sim.classroom.web.room import Room
from sim.scenario.scenario import Scenario

BASE = "http://school"
CODE = "BCDF"


class Clock:
    """A clock that tests move.

    Attributes
    ----------
    now : float
        Seconds, which never go back.
    set_by : float
        By how much somebody set the computer's clock.
    """

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.set_by = 0.0

    def __call__(self) -> float:
        return self.now

    def wall(self) -> float:
        """What the computer's clock shows."""
        return self.now + self.set_by


class School:
    """A room, its log in a file, and devices that ask it for pages."""

    def __init__(self, folder: Path, scenario: Scenario, tables: int = 1) -> None:
        self.clock = Clock()
        self.store = Store(folder / "sessions.sqlite")
        opened = of.Opened(
            at=self.clock(), scenario=pack(scenario), seed=7, code=CODE, tables=tables
        )
        self.room = Room(Recorder.begin(self.store, opened), self.clock.wall, self.clock)
        self.client = self._client()

    def _client(self, address: str = "10.0.0.1") -> TestClient:
        client = TestClient(
            application(self.room), BASE, follow_redirects=False,
            raise_server_exceptions=False, client=(address, 50000),
        )  # fmt: skip
        # Who asks is said with each request; the client keeps no cookies of its own.
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return client

    def restart(self) -> None:
        """Read the session again from its file, as after a crash."""
        path = self.store.path
        self.store.close()
        self.store = Store(path)
        self.room = Room(Recorder(self.store, self.room.desk.number), self.clock.wall, self.clock)
        self.client = self._client()

    def wait(self, seconds: float) -> None:
        """Let time go by as while the room is served, which looks at its clock all the time."""
        for _ in range(round(seconds)):
            self.clock.now += 1
            self.room.tick()

    def elsewhere(self, address: str) -> TestClient:
        """A device at another address."""
        return self._client(address)

    # -- what is done by the room's own entries -------------------------------------

    def table(self, number: int = 1) -> Table:
        return self.room.session.table(number)

    def enter(self, name: str) -> str:
        """Let a student in; gives the token, which is told by the name."""
        token = f"token of {name}".replace(" ", "-")
        self.room.accept(
            of.Joined(at=self.clock(), participant=f"id-{name}", name=name, token=hashed(token))
        )
        return token

    def seat(self, name: str, actor: str | None, table: int = 1) -> str:
        """Let a student in and seat them; gives the token."""
        token = self.enter(name)
        self.room.accept(
            of.Seated(at=self.clock(), participant=f"id-{name}", table=table, actor=actor)
        )
        return token

    def open(self, table: int = 1) -> None:
        self.room.accept(opening_entry(self.room.session, self.table(table), self.clock()))

    def close(self, table: int = 1) -> None:
        self.room.accept(closing_entry(self.room.session, self.table(table), self.clock()))

    # -- what devices ask -------------------------------------------------------------

    def get(self, path: str, token: str = "", **headers: str) -> Response:
        return self.client.get(path, headers=_cookie(token) | headers)

    def post(self, path: str, token: str = "", **fields: Any) -> Response:
        """Send a form as a page of ours does; ``words__north`` stands for ``words.north``."""
        data = {key.replace("__", "."): value for key, value in fields.items()}
        return self.client.post(path, data=data, headers={"origin": BASE} | _cookie(token))


def given(answer: Response) -> str:
    """The token that an answer gives the device."""
    cookie: SimpleCookie = SimpleCookie(answer.headers["set-cookie"])
    return cookie[SEAT].value


def _cookie(token: str) -> dict[str, str]:
    return {"cookie": f"{SEAT}={token}"} if token else {}
