"""The server: the socket and addresses where it is reached, and how it serves and stops."""

from __future__ import annotations

import asyncio
import errno
import io
import ipaddress
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from types import FrameType
from typing import Any, ClassVar, Literal

import segno
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sim.errors import Fault, Place, ScenarioError
from sim.text import listing

# QR codes of the students' address, for a terminal and for the projector.


def join_link(address: str, code: str) -> str:
    """The address that a QR code holds: the code stands where browsers do not send it."""
    return f"{address}/#{code}"


def in_letters(text: str) -> list[str]:
    """A QR code as lines of half blocks, light on dark."""
    out = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(out=out, border=2, compact=True)
    return out.getvalue().splitlines()


def as_svg(text: str, title: str) -> str:
    """A QR code as an SVG element that scales with its box."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(omitsize=True, border=2, light="#fff", title=title, svgclass="qr")
    return str(drawn).replace("<svg ", '<svg role="img" ', 1)


# The socket it listens on, and the addresses to type.

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"
PORT, TRIES = 8000, 20
"""The port where none is named, and how many after it are tried when it is taken."""
_NOWHERE = ("192.0.2.1", 9)
"""An address reserved for documents: to choose a route toward it sends nothing."""


def own_addresses() -> list[str]:
    """IPv4 addresses of this machine that others can type, the likeliest first.

    Nothing is sent: the system is asked which address it would send from, and
    which ones it knows under its own name.
    """
    found: list[str] = []
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with closing(probe), suppress(OSError):  # no network: then there is nothing to name
        probe.connect(_NOWHERE)
        found.append(probe.getsockname()[0])
    with suppress(OSError):
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    return [one for one in dict.fromkeys(found) if not (is_loopback(one) or is_everywhere(one))]


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach the host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_everywhere(host: str) -> bool:
    """Whether the host stands for all addresses of this machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


@cache
def own_names() -> frozenset[str]:
    """Names under which others may know this machine, in small letters.

    The system may have to ask the network for the whole one, so it is asked once.
    """
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return frozenset({name, short, f"{short}.local", socket.getfqdn().lower()})


def is_ours(asked: str, host: str) -> bool:
    """Whether a page may be asked for under a host.

    A page of somebody else's can have its own name lead to this machine; so a name
    must be this machine's, while an address written in figures always leads where it says.
    ``asked`` is the host that a browser was told, without a port; ``host`` what is served at.
    """
    asked = asked.lower().strip("[]").rstrip(".")
    try:
        ipaddress.ip_address(asked)
    except ValueError:
        return asked in ("localhost", host.lower(), *own_names())
    return True


