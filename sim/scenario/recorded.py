"""How often levers were used before the start, by the public record, in rounds of the scenario."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sim.scenario.calendar import MONTHS, date_after
from sim.scenario.field_types import Recorded
from sim.scenario.phrases import pair
from sim.scenario.schema import Calendar, Description

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Count:
    """How often something was done in whole rounds before the start.

    Attributes
    ----------
    lever : str
        The lever whose record it is.
    between : str
        Whose: ``A to B``, or ``A and B`` for both ways.
    levers : tuple of str
        The lever and those that count as it.
    times : int
        Uses on record. Of several in one round and direction one counts, as the model knows
        no more.
    rounds : int
        Whole rounds that the record covers.
    since, until : datetime.date
        First and last day of these rounds.
    record : Recorded
        What the scenario states.
    """

    lever: str
    between: str
    levers: tuple[str, ...]
    times: int
    rounds: int
    since: datetime.date
    until: datetime.date
    record: Recorded

    @property
    def ways(self) -> tuple[tuple[str, str], ...]:
        """The directions that count, as (actor, target)."""
        return ways(self.between)


def ways(between: str) -> tuple[tuple[str, str], ...]:
    """The directions that ``A to B`` or ``A and B`` stands for; none for other text."""
    if (found := pair(between)) is None:
        return ()
    first, joint, second = found
    both = ((first, second), (second, first))
    return both[:1] if joint == "to" else both


def counts(description: Description) -> list[Count]:
    """Count each record of a scenario in whole rounds that end before its start.

    Days on or after the start are left out. A number without days that reaches so far cannot
    be cut, and a record without a whole round before the start says nothing: neither is in
    the list.
    """
    found = (
        _count(description.calendar, name, between, record)
        for name, lever in description.levers.items()
        for between, record in lever.recorded.items()
    )
    return [one for one in found if one is not None]


def _count(calendar: Calendar, lever: str, between: str, record: Recorded) -> Count | None:
    if record.dates is None and record.until >= calendar.start:
        return None
    covered = list(rounds_before(calendar, record.since, record.until))
    if not covered:
        return None
    since, until = covered[-1][0], covered[0][1]
    days = _in_rounds(record, covered, len(ways(between)))
    return Count(
        lever=lever,
        between=between,
        levers=(lever, *record.also),
        times=days if record.count is None else record.count,
        rounds=len(covered),
        since=since,
        until=until,
        record=record,
    )


def _in_rounds(
    record: Recorded, covered: list[tuple[datetime.date, datetime.date]], most: int
) -> int:
    """Days on record, of which each round counts so many at most."""
    days = Counter(
        first for day in record.dates or () for first, last in covered if first <= day <= last
    )
    return sum(min(number, most) for number in days.values())


def rounds_before(
    calendar: Calendar, since: datetime.date, until: datetime.date
) -> Iterator[tuple[datetime.date, datetime.date]]:
    """First and last days of the whole rounds before the start within a time, latest first."""
    after = calendar.start
    months = (after.year - since.year) * 12 + after.month - since.month
    for back in range(1, months // MONTHS[calendar.round] + 1):
        first, last = date_after(calendar, -back), after - _DAY
        if first < since:
            return
        if last <= until:
            yield first, last
        after = first
