"""Beliefs: what an actor holds possible of a number of another, and learns from what it does.

Bayes's rule over a few hypotheses, each of which says how likely every act of the other is by the
same quantal response by which the other does choose. Text: ``docs/model.md``, section 6.14.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.model.candidates import integers
from sim.model.choice import (
    WITHOUT_END,
    chance_of_consent,
    expected_of,
    find_open,
    find_scores,
    score_of,
)
from sim.model.elementary import exp
from sim.model.look import look
from sim.model.ordinary import find_ordinary_times
from sim.model.parts import split_proposal
from sim.model.start import within
from sim.model.vectors import (
    Index,
    Mask,
    Numbers,
    Record,
    Rows,
    Singles,
    Vector,
    helper,
    maximum,
    put,
    section,
    select,
)
from sim.model.workspace import Kept, Paths, Scratch, Tables, starts
from sim.scenario.beliefs import Held, beliefs_of
from sim.scenario.phrases import Phrase

if TYPE_CHECKING:
    from sim.model.compiled import CompiledScenario
    from sim.model.record import Model

STEPS = 5
"""Hypotheses on either side of the mean, half a standard deviation apart."""
POINTS = 2 * STEPS + 1
"""Hypotheses of a belief."""
STEP = 0.5
PLACES = tuple(STEP * (n - STEPS) for n in range(POINTS))
"""Where they lie, in standard deviations from the mean."""
DENSITY = tuple(round(math.exp(-place * place / 2), 12) for place in PLACES)
"""How likely each is at the start, beside the mean; rounded, since libraries differ."""
LOWER, UPPER = 0.1, 0.9
"""Quantiles of a belief that are recorded: the ends of its interval of 80 %."""
TOLD = 4
"""Numbers that are recorded of a belief: mean, lower and upper end, and the truth."""
LEAST = 1e-12
"""What is as good as impossible, but may be laid down from outside all the same."""


class BeliefFields(Record):
    """Hypotheses and what each says. Lists by belief end where those of the next one begin."""

    beliefs: int
    believed_points: int  # hypotheses of each
    belief_place: Numbers  # by hypothesis
    belief_density: Numbers
    belief_row: Index  # by belief: row of the state that it is about; -1: a parameter
    belief_number: Index  # row of the parameter, with which the state starts
    belief_mean: Index  # rows of parameters
    belief_spread: Index
    belief_most: Numbers  # the greatest that the number may be
    belief_government: Index  # whose new one is doubted anew; -1: none
    belief_short: Index  # whether the other has too little attention for all of its moves
    belief_stages: int  # 2 where one is doubted that doubts, too
    is_hoped: Index  # by candidate: whether its actor doubts its target
    supposed_asked: Index  # where those begin that the other asks or is asked
    supposed_asked_number: Index  # place among all that asks
    supposed_asked_other: Index  # whether the other answers it
    supposed_asked_holder: Index  # and whether it is the holder's
    supposed_answers: Index  # where their rows begin
    supposed_block: Index  # where the blocks of the other begin
    supposed_block_number: Index
    supposed_block_row: Index  # where the rows of each begin, of the first hypothesis
    supposed_moves: Index  # rows of one hypothesis
    belief: Rows  # by belief, then hypothesis: how likely it is
    belief_from: Rows  # by belief: where the number stood when the belief was formed
    belief_truth: Rows  # where it stands, while it is supposed to stand elsewhere
    likelihood: Rows  # by hypothesis of one belief
    supposed_usual_answer: Rows  # What and Xhat of 6.5 under each hypothesis
    supposed_usual_proposal: Rows
    supposed_agree: Rows  # chance of consent, and of each choice of the other
    supposed_chance: Rows
    believed: Rows  # by candidate: chance of consent as its actor sees it
    record_belief: Singles  # shape (rounds + 1, TOLD x beliefs, width)


def belief_tables(compiled: CompiledScenario, path: Paths) -> Tables:
    """The tables of beliefs; none where nobody doubts anything."""
    held = beliefs_of(compiled.description)
    if not held:
        return {}
    layout, table = compiled.layout, compiled.table
    every = np.flatnonzero(table.asks[:, 0])
    ends = [tuple(layout.actors.index(n) for n in (h.belief.by, h.about.actor)) for h in held]
    numbers: list[list[int]] = []
    blocks: list[list[int]] = []
    rows: list[int] = []
    moves: list[int] = []
    for _, two in ends:
        own = (table.target[every] == two) | (table.actor[every] == two)
        numbers.append(np.flatnonzero(own).tolist())
        theirs = [(b, block) for b, (_, block) in enumerate(table.blocks)
                  if table.actor[block.start] == two]  # fmt: skip
        blocks.append([b for b, _ in theirs])
        first = POINTS * sum(moves)
        begins = np.cumsum([0, *(block.stop - block.start for _, block in theirs)])
        rows += [first + int(begin) for begin in begins[:-1]]
        moves.append(int(begins[-1]))
    asked, asked_number = starts(numbers)
    block, block_number = starts(blocks)
    of_belief = np.repeat(np.arange(len(held)), np.diff(asked))
    by, other = (np.array([one[end] for one in ends])[of_belief] for end in (0, 1))
    candidate = every[asked_number]
    answers = table.target[candidate] == other
    pairs = [(table.actor == one) & (table.target == two) for one, two in ends]
    doubting = {one for one, _ in ends}
    return {
        "beliefs": len(held),
        "believed_points": POINTS,
        "belief_place": PLACES,
        "belief_density": DENSITY,
        "belief_row": [_row(compiled, one) for one in held],
        "belief_number": [path(one.about.path) for one in held],
        "belief_mean": [path(f"beliefs.{one.id}.mean") for one in held],
        "belief_spread": [path(f"beliefs.{one.id}.spread") for one in held],
        "belief_most": [one.about.most for one in held],
        "belief_government": [_government(compiled, one) for one in held],
        "belief_short": [_short(compiled, one, len(own)) for one, own in
                         zip(held, blocks, strict=True)],
        "belief_stages": 1 + any(two in doubting for _, two in ends),
        "is_hoped": np.any(pairs, axis=0),
        "supposed_asked": asked,
        "supposed_asked_number": asked_number,
        "supposed_asked_other": answers,
        "supposed_asked_holder": answers & (table.actor[candidate] == by),
        "supposed_answers": POINTS * asked,
        "supposed_block": block,
        "supposed_block_number": block_number,
        "supposed_block_row": integers(rows),
        "supposed_moves": moves,
        "belief": Kept(len(held) * POINTS),
        "belief_from": Kept(len(held)),
        "belief_truth": Scratch(len(held)),
        "likelihood": Scratch(POINTS),
        "supposed_usual_answer": Kept(POINTS * len(asked_number)),
        "supposed_usual_proposal": Kept(POINTS * sum(moves)),
        "supposed_agree": Scratch(POINTS * len(asked_number)),
        "supposed_chance": Scratch(POINTS * sum(moves)),
        "believed": Scratch(len(table)),
    }  # fmt: skip


def _row(compiled: CompiledScenario, held: Held) -> int:
    """The row of the state that is doubted; -1 for what is no quantity."""
    about = held.about
    if about.issue is None:
        return -1
    return compiled.layout.row(Phrase("salience", (about.actor, about.issue)))


def _government(compiled: CompiledScenario, held: Held) -> int:
    """The government by which the number may be drawn anew."""
    actor = compiled.layout.actors.index(held.about.actor)
    every = [one.actor for one in compiled.governments.all]
    return every.index(actor) if held.about.issue and actor in every else -1


def _short(compiled: CompiledScenario, held: Held, moves: int) -> bool:
    attention = compiled.description.actors[held.about.actor].attention
    return attention is not None and attention < moves


@helper
def true_number(m: Model, b: int) -> Vector:
    """What the number is that is doubted."""
    found = m.parameter[m.belief_number[b]]
    if m.belief_row[b] >= 0:
        found = m.x[m.belief_row[b]]
    return found


@helper
def stated(m: Model, b: int, g: int) -> Vector:
    """What it is by a hypothesis, as the belief was formed; it may lie outside its range."""
    return m.parameter[m.belief_mean[b]] + m.parameter[m.belief_spread[b]] * m.belief_place[g]


@helper
def supposed(m: Model, b: int, g: int) -> Vector:
    """What it is by a hypothesis now: what has moved it since, all have seen."""
    place = stated(m, b, g)
    if m.belief_row[b] >= 0:
        place = place + (m.belief_truth[b] - m.belief_from[b])
    return within(place, 0.0, m.belief_most[b])


@helper
def _put_number(m: Model, b: int, value: Vector) -> None:
    """Let the number be another."""
    if m.belief_row[b] >= 0:
        m.x[m.belief_row[b]] = value
    else:
        m.parameter[m.belief_number[b]] = value


@helper
def _form(m: Model, b: int, here: Mask) -> None:
    """Form a belief where it is said: that of the start, cut at the ends of the range."""
    first = b * m.believed_points
    whole = m.zero[0]
    for g in range(m.believed_points):
        place = stated(m, b, g)
        inside = (place >= 0.0) & (place <= m.belief_most[b])
        m.likelihood[g] = select(inside, m.belief_density[g], 0.0)
        whole = whole + m.likelihood[g]
    for g in range(m.believed_points):
        m.belief[first + g] = select(here, m.likelihood[g] / whole, m.belief[first + g])
    m.belief_from[b] = select(here, true_number(m, b), m.belief_from[b])


@section
def start_beliefs(m: Model) -> None:
    """Begin a run: each believes what the scenario says."""
    for b in range(m.beliefs):
        _form(m, b, m.zero[0] == 0.0)


@section
def renew_beliefs(m: Model) -> None:
    """A new government is doubted anew."""
    for b in range(m.beliefs):
        if m.belief_government[b] >= 0:
            _form(m, b, m.came[m.belief_government[b]] > 0)


@section
def find_supposed_ordinary_times(m: Model, base: Model) -> None:
    """What is usual by each hypothesis, which has to explain the same ordinary times."""
    for b in range(m.beliefs):
        held = m.belief_number[b]
        m.belief_truth[b] = m.parameter[held]
        for g in range(m.believed_points):
            m.parameter[held] = within(stated(m, b, g), 0.0, m.belief_most[b])
            find_ordinary_times(m, base)
            start, stop = m.supposed_asked[b], m.supposed_asked[b + 1]
            row = m.supposed_answers[b] + g * (stop - start)
            for n in range(start, stop):
                k = m.asked_candidate[m.supposed_asked_number[n]]
                m.supposed_usual_answer[row + n - start] = m.usual_answer[k]
            for n in range(m.supposed_block[b], m.supposed_block[b + 1]):
                first = m.block_start[m.supposed_block_number[n]]
                row = m.supposed_block_row[n] + g * m.supposed_moves[b]
                for k in range(first, m.block_stop[m.supposed_block_number[n]]):
                    m.supposed_usual_proposal[row + k - first] = m.usual_proposal[k]
        m.parameter[held] = m.belief_truth[b]


@section
def suppose(m: Model, now: int) -> None:
    """What the one that is doubted would do, and agree to, by each hypothesis.

    Where it doubts somebody itself, it hopes by its own belief: that is found first.
    """
    find_open(m, now)
    for stage in range(m.belief_stages):
        for b in range(m.beliefs):
            m.belief_truth[b] = true_number(m, b)
            for g in range(m.believed_points):
                _put_number(m, b, supposed(m, b, g))
                look(m)
                find_scores(m)
                _suppose_answers(m, b, g, stage)
                _suppose_choices(m, b, g)
                _put_number(m, b, m.belief_truth[b])
        for b in range(m.beliefs):
            _hope(m, b)


@helper
def _suppose_answers(m: Model, b: int, g: int, stage: int) -> None:
    """The chances of consent by a hypothesis, to the other and of the other."""
    start, stop = m.supposed_asked[b], m.supposed_asked[b + 1]
    row = m.supposed_answers[b] + g * (stop - start)
    for n in range(start, stop):
        k = m.asked_candidate[m.supposed_asked_number[n]]
        usual = m.supposed_usual_answer[row + n - start]
        agree = chance_of_consent(m, m.supposed_asked_number[n], usual)
        m.supposed_agree[row + n - start] = agree
        m.agree[k] = agree
        if stage > 0 and m.is_hoped[k] == 1:
            m.agree[k] = m.believed[k]


@helper
def _suppose_choices(m: Model, b: int, g: int) -> None:
    """The chances of what the other chooses by a hypothesis."""
    for n in range(m.supposed_block[b], m.supposed_block[b + 1]):
        start = m.block_start[m.supposed_block_number[n]]
        stop = m.block_stop[m.supposed_block_number[n]]
        row = m.supposed_block_row[n] + g * m.supposed_moves[b]
        most = m.zero[0]
        for k in range(start, stop):
            m.expected[k] = expected_of(m, k, m.agree[k])
            m.score[k] = score_of(m, k, m.supposed_usual_proposal[row + k - start])
            most = maximum(most, select(m.open[k] != 0, m.score[k], -WITHOUT_END))
        whole = exp(-most)
        for k in range(start, stop):
            chance = select(m.open[k] != 0, exp(m.score[k] - most), 0.0)
            m.supposed_chance[row + k - start] = chance
            whole = whole + chance
        for k in range(stop - start):
            m.supposed_chance[row + k] = m.supposed_chance[row + k] / whole


@helper
def _hope(m: Model, b: int) -> None:
    """The chance of consent that a holder expects: that of each hypothesis, as it is believed."""
    start, stop = m.supposed_asked[b], m.supposed_asked[b + 1]
    for n in range(start, stop):
        if m.supposed_asked_holder[n] == 1:
            hoped = m.zero[0]
            for g in range(m.believed_points):
                row = m.supposed_answers[b] + g * (stop - start) + n - start
                hoped = hoped + m.belief[b * m.believed_points + g] * m.supposed_agree[row]
            m.believed[m.asked_candidate[m.supposed_asked_number[n]]] = hoped


@section
def expect(m: Model) -> None:
    """What proposals are worth to those who doubt whether the other agrees."""
    for k in range(m.candidates):
        if m.is_hoped[k] == 0 or m.candidate_asks[k] == 0:
            m.believed[k] = m.agree[k]
        else:
            m.expected[k] = expected_of(m, k, m.believed[k])
            m.score[k] = score_of(m, k, m.usual_proposal[k])
            if m.keeps_parts == 1:
                split_proposal(m, k, m.believed[k])


@section
def learn(m: Model) -> None:
    """Bayes: hypotheses gain by what the other did and answered in the round as they foresaw it."""
    for b in range(m.beliefs):
        first = b * m.believed_points
        whole = m.zero[0]
        for g in range(m.believed_points):
            likely = _likely_choices(m, b, g) * _likely_answers(m, b, g)
            m.likelihood[g] = m.belief[first + g] * likely
            whole = whole + m.likelihood[g]
        learns = (m.going[0] != 0) & (whole > 0)
        for g in range(m.believed_points):
            m.belief[first + g] = select(learns, m.likelihood[g] / whole, m.belief[first + g])


@helper
def _likely_choices(m: Model, b: int, g: int) -> Vector:
    """How likely a hypothesis makes what the other chose, of words and deeds, toward all."""
    found = m.zero[0] + 1.0
    for n in range(m.supposed_block[b], m.supposed_block[b + 1]):
        block = m.supposed_block_number[n]
        start, stop = m.block_start[block], m.block_stop[block]
        row = m.supposed_block_row[n] + g * m.supposed_moves[b]
        pick = m.pick[m.block_slot[block]]
        chosen, acts = m.zero[0], m.zero[0]
        for k in range(start, stop):
            chance = m.supposed_chance[row + k - start]
            acts = acts + chance
            chosen = select(pick == k, chance, chosen)
        if m.belief_short[b] == 1:
            # Whether it acts hangs on what else it had to attend to: only which act tells.
            chosen = select(pick < 0, 1.0, maximum(LEAST, chosen) / maximum(LEAST, acts))
        else:
            chosen = maximum(LEAST, select(pick < 0, 1 - acts, chosen))
        found = found * chosen
    return found


@helper
def _likely_answers(m: Model, b: int, g: int) -> Vector:
    """How likely a hypothesis makes the answers that the other gave."""
    found = m.zero[0] + 1.0
    start, stop = m.supposed_asked[b], m.supposed_asked[b + 1]
    row = m.supposed_answers[b] + g * (stop - start)
    for n in range(start, stop):
        if m.supposed_asked_other[n] == 1:
            k = m.asked_candidate[m.supposed_asked_number[n]]
            slot = m.candidate_slot[k]
            agree = m.supposed_agree[row + n - start]
            answered = select(m.agreed[slot] != 0, agree, 1 - agree)
            found = found * select(m.pick[slot] == k, maximum(LEAST, answered), 1.0)
    return found


@section
def record_beliefs(m: Model, now: int, offset: int) -> None:
    """Record the mean of each belief, the ends of its interval, and the truth."""
    for b in range(m.beliefs):
        m.belief_truth[b] = true_number(m, b)
        mean = m.zero[0]
        for g in range(m.believed_points):
            mean = mean + m.belief[b * m.believed_points + g] * supposed(m, b, g)
        first = (now * m.beliefs + b) * TOLD * m.width + offset
        put(m.record_belief, first, mean, m)
        put(m.record_belief, first + m.width, _quantile(m, b, LOWER), m)
        put(m.record_belief, first + 2 * m.width, _quantile(m, b, UPPER), m)
        put(m.record_belief, first + 3 * m.width, m.belief_truth[b], m)


@helper
def _quantile(m: Model, b: int, level: float) -> Vector:
    """A quantile of a belief, each hypothesis spread over the way to its neighbours."""
    wide = m.parameter[m.belief_spread[b]] * STEP
    reached = m.zero[0]
    found = supposed(m, b, m.believed_points - 1)
    for g in range(m.believed_points):
        share = m.belief[b * m.believed_points + g]
        after = reached + share
        within_it = (level - reached) / select(share > 0, share, 1.0)
        place = supposed(m, b, g) + wide * (within_it - 0.5)
        found = select((reached <= level) & (level < after), place, found)
        reached = after
    return within(found, 0.0, m.belief_most[b])
