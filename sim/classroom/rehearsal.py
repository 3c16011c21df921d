"""Computed students: bots that come in by the code and play through the web like anybody else.

A bot reads its page, fills in the forms on it, and changes its mind now and then.
"""

from __future__ import annotations

import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from itertools import product
from urllib.parse import urlencode, urlsplit

from sim.scenario.lookup import consent, usual
from sim.scenario.schema import Description

# A browser without a window: cookies, forms, and a stream of what has changed.

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


SECOND_THOUGHTS, WORDS = 0.25, 0.2
"""How often, of the rounds, a student chooses again, and writes a message."""
THINKING = (1.0, 5.0)
"""Seconds that a student reads and thinks after its page has changed, least and most."""
TOO_OFTEN, LATER = 429, 2.0
"""What a server answers to who has to wait, and seconds until a bot tries again."""
SENTENCES = (
    "What do you want in return?",
    "We would agree if you went first.",
    "Let us meet next round.",
    "We cannot accept that at home.",
    "Please do not take this as a threat.",
    "Is this a mistake, or do you mean it?",
    "We need more time.",
    "We stand by what we said.",
    "Who else agrees with this?",
    "Thank you for the last round.",
)


class Bot:
    """One computed student at one seat.

    Parameters
    ----------
    base : str
        Address of the server.
    code : str
        The class's code.
    name : str
    seat : (int, str)
        Its table and its actor.
    description : Description
        Of the scenario: how often each lever is used, and agreed to.
    rng : random.Random
        Of its own.

    Attributes
    ----------
    asked : list of (str, Reply)
        Every request with what it was for, for those who want to know how long it took.
    """

    def __init__(
        self,
        base: str,
        code: str,
        name: str,
        seat: tuple[int, str],
        description: Description,
        rng: random.Random,
    ) -> None:
        self.browser = Browser(base)
        self.code, self.name = code, name
        self.table, self.actor = seat
        self.asked: list[tuple[str, Reply]] = []
        self._description, self._rng = description, rng
        self._done: tuple[str, str] = ("", "")
        self._again = False

    def join(self) -> bool:
        """Come in by the code and take the seat.

        Returns
        -------
        bool
            Whether it is in; otherwise it was told to wait, and is to try again.

        Raises
        ------
        GoneError
            When nobody answers, or it is not let in.
        """
        seat = {"table": str(self.table), "actor": self.actor}
        for what, well, path, fields in (
            ("join", 303, "/join", {"code": self.code, "name": self.name}),
            ("take a seat", 303, "/seat", seat),
            ("read the page", 200, "/seat", None),
        ):
            status = self._ask(what, path, fields).status
            if status == TOO_OFTEN:
                return False
            if status != well:
                raise GoneError(f"{self.name} was not let in at table {self.table}: {status}")
        return True

    def step(self) -> float | None:
        """Read the page and do what is to be done.

        Returns
        -------
        float or None
            Seconds until it wants to look again by itself; None to wait for a change.

        Raises
        ------
        GoneError
            When nobody answers.
        """
        shown = self._ask("read the page", "/seat")
        if shown.status == TOO_OFTEN:
            return LATER
        page = shown.text
        if (order := form_to(page, "/order")) is not None:
            return self._order(order, page)
        if (answer := form_to(page, "/answer")) is not None and self._new("/answer", answer):
            return self._sent(self._ask("answer", "/answer", self._answers(answer)))
        return None

    def _sent(self, reply: Reply) -> float | None:
        """Seconds until a form that was sent too early is sent again; None where it was taken."""
        if reply.status != TOO_OFTEN:
            return None
        self._done = ("", "")
        return LATER

    def _new(self, action: str, form: Form) -> bool:
        """Whether a form is of a round in which it was not filled in yet."""
        told = (action, f"{form.first('round')} {form.first('taken-back')}")
        fresh, self._done = told != self._done, told
        return fresh

    def _order(self, form: Form, page: str) -> float | None:
        if self._new("/order", form):
            self._again = self._rng.random() < SECOND_THOUGHTS
        elif self._again:
            self._again = False
        else:
            return None
        if later := self._sent(self._ask("choose", "/order", dict(self._choices(form)))):
            return later
        if self._rng.random() < WORDS and form_to(page, "/say") is not None:
            self._say()
        return self._rng.uniform(2, 6) if self._again else None

    def _choices(self, form: Form) -> Iterator[tuple[str, str]]:
        """A word and a deed toward each other: by the usual frequency of what is open."""
        yield "round", form.first("round")
        yield "taken-back", form.first("taken-back")
        chosen: dict[str, str] = {}
        for name, options in form.options.items():
            levers = [lever for lever in options if lever]
            chosen[name] = self._lever(_other(name), levers)
        most = self._description.actors[self.actor].attention
        acting = [field for field, lever in chosen.items() if lever]
        self._rng.shuffle(acting)
        dropped = acting[most:] if most is not None else []
        yield from ((field, "" if field in dropped else lever) for field, lever in chosen.items())

    def _lever(self, target: str, levers: list[str]) -> str:
        known = self._description.levers
        found = [usual(known[lever], self.actor, target) for lever in levers]
        weights = [one[1].value if one else 0.0 for one in found]
        return self._rng.choices(["", *levers], [max(1 - sum(weights), 0), *weights])[0]

    def _answers(self, form: Form) -> dict[str, str]:
        answers = {name: form.first(name) for name in ("round", "taken-back")}
        for name in form.options:
            agreed = self._rng.random() < self._agreeing(_other(name))
            answers[name] = "yes" if agreed else "no"
        return answers

    def _agreeing(self, asker: str) -> float:
        """How often it usually agrees to what this actor asks, over all that it can ask."""
        shares = [
            found[1].value
            for lever in self._description.levers.values()
            if (found := consent(lever, asker, self.actor)) is not None
        ]
        return sum(shares) / len(shares) if shares else 0.5

    def _say(self) -> None:
        others = [actor for actor in self._description.actors if actor != self.actor]
        to = [self._rng.choice(others)] if others and self._rng.random() < 0.5 else []
        fields = [("text", self._rng.choice(SENTENCES)), *(("to", actor) for actor in to)]
        self._ask("write", "/say", fields)

    def _ask(self, what: str, path: str, fields: Fields | None = None) -> Reply:
        """Ask for a page, or send a form, and note how long it took."""
        browser = self.browser
        found = browser.get(path) if fields is None else browser.post(path, fields)
        self.asked.append((what, found))
        return found


