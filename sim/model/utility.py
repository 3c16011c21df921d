"""What every candidate is worth to every actor: the components, weighed.

Equations and sources: ``docs/model.md``, sections 6.2 to 6.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.arrangements import LastingTable, Pushes
from sim.model.candidates import CandidateTable, Sum, columns, sum_unique, total
from sim.model.security import Balance, Leans, Margin, SecurityComponent
from sim.model.theory import Levels, Saturation, Theory
from sim.scenario.phrases import COMPONENTS, Kind

# Four of the five components of interest; the fifth has a file of its own, ``security``.


class ProsperityComponent:
    """Ties, discounted by their concentration (Hirschman 1945)."""

    def __init__(self, table: CandidateTable) -> None:
        layout = table.layout
        owner = layout.direction_ends[0]
        self._ties = layout.rows("ties")
        self._by_owner = Sum(owner, len(layout.actors))
        self._effect = table.of_kind("ties")
        self._row = table.effect_row[self._effect]
        actor = owner[self._row - self._ties.start]
        self.cells, self._by_cell = sum_unique(
            table.cell(table.effect_candidate[self._effect], actor)
        )
        self._actor = table.actor_of_cell(self.cells)

    def _sums(self, x: Floats) -> tuple[Floats, Floats]:
        ties = x[self._ties]
        return self._by_owner(ties), self._by_owner(ties * ties)

    def level(self, x: Floats, concentration: Floats) -> Floats:
        """Prosperity of each actor as it is, shape ``(actors, runs)``."""
        return _prosperity(*self._sums(x), concentration)

    def __call__(
        self, x: Floats, change: Floats, stake: Floats, concentration: Floats, levels: Levels
    ) -> Floats:
        """Weighed change of prosperity as it counts, shape ``(cells, runs)``."""
        total, squares = self._sums(x)
        moved = change.take(self._effect, axis=0)
        more = self._by_cell(moved)
        more_squares = self._by_cell(moved * (2 * x[self._row] + moved))
        before = _prosperity(total, squares, concentration)
        total, squares = total[self._actor] + more, squares[self._actor] + more_squares
        after = levels.felt_prosperity(_prosperity(total, squares, concentration), self._actor)
        return stake[self._actor] * (after - levels.felt_prosperity(before)[self._actor])


def _prosperity(total: Floats, squares: Floats, concentration: Floats) -> Floats:
    lopsided = np.divide(squares, total, out=np.zeros_like(total), where=total > 0)
    return total - concentration * lopsided


class IssueComponent:
    """Salience-weighted distance to the outcome wanted, for every actor."""

    def __init__(self, table: CandidateTable) -> None:
        layout = table.layout
        self._actors, issues = len(layout.actors), len(layout.issues)
        every = np.arange(self._actors)
        self.effect = table.of_kind("issue")
        self._outcome = layout.rows("issue")
        self._issue = table.effect_row[self.effect] - self._outcome.start
        # One row for each effect and actor; a stance is an actor's, on an issue.
        self._stance = (every * issues + self._issue[:, None]).ravel()
        self._position, self._salience = layout.rows("position"), layout.rows("salience")
        candidate = table.effect_candidate[self.effect]
        self.cells, self._by_cell = sum_unique(table.cell(candidate[:, None], every).ravel())
        # The support of those who take part pays for ground given up.
        support = layout.rows("support").start
        self._payer_row, self._payer, paid = columns(
            [
                (number * self._actors + actor, actor, table.effect_number[k, support + actor])
                for number, k in enumerate(candidate.tolist())
                for actor in sorted(table.rows[k].participants)
            ],
            3,
        )
        self.paid, self._audience = sum_unique(paid)

    def ground_lost(self, x: Floats, change: Floats) -> Floats:
        """Salience-weighted ground lost, shape ``(issue effects x actors, runs)``.

        ``change`` is that of each issue effect.
        """
        outcome, wanted = x[self._outcome], x[self._position]
        distance = np.abs(outcome - wanted.reshape(self._actors, *outcome.shape))
        after = change + outcome.take(self._issue, axis=0)
        lost = wanted.take(self._stance, axis=0)
        by_effect = lost.reshape(len(after), self._actors, x.shape[1])
        np.subtract(after[:, None], by_effect, out=by_effect)
        np.abs(lost, out=lost)
        lost -= distance.reshape(wanted.shape).take(self._stance, axis=0)
        lost *= (x[self._salience] / 100).take(self._stance, axis=0)
        return lost

    def with_what_lasts(self, x: Floats, meant: Floats, lost: Floats, later: Ints) -> Floats:
        """Ground lost as actors value it, with what some effects bring in later rounds.

        ``meant`` are changes by effect, ``lost`` is the ground lost by what takes effect at once,
        ``later`` are the places of those effects among the issue effects.
        """
        if not len(later):
            return lost
        found = lost.copy()
        rows = (later[:, None] * self._actors + np.arange(self._actors)).ravel()
        issue, stance = self._issue[later], self._stance[rows]
        outcome, wanted = x[self._outcome], x[self._position]
        after = meant.take(self.effect[later], axis=0) + outcome.take(issue, axis=0)
        after = np.repeat(after, self._actors, axis=0)
        here = np.repeat(outcome.take(issue, axis=0), self._actors, axis=0)
        place = wanted.take(stance, axis=0)
        farther = np.abs(after - place) - np.abs(here - place)
        found[rows] = farther * (x[self._salience] / 100).take(stance, axis=0)
        return found

    def audience_cost(self, lost: Floats, theory: Theory) -> Floats:
        """Push on support from ground given up, shape ``(paid, runs)``."""
        given_up = np.maximum(lost.take(self._payer_row, axis=0), 0)
        given_up *= theory.audience[self._payer]
        return -self._audience(given_up)

    def __call__(self, lost: Floats, stake: Floats, theory: Theory) -> Floats:
        """Weighed, loss-averse change over all issues, shape ``(cells, runs)``.

        ``stake`` has the shape ``(actors x issues, runs)``.
        """
        return self._by_cell(theory.loss_averse(lost * (-stake).take(self._stance, axis=0)))


class StandingComponent:
    """Affinity with the others, weighted by their power."""

    def __init__(self, table: CandidateTable) -> None:
        self._power = table.layout.rows("power")
        self._effect, one, other = table.effects_toward("affinity")
        self._ends = one * len(table.layout.actors) + other
        self.cells, self._by_cell = sum_unique(
            table.cell(table.effect_candidate[self._effect], one)
        )

    def __call__(self, x: Floats, change: Floats, stake: Floats) -> Floats:
        """Weighed change of standing, shape ``(cells, runs)``."""
        power = x[self._power]
        share = (stake / (total(power) - power))[:, None] * power
        warmer = change.take(self._effect, axis=0)
        warmer *= share.reshape(-1, x.shape[1]).take(self._ends, axis=0)
        return self._by_cell(warmer)


class SupportComponent:
    """Domestic backing (Putnam 1988)."""

    def __init__(self, table: CandidateTable) -> None:
        self._rows = table.layout.rows("support")
        self._effect = table.of_kind("support")
        self._actor = table.effect_row[self._effect] - self._rows.start
        self.cells = table.cell(table.effect_candidate[self._effect], self._actor)

    def __call__(self, x: Floats, change: Floats, stake: Floats, levels: Levels) -> Floats:
        """Weighed change of support as it counts, shape ``(cells, runs)``."""
        level = x[self._rows]
        moved = levels.felt_support(
            change.take(self._effect, axis=0) + level.take(self._actor, axis=0), self._actor
        )
        moved -= levels.felt_support(level).take(self._actor, axis=0)
        moved *= stake.take(self._actor, axis=0)
        return moved


PARTS = (*COMPONENTS, "regard", "reactions", "consent", "cost")
"""What a proposal's worth is made of: the five components, what the others gain and lose
by it, the reactions of third parties that are foreseen, the chance of a refusal, and what
it costs at home."""


@dataclass(frozen=True)
class Evaluation:
    """What all actors see when they weigh their candidates.

    Attributes
    ----------
    push, change : shape (effects, runs)
    weights : shape (actors, components, runs)
        What each actor cares for, summing to 1.
    value : shape (candidates, actors, runs)
        Weighted value of each candidate to every actor.
    parts : dict of component -> shape (candidates, actors, runs)
        Its parts by component; empty unless asked for.
    care : shape (2, candidates, runs)
        Value to the actor and to the target, with what they make of the others'
        gains and losses.
    reaction : shape (candidates, third parties, runs)
        Push on each third party's affinity to a mover who bears it alone.
    answer : shape (candidates, runs)
        Push on the affinity of actor and target from what they make of it.
    slope : shape (actors, runs)
        What a little more support counts, against ordinary times.
    worth : shape (2, candidates, runs)
        Care with foresight, to the actor and to the target.
    """

    push: Floats
    change: Floats
    weights: Floats
    value: Floats
    parts: dict[str, Floats]
    care: Floats
    reaction: Floats
    answer: Floats
    slope: Floats
    worth: Floats


def utility_parts(table: CandidateTable, found: Evaluation, agree: Floats, worth: Floats) -> Floats:
    """Take the worth of each candidate apart, shape ``(2, parts, candidates, runs)``.

    What speaks for proposing it sums to ``worth``, the expected value to the actor, and for
    agreeing to it to ``found.worth[1]``; in hundredths of weighted value. ``found`` has its
    parts by component, ``agree`` is the chance of consent.
    """
    every = np.arange(len(table))
    parts = np.zeros((2, len(PARTS), *worth.shape))
    for side, who in enumerate((table.actor, table.target)):
        care = found.care[side]
        for place, name in enumerate(COMPONENTS):
            parts[side, place] = found.parts[name][every, who]
        parts[side, 5] = care - found.value[every, who]
        parts[side, 6] = found.worth[side] - care
    gain = np.minimum(found.worth[0], agree * found.worth[0])
    parts[0, 7] = gain - found.worth[0]
    parts[0, 8] = worth - gain
    return 100 * parts


class Utility:
    """Weighs every candidate for every actor, with index arrays made once."""

    def __init__(self, table: CandidateTable, lasting: LastingTable) -> None:
        layout = table.layout
        self._table, self._layout, self._lasting = table, layout, lasting
        self._leans = Leans(layout)
        self._margin = Margin(layout, self._leans)
        self._security = SecurityComponent(table, self._leans)
        self._prosperity = ProsperityComponent(table)
        self._issues = IssueComponent(table)
        self._standing = StandingComponent(table)
        self._support = SupportComponent(table)
        self._cells = {
            "prosperity": self._prosperity.cells,
            "issues": self._issues.cells,
            "standing": self._standing.cells,
            "support": self._support.cells,
        }
        self._relational = np.concatenate([table.of_kind("affinity"), table.of_kind("tension")])
        # Which of them have lasting pushes, and which of the lasting pushes those are.
        later = lasting.lasting_effect
        _, self._later_relation, self._relation_later = np.intersect1d(
            self._relational, later, return_indices=True
        )
        self._later = np.flatnonzero(np.isin(self._issues.effect, later))
        self._share = np.where(table.asks, 0.5, 1.0)
        every = np.arange(len(table))
        self._parties = parties = np.stack([table.actor, table.target])
        self._party = table.cell(every, parties)
        self._thirds = table.cell(every[:, None], table.thirds)
        self._price_of = parties[..., None] * len(layout.actors) + table.thirds
        self._price_of_other = parties * len(layout.actors) + parties[::-1]
        self._to_third = layout.pair_number(parties[..., None], table.thirds)

    @property
    def rows(self) -> int:
        """Rows of the largest array that an evaluation makes."""
        values = len(self._table) * len(self._layout.actors)
        return max(values, self._security.rows, len(self._table.effects))

    def levels(self, x: Floats, theory: Theory) -> Levels:
        """The levels in state ``x`` of what counts for less the more there is of it."""
        return Levels(
            support=x[self._layout.rows("support")],
            prosperity=self._prosperity.level(x, theory.concentration),
            offset=theory.diminishing,
        )

    def evaluate(
        self,
        x: Floats,
        worn: Floats,
        theory: Theory,
        levels: Levels,
        pushes: Pushes | None = None,
        *,
        parts: bool = False,
    ) -> Evaluation:
        """Weigh all candidates in state ``x``.

        ``worn`` is how much of its effect each candidate has lost by recent use, ``levels`` are
        those of ordinary times, ``pushes`` what lasts in this state; ``parts`` keeps the value's
        parts by component, for an explanation.
        """
        table = self._table
        push = (1 - worn).take(table.effect_candidate, axis=0)
        push *= theory.size
        if pushes is not None:
            breach = self._lasting.breach_effect
            push[breach] += pushes.breach * (1 - worn)[self._lasting.breaker]
        layout, moving = self._layout, self._layout.moving
        low, high = layout.low[moving], layout.high[moving]
        room = Saturation.of(x[moving], low, high, layout.rows("support"))
        change = np.concatenate([room.rise, room.fall]).take(theory.toward, axis=0)
        change *= push
        # Issues come first: support pays for the ground given up on them.
        self._limit(change, push, room, theory.wavering)
        if pushes is not None:
            self._limit(change, push, room, self._lasting.breach_effect)
        lost = self._issues.ground_lost(x, change.take(self._issues.effect, axis=0))
        push[self._issues.paid] += self._issues.audience_cost(lost, theory)
        self._limit(change, push, room, self._issues.paid)

        balance = self._leans(x)
        weights = self.weights(x)
        meant = self._meant(x, change, push, room, None if pushes is None else pushes.lasting)
        if pushes is not None:
            lost = self._issues.with_what_lasts(x, meant, lost, self._later)
        weighed = self._weighed(x, meant, lost, balance, weights, theory, levels)
        flat = weighed["security"]  # which touches every cell
        if parts:
            flat = flat.copy()
        for name, cells in self._cells.items():
            flat[cells] += weighed[name]
        value = flat.reshape(len(self._layout.actors), len(table), x.shape[1])
        care = self._care(x, flat, value, theory)
        reaction = _reaction(flat.take(self._thirds, axis=0), theory)
        answer = self._answer(flat, theory)
        price = self._price(x, weights, balance, theory)
        return Evaluation(
            push=push,
            change=change,
            weights=weights,
            value=value.swapaxes(0, 1),
            parts=self._spread_out(weighed, value.shape) if parts else {},
            care=care,
            reaction=reaction,
            answer=answer,
            slope=levels.slope_of_support(x[layout.rows("support")]),
            worth=self._with_foresight(care, reaction, answer, price, room),
        )

    def _meant(
        self, x: Floats, change: Floats, push: Floats, room: Saturation, lasting: Floats | None
    ) -> Floats:
        """Changes as actors value them: those of affinity and tension do not fade.

        ``lasting`` is what candidates bring in later rounds.
        """
        if lasting is None and not len(self._relational):
            return change
        meant = change.copy()
        rows = self._table.effect_row
        pushed = push.take(self._relational, axis=0)
        if lasting is not None:
            later = self._lasting.lasting_effect
            meant[later] = room.at(rows[later]).change(push[later] + lasting)
            pushed[self._later_relation] += lasting[self._relation_later]
        here = x.take(rows[self._relational], axis=0)
        low, high = (end[rows[self._relational]] for end in (self._layout.low, self._layout.high))
        pushed += here
        np.clip(pushed, low, high, out=pushed)
        pushed -= here
        meant[self._relational] = pushed
        return meant

    def _limit(self, change: Floats, push: Floats, room: Saturation, effects: Ints) -> None:
        """Reckon some changes anew, in either direction and with the end of the range."""
        if len(effects):
            change[effects] = room.at(self._table.effect_row[effects]).change(push[effects])

    def weights(self, x: Floats) -> Floats:
        """Weights by actor and component, summing to 1; ``(actors, components, runs)``."""
        shape = (len(self._layout.actors), len(COMPONENTS), x.shape[1])
        raw = x[self._layout.rows("weight")].reshape(shape)
        scaled: Floats = raw / raw.sum(axis=1, keepdims=True)
        return scaled

    def _weighed(
        self,
        x: Floats,
        change: Floats,
        lost: Floats,
        balance: Balance,
        weights: Floats,
        theory: Theory,
        levels: Levels,
    ) -> dict[str, Floats]:
        """Weighted, loss-averse value by component, in the cells that each touches.

        Cells are those of a flat table of values that lies actor by actor.
        """
        weight = {name: weights[:, place] for place, name in enumerate(COMPONENTS)}
        discount = theory.discount
        kinds: tuple[Kind, ...] = ("affinity", "commitment", "tension")
        disputed = {kind: discount[kind] * weight["security"] for kind in kinds}
        by_issue = np.repeat(weight["issues"], len(self._layout.issues), axis=0)
        changes = {
            "security": self._security(x, change, balance, disputed),
            "prosperity": self._prosperity(
                x, change, discount["ties"] * weight["prosperity"], theory.concentration, levels
            ),
            "standing": self._standing(x, change, discount["affinity"] * weight["standing"]),
            "support": self._support(x, change, discount["support"] * weight["support"], levels),
        }
        worth = {name: theory.loss_averse(moved) for name, moved in changes.items()}
        worth["issues"] = self._issues(lost, theory.discount_issue * by_issue, theory)
        return worth

    def _spread_out(self, weighed: dict[str, Floats], shape: tuple[int, ...]) -> dict[str, Floats]:
        parts = {"security": weighed["security"]}
        for name, cells in self._cells.items():
            parts[name] = np.zeros_like(parts["security"])
            parts[name][cells] = weighed[name]
        return {name: part.reshape(shape).swapaxes(0, 1) for name, part in parts.items()}

    def _care(self, x: Floats, flat: Floats, value: Floats, theory: Theory) -> Floats:
        """Add the others' gains and losses: a friend's count, a rival's gains count against.

        A rival's losses are welcome, by no more than one's own gain.
        """
        layout = self._layout
        actors = len(layout.actors)
        felt = np.zeros((actors, actors, x.shape[1]))
        ties = x[layout.rows("affinity")] - x[layout.rows("tension")]
        ties *= theory.regard
        one, other = layout.pair_ends
        felt[one, other] = felt[other, one] = ties
        own = flat.take(self._party, axis=0)
        care, spite = own.copy(), np.zeros_like(own)
        for whose, gain in zip(felt, value, strict=True):
            share = whose.take(self._parties, axis=0)
            bad = (gain < 0) & (share < 0)
            share *= gain
            spite += np.where(bad, share, 0)
            share[bad] = 0
            care += share
        care += np.minimum(spite, np.maximum(own, 0))
        return care

    def _answer(self, flat: Floats, theory: Theory) -> Floats:
        """What the target makes of each candidate, or both where they agree on it."""
        actor, target = _reaction(flat.take(self._party, axis=0), theory)
        answer: Floats = np.where(self._table.asks, (actor + target) / 2, target)
        return answer

    def _price(self, x: Floats, weights: Floats, balance: Balance, theory: Theory) -> Floats:
        """What each actor would give for a third's affinity, ``(actors, actors, runs)``."""
        layout = self._layout
        actors = len(layout.actors)
        power = x[layout.rows("power")]
        share = power / (total(power) - power)[:, None]
        price = weights[:, COMPONENTS.index("standing"), None] * share
        off_diagonal = ~np.eye(actors, dtype=bool)
        security = weights[:, COMPONENTS.index("security")]
        owner = np.repeat(np.arange(actors), actors - 1)
        price[off_diagonal] += security[owner] * self._margin(x, balance)
        price *= theory.discount["affinity"][:, None]
        return price

    def _with_foresight(
        self, care: Floats, reaction: Floats, answer: Floats, price: Floats, room: Saturation
    ) -> Floats:
        """Care of actor and target, with what the others will make of the move."""
        worth = np.zeros_like(care)
        prices = price.reshape(-1, care.shape[-1])
        affinity = self._layout.rows("affinity")
        rise, fall = room.rise[affinity], room.fall[affinity]
        for third in range(reaction.shape[1]):
            pairs = self._to_third[..., third]
            moved = np.where(
                reaction[:, third] > 0, rise.take(pairs, axis=0), fall.take(pairs, axis=0)
            )
            moved *= reaction[:, third]
            moved *= prices.take(self._price_of[..., third], axis=0)
            worth += moved
        worth *= self._share
        pair = self._table.pair
        moved = answer * np.where(answer > 0, rise.take(pair, axis=0), fall.take(pair, axis=0))
        foreseen = moved * prices.take(self._price_of_other, axis=0)
        foreseen[1] *= self._table.asks
        worth += foreseen
        worth += care
        return worth


def _reaction(value: Floats, theory: Theory) -> Floats:
    """Push on an affinity from what an act is worth to one who bears with it."""
    slowed = np.abs(value)
    slowed += theory.reaction_scale
    reaction: Floats = value * theory.reciprocity
    reaction /= slowed
    return reaction
