"""The mechanism behind a difference: who chose what otherwise, why, and what that moved.

Read from the accounts of two arms (:mod:`sim.model.ledger`); nothing is run here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from sim.claims.checks import Arms
from sim.claims.measure import Interest, weighed
from sim.model.ledger import Account
from sim.model.snapshot import begins_at
from sim.scenario.conditions import every
from sim.scenario.field_types import Frequency
from sim.scenario.formulas import signs
from sim.scenario.lookup import consent, instances, place_of, usual
from sim.scenario.phrases import IN_FORCE_KINDS, Phrase, move, parse, range_width, same_quantity
from sim.scenario.schema import Description
from sim.statistics.verdict import Finding

# What may lie behind a difference: a lever used otherwise, and why; or another push.

Key = tuple[str, str, str]
"""Lever, actor and target."""
Parts = Mapping[str, float]
"""How much each part of worth speaks for something, in hundredths of weighted value."""
WrittenChange = Literal["", "order", "never", "usual", "consent", "conditions"]
"""How the experiment itself changed the use of a lever: not at all, by moves laid down, by
moves ruled out, by how usual it is, by how readily it is agreed to, by when it is open."""
LEAST_PART = 0.05
"""Least difference of a part, in hundredths of value, that is told."""
LEAST_RATIO = 0.05
"""Least logarithm of a ratio of frequencies that is put down to other moves."""
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
        cls, actor: str, before: float, after: float, parts: Parts, odds: float, **beside: float
    ) -> Reason:
        """With the parts, of their differences, that speak most for the change and against it."""
        bare = cls(actor, before, after, (), None, odds, **beside)
        toward = -1.0 if (bare.change or odds) < 0 else 1.0
        ranked = sorted(parts.items(), key=lambda one: -toward * one[1])
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
    """One lever of one actor toward another, in both arms: uses per run that took effect.

    ``proposal`` and ``answer`` say why it is proposed, and, where consent is asked, agreed to, as
    often; ``open`` in what share of the rounds it could be chosen. ``quantity`` is what it moves,
    where one is measured; ``contribution`` what it adds to the difference, a push on the quantity
    or acts, per run; ``each`` what one use moves the quantity by, nan where nothing is moved.
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

    ``kind`` says what: an event, reactions of ``names[0]`` to what ``names[1]`` does with others,
    what ``names[0]`` makes of what ``names[1]`` does toward it, structural balance, the cost of
    proposals at home, an arrangement while it is in force (``names[0]`` its label), what ruling
    costs, new governments, or a shift toward other proposals. Of an event, ``before`` and
    ``after`` are how often it happens per run; of a shift, the share of the lever in ``names``
    whose share of the proposals moves most.
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
    if _number(usual(before, actor, target)) != _number(usual(after, actor, target)):
        return "usual"
    if _number(consent(before, actor, target)) != _number(consent(after, actor, target)):
        return "consent"
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


# The accounts of two arms, side by side: every lever's use, and what moves a quantity.

_RULE: dict[PushKind, str] = {"ruling": "ruled", "government": "renewed"}
"""What governments do to support, by where an account has it."""


_SIDES = (
    ("proposal", ("sentiment", "heat", "review")),
    ("answer", ("sentiment", "trust")),
)
"""Of proposing and of agreeing: the parts of worth in an account, and what counts beside them."""


