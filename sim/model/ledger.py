"""Why actors chose: what spoke for each candidate, and what moved each quantity.

Kept beside the runs, on request only, since it costs about as much as they do: in each round
sums over runs are entered for every candidate. What they are made of: ``docs/model.md``, section 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.choice import felt
from sim.model.parts import BESIDE, CONSENT, parts_of, told_parts
from sim.model.resolve import find_pull
from sim.model.vectors import (
    Flat,
    Index,
    Mask,
    Record,
    Rows,
    Vector,
    accumulate,
    fetch,
    helper,
    number,
    section,
    select,
)
from sim.model.workspace import Scratch, Tables
from sim.scenario.phrases import Phrase

if TYPE_CHECKING:
    from sim.model.compiled import CompiledScenario
    from sim.model.record import Model
    from sim.model.world import World


@dataclass(frozen=True)
class Account:
    """Means over runs, summed over the rounds or averaged over them.

    Attributes
    ----------
    candidates : tuple of (lever, actor, target)
    parts : tuple of str
        What worth is made of, as :func:`sim.model.parts.told_parts` gives it.
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
    parts: tuple[str, ...]
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


_NOT_OF_ANSWERS = len(BESIDE) - CONSENT
"""The last parts of a proposal: whoever answers reckons with no refusal, and pays nothing."""
_BY_ROUND = ("proposal", "answer", "odds", "sentiment", "heat", "trust", "review", "open")
"""What an account averages over the rounds."""
_BY_RUN = ("used", "change", "proposed", "paid")
"""What it sums over the rounds, per run."""


# What is entered in each round, run by run.


class LedgerFields(Record):
    """Sums over runs, and where those of each entry begin."""

    accounts: int  # 1 where an account is kept
    account: Flat  # shape (rounds + 1, entries)
    counted: Flat  # by run of the block: 1 where it is its own, 0 where it fills a vector up
    entries: int
    entry_proposal: int  # by part, then candidate; so is the next
    entry_answer: int
    entry_odds: int  # of proposing, then of agreeing
    entry_sentiment: int
    entry_heat: int
    entry_trust: int
    entry_review: int
    entry_used: int
    entry_proposed: int
    entry_open: int
    entry_paid: int
    entry_change: int
    entry_reacted: int
    entry_answered: int
    entry_flowed: int
    entry_ruled: int
    entry_renewed: int
    entry_balance: int
    entry_happened: int
    entry_rounds: int
    reacting: int  # ordered pairs of which the first may react to what the second does
    react_actor: Index  # by candidate and third party: place of its reaction to the actor
    react_target: Index
    reacted: Rows  # in this round
    answering: int  # ordered pairs of which the second may do something toward the first
    answer_place: Index  # by candidate
    answered: Rows


def entries(compiled: CompiledScenario) -> dict[str, tuple[int, ...]]:
    """The shape of each entry, in their order."""
    table, layout = compiled.table, compiled.layout
    each, parts = (len(table),), len(parts_of(compiled.description))
    return {
        "proposal": (parts, *each),
        "answer": (parts - _NOT_OF_ANSWERS, *each),
        "odds": (2, *each),
        **dict.fromkeys(("sentiment", "heat", "trust", "review"), each),
        **dict.fromkeys(("used", "proposed", "open", "paid"), each),
        "change": (len(table.effects),),
        "reacted": (len(_reacting_ways(compiled)),),
        "answered": (len(np.unique(_answering(compiled))),),
        "flowed": (len(compiled.lasting.flowing),),
        **dict.fromkeys(("ruled", "renewed"), (len(layout.governed),)),
        "balance": (len(layout.pairs),),
        "happened": (len(compiled.events.names),),
        "rounds": (1,),
    }


def _reacting(compiled: CompiledScenario) -> tuple[Ints, Ints]:
    """Who reacts to the actor of each candidate, and to its target, as ordered pairs.

    By candidate and third party; -1 where the target is not asked, and so takes no part.
    """
    layout, table = compiled.layout, compiled.table
    to_actor, to_target = (
        layout.direction_number(table.thirds, end[:, None]) for end in (table.actor, table.target)
    )
    return to_actor, np.where(table.asks, to_target, -1)


def _reacting_ways(compiled: CompiledScenario) -> Ints:
    """The ordered pairs of which the first may react to what the second does."""
    every = np.unique(np.stack(_reacting(compiled)))
    return every[every >= 0]


def _answering(compiled: CompiledScenario) -> Ints:
    """Of each candidate, who answers whom, as an ordered pair."""
    return compiled.layout.direction_number(compiled.table.target, compiled.table.actor)


def ledger_tables(compiled: CompiledScenario) -> Tables:
    """The tables of an account."""
    sizes = {name: int(np.prod(shape)) for name, shape in entries(compiled).items()}
    starts = np.cumsum([0, *sizes.values()]).tolist()
    to_actor, to_target = _reacting(compiled)
    reacting = _reacting_ways(compiled)
    _, answer_place = np.unique(_answering(compiled), return_inverse=True)
    return {
        "entries": starts[-1],
        **{f"entry_{name}": start for name, start in zip(sizes, starts, strict=False)},
        "reacting": sizes["reacted"],
        "react_actor": np.searchsorted(reacting, to_actor).ravel(),
        "react_target": np.searchsorted(reacting, to_target).ravel(),
        "reacted": Scratch(sizes["reacted"]),
        "answering": sizes["answered"],
        "answer_place": answer_place,
        "answered": Scratch(sizes["answered"]),
    }


