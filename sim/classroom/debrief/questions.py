"""Questions for discussion, made from what happened.

Every kind of question proposes its cases with a weight from 0 to 1, how telling
they are; the page takes the best, no more than a few of one kind, so that a
debrief does not ask one thing six times.
"""

from __future__ import annotations

from sim.analysis.words import count, number
from sim.classroom.debrief.asked import KINDS, ONCE, Question
from sim.classroom.debrief.compared import differences
from sim.classroom.debrief.record import Played, Record
from sim.classroom.debrief.wording import Wording, title_of

MOST = 12
OF_A_KIND = 2
TOLD = 3
"""Tables whose evidence is told where a question is the same."""


def questions(record: Record, words: Wording) -> tuple[Question, ...]:
    """The best questions of all kinds, the most telling first."""
    kept: list[Question] = []
    for ask in KINDS:
        found: dict[str, list[Question]] = {}
        for table in record.tables:
            for question in ask(table, words):
                named = _at(question, table) if len(record.tables) > 1 else question
                found.setdefault(question.text, []).append(named)
        best = sorted(map(_one, found.values()), key=lambda one: -one.weight)
        kept += best[:OF_A_KIND]
    kept += _between_tables(record, words)
    kept.sort(key=lambda one: -one.weight)
    return tuple(kept[:MOST])


def _at(question: Question, table: Played) -> Question:
    evidence = f"{title_of(table)}. {question.evidence}"
    return Question(question.kind, question.text, evidence, question.weight)


def _one(same: list[Question]) -> Question:
    """The same question of several tables, with the evidence of the most telling."""
    best = sorted(same, key=lambda one: -one.weight)
    told = [one.evidence for one in best[:TOLD]]
    if len(best) > TOLD:
        told.append(f"And so at {count(len(best) - TOLD, 'further table')}.")
    return Question(best[0].kind, best[0].text, " ".join(told), best[0].weight)


def _between_tables(record: Record, words: Wording) -> list[Question]:
    """Why tables with the same luck ended apart; and what is asked once for all."""
    found = [
        question for ask in ONCE for table in record.tables[:1] for question in ask(table, words)
    ]
    for outcome, low, high, size in differences(record)[:1]:
        item = words.measures[outcome]
        first, last = (float(table.values(outcome)[-1]) for table in (low, high))
        found.append(
            Question(
                "tables",
                f"All tables had the same luck. By which choices did {title_of(low).lower()} and "
                f"{title_of(high).lower()} come to stand so far apart on “{item.name}”?",
                f"{title_of(low)} stands at {item.show(first)}, {title_of(high).lower()} at "
                f"{item.show(last)}: {number(size, 1)} standard deviations of what was possible "
                "at the start.",
                0.9,
            )
        )
    return found
