"""Questions for discussion, made from what happened."""

from __future__ import annotations

from sim.classroom.debrief.questions_by_kind import (
    Asking,
    AskingAll,
    Question,
    alike,
    conceded,
    fared,
    left_out,
    mattered,
    on_others,
    refused,
    relations,
    surprises,
    unlikely,
)
from sim.classroom.debrief.questions_lasting import broken, fallen, kept_all, undelivered
from sim.classroom.debrief.record import SessionRecord
from sim.classroom.debrief.tables import differences, same_injects
from sim.classroom.debrief.text import Wording, table_name, table_title
from sim.text import NBSP, count, number, sentence

MOST = 12
OF_A_KIND = 2
TOLD = 3
"""Tables whose evidence is told where a question is the same."""


KINDS: tuple[Asking, ...] = (
    mattered, unlikely, refused, conceded, relations, fared, on_others, surprises,
    broken, undelivered, kept_all, fallen,
)  # fmt: skip
ONCE: tuple[AskingAll, ...] = (alike, left_out)


def questions(record: SessionRecord, words: Wording) -> tuple[Question, ...]:
    """The best questions of all kinds, the most telling first."""
    kept: list[Question] = []
    for ask in KINDS:
        found: dict[str, dict[int, list[Question]]] = {}
        for table in record.tables:
            for question in ask(table, words):
                tables = found.setdefault(question.text, {})
                tables.setdefault(table.number, []).append(question)
        several = len(record.tables) > 1
        best = sorted((_one(same, several) for same in found.values()), key=lambda one: -one.weight)
        kept += best[:OF_A_KIND]
    kept += [question for all_of in ONCE for question in all_of(record.tables, words)]
    kept += _between_tables(record, words)
    kept.sort(key=lambda one: -one.weight)
    return tuple(kept[:MOST])


def _one(same: dict[int, list[Question]], several: bool) -> Question:
    """The same question of some tables, each with the most telling of its evidence."""
    best = {nth: max(found, key=lambda one: one.weight) for nth, found in same.items()}
    order = sorted(best, key=lambda nth: -best[nth].weight)
    told = []
    for nth in order[:TOLD]:
        more = len(same[nth]) - 1
        title = f"{table_name(nth)}. " if several else ""
        again = f" And so in {count(more, 'further round')}." if more else ""
        told.append(f"{title}{best[nth].evidence}{again}")
    if len(order) > TOLD:
        told.append(f"And so at {count(len(order) - TOLD, 'further table')}.")
    first = best[order[0]]
    return Question(first.kind, first.text, " ".join(told), first.weight)


def _between_tables(record: SessionRecord, words: Wording) -> list[Question]:
    """Why tables to which the same happened ended apart."""
    found = [one for group in same_injects(record) for one in differences(group, words) or ()]
    if not found:
        return []
    outcome, low, high, size = max(found, key=lambda one: one[3])
    item = words.measures[outcome]
    first, last = (item.of_run(float(table.values(outcome)[-1])) for table in (low, high))
    names = table_title(low).lower(), table_title(high).lower()
    return [
        Question(
            "tables",
            f"{sentence(names[0])} and {names[1]} had the same luck. By which choices did they "
            f"come to stand so far apart on “{item.name}”?",
            f"{sentence(names[0])} stands at {first}, {names[1]} at {last}: {number(size, 1)} "
            f"standard deviations of what was possible at{NBSP}the start.",
            0.9,
        )
    ]
