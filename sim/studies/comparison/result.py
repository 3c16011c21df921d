"""A comparison as data: each scenario held against the reference, theory by theory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from sim.statistics.summary import Summary, summarise
from sim.studies.comparison.common_ground import Side
from sim.studies.comparison.contrasts import Contrast, Contrasts

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Group:
    """Scenarios under one lens, or as they are: the reference first.

    Attributes
    ----------
    lens : str
        The lens's name; empty where none was put on.
    sides : tuple of Side
    contrasts : tuple of Contrasts
        Every other scenario held against the reference.
    """

    lens: str
    sides: tuple[Side, ...]
    contrasts: tuple[Contrasts, ...]

    @property
    def lens_id(self) -> str:
        """Id of the lens; empty where none was put on."""
        return self.sides[0].scenario.description.lens or "" if self.lens else ""

    @property
    def by_theory(self) -> bool:
        """Whether it is one scenario, played under several theories."""
        return bool(self.sides[0].theory)

    @cached_property
    def summaries(self) -> tuple[Summary, ...]:
        """What the runs of each scenario came to."""
        return tuple(summarise(side.data, side.scenario, side.tally) for side in self.sides)


Kind = Literal["opposite", "some", "partly", "unclear", "all", "none"]


@dataclass(frozen=True)
class Agreement:
    """What several lenses make of one difference.

    Attributes
    ----------
    kind : {"opposite", "some", "partly", "unclear", "all", "none"}
        They see it in opposite directions; some see it, and for others there is none
        to be seen; some see it, and of all others these runs cannot tell; none sees it,
        and of some these runs cannot tell; all see it alike; for none there is any to be
        seen.
    rises, falls, still, open : tuple of str
        The lenses under which it rises, falls, surely does not differ visibly, and those
        of which these runs cannot tell.
    """

    kind: Kind
    rises: tuple[str, ...]
    falls: tuple[str, ...]
    still: tuple[str, ...]
    open: tuple[str, ...]


def agreement(by_lens: Mapping[str, Contrast]) -> Agreement:
    """Say whether lenses agree on a difference.

    A lens sees one where its interval, allowing for all others, leaves out zero
    and the difference is large enough to be visible. That a lens sees none must
    be shown as well: its whole interval must be too small to see.
    """
    sides: dict[str, list[str]] = {"rises": [], "falls": [], "still": [], "open": []}
    for lens, one in by_lens.items():
        if one.notable:
            side = "rises" if np.sign(one.difference) > 0 else "falls"
        else:
            side = "still" if one.negligible else "open"
        sides[side].append(lens)
    rises, falls, still, unknown = (tuple(found) for found in sides.values())
    kind: Kind = "none"
    if rises and falls:
        kind = "opposite"
    elif (rises or falls) and still:
        kind = "some"
    elif rises or falls:
        kind = "partly" if unknown else "all"
    elif unknown:
        kind = "unclear"
    return Agreement(kind, rises, falls, still, unknown)


class View(NamedTuple):
    """A difference's name, what the lenses or theories make of it, and what it is under each."""

    name: str
    agreement: Agreement
    by_lens: dict[str, Contrast]

    @property
    def gaps(self) -> dict[str, str]:
        """The difference under each as text, all with as many decimals as the visible need."""
        every = self.by_lens.values()
        needed = [one.decimals for one in every if one.notable]
        decimals = max(needed) if needed else min(one.decimals for one in every)
        return {name: one.gap(one.difference, decimals) for name, one in self.by_lens.items()}


def views(groups: Sequence[Group]) -> list[View]:
    """Every difference that all lenses have, by scenario and measure; none without lenses.

    Where theories are compared, every measure, with what each has against the reference's.
    """
    if groups[0].by_theory:
        return _by_theory(groups[0].contrasts)
    if not groups[0].lens:
        return []
    found = []
    for place, pair in enumerate(groups[0].contrasts):
        for one in pair.found:
            by_lens = {
                group.lens: mine
                for group in groups
                for mine in group.contrasts[place].found
                if mine.key == one.key
            }
            several = len(groups[0].contrasts) > 1
            name = f"{one.name} · {pair.other.name}" if several else one.name
            found.append(View(name, agreement(by_lens), by_lens))
    return found


def _by_theory(pairs: Sequence[Contrasts]) -> list[View]:
    # One scenario: all have the same measures, in the same order.
    found = zip(*(pair.found for pair in pairs), strict=True)
    names = [pair.other.name for pair in pairs]
    by_theory = [dict(zip(names, every, strict=True)) for every in found]
    return [View(next(iter(by.values())).name, agreement(by), by) for by in by_theory]


# A comparison as a table, and as labelled arrays.

_KEYS = ("lens", "scenario", "measure", "until")
"""What tells the rows apart."""


def table(groups: Sequence[Group]) -> pd.DataFrame:
    """One row for each lens, scenario, measure and date."""
    import pandas as pd

    frames = [
        pd.DataFrame(dict(_columns(group, pair, one)))
        for group in groups
        for pair in group.contrasts
        for one in pair.found
    ]
    return pd.concat(frames, ignore_index=True)


def _columns(group: Group, pair: Contrasts, one: Contrast) -> Iterator[tuple[str, object]]:
    (low, high), (low_all, high_all) = one.paired.interval(), one.paired.interval(one.limit)
    yield "lens", group.lens_id
    yield "reference", pair.reference.theory or pair.reference.name
    yield "scenario", pair.other.theory or pair.other.name
    yield "measure", one.id
    yield "name", one.name
    yield "kind", "event" if one.event else "outcome"
    yield "until", one.dates
    yield "mean_reference", one.reference
    yield "mean", one.changed
    yield from (("difference", one.paired.difference), ("low", low), ("high", high))
    yield from (("low_all", low_all), ("high_all", high_all), ("saved", one.paired.saved))
    yield "pairs", one.paired.pairs
    yield "parted", np.arange(len(one.dates)) == (-1 if one.parted is None else one.parted)
    last = np.arange(len(one.dates)) == len(one.dates) - 1
    for name in ("effect", "above", "below"):
        yield name, np.where(last, getattr(one, name), np.nan)


def as_dataset(frame: pd.DataFrame) -> xr.Dataset:
    """The numbers of the table as arrays by lens, scenario, measure and date."""
    outcomes = set(frame["measure"][frame["kind"] == "outcome"])
    twins = (frame["kind"] == "event") & frame["measure"].isin(outcomes)
    told_apart = frame["measure"].where(~twins, frame["measure"] + " (event)")
    rows = frame.assign(measure=told_apart).set_index(list(_KEYS))
    return rows.select_dtypes("number").to_xarray()
