"""Where a game stands, as far as its class can know: what a forecast starts from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b

from sim.classroom.game.course import RUN, Course
from sim.classroom.game.table import Table
from sim.model.random_streams import Past
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Standing:
    """Where a game stands, as far as its class can know.

    Attributes
    ----------
    course : Course
        What was laid down in the rounds that are over, and what was let happen up to now.
    played : int
        Rounds that are over.
    opened : bool
        The next round is open: its events have happened.
    """

    course: Course
    played: int = 0
    opened: bool = False

    @property
    def past(self) -> Past:
        """What all futures share."""
        own = self.played + 1
        return Past(RUN, own, events=own + self.opened)

    @property
    def digest(self) -> str:
        """The same for the same standing."""
        course = self.course
        laid = (
            course.seed, sorted(course.moves.items()), sorted(course.answers.items()),
            sorted(course.forced.items()), self.played, self.opened,
        )  # fmt: skip
        return blake2b(repr(laid).encode(), digest_size=12).hexdigest()


def standing(table: Table, played: int | None = None, *, opened: bool = False) -> Standing:
    """Where a table stands now, or stood when a round was over (and the next one opened)."""
    if played is None:
        opened, played = table.phase in ("choosing", "answering"), table.played
    return Standing(known(table.course, played, played + opened), played, opened)


def known(course: Course, played: int, happened: int) -> Course:
    """A course up to the rounds that are over, with what was let happen up to another."""
    forced = {at: events for at, events in course.forced.items() if at <= happened}
    return replace(course.before(played + 1), forced=forced)


def scenario_of(table: Table, happened: int) -> Scenario:
    """A table's scenario with what its teacher made up to happen by a round, and no more."""
    later = {name for name, (at, _) in table.made.items() if at > happened}
    if not later:
        return table.scenario
    described = table.scenario.description
    events = {name: event for name, event in described.events.items() if name not in later}
    return replace(table.scenario, description=described.model_copy(update={"events": events}))
