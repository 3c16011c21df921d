"""The same comparison through several lenses: where theories disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.statistics.summary import Summary, summarise
from sim.studies.comparison.agreement import Agreement, agreement
from sim.studies.comparison.contrasts import Contrast, Contrasts, Side
from sim.text import count


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

    @cached_property
    def summaries(self) -> tuple[Summary, ...]:
        """What the runs of each scenario came to."""
        return tuple(summarise(side.data, side.scenario, side.tally) for side in self.sides)


View = tuple[str, Agreement, dict[str, Contrast]]
"""A difference's name, what the lenses make of it, and what it is under each."""


def views(groups: Sequence[Group]) -> Iterator[tuple[tuple[int, str], View]]:
    """Every difference that all lenses have, by scenario and measure."""
    if not groups[0].lens:
        return
    for place, pair in enumerate(groups[0].contrasts):
        for one in pair.found:
            by_lens = {
                group.lens: mine
                for group in groups
                for mine in group.contrasts[place].found
                if (mine.id, mine.event) == (one.id, one.event)
            }
            several = len(groups[0].contrasts) > 1
            name = f"{one.name} · {pair.other.name}" if several else one.name
            kind = "event" if one.event else "outcome"
            yield (place, f"{kind} {one.id}"), (name, agreement(by_lens), by_lens)


def agreed(views: Sequence[Agreement]) -> str:
    """On how many differences all lenses agree, in a sentence."""
    alike, none, unclear = (
        sum(view.kind == kind for view in views) for kind in ("all", "none", "unclear")
    )
    return (
        f"All theories see {count(alike, 'difference')} alike, and none that is large enough to "
        f"see in {none} more. Of {unclear} these runs cannot tell: more of them (--runs) might."
    )
