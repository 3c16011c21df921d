"""Why actors chose: what spoke for each candidate, and what moved each quantity.

Kept beside the runs, on request only, since it costs about as much as they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from sim.arrays import Bools, Floats
from sim.model.candidates import Sum
from sim.model.compiled import Setting
from sim.model.utility_breakdown import PARTS, parts_of_worth
from sim.model.world import World
from sim.scenario.phrases import Phrase

K = TypeVar("K")


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


_SUMS = (
    "_rounds", "_runs", "_proposal", "_answer", "_odds", "_sentiment", "_heat", "_used",
    "_proposed", "_open", "_paid", "_balance", "_change", "_happened", "_reacted", "_answered",
    "_trust", "_review", "_flowed", "_ruled", "_renewed",
)  # fmt: skip
"""What a ledger adds up."""


class Ledger:
    """Keeps the account of a scenario's runs, round by round.

    Parameters
    ----------
    setting : Setting
        Of the worlds it will be shown.
    """

    parts = True

    def __init__(self, setting: Setting) -> None:
        table, layout = setting.table, setting.layout
        self.setting = setting
        # One line for each round, so that an account can end where two arms part.
        lines, size = 1 + setting.description.calendar.rounds, len(table)
        self._rounds = np.zeros(lines)
        self._runs = 0
        self._proposal = np.zeros((lines, size, len(PARTS)))
        self._answer = np.zeros((lines, size, len(PARTS)))
        self._odds = np.zeros((lines, size, 2))
        self._used, self._proposed, self._open, self._paid = np.zeros((4, lines, size))
        self._sentiment, self._heat, self._trust, self._review = np.zeros((4, lines, size))
        self._flowed = np.zeros((lines, len(setting.bonds.flowing)))
        self._ruled, self._renewed = np.zeros((2, lines, len(layout.governed)))
        self._balance = np.zeros((lines, len(layout.pairs)))
        self._change = np.zeros((lines, len(table.effects)))
        self._happened = np.zeros((lines, len(setting.events.names)))
        reactors = setting.reactors
        ways, group = np.unique(
            layout.direction_number(reactors.third, reactors.mover), return_inverse=True
        )
        self._felt = [layout.directions[way] for way in ways]
        self._by_ends = Sum(
            group,
            len(self._felt),
            of=reactors.row,
            rows=table.thirds.size,
            sign=reactors.share,
        )
        self._reacted = np.zeros((lines, len(self._felt)))
        ways, group = np.unique(
            layout.direction_number(table.target, table.actor), return_inverse=True
        )
        self._answering = [layout.directions[way] for way in ways]
        self._by_answering = Sum(group, len(ways))
        self._answered = np.zeros((lines, len(ways)))

    def note(self, world: World) -> None:
        """Enter the round that a world has just been through; it must keep its parts."""
        table, look, now = self.setting.table, world.seen, world.now
        every = np.arange(len(table))
        # What a run was told in the round in which its numbers broke down means nothing.
        going = world.going & (world.records.failed != now)
        parts = parts_of_worth(table, look, world.assessment.agree, world.assessment.worth)
        for into, side in zip((self._proposal[now], self._answer[now]), parts, strict=True):
            for place, part in enumerate(side):
                into[:, place] += part[:, going].sum(axis=1)
        gained = (
            world.assessment.worth - world.ordinary.proposal,
            look.worth[1] - world.ordinary.answer,
        )
        for side, change in enumerate(gained):
            self._odds[now, :, side] += world.theory.felt(change)[:, going].sum(axis=1)
        self._sentiment[now] += world.assessment.sentiment[:, going].sum(axis=1)
        self._heat[now] += world.assessment.heat[:, going].sum(axis=1)
        self._trust[now] += self._summed(world.assessment.trust, going)
        self._review[now] += self._summed(world.assessment.review, going)
        self._lasting(world, going)
        accepted = world.accepted[:, going]
        self._used[now] += accepted.sum(axis=1)
        self._change[now] += (look.change[:, going] * accepted[table.effect_candidate]).sum(axis=1)
        warmth = look.reaction[..., going] * accepted[:, None]
        self._reacted[now] += self._by_ends(
            warmth.reshape(table.thirds.size, accepted.shape[1])
        ).sum(axis=1)
        answers = self._by_answering(look.answer[:, going] * accepted)
        self._answered[now] += answers.sum(axis=1)
        proposed = np.zeros_like(accepted)
        for slot, block in table.blocks:
            proposed[block] = world.pick[slot, going] == every[block, None]
        self._proposed[now] += proposed.sum(axis=1)
        self._open[now] += world.open[:, going].sum(axis=1)
        cost = np.broadcast_to(world.theory.cost, world.open.shape)[:, going]
        self._paid[now] -= (cost * proposed).sum(axis=1)
        affinity = world.x[self.setting.layout.rows("affinity")]
        self._balance[now] += self.setting.pull(affinity, world.theory)[:, going].sum(axis=1)
        self._happened[now] += world.happens[:, going].sum(axis=1)
        self._rounds[now] += float(going.sum())
        if now == 1:
            self._runs += world.runs

    @staticmethod
    def _summed(values: Floats, going: Bools) -> Floats:
        """Sum over the runs that go on, of values by run or the same in all."""
        found: Floats = np.broadcast_to(values, (len(values), len(going)))[:, going].sum(axis=1)
        return found

    def _lasting(self, world: World, going: Bools) -> None:
        """Enter what arrangements and governments did in the round."""
        now, layout = world.now, self.setting.layout
        if layout.trusting:
            self._flowed[now] += world.flowed[:, going].sum(axis=1)
        if layout.governed:
            self._ruled[now] -= self._summed(world.lasting.ruling, going)
        for actor, change in world.renewed.items():
            self._renewed[now, layout.governed.index(actor)] += change[going].sum()

    def add(self, other: Ledger) -> None:
        """Add the account of other runs of the same scenario."""
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def _by_arrangement(self, flowed: Floats) -> dict[tuple[str, Phrase], float]:
        layout = self.setting.layout
        keys = [
            (layout.instances[number].label, layout.phrases[row])
            for number, row in self.setting.bonds.flowing
        ]
        return {key: float(value) for key, value in zip(keys, flowed, strict=True)}

    def account(self, until: int | None = None) -> Account:
        """The means so far, up to and with round ``until`` where it is given."""
        table, layout = self.setting.table, self.setting.layout
        names = layout.actors
        upto = slice(None, None if until is None else until + 1)
        runs, rounds = max(self._runs, 1), max(float(self._rounds[upto].sum()), 1.0)

        def total(lines: Floats) -> Floats:
            summed: Floats = lines[upto].sum(axis=0)
            return summed

        def by_name(keys: Sequence[K], lines: Floats) -> dict[K, float]:
            return {key: float(value) / runs for key, value in zip(keys, total(lines), strict=True)}

        return Account(
            candidates=tuple((c.name, names[c.actor], names[c.target]) for c in table.rows),
            proposal=total(self._proposal) / rounds,
            answer=total(self._answer) / rounds,
            odds=total(self._odds) / rounds,
            sentiment=total(self._sentiment) / rounds,
            heat=total(self._heat) / rounds,
            trust=total(self._trust) / rounds,
            review=total(self._review) / rounds,
            used=total(self._used) / runs,
            moved=tuple((k, layout.phrases[effect.row]) for k, effect in table.effects),
            change=total(self._change) / runs,
            reacted=by_name(self._felt, self._reacted),
            answered=by_name(self._answering, self._answered),
            proposed=total(self._proposed) / runs,
            open=total(self._open) / rounds,
            paid=total(self._paid) / runs,
            balance=by_name(layout.pairs, self._balance),
            happened=by_name(self.setting.events.names, self._happened),
            flowed=self._by_arrangement(total(self._flowed) / runs),
            ruled=by_name(layout.governed, self._ruled),
            renewed=by_name(layout.governed, self._renewed),
        )
