"""What can be asked of a table's game, kind by kind; each question with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sim.analysis.words import NBSP, count, number, percent, sentence, signed
from sim.classroom.debrief.effects import Answered, Chosen, Order
from sim.classroom.debrief.record import Played
from sim.classroom.debrief.turning import Turn, ranked, turns
from sim.classroom.debrief.wording import Wording, placed
from sim.classroom.forecast import LEVELS, MEDIAN

HARDLY = 0.05
"""Below this probability the model would hardly have done it."""
MOST_OF_IT = 0.5
"""An order's share of a turn from which it is said to have made it."""
LITTLE = 0.15
"""A refusal by so much or less was close."""
POINTS = 1.0
"""Ground on an issue, in points by salience, whose loss is worth a question."""
UNFORESEEN = 0.25
"""What came about in fewer of the model's futures was not expected."""


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


def _mattered(table: Played, words: Wording) -> Iterator[Question]:
    """Which round mattered most."""
    best = ranked(turns(table.forecasts))
    if not best:
        return
    turn = best[0]
    item, move = words.measures[turn.largest.outcome], turn.largest
    yield Question(
        "turn",
        f"{sentence(words.when(turn.round))} changed what was to be expected of "
        f"“{item.name}” more than any other. What in it made the difference, and who saw it then?",
        f"The expected end went from {item.show(move.before)} to {item.show(move.after)} "
        f"({signed(move.size, 1)} standard deviations). {_stood(turn, table, words)}",
        1.0,
    )


def _stood(turn: Turn, table: Played, words: Wording) -> str:
    """What stood in a round: its events, and the order that moved the outcome most."""
    said, outcome = "", turn.largest.outcome
    if events := [event.name for event in table.events[turn.round - 1]]:
        said = f"It began with: {'; '.join(events)}. "
    weighed = table.weighed[turn.round - 1]
    clear = [one for one in (weighed.orders if weighed else ()) if one.outcomes[outcome].clear]
    if not clear:
        return f"{said}No order of people in it moved that clearly."
    order = max(clear, key=lambda one: abs(one.outcomes[outcome].mean))
    effect, digits = order.outcomes[outcome], words.measures[outcome].digits + 1
    done = [
        f"toward {words.actor(act.target)}: {words.lever(act.lever)}"
        for act in table.acts[turn.round - 1]
        if act.actor == order.actor
    ]
    return (
        f"{said}The order that moved it most was that of {words.actor(order.actor)} "
        f"({'; '.join(done)}): {signed(effect.mean, digits)} ({words.range(effect, digits)})."
        f"{_otherwise(effect.mean, turn)}"
    )


def _otherwise(effect: float, turn: Turn) -> str:
    if effect / (turn.largest.after - turn.largest.before) >= MOST_OF_IT:
        return ""
    return " Most of it came otherwise: by luck, by events, or by what others chose."


def _unlikely(table: Played, words: Wording) -> Iterator[Question]:
    """Where a seat did what the model would hardly have done."""
    for weighed in table.rounds:
        for chosen in weighed.chosen:
            if chosen.chance >= HARDLY:
                continue
            order = next(one for one in weighed.orders if one.actor == chosen.actor)
            yield Question(
                "unlikely",
                f"In {words.when(weighed.round)} {words.actor(chosen.actor)} chose toward "
                f"{words.actor(chosen.target)}: {words.lever(chosen.lever)}. The model would "
                "hardly have done so. What did you know, or want, that the model does not?",
                f"The model's probability was {percent(chosen.chance)}; likeliest was: "
                f"{words.lever(chosen.likeliest.lever)} ({percent(chosen.likeliest.chance)}). "
                f"{_came_of_it(order, words)}",
                0.6 + 0.35 * (1 - chosen.chance / HARDLY) * min(1.0, 0.3 + _weight_of(order)),
            )


def _came_of_it(order: Order, words: Wording) -> str:
    """What the whole order of the round brought about."""
    moved = words.moved(order, 2)
    own = f"the seat's own interest {words.interest(order.own)}"
    more = f"; {'; '.join(moved)}" if moved else ""
    return f"By the end the whole order of that round changed {own}{more}."


def _weight_of(order: Order) -> float:
    sizes = [abs(effect.size) for effect in (*order.outcomes.values(), order.own) if effect.clear]
    return max(sizes, default=0.0)


def _refused(table: Played, words: Wording) -> Iterator[Question]:
    """Which proposals were refused by how little."""
    for weighed in table.rounds:
        for answer in weighed.answers:
            if answer.agreed:
                continue
            if answer.by_people:
                yield _by_person(answer, weighed.round, words)
            elif answer.draw - answer.chance <= LITTLE:
                yield _by_model(answer, weighed.round, words)


def _proposal(answer: Answered, round: int, words: Wording) -> str:
    return (
        f"{words.actor(answer.actor)}'s proposal to {words.actor(answer.target)} in "
        f"{words.when(round)}: {words.lever(answer.lever)}"
    )


def _by_person(answer: Answered, round: int, words: Wording) -> Question:
    return Question(
        "refused",
        f"{words.actor(answer.target)} refused what the model would have agreed to with a "
        f"probability of {percent(answer.chance)}. What would consent have cost, and what "
        "would it have brought?",
        f"{_proposal(answer, round, words)}.",
        0.35 + 0.55 * answer.chance,
    )


