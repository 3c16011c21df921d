"""What a seat believes of numbers of others: at the start, and by what they have done since.

Nothing here says what is true: that is for the debrief.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.classroom.game.table import Table
from sim.reporting.beliefs import believed, number_in_words, of_runs
from sim.scenario.beliefs import Held, beliefs_of
from sim.scenario.schema import Description
from sim.text import number, sentence


def believed_at_start(described: Description, actor: str) -> tuple[str, ...]:
    """A line for each number of another that a seat does not know."""
    return tuple(_at_start(held, described) for held in _own(described, actor))


def _at_start(held: Held, described: Description) -> str:
    belief, other = held.belief, described.actors[held.about.actor].name
    spread = belief.spread.value
    sure = f", give or take {number(spread, 2)}" if spread else ", and are sure of it"
    learn = f" You learn more from what {other} does and answers." if spread else ""
    return (
        f"You do not know {belief.name} ({number_in_words(held, described)}). You put it at "
        f"{number(belief.mean.value, 2)}{sure}.{learn}"
    )


def believed_now(table: Table, actor: str | None) -> tuple[str, ...]:
    """A line for each such number, by what was done in the rounds that are over."""
    described = table.compiled.description
    if not any(_own(described, actor)):
        return ()
    return tuple(
        f"{sentence(course.belief.name)}: {believed(course, -1)}"
        + (
            f" by what {described.actors[course.held.about.actor].name} has done so far."
            if table.played
            else ", before anything is done."
        )
        for course in of_runs(table.dataset(), described)
        if course.belief.by == actor
    )


def _own(described: Description, actor: str | None) -> Iterator[Held]:
    return (held for held in beliefs_of(described) if held.belief.by == actor)
