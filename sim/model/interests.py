"""What a candidate is worth to each actor: the five components of interest.

Equations and sources: ``docs/model.md``, sections 6.2 to 6.4. Each component
is a small class that knows which (candidate, actor) cells it touches and
computes the discounted change there; :class:`Interests` weighs them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.model.candidates import Ints, Sum, Table, integers
from sim.model.security import Balance, Leans, Margin, Security
from sim.model.streams import Floats
from sim.model.theory import Theory
from sim.scenario.phrases import COMPONENTS


def saturated(x: Floats, push: Floats, low: Floats, high: Floats) -> Floats:
    """Change that a push brings: full inside, fading in the outer half of the range."""
    room = np.where(push > 0, high - x, x - low) * (2 / (high - low))
    after = np.clip(x + push * np.minimum(room, 1), low, high)
    changed: Floats = after - x
    return changed


def loss_averse(change: Floats, aversion: Floats) -> Floats:
    """Losses weigh more than gains (Tversky and Kahneman 1992)."""
    return change + (aversion - 1) * np.minimum(change, 0)


class Prosperity:
    """Ties, discounted by their concentration (Hirschman 1945)."""

    def __init__(self, table: Table) -> None:
        layout = table.layout
        self._layout = layout
        owner = integers([layout.actors.index(a) for a, _ in layout.directions])
        self._ties = layout.rows("ties")
        self._by_owner = Sum(owner, len(layout.actors))
        self._effect = table.of_kind("ties")
        self._row = table.effect_row[self._effect]
        whose = owner[self._row - self._ties.start]
        flat = table.effect_candidate[self._effect] * len(layout.actors) + whose
        self.cells, group = np.unique(flat, return_inverse=True)
        self._by_cell = Sum(group, len(self.cells))
        self._actor = self.cells % len(layout.actors)

    def level(self, x: Floats, concentration: Floats) -> Floats:
        """Each actor's prosperity, shape ``(actors, runs)``."""
        return _prosperity(*self._sums(x), concentration)

    def _sums(self, x: Floats) -> tuple[Floats, Floats]:
        ties = x[self._ties]
        return self._by_owner(ties), self._by_owner(ties * ties)

    def __call__(self, x: Floats, change: Floats, theory: Theory) -> Floats:
        """Discounted change of prosperity, shape ``(cells, runs)``."""
        total, squares = self._sums(x)
        moved = change[self._effect]
        more = self._by_cell(moved)
        more_squares = self._by_cell(moved * (2 * x[self._row] + moved))
        before = _prosperity(total, squares, theory.concentration)
        total, squares = total[self._actor] + more, squares[self._actor] + more_squares
        after = _prosperity(total, squares, theory.concentration)
        return theory.discount["ties"][self._actor] * (after - before[self._actor])


def _prosperity(total: Floats, squares: Floats, concentration: Floats) -> Floats:
    lopsided = np.divide(squares, total, out=np.zeros_like(total), where=total > 0)
    return total - concentration * lopsided


class Issues:
    """Salience-weighted distance to the outcome wanted, for every actor."""

    def __init__(self, table: Table) -> None:
        layout = table.layout
        actors, issues = len(layout.actors), len(layout.issues)
        self._effect = table.of_kind("issue")
        self._row = np.repeat(table.effect_row[self._effect], actors)
        self._which = np.repeat(np.arange(len(self._effect)), actors)
        actor = np.tile(np.arange(actors), len(self._effect))
        issue = self._row - layout.rows("issue").start
        self._stance = actor * issues + issue
        self._position = layout.rows("position").start + self._stance
        self._salience = layout.rows("salience").start + self._stance
        flat = np.repeat(table.effect_candidate[self._effect], actors) * actors + actor
        self.cells, group = np.unique(flat, return_inverse=True)
        self._by_cell = Sum(group, len(self.cells))
        self._audience_rows, self._audience_actor, self._audience = self._participants(table, flat)

    def _participants(self, table: Table, flat: Ints) -> tuple[Ints, Ints, Sum]:
        """Rows of those who take part, whose support pays for ground given up."""
        layout = table.layout
        support = layout.rows("support").start
        of_support = {
            (k, effect.row - support): number
            for number, (k, effect) in enumerate(table.effects)
            if layout.phrases[effect.row].kind == "support"
        }
        rows, effects, actors = [], [], []
        for row, cell in enumerate(flat):
            candidate, actor = divmod(int(cell), len(layout.actors))
            if actor in table.rows[candidate].participants:
                rows.append(row)
                actors.append(actor)
                effects.append(of_support[candidate, actor])
        return integers(rows), integers(actors), Sum(effects, len(table.effects))

    def ground_lost(self, x: Floats, change: Floats) -> Floats:
        """Salience-weighted ground lost, by issue effect and actor."""
        outcome, wanted = x[self._row], x[self._position]
        moved = change[self._effect][self._which]
        further = np.abs(outcome + moved - wanted) - np.abs(outcome - wanted)
        return x[self._salience] * further / 100

    def audience_cost(self, lost: Floats, theory: Theory) -> Floats:
        """Push on support from ground given up, shape ``(effects, runs)``."""
        given_up = np.maximum(lost[self._audience_rows], 0)
        return -self._audience(theory.audience[self._audience_actor] * given_up)

    def __call__(self, lost: Floats, theory: Theory) -> Floats:
        """Discounted, loss-averse change over all issues, shape ``(cells, runs)``."""
        discounted = -theory.discount_issue[self._stance] * lost
        return self._by_cell(loss_averse(discounted, theory.loss_aversion))


