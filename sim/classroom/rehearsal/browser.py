"""A browser without a window: cookies, forms, redirections, and a stream of what has changed."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

PATIENCE = 20.0
"""Seconds to wait for an answer."""
_DURATION = re.compile(r"dur=([\d.]+)")


class GoneError(Exception):
    """Nobody answers at the address (any more)."""


@dataclass(frozen=True)
class Reply:
    """What came back.

    Attributes
    ----------
    seconds : float
        From the request to the last byte of the answer.
    server : float
        Of it the server's own time, as its ``Server-Timing`` header says; NaN without one.
    location : str
        Where it redirects to, if it does.
    """

    status: int
    text: str
    seconds: float
    server: float
    location: str = ""


class Browser:
    """One who asks for pages of one server.

    Parameters
    ----------
    base : str
        Address of the server, e.g. ``http://127.0.0.1:8000``.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        split = urlsplit(base)
        self._host, self._port = split.hostname or "", split.port or 80
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Reply:
        """Ask for a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str] | list[tuple[str, str]]) -> Reply:
        """Send a form; a redirection is not followed."""
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> Reply:
        headers = {"Connection": "close", **self._cookie()}
        if body is not None:
            headers |= {"Origin": self.base, "Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        connection = HTTPConnection(self._host, self._port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as error:
            raise GoneError(f"{self.base}{path}: {error}") from None
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self._keep(line)
        return Reply(
            answer.status,
            text,
            time.perf_counter() - begun,
            _server_seconds(answer.headers.get("Server-Timing", "")),
            answer.headers.get("Location", ""),
        )

    def stream(self, path: str) -> socket.socket:
        """Open a stream of events: a socket that becomes readable when something changed."""
        opened = socket.create_connection((self._host, self._port), timeout=PATIENCE)
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {self._host}:{self._port}",
            "Accept: text/event-stream",
            *(f"{name}: {value}" for name, value in self._cookie().items()),
        ]
        opened.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        return opened

    def _cookie(self) -> dict[str, str]:
        if not self.cookies:
            return {}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def _server_seconds(header: str) -> float:
    found = _DURATION.search(header)
    return float(found[1]) / 1000 if found else float("nan")
