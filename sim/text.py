"""Numbers, dates and lists as a reader sees them, and the nearest word to a misspelt one.

Figures, tables, stories and the command line share these words, so that one
number never appears in two shapes.
"""

from __future__ import annotations

import datetime
import difflib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

NBSP = "\u00a0"
MINUS = "\u2212"
_MONTHS = "January February March April May June July August September October November December"
MONTHS = tuple(_MONTHS.split())
SAME = 1e-6
"""Numbers are one and the same that differ by less than this share of the largest of them."""
MOST_DIGITS = 15
PERIODS = {"month": "monthly", "quarter": "quarterly", "half-year": "half-yearly", "year": "yearly"}


def number(value: float, digits: int) -> str:
    """Write a number with a real minus sign and ``digits`` decimals.

    A value that rounds to zero loses its sign; a missing one is a dash.
    """
    if not math.isfinite(value):
        return "–"
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def signed(value: float, digits: int) -> str:
    """Write a difference with its sign; one that rounds to zero has none."""
    text = number(value, digits)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def enough(values: Iterable[float], least: int, apart: float = 0.0) -> int:
    """Decimals with which values that differ are written differently.

    Words compare numbers, never texts: who says that one is above another writes both
    with as many decimals as this.

    ``values``: those that are not finite do not count; ``least``: decimals that are shown anyway;
    ``apart``: values that are nearer to each other than this may be written alike. Gives from
    ``least`` to :data:`MOST_DIGITS`.
    """
    finite = sorted(value for value in map(float, values) if math.isfinite(value))
    size = max(map(abs, finite), default=0.0)
    kept: list[float] = []
    for value in finite:
        if not kept or value - kept[-1] > max(apart, SAME * size):
            kept.append(value)
    for digits in range(least, MOST_DIGITS):
        if len({number(value, digits) for value in kept}) == len(kept):
            return digits
    return MOST_DIGITS


def exact(values: Iterable[float], least: int) -> int:
    """Decimals that write values as they are, where up to two beyond ``least`` do; else these."""
    known = list(values)
    return next(
        (
            digits
            for digits in range(least, least + 3)
            if all(math.isclose(round(value, digits), value, rel_tol=1e-9) for value in known)
        ),
        least,
    )


def span_digits(difference: float, ends: Iterable[float], least: int) -> int:
    """Decimals that show a difference with its interval, and on which side of zero it ends."""
    return enough((0.0, difference, *ends), least)


def interval_digits(difference: float, intervals: Iterable[tuple[float, float]], least: int) -> int:
    """Decimals of a difference with its intervals: more than ``least`` only where one leaves out 0.

    The ends of those that hold zero are written by :func:`outward`.
    """
    apart = [end for low, high in intervals if not low < 0 < high for end in (low, high)]
    return span_digits(difference, apart, least) if apart else least


def outward(low: float, high: float, digits: int) -> tuple[float, float]:
    """Ends of an interval that holds zero, rounded away from it; others as they are.

    So few decimals show on which side of zero each end lies, and the interval is no narrower.
    """
    if not low < 0 < high:
        return low, high
    # What is a round number but for the last bits stays that number.
    scale = 10**digits
    return math.floor(round(low * scale, 6)) / scale, math.ceil(round(high * scale, 6)) / scale


def percents(shares: Iterable[float]) -> tuple[str, ...]:
    """Write shares that stand side by side: as :func:`percent`, finer where two would be alike."""
    known = tuple(map(float, shares))
    texts = tuple(map(percent, known))
    per_cent = [100 * share for share in known]
    digits = enough(per_cent, 0)
    exact = {number(share, digits) for share in per_cent}
    if len(set(texts)) == len(exact):
        return texts
    return tuple(f"{number(share, max(digits, 1))}{NBSP}%" for share in per_cent)


