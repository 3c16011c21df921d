"""Why actors chose as they did in one round of one run, option by option."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from sim.arrays import Bools, Floats
from sim.model.arrangements import close_lasting
from sim.model.conditions import check_requirements
from sim.model.interests import find_values
from sim.model.look import weigh
from sim.model.parts import parts_of
from sim.model.reactions import find_reactions
from sim.model.snapshot import Snapshot
from sim.model.start import NEVER
from sim.model.world import World
from sim.scenario.cameo import Track
from sim.scenario.conditions import Choice
from sim.scenario.phrases import Phrase
from sim.theories.protocol import PASS

_TOLD = (
    *("usual", "consent", "agree", "sentiment_felt", "heat_felt", "trust_felt", "review_felt"),
    "answer",
)
"""What is told of each candidate as it stands in the record."""


@dataclass(frozen=True)
class Broken:
    """A requirement that does not hold: the quantity, where it stands, its limits.

    ``choice`` is ``any_of`` where it is one of several of which one must hold, and ``none_of``
    where it does hold, among those of which none may; else it is empty.
    """

    phrase: Phrase
    value: float
    at_least: float
    at_most: float
    choice: Choice | Literal[""] = ""


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
    believed : float
        The same as its actor sees it, which may doubt a number of the target.
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
    believed: float
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
    def asked(self) -> bool:
        """Whether the target is asked."""
        return not math.isnan(self.consent)

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
    def chance(self) -> float:
        """Probability of what was done."""
        return self.chosen.chance if self.chosen else self.idle

    @property
    def usual(self) -> float:
        """The same in ordinary times."""
        return self.chosen.usual if self.chosen else self.usual_idle

    @property
    def usual_idle(self) -> float:
        """Probability of letting the round pass in ordinary times."""
        return max(1 - sum(option.usual for option in self.options), 0.0)

    @property
    def crossed(self) -> bool:
        """Whether it gave way: the target did the same, and the two can do it only once."""
        return self.agreed and not self.accepted


class LastingWorth(NamedTuple):
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


def lasting_worth(world: World) -> LastingWorth:
    """Look at what lasts as the actors of a world see it, which have just proposed."""
    seen, agree = world.snapshot(), world.believed
    m = seen.record

    def worth() -> Floats:
        with np.errstate(all="ignore"):
            weigh(m)
        mine, theirs = seen.read("worth").reshape(2, *agree.shape)
        return np.stack([np.minimum(agree * mine, mine), theirs])

    whole = worth()
    seen.read("lasting")[:] = 0
    at_once = worth()
    seen.read("breach")[:] = 0
    bare = worth()
    seen.read("open")[:] = 1
    close_lasting(m)
    held = seen.read("open") != 0
    return LastingWorth(100 * np.stack([whole - at_once, at_once - bare]), held)


def explain_choices(world: World, seen: Snapshot, lasts: LastingWorth) -> list[Decided]:
    """Read what every actor weighed and chose in the round that a world has just been through.

    The world is of one run and keeps its parts; ``seen`` is what the actors saw, and ``lasts``
    what lasted then.
    """
    compiled, table = world.compiled, world.compiled.table
    shape = (2, len(parts_of(compiled.description)), len(table))
    parts, before = (world.read(f"{kind}_parts").reshape(shape) for kind in ("worth", "usual"))
    told: dict[str, list[float]] = {name: world.read(name)[:, 0].tolist() for name in _TOLD}
    believed = world.believed[:, 0].tolist()
    proposal = world.read("expected") - world.read("usual_proposal")
    answered = world.read("worth")[len(table) :] - world.read("usual_answer")
    felt = [world.felt(change)[:, 0].tolist() for change in (proposal, answered)]
    reaction = _reactions(seen).reshape(table.thirds.shape)
    lasting = lasts.worth[..., 0].tolist()
    unmet = unmet_requirements(seen, world.now)
    spent = _spent(seen)

    def option(k: int, chance: float) -> Option:
        asks = bool(table.asks[k, 0])
        thirds = [compiled.layout.actors[third] for third in table.thirds[k]]
        return Option(
            lever=table.rows[k].name,
            open=bool(world.open[k, 0]),
            broken=unmet[k],
            spent=k in spent,
            held=bool(lasts.held[k, 0]),
            usual=told["usual"][k],
            chance=chance,
            parts=parts[:, :, k],
            before=before[:, :, k],
            usual_consent=told["consent"][k] if asks else np.nan,
            consent=told["agree"][k] if asks else np.nan,
            believed=believed[k] if asks else np.nan,
            felt=(felt[0][k], felt[1][k]),
            sentiment=told["sentiment_felt"][k],
            heat=told["heat_felt"][k],
            trust=told["trust_felt"][k],
            review=told["review_felt"][k],
            lasting=(lasting[0][0][k], lasting[0][1][k]),
            breach=(lasting[1][0][k], lasting[1][1][k]),
            answer=told["answer"][k],
            reactions=dict(zip(thirds, reaction[k].tolist(), strict=True)),
        )

    # Whoever answers by a rule of its own; that two crossed is not told of it.
    consenting = {agent.id for agent in world.agents if agent.consent is not None}
    found = []
    for slot, block in table.blocks:
        view = world.view(slot, block)
        idle, *chances = (view.weight / view.weight.sum(axis=0))[:, 0].tolist()
        options = tuple(option(k, chance) for k, chance in enumerate(chances, start=block.start))
        (actor, target), track = compiled.slots[slot]
        pick, draw = int(world.pick[slot, 0]), float(view.draw[0])
        by_rule, agreed = target in consenting, bool(world.agreed[slot, 0])
        answer = float(world.streams.uniform("consent", compiled.slot_names[slot], world.now)[0])
        found.append(
            Decided(
                actor=actor,
                target=target,
                track=track,
                options=options,
                idle=idle,
                draw=draw,
                answer=answer,
                chosen=None if pick == PASS else options[pick - block.start],
                dropped=pick == PASS and draw >= idle,
                agreed=agreed if by_rule else pick != PASS and answer < told["agree"][pick],
                accepted=agreed,
            )
        )
    return found


def _reactions(seen: Snapshot) -> Floats:
    """Of one run: what third parties make of each candidate, as they saw it."""
    m, found = seen.record, [np.empty(0)]
    for s in range(m.strips):
        with np.errstate(all="ignore"):
            find_values(m, s)
            find_reactions(m, s)
        count = (m.strip_candidate[s + 1] - m.strip_candidate[s]) * m.thirds
        found.append(seen.read("reaction")[:count, 0].copy())
    return np.concatenate(found)


def _spent(seen: Snapshot) -> set[int]:
    """Candidates of one run that can be used once, and were."""
    m, last = seen.record, seen.read("last")[:, 0]
    return {
        m.once_candidate[n]
        for n in range(m.once)
        if last[m.once_candidate[n]] != NEVER or last[m.once_returned[n]] != NEVER
    }


def unmet_requirements(seen: Snapshot, now: int) -> list[tuple[Broken, ...]]:
    """Which requirements of each candidate do not hold in a round of a single run."""
    check_requirements(seen.record, now)
    m, parameter = seen.record, seen.read("parameter")[:, 0].tolist()
    measured, holds = (seen.read(name)[:, 0].tolist() for name in ("measured", "holds"))
    every = seen.compiled.requirements
    broken: list[list[Broken]] = [[] for _ in range(every.groups)]
    met: list[list[Broken]] = [[] for _ in range(every.groups)]
    for n, one in enumerate(every.all):
        low, high = parameter[m.condition_low[n]], parameter[m.condition_high[n]]
        side = met if low <= measured[n] <= high else broken
        side[one.group].append(Broken(one.phrase, measured[n], low, high))
    for choice in every.choices:
        tables = range(choice.first, choice.last)
        held = [group for group in tables if holds[group]]
        if choice.none:
            meant = [replace(one, choice="none_of") for group in held for one in met[group]]
        elif not held:
            meant = [replace(one, choice="any_of") for group in tables for one in broken[group]]
        else:
            meant = []
        broken[choice.group] += meant
    return [tuple(of) for of in broken[: m.candidates]]