def _other(field: str) -> str:
    """The actor whom a field such as ``words.south`` is about."""
    return field.partition(".")[2]


class Rehearsal:
    """Bots that come in and play until they are stopped, or nobody answers any more.

    Each waits in a thread of its own for news of its table, thinks a while, and acts.

    Parameters
    ----------
    bots : iterable of Bot
    rng : random.Random
    thinking : (float, float)
        Seconds between news and what a bot does, least and most.
    at_once : int
        Bots that may ask for pages at the same time.
    failed : callable, optional
        Called with a sentence when a bot cannot go on.
    """

    def __init__(
        self,
        bots: Iterable[Bot],
        rng: random.Random,
        *,
        thinking: tuple[float, float] = THINKING,
        at_once: int = 1,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        self.bots = list(bots)
        self._rng, self._thinking, self._failed = rng, thinking, failed
        self._asking = threading.Semaphore(at_once)
        self._stopped = threading.Event()
        self._streams: list[socket.socket] = []
        self._thread = threading.Thread(target=self._run, name="rehearsal", daemon=True)

    def start(self) -> None:
        """Let them come in and play, in threads of their own."""
        self._thread.start()

    def stop(self) -> None:
        """Let them go."""
        self._end()
        if self._thread.is_alive():
            self._thread.join()

    def _end(self) -> None:
        self._stopped.set()
        for stream in self._streams:
            with suppress(OSError):  # it is closed already
                stream.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        with ThreadPoolExecutor(len(self.bots)) as threads:
            try:
                for bot in self.bots:
                    while not bot.join():
                        if self._stopped.wait(LATER):
                            return
                    if self._stopped.is_set():
                        return
                    self._streams.append(bot.browser.stream("/events"))
                    threads.submit(self._play, bot, self._streams[-1])
            except (GoneError, OSError) as error:
                self._fail(error)

    def _play(self, bot: Bot, stream: socket.socket) -> None:
        """Let one bot act on every piece of news, and when it wants to look again by itself."""
        later: float | None = None
        try:
            with stream:
                while not self._stopped.is_set():
                    stream.settimeout(later)
                    try:
                        stream.recv(1, socket.MSG_PEEK)
                    except TimeoutError:
                        pass
                    else:
                        self._stopped.wait(self._rng.uniform(*self._thinking))
                        if not stream.recv(65536):  # all that was told meanwhile
                            return
                    with self._asking:
                        later = None if self._stopped.is_set() else bot.step()
        except Exception as error:  # the pool would keep it to itself
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        """Stop them all, and say why."""
        if self._failed is not None and not self._stopped.is_set():
            self._failed(f"The computed students have stopped: {error}")
        self._end()


def bots_for_all_seats(
    base: str, code: str, description: Description, tables: int, seed: int
) -> list[Bot]:
    """A bot for every seat of every table, each with luck of its own."""
    seats = product(range(1, tables + 1), description.actors)
    return [
        Bot(
            base, code, f"Computed student {nth}", seat, description, random.Random(f"{seed} {nth}")
        )
        for nth, seat in enumerate(seats, start=1)
    ]