class Standing:
    """Affinity with the others, weighted by their power."""

    def __init__(self, table: Table) -> None:
        layout = table.layout
        self._power = layout.rows("power")
        sides = [
            (number, layout.actors.index(one), layout.actors.index(other))
            for number in table.of_kind("affinity")
            for one, other in _both(layout.phrases[table.effect_row[number]].names)
        ]
        self._effect = integers([number for number, *_ in sides])
        self._other = integers([other for *_, other in sides])
        flat = table.effect_candidate[self._effect] * len(layout.actors)
        flat = flat + integers([one for _, one, _ in sides])
        self.cells, group = np.unique(flat, return_inverse=True)
        self._by_cell = Sum(group, len(self.cells))
        self._actor = self.cells % len(layout.actors)

    def __call__(self, x: Floats, change: Floats, theory: Theory) -> Floats:
        """Discounted change of standing, shape ``(cells, runs)``."""
        power = x[self._power]
        others = power.sum(axis=0) - power
        weighed = self._by_cell(power[self._other] * change[self._effect])
        return theory.discount["affinity"][self._actor] * weighed / others[self._actor]


def _both(names: tuple[str, ...]) -> list[tuple[str, str]]:
    a, b = names
    return [(a, b), (b, a)]


class Support:
    """Domestic backing (Putnam 1988)."""

    def __init__(self, table: Table) -> None:
        layout = table.layout
        self._effect = table.of_kind("support")
        self._actor = table.effect_row[self._effect] - layout.rows("support").start
        self.cells = table.effect_candidate[self._effect] * len(layout.actors) + self._actor

    def __call__(self, change: Floats, theory: Theory) -> Floats:
        """Discounted change of support, shape ``(cells, runs)``."""
        return theory.discount["support"][self._actor] * change[self._effect]


@dataclass(frozen=True)
class Look:
    """What all actors see when they weigh their candidates.

    Attributes
    ----------
    push, change : shape (effects, runs)
    value : shape (candidates, actors, runs)
        Weighted value of each candidate to every actor.
    parts : dict of component -> shape (candidates, actors, runs)
        Its parts by component; empty unless asked for.
    reaction : shape (candidates, actors, runs)
        Shift of each third party's affinity to a mover who bears it alone;
        0 for those who take part.
    worth : shape (2, candidates, runs)
        Value with foresight, to the actor and to the target.
    """

    push: Floats
    change: Floats
    value: Floats
    parts: dict[str, Floats]
    reaction: Floats
    worth: Floats