@section
def note(m: Model, now: int, offset: int) -> None:
    """Enter the round that runs have just been through."""
    # What a run was told in the round in which its numbers broke down means nothing.
    whole = fetch(m.record_failed, offset, m) != now
    counts = (m.going[0] != 0) & whole & (fetch(m.counted, offset, m) != 0)
    line = now * m.entries
    _note_reasons(m, line, counts)
    _note_uses(m, line, counts)
    _note_warmth(m, line, counts)
    for n in range(m.flows):
        _enter(m, line + m.entry_flowed + n, m.flowed[n], counts)
    for g in range(m.governments):
        cost = m.parameter[m.ruling_cost[m.governor[g]]]
        _enter(m, line + m.entry_ruled + g, -cost, counts)
        _enter(m, line + m.entry_renewed + g, m.renewed[g], counts)
    find_pull(m)
    for p in range(m.pairs):
        _enter(m, line + m.entry_balance + p, m.pull[p], counts)
    for e in range(m.events):
        _enter(m, line + m.entry_happened + e, m.happens[e], counts)
    _enter(m, line + m.entry_rounds, number(counts), counts)


@helper
def _enter(m: Model, place: int, value: Vector, counts: Mask) -> None:
    """Add an entry of the runs that count to its sum."""
    accumulate(m.account, place, select(counts, value, 0.0), m)


@helper
def _note_reasons(m: Model, line: int, counts: Mask) -> None:
    """What spoke for each candidate."""
    for n in range(m.part_count * m.candidates):
        _enter(m, line + m.entry_proposal + n, m.worth_parts[n], counts)
    for n in range((m.part_count - _NOT_OF_ANSWERS) * m.candidates):
        part = m.worth_parts[m.part_count * m.candidates + n]
        _enter(m, line + m.entry_answer + n, part, counts)
    for k in range(m.candidates):
        mine = felt(m, m.expected[k] - m.usual_proposal[k])
        theirs = felt(m, m.worth[m.candidates + k] - m.usual_answer[k])
        _enter(m, line + m.entry_odds + k, mine, counts)
        _enter(m, line + m.entry_odds + m.candidates + k, theirs, counts)
        _enter(m, line + m.entry_sentiment + k, m.sentiment_felt[k], counts)
        _enter(m, line + m.entry_heat + k, m.heat_felt[k], counts)
        _enter(m, line + m.entry_trust + k, m.trust_felt[k], counts)
        _enter(m, line + m.entry_review + k, m.review_felt[k], counts)


@helper
def _note_uses(m: Model, line: int, counts: Mask) -> None:
    """What was open, proposed and done, and what it cost and moved."""
    for k in range(m.candidates):
        proposed = number(m.pick[m.candidate_slot[k]] == k)
        _enter(m, line + m.entry_used + k, m.accepted[k], counts)
        _enter(m, line + m.entry_proposed + k, proposed, counts)
        _enter(m, line + m.entry_open + k, m.open[k], counts)
        _enter(m, line + m.entry_paid + k, -(proposed * m.parameter[m.cost_row[k]]), counts)
    for e in range(m.effects):
        moved = m.accepted[m.effect_candidate[e]] * m.change[e]
        _enter(m, line + m.entry_change + e, moved, counts)


@helper
def _note_warmth(m: Model, line: int, counts: Mask) -> None:
    """What others made of acts."""
    for n in range(m.reacting):
        _enter(m, line + m.entry_reacted + n, m.reacted[n], counts)
    for n in range(m.answering):
        m.answered[n] = 0.0
    for k in range(m.candidates):
        m.answered[m.answer_place[k]] += m.answer[k] * m.accepted[k]
    for n in range(m.answering):
        _enter(m, line + m.entry_answered + n, m.answered[n], counts)


class Ledger:
    """Keeps the account of a scenario's runs, round by round, of worlds that keep one."""

    def __init__(self, compiled: CompiledScenario) -> None:
        self.compiled = compiled
        self._runs = 0
        self._shapes = entries(compiled)
        # One line for each round, so that an account can end where two arms part.
        width = sum(int(np.prod(shape)) for shape in self._shapes.values())
        self._sums = np.zeros((compiled.rounds + 1, width))

    def enter(self, world: World) -> None:
        """Add the account of the runs of a world."""
        self._runs += world.runs
        self._sums += world.account

    def add(self, other: Ledger) -> None:
        """Add the account of other runs of the same scenario."""
        self._runs += other._runs
        self._sums += other._sums

    def account(self, until: int | None = None) -> Account:
        """The means so far, up to and with round ``until`` where it is given."""
        table, layout = self.compiled.table, self.compiled.layout
        upto = slice(None, None if until is None else until + 1)
        whole = self._sums[upto].sum(axis=0)
        sizes = [int(np.prod(shape)) for shape in self._shapes.values()]
        totals: dict[str, Floats] = {
            name: part.reshape(shape).T
            for (name, shape), part in zip(
                self._shapes.items(), np.split(whole, np.cumsum(sizes)[:-1]), strict=True
            )
        }
        totals["answer"] = np.pad(totals["answer"], ((0, 0), (0, _NOT_OF_ANSWERS)))
        runs, rounds = max(self._runs, 1), max(float(totals["rounds"][0]), 1.0)
        keys: dict[str, Sequence[Any]] = {
            "reacted": [layout.directions[way] for way in _reacting_ways(self.compiled)],
            "answered": [layout.directions[way] for way in np.unique(_answering(self.compiled))],
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
            parts=told_parts(self.compiled.description),
            moved=tuple((k, layout.phrases[effect.row]) for k, effect in table.effects),
            **means,
        )
