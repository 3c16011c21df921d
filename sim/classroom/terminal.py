"""One person plays one seat in a terminal, by the same rules and on the same log as a class.

Nothing here prints or reads: a :class:`Terminal` is given, so that the game can
be played by a test as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

from sim.classroom.briefs.arrangement_text import lasting_news, lists
from sim.classroom.briefs.beliefs import believed_now
from sim.classroom.briefs.levers import Deck, LeverCard
from sim.classroom.briefs.role import Role, role
from sim.classroom.briefs.wording import SAY_OR_DO, toward
from sim.classroom.game import log_entries as entries
from sim.classroom.game.arrangements import pledges
from sim.classroom.game.clock import closing_entry, opening_entry
from sim.classroom.game.course import Slot
from sim.classroom.game.news import (
    act_news,
    event_news,
    round_date,
    same_proposal_note,
    watched_news,
)
from sim.classroom.game.permissions import why_closed
from sim.classroom.game.table import RefusedError, Table
from sim.classroom.storage import Recorder
from sim.reporting.html import templates
from sim.reporting.story import proposal_text
from sim.scenario.lookup import has_trust
from sim.statistics.measures import measures
from sim.text import count, number, sentence

# The words of a game in a terminal.


@cache
def _words() -> Any:
    """The macros of ``terminal.txt.j2``."""
    environment = templates(lambda _: None, escape=False)
    environment.filters["one_line"] = lambda text: " ".join(text.split("\n"))
    text = Path(__file__).with_name("terminal.txt.j2").read_text(encoding="utf-8")
    return environment.from_string(text).module


def _lines(part: str, *what: object, **more: object) -> tuple[str, ...]:
    """A part of the words, line by line."""
    return tuple(str(getattr(_words(), part)(*what, **more)).split("\n")[1:])


def brief_lines(role: Role, standing: Sequence[str] | None = None) -> tuple[str, ...]:
    """A role brief, line by line.

    In a game ``standing`` is its :func:`lasting_lines`, told instead of what was in force at
    the start.
    """
    return _lines("brief", role, standing)


def news_lines(table: Table, actor: str) -> tuple[str, ...]:
    """What happened, and what was done in the round before, as the seat may know it."""
    before, when, happened = table.played, "", []
    if table.phase in ("choosing", "answering"):
        when = round_date(table, table.round)
        happened = [*event_news(table, table.round, actor), *lasting_news(table, table.round)]
    return _lines(
        "news",
        table,
        when,
        happened,
        done=[one.text for one in act_news(table, before, actor)] if before else [],
        seen=list(lasting_news(table, before)),
        first=list(watched_news(table, before)),
        standing=lasting_lines(table),
    )


def lasting_lines(table: Table) -> tuple[str, ...]:
    """What is in force, what is promised and who governs; nothing of what there never is."""
    return _lines("lasting", lists(table))


TONES = {"cooperative": "friendly", "conflictual": "hostile", "neutral": "neither"}
"""As the pages say it."""
AGREES = {"y": True, "yes": True, "n": False, "no": False}
"""What may be typed where it is asked whether one agrees."""
ME = "solo"
"""Id of the one participant."""


_Question = Literal["choice", "close", "answer"]
"""What is asked; where it is whether one agrees, ``n`` is no and not the news."""


class LeftError(Exception):
    """The player stops for now; the game is kept."""


class Terminal(Protocol):
    """Where the game is played."""

    def say(self, text: str = "") -> None:
        """Show a line."""

    def ask(self, prompt: str) -> str:
        """Ask for a line.

        Raises
        ------
        LeftError
            Where nothing more will come.
        """

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show a table."""


def take_seat(recorder: Recorder, actor: str, token: str, now: float) -> None:
    """Seat the player, where nobody sits yet, by a hash that no device holds."""
    recorder.accept(entries.Joined(at=now, participant=ME, name="You", token=token))
    recorder.accept(entries.Seated(at=now, participant=ME, table=1, actor=actor))


