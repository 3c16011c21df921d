"""Questions for discussion, made from what happened; their words stand in ``questions.yaml``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.classroom.briefs.arrangement_text import last_month
from sim.classroom.debrief.record import (
    BreachCost,
    IssueDistance,
    OutcomeMove,
    SessionRecord,
    TableRecord,
    TurningPoint,
    by_decision,
    turning_points,
)
from sim.classroom.debrief.tables import same_injects, table_differences
from sim.classroom.debrief.text import NOTABLE_INTEREST, Wording, place_in_band, split, table_title
from sim.classroom.forecast.forecast import MEDIAN, ConductKind
from sim.classroom.forecast.order_effects import OrderEffects
from sim.reporting.arrangement_text import arrangement_text, delivery
from sim.reporting.beliefs import told
from sim.reporting.html import prose_templates
from sim.results.arrangements import Pledge
from sim.scenario.cameo import tone
from sim.scenario.lookup import has_trust
from sim.scenario.yaml_reader import read_data
from sim.text import NBSP, count, number, sentence, signed

if TYPE_CHECKING:
    import jinja2

HARDLY = 0.05
"""Below this probability the model would hardly have done it."""
_MOST, _OF_A_KIND = 12, 2
_EVIDENCE_OF = 3
"""Tables whose evidence is told where a question is the same."""
_LOST_POINTS = 1.0
"""Ground on an issue, in points by salience, whose loss is worth a question."""
_UNFORESEEN = 0.25
"""What came about in fewer of the model's futures was not expected."""
_OFF_MEDIAN = 0.25
"""Share of the model's band by which a relation is off its median when it is worth a question."""
_NARROW = 0.02
"""A band of affinities no wider is none."""
_LIKELY = 0.3
"""Probability of consent from which on a refusal by the model was near to consent."""
_SIZED = 0.1
"""Effects on another of fewer standard deviations make no question."""
_SELDOM = 0.5
"""Computed actors did a thing seldom that they did fewer times than this by then."""
_USUALLY: dict[ConductKind, str] = {
    "broken off": "broke something off",
    "kept": "kept a promise",
    "fallen": "changed its government",
}


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


@cache
def _texts() -> dict[str, Any]:
    found: dict[str, Any] = read_data(Path(__file__).with_name("questions.yaml"))
    return found


@cache
def _template(text: str) -> jinja2.Template:
    return prose_templates().from_string(text)


def _question(kind: str, weight: float, words: Wording, form: str = "", **values: Any) -> Question:
    """A question of a kind, in one of its forms; ``values`` are what its words leave open."""
    public = {name: getattr(words, name) for name in dir(words) if not name.startswith("_")}

    def filled(found: str | dict[str, str]) -> str:
        text = found if isinstance(found, str) else found[form]
        return sentence(re.sub(" +", " ", _template(text).render(public | values)).strip())

    text = _texts()[kind]
    return Question(kind, filled(text["text"]), filled(text["evidence"]), weight)


def questions(record: SessionRecord, words: Wording) -> tuple[Question, ...]:
    """The best questions of all kinds, the most telling first."""
    kept: list[Question] = []
    several = len(record.tables) > 1
    for ask in _KINDS:
        found: dict[str, dict[int, list[Question]]] = {}
        for table in record.tables:
            for question in ask(table, words):
                tables = found.setdefault(question.text, {})
                tables.setdefault(table.number, []).append(question)
        best = sorted((_one(same, several) for same in found.values()), key=lambda one: -one.weight)
        kept += best[:_OF_A_KIND]
    kept += (
        *as_the_model(record.tables, words),
        *unknown_to_model(record.tables, words),
        *_between_tables(record, words),
    )
    kept.sort(key=lambda one: -one.weight)
    return tuple(kept[:_MOST])


