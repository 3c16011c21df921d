"""What can be asked of where a table has come to stand, and of what came about there."""

from __future__ import annotations

from collections.abc import Iterator

from sim.analysis.words import NBSP, number, percent, sentence, signed
from sim.classroom.debrief.asked import Question
from sim.classroom.debrief.record import Ground, Played
from sim.classroom.debrief.wording import OWN, Wording, placed
from sim.classroom.forecast import MEDIAN

POINTS = 1.0
"""Ground on an issue, in points by salience, whose loss is worth a question."""
UNFORESEEN = 0.25
"""What came about in fewer of the model's futures was not expected."""
OFF = 0.25
"""Share of the model's band by which a relation is off its median when it is worth a question."""
NARROW = 0.02
"""A band of affinities no wider is none."""


def conceded(table: Played, words: Wording) -> Iterator[Question]:
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


def _own_doing(table: Played, ground: Ground) -> bool:
    """Whether the actor did, or agreed to, something that moves the issue as it went."""
    levers = table.scenario.description.levers
    for act in (act for acts in table.acts for act in acts if act.open):
        if ground.actor != act.actor and not (act.asked and ground.actor == act.target):
            continue
        amount = levers[act.lever or ""].effects.get(f"issue {ground.issue}")
        if amount is not None and amount.value * ground.shift > 0:
            return True
    return False


def relations(table: Played, words: Wording) -> Iterator[Question]:
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
        f"Their affinity is {number(value, 2)}, {placed(value, levels)} (median "
        f"{number(levels[MEDIAN], 2)}, 90{NBSP}% from {number(levels[0], 2)} to "
        f"{number(levels[-1], 2)}).",
        min(0.9, 0.3 + 0.6 * off),
    )


def fared(table: Played, words: Wording) -> Iterator[Question]:
    """Who fared better or worse than the model would have in nearly all of its futures."""
    if table.start is None or table.now is None or not table.played:
        return
    for actor, bands in table.start.interest.items():
        levels = [level[table.played] for level in bands]
        value = table.now.interest[actor][MEDIAN][table.played]
        better = value > levels[-1]
        beyond = better or value < levels[0]
        if not table.seats[actor] or not beyond or abs(value - levels[MEDIAN]) < OWN:
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


def surprises(table: Played, words: Wording) -> Iterator[Question]:
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
