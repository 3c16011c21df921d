"""What can be asked of a table's game, kind by kind; each question with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sim.classroom.debrief.order_effects import OrderEffects, ProposalAnswer
from sim.classroom.debrief.record import IssueDistance, TableRecord
from sim.classroom.debrief.text import NOTABLE_INTEREST, Wording, place_in_band, split
from sim.classroom.debrief.turning_points import OutcomeMove, TurningPoint, by_decision, table_turns
from sim.classroom.forecast.forecast import MEDIAN
from sim.scenario.instances import bonds
from sim.text import NBSP, count, number, percent, sentence, signed


def mattered(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Which round mattered most, of those that people or events moved."""
    best = by_decision(table_turns(table, words.least))
    if not best:
        return
    turn, move = best[0], best[0].decided
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
        min(1.0, 0.6 + move.decided / 2),
    )


def _stood(turn: TurningPoint, move: OutcomeMove, table: TableRecord, words: Wording) -> str:
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
    if effect.difference * (move.after - move.before) < 0:
        otherwise = " All in all it went the other way."
    return (
        f"{said}{sentence(words.whose(actor))} order moved it most ({words.deed(weighed, actor)}):"
        f" {words.effect(effect, words.measures[move.outcome].digits + 1)}.{otherwise}"
    )


# What can be asked of where a table has come to stand, and of what came about there.

POINTS = 1.0
"""Ground on an issue, in points by salience, whose loss is worth a question."""
UNFORESEEN = 0.25
"""What came about in fewer of the model's futures was not expected."""
OFF = 0.25
"""Share of the model's band by which a relation is off its median when it is worth a question."""
NARROW = 0.02
"""A band of affinities no wider is none."""


