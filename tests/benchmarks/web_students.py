"""Computed students who come in by the code and play through the web like anybody else.

One reads its page, fills in the forms on it, and changes its mind now and then.
"""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import product

from sim.classroom.rehearsal import SECOND_THOUGHTS, SENTENCES, THINKING, WORDS
from sim.scenario.lookup import consent, usual
from sim.scenario.schema import Description
from tests.fixtures.browser import Browser, Fields, Form, GoneError, Reply, form_to

TOO_OFTEN, LATER = 429, 2.0
"""What a server answers to who has to wait, and seconds until a bot tries again."""


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
