"""What drives each curve, in words: the table that leads on to numbers and sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path

from sim.reporting.html import Prose
from sim.reporting.sources import Cited, Row, path_in_words, steps_in_words
from sim.scenario import schema_paths
from sim.scenario.schema import Description
from sim.scenario.yaml_reader import read_data
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
    inner : bool
        True where it belongs to the lever or event of the line above.
    grounds : Grounds or None
        ``None`` where it rests on the same as the line above.
    """

    words: str
    numbers: tuple[tuple[str, Row], ...]
    more: int
    did: str
    inner: bool
    grounds: Grounds | None = None

    @property
    def rests_on(self) -> tuple[tuple[Cited, ...], str]:
        """What its numbers are cited from, and why they are what they are."""
        first = self.numbers[0][1]
        return first.cited, first.why


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
_STRONG, _CLEAR = 0.5, 0.3
"""Least size of a rank correlation that is called so."""
_SAID = Prose("sim.studies.run/sentences.j2")


@cache
def _roles() -> dict[str, str]:
    """What a number does, by a step of its path; else the curve starts there."""
    file = Path(__file__).with_name("roles.yaml")
    found: dict[str, str] = read_data(file)
    return found


def outcome_fold(
    key: str, drivers: Drivers, rows: Mapping[str, Row], description: Description
) -> Fold:
    """Put what drives the outcome ``key`` into words.

    ``rows`` are all parameters of the scenario by path, ``description`` gives the names.
    """
    counted = bool(description.outcomes[key].acts)
    headings = (
        "Where it starts, and what moves it by itself",
        "Levers that are counted" if counted else "Levers that move it",
        "Events that change it",
        "Uncertain numbers that its end goes with",
    )
    ways = "the higher it ends", "the lower it ends"
    summary = "What drives this, and where the numbers come from"
    parts = _Teller(rows, description).parts(drivers, headings, ways)
    shown = _elsewhere(drivers, description)
    return Fold(f"drivers-outcome-{key}", summary, parts, _notes(drivers), shown)


def watch_fold(
    key: str, drivers: Drivers, rows: Mapping[str, Row], description: Description
) -> Fold:
    """Put what drives the watched event ``key`` into words, as :func:`outcome_fold` does."""
    watch = description.watch[key]
    headings = (
        "What is waited for",
        "The lever" if watch.lever else "Levers that move it",
        "The event" if watch.event else "Events that change it",
        "Uncertain numbers that it goes with",
    )
    ways = "the likelier it is", "the less likely it is"
    parts = _Teller(rows, description).parts(drivers, headings, ways)
    shown = _elsewhere(drivers, description)
    return Fold(f"drivers-watched-{key}", sentence(watch.name), parts, _notes(drivers), shown)


def _elsewhere(drivers: Drivers, description: Description) -> tuple[tuple[str, str], ...]:
    """Id and name of the outcomes under which more stands."""
    return tuple(
        (f"drivers-outcome-{one}", description.outcomes[one].name) for one in drivers.outcomes
    )


def _notes(drivers: Drivers) -> tuple[str, ...]:
    sized = any(driver.size is not None for driver in drivers.levers)
    notes = (
        _SAID.left_out(drivers.left_out) if drivers.left_out else "",
        _SAID.sums() if sized else "",
        _SAID.correlations() if drivers.uncertain else "",
    )
    return tuple(filter(None, notes))


class _Teller:
    """The lines of one fold, which tells each fact once."""

    def __init__(self, rows: Mapping[str, Row], description: Description) -> None:
        self._rows = rows
        self._description = description
        self._told: set[str] = set()

    def parts(
        self, drivers: Drivers, headings: Sequence[str], ways: tuple[str, str]
    ) -> tuple[DriverPart, ...]:
        """Four parts under their headings, of which those without lines are left out.

        ``ways`` says what goes with a higher number, and with a lower one.
        """
        lines = (
            self._own(drivers.own),
            self._levers(drivers.levers),
            self._events(drivers.events),
            self._uncertain(drivers.uncertain, *ways),
        )
        found = [DriverPart(*one) for one in zip(headings, map(self._grounded, lines), strict=True)]
        return tuple(part for part in found if part.lines)

    def _own(self, paths: Iterable[str]) -> Iterator[DriverLine]:
        for path in paths:
            steps, roles = path.split("."), _roles()
            found = (
                roles[step]
                for place, step in enumerate(steps, 1)
                if step in roles and schema_paths.is_word(steps[:place])
            )
            yield from self._lines((path,), next(found, "where the curve starts"))

    def _levers(self, drivers: Iterable[LeverDriver]) -> Iterator[DriverLine]:
        for driver in drivers:
            counted = driver.size is None
            first, then = (driver.numbers, driver.habits)[:: -1 if counted else 1]
            yield from self._lines((*first, *then), _used(driver))

    def _events(self, drivers: Iterable[EventDriver]) -> Iterator[DriverLine]:
        for driver in drivers:
            yield from self._lines(driver.numbers, f"happened in {percent(driver.share)} of runs")

    def _uncertain(self, found: Iterable[Associated], up: str, down: str) -> Iterator[DriverLine]:
        for one in found:
            size = abs(one.rho)
            strength = "strong" if size >= _STRONG else "clear" if size >= _CLEAR else "slight"
            way = up if one.rho > 0 else down
            did = f"the higher it is, {way}: {strength} (rank correlation {number(one.rho, 2)})"
            yield from self._lines((one.path,), did)

    def _grounded(self, lines: Iterable[DriverLine]) -> tuple[DriverLine, ...]:
        """Give the lines what they rest on, once for all that follow one another."""
        found: list[DriverLine] = []
        for (cited, why), alike in groupby(lines, key=lambda line: line.rests_on):
            same = list(alike)
            told, before = (
                tuple(fact for fact in cited if (fact.id in self._told) == known)
                for known in (False, True)
            )
            self._told |= {fact.id for fact in cited}
            found += [replace(same[0], grounds=Grounds(told, before, why, len(same))), *same[1:]]
        return tuple(found)

    def _lines(self, paths: Iterable[str], did: str) -> Iterator[DriverLine]:
        """Lines of one lever or event; numbers of one kind that rest on the same share one."""
        inner = False
        for (kind, *_), alike in groupby((self._rows[path] for path in paths), key=_kind):
            rows = list(alike)
            several, deep = len(rows) > 1, kind.count(".") + 1
            numbers = tuple(
                (steps_in_words(row.path, deep, self._description) if several else "", row)
                for row in rows[:KEYS]
            )
            path = kind if several else rows[0].path
            words = path_in_words(path, self._description)
            if inner:  # without the lever or event that it belongs to
                words, did = sentence(steps_in_words(path, 2, self._description)), ""
            yield DriverLine(words, numbers, max(len(rows) - KEYS, 0), did, inner)
            inner = True


def _kind(row: Row) -> tuple[str, tuple[Cited, ...], str]:
    """The table of a lever that a number stands in, or its own path; and what it rests on."""
    section, *steps = row.path.split(".")
    kind = ".".join((section, *steps[:2])) if section == "levers" else row.path
    return kind, row.cited, row.why


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
