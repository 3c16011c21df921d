"""What every candidate is worth to every actor: sections 6.2 to 6.5, plainly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sim.scenario.phrases import COMPONENTS
from tests.oracle_rules import (
    Candidate,
    Key,
    Move,
    Rules,
    World,
    felt,
    key,
    logistic,
    logit,
    saturated,
)

Pair = tuple[str, str]
Changes = dict[Key, float]


def odds(rules: Rules, state: World, a: str, b: str) -> tuple[float, float]:
    """N and D of p_ab: the strength on a's side, and on both sides."""
    mine, both = state["power", a], state["power", a] + state["power", b]
    for c in rules.others(a, b):
        leaning = state["power", c] * lean(state, c, a, b)
        mine += max(0.0, leaning)
        both += abs(leaning)
    return mine, both


def lean(state: World, c: str, a: str, b: str) -> float:
    """How far c stands with a (above 0) or with b (below 0)."""
    toward_a = state[key("affinity", c, a)] + state["commitment", c, a]
    toward_b = state[key("affinity", c, b)] + state["commitment", c, b]
    return toward_a - toward_b


def win(rules: Rules, state: World, a: str, b: str) -> float:
    """p_ab: the chance that a prevails over b."""
    mine, both = odds(rules, state, a, b)
    return mine / both


def security(rules: Rules, state: World, actor: str) -> float:
    return -sum(
        state[key("tension", actor, b)] * (1 - win(rules, state, actor, b))
        for b in rules.others(actor)
    )


def prosperity(rules: Rules, state: World, actor: str) -> float:
    ties = [state["ties", actor, b] for b in rules.others(actor)]
    total = sum(ties)
    if total == 0:
        return 0.0
    return total - rules.coefficient("concentration") * sum(tie * tie for tie in ties) / total


def standing(rules: Rules, state: World, actor: str) -> float:
    others = rules.others(actor)
    regard = sum(state["power", b] * state[key("affinity", actor, b)] for b in others)
    return regard / sum(state["power", b] for b in others)


def weights(rules: Rules, state: World) -> dict[str, dict[str, float]]:
    """Each actor's weights, scaled to sum to 1."""
    found = {}
    for actor in rules.actors:
        raw = {c: state["weight", actor, c] for c in COMPONENTS}
        total = sum(raw.values())
        found[actor] = {c: raw[c] / total if total > 0 else 1 / len(COMPONENTS) for c in COMPONENTS}
    return found


@dataclass
class Look:
    """The candidates as they look at one state.

    Attributes
    ----------
    pushes : dict
        What each would push, audience costs included.
    values : dict
        V: its worth to each actor.
    foreseen : dict
        W: its worth to actor and target, with the reactions they foresee.
    reactions : dict
        Of third party c, felt by participant p: ``reactions[move][c, p]``.
    """

    pushes: dict[Move, Changes]
    values: dict[Move, dict[str, float]]
    foreseen: dict[Move, dict[str, float]]
    reactions: dict[Move, dict[Pair, float]]


