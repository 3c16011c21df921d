"""What can be asked of the round that mattered most by what was done in it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.analysis.words import NBSP, listing, sentence, signed
from sim.classroom.debrief.asked import Question
from sim.classroom.debrief.record import Played
from sim.classroom.debrief.turning import Move, Turn, ranked, turns_of
from sim.classroom.debrief.wording import Wording

SMALL = 0.05
"""Shares of a turn below so many standard deviations are not named."""


def mattered(table: Played, words: Wording) -> Iterator[Question]:
    """Which round mattered most, of those that people or events moved."""
    best = ranked(turns_of(table, words.least))
    if not best:
        return
    turn, move = best[0], best[0].telling
    item = words.measures[move.outcome].telling((move.before, move.after))
    when = words.when(turn.round)
    if abs(move.by_order) >= abs(move.sized(move.events)):
        text = (
            f"By what people did in it, {when} moved what was to be expected of “{item.name}” "
            "more than any other. Was that meant, and who saw it then?"
        )
    else:
        text = (
            f"What happened in {when} moved what was to be expected of “{item.name}” more than "
            "any choice did. Who was ready for it, and what could have been done about it?"
        )
    yield Question(
        "turn",
        text,
        f"The expected end went from {item.show(move.before)} to {item.show(move.after)} "
        f"({signed(move.size, 1)} standard deviations of what was possible at{NBSP}the start): "
        f"{split(move, words)}. {_stood(turn, move, table, words)}",
        min(1.0, 0.6 + move.made / 2),
    )


def split(move: Move, words: Wording) -> str:
    """How far orders, events and the rest moved an expected end."""
    digits = words.measures[move.outcome].digits + 1
    found = [
        (sum(move.orders.values()), "by orders of people"),
        (move.events, "by the events of the round"),
        (move.rest, "by luck, answers and what computed actors chose"),
    ]
    told = [
        f"{signed(change, digits)} {what}"
        for change, what in found
        if abs(move.sized(change)) >= SMALL
    ]
    return listing(told) or "hardly moved"


def _stood(turn: Turn, move: Move, table: Played, words: Wording) -> str:
    """What stood in a round: its events, and the order that moved the outcome most."""
    said = ""
    if events := [event.name for event in table.events[turn.round - 1]]:
        said = f"It began with: {'; '.join(events)}. "
    weighed = table.weighed[turn.round - 1]
    if weighed is None or not move.orders:
        return f"{said}No order of people in it moved that clearly."
    actor = max(move.orders, key=lambda one: abs(move.orders[one]))
    effect = next(one for one in weighed.orders if one.actor == actor).outcomes[move.outcome]
    otherwise = ""
    if effect.mean * (move.after - move.before) < 0:
        otherwise = " All in all it went the other way."
    return (
        f"{said}{sentence(words.whose(actor))} order moved it most ({words.deed(weighed, actor)}):"
        f" {words.effect(effect, words.measures[move.outcome].digits + 1)}.{otherwise}"
    )
