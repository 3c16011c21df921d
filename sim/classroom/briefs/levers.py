"""The levers an actor may pull, as cards: what each needs, costs and is likely to do.

Sizes are those of the description's start with every number at its central value, for
a lever that was not used of late: what the model itself would reckon there. A game has
its own draws and goes on, so its cards are written from :mod:`sim.classroom.game.course`
(``docs/model.md``, sections 6.1, 6.2, 6.8 and 6.9). What a card says of the target is public:
nothing on it follows from how much the target cares for an issue.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.classroom.briefs.arrangement_text import last_month, until_when
from sim.classroom.briefs.wording import SecondPerson, level, shift, size, trust_in
from sim.model.changes import find_changes, saturated
from sim.model.compiled import CompiledDescription
from sim.model.snapshot import Snapshot
from sim.reporting.html import Prose
from sim.results.arrangements import Pledge
from sim.scenario.cameo import Tone, Track, tone
from sim.scenario.conditions import Limits, choices, plain
from sim.scenario.lookup import Instance, at_start, consent, usual
from sim.scenario.phrases import BEGUN, IN_FORCE_KINDS, Phrase, expand, parse
from sim.scenario.scenario import Scenario
from sim.statistics.measures import between_text
from sim.text import listing, percent, sentence

_SAID = Prose("sim.classroom.briefs/cards.j2")
_OFTEN = 0.3
"""From this frequency on it is told as so many of ten rounds, below as once in so many."""
_LEAST = 0.01
"""Fewest points by which an issue comes nearer to what an actor wants."""


@dataclass(frozen=True)
class LeverCard:
    """One lever toward one target, in words and central values.

    What it needs and costs, and what it is likely to do, stand in a sentence each; ``asks``
    says whether the target must agree.
    """

    id: str
    name: str
    needs: tuple[str, ...]
    costs: tuple[str, ...]
    does: tuple[str, ...]
    usual: str
    track: Track
    tone: Tone
    asks: bool


class Deck:
    """All cards of a scenario, whose start is reckoned once, with the pledges of a game."""

    def __init__(
        self, source: Scenario | CompiledDescription, pledges: Sequence[Pledge] = ()
    ) -> None:
        self.pledges = pledges
        self.stage = (
            CompiledDescription(source.description) if isinstance(source, Scenario) else source
        )
        self.description = self.stage.description

    def cards(self, actor: str, target: str) -> tuple[LeverCard, ...]:
        """Describe every lever that an actor has toward a target, in the scenario's order."""
        for name in (actor, target):
            if name not in self.description.actors:
                raise KeyError(name)
        return tuple(
            _Text(self, name, actor, target, actor).card()
            for name, lever in self.description.levers.items()
            if actor != target and usual(lever, actor, target)
        )

    def asked(self, lever: str, actor: str, target: str) -> tuple[str, ...]:
        """What it would do if the target agreed, and cost it, told to the target."""
        text = _Text(self, lever, actor, target, target)
        return (*text.does(), *text.audience_cost())

    @cached_property
    def start(self) -> Snapshot:
        """The start, each number at its central value, and what every candidate would bring."""
        start = Snapshot(self.stage)
        find_changes(start.record)
        return start

    def size(self, effect: int) -> float:
        """How large an effect is, as stated."""
        return float(self.start.read("size")[effect, 0])

    def push(self, effect: int) -> float:
        """The push of an effect at the start, with what the audience makes of it."""
        return float(self.start.read("push")[effect, 0])

    def change(self, row: int, push: float) -> float:
        """What a push on one row of the start's state brings."""
        return float(saturated(self.start.record, row, np.array([push]))[0])