class Accounts:
    """The accounts of two arms, side by side."""

    def __init__(self, change: Arms, reference: Account, changed: Account) -> None:
        self._change, self._accounts = change, (reference, changed)
        self._places = [
            {key: place for place, key in enumerate(account.candidates)}
            for account in self._accounts
        ]
        self.keys = tuple(dict.fromkeys((*reference.candidates, *changed.candidates)))

    def use(self, key: Key) -> Use:
        """How often a lever is used in both arms, and why."""
        used, proposed, opened = (self._of(name, key) for name in ("used", "proposed", "open"))
        asked = any(
            consent(arm.description.levers[key[0]], key[1], key[2]) is not None
            for arm in (self._change.reference, self._change.changed)
            if key[0] in arm.description.levers
        )
        shares = [u / p if p else math.nan for u, p in zip(used, proposed, strict=True)]
        return Use(
            key=key,
            before=used[0],
            after=used[1],
            proposal=self._reason(key, 0, *proposed),
            answer=self._reason(key, 1, *shares) if asked else None,
            open=(opened[0], opened[1]),
            written=written(self._change, key),
        )

    def _reason(self, key: Key, side: int, before: float, after: float) -> Reason:
        """Why its actor proposes it (side 0), or its target agrees (1), as often."""
        if not all(key in places for places in self._places):
            return Reason(key[1 + side], before, after)

        def gap(name: str) -> Any:
            one, other = (
                getattr(account, name)[places[key]]
                for account, places in zip(self._accounts, self._places, strict=True)
            )
            return other - one

        table, names = _SIDES[side]
        beside = {name: float(gap(name)) for name in names}
        odds = float(gap("odds")[side]) + sum(beside.values())
        one, other = (
            dict(zip(account.parts, getattr(account, table)[places[key]].tolist(), strict=True))
            for account, places in zip(self._accounts, self._places, strict=True)
        )
        # One arm may have an interest that the other does not know.
        parts = {name: other.get(name, 0.0) - one.get(name, 0.0) for name in {**one, **other}}
        return Reason.of(key[1 + side], before, after, parts, odds, **beside)

    def moving(self, phrase: Phrase, sign: float) -> Iterator[Use | Push]:
        """All that moves a quantity; ``sign`` is -1 where less of it is looked for."""
        wanted = same_quantity(phrase)
        by_arm: list[dict[Key, float]] = []
        for account in self._accounts:
            moved: dict[Key, float] = {}
            for (place, what), change in zip(account.moved, account.change, strict=True):
                if same_quantity(what) == wanted:
                    key = account.candidates[place]
                    moved[key] = moved.get(key, 0.0) + float(change)
            by_arm.append(moved)
        for key in self.keys:
            before, after = (moved.get(key, 0.0) for moved in by_arm)
            if before or after:
                use = self.use(key)
                uses, change = (use.after, after) if use.after else (use.before, before)
                yield replace(
                    use,
                    quantity=phrase,
                    contribution=sign * (after - before),
                    each=change / uses if uses else math.nan,
                )
        yield from self._events(wanted, sign)
        yield from self._beside(wanted, sign)

    def counted(self, keys: Iterable[Key], *, asking: bool) -> Iterator[Use]:
        """Levers that are counted: what takes effect, or, ``asking``, what is proposed."""
        for key in keys:
            use = self.use(key)
            yield replace(
                use, contribution=use.proposal.change if asking else use.after - use.before
            )

    def agreed(self, keys: Iterable[Key]) -> Iterator[Use | Push]:
        """Levers of whose proposals the share agreed to is looked at.

        The difference of the share falls into two parts: how readily each is
        agreed to, and a shift toward what is agreed to more or less readily.
        """
        uses = [self.use(key) for key in keys]
        totals = [sum(self._of("proposed", use.key)[arm] for use in uses) for arm in (0, 1)]
        shares = [sum((use.before, use.after)[arm] for use in uses) for arm in (0, 1)]
        if not all(totals):
            yield from uses
            return
        common = sum(s / t for s, t in zip(shares, totals, strict=True)) / 2
        shifts = []
        for use in uses:
            asked = use.proposal.before / totals[0], use.proposal.after / totals[1]
            rates = [use.answer.before, use.answer.after] if use.answer else []
            known = [rate for rate in rates if math.isfinite(rate)]
            rate = sum(known) / len(known) if known else common
            shifts.append(((rate - common) * (asked[1] - asked[0]), use.key, *asked))
            within = use.answer.change * sum(asked) / 2 if use.answer else 0.0
            yield replace(use, contribution=within)
        _, key, before, after = max(shifts, key=lambda one: abs(one[0]))
        yield Push("shift", key, None, before, after, sum(one[0] for one in shifts))

    def _events(self, phrase: Phrase, sign: float) -> Iterator[Push]:
        """Events that move a quantity, by how often they happen; their size is as written."""
        before, after = (account.happened for account in self._accounts)
        for name in dict.fromkeys((*before, *after)):
            times = before.get(name, 0.0), after.get(name, 0.0)
            size = next(
                (
                    found
                    for arm in (self._change.changed, self._change.reference)
                    if (found := _size(name, phrase, arm.description))
                ),
                0.0,
            )
            if size and times[0] != times[1]:
                gap = sign * size * (times[1] - times[0])
                yield Push("event", (name,), phrase, *times, gap)

    def _beside(self, phrase: Phrase, sign: float) -> Iterator[Push]:
        """What moves a quantity beside levers and events, as the accounts have it."""
        reference, changed = self._accounts

        def push(kind: PushKind, names: tuple[str, ...], table: str, key: object = None) -> Push:
            before, after = (
                getattr(account, table).get(names if key is None else key, 0.0)
                for account in self._accounts
            )
            return Push(kind, names, phrase, before, after, sign * (after - before))

        for key in dict.fromkeys((*reference.flowed, *changed.flowed)):
            if key[1] == phrase:
                yield push("arrangement", key[:1], "flowed", key)

        if phrase.kind == "affinity":
            a, b = phrase.names
            for ends in ((a, b), (b, a)):
                yield push("reaction", ends, "reacted")
                yield push("answer", ends, "answered")
            yield push("balance", (a, b), "balance")
        elif phrase.kind == "support":
            (actor,) = phrase.names
            before, after = (
                float(sum(paid for (_, by, _), paid in zip(*of, strict=True) if by == actor))
                for of in ((one.candidates, one.paid) for one in self._accounts)
            )
            yield Push("cost", phrase.names, phrase, before, after, sign * (after - before))
            for kind, table in _RULE.items():
                ruled = push(kind, phrase.names, table, actor)
                if ruled.before or ruled.after:
                    yield ruled

    def _of(self, name: str, key: Key) -> list[float]:
        return [
            float(getattr(account, name)[places[key]]) if key in places else 0.0
            for account, places in zip(self._accounts, self._places, strict=True)
        ]