class Interests:
    """Weighs every candidate for every actor, with index arrays made once."""

    def __init__(self, table: Table) -> None:
        layout = table.layout
        self._table, self._layout = table, layout
        self._leans = Leans(layout)
        self._margin = Margin(layout, self._leans)
        self._security = Security(table, self._leans)
        self._prosperity = Prosperity(table)
        self._issues = Issues(table)
        self._standing = Standing(table)
        self._support = Support(table)
        self._paid = table.of_kind("support")
        self._share = np.where(table.asks, 0.5, 1.0)
        self._third = np.ones((len(table), len(layout.actors), 1))
        each = np.arange(len(table))
        self._third[each, table.actor] = self._third[each, table.target] = 0

    def look(self, x: Floats, worn: Floats, theory: Theory, *, parts: bool = False) -> Look:
        """Weigh all candidates in state ``x``.

        Parameters
        ----------
        x : shape (rows of the state, runs)
        worn : shape (candidates, runs)
            How much of its effect each candidate has lost by recent use.
        parts : bool
            Keep the value's parts by component, for an explanation.
        """
        table = self._table
        here, low, high = (
            bound[table.effect_row] for bound in (x, self._layout.low, self._layout.high)
        )
        push = theory.size * (1 - worn[table.effect_candidate])
        change = saturated(here, push, low, high)
        lost = self._issues.ground_lost(x, change)
        push += self._issues.audience_cost(lost, theory)
        paid = self._paid
        change[paid] = saturated(here[paid], push[paid], low[paid], high[paid])

        balance = self._leans(x)
        price = self._price(x, balance, theory)
        found = {
            "security": (self._security.cells, self._security(x, change, balance, theory)),
            "prosperity": (self._prosperity.cells, self._prosperity(x, change, theory)),
            "standing": (self._standing.cells, self._standing(x, change, theory)),
            "support": (self._support.cells, self._support(change, theory)),
        }
        found = {name: (c, loss_averse(v, theory.loss_aversion)) for name, (c, v) in found.items()}
        found["issues"] = (self._issues.cells, self._issues(lost, theory))
        weighed = self._weighed(found, self.weights(x))
        value = np.zeros((len(table), len(self._layout.actors), x.shape[1]))
        flat = value.reshape(-1, x.shape[1])
        for cells, worth in weighed.values():
            flat[cells] += worth
        reaction = self._reaction(value, theory)
        return Look(
            push=push,
            change=change,
            value=value,
            parts=self._spread_out(weighed, value.shape) if parts else {},
            reaction=reaction,
            worth=np.stack(
                [
                    self._with_foresight(who, value, reaction, price, theory)
                    for who in (table.actor, table.target)
                ]
            ),
        )

    def weights(self, x: Floats) -> Floats:
        """Weights by actor and component, summing to 1; ``(actors, components, runs)``."""
        shape = (len(self._layout.actors), len(COMPONENTS), x.shape[1])
        raw = x[self._layout.rows("weight")].reshape(shape)
        scaled: Floats = raw / raw.sum(axis=1, keepdims=True)
        return scaled

    def _weighed(
        self, found: dict[str, tuple[Ints, Floats]], weights: Floats
    ) -> dict[str, tuple[Ints, Floats]]:
        actors = len(self._layout.actors)
        return {
            name: (cells, weights[cells % actors, COMPONENTS.index(name)] * change)
            for name, (cells, change) in found.items()
        }

    def _spread_out(
        self, weighed: dict[str, tuple[Ints, Floats]], shape: tuple[int, ...]
    ) -> dict[str, Floats]:
        parts = {name: np.zeros(shape) for name in weighed}
        for name, (cells, worth) in weighed.items():
            parts[name].reshape(-1, shape[-1])[cells] = worth
        return parts

    def _reaction(self, value: Floats, theory: Theory) -> Floats:
        felt = value / (theory.reaction_scale + np.abs(value))
        return self._third * (theory.reciprocity * felt)

    def _price(self, x: Floats, balance: Balance, theory: Theory) -> Floats:
        """What each actor would give for a third's affinity, ``(actors, actors, runs)``."""
        layout = self._layout
        actors = len(layout.actors)
        weights = self.weights(x)
        power = x[layout.rows("power")]
        share = power / (power.sum(axis=0) - power)[:, None]
        price = weights[:, COMPONENTS.index("standing"), None] * share
        off_diagonal = ~np.eye(actors, dtype=bool)
        security = weights[:, COMPONENTS.index("security")]
        owner = np.repeat(np.arange(actors), actors - 1)
        price[off_diagonal] += security[owner] * self._margin(x, balance)
        price *= theory.discount["affinity"][:, None]
        return price

    def _with_foresight(
        self, who: Ints, value: Floats, reaction: Floats, price: Floats, theory: Theory
    ) -> Floats:
        """Value to a participant, with what third parties will make of the move."""
        own = value[np.arange(len(who)), who]
        foreseen = price[who] * reaction * self._share[:, None]
        expected: Floats = own + loss_averse(foreseen, theory.loss_aversion).sum(axis=1)
        return expected