class _Text:
    """The sentences of one lever of an actor toward a target, told to one of the two."""

    def __init__(self, deck: Deck, name: str, actor: str, target: str, you: str) -> None:
        self.deck, self.way = deck, (name, actor, target)
        self.actor, self.target, self.you = actor, target, you
        self.described = deck.description
        self.lever, self.words = self.described.levers[name], SecondPerson(self.described, you)
        self.number = deck.stage.keys[self.way]
        self.candidate = deck.stage.table.rows[self.number]
        self.consent = consent(self.lever, actor, target)

    def card(self) -> LeverCard:
        """All of it, told to the actor."""
        return LeverCard(
            id=self.way[0],
            name=self.lever.name,
            needs=tuple(self.needs()),
            costs=tuple(self.costs()),
            does=tuple(self.does()),
            usual=self.usual(),
            track=self.candidate.track,
            tone=tone(self.lever),
            asks=self.candidate.asks,
        )

    # -- what it needs -------------------------------------------------------------

    def needs(self) -> Iterator[str]:
        """What must hold so that you can do it."""
        lever = self.lever
        if self.consent:
            begun = (*lever.begins, *lever.resumes)
            both = any(not self.described.arrangements[name].one_sided for name in begun)
            by_trust = both or (lever.delivers is not None and lever.delivers.by != "target")
            who = self.words.name(self.target)
            trust = trust_in(self.described, self.target, self.you)
            yield _SAID.consent(who, 100 * self.consent[1].value, by_trust, trust)
        for names, stand in (
            (lever.ends, "must be in force, or suspended"),
            (lever.suspends, "must be in force"),
            (lever.resumes, "must be suspended"),
        ):
            for instance in self._arrangements(names):
                yield sentence(f"{self._named(instance)} {stand}.")
        if lever.once:
            yield "It can be done only once between the two of you."
        yield from (self._required(*one) for one in self._all_of(plain(lever.requires)))
        for sort, tables in choices(lever.requires):
            ways = "; ".join(listing([*self._holding(table)]) for table in tables)
            yield (
                f"None of these may hold: {ways}."
                if sort == "none_of"
                else (f"One of these must hold: {ways}.")
            )

    def _all_of(self, conditions: Mapping[str, Limits]) -> Iterator[tuple[Phrase, Limits]]:
        """Conditions all of which must hold, with the names of those who play roles."""
        for text, limits in conditions.items():
            phrase = parse(text)
            if phrase is None:  # checked when the scenario was built
                raise ValueError(f"not a quantity: {text!r}")
            for one in expand(phrase, self.you, self.target, self.described.actors):
                yield one, limits

    def _holding(self, conditions: Mapping[str, Limits]) -> Iterator[str]:
        """Conditions in a few words each: ``affinity with South at least 0.4``."""
        for phrase, limits in self._all_of(conditions):
            words = self.words.quantity(phrase, self.target)
            least, most = (end.value if end else None for end in (limits.at_least, limits.at_most))
            if phrase.kind in IN_FORCE_KINDS:
                yield f"not {words}" if least is None else words
            else:
                yield f"{words} {between_text(least, most)}"

    def _required(self, phrase: Phrase, limits: Limits) -> str:
        least = None if limits.at_least is None else limits.at_least.value
        most = None if limits.at_most is None else limits.at_most.value
        if phrase.kind in IN_FORCE_KINDS or phrase.kind in BEGUN:
            name, *parties = phrase.names
            found = self._arrangement(name, *parties)
            shown = self._named(found) if found else self.described.arrangements[name].name
            if phrase.kind in IN_FORCE_KINDS:
                return _SAID.in_force(shown, least is not None and least > 0)
            return _SAID.begun(shown, least, most)
        if phrase.kind == "since":
            lever, whom = self.described.levers[phrase.names[0]].name, self.words.name(self.target)
            return _SAID.since(lever, whom, least, most)
        ends = ("" if end is None else level(phrase, end) for end in (least, most))
        return _SAID.stands(self.words.quantity(phrase, self.target), *ends)

    # -- what it costs ---------------------------------------------------------------

    def costs(self) -> Iterator[str]:
        """What it costs you at home, and with others."""
        row = self.deck.stage.layout.at("support", self.you)
        paid = self.deck.change(row, -self.lever.cost.value)
        if shown := size(paid).lstrip("−"):
            yield _SAID.price(shown, self.candidate.asks)
        yield from self.audience_cost()
        yield from self.broken_word()
        delivers = self.lever.delivers
        if delivers is not None and delivers.by != "target" and self._owed() is None:
            yield "Not done in time, it costs you trust."

    def audience_cost(self) -> Iterator[str]:
        """What ground given up on issues takes from your support at home."""
        row = self.deck.stage.layout.at("support", self.you)
        lost = 0.0
        for _, at, nth in self._effects():
            if at == row:
                stated = self.deck.size(nth)
                whole = self.deck.push(nth)
                lost = self.deck.change(row, whole) - self.deck.change(row, stated)
                break
        if shown := size(lost).lstrip("−"):
            issues = self.described.issues
            given = [
                f"“{issues[phrase.names[0]].name}”"
                for phrase, at, nth in self._effects()
                if phrase.kind == "issue" and self._gives_ground(phrase, at, nth)
            ]
            yield _SAID.audience(given, shown)

    def _gives_ground(self, phrase: Phrase, row: int, nth: int) -> bool:
        """Whether an issue moves away from what you want."""
        stance = self.described.issues[phrase.names[0]].stances.get(self.you)
        if stance is None or not stance.salience.value:
            return False
        here, wanted = float(self.deck.start.read("x")[row, 0]), stance.position.value
        after = here + self.deck.change(row, self.deck.size(nth))
        return abs(here - wanted) - abs(after - wanted) < -_LEAST

    def broken_word(self) -> Iterator[str]:
        """What it costs with others to break off, by the most solemn arrangement that ends."""
        if self.consent is not None:
            return
        described, ends = self.described, self._arrangements(self.lever.ends)
        held = [described.arrangements[one.name] for one in ends if not one.one_sided]
        if not held:
            return
        solemn = max(one.solemnity.value for one in held)
        partners = {
            party
            for one in self.deck.stage.layout.instances
            if self.you in one.holders and at_start(described, one)
            for party in one.holders
        }
        others = [self.words.name(one) for one in described.actors if one in partners - {self.you}]
        whom = listing(others) or "each with whom you hold something in force"
        lost = size(described.coefficients.breach.value * solemn).lstrip("+")
        learned = percent(described.coefficients.learning.value * solemn)
        yield _SAID.broken_word(lost, whom, learned)

    # -- what it does ----------------------------------------------------------------

    def does(self) -> Iterator[str]:
        """What it does to promises and arrangements, and what it moves."""
        yield from self._keeps()
        yield from self._puts_in_force()
        yield from self._promises()
        later = []
        for phrase, row, nth in self._effects():
            change = self.deck.change(row, self.deck.size(nth))
            if told := self._moves(phrase, change):
                if phrase.kind == "issue":
                    later.append(f"{told}.")
                else:
                    yield sentence(f"{told}.")
        yield from later

    def _moves(self, phrase: Phrase, change: float) -> str:
        """A change of a quantity; of an issue with whether you wish it. Empty for nothing.

        What moves toward where you want it and ends farther beyond it than it was before
        goes past it, so that two moves toward one end are never told as wished and as
        unwished.
        """
        if phrase.kind != "issue":
            shown = size(change)
            return f"{self.words.quantity(phrase)} {shown}" if shown else ""
        issue = self.described.issues[phrase.names[0]]
        moved, stance = shift(issue, change), issue.stances.get(self.you)
        if not moved or stance is None or not stance.salience.value:
            return moved
        wanted, here = stance.position.value, issue.outcome.value
        if (wanted - here) * change <= 0:
            return f"{moved}, against your wish"
        gained = abs(wanted - here) - abs(wanted - here - change)
        if abs(gained) <= _LEAST:
            return moved
        return f"{moved}, as you wish" if gained > 0 else f"{moved}, past where you want it"

    def _effects(self) -> Iterator[tuple[Phrase, int, int]]:
        """Each quantity that the lever itself moves: phrase, row, and number of the effect."""
        stage = self.deck.stage
        numbers = np.flatnonzero(stage.table.effect_candidate == self.number)
        for effect, nth in zip(self.candidate.effects, numbers, strict=True):
            yield stage.layout.phrases[effect.row], effect.row, int(nth)

    def _keeps(self) -> Iterator[str]:
        """Which promises it would keep."""
        words = self.words
        for one in self.deck.pledges:
            if self.way not in one.promise.by or one.state not in ("open", "overdue"):
                continue
            (debtor, creditor), *back = one.promise.owed
            names = words.whose(debtor), words.name(debtor), words.name(creditor)
            half = self._until(one.due + one.within) if one.state == "overdue" else ""
            yield _SAID.keeps(*names, bool(back), self._due(one), half)

    def _puts_in_force(self) -> Iterator[str]:
        """What it puts in force, suspends and ends."""
        lever = self.lever
        for names, what in (
            (lever.begins, "Puts in force"),
            (lever.resumes, "Puts in force again"),
            (lever.suspends, "Suspends"),
            (lever.ends, "Ends"),
        ):
            for instance in self._arrangements(names):
                begun = names is lever.begins
                term = self.described.arrangements[instance.name].term if begun else None
                each = list(self._each_round(instance)) if begun else []
                yield _SAID.brings(what, self._named(instance), term, each)

    def _each_round(self, instance: Instance) -> Iterator[str]:
        """What an arrangement in force changes in a round, before it fades."""
        one, other = instance.parties[:2]
        ways = [(one, other)] if instance.one_sided else [(one, other), (other, one)]
        found: dict[Phrase, float] = {}
        for text, amount in self.described.arrangements[instance.name].effects.items():
            if (phrase := parse(text)) is None:
                continue
            for way in ways:
                for meant in expand(phrase, *way, self.described.actors):
                    alike = meant.kind in ("affinity", "tension")
                    names = tuple(sorted(meant.names)) if alike else meant.names
                    found[Phrase(meant.kind, names)] = amount.value
        yield from filter(None, (self._moves(phrase, change) for phrase, change in found.items()))

    def _promises(self) -> Iterator[str]:
        """What it promises; one promise of a kind is open at a time."""
        delivers, words = self.lever.delivers, self.words
        if delivers is None:
            return
        follows, again = self.described.levers[delivers.lever].name, self._owed()
        if again is not None:
            yield _SAID.again(self._due(again), follows)
            return
        if delivers.by == "either":
            both = f"{words.name(self.actor)} and {words.name(self.target)}"
            yield _SAID.promise(both, "promise", follows, delivers.within)
            yield "One deed by either keeps it for both."
        else:
            who = self.actor if delivers.by == "actor" else self.target
            verb = "promise" if who == self.you else "promises"
            yield _SAID.promise(words.name(who), verb, follows, delivers.within)
        yield "What is done in the round of the promise does not count as keeping it."

    def usual(self) -> str:
        """How often it is done in ordinary times."""
        found = usual(self.lever, self.actor, self.target)
        return _SAID.usual(found[1].value if found else 0.0, _OFTEN)

    # -- promises and arrangements ---------------------------------------------------

    def _owed(self) -> Pledge | None:
        """The promise of this lever between the two that is open or overdue, if any."""
        for one in self.deck.pledges:
            made = (one.promise.lever, one.promise.actor, one.promise.target)
            if made == self.way and one.pending:
                return one
        return None

    def _until(self, round: int) -> str:
        return until_when(self.described.calendar, round)

    def _due(self, one: Pledge) -> str:
        """Until when a promise is due, or since when it is overdue."""
        if one.state == "open":
            return self._until(one.due)
        return f"overdue since the end of {last_month(self.described.calendar, one.due)}"

    def _arrangements(self, names: Sequence[str]) -> Iterator[Instance]:
        """The arrangements of some names that the two can have."""
        for name in names:
            if (found := self._arrangement(name, self.actor, self.target)) is not None:
                yield found

    def _arrangement(self, name: str, one: str, other: str) -> Instance | None:
        known = self.deck.stage.layout.instances
        return next((i for i in known if i.name == name and i.concerns(one, other)), None)

    def _named(self, instance: Instance) -> str:
        """``the peace treaty``, which is that with the other; else with its parties' names."""
        name = self.described.arrangements[instance.name].name
        if len(instance.parties) == 2 and not instance.one_sided and self.you in instance.parties:
            return name
        names = [self.words.name(party) for party in instance.parties]
        if not instance.one_sided:
            return f"{name} of {listing(names)}"
        if instance.parties[0] == self.you:
            return f"{name} toward {names[1]}"
        return f"{name} of {' toward '.join(names)}"
