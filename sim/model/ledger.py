"""Why actors chose: what spoke for each candidate, and what moved each quantity.

Kept beside the runs, on request only, since it costs about as much as they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.arrays import Floats
from sim.model.candidates import Sum
from sim.model.compiled import CompiledScenario
from sim.model.utility import PARTS, utility_parts
from sim.model.world import World
from sim.scenario.phrases import Phrase


@dataclass(frozen=True)
class Account:
    """Means over runs, summed over the rounds or averaged over them.

    Attributes
    ----------
    candidates : tuple of (lever, actor, target)
    proposal, answer : shape (candidates, parts)
        What speaks for proposing it, and for agreeing to it: hundredths of
        weighted value, by part; mean over the rounds.
    odds : shape (candidates, 2)
        Log-odds of proposing it, and of agreeing to it, against ordinary times, from
        its actor's, and its target's, interests; mean over the rounds.
    sentiment : shape (candidates,)
        Log-odds of proposing it from how the two stand to one another; of agreeing to it
        as well, where it is friendly.
    heat : shape (candidates,)
        Log-odds of proposing it from the heat of their quarrel.
    trust, review : shape (candidates,)
        Log-odds of agreeing to it from trust in who proposes it, and of proposing it from a
        new government's review.
    used : shape (candidates,)
        Accepted uses per run.
    moved : tuple of (candidate number, Phrase)
        The quantities that each candidate moves.
    change : shape (moved,)
        What it moved them by, per run, over all rounds.
    reacted : dict of (third party, mover) -> float
        Push on their affinity from the third party's reactions, per run.
    answered : dict of (answering, mover) -> float
        Push on their affinity from what the one makes of what the other does toward it,
        per run; where both agree on an act, from what the two make of it.
    proposed : shape (candidates,)
        Proposals per run, agreed to or not.
    open : shape (candidates,)
        Share of the rounds in which the actor could choose it.
    paid : shape (candidates,)
        Push on the actor's support from what its proposals cost, per run.
    balance : dict of (actor, actor) -> float
        Pull of structural balance on their affinity, per run.
    happened : dict of event -> float
        Times that it happened, per run.
    flowed : dict of (arrangement, Phrase) -> float
        What each arrangement moved each quantity by while it was in force, per run.
    ruled : dict of actor -> float
        Push on its support from what ruling costs, per run.
    renewed : dict of actor -> float
        What new governments moved its support by as they came, per run.
    """

    candidates: tuple[tuple[str, str, str], ...]
    proposal: Floats
    answer: Floats
    odds: Floats
    sentiment: Floats
    heat: Floats
    trust: Floats
    review: Floats
    used: Floats
    moved: tuple[tuple[int, Phrase], ...]
    change: Floats
    reacted: dict[tuple[str, str], float]
    answered: dict[tuple[str, str], float]
    proposed: Floats
    open: Floats
    paid: Floats
    balance: dict[tuple[str, str], float]
    happened: dict[str, float]
    flowed: dict[tuple[str, Phrase], float]
    ruled: dict[str, float]
    renewed: dict[str, float]


_BY_ROUND = ("proposal", "answer", "odds", "sentiment", "heat", "trust", "review", "open")
"""What an account averages over the rounds."""
_BY_RUN = ("used", "change", "proposed", "paid")
"""What it sums over the rounds, per run."""


class Ledger:
    """Keeps the account of a scenario's runs, round by round, of worlds that keep their parts."""

    parts = True

    def __init__(self, compiled: CompiledScenario) -> None:
        table, layout, reactors = compiled.table, compiled.layout, compiled.reactors
        self.compiled = compiled
        self._runs = 0
        reacting = layout.direction_number(reactors.third, reactors.mover)
        self._reacting = np.unique(reacting)
        self._by_reacting = Sum(
            np.searchsorted(self._reacting, reacting),
            len(self._reacting),
            reactors.row,
            table.thirds.size,
            reactors.share,
        )
        answering = layout.direction_number(table.target, table.actor)
        self._answering = np.unique(answering)
        self._by_answering = Sum(np.searchsorted(self._answering, answering), len(self._answering))
        each = (len(table),)
        shapes: dict[str, tuple[int, ...]] = {
            "proposal": (*each, len(PARTS)),
            "answer": (*each, len(PARTS)),
            "odds": (*each, 2),
            **dict.fromkeys(("sentiment", "heat", "trust", "review"), each),
            **dict.fromkeys(("used", "proposed", "open", "paid"), each),
            "change": (len(table.effects),),
            "reacted": (len(self._reacting),),
            "answered": (len(self._answering),),
            "flowed": (len(compiled.lasting.flowing),),
            **dict.fromkeys(("ruled", "renewed"), (len(layout.governed),)),
            "balance": (len(layout.pairs),),
            "happened": (len(compiled.events.names),),
            "rounds": (),
        }
        # One line for each round, so that an account can end where two arms part.
        lines = 1 + compiled.description.calendar.rounds
        self._sums = {name: np.zeros((lines, *shape)) for name, shape in shapes.items()}

    def note(self, world: World) -> None:
        """Enter the round that a world has just been through; it must keep its parts."""
        table, found, chosen = self.compiled.table, world.evaluation, world.assessment
        layout, lasting, now = self.compiled.layout, world.lasting, world.now
        # What a run was told in the round in which its numbers broke down means nothing.
        going = world.going & (world.records.failed != now)

        def summed(values: Floats) -> Floats:
            """Over the runs that go on, of values by run or the same in all."""
            every = np.broadcast_to(values, (*values.shape[:-1], len(going)))
            return every[:, going].sum(axis=1)

        def enter(name: str, sums: Floats) -> None:
            self._sums[name][now] += sums

        sides = utility_parts(table, found, chosen.agree, chosen.worth)
        for name, side in zip(("proposal", "answer"), sides, strict=True):
            enter(name, np.stack([summed(part) for part in side], axis=1))
        gained = (chosen.worth - world.reference.proposal, found.worth[1] - world.reference.answer)
        enter("odds", np.stack([summed(world.theory.felt(one)) for one in gained], axis=1))
        for name in ("sentiment", "heat", "trust", "review"):
            enter(name, summed(getattr(chosen, name)))
        if world.flowed is not None:
            enter("flowed", summed(world.flowed))
        enter("ruled", -summed(lasting.cost_of_ruling))
        for actor, change in world.renewed.items():
            self._sums["renewed"][now, layout.governed.index(actor)] += change[going].sum()
        accepted = world.accepted[:, going]
        enter("used", accepted.sum(axis=1))
        moved = found.change[:, going] * accepted[table.effect_candidate]
        enter("change", moved.sum(axis=1))
        warmth = found.reaction[..., going] * accepted[:, None]
        warmth = warmth.reshape(table.thirds.size, accepted.shape[1])
        enter("reacted", self._by_reacting(warmth).sum(axis=1))
        answers = self._by_answering(found.answer[:, going] * accepted)
        enter("answered", answers.sum(axis=1))
        proposed = np.zeros_like(accepted)
        for slot, block in table.blocks:
            every = np.arange(block.start, block.stop)
            proposed[block] = world.pick[slot, going] == every[:, None]
        enter("proposed", proposed.sum(axis=1))
        enter("open", world.open[:, going].sum(axis=1))
        cost = np.broadcast_to(world.theory.cost, world.open.shape)[:, going]
        enter("paid", -(cost * proposed).sum(axis=1))
        enter("balance", summed(self.compiled.pull(world.x[layout.rows("affinity")], world.theory)))
        enter("happened", world.happens[:, going].sum(axis=1))
        self._sums["rounds"][now] += float(going.sum())
        if now == 1:
            self._runs += world.runs

    def add(self, other: Ledger) -> None:
        """Add the account of other runs of the same scenario."""
        self._runs += other._runs
        for name, sums in other._sums.items():
            self._sums[name] += sums

    def account(self, until: int | None = None) -> Account:
        """The means so far, up to and with round ``until`` where it is given."""
        table, layout = self.compiled.table, self.compiled.layout
        upto = slice(None, None if until is None else until + 1)
        totals = {name: sums[upto].sum(axis=0) for name, sums in self._sums.items()}
        runs, rounds = max(self._runs, 1), max(float(totals["rounds"]), 1.0)
        keys: dict[str, Sequence[Any]] = {
            "reacted": [layout.directions[way] for way in self._reacting],
            "answered": [layout.directions[way] for way in self._answering],
            "balance": layout.pairs,
            "happened": self.compiled.events.names,
            "flowed": [
                (layout.instances[number].label, layout.phrases[row])
                for number, row in self.compiled.lasting.flowing
            ],
            "ruled": layout.governed,
            "renewed": layout.governed,
        }
        means: dict[str, Any] = {name: totals[name] / rounds for name in _BY_ROUND}
        means |= {name: totals[name] / runs for name in _BY_RUN}
        for name, of in keys.items():
            means[name] = dict(zip(of, (totals[name] / runs).tolist(), strict=True))
        return Account(
            candidates=tuple(table.keys),
            moved=tuple((k, layout.phrases[effect.row]) for k, effect in table.effects),
            **means,
        )
