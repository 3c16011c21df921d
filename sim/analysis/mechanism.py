"""The mechanism behind a difference: who chose what otherwise, why, and what that moved.

Read from the accounts of two arms (:mod:`sim.model.ledger`); nothing is run here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sim.analysis.accounts import Accounts
from sim.analysis.contributions import Key, Push, Use
from sim.analysis.propositions import Finding
from sim.model.ledger import Account
from sim.scenario.check_proposition import TwoArms
from sim.scenario.instances import instances, place_of
from sim.scenario.measuring import Interest, weighed
from sim.scenario.phrases import IN_FORCE, Phrase, parse
from sim.scenario.report import reach
from sim.scenario.schema import Description

LEAST_USE = 0.02
"""Least difference of uses per run that is told; less is mostly chance."""
MINOR = 0.1
"""Share of the largest contribution below which another is not told."""
MOST = 4
"""Most contributions that are told on each side."""


@dataclass(frozen=True)
class Mechanism:
    """What lies behind the difference of one measure.

    Attributes
    ----------
    finding : Finding
    drives, opposes : tuple of Use or Push
        What pushes with the difference, and against it; the strongest first.
    counted : tuple of Use
        The levers that are looked at, where acts or consent are measured.
    elsewhere : tuple of Use
        What else the actors do more or less often; the largest difference first.
    """

    finding: Finding
    drives: tuple[Use | Push, ...]
    opposes: tuple[Use | Push, ...]
    counted: tuple[Use, ...]
    elsewhere: tuple[Use, ...]


def mechanism(change: TwoArms, finding: Finding, reference: Account, changed: Account) -> Mechanism:
    """Find what lies behind the difference of one measure.

    Parameters
    ----------
    change : TwoArms
        A claim, or two scenarios: something differs between its arms.
    finding : Finding
        Of one of its measures.
    reference, changed : Account
        Of the two arms.
    """
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
                if phrase.kind in IN_FORCE
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
    told = {part.key for part in found if isinstance(part, Use)}
    others = sorted(
        (arms.use(key) for key in arms.keys if key not in told),
        key=lambda use: -abs(use.after - use.before),
    )
    return Mechanism(
        finding=finding,
        drives=_strongest(found, up),
        opposes=_strongest(found, -up),
        counted=tuple(counted),
        elsewhere=tuple(
            use for use in others[:MOST] if abs(use.after - use.before) >= LEAST_USE
        ),
    )  # fmt: skip


def _quantities(finding: Finding, description: Description) -> list[tuple[Phrase, float]]:
    """The quantities that are measured, or on which a watched event hangs."""
    target = finding.target
    if target.interest:
        return list(_interests(target.interest, description))
    if target.outcome and target.outcome.of:
        phrase = parse(target.outcome.of)
        return [(phrase, 1.0)] if phrase else []
    conditions = dict(target.watch.when) if target.watch else {}
    if target.watch and target.watch.event:
        conditions |= description.events[target.watch.event].when
    return [
        (phrase, 1.0 if limit.at_least else -1.0)
        for text, limit in conditions.items()
        if (phrase := parse(text))
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
        width = reach(part.quantity.kind) if part.quantity else 1.0
        return up * part.contribution / width

    ranked = sorted(found, key=lambda part: -size(part))
    largest = max((abs(size(part)) for part in ranked), default=0.0)
    return tuple(part for part in ranked[:MOST] if size(part) > 0 and size(part) >= MINOR * largest)