def address(host: str, port: int) -> str:
    """The address to type, without a slash at its end."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def addresses(host: str, port: int) -> tuple[str, list[str]]:
    """The address to type on this computer itself, and those to type on others."""
    if is_loopback(host):
        return address(host, port), []
    hosts = own_addresses() if is_everywhere(host) else [host]
    here = LOOPBACK if is_everywhere(host) else host
    return address(here, port), [address(one, port) for one in hosts]


def listen(host: str, port: int | None) -> socket.socket:
    """Open the socket to serve on, before anything else is begun.

    Without a port it is :data:`PORT`, or the next one that is free; 0 is any that is free.

    Raises
    ------
    ScenarioError
        When this machine has no such address, or the port is taken or not allowed.
    """
    ports = [port] if port is not None else [*range(PORT, PORT + TRIES), 0]
    family, where = _resolved(host)
    for nth, one in enumerate(ports):
        opened = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":
            # Elsewhere than on Windows this takes no port that another one serves.
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((where, one))
            opened.listen(256)
        except OSError as error:
            opened.close()
            if nth == len(ports) - 1 or error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise _refused(error, host, one) from None
        else:
            return opened
    raise AssertionError("unreachable: the last port raises or is taken")


def _resolved(host: str) -> tuple[socket.AddressFamily, str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _no_address(host) from None
    return found[0][0], str(found[0][4][0])


def _refused(error: OSError, host: str, port: int) -> ScenarioError:
    if error.errno == errno.EADDRINUSE:
        with listen(host, 0) as other:
            free = other.getsockname()[1]
        remedy = f"stop that one, or name another, e.g. --port {free}"
        return _fault("--port", f"{port} is taken: another program serves there", remedy)
    if error.errno == errno.EACCES:
        remedy = f"name one from 1024 to 65535, e.g. --port {PORT}"
        return _fault("--port", f"this user may not serve at {port}", remedy)
    if error.errno == errno.EADDRNOTAVAIL:
        return _no_address(host)
    return _fault("--host", f"cannot serve at '{host}': {error.strerror}", _hosts())


def _no_address(host: str) -> ScenarioError:
    return _fault("--host", f"this computer has no address '{host}'", _hosts())


def _hosts() -> str:
    known = listing([LOOPBACK, *own_addresses()], "or")
    return f"name one of its own ({known}), or {EVERYWHERE} for all of them"


def _fault(option: str, problem: str, remedy: str) -> ScenarioError:
    return ScenarioError([Fault(Place(option), problem, remedy)])


# Connections that a server bears: so many, and few that keep it waiting.

HEAD_PATIENCE = 15.0
"""Seconds in which the head of a request must have arrived, from its connection or first byte."""
READING = 60.0
"""Seconds for which the other side may take nothing of an answer."""
MOST, SPARE = 2000, 64
"""Connections at most: three times what streams may be open; files for all else."""
SHARE, SETTLING = 300, 0.25
"""Connections of one address that keep the server waiting, at most, and for how long more may.