class Solo:
    """A game in a terminal, of a session in which :func:`take_seat` was done."""

    def __init__(self, recorder: Recorder, terminal: Terminal, clock: Callable[[], float]) -> None:
        self._recorder, self._terminal, self._clock = recorder, terminal, clock
        self._say = terminal.say
        self.actor = recorder.session.people[ME].actor or ""
        self._names = {
            key: sentence(one.name)
            for key, one in recorder.session.scenario.description.actors.items()
        }
        self._cards: dict[str, tuple[LeverCard, ...]] = {}
        self._extra: dict[str, Callable[[], None]] = {
            "b": self._brief,
            "s": self._stands,
            "n": self._news,
            "news": self._news,
        }

    @property
    def table(self) -> Table:
        """The one table."""
        return self._recorder.session.tables[0]

    def play(self) -> None:
        """Play from where the game stands to its end.

        Raises
        ------
        LeftError
            When the player stops before; all that was chosen is kept.
        """
        if self.table.phase == "waiting":
            self._brief()
        while self.table.phase != "over":
            if self.table.phase in ("waiting", "closed"):
                self._recorder.accept(
                    opening_entry(self._recorder.session, self.table, self._clock())
                )
            if self.table.phase == "choosing":
                self._choose()
            else:
                self._answer()
        self._news()
        self._end()

    # -- one round ---------------------------------------------------------------

    def _choose(self) -> None:
        deck = self._deck()
        self._cards = {to: deck.cards(self.actor, to) for to in self.table.targets(self.actor)}
        self._news()
        reign = self.table.latest_government(self.actor)
        if reign is not None and reign.round == self.table.round and not self.table.orders:
            self._brief()
        self._state()
        self._lines(("", "Type ? for help.") if self.table.round == 1 else ())
        slots = list(self.table.slots(self.actor))
        for slot in slots:
            if slot not in self.table.orders:
                self._pick(slot)
        while again := self._confirmed(slots):
            self._pick(again)
        self._recorder.accept(closing_entry(self._recorder.session, self.table, self._clock()))

    def _pick(self, slot: Slot) -> None:
        """Choose a word, or a deed, toward one other actor, and write the choice down."""
        _, target, track = slot
        cards = [card for card in self._cards[target] if card.track == track]
        open_now, what = self.table.levers(self.actor, target), sentence(self._toward(slot))
        self._say()
        self._say(f"{what}:")
        self._say(f"   0  {SAY_OR_DO[track].lower()} nothing")
        for nth, card in enumerate(cards, start=1):
            other = self.table.compiled.description.actors[target].name
            asks = f", {other} must agree" if card.asks else ""
            shut = "" if open_now[card.id] else f"  [{self._shut(card.id, target)}]"
            self._say(f"  {nth:2}  {card.name} ({TONES[card.tone]}{asks}){shut}")
        while True:
            typed = self._ask(f"{what} [0-{len(cards)}, d NUMBER, ?]", cards)
            if not typed.isdecimal() or int(typed) > len(cards):
                self._say(f"Type a number from 0 to {len(cards)}, or ? for help.")
            elif self._order(slot, cards[int(typed) - 1].id if int(typed) else None):
                return

    def _shut(self, lever: str, target: str) -> str:
        why = why_closed(self.table, lever, self.actor, target)
        return f"not open now: {why}" if why else "not open now"

    def _toward(self, slot: Slot) -> str:
        _, target, track = slot
        return toward(track, self.table.compiled.description.actors[target].name)

    def _order(self, slot: Slot, lever: str | None) -> bool:
        """Write a choice down; False where it is refused, with the reason shown."""
        _, target, track = slot
        return self._accepted(entries.Ordered(**self._mine(), moves={target: {track: lever}}))

    def _mine(self) -> dict[str, Any]:
        """What every entry of the player says of itself."""
        now, round = self._clock(), self.table.round
        return {"at": now, "participant": ME, "table": 1, "round": round}

    def _confirmed(self, slots: Sequence[Slot]) -> Slot | None:
        """The choice that is to be made again; None when the round can be closed."""
        described = self.table.compiled.description
        self._say()
        self._say("Your round:")
        for nth, slot in enumerate(slots, start=1):
            lever = self.table.orders.get(slot)
            what = described.levers[lever].name if lever else "nothing"
            self._say(f"  {nth}  {self._toward(slot)}: {what}")
        while True:
            question = "Enter to close the round, or a number to choose again"
            typed = self._ask(question, help="close")
            if not typed:
                return None
            if typed.isdecimal() and 1 <= int(typed) <= len(slots):
                return slots[int(typed) - 1]
            last = f" from 1 to {len(slots)}" if len(slots) > 1 else " such as 1"
            self._say(f"Press Enter, or type a number{last}.")

    def _answer(self) -> None:
        for ask in self.table.proposals_to(self.actor):
            if ask.slot in self.table.draft_answers:
                continue
            lever = self.table.compiled.description.levers[ask.lever]
            self._say()
            asks, you = self._names[ask.actor], self._names[self.actor]
            does = self._deck().asked(ask.lever, ask.actor, self.actor)
            self._say(f"{proposal_text(lever, asks, you)}.")
            self._lines(filter(None, [same_proposal_note(self.table, ask)]))
            self._lines(f"- {line}" for line in does)
            question = "Do you agree? [y/n, ?]"
            while (typed := self._ask(question, help="answer").lower()) not in AGREES:
                self._say("Type y or n, or ? for help.")
            answers = {ask.actor: {ask.track: AGREES[typed]}}
            self._accepted(entries.Answered(**self._mine(), answers=answers))
        self._recorder.accept(closing_entry(self._recorder.session, self.table, self._clock()))

    def _deck(self) -> Deck:
        """The levers as they are now."""
        return Deck(self.table.scenario_now, pledges(self.table))

    # -- what is shown -------------------------------------------------------------

    def _brief(self) -> None:
        reign = self.table.latest_government(self.actor)
        brief = role(self._recorder.session.settled, self.actor, reign)
        self._lines(brief_lines(brief, lasting_lines(self.table)))

    def _news(self) -> None:
        self._lines(news_lines(self.table, self.actor))

    def _stands(self) -> None:
        self._state()
        self._lines(lasting_lines(self.table))

    def _state(self) -> None:
        table, rows = self.table, []
        described, you = table.compiled.description, self.actor
        trusted = has_trust(described)
        for other in table.targets(you):
            values = [table.value("affinity", you, other), table.value("tension", you, other)]
            if trusted:
                values += [table.value("trust", you, other), table.value("trust", other, you)]
            rows.append([self._names[other], *(number(one, 2) for one in values)])
        columns = ["with", "affinity (−1 to 1)", "tension (0 to 1)"]
        if trusted:
            columns += ["your trust in it (0 to 1)", "its trust in you"]
        self._terminal.table("Your relations", columns, rows)
        rows = [["Support at home (0 to 1)", number(table.value("support", you), 2)]]
        for key, issue in described.issues.items():
            what = f"{issue.name} (0: {issue.low}; 100: {issue.high})"
            rows.append([what, number(table.value("issue", key), 0)])
        self._terminal.table("At home, and what is at issue", ("what", "now"), rows)
        if unsure := believed_now(table, you):
            self._lines(("What you are not sure of:", *unsure))

    def _end(self) -> None:
        reported = self.table.dataset()["reported"].isel(run=0)
        rows = []
        for key, one in measures(self.table.compiled.description).items():
            first, last = (float(reported.sel(outcome=key).isel(round=at)) for at in (0, -1))
            unit = "" if one.share else one.unit
            rows.append((one.name, one.of_run(first), one.of_run(last), unit))
        self._say()
        self._say(f"The game is over after {count(self.table.played, 'round')}.")
        columns = ("outcome", "at the start", "at the end", "unit")
        self._terminal.table("What came of it", columns, rows)

    # -- asking --------------------------------------------------------------------

    def _ask(self, prompt: str, cards: Sequence[LeverCard] = (), help: _Question = "choice") -> str:
        """Ask until something comes that is not one of the words that work everywhere.

        Where it is asked whether one agrees, ``n`` is an answer and not the news.
        """
        while True:
            typed = self._terminal.ask(prompt).strip()
            if typed.lower() == "q":
                raise LeftError
            if help == "answer" and typed.lower() in AGREES:
                return typed
            if typed == "?":
                self._lines(_lines("help", help))
                continue
            if typed.lower() in self._extra:
                self._extra[typed.lower()]()
                continue
            word, _, which = typed.partition(" ")
            if word.lower() == "d":
                self._details(which.strip(), cards)
                continue
            return typed

    def _details(self, which: str, cards: Sequence[LeverCard]) -> None:
        if which.isdecimal() and 1 <= int(which) <= len(cards):
            self._lines(_lines("card", cards[int(which) - 1]))
        elif cards:
            self._say(f"Type d and a number from 1 to {len(cards)}.")
        else:
            self._say("There are details of things to do: choose again to see them.")

    def _accepted(self, entry: entries.AnyEntry) -> bool:
        try:
            self._recorder.accept(entry)
        except RefusedError as error:
            self._say(sentence(f"{error}."))
            return False
        return True

    def _lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._say(line)
