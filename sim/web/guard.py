"""The safety around an application: where a request comes from, how big it is, how often.

On a school's plain http a browser sends no ``Sec-Fetch-Site`` and a cookie cannot be
``Secure``; so every POST must name an ``Origin`` whose host is that of the address
it was sent to, beside the cookie's own ``SameSite=Strict``.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sim.web.server import is_ours

_log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024
FORM_SECONDS = 15.0
"""Seconds in which a form must have arrived."""
METHODS = ("GET", "HEAD", "POST")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # With "no-referrer" a browser sends the Origin of a plain form as null.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.I)
_PORT = re.compile(r":\d{1,5}$")


class Guard:
    """An application with its safety around it.

    Parameters
    ----------
    app : ASGI application
    refuse : callable
        Gives the page for a status with which a request to a path is turned away.
    too_often : callable
        Counts a request, and tells whether it is one too many; files are not counted.
    host : str, optional
        Where it is served: only names of this machine will do then.
    most_bytes : int
        Of a form.
    kinds : tuple of str
        Media types of what may be sent.
    """

    def __init__(
        self,
        app: ASGIApp,
        refuse: Callable[[int, str], Response],
        too_often: Callable[[Scope], bool],
        host: str | None = None,
        most_bytes: int = MOST_BYTES,
        kinds: tuple[str, ...] = (FORM,),
    ) -> None:
        self.app, self.host = app, host
        self._refuse, self._too_often = refuse, too_often
        self._most_bytes, self._kinds = most_bytes, kinds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a page that says why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _Answer(send)
        refused = self._refused(scope)
        if refused is None and scope["method"] == "POST":
            taken = await self._taken(Headers(scope=scope), receive)
            if isinstance(taken, int):
                refused = taken
            else:
                receive = _again(taken, receive)
        answer.started = time.perf_counter()
        try:
            if refused is not None:
                await self._refuse(refused, scope["path"])(scope, receive, answer)
            else:
                await self.app(scope, receive, answer)
        except Exception as error:
            # Neither the error's text nor the address: both may hold what somebody typed.
            _log.error("a page failed: %s", error_place(error))
            if not answer.begun:
                await self._refuse(500, scope["path"])(scope, receive, answer)

    def _refused(self, scope: Scope) -> int | None:
        """The status with which a request is turned away, if it is."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
            return 400
        if self.host is not None and not is_ours(_PORT.sub("", hosts[0]), self.host):
            return 421
        if scope["method"] not in METHODS:
            return 405
        if scope["method"] == "POST" and not _own(headers, hosts[0]):
            return 403
        if scope["path"].startswith("/static/"):
            return None
        return 429 if self._too_often(scope) else None

    async def _taken(self, headers: Headers, receive: Receive) -> bytes | int:
        """The whole of a form, or the status with which it is turned away."""
        kind = headers.get("content-type", FORM).partition(";")[0].strip().lower()
        if kind not in self._kinds:
            return 415
        try:
            if int(headers.get("content-length", "0")) > self._most_bytes:
                return 413
        except ValueError:
            return 400
        body = bytearray()
        try:
            async with asyncio.timeout(FORM_SECONDS):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return 400
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
                    if len(body) > self._most_bytes:
                        return 413
        except TimeoutError:
            return 408
        return bytes(body)


class _Answer:
    """Sends an answer with the headers that every answer has, and the time that it took."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun, self.started = False, time.perf_counter()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            took = 1000 * (time.perf_counter() - self.started)
            headers["server-timing"] = f"app;dur={took:.1f}"
        await self._send(message)


def _own(headers: Headers, host: str) -> bool:
    """Whether a form was sent from a page of ours."""
    origins = headers.getlist("origin")
    if len(origins) != 1:
        return False
    try:
        origin = urlsplit(origins[0])
    except ValueError:
        return False
    if origin.scheme not in ("http", "https") or origin.netloc.lower() != host.lower():
        return False
    return headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _again(body: bytes, receive: Receive) -> Receive:
    """Receive a body that was read already, then what follows it."""
    left = [body]

    async def give() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return give


def error_place(error: Exception) -> str:
    """An error's kind and the place of it, without its text: that may hold what was typed."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-4:]]
    return f"{type(error).__name__} at {' > '.join(places)}"
