"""What may lie behind a difference: a lever used otherwise, and why; or another push."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from sim.arrays import Floats
from sim.claims.checks import Arms
from sim.model.utility import PARTS
from sim.scenario.field_types import Frequency
from sim.scenario.lookup import consent, usual
from sim.scenario.phrases import Phrase, move
from sim.scenario.schema import Description

Key = tuple[str, str, str]
"""Lever, actor and target."""
WrittenChange = Literal["", "order", "never", "usual", "consent", "conditions"]
"""How the experiment itself changed the use of a lever: not at all, by moves laid down, by
moves ruled out, by how usual it is, by how readily it is agreed to, by when it is open."""
LEAST_PART = 0.05
"""Least difference of a part, in hundredths of value, that is told."""
LEAST_RATIO = 0.05
"""Least logarithm of a ratio of frequencies that is put down to other moves."""
_FREQUENCIES: dict[WrittenChange, Callable[..., tuple[str, Frequency] | None]] = {
    "usual": usual,
    "consent": consent,
}


BESIDE = ("sentiment", "heat", "trust", "review")
"""What moves the odds of a choice beside interests: how the two stand to one another, the heat of
their quarrel, trust in who proposes, and a new government's review."""


@dataclass(frozen=True)
class Reason:
    """Why an actor proposes something, or agrees to it, more or less often.

    Attributes
    ----------
    actor : str
    before, after : float
        Proposals per run; or share of the proposals that are agreed to; or a chance.
    pulls : tuple of (part, float)
        The one or two parts that speak most for the change, in hundredths of
        the actor's weighted value.
    against : (part, float) or None
        The part that speaks most against it.
    odds : float
        Difference of its log-odds, all together.
    sentiment, heat, trust, review : float
        What of it comes of each of :data:`BESIDE`; the rest comes of interests.
    """

    actor: str
    before: float
    after: float
    pulls: tuple[tuple[str, float], ...] = ()
    against: tuple[str, float] | None = None
    odds: float = 0.0
    sentiment: float = 0.0
    heat: float = 0.0
    trust: float = 0.0
    review: float = 0.0

    @classmethod
    def of(
        cls, actor: str, before: float, after: float, parts: Floats, odds: float, **beside: float
    ) -> Reason:
        """With the parts, of their differences, that speak most for the change and against it."""
        bare = cls(actor, before, after, (), None, odds, **beside)
        toward = -1.0 if (bare.change or odds) < 0 else 1.0
        ranked = sorted(
            ((name, float(part)) for name, part in zip(PARTS, parts, strict=True)),
            key=lambda one: -toward * one[1],
        )
        pulls = [one for one in ranked[:2] if toward * one[1] >= LEAST_PART]
        if len(pulls) == 2 and abs(pulls[1][1]) < abs(pulls[0][1]) / 3:
            pulls.pop()
        last = ranked[-1]
        against = last if -toward * last[1] >= LEAST_PART else None
        return replace(bare, pulls=tuple(pulls), against=against)

    @property
    def change(self) -> float:
        """The difference; 0 where one of the two is not defined."""
        gap = self.after - self.before
        return gap if math.isfinite(gap) else 0.0

    @property
    def rises(self) -> bool:
        """Whether it becomes more; by its odds, where nothing is seen of it."""
        return (self.change or self.odds) > 0

    @property
    def interest(self) -> float:
        """What of the odds comes of interests."""
        return self.odds - sum(getattr(self, name) for name in BESIDE)

    @property
    def displaced(self) -> bool:
        """Whether its own odds tell less than half of the change: options compete."""
        if not (self.before > 0 and self.after > 0):
            return False
        ratio = math.log(self.after / self.before)
        return abs(ratio) > LEAST_RATIO and self.odds / ratio < 1 / 2


@dataclass(frozen=True)
class Use:
    """One lever of one actor toward another, in both arms.

    Attributes
    ----------
    key : (lever, actor, target)
    before, after : float
        Uses per run that took effect.
    proposal, answer : Reason
        Why it is proposed, and, where consent is asked, agreed to, as often.
    open : (float, float)
        Share of the rounds in which it could be chosen.
    written : str
        How the experiment itself changed its use; empty where it did not.
    quantity : Phrase or None
        What it moves, where a quantity is measured.
    contribution : float
        What it adds to the difference: push on the quantity, or acts, per run.
    each : float
        What one use moves the quantity by; nan where nothing is moved.
    """

    key: Key
    before: float
    after: float
    proposal: Reason
    answer: Reason | None
    open: tuple[float, float]
    written: WrittenChange
    quantity: Phrase | None = None
    contribution: float = 0.0
    each: float = math.nan


PushKind = Literal[
    "event", "reaction", "answer", "balance", "cost", "arrangement", "ruling", "government", "shift"
]


@dataclass(frozen=True)
class Push:
    """Something beside a lever's own part that moves what is measured, per run.

    ``kind`` says what: an event, reactions of ``names[0]`` to what ``names[1]``
    does with others, what ``names[0]`` makes of what ``names[1]`` does toward it,
    structural balance, the cost of proposals at home, an arrangement while it is in force
    (``names[0]`` its label), what ruling costs, new governments, or, of a share of
    proposals agreed to, a shift toward other proposals. Of an event, ``before``
    and ``after`` are how often it happens per run. Of a shift, ``names`` is the
    lever whose share of the proposals moves most, and they are its share.
    """

    kind: PushKind
    names: tuple[str, ...]
    quantity: Phrase | None
    before: float
    after: float
    contribution: float


def written(change: Arms, key: Key) -> WrittenChange:
    """How the experiment itself changes how often a lever is used."""
    lever, actor, target = key
    orders = set(change.reference_orders) ^ set(change.changed_orders)
    mine = [order for order in orders if (order.lever, order.by, order.toward) == key]
    if mine:
        return "never" if all(order.never for order in mine) else "order"
    before, after = (
        arm.description.levers.get(lever) for arm in (change.reference, change.changed)
    )
    if before is None or after is None:
        return "usual"
    for kind, look_up in _FREQUENCIES.items():
        then, now = (look_up(arm, actor, target) for arm in (before, after))
        if _number(then) != _number(now):
            return kind
    if before.requires != after.requires or before.once != after.once:
        return "conditions"
    closed = [
        _closings(arm.description, lever, actor) for arm in (change.reference, change.changed)
    ]
    return "conditions" if closed[0] != closed[1] else ""


def _number(found: tuple[str, Frequency] | None) -> tuple[object, ...]:
    """A frequency without what is said of its origin."""
    return (found[1].value, found[1].spread) if found else ()


def _closings(description: Description, lever: str, actor: str) -> set[tuple[str, str]]:
    """The events that forbid a lever to an actor or permit it again."""
    return {
        (kind, name)
        for name, event in description.events.items()
        for kind, texts in (("forbids", event.forbids), ("permits", event.permits))
        if (lever, actor) in (move(text) for text in texts)
    }
