"""Where each quantity of the world stands in the state array."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, permutations

import numpy as np

from sim.arrays import Floats, Ints
from sim.scenario.cameo import TRACKS
from sim.scenario.lookup import (
    Instance,
    components_of,
    governed_actors,
    has_trust,
    instances,
    place_of,
)
from sim.scenario.phrases import BOUNDS, COMPONENTS, Kind, Phrase
from sim.scenario.schema import Description
from sim.text import unknown


def track_number(track: str) -> int:
    """The number of a track that a rule names."""
    if track not in TRACKS:
        raise KeyError(unknown(track, TRACKS, "track"))
    return TRACKS.index(track)


@dataclass(frozen=True)
class Layout:
    """Names in alphabetical order and the row of each quantity.

    The state is one array of shape ``(rows, runs)``. Names are sorted, so that
    the order in which a file lists things cannot matter.

    Attributes
    ----------
    actors, issues : tuple of str
    components : tuple of str
        What actors care for: the five components of interest, then those of the file's own.
    instances : tuple of Instance
        The arrangements that may come into force.
    trusting : bool
        Whether trust counts.
    governed : tuple of str
        The actors whose governments may change.
    """

    actors: tuple[str, ...]
    issues: tuple[str, ...]
    components: tuple[str, ...] = COMPONENTS
    instances: tuple[Instance, ...] = ()
    trusting: bool = False
    governed: tuple[str, ...] = ()

    @classmethod
    def of(cls, description: Description) -> Layout:
        """Lay out the state of a description."""
        return cls(
            tuple(sorted(description.actors)),
            tuple(sorted(description.issues)),
            components_of(description),
            instances(description),
            has_trust(description),
            governed_actors(description),
        )

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Unordered pairs of actors."""
        return tuple(combinations(self.actors, 2))

    @cached_property
    def directions(self) -> tuple[tuple[str, str], ...]:
        """Ordered pairs of actors, by actor and then target."""
        return tuple(permutations(self.actors, 2))

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """The quantity on each row: what moves first, then what actors want."""
        rows = [Phrase("affinity", pair) for pair in self.pairs]
        rows += [Phrase("tension", pair) for pair in self.pairs]
        rows += [Phrase("commitment", way) for way in self.directions]
        rows += [Phrase("ties", way) for way in self.directions]
        rows += [Phrase("support", (actor,)) for actor in self.actors]
        rows += [Phrase("power", (actor,)) for actor in self.actors]
        rows += [Phrase("issue", (issue,)) for issue in self.issues]
        rows += [Phrase("position", (a, i)) for a in self.actors for i in self.issues]
        rows += [Phrase("salience", (a, i)) for a in self.actors for i in self.issues]
        rows += [Phrase("weight", (a, c)) for a in self.actors for c in self.components]
        rows += [instance.phrase for instance in self.instances]
        rows += [Phrase("trust", way) for way in self.directions if self.trusting]
        rows += [Phrase("office", (actor,)) for actor in self.governed]
        return tuple(rows)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The phrase on each row as it is written."""
        return tuple(str(phrase) for phrase in self.phrases)

    @cached_property
    def _rows(self) -> dict[Phrase, int]:
        return {phrase: row for row, phrase in enumerate(self.phrases)}

    @cached_property
    def _slices(self) -> dict[Kind, slice]:
        found: dict[Kind, list[int]] = {}
        for row, phrase in enumerate(self.phrases):
            found.setdefault(phrase.kind, []).append(row)
        return {kind: slice(rows[0], rows[-1] + 1) for kind, rows in found.items()}

    @cached_property
    def low(self) -> Floats:
        """Lower bound of each row, shape ``(rows, 1)``."""
        return np.array([[BOUNDS[phrase.kind][0]] for phrase in self.phrases])

    @cached_property
    def high(self) -> Floats:
        """Upper bound of each row, shape ``(rows, 1)``."""
        return np.array([[BOUNDS[phrase.kind][1]] for phrase in self.phrases])

    def clip(self, values: Floats, rows: slice | int) -> Floats:
        """Values of some rows, cut at the ends of their ranges."""
        clipped: Floats = np.clip(values, self.low[rows], self.high[rows])
        return clipped

    def rows(self, kind: Kind) -> slice:
        """The rows of one kind of quantity (empty if there is none)."""
        return self._slices.get(kind, slice(0, 0))

    @cached_property
    def moving(self) -> slice:
        """The rows that drift: all but what actors want."""
        return slice(0, self.rows("power").stop + len(self.issues))

    @cached_property
    def in_force(self) -> slice:
        """The rows that say which arrangements are in force, in their order."""
        stop = len(self.phrases) - len(self.governed)
        stop -= len(self.directions) if self.trusting else 0
        return slice(stop - len(self.instances), stop)

    def concerned(self, names: Iterable[str], actor: str, target: str) -> Iterator[int]:
        """Numbers of the arrangements so named that an actor's act toward a target is about."""
        for number, instance in enumerate(self.instances):
            if instance.name in names and instance.concerns(actor, target):
                yield number

    def instance(self, phrase: Phrase) -> int:
        """The number of the arrangement that a phrase names between two actors; -1: none."""
        return place_of(phrase, self.instances)

    def row(self, phrase: Phrase) -> int:
        """The row of a quantity; symmetric ones in either order of names."""
        if phrase.kind in ("in_force", "in_force_by"):
            number = self.instance(phrase)
            if number < 0:  # checked when the scenario was built
                raise KeyError(str(phrase))
            return int(self.in_force.start) + number
        if phrase.kind in ("affinity", "tension"):
            phrase = Phrase(phrase.kind, tuple(sorted(phrase.names)))
        return self._rows[phrase]

    def at(self, kind: Kind, *names: str) -> int:
        """The row of ``kind`` between ``names``."""
        return self.row(Phrase(kind, names))

    @cached_property
    def pair_ends(self) -> tuple[Ints, Ints]:
        """Numbers of the first and of the second actor of each pair."""
        first, second = np.triu_indices(len(self.actors), 1)
        return first, second

    @cached_property
    def direction_ends(self) -> tuple[Ints, Ints]:
        """Numbers of the actor and of the target of each ordered pair."""
        one, other = np.nonzero(~np.eye(len(self.actors), dtype=bool))
        return one, other

    def pair_number(self, a: Ints, b: Ints) -> Ints:
        """Numbers of pairs, in either order, by the numbers of their actors."""
        low, high = np.minimum(a, b), np.maximum(a, b)
        found: Ints = low * (2 * len(self.actors) - low - 3) // 2 + high - 1
        return found

    def direction_number(self, a: Ints, b: Ints) -> Ints:
        """Numbers of ordered pairs by the numbers of their actors."""
        found: Ints = a * (len(self.actors) - 1) + b - (b > a)
        return found

    def others(self, a: Ints, b: Ints) -> Ints:
        """Numbers of all actors but two, row by row; shape ``(rows, actors - 2)``."""
        place = np.arange(max(len(self.actors) - 2, 0))
        low, high = np.minimum(a, b)[:, None], np.maximum(a, b)[:, None]
        beyond_one = place + (place >= low)
        found: Ints = beyond_one + (beyond_one >= high)
        return found

    def place_among_others(self, c: Ints, low: Ints, high: Ints) -> Ints:
        """Place of an actor among all but two others, of whom ``low`` is the first."""
        found: Ints = c - (c > low) - (c > high)
        return found

    def pair(self, a: str, b: str) -> int:
        """The number of an unordered pair."""
        return self.at("affinity", a, b)

    def way(self, a: str, b: str) -> int:
        """The number of an ordered pair that a rule names."""
        for name in (a, b):
            if name not in self.actors:
                raise KeyError(unknown(name, self.actors, "actor"))
        if a == b:
            raise KeyError(f"'{a}' does nothing toward itself: name two actors")
        return self.direction(a, b)

    def direction(self, a: str, b: str) -> int:
        """The number of an ordered pair."""
        start: int = self.rows("commitment").start
        return self.at("commitment", a, b) - start