class Judge:
    """Values candidates at one state; what all of them share is computed once."""

    def __init__(self, rules: Rules, state: World, worn: Mapping[Move, float]) -> None:
        self.rules = rules
        self.state = state
        self.worn = worn
        self.weights = weights(rules, state)
        self.wins: dict[Pair, float] = {}
        for a, b in rules.pairs:
            self.wins[a, b] = win(rules, state, a, b)
            self.wins[b, a] = 1 - self.wins[a, b]
        self.prosperity = {a: prosperity(rules, state, a) for a in rules.actors}
        self.rivals_power = {
            a: sum(state["power", b] for b in rules.others(a)) for a in rules.actors
        }
        self.price = {(p, c): self._price(p, c) for p, c in rules.ordered}

    def look(self, moves: Iterable[Move]) -> Look:
        """Value some candidates."""
        found = Look({}, {}, {}, {})
        for move in moves:
            candidate = self.rules.candidates[move]
            pushes = self.pushes(candidate)
            changes = {q: saturated(q, self.state[q], push) for q, push in pushes.items()}
            values = self.values(changes)
            cares = self.cares(values)
            reactions = self.reactions(candidate, values)
            found.pushes[move] = pushes
            found.values[move] = values
            found.reactions[move] = reactions
            found.foreseen[move] = {
                p: self.foreseen(p, cares[p], reactions)
                for p in (candidate.actor, candidate.target)
            }
        return found

    def pushes(self, candidate: Candidate) -> Changes:
        """Section 6.2: the pushes of a candidate, its audience costs included."""
        fresh = 1 - self.worn.get((candidate.lever, candidate.actor, candidate.target), 0.0)
        pushes = {q: push * fresh for q, push in candidate.pushes.items()}
        issues = {
            q: self.state[q] + saturated(q, self.state[q], push)
            for q, push in pushes.items()
            if q[0] == "issue"
        }
        for p in candidate.participants:
            given_up = sum(
                self.state["salience", p, q[1]] * max(0.0, self._farther(p, q, after))
                for q, after in issues.items()
            )
            if given_up > 0:
                support = ("support", p)
                cost = self.rules.of_actor(p, "audience_cost") * given_up / 100
                pushes[support] = pushes.get(support, 0.0) - cost
        return pushes

    def _farther(self, actor: str, issue: Key, after: float) -> float:
        """By how many points an issue moves away from where an actor wants it."""
        position = self.state["position", actor, issue[1]]
        return abs(after - position) - abs(self.state[issue] - position)

    def values(self, changes: Changes) -> dict[str, float]:
        """Section 6.3: V of a candidate for every actor."""
        rules = self.rules
        after = {**self.state, **{q: self.state[q] + d for q, d in changes.items()}}
        safer = self.security_gains(changes, after)
        traders = {q[1] for q in changes if q[0] == "ties"}
        found = {}
        for x in rules.actors:
            w, future = self.weights[x], rules.future
            richer = prosperity(rules, after, x) - self.prosperity[x] if x in traders else 0.0
            regard = sum(
                self.state["power", b] * changes.get(key("affinity", x, b), 0.0)
                for b in rules.others(x)
            )
            dear = sum(
                self._felt(
                    -future[x, q]
                    * self.state["salience", x, q[1]]
                    * self._farther(x, q, after[q])
                    / 100
                )
                for q in changes
                if q[0] == "issue"
            )
            backing = changes.get(("support", x), 0.0)
            found[x] = (
                w["security"] * self._felt(safer[x])
                + w["prosperity"] * self._felt(future[x, ("ties",)] * richer)
                + w["issues"] * dear
                + w["standing"]
                * self._felt(future[x, ("affinity",)] * regard / self.rivals_power[x])
                + w["support"] * self._felt(future[x, ("support",)] * backing)
            )
        return found

    def security_gains(self, changes: Changes, after: World) -> dict[str, float]:
        """S for every actor; a pair whose dispute stays as it is adds nothing."""
        rules, future = self.rules, self.rules.future
        befriended = {a for q in changes if q[0] == "affinity" for a in q[1:]}
        pledged = {a for q in changes if q[0] == "commitment" for a in q[1:]}
        warmer = after
        if befriended and pledged:
            warmer = {**self.state, **{q: after[q] for q in changes if q[0] == "affinity"}}
        gains = dict.fromkeys(rules.actors, 0.0)
        for a, b in rules.pairs:
            tension = self.state["tension", a, b]
            hotter = changes.get(("tension", a, b), 0.0)
            if tension == 0 and hotter == 0:
                continue
            p0 = p1 = self.wins[a, b]
            if befriended & {a, b}:
                p1 = win(rules, warmer, a, b)
            p2 = win(rules, after, a, b) if pledged & {a, b} else p1
            for x, q0, q1, q2 in ((a, p0, p1, p2), (b, 1 - p0, 1 - p1, 1 - p2)):
                gains[x] += (
                    tension * future[x, ("affinity",)] * (q1 - q0)
                    + tension * future[x, ("commitment",)] * (q2 - q1)
                    - future[x, ("tension",)] * hotter * (1 - q2)
                )
        return gains

    def cares(self, values: Mapping[str, float]) -> dict[str, float]:
        """Section 6.3: U of a candidate for every actor, the others' gains reckoned in."""
        regard = self.rules.coefficient("regard")
        return {
            x: values[x]
            + sum(
                regard
                * (self.state[key("affinity", x, y)] - self.state[key("tension", x, y)])
                * values[y]
                for y in self.rules.others(x)
            )
            for x in self.rules.actors
        }

    def reactions(self, candidate: Candidate, values: Mapping[str, float]) -> dict[Pair, float]:
        """Section 6.4: how third parties take it, by third party and participant."""
        most = self.rules.coefficient("reciprocity") / len(candidate.participants)
        scale = self.rules.coefficient("reaction_scale")
        found = {}
        for c in self.rules.others(candidate.actor, candidate.target):
            stake = 100 * values[c]
            reaction = most * stake / (scale + abs(stake))
            for p in candidate.participants:
                found[c, p] = reaction
        return found

    def foreseen(self, p: str, value: float, reactions: Mapping[Pair, float]) -> float:
        """W of a candidate for one who takes part."""
        return value + sum(
            self._felt(self.price[p, c] * reaction)
            for (c, felt_by), reaction in reactions.items()
            if felt_by == p
        )

    def _price(self, p: str, c: str) -> float:
        """G: what a little more affinity with c is worth to p."""
        rules, state, w = self.rules, self.state, self.weights[p]
        safer = 0.0
        for b in rules.others(p, c):
            tension = state[key("tension", p, b)]
            if tension == 0:
                continue
            mine, both = odds(rules, state, p, b)
            leaning = lean(state, c, p, b)
            share = both - mine if leaning > 0 else mine if leaning < 0 else 0.0
            safer += tension * state["power", c] * share / both**2
        regard = state["power", c] / self.rivals_power[p]
        return rules.future[p, ("affinity",)] * (w["standing"] * regard + w["security"] * safer)

    def _felt(self, gain: float) -> float:
        return felt(gain, self.rules.loss_aversion)

    def price_of_asking(self, candidate: Candidate) -> float:
        """Value the cost of a lever to its actor: never above 0."""
        a = candidate.actor
        loss = -self.rules.future[a, ("support",)] * candidate.cost
        return self.weights[a]["support"] * self._felt(loss)


@dataclass(frozen=True)
class Score:
    """A candidate as its actor ranks it: chance of consent, and X."""

    agree: float
    worth: float


def score(judge: Judge, look: Look, move: Move, usual_worth: float) -> Score:
    """Section 6.5: ``usual_worth`` is W of the target at the reference state."""
    candidate = judge.rules.candidates[move]
    foreseen = look.foreseen[move]
    agree = 1.0
    if candidate.consent is not None:
        moved = foreseen[candidate.target] - usual_worth
        agree = logistic(logit(candidate.consent) + judge.rules.stirred(moved))
    own = foreseen[candidate.actor]
    return Score(agree, min(own, agree * own) + judge.price_of_asking(candidate))