def _by_model(answer: Answered, round: int, words: Wording) -> Question:
    short = 100 * (answer.draw - answer.chance)
    return Question(
        "refused",
        f"{words.actor(answer.target)} came within {number(short, 0)} points of a hundred of "
        f"agreeing with {words.actor(answer.actor)}. What might have won it over a round later?",
        f"{_proposal(answer, round, words)}. The chance of consent was "
        f"{number(answer.chance, 2)}; the draw was {number(answer.draw, 2)}, and consent needs "
        "a draw below the chance.",
        0.5 + 0.4 * (1 - (answer.draw - answer.chance) / LITTLE),
    )


def _conceded(table: Played, words: Wording) -> Iterator[Question]:
    """Who lost ground on an issue, and what it cost at home."""
    for ground in table.ground:
        if ground.lost < POINTS:
            continue
        before, now = table.support[ground.actor]
        yield Question(
            "conceded",
            f"{words.actor(ground.actor)} lost ground on “{words.issue(ground.issue)}”. "
            "What did it get in return, and how would it explain that at home?",
            f"The issue stood {number(ground.before, 1)} points from where "
            f"{words.actor(ground.actor)} wants it at first, {number(ground.now, 1)} now; its "
            f"support at home went from {number(before, 2)} to {number(now, 2)}.",
            min(0.95, 0.45 + ground.lost / 30),
        )


def _relations(table: Played, words: Wording) -> Iterator[Question]:
    """The pair whose relation went most against what the model would have done."""
    if table.start is None or table.now is None or not table.played:
        return
    found = []
    for pair, bands in table.start.relations.items():
        levels = [level[table.played] for level in bands]
        value = table.now.relations[pair][MEDIAN][table.played]
        width = levels[-1] - levels[0]
        found.append(
            (abs(value - levels[MEDIAN]) / width if width > 0 else 0.0, pair, value, levels)
        )
    off, pair, value, levels = max(found)
    if off < 0.25:
        return
    one, other = pair.split(" and ")
    warmer = "warmer" if value > levels[MEDIAN] else "colder"
    yield Question(
        "relation",
        f"{words.actor(one)} and {words.actor(other)} are {warmer} toward each other than the "
        "model expects from the start. Who wanted that, and who paid for it?",
        f"Their affinity is {number(value, 2)}, {placed(value, levels)} (median "
        f"{number(levels[MEDIAN], 2)}, 90{NBSP}% from {number(levels[0], 2)} to "
        f"{number(levels[-1], 2)}).",
        min(0.9, 0.3 + 0.6 * off),
    )


def _fared(table: Played, words: Wording) -> Iterator[Question]:
    """Who fared better or worse than the model would have."""
    if table.start is None or table.now is None or not table.played:
        return
    for actor, bands in table.start.interest.items():
        if not table.seats[actor]:
            continue
        levels = [level[table.played] for level in bands]
        value = table.now.interest[actor][MEDIAN][table.played]
        share = sum(value > level for level in levels) / len(LEVELS)
        if 0 < share < 1:
            continue
        better = "better" if share == 1 else "worse"
        yield Question(
            "fared",
            f"{words.actor(actor)} fares {better} by its own interests than the model would have "
            "in nearly all of its futures. By whose choices, its own or those of others?",
            f"Its own interest changed by {signed(value - bands[MEDIAN][0], 1)} points since the "
            f"start; the model's median is {signed(levels[MEDIAN] - bands[MEDIAN][0], 1)}.",
            0.8,
        )


def _on_others(table: Played, words: Wording) -> Iterator[Question]:
    """Whose order did most for, or against, somebody else."""
    for weighed in table.rounds:
        for order in weighed.orders:
            for actor, effect in order.interest.items():
                if actor == order.actor or not effect.clear or abs(effect.size) < 0.1:
                    continue
                helped = "helped" if effect.mean > 0 else "hurt"
                yield Question(
                    "others",
                    f"What {words.actor(order.actor)} did in {words.when(weighed.round)} {helped} "
                    f"{words.actor(actor)}. Was that meant, and did either of them see it?",
                    f"{words.actor(actor)}'s own interest changed by {words.interest(effect)} by "
                    f"the end; {words.actor(order.actor)}'s own by {words.interest(order.own)}.",
                    min(0.85, 0.3 + abs(effect.size)),
                )


def _surprises(table: Played, words: Wording) -> Iterator[Question]:
    """What came though the model did not expect it."""
    if table.start is None:
        return
    for name, round in table.watched.items():
        chance = table.start.events[name]
        if chance < UNFORESEEN:
            yield Question(
                "surprise",
                f"“{words.event(name)}” came about in {words.when(round)}, which the model did "
                "not expect. Which choices led there, and which single one could have stopped it?",
                f"At the start it came about in {percent(chance)} of the model's futures.",
                0.95 - chance,
            )


def _alike(table: Played, words: Wording) -> Iterator[Question]:
    """How often people did what the model holds likeliest."""
    chosen: list[Chosen] = [one for weighed in table.rounds for one in weighed.chosen]
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


def _left_out(table: Played, words: Wording) -> Iterator[Question]:
    """What the model does not know."""
    if table.played:
        yield Question(
            "model",
            "What mattered at your table that the model does not know of, such as a promise, "
            "a threat or a friendship? What would have to be added for it to foresee that?",
            f"{count(table.played, 'round')} played; the model knows levers, relations, issues "
            "and support at home, and reads no messages.",
            0.3,
        )


KINDS: tuple[Asking, ...] = (
    _mattered, _unlikely, _refused, _conceded, _relations, _fared, _on_others, _surprises,
)  # fmt: skip
ONCE: tuple[Asking, ...] = (_alike, _left_out)
