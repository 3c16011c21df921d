"""What can be asked of a table's game, kind by kind; each question with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sim.analysis.words import count, number, percent, sentence
from sim.classroom.debrief.effects import Answered, Order
from sim.classroom.debrief.record import Played
from sim.classroom.debrief.wording import Wording
from sim.scenario.instances import bonds

HARDLY = 0.05
"""Below this probability the model would hardly have done it."""
LIKELY = 0.3
"""Probability of consent from which on a refusal by the model was near to consent."""
SIZED = 0.1
"""Effects on another of fewer standard deviations make no question."""


@dataclass(frozen=True)
class Question:
    """A question in a plain sentence, and what it rests on.

    Attributes
    ----------
    weight : float
        How telling, from 0 to 1.
    """

    kind: str
    text: str
    evidence: str
    weight: float


Asking = Callable[[Played, Wording], Iterator[Question]]
AskingAll = Callable[[Sequence[Played], Wording], Iterator[Question]]


def unlikely(table: Played, words: Wording) -> Iterator[Question]:
    """Where a seat did what the model would hardly have done."""
    for weighed in table.rounds:
        for chosen in weighed.chosen:
            if chosen.chance >= HARDLY:
                continue
            order = next(one for one in weighed.orders if one.actor == chosen.actor)
            yield Question(
                "unlikely",
                f"In {words.when(weighed.round)} {words.actor(chosen.actor)}, toward "
                f"{words.actor(chosen.target)}: {words.lever(chosen.lever, chosen.track)}. The "
                "model would "
                "hardly have done so. What did you know, or want, that the model does not?",
                f"The model's probability was {percent(chosen.chance)} (in ordinary times "
                f"{words.why(chosen.usual, chosen.why)}); likeliest was: "
                f"{words.lever(chosen.likeliest.lever, chosen.track)} "
                f"({percent(chosen.likeliest.chance)}). "
                f"{_came_of_it(order, words)}",
                0.6
                + 0.35 * (1 - chosen.chance / HARDLY) * min(1.0, 0.3 + _weight_of(order, words)),
            )


def _came_of_it(order: Order, words: Wording) -> str:
    """What the whole order of the round brought about."""
    moved = words.moved(order, 2)
    own = f"the seat's own interest {words.interest(order.own)}"
    more = f"; {'; '.join(moved)}" if moved else ""
    return f"By the end the whole order of that round changed {own}{more}."


def _weight_of(order: Order, words: Wording) -> float:
    sizes = [words.size(name, effect) for name, effect in order.outcomes.items() if effect.clear]
    own = words.size_of_interest(order.actor, order.own) if order.own.clear else 0.0
    return max(map(abs, (*sizes, own)))


def refused(table: Played, words: Wording) -> Iterator[Question]:
    """Which proposals were refused by how little."""
    for weighed in table.rounds:
        for answer in weighed.answers:
            if answer.agreed:
                continue
            if answer.by_people:
                yield _by_person(answer, weighed.round, words)
            elif answer.chance >= LIKELY:
                last = weighed.round == table.scenario.description.calendar.rounds
                yield _by_model(answer, last, weighed.round, words)


def _proposal(answer: Answered, round: int, words: Wording) -> str:
    return (
        f"{sentence(words.whose(answer.actor))} proposal to {words.actor(answer.target)} in "
        f"{words.when(round)}: {words.lever(answer.lever, answer.track)}"
    )


def _by_person(answer: Answered, round: int, words: Wording) -> Question:
    return Question(
        "refused",
        f"{sentence(words.actor(answer.target))} refused what the model would have agreed to with "
        f"a probability of {percent(answer.chance)}. What would consent have cost, and what "
        "would it have brought?",
        f"{_proposal(answer, round, words)}. {_consent(answer, words)}.",
        0.35 + 0.55 * answer.chance,
    )


def _consent(answer: Answered, words: Wording) -> str:
    return (
        f"The model's chance of consent was {percent(answer.chance)} (in ordinary times "
        f"{words.why(answer.usual, answer.why)})"
    )


def _by_model(answer: Answered, last: bool, round: int, words: Wording) -> Question:
    asked = "What might have won it over?" if last else "What might win it over later?"
    return Question(
        "refused",
        f"{sentence(words.actor(answer.target))} refused {words.actor(answer.actor)}, though it "
        f"would have agreed in {number(100 * answer.chance, 0)} of 100 such cases. {asked}",
        f"{_proposal(answer, round, words)}. {_consent(answer, words)}; this time luck was against "
        "it.",
        0.4 + 0.5 * answer.chance,
    )


def on_others(table: Played, words: Wording) -> Iterator[Question]:
    """Whose order did most for, or against, somebody else."""
    for weighed in table.rounds:
        for order in weighed.orders:
            for actor, effect in order.interest.items():
                size = abs(words.size_of_interest(actor, effect))
                if actor == order.actor or not effect.clear or size < SIZED:
                    continue
                helped = "helped" if effect.mean > 0 else "hurt"
                how = f"({words.deed(weighed, order.actor)})"
                if not weighed.levers(order.actor):
                    how = "by saying and doing nothing"
                yield Question(
                    "others",
                    f"What {words.actor(order.actor)} did in {words.when(weighed.round)} {how} "
                    f"{helped} {words.actor(actor)}, compared with what the model might have "
                    f"done. {_seen(table, weighed.round, order.actor, actor, words)}",
                    f"{sentence(words.whose(actor))} own interest changed by "
                    f"{words.interest(effect)} by the end; {words.whose(order.actor)} own by "
                    f"{words.interest(order.own)}.",
                    min(0.85, 0.3 + size),
                )


def _seen(table: Played, round: int, actor: str, other: str, words: Wording) -> str:
    """What to ask of an effect on somebody else, who may have agreed to it."""
    agreed = any(
        act.asked and act.accepted and (act.actor, act.target) == (actor, other)
        for act in table.acts[round - 1]
    )
    if agreed:
        return f"{sentence(words.actor(other))} had agreed: did it see what that would bring?"
    return "Was that meant, and did either of them see it?"


def alike(tables: Sequence[Played], words: Wording) -> Iterator[Question]:
    """How often people did what the model holds likeliest."""
    chosen = [one for table in tables for weighed in table.rounds for one in weighed.chosen]
    if not chosen:
        return
    same = sum(one.lever == one.likeliest.lever for one in chosen)
    expected = sum(one.likeliest.chance for one in chosen)
    yield Question(
        "alike",
        "Where did you choose otherwise than the model, and who of the two would a government "
        "of the time have been closer to?",
        f"In {same:,} of {count(len(chosen), 'choice')} people did what the model holds likeliest; "
        f"the model itself would have done so in about {number(expected, 0)}.",
        0.4,
    )


def left_out(tables: Sequence[Played], words: Wording) -> Iterator[Question]:
    """What the model does not know."""
    if rounds := sum(table.played for table in tables):
        remembers = bonds(tables[0].scenario.description)
        such = "a threat or a friendship" if remembers else "a promise, a threat or a friendship"
        more = ", what is in force and what was promised by levers" if remembers else ""
        yield Question(
            "model",
            f"What mattered at your table that the model does not know of, such as {such}? What "
            "would have to be added for it to foresee that?",
            f"{count(rounds, 'round')} played; the model knows levers, relations, issues "
            f"and support at home{more}, and reads no messages.",
            0.3,
        )