def conceded(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Who lost ground on an issue, by its own doing or not."""
    for ground in table.ground:
        if ground.lost < POINTS:
            continue
        before, now = table.support[ground.actor]
        actor = words.actor(ground.actor)
        asked = (
            "What did it get in return, and how would it explain that at home?"
            if _own_doing(table, ground)
            else "Who took it, and what might have held it?"
        )
        yield Question(
            "conceded",
            f"{sentence(actor)} lost ground on “{words.issue(ground.issue)}”. {asked}",
            f"The issue stood {number(ground.before, 1)} points from where {actor} wants it now, "
            f"and stands {number(ground.now, 1)} from there; {words.whose(ground.actor)} support "
            f"at home went from {number(before, 2)} to {number(now, 2)}.",
            min(0.95, 0.45 + ground.lost / 30),
        )


def _own_doing(table: TableRecord, ground: IssueDistance) -> bool:
    """Whether the actor did, or agreed to, something that moves the issue as it went."""
    levers = table.scenario.description.levers
    for act in (act for acts in table.acts for act in acts if act.open):
        if ground.actor != act.actor and not (act.asked and ground.actor == act.target):
            continue
        amount = levers[act.lever or ""].effects.get(f"issue {ground.issue}")
        if amount is not None and amount.value * ground.shift > 0:
            return True
    return False


def relations(table: TableRecord, words: Wording) -> Iterator[Question]:
    """The pair whose relation went most against what the model would have done."""
    if table.start is None or table.now is None or not table.played:
        return
    found = []
    for pair, bands in table.start.relations.items():
        levels = [level[table.played] for level in bands]
        value, width = table.now.relations[pair][MEDIAN][table.played], levels[-1] - levels[0]
        if width > NARROW:
            found.append((abs(value - levels[MEDIAN]) / width, pair, value, levels))
    if not found or max(found)[0] < OFF:
        return
    off, pair, value, levels = max(found)
    one, other = pair.split(" and ")
    warmer = "warmer" if value > levels[MEDIAN] else "colder"
    yield Question(
        "relation",
        f"{sentence(words.actor(one))} and {words.actor(other)} are {warmer} toward each other "
        "than the model expects from the start. Who wanted that, and who paid for it?",
        f"Their affinity is {number(value, 2)}, {place_in_band(value, levels)} (median "
        f"{number(levels[MEDIAN], 2)}, 90{NBSP}% from {number(levels[0], 2)} to "
        f"{number(levels[-1], 2)}).",
        min(0.9, 0.3 + 0.6 * off),
    )


def fared(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Who fared better or worse than the model would have in nearly all of its futures."""
    if table.start is None or table.now is None or not table.played:
        return
    for actor, bands in table.start.interest.items():
        levels = [level[table.played] for level in bands]
        value = table.now.interest[actor][MEDIAN][table.played]
        better = value > levels[-1]
        beyond = better or value < levels[0]
        if not table.seats[actor] or not beyond or abs(value - levels[MEDIAN]) < NOTABLE_INTEREST:
            continue
        yield Question(
            "fared",
            f"{sentence(words.actor(actor))} fares {'better' if better else 'worse'} by its own "
            "interests than the model would have in nearly all of its futures. By whose choices, "
            "its own or those of others?",
            f"Its own interest changed by {signed(value - bands[MEDIAN][0], 1)} points since the "
            f"start; the model's median is {signed(levels[MEDIAN] - bands[MEDIAN][0], 1)}.",
            0.8,
        )


def surprises(table: TableRecord, words: Wording) -> Iterator[Question]:
    """What came though the model did not expect it."""
    if table.start is None:
        return
    for name, round in table.watched.items():
        chance = table.start.events[name]
        if chance < UNFORESEEN:
            yield Question(
                "surprise",
                f"“{words.event(name)}”: this came about, which the model did not "
                "expect. Which choices led there, and which single one could have stopped it?",
                f"It came about in {words.when(round)}, and at the start in {percent(chance)} of "
                "the model's futures.",
                0.95 - chance,
            )


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


Asking = Callable[[TableRecord, Wording], Iterator[Question]]
AskingAll = Callable[[Sequence[TableRecord], Wording], Iterator[Question]]


def unlikely(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Where a seat did what the model would hardly have done."""
    for weighed in table.rounds:
        for chosen in weighed.choices:
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


def _came_of_it(order: OrderEffects, words: Wording) -> str:
    """What the whole order of the round brought about."""
    moved = words.moved(order, 2)
    own = f"the seat's own interest {words.interest(order.own)}"
    more = f"; {'; '.join(moved)}" if moved else ""
    return f"By the end the whole order of that round changed {own}{more}."


def _weight_of(order: OrderEffects, words: Wording) -> float:
    sizes = [words.size(name, effect) for name, effect in order.outcomes.items() if effect.clear]
    own = words.size_of_interest(order.actor, order.own) if order.own.clear else 0.0
    return max(map(abs, (*sizes, own)))


def refused(table: TableRecord, words: Wording) -> Iterator[Question]:
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


def _proposal(answer: ProposalAnswer, round: int, words: Wording) -> str:
    return (
        f"{sentence(words.whose(answer.actor))} proposal to {words.actor(answer.target)} in "
        f"{words.when(round)}: {words.lever(answer.lever, answer.track)}"
    )


def _by_person(answer: ProposalAnswer, round: int, words: Wording) -> Question:
    return Question(
        "refused",
        f"{sentence(words.actor(answer.target))} refused what the model would have agreed to with "
        f"a probability of {percent(answer.chance)}. What would consent have cost, and what "
        "would it have brought?",
        f"{_proposal(answer, round, words)}. {_consent(answer, words)}.",
        0.35 + 0.55 * answer.chance,
    )


def _consent(answer: ProposalAnswer, words: Wording) -> str:
    return (
        f"The model's chance of consent was {percent(answer.chance)} (in ordinary times "
        f"{words.why(answer.usual, answer.why)})"
    )


def _by_model(answer: ProposalAnswer, last: bool, round: int, words: Wording) -> Question:
    asked = "What might have won it over?" if last else "What might win it over later?"
    return Question(
        "refused",
        f"{sentence(words.actor(answer.target))} refused {words.actor(answer.actor)}, though it "
        f"would have agreed in {number(100 * answer.chance, 0)} of 100 such cases. {asked}",
        f"{_proposal(answer, round, words)}. {_consent(answer, words)}; this time luck was against "
        "it.",
        0.4 + 0.5 * answer.chance,
    )


def on_others(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Whose order did most for, or against, somebody else."""
    for weighed in table.rounds:
        for order in weighed.orders:
            for actor, effect in order.interest.items():
                size = abs(words.size_of_interest(actor, effect))
                if actor == order.actor or not effect.clear or size < SIZED:
                    continue
                helped = "helped" if effect.difference > 0 else "hurt"
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


def _seen(table: TableRecord, round: int, actor: str, other: str, words: Wording) -> str:
    """What to ask of an effect on somebody else, who may have agreed to it."""
    agreed = any(
        act.asked and act.accepted and (act.actor, act.target) == (actor, other)
        for act in table.acts[round - 1]
    )
    if agreed:
        return f"{sentence(words.actor(other))} had agreed: did it see what that would bring?"
    return "Was that meant, and did either of them see it?"


def alike(tables: Sequence[TableRecord], words: Wording) -> Iterator[Question]:
    """How often people did what the model holds likeliest."""
    chosen = [one for table in tables for weighed in table.rounds for one in weighed.choices]
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


def left_out(tables: Sequence[TableRecord], words: Wording) -> Iterator[Question]:
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