A class behind one address has some two for each device, and for moments only.
"""


def most_connections() -> int:
    """How many connections may be open, once the system was asked to allow as many."""
    if sys.platform == "win32":
        return MOST
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + SPARE
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # some systems allow less than they say
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        return max(min(MOST, soft - SPARE), SPARE)
    return MOST


class Waiting:
    """Connections that keep the server waiting, by address, the oldest first."""

    def __init__(self) -> None:
        self._by_address: dict[str, dict[Impatient, None]] = {}

    def add(self, address: str, one: Impatient) -> None:
        """Note a connection; one that waits already keeps its age."""
        self._by_address.setdefault(address, {}).setdefault(one)

    def discard(self, address: str, one: Impatient) -> None:
        """Note that a connection is gone, or that the other side has done its part."""
        same = self._by_address.get(address, {})
        same.pop(one, None)
        if not same:
            self._by_address.pop(address, None)

    def of(self, address: str) -> int:
        """How many there are of an address."""
        return len(self._by_address.get(address, ()))

    def most(self) -> str:
        """The address that has most of them."""
        return max(self._by_address, key=self.of, default="")

    def oldest(self, address: str) -> Impatient | None:
        """The one of an address that waits for longest."""
        return next(iter(self._by_address.get(address, ())), None)


class Impatient(H11Protocol):
    """A connection that is closed when it keeps the server waiting, and others need its place.

    It does so while no whole request of it has arrived, and while the other side takes
    nothing of an answer. Each address has a share of such connections. Where it is used
    up, or where too many are open in all, the oldest of it makes room: who only holds
    connections open pushes out his own, while a browser asks as soon as it is connected.
    """

    most: ClassVar[int] = MOST
    waiting: ClassVar[Waiting] = Waiting()
    _timer: asyncio.TimerHandle | None = None
    _reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Take a connection, and make room for it."""
        super().connection_made(transport)
        self._address = neighbourhood(self.client[0]) if self.client else ""
        self._note()
        self._expect()
        if len(self.connections) > self.most:
            (self.waiting.oldest(self.waiting.most()) or self)._out()
        elif self.waiting.of(self._address) > SHARE:
            # Many arrive at once: what those among them ask that ask at all is read first.
            self.loop.call_later(SETTLING, self._keep_to_the_share)

    def data_received(self, data: bytes) -> None:
        """Take what was sent."""
        super().data_received(data)
        self._note()
        self._expect()

    def on_response_complete(self) -> None:
        """Wait for what is asked next."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self._note()

    def pause_writing(self) -> None:
        """Wait until what was sent is taken."""
        super().pause_writing()
        self._reading = self.loop.call_later(READING, self._out)
        self._note()

    def resume_writing(self) -> None:
        """Go on sending."""
        super().resume_writing()
        self._cancel("_reading")
        self._note()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        self._leave()
        super().connection_lost(exc)

    @property
    def _idle(self) -> bool:
        """Whether no request is under way whose head has arrived."""
        return self.cycle is None or self.cycle.response_complete

    def _note(self) -> None:
        """Note whether it keeps the server waiting."""
        if self._idle or self.cycle.more_body or self.flow.write_paused:
            self.waiting.add(self._address, self)
        else:
            self.waiting.discard(self._address, self)

    def _expect(self) -> None:
        """See to it that a head that was begun arrives in time."""
        if not self._idle:
            self._cancel("_timer")
        elif self._timer is None:
            self._timer = self.loop.call_later(HEAD_PATIENCE, self._too_late)

    def _too_late(self) -> None:
        self._timer = None
        if self._idle:
            self._out()

    def _keep_to_the_share(self) -> None:
        if self.waiting.of(self._address) > SHARE:
            (self.waiting.oldest(self._address) or self)._out()

    def _out(self) -> None:
        """Put it out at once."""
        self._leave()
        self.transport.abort()

    def _leave(self) -> None:
        self.waiting.discard(self._address, self)
        self._cancel("_timer")
        self._cancel("_reading")

    def _cancel(self, timer: Literal["_timer", "_reading"]) -> None:
        running: asyncio.TimerHandle | None = getattr(self, timer)
        if running is not None:
            running.cancel()
            setattr(self, timer, None)


STOP_SECONDS = 2
"""Seconds that streams and answers under way get when the server stops."""


class Server(uvicorn.Server):
    """A server that ends quietly when it is told to: what was asked for is no failure.

    ``ready`` is called once pages can be asked for, ``ending`` when it is told to stop,
    perhaps from a signal: it ends what never ends by itself. Requests are not logged, so that
    no address of a student's is kept; faults of a page go to standard error.
    """

    def __init__(
        self,
        app: Any,
        ready: Callable[[], None] | None = None,
        ending: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=type(
                    "Connection", (Impatient,), {"most": most_connections(), "waiting": Waiting()}
                ),
                access_log=False,
                proxy_headers=False,
                log_config=None,
                log_level="error",
                server_header=False,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )
        self._ready, self._ending = ready, ending

    def serve_at(self, opened: socket.socket) -> None:
        """Serve at a socket that listens already, until :meth:`stop` or a signal."""
        log = logging.getLogger("uvicorn.error")
        log.addFilter(self._worth_telling)
        try:
            self.run(sockets=[opened])
        finally:
            log.removeFilter(self._worth_telling)

    def stop(self) -> None:
        """Stop soon; may be called from another thread, or from a signal."""
        self.should_exit = True
        if self._ending is not None:
            self._ending()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        if self._ready is not None:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal, and do not raise it again: the program ends with 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        kept = {number: signal.signal(number, self._told) for number in _stopping()}
        try:
            yield
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)

    def _told(self, number: int, frame: FrameType | None) -> None:
        self.stop()

    def _worth_telling(self, record: logging.LogRecord) -> bool:
        """Whether a line belongs on the teacher's terminal; streams cut at the end do not."""
        return not self.should_exit


def _stopping() -> list[signal.Signals]:
    names = ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP")
    found = [getattr(signal, name) for name in names if hasattr(signal, name)]
    return [one for one in found if signal.getsignal(one) is not signal.SIG_IGN]


def neighbourhood(address: str) -> str:
    """By what an address is counted: one of IPv6 by its network, of which one device has many."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    mapped = found.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
