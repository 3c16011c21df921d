"""Where the classroom can be reached: the socket it listens on, and the addresses to type."""

from __future__ import annotations

import errno
import io
import ipaddress
import socket
import sys
from contextlib import closing, suppress
from functools import cache

import segno

from sim.errors import Fault, Place, ScenarioError
from sim.text import listing

# QR codes of the students' address, for a terminal and for the projector.


def students(address: str, code: str) -> str:
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
    return [one for one in dict.fromkeys(found) if _typable(one)]


def _typable(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return not (found.is_loopback or found.is_unspecified)


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

    Parameters
    ----------
    asked : str
        The host that a browser was told, without a port.
    host : str
        What is served at.
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


def listen(host: str, port: int | None) -> socket.socket:
    """Open the socket to serve on, before anything else is begun.

    Parameters
    ----------
    host : str
    port : int or None
        None for :data:`PORT`, or the next one that is free; 0 for any that is free.

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
