"""What every candidate is worth to every actor: the components, weighed.

Equations and sources: ``docs/model.md``, sections 6.2 to 6.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.model.candidates import Ints, Table, total
from sim.model.components import Issues, Prosperity, Room, Standing, Support
from sim.model.security import STAGES, Balance, Leans, Margin, Security
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
    care : shape (2, candidates, runs)
        Value to the actor and to the target, with what they make of the others'
        gains and losses.
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
        self._cells = {
            "prosperity": self._prosperity.cells,
            "issues": self._issues.cells,
            "standing": self._standing.cells,
            "support": self._support.cells,
        }
        self._share = np.where(table.asks, 0.5, 1.0)
        every = np.arange(len(table))
        self._parties = parties = np.stack([table.actor, table.target])
        self._party = table.cell(every, parties)
        self._thirds = table.cell(every[:, None], table.thirds)
        self._price_of = parties[..., None] * len(layout.actors) + table.thirds

    @property
    def rows(self) -> int:
        """Rows of the largest array that a look makes."""
        values = len(self._table) * len(self._layout.actors)
        return max(values, self._security.rows, len(self._table.effects))

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
        push = (1 - worn).take(table.effect_candidate, axis=0)
        push *= theory.size
        moving = self._layout.moving
        room = Room.of(x[moving], self._layout.low[moving], self._layout.high[moving])
        change = np.concatenate([room.rise, room.fall]).take(theory.toward, axis=0)
        change *= push
        # Issues come first: support pays for the ground given up on them.
        self._limit(change, push, room, theory.wavering)
        lost = self._issues.ground_lost(x, change.take(self._issues.effect, axis=0))
        push[self._issues.paid] += self._issues.audience_cost(lost, theory)
        self._limit(change, push, room, self._issues.paid)

        balance = self._leans(x)
        weights = self.weights(x)
        weighed = self._weighed(x, change, lost, balance, weights, theory)
        flat = weighed["security"]  # which touches every cell
        if parts:
            flat = flat.copy()
        for name, cells in self._cells.items():
            flat[cells] += weighed[name]
        value = flat.reshape(len(self._layout.actors), len(table), x.shape[1])
        care = self._care(x, flat, value, theory)
        reaction = self._reaction(flat, theory)
        price = self._price(x, weights, balance, theory)
        return Look(
            push=push,
            change=change,
            weights=weights,
            value=value.swapaxes(0, 1),
            parts=self._spread_out(weighed, value.shape) if parts else {},
            care=care,
            reaction=reaction,
            worth=self._with_foresight(care, reaction, price, theory),
        )

    def _limit(self, change: Floats, push: Floats, room: Room, effects: Ints) -> None:
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
    ) -> dict[str, Floats]:
        """Weighted, loss-averse value by component, in the cells that each touches.

        Cells are those of a flat table of values that lies actor by actor.
        """
        weight = {name: weights[:, place] for place, name in enumerate(COMPONENTS)}
        discount = theory.discount
        disputed = {kind: discount[kind] * weight["security"] for kind in (*STAGES, "tension")}
        by_issue = np.repeat(weight["issues"], len(self._layout.issues), axis=0)
        changes = {
            "security": self._security(x, change, balance, disputed),
            "prosperity": self._prosperity(
                x, change, discount["ties"] * weight["prosperity"], theory.concentration
            ),
            "standing": self._standing(x, change, discount["affinity"] * weight["standing"]),
            "support": self._support(change, discount["support"] * weight["support"]),
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
        """Add the others' gains and losses: a friend's count, those of a rival in arms against."""
        layout = self._layout
        actors = len(layout.actors)
        felt = np.zeros((actors, actors, x.shape[1]))
        ties = x[layout.rows("affinity")] - x[layout.rows("tension")]
        ties *= theory.regard
        one, other = layout.pair_ends
        felt[one, other] = felt[other, one] = ties
        care = flat.take(self._party, axis=0)
        for whose, gain in zip(felt, value, strict=True):
            share = whose.take(self._parties, axis=0)
            share *= gain
            care += share
        return care

    def _reaction(self, flat: Floats, theory: Theory) -> Floats:
        thirds = flat.take(self._thirds, axis=0)
        slowed = np.abs(thirds)
        slowed += theory.reaction_scale
        thirds *= theory.reciprocity
        thirds /= slowed
        return thirds

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
        self, care: Floats, reaction: Floats, price: Floats, theory: Theory
    ) -> Floats:
        """Care of actor and target, with what third parties will make of the move."""
        worth = np.zeros_like(care)
        prices = price.reshape(-1, care.shape[-1])
        for third in range(reaction.shape[1]):
            foreseen = prices.take(self._price_of[..., third], axis=0)
            foreseen *= reaction[:, third]
            worth += theory.loss_averse(foreseen)
        worth *= self._share
        worth += care
        return worth
