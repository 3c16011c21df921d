"""The levers an actor may pull, as cards: what each needs, costs and is likely to do.

Sizes are those of the description's start with every number at its central value, for
a lever that was not used of late: what the model itself would reckon there. A game has
its own draws and goes on, so its cards are written from :mod:`sim.classroom.briefs.drawn_scenario`
(``docs/model.md``, sections 6.1 and 6.2). What a card says of the target is public:
nothing on it follows from how much the target cares for an issue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.arrays import Floats
from sim.classroom.briefs import lever_arrangements as arranged
from sim.classroom.briefs.second_person import Voice, level, size, steps
from sim.classroom.game.lasting import Pledge
from sim.model.candidates import Candidate
from sim.model.compiled import CompiledDescription
from sim.model.theory import Theory, start
from sim.model.uncertain import central
from sim.model.utility import Evaluation
from sim.model.utility_components import Saturation
from sim.scenario.cameo import Tone, Track, tone
from sim.scenario.lookup import consent, usual
from sim.scenario.phrases import BEGUN, IN_FORCE, Phrase, expand, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Lever, Limits
from sim.text import listing, number, sentence

OFTEN = 0.3
"""From this frequency on it is told as so many of ten rounds, below as once in so many."""


@dataclass(frozen=True)
class LeverCard:
    """One lever toward one target, in words and central values.

    Attributes
    ----------
    id, name : str
        Its key in the scenario, and what it is: ``hold a summit``.
    needs : tuple of str
        What must hold, one sentence each; empty where nothing is needed.
    costs : tuple of str
        What it costs you at home, one sentence each; empty where it costs nothing.
    does : tuple of str
        What it is likely to change, a short sentence each, the largest parts of the
        world first: relations, support, issues.
    usual : str
        How often you do it in ordinary times.
    track : {"words", "deeds"}
        Whether it is said or done: of each an actor picks one in a round.
    tone : {"cooperative", "conflictual", "neutral"}
        By its Goldstein value.
    asks : bool
        Whether the target must agree.
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
    """All cards of a scenario; its start is reckoned once.

    Parameters
    ----------
    source : Scenario or CompiledDescription
    pledges : sequence of Pledge
        The promises that were made in a game.
    """

    def __init__(
        self, source: Scenario | CompiledDescription, pledges: Sequence[Pledge] = ()
    ) -> None:
        self._pledges = pledges
        self._stage = (
            CompiledDescription(source.description) if isinstance(source, Scenario) else source
        )
        self.description = self._stage.description
        self._arrangements = self._stage.layout.instances

    def cards(self, actor: str, target: str) -> tuple[LeverCard, ...]:
        """Describe every lever that an actor has toward a target, in the scenario's order.

        Raises
        ------
        KeyError
            Where the scenario has no such actor.
        """
        for name in (actor, target):
            if name not in self.description.actors:
                raise KeyError(name)
        return tuple(
            self._card(name, lever, actor, target)
            for name, lever in self.description.levers.items()
            if actor != target and usual(lever, actor, target)
        )

    def asked(self, lever: str, actor: str, target: str) -> tuple[str, ...]:
        """What it would do if the target agreed, and cost it, told to the target."""
        voice, number = Voice(self.description, target), self._stage.keys[lever, actor, target]
        candidate = self._stage.table.rows[number]
        return (
            *self._bonds(lever, candidate.lever, voice, actor, target),
            *self._does(number, candidate, voice),
            *self._ground_given(number, candidate, voice),
        )

    def _card(self, name: str, lever: Lever, actor: str, target: str) -> LeverCard:
        voice = Voice(self.description, actor)
        number = self._stage.keys[name, actor, target]
        candidate = self._stage.table.rows[number]
        return LeverCard(
            id=name,
            name=lever.name,
            needs=tuple(_needs(lever, voice, target, self._arrangements)),
            costs=(
                *self._costs(number, candidate, voice),
                *arranged.costs(lever, voice, target, self._arrangements),
                *arranged.promise_costs(
                    lever, arranged.still_owed(self._pledges, name, actor, target)
                ),
            ),
            does=(
                *self._bonds(name, lever, voice, actor, target),
                *self._does(number, candidate, voice),
            ),
            usual=_usual(lever, actor, target),
            track=candidate.track,
            tone=tone(lever),
            asks=candidate.asks,
        )  # fmt: skip

    def _bonds(
        self, name: str, lever: Lever, voice: Voice, actor: str, target: str
    ) -> Iterator[str]:
        """What it does to arrangements and promises."""
        again = arranged.still_owed(self._pledges, name, actor, target)
        yield from arranged.keeps(self._pledges, voice, name, actor, target)
        yield from arranged.does(lever, voice, actor, target, self._arrangements)
        yield from arranged.promise_effects(lever, voice, actor, target, again)

    @cached_property
    def _theory(self) -> Theory:
        return Theory(self._stage.table, central(self.description))

    @cached_property
    def _x(self) -> Floats:
        stage = self._stage
        return start(stage.description, stage.layout, central(stage.description), 1)

    @cached_property
    def _evaluation(self) -> Evaluation:
        fresh = np.zeros((len(self._stage.table), 1))
        utility = self._stage.utility
        levels = utility.levels(self._x, self._theory)
        return utility.evaluate(self._x, fresh, self._theory, levels)

    def _change(self, row: int, push: float) -> float:
        """What a push on one row of the start's state brings."""
        layout = self._stage.layout
        here = slice(row, row + 1)
        support = layout.rows("support")
        sheer = slice(0, int(support.start <= row < support.stop))
        room = Saturation.of(self._x[here], layout.low[here], layout.high[here], sheer)
        return float(room.change(np.array([[push]]))[0, 0])

    def _pushes(self, number: int, candidate: Candidate) -> Iterator[tuple[Phrase, int, float]]:
        """Each quantity that the lever itself moves: phrase, row, push; no audience cost."""
        of_card = np.flatnonzero(self._stage.table.effect_candidate == number)
        for effect, nth in zip(candidate.effects, of_card, strict=True):
            push = float(self._theory.size[nth, 0])
            yield self._stage.layout.phrases[effect.row], effect.row, push

    def _ground(self, number: int, candidate: Candidate, voice: Voice) -> float:
        """Support at home that ground given up takes from the actor, 0 or less."""
        row = self._stage.layout.at("support", voice.you)
        of_card = np.flatnonzero(self._stage.table.effect_candidate == number)
        for effect, nth in zip(candidate.effects, of_card, strict=True):
            if effect.row == row:
                stated = float(self._theory.size[nth, 0])
                whole = float(self._evaluation.push[nth, 0])
                return self._change(row, whole) - self._change(row, stated)
        return 0.0

    def _costs(self, number: int, candidate: Candidate, voice: Voice) -> Iterator[str]:
        row = self._stage.layout.at("support", voice.you)
        paid = self._change(row, -candidate.lever.cost.value)
        if shown := size(paid).lstrip("−"):
            when = ", also when it is refused" if candidate.asks else ""
            yield f"It costs you {shown} of your support at home{when}."
        yield from self._ground_given(number, candidate, voice)

    def _ground_given(self, number: int, candidate: Candidate, voice: Voice) -> Iterator[str]:
        if shown := size(self._ground(number, candidate, voice)).lstrip("−"):
            lost = listing([f"“{name}”" for name in self._given_up(number, candidate, voice)])
            yield f"You give ground on {lost}: that costs {shown} of your support at home."

    def _given_up(self, number: int, candidate: Candidate, voice: Voice) -> list[str]:
        return [
            self.description.issues[phrase.names[0]].name
            for phrase, row, push in self._pushes(number, candidate)
            if phrase.kind == "issue" and self._nearer(phrase, row, push, voice) < 0
        ]

    def _nearer(self, phrase: Phrase, row: int, push: float, voice: Voice) -> int:
        """1 where an issue moves nearer to what you want, -1 where farther, else 0."""
        stance = self.description.issues[phrase.names[0]].stances.get(voice.you)
        if stance is None or not stance.salience.value:
            return 0
        here, wanted = float(self._x[row, 0]), stance.position.value
        gained = abs(here - wanted) - abs(here + self._change(row, push) - wanted)
        return int(np.sign(gained)) if abs(gained) > arranged.LEAST else 0

    def _does(self, number: int, candidate: Candidate, voice: Voice) -> Iterator[str]:
        later = []
        for phrase, row, push in self._pushes(number, candidate):
            change = self._change(row, push)
            if phrase.kind != "issue":
                if shown := size(change):
                    yield sentence(f"{voice.quantity(phrase)} {shown}.")
                continue
            if far := steps(change):
                issue = self.description.issues[phrase.names[0]]
                end = issue.high if change > 0 else issue.low
                noun = "point" if far == "1" else "points"
                later.append(
                    f"“{issue.name}” moves {far} {noun} toward “{end}”"
                    f"{arranged.wished(phrase, change, voice)}."
                )
        yield from later


