"""A computed student: reads the page, fills in its forms, and changes its mind now and then."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial

from sim.classroom.rehearsal.browser import Browser, GoneError, Reply
from sim.classroom.rehearsal.pages import Form, form_to
from sim.scenario.lookup import consent, usual
from sim.scenario.schema import Description

SECOND_THOUGHTS, WORDS = 0.25, 0.2
"""How often, of the rounds, a student chooses again, and writes a message."""
TOO_OFTEN, LATER = 429, 2.0
"""What a server answers to who has to wait, and seconds until a robot tries again."""
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


class Robot:
    """One computed student at one seat.

    Parameters
    ----------
    base : str
        Address of the server.
    code : str
        The class's code.
    name : str
    table : int
    actor : str
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
        table: int,
        actor: str,
        description: Description,
        rng: random.Random,
    ) -> None:
        self.browser = Browser(base)
        self.code, self.name, self.table, self.actor = code, name, table, actor
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
        steps = (
            (partial(self._post, "join", "/join", {"code": self.code, "name": self.name}), 303),
            (partial(self._post, "take a seat", "/seat", seat), 303),
            (partial(self._get, "read the page", "/seat"), 200),
        )
        for step, well in steps:
            status = step().status
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
        shown = self._get("read the page", "/seat")
        if shown.status == TOO_OFTEN:
            return LATER
        page = shown.text
        if (order := form_to(page, "/order")) is not None:
            return self._order(order, page)
        if (answer := form_to(page, "/answer")) is not None and self._new("/answer", answer):
            return self._sent(self._post("answer", "/answer", self._answers(answer)))
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
        if later := self._sent(self._post("choose", "/order", dict(self._choices(form)))):
            return later
        if self._rng.random() < WORDS and form_to(page, "/say") is not None:
            self._say()
        return self._rng.uniform(2, 6) if self._again else None

    def _choices(self, form: Form) -> Iterator[tuple[str, str]]:
        """A word and a deed toward each other: by the usual frequency of what is open."""
        yield "round", form.first("round")
        yield "taken-back", form.first("taken-back")
        chosen: dict[str, str] = {}
        for field, options in form.options.items():
            levers = [lever for lever in options if lever]
            chosen[field] = self._lever(_other(field), levers)
        most = self._description.actors[self.actor].attention
        acting = [field for field, lever in chosen.items() if lever]
        self._rng.shuffle(acting)
        dropped = acting[most:] if most is not None else []
        yield from ((field, "" if field in dropped else lever) for field, lever in chosen.items())

    def _lever(self, target: str, levers: list[str]) -> str:
        weights = [self._usual(lever, target) for lever in levers]
        passes = max(1 - sum(weights), 0)
        return self._rng.choices(["", *levers], [passes, *weights])[0]

    def _usual(self, lever: str, target: str) -> float:
        found = usual(self._description.levers[lever], self.actor, target)
        return found[1].value if found else 0.0

    def _answers(self, form: Form) -> dict[str, str]:
        answers = {name: form.first(name) for name in ("round", "taken-back")}
        for field in form.options:
            agreed = self._rng.random() < self._agreeing(_other(field))
            answers[field] = "yes" if agreed else "no"
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
        text = self._rng.choice(SENTENCES)
        fields = [("text", text), *(("to", actor) for actor in to)]
        self.asked.append(("write", self.browser.post("/say", fields)))

    def _get(self, what: str, path: str) -> Reply:
        found = self.browser.get(path)
        self.asked.append((what, found))
        return found

    def _post(self, what: str, path: str, fields: dict[str, str]) -> Reply:
        found = self.browser.post(path, fields)
        self.asked.append((what, found))
        return found


def _other(field: str) -> str:
    """The actor whom a field such as ``words.south`` is about."""
    return field.partition(".")[2]
