"""What every candidate is worth to every actor: sections 6.2 to 6.5, plainly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sim.scenario.lookup import components_of
from tests.oracle import memory, own_interests
from tests.oracle.memory import Standing
from tests.oracle.rules import (
    Candidate,
    Key,
    Move,
    Pair,
    Rules,
    World,
    clipped,
    counted,
    felt,
    key,
    logistic,
    logit,
    room,
    saturated,
)

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
        components = components_of(rules.description)
        raw = {c: state["weight", actor, c] for c in components}
        total = sum(raw.values())
        found[actor] = {c: raw[c] / total if total > 0 else 1 / len(components) for c in components}
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
        Pushes on affinities, of the target and of third parties.
    """

    pushes: dict[Move, Changes]
    values: dict[Move, dict[str, float]]
    foreseen: dict[Move, dict[str, float]]
    reactions: dict[Move, Changes]


class Judge:
    """Values candidates at one state; what all of them share is computed once.

    ``hats`` has the prosperity and the support of each actor in ordinary times, ``standing``
    the arrangements, ``patience`` that of new governments.
    """

    def __init__(
        self,
        rules: Rules,
        state: World,
        worn: Mapping[Move, float],
        hats: World,
        standing: Standing | None = None,
        patience: Mapping[str, float] | None = None,
    ) -> None:
        self.rules = rules
        self.state = state
        self.worn = worn
        self.hats = hats
        self.standing = standing
        self.future = rules.discounts(patience or {})
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
            valued = dict(pushes)
            if self.standing is not None:
                for q, push in memory.lasting(
                    self.rules, self.state, self.standing, candidate
                ).items():
                    valued[q] = valued.get(q, 0.0) + push
            values = self.values({q: self._meant(q, push) for q, push in valued.items()})
            reactions = self.reactions(candidate, values)
            found.pushes[move] = pushes
            found.values[move] = values
            found.reactions[move] = reactions
            found.foreseen[move] = {
                p: self.foreseen(p, self.care(p, values), reactions)
                for p in (candidate.actor, candidate.target)
            }
        return found

    def _meant(self, quantity: Key, push: float) -> float:
        """Section 6.2: the change by which an act is valued."""
        if quantity[0] in ("affinity", "tension"):
            return clipped(quantity, self.state[quantity] + push) - self.state[quantity]
        return saturated(quantity, self.state[quantity], push)

    def pushes(self, candidate: Candidate) -> Changes:
        """Section 6.2: the pushes of a candidate, its audience costs included."""
        fresh = 1 - self.worn.get((candidate.lever, candidate.actor, candidate.target), 0.0)
        pushes = {q: push * fresh for q, push in candidate.pushes.items()}
        if self.standing is not None:
            for q, push in memory.breach(self.rules, self.standing, candidate).items():
                pushes[q] = pushes.get(q, 0.0) + push * fresh
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
            w, future = self.weights[x], self.future
            richer = 0.0
            if x in traders:
                richer = self._counted("prosperity", x, prosperity(rules, after, x))
                richer -= self._counted("prosperity", x, self.prosperity[x])
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
            backing = self._counted("support", x, after["support", x])
            backing -= self._counted("support", x, self.state["support", x])
            found[x] = (
                w["security"] * self._felt(safer[x])
                + w["prosperity"] * self._felt(future[x, ("ties",)] * richer)
                + w["issues"] * dear
                + w["standing"]
                * self._felt(future[x, ("affinity",)] * regard / self.rivals_power[x])
                + w["support"] * self._felt(future[x, ("support",)] * backing)
            )
            for name in rules.description.interests:
                own = own_interests.gain(rules, self.state, changes, future, x, name)
                found[x] += w[name] * self._felt(own)
        return found

    def security_gains(self, changes: Changes, after: World) -> dict[str, float]:
        """S for every actor; a pair whose dispute stays as it is adds nothing."""
        rules, future = self.rules, self.future
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

    def _counted(self, kind: str, actor: str, level: float) -> float:
        """Count a level of prosperity or support against the actor's usual one."""
        return counted(level, self.hats[kind, actor], self.rules.coefficient("diminishing"))

    def care(self, x: str, values: Mapping[str, float]) -> float:
        """Section 6.3: U of a candidate for an actor, the others' gains reckoned in."""
        own, spite = values[x], 0.0
        for y in self.rules.others(x):
            warmth = self.state[key("affinity", x, y)] - self.state[key("tension", x, y)]
            shared = self.rules.coefficient("regard") * warmth * values[y]
            if warmth < 0 and values[y] < 0:
                spite += shared
            else:
                own += shared
        return own + min(spite, max(values[x], 0.0))

    def reactions(self, candidate: Candidate, values: Mapping[str, float]) -> Changes:
        """Section 6.4: the answer of the target and how third parties take it."""
        drawn = {x: self._reaction(value) for x, value in values.items()}
        actor, target, asked = candidate.actor, candidate.target, candidate.participants
        answer = drawn[target]
        if target in asked:
            answer = (drawn[actor] + drawn[target]) / 2
        found = {key("affinity", actor, target): answer}
        for c in self.rules.others(actor, target):
            for p in asked:
                found[key("affinity", p, c)] = drawn[c] / len(asked)
        return found

    def _reaction(self, value: float) -> float:
        """r: whoever gains by an act warms to those who did it."""
        scale = self.rules.coefficient("reaction_scale")
        return self.rules.coefficient("reciprocity") * 100 * value / (scale + abs(100 * value))

    def foreseen(self, p: str, care: float, reactions: Changes) -> float:
        """W of a candidate for one who takes part, with what it would warm or cool to p."""
        worth = care
        for quantity, push in reactions.items():
            if p in quantity[1:]:
                c = next(name for name in quantity[1:] if name != p)
                worth += self.price[p, c] * push * room(quantity, self.state[quantity], push)
        return worth

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
            share = both - mine if leaning > 0 else mine if leaning < 0 else both / 2
            safer += tension * state["power", c] * share / both**2
        regard = state["power", c] / self.rivals_power[p]
        own = sum(
            w[name] * own_interests.price(rules, state, p, c, name)
            for name in rules.description.interests
        )
        whole = w["standing"] * regard + w["security"] * safer + own
        return self.future[p, ("affinity",)] * whole

    def _felt(self, gain: float) -> float:
        return felt(gain, self.rules.loss_aversion)

    def price_of_asking(self, candidate: Candidate) -> float:
        """Value the cost of a lever to its actor: never above 0, and more where it is weak."""
        a, offset = candidate.actor, self.rules.coefficient("diminishing")
        loss = -self.future[a, ("support",)] * candidate.cost
        slope = (self.hats["support", a] + offset) / (self.state["support", a] + offset)
        return self.weights[a]["support"] * self._felt(loss) * slope


@dataclass(frozen=True)
class Score:
    """A candidate as its actor ranks it: chance of consent, and X."""

    agree: float
    worth: float


def score(
    judge: Judge, look: Look, move: Move, usual: float, kindness: float, credit: float = 0.0
) -> Score:
    """Section 6.5: ``usual`` is W of the target at the reference state.

    ``kindness`` and ``credit`` (6.9) are the log-odds of agreeing for how the two stand and
    for how far the target believes the actor.
    """
    candidate = judge.rules.candidates[move]
    foreseen = look.foreseen[move]
    agree = 1.0
    if candidate.consent is not None:
        moved = judge.rules.stirred(foreseen[candidate.target] - usual)
        agree = logistic(logit(candidate.consent) + moved + kindness + credit)
    own = foreseen[candidate.actor]
    return Score(agree, min(own, agree * own) + judge.price_of_asking(candidate))