def _size(event: str, phrase: Phrase, description: Description) -> float:
    """What an event moves a quantity by; from its start, where it sets it."""
    if event not in description.events:
        return 0.0
    for text, change in description.events[event].changes.items():
        if (found := parse(text)) is None or same_quantity(found) != phrase:
            continue
        if change.by is not None:
            return change.by.value
        if change.to is not None:
            return change.to.value - begins_at(phrase, description)
    return 0.0


LEAST_USE = 0.02
"""Least difference of uses per run that is told; less is mostly chance."""
MINOR = 0.1
"""Share of the largest contribution below which another is not told."""
_MOST = 4
"""Most contributions that are told on each side."""


@dataclass(frozen=True)
class Mechanism:
    """What lies behind the difference of one measure.

    ``drives`` pushes with the difference and ``opposes`` against it, the strongest first;
    ``counted`` are the levers that are looked at, where acts or consent are measured, and
    ``elsewhere`` is what else the actors do more or less often, the largest difference first.
    """

    finding: Finding
    drives: tuple[Use | Push, ...]
    opposes: tuple[Use | Push, ...]
    counted: tuple[Use, ...]
    elsewhere: tuple[Use, ...]


def mechanism(change: Arms, finding: Finding, reference: Account, changed: Account) -> Mechanism:
    """Find what lies behind the difference of one measure, from the accounts of the two arms."""
    arms = Accounts(change, reference, changed)
    target = finding.target
    found: list[Use | Push]
    counted: list[Use] = []
    if quantities := _quantities(finding, change.changed.description):
        found = [
            part
            for phrase, sign in quantities
            for part in (
                _arranging(arms, phrase, sign, change.changed.description)
                if phrase.kind in IN_FORCE_KINDS
                else arms.moving(phrase, sign)
            )
        ]
    else:
        keys = [key for key in arms.keys if _counts(key, finding, change.changed.description)]
        if target.measured.consent:
            found = [*arms.agreed(keys)]
        else:
            found = [*arms.counted(keys, asking=bool(target.measured.proposals))]
        counted = [part for part in found if isinstance(part, Use)]
    up = 1.0 if finding.difference >= 0 else -1.0
    known = {part.key for part in found if isinstance(part, Use)}
    others = sorted(
        (arms.use(key) for key in arms.keys if key not in known),
        key=lambda use: -abs(use.after - use.before),
    )
    return Mechanism(
        finding=finding,
        drives=_strongest(found, up),
        opposes=_strongest(found, -up),
        counted=tuple(counted),
        elsewhere=tuple(use for use in others[:_MOST] if abs(use.after - use.before) >= LEAST_USE),
    )


