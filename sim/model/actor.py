"""A state as an agent: it turns to each other actor, decides, and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.errors import Fault, Place, ScenarioError
from sim.model.candidates import Ints, integers, padded
from sim.model.decide import (
    PASS,
    Answer,
    Decision,
    Proposal,
    View,
    by_chance,
    quantal,
    weights_of_options,
)

if TYPE_CHECKING:
    from sim.model.world import World


PLACES = 12
"""Moves whose worth is the same to so many places rank by name."""


class Actor(mesa.Agent):
    """A state. It turns to each other actor and decides by its rule, on a word and a deed.

    Attributes
    ----------
    decision : Decision
        How it decides: :func:`sim.model.decide.quantal` unless a person or a
        script takes the seat.
    consent : Answer or None
        How it answers proposals: by chance unless a person takes the seat.
    """

    model: World

    def __init__(
        self, model: World, number: int, decision: Decision, consent: Answer | None = None
    ) -> None:
        super().__init__(model)
        layout, table = model.setting.layout, model.setting.table
        self.decision, self.consent = decision, consent
        self.id = layout.actors[number]
        self._attention = model.setting.description.actors[self.id].attention
        self._partners = [(w, b) for w, b in table.blocks if table.actor[b.start] == number]
        self._ways, self._levers = integers([w for w, _ in self._partners]), padded(self._partners)
        self._real = (self._levers >= 0)[..., None]
        self._asked = integers([w for w, b in table.blocks if table.target[b.start] == number])
        self._told = [model.setting.slot_names[w] for w in self._ways]
        self._heard = [model.setting.slot_names[w] for w in self._asked]

    def propose(self) -> None:
        """Pick a word and a deed toward each other actor, or let either pass."""
        world = self.model
        if self.decision is quantal and self._partners:
            world.pick[self._ways] = self._by_chance()
        else:
            for way, block in self._partners:
                view = world.view(way, block)
                pick = self._checked(self.decision(view), view)
                world.pick[way] = np.where(pick == PASS, PASS, pick + block.start)
        if self._attention is not None and self._attention < len(self._partners):
            self._keep_most_valued(self._attention)

    def _checked(self, pick: Any, view: View) -> Ints:
        """What a rule picked, one lever or ``PASS`` for each run.

        Raises
        ------
        ScenarioError
            Where it is no number of a lever, or that of a lever that is not open.
        """
        runs, levers = view.draw.shape[0], len(view.levers)
        picked = np.asarray(pick)
        if picked.dtype.kind not in "iu" or picked.shape not in ((), (runs,)):
            found = f"{picked.dtype} of shape {picked.shape}"
            raise self._wrong(view, f"the rule returned {found}", f"return {runs} whole numbers")
        picked = np.broadcast_to(picked, (runs,))
        if not ((picked >= PASS) & (picked < levers)).all():
            odd = int(picked[(picked < PASS) | (picked >= levers)][0])
            remedy = f"return numbers from 0 to {levers - 1}, places in view.levers, or PASS (-1)"
            raise self._wrong(view, f"the rule picked lever number {odd} of {levers}", remedy)
        shut = (picked >= 0) & ~view.open[picked, np.arange(runs)]
        if shut.any():
            lever = view.levers[int(picked[shut][0])]
            remedy = "pick where view.open is true, or PASS (-1)"
            raise self._wrong(view, f"the rule picked '{lever}', which is not open", remedy)
        return picked

    def _wrong(self, view: View, problem: str, remedy: str) -> ScenarioError:
        toward = self.model.setting.layout.directions[view.direction][1]
        place = Place("decisions", path=self.id)
        return ScenarioError(
            [Fault(place, f"in round {view.round} toward '{toward}' {problem}", remedy)]
        )

    def _by_chance(self) -> Ints:
        """Decide by quantal response toward all partners at a time."""
        world, levers = self.model, self._levers
        weight = weights_of_options(
            world.assessment.score.take(levers, axis=0),
            world.open.take(levers, axis=0) & self._real,
        )
        pick = by_chance(weight, world.streams.uniforms("choice", self._told, world.now))
        return np.where(pick == PASS, PASS, pick + levers[:, :1])

    def _keep_most_valued(self, attention: int) -> None:
        world = self.model
        ways = np.array([way for way, _ in self._partners])
        pick = world.pick[ways]
        # What is worth the same must not be told apart by the last bit of a sum.
        worth = np.round(world.of_picked(world.assessment.worth, pick, -np.inf), PLACES)
        dropped = np.argsort(-worth, axis=0, kind="stable")[attention:]
        world.pick[ways[dropped], np.arange(world.runs)] = PASS

    def answer(self) -> None:
        """Agree to or refuse each proposal; a lever that asks nobody is agreed to."""
        world, ways = self.model, self._asked
        draws = world.streams.uniforms("consent", self._heard, world.now)
        chance = world.of_picked(world.assessment.agree, world.pick[ways], 0.0)
        world.agreed[ways] = draws < chance
        if self.consent is None:
            return
        asks = world.asking(ways)
        for nth, way in enumerate(ways):
            direction, track = world.place(int(way))
            proposal = Proposal(world.now, direction, track, asks[nth], chance[nth], draws[nth])
            own = self.consent(proposal)
            world.agreed[way] = np.where(asks[nth], own, world.agreed[way])
