"""Candidates: every lever with its actor and target, and what it would change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from sim.arrays import Bools, Floats, Ints
from sim.model.entries import NOTHING, About, about
from sim.model.layout import Layout
from sim.scenario import phrases
from sim.scenario.cameo import TRACKS, Track, goldstein, is_conflict, quad_class, tone, track
from sim.scenario.lookup import consent, usual
from sim.scenario.phrases import Kind, Phrase, parse
from sim.scenario.schema import Description, Lever

TONES = {"cooperative": 1, "neutral": 0, "conflictual": -1}
KINDS = {
    "verbal_cooperation": 3.0,
    "material_cooperation": 7.0,
    "verbal_conflict": -4.0,
    "material_conflict": -8.0,
}
"""Goldstein value of a lever that states none and has no code: near the mean of its kind."""


class Sum:
    """Adds rows into groups: a sparse matrix.

    Parameters
    ----------
    group : sequence of int
        The group of each term.
    groups : int
        How many groups there are; one without a term sums to 0.
    of : sequence of int, optional
        The row that each term takes; by default term after term.
    rows : int, optional
        How many rows there are to take from; by default as many as terms.
    sign : sequence of float, optional
        What each term is multiplied by; by default 1.
    """

    def __init__(
        self,
        group: npt.ArrayLike,
        groups: int,
        of: npt.ArrayLike | None = None,
        rows: int | None = None,
        sign: npt.ArrayLike | None = None,
    ) -> None:
        index = np.asarray(group, dtype=np.int64)
        taken = np.arange(len(index)) if of is None else np.asarray(of, dtype=np.int64)
        factor = np.ones(len(index)) if sign is None else np.asarray(sign, dtype=np.float64)
        shape = (groups, len(index) if rows is None else rows)
        self._matrix = csr_array((factor, (index, taken)), shape)

    def __call__(self, rows: Floats) -> Floats:
        """Sum ``rows`` of shape ``(rows, runs)`` to ``(groups, runs)``."""
        return np.asarray(self._matrix @ rows)


def padded(blocks: Sequence[tuple[int, slice]]) -> Ints:
    """Numbers of the candidates of each block, a line each, filled up with -1."""
    most = max((block.stop - block.start for _, block in blocks), default=0)
    numbers = np.full((len(blocks), most), -1)
    for line, (_, block) in zip(numbers, blocks, strict=True):
        line[: block.stop - block.start] = np.arange(block.start, block.stop)
    return numbers


def total(terms: Floats) -> Floats:
    """Sum over the first axis, term by term.

    ``terms.sum(axis=0)`` adds in another order where there is a single run, and a
    run must be the same to the last bit whatever runs stand beside it.
    """
    found: Floats = terms[0].copy()
    for term in terms[1:]:
        found += term
    return found


def integers(values: object) -> Ints:
    """An integer index array, also from nothing."""
    return np.array(values, dtype=np.int64)


@dataclass(frozen=True)
class Effect:
    """One change that a candidate would bring: its row and the path of its size."""

    row: int
    path: str


@dataclass(frozen=True)
class Candidate:
    """A lever with its actor and target.

    ``effects`` are in the order of their rows. Where the lever moves an issue,
    those who take part have an effect on their support even if the lever names
    none (path ``""``): the audience cost falls there. So have the rows of what lasts, and
    those of what breaking off costs.
    """

    name: str
    lever: Lever
    actor: int
    target: int
    usual: str
    consent: str
    effects: tuple[Effect, ...]
    about: About = NOTHING

    @property
    def asks(self) -> bool:
        """Whether the target must agree."""
        return bool(self.consent)

    @cached_property
    def quad_class(self) -> str:
        """Which of the four kinds of event it is, as coefficients write it."""
        return _quad_class(self.lever)

    @property
    def track(self) -> Track:
        """Whether it is a word or a deed: an actor picks one of each in a round."""
        return track(self.lever)

    @cached_property
    def conflictual(self) -> bool:
        """Whether it is hostile, in words or in deeds."""
        return is_conflict(self.lever)

    @cached_property
    def friendliness(self) -> float:
        """How friendly it is, -1 to 1: see :func:`friendliness`."""
        return friendliness(self.lever)

    @property
    def participants(self) -> tuple[int, ...]:
        """Who takes part: the actor, and the target if it must agree."""
        return (self.actor, self.target) if self.asks else (self.actor,)


def friendliness(lever: Lever) -> float:
    """How friendly a lever is, -1 to 1: half for its tone, half for its degree.

    The degree is its Goldstein value in tenths; that of its kind where it has none.
    """
    value = goldstein(lever)
    degree = (KINDS[_quad_class(lever)] if value is None else value) / 10
    return (TONES[tone(lever)] + degree) / 2


def _quad_class(lever: Lever) -> str:
    return quad_class(lever).replace(" ", "_")


def candidates(description: Description, layout: Layout) -> tuple[Candidate, ...]:
    """Every lever that has a usual frequency, by actor, target, track and lever name."""
    found: list[Candidate] = []
    for a, t in layout.directions:
        toward: list[Candidate] = []
        for name in sorted(description.levers):
            lever = description.levers[name]
            use = usual(lever, a, t)
            if use is None:
                continue
            agreed = consent(lever, a, t)
            meant = about(description, layout, lever, a, t, agreed is not None)
            toward.append(
                Candidate(
                    name=name,
                    lever=lever,
                    actor=layout.actors.index(a),
                    target=layout.actors.index(t),
                    usual=f"levers.{name}.usual.{use[0]}",
                    consent=f"levers.{name}.consent.{agreed[0]}" if agreed else "",
                    effects=_effects(
                        name, lever, a, t, agreed is not None, layout, meant.rows(a, layout)
                    ),
                    about=meant,
                )
            )
        found += sorted(toward, key=lambda one: TRACKS.index(one.track))
    return tuple(found)


def _effects(
    name: str,
    lever: Lever,
    actor: str,
    target: str,
    asks: bool,
    layout: Layout,
    more: Iterable[int],
) -> tuple[Effect, ...]:
    found: dict[int, str] = {}
    moves_issue = False
    for text in lever.effects:
        for phrase in expand(text, actor, target, layout):
            found[layout.row(phrase)] = f"levers.{name}.effects.{text}"
            moves_issue |= phrase.kind == "issue"
    issues = layout.rows("issue")
    for row in more:
        found.setdefault(row, "")
        moves_issue |= issues.start <= row < issues.stop
    if moves_issue:
        for participant in (actor, target) if asks else (actor,):
            found.setdefault(layout.at("support", participant), "")
    return tuple(Effect(row, path) for row, path in sorted(found.items()))


def expand(text: str, actor: str, target: str, layout: Layout) -> list[Phrase]:
    """The quantities that a phrase with roles names for this actor and target."""
    phrase = parse(text)
    if phrase is None:  # checked when the scenario was built
        raise ValueError(f"not a quantity: {text!r}")
    return phrases.expand(phrase, actor, target, layout.actors)


class Table:
    """Candidates as index arrays.

    Attributes
    ----------
    rows : tuple of Candidate
    actor, target : Ints, shape ``(candidates,)``
    asks : Bools, shape ``(candidates, 1)``
    effects : list of (candidate, Effect)
    effect_candidate, effect_row : Ints, shape ``(effects,)``
    slot : Ints, shape ``(candidates,)``
        The ordered pair and track of each: ``direction * 2 + track``.
    blocks : tuple of (slot, slice)
        The candidates of each slot that has any; they are contiguous.
    pair : Ints, shape ``(candidates,)``
        The pair of actor and target.
    thirds : Ints, shape ``(candidates, actors - 2)``
        The third parties of each candidate.
    friendliness : Floats, shape ``(candidates, 1)``
    conflictual : Bools, shape ``(candidates,)``
    """

    def __init__(self, description: Description, layout: Layout) -> None:
        self.layout = layout
        self.rows = candidates(description, layout)
        self.actor = integers([c.actor for c in self.rows])
        self.target = integers([c.target for c in self.rows])
        self.asks: Bools = np.array([c.asks for c in self.rows], dtype=bool).reshape(-1, 1)
        self.effects = [(k, e) for k, candidate in enumerate(self.rows) for e in candidate.effects]
        self.effect_candidate = integers([k for k, _ in self.effects])
        self.effect_row = integers([e.row for _, e in self.effects])
        tracks = integers([TRACKS.index(c.track) for c in self.rows])
        self.slot = layout.direction_number(self.actor, self.target) * len(TRACKS) + tracks
        self.blocks = tuple(self._blocks())
        self.pair = layout.pair_number(self.actor, self.target)
        self.friendliness: Floats = np.array([[c.friendliness] for c in self.rows]).reshape(-1, 1)
        self.conflictual: Bools = np.array([c.conflictual for c in self.rows], dtype=bool)
        self.thirds = layout.others(self.actor, self.target)

    def __len__(self) -> int:
        return len(self.rows)

    def cell(self, candidate: npt.ArrayLike, actor: npt.ArrayLike) -> Ints:
        """Where a candidate and an actor stand in the flat table of values, actor by actor.

        One actor's values lie together, so that what one makes of another's is
        reckoned over whole stretches of memory.
        """
        return np.asarray(actor) * len(self.rows) + np.asarray(candidate)

    def whose(self, cells: Ints) -> Ints:
        """The actor of each cell of the flat table of values."""
        return cells // max(len(self.rows), 1)

    def of_kind(self, kind: Kind) -> Ints:
        """Numbers of the effects on one kind of quantity."""
        rows = self.layout.rows(kind)
        return np.flatnonzero((self.effect_row >= rows.start) & (self.effect_row < rows.stop))

    def _blocks(self) -> Iterator[tuple[int, slice]]:
        start = 0
        for slot, group in groupby(self.slot):
            stop = start + len(list(group))
            yield int(slot), slice(start, stop)
            start = stop