def _one(same: dict[int, list[Question]], several: bool) -> Question:
    """The same question of some tables, each with the most telling of its evidence."""
    best = {nth: max(found, key=lambda one: one.weight) for nth, found in same.items()}
    order = sorted(best, key=lambda nth: -best[nth].weight)
    evidence = []
    for nth in order[:_EVIDENCE_OF]:
        more = len(same[nth]) - 1
        title = f"Table{NBSP}{nth}. " if several else ""
        again = f" And so in {count(more, 'further round')}." if more else ""
        evidence.append(f"{title}{best[nth].evidence}{again}")
    if (more := len(order) - _EVIDENCE_OF) > 0:
        evidence.append(f"And so at {count(more, 'further table')}.")
    first = best[order[0]]
    return Question(first.kind, first.text, " ".join(evidence), first.weight)


# -- what moved the expected end -------------------------------------------------------


def mattered(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Which round mattered most, of those that people or events moved."""
    for turn in by_decision(turning_points(table, words.least))[:1]:
        move = turn.decided
        yield _question(
            "turn",
            min(1.0, 0.6 + move.decided / 2),
            words,
            "orders" if abs(move.by_order) >= abs(move.sized(move.events)) else "events",
            turn=turn,
            move=move,
            item=words.measures[move.outcome].telling((move.before, move.after)),
            split=split(move, words),
            events="; ".join(event.name for event in table.events[turn.round - 1]),
            order=_largest_order(turn, move, table, words),
        )


def _largest_order(
    turn: TurningPoint, move: OutcomeMove, table: TableRecord, words: Wording
) -> str:
    """The order that moved an outcome most, in a sentence."""
    effects = table.effects[turn.round - 1]
    if effects is None or not move.orders:
        return "No order of people in it moved that clearly."
    actor = max(move.orders, key=lambda one: abs(move.orders[one]))
    effect = next(one for one in effects.orders if one.actor == actor).outcomes[move.outcome]
    otherwise = ""
    if effect.difference * (move.after - move.before) < 0:
        otherwise = " All in all it went the other way."
    return (
        f"{sentence(words.whose(actor))} order moved it most ({words.deed(effects, actor)}): "
        f"{words.effect(effect, words.measures[move.outcome].digits + 1)}.{otherwise}"
    )


# -- where a table has come to stand, and what came about there --------------------------


def conceded(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Who lost ground on an issue, by its own doing or not."""
    for distance in table.distances:
        if distance.lost >= _LOST_POINTS:
            weight, form = min(0.95, 0.45 + distance.lost / 30), "taken"
            if _own_doing(table, distance):
                form = "own doing"
            support = table.support[distance.actor]
            yield _question("conceded", weight, words, form, distance=distance, support=support)


def _own_doing(table: TableRecord, distance: IssueDistance) -> bool:
    """Whether the actor did, or agreed to, something that moves the issue as it went."""
    levers = table.scenario.description.levers
    for act in (act for acts in table.acts for act in acts if act.open):
        if distance.actor != act.actor and not (act.asked and distance.actor == act.target):
            continue
        amount = levers[act.lever or ""].effects.get(f"issue {distance.issue}")
        if amount is not None and amount.value * distance.shift > 0:
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
        if width > _NARROW:
            found.append((abs(value - levels[MEDIAN]) / width, pair, value, levels))
    off, pair, value, levels = max(found, default=(0.0, "", 0.0, []))
    if off >= _OFF_MEDIAN:
        one, other = pair.split(" and ")
        values: dict[str, Any] = {"one": one, "other": other, "value": value, "levels": levels}
        place, weight = place_in_band(value, levels), min(0.9, 0.3 + 0.6 * off)
        yield _question("relation", weight, words, place=place, **values)


def fared(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Who fared better or worse than the model would have in nearly all of its futures."""
    if table.start is None or table.now is None or not table.played:
        return
    for actor, bands in table.start.interest.items():
        low, *_, high = (level[table.played] for level in bands)
        first, median = bands[MEDIAN][0], bands[MEDIAN][table.played]
        value = table.now.interest[actor][MEDIAN][table.played]
        beyond = not low <= value <= high and abs(value - median) >= NOTABLE_INTEREST
        if table.seats[actor] and beyond:
            yield _question("fared", 0.8, words, who=actor, value=value, first=first, median=median)


def surprises(table: TableRecord, words: Wording) -> Iterator[Question]:
    """What came though the model did not expect it."""
    if table.start is None:
        return
    for name, round in table.watched.items():
        chance = table.start.events[name]
        if chance < _UNFORESEEN:
            weight = 0.95 - chance
            yield _question("surprise", weight, words, name=name, round=round, chance=chance)


# -- choices and answers beside the model's ------------------------------------------------


def unlikely(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Where a seat did what the model would hardly have done."""
    for effects in table.rounds:
        for choice in effects.choices:
            if choice.chance >= HARDLY:
                continue
            order = next(one for one in effects.orders if one.actor == choice.actor)
            rarity = 1 - choice.chance / HARDLY
            weight = 0.6 + 0.35 * rarity * min(1.0, 0.3 + _largest_effect(order, words))
            yield _question(
                "unlikely", weight, words, round=effects.round, choice=choice, order=order
            )


def _largest_effect(order: OrderEffects, words: Wording) -> float:
    sizes = [words.size(name, effect) for name, effect in order.outcomes.items() if effect.clear]
    own = words.size_of_interest(order.actor, order.own) if order.own.clear else 0.0
    return max(map(abs, (*sizes, own)))


def refused(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Which proposals were refused by how little."""
    for effects in table.rounds:
        last = effects.round == table.scenario.description.calendar.rounds
        for answer in effects.answers:
            form, weight = "people", 0.35 + 0.55 * answer.chance
            if not answer.by_people:
                form, weight = "model, last" if last else "model", 0.4 + 0.5 * answer.chance
            if not answer.agreed and (answer.by_people or answer.chance >= _LIKELY):
                yield _question("refused", weight, words, form, answer=answer, round=effects.round)


def on_others(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Whose order did most for, or against, somebody else."""
    for effects in table.rounds:
        acts = table.acts[effects.round - 1]
        agreed = {(act.actor, act.target) for act in acts if act.asked and act.accepted}
        for order in effects.orders:
            for other, effect in order.interest.items():
                size = abs(words.size_of_interest(other, effect))
                if other == order.actor or not effect.clear or size < _SIZED:
                    continue
                values: dict[str, Any] = {"round": effects.round, "order": order, "other": other}
                did = effects.levers(order.actor) and words.deed(effects, order.actor)
                values |= {"effect": effect, "agreed": (order.actor, other) in agreed}
                weight = min(0.85, 0.3 + size)
                yield _question("others", weight, words, did=did, **values)


# -- of all tables together ------------------------------------------------------------------


def as_the_model(tables: Sequence[TableRecord], words: Wording) -> Iterator[Question]:
    """How often people did what the model holds likeliest."""
    found = [one for table in tables for effects in table.rounds for one in effects.choices]
    if found:
        same = sum(one.lever == one.likeliest.lever for one in found)
        expected = sum(one.likeliest.chance for one in found)
        yield _question("alike", 0.4, words, same=same, choices=len(found), expected=expected)


def unknown_to_model(tables: Sequence[TableRecord], words: Wording) -> Iterator[Question]:
    """What the model does not know."""
    if rounds := sum(table.played for table in tables):
        remembers = has_trust(tables[0].scenario.description)
        yield _question("model", 0.3, words, rounds=rounds, remembers=remembers)


def _between_tables(record: SessionRecord, words: Wording) -> Iterator[Question]:
    """Why tables to which the same happened ended apart."""
    found = [one for group in same_injects(record) for one in table_differences(group, words) or ()]
    if found:
        outcome, *ends, size = max(found, key=lambda one: one[3])
        titles = [table_title(table).lower() for table in ends]
        values = [float(table.values(outcome)[-1]) for table in ends]
        item = words.measures[outcome]
        yield _question("tables", 0.9, words, item=item, size=size, tables=titles, values=values)


# -- what was broken off, promised and voted out ------------------------------------------------


def broken(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Who broke off what, and what that cost with whom."""
    for breach in table.breaches:
        change, actor = breach.change, breach.change.actor or ""
        broken_off = table.scenario.description.arrangements[change.instance.name]
        values: dict[str, Any] = {
            "change": change,
            "name": broken_off.name,
            "others": [one for one in change.instance.parties if one != actor],
            "lost": list(filter(_lost, breach.costs)),
            "held": breach.costs,
            "usually": _usually(table, "broken off", actor, words),
        }
        weight = min(0.95, 0.65 + 0.3 * broken_off.solemnity.value)
        yield _question("broken", weight, words, **values)


def _lost(cost: BreachCost) -> bool:
    """Whether affinity or trust fell by so much that it shows."""
    return any(round(after, 2) < round(before, 2) for before, after in (cost.affinity, cost.trust))


def _usually(table: TableRecord, kind: ConductKind, actor: str, words: Wording) -> str:
    """How often the model's futures have it by then, beside the class."""
    if table.start is None:
        return ""
    often = table.start.conduct[kind][actor][table.played]
    return (
        f"In the model's futures from the start {words.actor(actor)} {_USUALLY[kind]} "
        f"{number(often, 2 if often < _SELDOM else 1)} times by then, on average."
    )


def undelivered(table: TableRecord, words: Wording) -> Iterator[Question]:
    """What was promised and not delivered, or late."""
    described = table.scenario.description
    for one in table.pledges:
        if one.state not in ("overdue", "broken", "late"):
            continue
        (debtor, creditor), *back = one.promise.owed
        who, whom = words.actor(debtor), words.actor(creditor)
        yield _question(
            "undelivered",
            0.7 if one.state == "late" else 0.88,
            words,
            one.state,
            pledge=one,
            promised=f"{who} and {whom} promised each other" if back else f"{who} promised {whom}",
            delivery=delivery(one.promise, described),
            due=last_month(described.calendar, one.due),
            trusts=[(owed, table.trust[owed[1], owed[0]]) for owed in one.promise.owed],
            usually=_usually(table, "kept", debtor, words),
        )


def kept_all(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Who kept every promise, and what that opened."""
    owed: dict[tuple[str, str], list[Pledge]] = {}
    for one in table.pledges:
        if one.state != "open" and len(one.promise.owed) == 1:
            owed.setdefault(one.promise.owed[0], []).append(one)
    for (debtor, creditor), made in owed.items():
        if all(one.state == "kept" for one in made):
            values: dict[str, Any] = {"debtor": debtor, "creditor": creditor, "promises": len(made)}
            usually, trust = _usually(table, "kept", debtor, words), table.trust[creditor, debtor]
            yield _question("kept", 0.5, words, trust=trust, usually=usually, **values)


def fallen(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Whose government fell, and whether policy changed."""
    for one in table.new_governments:
        yield _question(
            "fallen",
            0.75,
            words,
            one=one,
            moved_issues=[
                f"“{words.issue(change.on)}” ({signed(change.after - change.before, 0)})"
                for change in one.moved
                if change.kind == "position"
            ],
            before=_hostile(table, one.actor, range(1, one.round)),
            since=_hostile(table, one.actor, range(one.round, table.played + 1)),
            ended=[
                arrangement_text(change.instance, table.scenario.description)
                for change in table.changes
                if change.actor == one.actor
                and change.round >= one.round
                and change.how in ("ended", "broken off", "suspended")
            ],
            usually=_usually(table, "fallen", one.actor, words),
        )


def _hostile(table: TableRecord, actor: str, rounds: range) -> str:
    """How many of an actor's acts in some rounds were hostile."""
    levers = table.scenario.description.levers
    acts = [a for n in rounds for a in table.acts[n - 1] if a.actor == actor and a.open]
    hostile = sum(tone(levers[act.lever or ""]) == "conflictual" for act in acts)
    return f"{hostile:,} of {count(len(acts), 'act')}"


def mistaken(table: TableRecord, words: Wording) -> Iterator[Question]:
    """What an actor did not know of another, and whether it could have known."""
    for course in table.beliefs if table.played else ():
        away = abs(float(course.mean[-1]) - float(course.true[-1]))
        weight = min(0.9, 0.5 + away)
        said = told(course, table.scenario.description)
        yield _question("mistaken", weight, words, about=course.held, said=said)


_KINDS: tuple[Callable[[TableRecord, Wording], Iterator[Question]], ...] = (
    mattered,
    unlikely,
    refused,
    conceded,
    relations,
    fared,
    on_others,
    surprises,
    broken,
    undelivered,
    kept_all,
    fallen,
    mistaken,
)