def _needs(lever: Lever, voice: Voice, target: str, known: arranged.Known) -> Iterator[str]:
    if agreed := consent(lever, voice.you, target):
        share = 100 * agreed[1].value
        cases = number(share, 0) if share >= 1 else "fewer than one"
        who = sentence(voice.name(target))
        more = arranged.by_trust(lever, voice, target)
        yield f"{who} must agree; in ordinary times it agrees in {cases} of 100 cases{more}."
    yield from arranged.needs(lever, voice, target, known)
    if lever.once:
        yield "It can be done only once between the two of you."
    for text, limits in lever.requires.items():
        phrase = parse(text)
        if phrase is None:  # checked when the scenario was built
            raise ValueError(f"not a quantity: {text!r}")
        for one in expand(phrase, voice.you, target, voice.description.actors):
            if one.kind in (*IN_FORCE, *BEGUN):
                yield arranged.required(one, limits, voice, known)
            else:
                yield _limited(one, limits, voice, target)


def _limited(phrase: Phrase, limits: Limits, voice: Voice, target: str) -> str:
    least = None if limits.at_least is None else limits.at_least.value
    most = None if limits.at_most is None else limits.at_most.value
    if phrase.kind == "since":
        done = f"“{voice.description.levers[phrase.names[0]].name}” must have been done"
        if least is None:
            return f"{sentence(done)} by you within the last {_rounds(most or 0)}."
        before = f" and no more than {_rounds(most)} ago" if most is not None else ""
        return (
            f"Your last “{voice.description.levers[phrase.names[0]].name}” toward "
            f"{voice.name(target)}, if any, must lie {_rounds(least)} back or more{before}."
        )
    what = sentence(voice.quantity(phrase, target))
    if least is not None and most is not None:
        return f"{what} must stand between {level(phrase, least)} and {level(phrase, most)}."
    if least is not None:
        return f"{what} must stand at {level(phrase, least)} or more."
    return f"{what} must stand at {level(phrase, most or 0)} or less."


def _rounds(value: float) -> str:
    return f"{number(value, 0)} {'round' if round(value) == 1 else 'rounds'}"


def _usual(lever: Lever, actor: str, target: str) -> str:
    found = usual(lever, actor, target)
    share = found[1].value if found else 0.0
    if share >= OFTEN:
        return f"in ordinary times in about {number(10 * share, 0)} of 10 rounds"
    once = 1 / share
    if once >= 1000:
        return "in ordinary times less than once in 1,000 rounds"
    return f"in ordinary times about once in {number(once, 0)} rounds"
