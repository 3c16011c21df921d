"""What theories of bargaining forecast of a scenario's issues, beside where its runs end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sim.reporting import document as page
from sim.reporting.chart_kit import Table
from sim.reporting.document import Block
from sim.statistics.issue_forecasts import IssueForecast
from sim.text import count, listing, number, sentence
from sim.theories.bargaining import BARGAINING
from sim.theories.registry import title

WORDS = {name: title(name) for name in BARGAINING}
"""Theories of bargaining as pages call them."""
ABOUT = (
    "Theories of bargaining forecast where an issue ends from what actors want, how much it "
    "matters to them and how powerful they are at the start, and from nothing else: as if they "
    "bargained about it and then did what was agreed. In the runs an issue moves by the steps of "
    "levers that actors have, and within the scenario's rounds: also where actors play such a "
    "theory, it may end far from the forecast. Issues run from 0 to 100."
)


def forecast_blocks(found: Sequence[IssueForecast], ends: Mapping[str, float]) -> Iterator[Block]:
    """The forecasts in a table, and how far they are from where runs end.

    Parameters
    ----------
    found : sequence of IssueForecast
    ends : mapping of outcome to float
        Where each outcome ends, in the median of the runs.
    """
    if not found:
        return
    yield ABOUT
    ended = [ends.get(one.outcome or "") for one in found]
    header = ("Issue", "At the start", *WORDS.values(), "Median at the end")
    rows = [
        (
            sentence(one.name),
            number(one.start, 1),
            *(number(one.by_theory[name], 1) for name in WORDS),
            "–" if end is None else number(end, 1),
        )
        for one, end in zip(found, ended, strict=True)
    ]
    table = Table("Forecasts of issues, beside where the runs end", header, tuple(rows))
    yield page.cards(table, numbers=True)
    known = [(one, end) for one, end in zip(found, ended, strict=True) if end is not None]
    if known:
        yield _distances(known)


def _distances(known: Sequence[tuple[IssueForecast, float]]) -> str:
    """How far each theory is from the runs in the mean, the nearest first."""
    apart = {
        name: sum(abs(one.by_theory[name] - end) for one, end in known) / len(known)
        for name in WORDS
    }
    unmoved = sum(abs(one.start - end) for one, end in known) / len(known)
    told = [
        f"{WORDS[name]} ({number(apart[name], 1)})" for name in sorted(apart, key=apart.__getitem__)
    ]
    return (
        f"Mean distance from the median at the end, over {count(len(known), 'reported issue')}, "
        f"the nearest theory first: {listing(told)}. "
        f"That nothing changes would be {number(unmoved, 1)} away."
    )
