"""What drives each curve, in words: the table that leads on to numbers and sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from sim.reporting.sources import Cited, Row, path_in_words, steps_in_words
from sim.scenario import schema_paths
from sim.scenario.schema import Description
from sim.statistics.drivers import Associated, Drivers, EventDriver, LeverDriver
from sim.text import MINUS, number, percent, sentence


@dataclass(frozen=True)
class Grounds:
    """What numbers rest on; the words of each fact stand where a fold cites it first.

    Attributes
    ----------
    told : tuple of Cited
        Facts and data that are cited here first.
    before : tuple of Cited
        Those whose words stand further up.
    why : str
        The stated reason, or that it is the model's default.
    lines : int
        How many lines rest on it.
    """

    told: tuple[Cited, ...]
    before: tuple[Cited, ...]
    why: str
    lines: int = 1


@dataclass(frozen=True)
class DriverLine:
    """One or more numbers of one kind that rest on the same.

    Attributes
    ----------
    words : str
        What the numbers are.
    numbers : tuple of (str, Row)
        What tells each from the others, empty where there is only one.
    more : int
        How many more there are of the kind.
    did : str
        What came of it in the runs.
    grounds : Grounds or None
        ``None`` where it rests on the same as the line above.
    inner : bool
        True where it belongs to the lever or event of the line above.
    """

    words: str
    numbers: tuple[tuple[str, Row], ...]
    more: int
    did: str
    grounds: Grounds | None
    inner: bool


@dataclass(frozen=True)
class DriverPart:
    """Lines under a common heading."""

    name: str
    lines: tuple[DriverLine, ...]


@dataclass(frozen=True)
class Fold:
    """What drives one curve.

    Attributes
    ----------
    id, summary : str
        Its anchor, and what one clicks on.
    parts : tuple of DriverPart
    notes : tuple of str
    elsewhere : tuple of (str, str)
        Id and name of outcomes under which more of it stands.
    """

    id: str
    summary: str
    parts: tuple[DriverPart, ...]
    notes: tuple[str, ...]
    elsewhere: tuple[tuple[str, str], ...] = ()


KEYS = 4
"""Most numbers of one kind that are listed of a lever."""
_ROLES = {
    "reversion": "pulls it back, every round",
    "noise": "moves it by chance, every round",
    "volatility": "moves it by chance, every round",
    "balance": "friends of friends draw together, every round",
    "reciprocity": "others warm or cool with each act",
    "audience_cost": "lost with each step of ground given up",
    **dict.fromkeys(
        (
            "power_growth",
            "support_trend",
            "affinity_trend",
            "tension_trend",
            "commitment_trend",
            "ties_trend",
            "trend",
        ),
        "added every round, less and less",
    ),
    "horizon": "for so many rounds it counts with whoever begins or ends it",
    "solemnity": "what breaking it off costs with others, and in trust",
    "breach": "lost with all partners by breaking off what is most solemn",
    "learning": "share of the way by each promise kept or broken",
    "cost_of_ruling": "lost in every round in office",
    "loses": "chance of losing an election",
    "hazard": "chance of a fall in any other round",
    "accountability": "how much likelier by support lost",
    "effects": "added in every round in force",
    "at_least": "the mark to reach",
    "at_most": "the mark to fall to",
}
"""What a number does, by a step of its path; else the curve starts there."""
_STRONG, _CLEAR = 0.5, 0.3
"""Least size of a rank correlation that is called so."""


Told = tuple[Row, DriverLine]
"""A line with the first of its numbers, by which it is grounded."""


def outcome_fold(
    key: str, drivers: Drivers, rows: Mapping[str, Row], description: Description
) -> Fold:
    """Put what drives the outcome ``key`` into words.

    Parameters
    ----------
    drivers : Drivers
        What drives it.
    rows : mapping of str to Row
        Every parameter of the scenario, by path.
    description : Description
        Gives the names.
    """
    counted = bool(description.outcomes[key].acts)
    teller = _Teller(rows, description)
    parts = (
        ("Where it starts, and what moves it by itself", teller.own(drivers.own)),
        (
            "Levers that are counted" if counted else "Levers that move it",
            teller.levers(drivers.levers),
        ),
        ("Events that change it", teller.events(drivers.events)),
        (
            "Uncertain numbers that its end goes with",
            teller.uncertain(drivers.uncertain, "the higher it ends", "the lower it ends"),
        ),
    )
    return Fold(
        f"drivers-outcome-{key}",
        "What drives this, and where the numbers come from",
        _filled(teller, parts),
        tuple(_notes(drivers)),
    )


def watch_fold(
    key: str, drivers: Drivers, rows: Mapping[str, Row], description: Description
) -> Fold:
    """Put what drives the watched event ``key`` into words, as :func:`outcome_fold` does."""
    watch = description.watch[key]
    teller = _Teller(rows, description)
    parts = (
        ("What is waited for", teller.own(drivers.own)),
        ("The lever" if watch.lever else "Levers that move it", teller.levers(drivers.levers)),
        ("The event" if watch.event else "Events that change it", teller.events(drivers.events)),
        (
            "Uncertain numbers that it goes with",
            teller.uncertain(drivers.uncertain, "the likelier it is", "the less likely it is"),
        ),
    )
    return Fold(
        f"drivers-watched-{key}",
        sentence(watch.name),
        _filled(teller, parts),
        tuple(_notes(drivers)),
        tuple(
            (f"drivers-outcome-{outcome}", description.outcomes[outcome].name)
            for outcome in drivers.outcomes
        ),
    )


def _filled(teller: _Teller, parts: Iterable[tuple[str, Iterable[Told]]]) -> tuple[DriverPart, ...]:
    told = (teller.part(name, lines) for name, lines in parts)
    return tuple(part for part in told if part.lines)


def _notes(drivers: Drivers) -> Iterator[str]:
    if drivers.left_out:
        others = "1 more effect is" if drivers.left_out == 1 else f"{drivers.left_out} more are"
        yield f"{others} left out: they did less."
    if any(driver.size is not None for driver in drivers.levers):
        yield (
            "Sums are stated size times mean uses. What came of them was less: a lever that is "
            "soon used again wears off, a push fades near the end of the range, and from "
            "affinity, tension, ties and support what usual acts bring is taken off again in "
            "every round. The coefficients of the theory, which hold for all levers, stand at "
            "the end of the page."
        )
    if drivers.uncertain:
        yield (
            "A rank correlation runs from −1 to 1. Only those are told that are clear of chance: "
            "if no number mattered, a report would show any at all once in 20 times."
        )


class _Teller:
    """The lines of one fold, which tells each fact once."""

    def __init__(self, rows: Mapping[str, Row], description: Description) -> None:
        self._rows = rows
        self._description = description
        self._told: set[str] = set()

    def own(self, paths: Iterable[str]) -> Iterator[Told]:
        for path in paths:
            steps = path.split(".")
            roles = (
                _ROLES[step]
                for place, step in enumerate(steps, 1)
                if step in _ROLES and schema_paths.is_word(steps[:place])
            )
            yield from self._lines((path,), next(roles, "where the curve starts"))

    def levers(self, drivers: Iterable[LeverDriver]) -> Iterator[Told]:
        for driver in drivers:
            counted = driver.size is None
            first, then = (driver.numbers, driver.habits)[:: -1 if counted else 1]
            yield from self._lines((*first, *then), _used(driver))

    def events(self, drivers: Iterable[EventDriver]) -> Iterator[Told]:
        for driver in drivers:
            yield from self._lines(driver.numbers, f"happened in {percent(driver.share)} of runs")

    def uncertain(self, found: Iterable[Associated], up: str, down: str) -> Iterator[Told]:
        for one in found:
            size = abs(one.rho)
            strength = "strong" if size >= _STRONG else "clear" if size >= _CLEAR else "slight"
            way = up if one.rho > 0 else down
            did = f"the higher it is, {way}: {strength} (rank correlation {number(one.rho, 2)})"
            yield from self._lines((one.path,), did)

    def part(self, name: str, lines: Iterable[Told]) -> DriverPart:
        """Give the lines what they rest on, once for all that follow one another."""
        found: list[DriverLine] = []
        for _, alike in groupby(lines, key=lambda told: _rests_on(told[0])):
            same = list(alike)
            grounds = self._grounds(same[0][0], len(same))
            found += [replace(same[0][1], grounds=grounds), *(line for _, line in same[1:])]
        return DriverPart(name, tuple(found))

    def _lines(self, paths: Iterable[str], did: str) -> Iterator[Told]:
        """Lines of one lever or event; numbers of one kind that rest on the same share one."""
        inner = False
        for (kind, *_), alike in groupby((self._rows[path] for path in paths), key=_kind):
            rows = list(alike)
            path = rows[0].path if len(rows) == 1 else kind
            line = DriverLine(
                words=self._within(path) if inner else path_in_words(path, self._description),
                numbers=tuple(
                    (self._apart(row, kind) if len(rows) > 1 else "", row) for row in rows[:KEYS]
                ),
                more=max(len(rows) - KEYS, 0),
                did="" if inner else did,
                grounds=None,
                inner=inner,
            )
            yield rows[0], line
            inner = True

    def _within(self, path: str) -> str:
        """A number's words without the lever or event that it belongs to."""
        return sentence(steps_in_words(path, 2, self._description))

    def _apart(self, row: Row, kind: str) -> str:
        return steps_in_words(row.path, kind.count(".") + 1, self._description)

    def _grounds(self, row: Row, lines: int) -> Grounds:
        told = tuple(fact for fact in row.cited if fact.id not in self._told)
        before = tuple(fact for fact in row.cited if fact.id in self._told)
        self._told |= {fact.id for fact in row.cited}
        return Grounds(told, before, row.why, lines)


def _kind(row: Row) -> tuple[str, tuple[Cited, ...], str]:
    """The table of a lever that a number stands in, or its own path; and what it rests on."""
    section, *steps = row.path.split(".")
    kind = ".".join((section, *steps[:2])) if section == "levers" else row.path
    return (kind, *_rests_on(row))


def _rests_on(row: Row) -> tuple[tuple[Cited, ...], str]:
    return row.cited, row.why


def _used(driver: LeverDriver) -> str:
    verb = "proposed" if driver.proposed else "used"
    if driver.uses < 0.005:
        return f"{'hardly ever' if driver.uses else 'never'} {verb}"
    said = f"{verb} {number(driver.uses, 1 if driver.uses >= 1 else 2)} times a run"
    return said if driver.size is None else f"{said}: {_sum(driver.push)} in sum"


def _sum(push: float) -> str:
    size = abs(push)
    if size < 0.0005:
        return "under 0.001"
    text = number(size, 1 if size >= 1 else 2 if size >= 0.1 else 3)
    return f"{MINUS if push < 0 else '+'}{text}"
