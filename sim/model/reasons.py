"""Why actors chose as they did in one round of one run, option by option."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.model.bonds import Pushes
from sim.model.candidates import expand
from sim.model.choice import PASS
from sim.model.conditions import NEVER
from sim.model.utility_breakdown import parts_of_worth
from sim.model.world import World
from sim.scenario.cameo import Track
from sim.scenario.phrases import Phrase


@dataclass(frozen=True)
class Broken:
    """A requirement that does not hold: the quantity, where it stands, its limits."""

    phrase: Phrase
    value: float
    at_least: float
    at_most: float


@dataclass(frozen=True, eq=False)
class Option:
    """One lever that an actor has toward another, in one round of one run.

    Attributes
    ----------
    lever : str
    open : bool
    broken : tuple of Broken
        Requirements that close it.
    spent : bool
        Whether it is used up: it can be used once, and was.
    held : bool
        Whether there is the arrangement that it ends, suspends or resumes, if it does so.
    usual, chance : float
        Probability of choosing it in ordinary times, and here.
    parts, before : shape (2, parts)
        What speaks for proposing it and for agreeing to it, here and in ordinary
        times; hundredths of weighted value. Their sums are its worth.
    usual_consent, consent : float
        Chance that the target agrees, in ordinary times and here; nan where it is not asked.
    felt : (float, float)
        Change of log-odds against ordinary times from interests: of its actor in
        proposing it, of its target in agreeing to it.
    sentiment : float
        Change of the log-odds of proposing it from how the two stand to one another; of
        agreeing to it as well, where it is friendly.
    heat : float
        Change of the log-odds of proposing it from the heat of their quarrel.
    trust : float
        Change of the log-odds of agreeing to it from the target's trust in the actor.
    review : float
        Change of the log-odds of proposing it from a new government's review.
    lasting, breach : (float, float)
        What of its worth to the actor, and to the target, comes of what it begins, ends or
        promises for later, and of breaking off; hundredths of weighted value, and part of
        ``parts``.
    answer : float
        Push on the affinity of actor and target from what they make of it, if it takes effect.
    reactions : dict of third party -> float
        Push on the third party's affinity to those who take part, if it takes effect.
    """

    lever: str
    open: bool
    broken: tuple[Broken, ...]
    spent: bool
    held: bool
    usual: float
    chance: float
    parts: Floats
    before: Floats
    usual_consent: float
    consent: float
    felt: tuple[float, float]
    sentiment: float
    heat: float
    trust: float
    review: float
    lasting: tuple[float, float]
    breach: tuple[float, float]
    answer: float
    reactions: dict[str, float]

    @property
    def odds(self) -> float:
        """Change of the log-odds of proposing it against ordinary times, by all of them."""
        return self.felt[0] + self.sentiment + self.heat + self.review

    @property
    def worth(self) -> Floats:
        """Worth to the actor and to the target here, shape ``(2,)``."""
        return self.parts.sum(axis=1)

    @property
    def ordinary(self) -> Floats:
        """Worth to the actor and to the target in ordinary times, shape ``(2,)``."""
        return self.before.sum(axis=1)


@dataclass(frozen=True, eq=False)
class Decided:
    """What one actor chose toward another, of words or of deeds.

    Attributes
    ----------
    actor, target : str
    track : {"words", "deeds"}
    options : tuple of Option
    idle : float
        Probability of letting the round pass.
    draw, answer : float
        The draws that decided on the move, and on the answer.
    chosen : Option or None
        ``None`` where the round was let pass.
    dropped : bool
        Whether it would have moved, but its attention went to others.
    agreed : bool
        Whether the target agreed, or was not asked.
    accepted : bool
        Whether it took effect.
    """

    actor: str
    target: str
    track: Track
    options: tuple[Option, ...]
    idle: float
    draw: float
    answer: float
    chosen: Option | None
    dropped: bool
    agreed: bool
    accepted: bool

    @property
    def crossed(self) -> bool:
        """Whether it gave way: the target did the same, and the two can do it only once."""
        return self.agreed and not self.accepted


class Later(NamedTuple):
    """What of the worth of each candidate comes of what lasts, and of breaking off.

    Attributes
    ----------
    worth : shape (2, 2, candidates, runs)
        By what lasts and breaking off, then to the actor and to the target; in hundredths
        of weighted value. The chance of consent is taken as it is.
    held : Bools, shape (candidates, runs)
        Whether there is what it ends, suspends or resumes.
    """

    worth: Floats
    held: Bools


def later(world: World) -> Later:
    """Look at what lasts as the actors of a world see it, which have just proposed."""
    pushes = world.lasting.pushes(world.x)
    held = np.ones(world.worn.shape, dtype=bool)
    if pushes is None:
        return Later(np.zeros((2, 2, *world.worn.shape)), held)
    world.lasting.close(held)
    agree = world.assessment.agree
    none = np.zeros_like(pushes.lasting)

    def worth(lasting: Floats, breach: Floats) -> Floats:
        look = world.setting.interests.look(
            world.x, world.worn, world.theory, world.levels, Pushes(lasting, breach)
        )
        mine, theirs = look.worth
        return np.stack([np.minimum(agree * mine, mine), theirs])

    whole = worth(pushes.lasting, pushes.breach)
    at_once = worth(none, pushes.breach)
    bare = worth(none, np.zeros_like(pushes.breach))
    return Later(100 * np.stack([whole - at_once, at_once - bare]), held)


def decided(world: World, state: Mapping[Phrase, float], last: Ints, lasts: Later) -> list[Decided]:
    """Read what every actor weighed and chose in the round that a world has just been through.

    Parameters
    ----------
    world : World
        Of one run; it keeps its parts.
    state : mapping of Phrase -> float
        The state that the actors saw.
    last : shape (candidates,)
        Round of each candidate's last use, as the round began.
    lasts : Later
    """
    setting, table = world.setting, world.setting.table
    parts = parts_of_worth(table, world.seen, world.assessment.agree, world.assessment.worth)
    before = setting.reference_parts(world.drawn, 1)
    felt = (
        world.theory.felt(world.assessment.worth - world.ordinary.proposal),
        world.theory.felt(world.seen.worth[1] - world.ordinary.answer),
    )
    names = setting.layout.actors
    unused = last == NEVER
    spent = np.zeros(len(table), dtype=bool)
    spent[setting.once] = ~(unused[setting.once] & unused[setting.returned])
    found = []
    for slot, block in table.blocks:
        view = world.view(slot, block)
        chance = (view.weight / view.weight.sum(axis=0))[:, 0]
        options = tuple(
            Option(
                lever=table.rows[k].name,
                open=bool(world.open[k, 0]),
                broken=tuple(broken(world, k, state, last)),
                spent=bool(spent[k]),
                held=bool(lasts.held[k, 0]),
                usual=float(world.drawn[table.rows[k].usual][0]),
                chance=float(chance[1 + nth]),
                parts=parts[:, :, k, 0],
                before=before[:, :, k, 0],
                usual_consent=float(world.choice.consent[k, 0]) if table.asks[k] else np.nan,
                consent=float(world.assessment.agree[k, 0]) if table.asks[k] else np.nan,
                felt=(float(felt[0][k, 0]), float(felt[1][k, 0])),
                sentiment=float(world.assessment.sentiment[k, 0]),
                heat=float(world.assessment.heat[k, 0]),
                trust=float(world.assessment.trust[k, 0]),
                review=float(world.assessment.review[k, 0]),
                lasting=(float(lasts.worth[0, 0, k, 0]), float(lasts.worth[0, 1, k, 0])),
                breach=(float(lasts.worth[1, 0, k, 0]), float(lasts.worth[1, 1, k, 0])),
                answer=float(world.seen.answer[k, 0]),
                reactions={
                    names[third]: float(push)
                    for third, push in zip(
                        table.thirds[k], world.seen.reaction[k, :, 0], strict=True
                    )
                },
            )
            for nth, k in enumerate(range(block.start, block.stop))
        )
        (actor, target), track = setting.slots[slot]
        pick = int(world.pick[slot, 0])
        answer = float(world.streams.uniform("consent", setting.slot_names[slot], world.now)[0])
        found.append(
            Decided(
                actor=actor,
                target=target,
                track=track,
                options=options,
                idle=float(chance[0]),
                draw=float(view.draw[0]),
                answer=answer,
                chosen=None if pick == PASS else options[pick - block.start],
                dropped=pick == PASS and bool(view.draw[0] >= chance[0]),
                agreed=pick != PASS and answer < world.assessment.agree[pick, 0],
                accepted=bool(world.agreed[slot, 0]),
            )
        )
    return found


def broken(world: World, k: int, state: Mapping[Phrase, float], last: Ints) -> list[Broken]:
    """Which of a candidate's requirements do not hold in a world of a single run.

    Parameters
    ----------
    world : World
    k : int
        Number of the candidate.
    state : mapping of phrase to value
    last : shape (candidates,)
        Round in which each candidate was last accepted.
    """
    setting, row = world.setting, world.setting.table.rows[k]
    layout = setting.layout
    actor, target = layout.actors[row.actor], layout.actors[row.target]
    found = []
    for text in row.lever.requires:
        for phrase in expand(text, actor, target, layout):
            match phrase.kind:
                case "since":
                    used = setting.keys.get((phrase.names[0], actor, target), -1)
                    value = float(world.now - (last[used] if used >= 0 else NEVER))
                case "gap":
                    one, other = (
                        state[layout.phrases[layout.at("position", who, phrase.names[0])]]
                        for who in (actor, target)
                    )
                    value = abs(one - other)
                case "begun" | "begun_by":
                    number = layout.instance(phrase)
                    begun = NEVER if number < 0 else int(world.lasting.begun[number, 0])
                    value = float(world.now - begun)
                case "in_force" | "in_force_by" if layout.instance(phrase) < 0:
                    value = 0.0
                case _:
                    value = state[layout.phrases[layout.row(phrase)]]
            stem = f"levers.{row.name}.requires.{text}"
            low, high = (
                float(world.drawn[path][0])
                if (path := f"{stem}.{end}") in world.drawn
                else open_end
                for end, open_end in (("at_least", -np.inf), ("at_most", np.inf))
            )
            if not low <= value <= high:
                found.append(Broken(phrase, value, low, high))
    return found
