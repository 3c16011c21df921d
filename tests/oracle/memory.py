"""What lasts from round to round: sections 6.8 (arrangements) and 6.9 (promises and trust)."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.scenario import phrases
from sim.scenario.schema import Description
from tests.oracle.rules import Candidate, Key, Move, Pair, Rules, World, clip, saturated

NONE, IN_FORCE, SUSPENDED = 0, 1, 2
KEPT, LATE, BROKEN, OVERDUE = "kept", "late", "broken", "overdue"
UNKNOWN_TRUST = 0.5


class Held(NamedTuple):
    """An instance of an arrangement: of a one-sided one who keeps it up, and toward whom."""

    name: str
    parties: tuple[str, ...]
    one_sided: bool

    def joins(self, a: str, c: str) -> bool:
        """Whether two hold it together."""
        return not self.one_sided and a in self.parties and c in self.parties


def held(description: Description, name: str, actor: str, target: str) -> Held | None:
    """Find the instance that two hold, or that the first keeps up toward the second."""
    arrangement = description.arrangements[name]
    if arrangement.one_sided:
        return Held(name, (actor, target), True)
    if not arrangement.parties:
        return Held(name, tuple(sorted((actor, target))), False)
    if {actor, target} <= set(arrangement.parties):
        return Held(name, tuple(sorted(arrangement.parties)), False)
    return None


def instances(rules: Rules) -> list[Held]:
    """List what may come into force."""
    described = rules.description
    found: set[Held | None] = set()
    for name, arrangement in described.arrangements.items():
        if arrangement.parties:
            found.add(Held(name, tuple(sorted(arrangement.parties)), False))
        for text in arrangement.in_force:
            first, _, second = phrases.pair(text) or ("", "", "")
            found.add(held(described, name, first, second))
    for lever, actor, target in rules.candidates:
        for deed in ("begins", "ends", "suspends", "resumes"):
            names = getattr(described.levers[lever], deed)
            found |= {held(described, name, actor, target) for name in names}
    for event in described.events.values():
        found |= {told(described, text) for text in event.begins}
    return sorted(one for one in found if one is not None)


def told(description: Description, text: str) -> Held | None:
    """Find the instance that 'X between A and B' or 'X by A toward B' means."""
    name, _, actor, _, target = text.split()
    return held(description, name, actor, target)


@dataclass
class Standing:
    """Which arrangements are in force or suspended, and when each began.

    ``began`` has the round at whose end an instance began, was renewed or was resumed.
    """

    description: Description
    status: dict[Held, int] = field(default_factory=dict)
    began: dict[Held, int] = field(default_factory=dict)

    def of(self, one: Held | None) -> int:
        """Look up a status; what nobody holds is none."""
        return NONE if one is None else self.status.get(one, NONE)

    def put(self, one: Held | None, round: int) -> None:
        """Put in force, or renew, at the end of a round."""
        if one is not None:
            self.status[one] = IN_FORCE
            self.began[one] = round

    def end(self, one: Held | None) -> None:
        if one is not None:
            self.status[one] = NONE

    def together(self, a: str, c: str) -> bool:
        """h: whether two together hold any arrangement in force."""
        return any(status == IN_FORCE and one.joins(a, c) for one, status in self.status.items())

    def measure(self, phrase: phrases.Phrase, names: tuple[str, ...], round: int) -> float:
        """Measure ``in force X ...`` or ``rounds since X began ...`` in a round."""
        one = held(self.description, *names)
        if phrase.kind in ("in_force", "in_force_by"):
            return float(self.of(one) == IN_FORCE)
        return math.inf if one not in self.began else float(round - self.began[one])

    def allows(self, lever: str, actor: str, target: str) -> bool:
        """Whether statuses leave a candidate open."""
        stated = self.description.levers[lever]
        for names, fitting in (
            (stated.ends, (IN_FORCE, SUSPENDED)),
            (stated.suspends, (IN_FORCE,)),
            (stated.resumes, (SUSPENDED,)),
        ):
            for name in names:
                if self.of(held(self.description, name, actor, target)) not in fitting:
                    return False
        return True

    def close_round(self, round: int, accepted: Collection[Move]) -> None:
        """Section 6.8, how it ends: terms, then all levers end, suspend, resume, begin."""
        for one in [one for one, status in self.status.items() if status != NONE]:
            term = self.description.arrangements[one.name].term
            if term is not None and round - self.began[one] >= term:
                self.end(one)
        for one in self._named("ends", accepted):
            self.end(one)
        for one in self._named("suspends", accepted):
            if self.of(one) == IN_FORCE:
                self.status[one] = SUSPENDED
        for one in self._named("resumes", accepted):
            if self.of(one) == SUSPENDED:
                self.put(one, round)
        for one in self._named("begins", accepted):
            self.put(one, round)

    def _named(self, deed: str, accepted: Collection[Move]) -> Iterator[Held]:
        for lever, actor, target in accepted:
            for name in getattr(self.description.levers[lever], deed):
                one = held(self.description, name, actor, target)
                if one is not None:
                    yield one


def at_start(description: Description) -> Standing:
    """List what is in force when a scenario begins."""
    standing = Standing(description)
    for name, arrangement in description.arrangements.items():
        for text in arrangement.in_force:
            first, _, second = phrases.pair(text) or ("", "", "")
            standing.put(held(description, name, first, second), 0)
    return standing


def effects(rules: Rules, one: Held) -> Iterator[tuple[Key, float]]:
    """List what an arrangement pushes in each round; a phrase counts once for each quantity."""
    arrangement = rules.description.arrangements[one.name]
    casts = [("", "")]
    if not arrangement.parties:
        casts = [one.parties[:2]]  # type: ignore[list-item]
        casts += [] if one.one_sided else [one.parties[1::-1]]  # type: ignore[list-item]
    for text in arrangement.effects:
        phrase = phrases.parse(text)
        assert phrase is not None
        size = rules.numbers[f"arrangements.{one.name}.effects.{text}"]
        meant = {quantity: None for cast in casts for quantity in rules.expand(phrase, *cast)}
        for quantity in meant:
            yield quantity, size


def brought(rules: Rules, state: World, standing: Standing) -> dict[Key, float]:
    """Add up what all arrangements in force change in a round."""
    total: dict[Key, float] = {}
    for one, status in standing.status.items():
        if status == IN_FORCE:
            for quantity, push in effects(rules, one):
                change = saturated(quantity, state[quantity], push)
                total[quantity] = total.get(quantity, 0.0) + change
    return total


# --- what a candidate would begin, end and promise ---


def solemnity(rules: Rules, candidate: Candidate) -> float | None:
    """Sigma of what a candidate breaks off; None where it breaks nothing off."""
    described = rules.description
    broken = [
        rules.numbers[f"arrangements.{name}.solemnity"]
        for name in described.levers[candidate.lever].ends
        if not described.arrangements[name].one_sided
    ]
    return max(broken) if broken and candidate.consent is None else None


def breach(rules: Rules, standing: Standing, candidate: Candidate) -> dict[Key, float]:
    """Push on affinities of one who breaks off with all who hold anything with it."""
    sigma, actor = solemnity(rules, candidate), candidate.actor
    if sigma is None:
        return {}
    return {
        ("affinity", *sorted((actor, c))): -rules.coefficient("breach") * sigma
        for c in rules.others(actor)
        if standing.together(actor, c)
    }


def lasting(
    rules: Rules, state: World, standing: Standing, candidate: Candidate
) -> dict[Key, float]:
    """m: what a candidate would bring in times to come, by arrangements and by promises."""
    described, actor, target = rules.description, candidate.actor, candidate.target
    lever, horizon = described.levers[candidate.lever], rules.coefficient("horizon")
    total: dict[Key, float] = {}

    def bring(name: str, rounds: float, fresh: bool) -> None:
        one = held(described, name, actor, target)
        if one is None or (fresh and standing.of(one) == IN_FORCE):
            return
        for quantity, size in effects(rules, one):
            total[quantity] = total.get(quantity, 0.0) + rounds * size

    begun = dict.fromkeys((*lever.begins, *lever.resumes))
    believed = state["trust", target, actor] if _shared(described, begun) else 1.0
    for name in begun:
        term = described.arrangements[name].term
        bring(name, believed * min(horizon, math.inf if term is None else term), True)
    for name in dict.fromkeys((*lever.ends, *lever.suspends)):
        bring(name, -horizon, False)
    if lever.delivers is not None:
        way = (actor, target)
        other = lever.delivers.by == "target"
        expected = state["trust", actor, target] if other else state["trust", target, actor]
        if other or (lever.delivers.by == "either" and not _has(rules, lever.delivers.lever, way)):
            way = (target, actor)
        if _has(rules, lever.delivers.lever, way):
            promised = rules.candidates[lever.delivers.lever, way[0], way[1]]
            for quantity, push in promised.pushes.items():
                total[quantity] = total.get(quantity, 0.0) + expected * push
    return total


def _has(rules: Rules, lever: str, way: Pair) -> bool:
    return (lever, *way) in rules.candidates


def _shared(description: Description, names: Collection[str]) -> bool:
    return any(not description.arrangements[name].one_sided for name in names)


def trusting(rules: Rules, state: World, candidate: Candidate) -> float | None:
    """Look up the trust of the target in the actor, where a candidate asks for it."""
    lever = rules.description.levers[candidate.lever]
    promised = lever.delivers is not None and lever.delivers.by != "target"
    if promised or _shared(rules.description, (*lever.begins, *lever.resumes)):
        return state["trust", candidate.target, candidate.actor]
    return None


# --- promises and trust ---


def promises(rules: Rules) -> list[Move]:
    """List what may be promised: each by lever, actor and target."""
    levers = rules.description.levers
    return sorted(move for move in rules.candidates if levers[move[0]].delivers is not None)


def owed(rules: Rules, promise: Move) -> list[Pair]:
    """List who owes a promise to whom."""
    name, actor, target = promise
    delivery = rules.description.levers[name].delivers
    assert delivery is not None
    ways = {"actor": [(actor, target)], "target": [(target, actor)]}
    return ways.get(delivery.by, [(actor, target), (target, actor)])


def keepers(rules: Rules, promise: Move) -> list[Move]:
    """List the candidates that keep a promise."""
    delivery = rules.description.levers[promise[0]].delivers
    assert delivery is not None
    ways = [(delivery.lever, *way) for way in owed(rules, promise)]
    return [move for move in ways if move in rules.candidates]


@dataclass
class Ledger:
    """The promises that are open, each with the round in which it is due."""

    due: dict[Move, int] = field(default_factory=dict)
    overdue: set[Move] = field(default_factory=set)

    def close_round(self, rules: Rules, round: int, accepted: Collection[Move]) -> dict[Move, str]:
        """Section 6.9: what became of promises in this round; those made in it are opened."""
        came: dict[Move, str] = {}
        for promise, due in list(self.due.items()):
            patience = _within(rules, promise)
            done = any(move in accepted for move in keepers(rules, promise))
            if promise in self.overdue:
                if done or round == due + patience:
                    came[promise] = LATE if done else BROKEN
                    self.overdue.remove(promise)
                    del self.due[promise]
            elif done:
                came[promise] = KEPT
                del self.due[promise]
            elif round == due:
                came[promise] = OVERDUE
                self.overdue.add(promise)
        for promise in promises(rules):
            if promise in accepted and promise not in self.due:
                self.due[promise] = round + _within(rules, promise)
        return came

    def told(self, rules: Rules, came: Mapping[Move, str]) -> dict[Move, int]:
        """Number what became of each promise in a round: see :class:`tests.oracle.history`."""
        codes = {KEPT: 3, LATE: 4, BROKEN: 5}
        return {
            promise: codes.get(came.get(promise, ""), 0)
            or (2 if promise in self.overdue else 1 if promise in self.due else 0)
            for promise in promises(rules)
        }


def _within(rules: Rules, promise: Move) -> int:
    delivery = rules.description.levers[promise[0]].delivers
    assert delivery is not None
    return delivery.within


def learnt(
    rules: Rules,
    state: World,
    look: Standing,
    came: Mapping[Move, str],
    accepted: Collection[Move],
) -> dict[Key, float]:
    """Section 6.9: trust after a round; ``look`` is how arrangements stood at the look."""
    rate, total = rules.coefficient("learning"), {q: 0.0 for q in state if q[0] == "trust"}
    for promise, what in came.items():
        share = rate if what == KEPT else rate / 2
        better = what in (KEPT, LATE)
        for x, y in owed(rules, promise):
            trust = state["trust", y, x]
            total["trust", y, x] += share * (1 - trust) if better else -share * trust
    for move in accepted:
        sigma, x = solemnity(rules, rules.candidates[move]), move[1]
        if sigma is not None:
            for c in rules.others(x):
                if look.together(x, c):
                    total["trust", c, x] -= rate * sigma * state["trust", c, x]
    return {q: clip(state[q] + change, 0.0, 1.0) for q, change in total.items()}


def usual_trust(rules: Rules) -> dict[Key, float]:
    """That: how far each believes each other in ordinary times."""
    weighed: dict[Pair, list[tuple[float, float]]] = {}
    for promise in promises(rules):
        failed = 1.0
        for move in keepers(rules, promise):
            failed *= 1 - _done(rules, move)
        kept = 1 - failed ** _within(rules, promise)
        for x, y in owed(rules, promise):
            level = kept + kept * (1 - kept) / 2
            weighed.setdefault((y, x), []).append((_done(rules, promise), level))
    found: dict[Key, float] = {("trust", y, x): UNKNOWN_TRUST for y, x in rules.ordered}
    for (y, x), parts in weighed.items():
        total = sum(weight for weight, _ in parts)
        found["trust", y, x] = sum(weight * level for weight, level in parts) / total
    return found


def _done(rules: Rules, move: Move) -> float:
    """q: how often a candidate takes effect, whatever it requires."""
    candidate = rules.candidates[move]
    return candidate.usual * (1.0 if candidate.consent is None else candidate.consent)


def stated_trust(rules: Rules) -> dict[Key, float]:
    """List the trusts that a scenario states."""
    found: dict[Key, float] = {}
    for text, relation in rules.description.relations.items():
        if relation.trust is not None:
            first, _, second = phrases.pair(text) or ("", "", "")
            found["trust", first, second] = rules.numbers[f"relations.{text}.trust"]
    return found


def has_bonds(description: Description) -> bool:
    """Whether a scenario has arrangements or promises, and so trust."""
    levers = description.levers.values()
    return bool(description.arrangements) or any(lever.delivers for lever in levers)
