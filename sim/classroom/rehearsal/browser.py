"""A browser without a window: cookies, forms, and a stream of what has changed.

It reads a page as somebody who fills in its forms must: where they go, and what can be
chosen in them.
"""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

_PATIENCE = 20.0
"""Seconds to wait for an answer."""
_DURATION = re.compile(r"dur=([\d.]+)")


Fields = dict[str, str] | list[tuple[str, str]]
"""What a form sends."""


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

    def post(self, path: str, fields: Fields) -> Reply:
        """Send a form; a redirection is not followed."""
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> Reply:
        headers = {"Connection": "close", **self._cookie()}
        if body is not None:
            headers |= {"Origin": self.base, "Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        connection = HTTPConnection(self._host, self._port, timeout=_PATIENCE)
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
        opened = socket.create_connection((self._host, self._port), timeout=_PATIENCE)
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


@dataclass
class Form:
    """A form of a page.

    Attributes
    ----------
    action : str
    values : dict of str to list of str
        What each field holds now.
    options : dict of str to list of str
        What can be chosen in each field that offers a choice; what is disabled is left out.
    """

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """What a field holds; empty where there is none."""
        return next(iter(self.values.get(name, [])), "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._off = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(had.get("action", ""))
            self.forms.append(self._form)
        elif tag == "fieldset":
            self._off += "disabled" in had or bool(self._off)
        elif self._form is None or self._off or "disabled" in had:
            return
        elif tag == "input" and had.get("name"):
            self._input(self._form, had)
        elif tag == "select":
            self._select = had.get("name", "")
            self._form.options.setdefault(self._select, [])
        elif tag == "option" and self._select:
            self._option(self._form, self._select, had.get("value", ""), "selected" in had)
        elif tag == "textarea" and had.get("name"):
            self._form.values.setdefault(had["name"], [""])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "fieldset" and self._off:
            self._off -= 1

    def _input(self, form: Form, had: dict[str, str]) -> None:
        name = had["name"]
        if had.get("type") in ("radio", "checkbox"):
            self._option(form, name, had.get("value", "on"), "checked" in had)
        else:
            form.values.setdefault(name, []).append(had.get("value", ""))

    def _option(self, form: Form, name: str, value: str, chosen: bool) -> None:
        form.options.setdefault(name, []).append(value)
        if chosen:
            form.values.setdefault(name, []).append(value)


def forms(page: str) -> list[Form]:
    """All forms of a page, in its order."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.forms


def form_to(page: str, action: str) -> Form | None:
    """The page's form that goes to an address, if it has one."""
    return next((form for form in forms(page) if form.action == action), None)