def percent(share: float) -> str:
    """Write a share of 1 in per cent, finer near the ends where it matters."""
    if not math.isfinite(share):
        return "–"
    hundredths = 100 * share
    if 0 < hundredths < 0.1:
        return f"under{NBSP}0.1{NBSP}%"
    if 99.9 < hundredths < 100:
        return f"over{NBSP}99.9{NBSP}%"
    digits = 1 if 0 < hundredths < 9.95 or 90 < hundredths < 100 else 0
    text = f"{hundredths:.{digits}f}"
    return f"{text.removesuffix('.0')}{NBSP}%"


def count(amount: int, one: str, many: str = "") -> str:
    """Write an amount with its noun: ``1 run``, ``2,000 runs``."""
    return f"{amount:,}{NBSP}{one if amount == 1 else many or one + 's'}"


def year_month(date: np.datetime64) -> str:
    """Write a date as ``2018-01``."""
    return str(date.astype("datetime64[M]"))


def month(date: np.datetime64) -> str:
    """Write a date as ``January 2018``."""
    year, nth = year_month(date).split("-")
    return f"{MONTHS[int(nth) - 1]} {int(year)}"


def day(date: datetime.date) -> str:
    """Write a date as ``3 January 2018``."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def listing(items: Sequence[str], joint: str = "and") -> str:
    """Join items as prose: ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def sentence(text: str) -> str:
    """Raise the first letter and leave the rest."""
    return text[:1].upper() + text[1:]


def span(seconds: float) -> str:
    """Write a time taken: ``3.2 seconds``, ``4 minutes``."""
    if seconds < 90:
        return f"{number(seconds, 1)}{NBSP}seconds"
    return count(round(seconds / 60), "minute")


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to a misspelt one, if any is near."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.65)
    return near[0] if near else None


def did_you_mean(word: str, known: Iterable[str], what: str) -> str:
    """A remedy: the nearest known word, then all of them (at most twelve).

    ``what`` says in the plural what they are: ``actors``.
    """
    names = sorted(known)
    if not names:
        return f"there are no {what} in this scenario"
    near = closest(word, names)
    rest = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    listed = f"known {what}: {rest}"
    return f"did you mean '{near}'? {listed}" if near else listed


def unknown(word: str, known: Iterable[str], what: str) -> str:
    """Say that there is no such name, and which are meant; ``what`` is their kind: ``actor``."""
    return f"there is no {what} '{word}'; {did_you_mean(word, known, what + 's')}"


def quoted(names: Iterable[str]) -> str:
    """Names in a row: ``'a', 'b' and 'c'``."""
    return listing([f"'{name}'" for name in names])


def titled(title: str, rest: str) -> str:
    """A title with what is shown of it; after a question a sentence of its own."""
    return f"{title} {sentence(rest)}" if title.endswith(("?", "!")) else f"{title}: {rest}"


class TextTable(NamedTuple):
    """Columns and rows of text under a title."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def markdown(self) -> str:
        """As a document holds it."""
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_HELD = {ord(letter): held for held, letter in enumerate("|;#\n")}
"""What sets cells, their parts, lines and tables off, by what stands for it in what is shown."""


def laid_out(template: str, values: Mapping[str, object]) -> Iterator[TextTable]:
    """The tables of a template, which is named by package and file.

    Under each title, after ``#``, stands a line of columns, then a line for each row. Cells are
    set off by ``|``, what a cell lists by ``;``; what is shown in them may hold both.
    """
    import jinja2

    package, _, name = template.partition("/")
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(package, ""),
        line_statement_prefix="%",
        finalize=lambda value: str(value).translate(_HELD),
        undefined=jinja2.StrictUndefined,
    )
    for part in environment.get_template(name).render(values).split("# ")[1:]:
        title, *lines = filter(None, part.split("\n"))
        columns, *rows = (_cells(line) for line in lines)
        yield TextTable(title, columns, rows)


def _cells(line: str) -> list[str]:
    cells = (cell.strip(" ").removesuffix(";") for cell in line.split("|"))
    return [cell.translate({held: letter for letter, held in _HELD.items()}) for cell in cells]
