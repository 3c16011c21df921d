"""What every candidate is worth to every actor: the components, weighed.

Equations and sources: ``docs/model.md``, sections 6.2 to 6.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.model.candidates import Ints, Table
from sim.model.components import Issues, Prosperity, Standing, Support, loss_averse, saturated
from sim.model.security import Balance, Leans, Margin, Security
from sim.model.streams import Floats
from sim.model.theory import Theory
from sim.scenario.phrases import COMPONENTS


@dataclass(frozen=True)
class Look:
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
    care : shape (candidates, actors, runs)
        Value with what each actor makes of the others' gains and losses.
    reaction : shape (candidates, third parties, runs)
        Shift of each third party's affinity to a mover who bears it alone.
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
        weights = self._weights(x)
        price = self._price(x, weights, balance, theory)
        found = {
            "security": (self._security.cells, self._security(x, change, balance, theory)),
            "prosperity": (self._prosperity.cells, self._prosperity(x, change, theory)),
            "standing": (self._standing.cells, self._standing(x, change, theory)),
            "support": (self._support.cells, self._support(change, theory)),
        }
        found = {name: (c, loss_averse(v, theory.loss_aversion)) for name, (c, v) in found.items()}
        found["issues"] = (self._issues.cells, self._issues(lost, theory))
        weighed = self._weighed(found, weights)
        value = np.zeros((len(table), len(self._layout.actors), x.shape[1]))
        flat = value.reshape(-1, x.shape[1])
        for cells, worth in weighed.values():
            flat[cells] += worth
        care = self._care(x, value, theory)
        reaction = self._reaction(value, theory)
        return Look(
            push=push,
            change=change,
            weights=weights,
            value=value,
            parts=self._spread_out(weighed, value.shape) if parts else {},
            care=care,
            reaction=reaction,
            worth=np.stack(
                [
                    self._with_foresight(who, care, reaction, price, theory)
                    for who in (table.actor, table.target)
                ]
            ),
        )

    def _weights(self, x: Floats) -> Floats:
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

    def _care(self, x: Floats, value: Floats, theory: Theory) -> Floats:
        """Add the others' gains and losses: a friend's count, those of a rival in arms against."""
        bond = x[self._layout.rows("affinity")] - x[self._layout.rows("tension")]
        care = value.copy()
        for one, other in self._layout.directions:
            a, b = self._layout.actors.index(one), self._layout.actors.index(other)
            care[:, a] += theory.regard * bond[self._layout.pair(one, other)] * value[:, b]
        return care

    def _reaction(self, value: Floats, theory: Theory) -> Floats:
        thirds = value[np.arange(len(value))[:, None], self._table.thirds]
        return theory.reciprocity * thirds / (theory.reaction_scale + np.abs(thirds))

    def _price(self, x: Floats, weights: Floats, balance: Balance, theory: Theory) -> Floats:
        """What each actor would give for a third's affinity, ``(actors, actors, runs)``."""
        layout = self._layout
        actors = len(layout.actors)
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
        self, who: Ints, care: Floats, reaction: Floats, price: Floats, theory: Theory
    ) -> Floats:
        """Care of a participant, with what third parties will make of the move."""
        own = care[np.arange(len(who)), who]
        foreseen = price[who[:, None], self._table.thirds] * reaction * self._share[:, None]
        expected: Floats = own + loss_averse(foreseen, theory.loss_aversion).sum(axis=1)
        return expected