def _quantities(finding: Finding, description: Description) -> list[tuple[Phrase, float]]:
    """The quantities that are measured, or on which a watched event hangs."""
    target = finding.target
    if target.interest:
        return list(_interests(target.interest, description))
    if target.outcome and target.outcome.of is not None:
        return list(signs(target.outcome.of))
    conditions = dict(target.watch.when) if target.watch else {}
    if target.watch and target.watch.event:
        conditions |= description.events[target.watch.event].when
    return [
        (phrase.changing, 1.0 if (limit.at_least is not None) != ("none_of" in steps) else -1.0)
        for steps, text, limit in every(conditions)
        if (phrase := parse(text)) and phrase.kind != "uses"
    ]


def _arranging(
    arms: Accounts, phrase: Phrase, sign: float, description: Description
) -> Iterator[Use]:
    """The levers that put an arrangement in force, or end it, by how often they take effect."""
    found = instances(description)
    number = place_of(phrase, found)
    for key in arms.keys if number >= 0 else ():
        lever = description.levers.get(key[0])
        if lever is None or not found[number].concerns(*key[1:]):
            continue
        name = found[number].name
        up = (name in (*lever.begins, *lever.resumes)) - (name in (*lever.ends, *lever.suspends))
        if up:
            use = arms.use(key)
            yield replace(use, contribution=sign * up * (use.after - use.before))


def _interests(interest: Interest, description: Description) -> Iterator[tuple[Phrase, float]]:
    """The quantities by which an interest rises, and falls where the sign is below zero.

    What speaks against a rival's power is no lever's doing, and is left out.
    """
    actor, component = interest
    for text in weighed(interest, description):
        phrase = parse(text)
        if phrase is None:
            continue
        mine = actor in phrase.names
        match phrase.kind:
            case "affinity" if mine and component in ("standing", "all"):
                yield phrase, 1.0
            case "tension":
                yield phrase, -1.0
            case "ties" | "support":
                yield phrase, 1.0
            case "issue":
                issue = description.issues[phrase.names[0]]
                stance = issue.stances[actor]
                up = stance.position.value >= issue.outcome.value
                yield phrase, stance.salience.value * (1.0 if up else -1.0)


def _counts(key: Key, finding: Finding, described: Description) -> bool:
    """Whether the measure looks at this lever of this actor toward this target."""
    target = finding.target
    levers: Iterable[str] = target.levers
    by, toward = target.measured.by, target.measured.toward
    if target.measured.promises:
        # What keeps a promise counts as what makes it: by whomever of the two owes it.
        kept = {
            lever.delivers.lever
            for lever in (described.levers[name] for name in levers)
            if lever.delivers is not None
        }
        ends = {end for end in (by, toward) if end}
        return (key[0] in levers and by in (None, key[1]) and toward in (None, key[2])) or (
            key[0] in kept and ends <= {*key[1:]}
        )
    if target.watch:
        levers = (target.watch.lever,) if target.watch.lever else ()
        by, toward = target.watch.by, target.watch.toward
    elif target.outcome:
        levers, by, toward = target.outcome.acts, target.outcome.by, target.outcome.toward
    return key[0] in levers and by in (None, key[1]) and toward in (None, key[2])


def _strongest(found: Iterable[Use | Push], up: float) -> tuple[Use | Push, ...]:
    def size(part: Use | Push) -> float:
        width = range_width(part.quantity.kind) if part.quantity else 1.0
        return up * part.contribution / width

    ranked = sorted(found, key=lambda part: -size(part))
    largest = max((abs(size(part)) for part in ranked), default=0.0)
    return tuple(
        part for part in ranked[:_MOST] if size(part) > 0 and size(part) >= MINOR * largest
    )
