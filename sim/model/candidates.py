"""Candidates: every lever with its actor and target, and what it would change.

What lasts of a lever - arrangements that it begins or ends, acts that it promises - has its
equations in ``docs/model.md``, 6.8 and 6.9.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.model.layout import Layout
from sim.scenario import phrases
from sim.scenario.cameo import TRACKS, Track, goldstein, is_conflict, quad_class, tone, track
from sim.scenario.lookup import consent, usual
from sim.scenario.phrases import Kind, Phrase, parse
from sim.scenario.schema import Description, Lever

_TONES = {"cooperative": 1, "neutral": 0, "conflictual": -1}
_GOLDSTEIN = {
    "verbal_cooperation": 3.0,
    "material_cooperation": 7.0,
    "verbal_conflict": -4.0,
    "material_conflict": -8.0,
}
"""Goldstein value of a lever that states none and has no code: near the mean of its kind."""


def integers(values: object) -> Ints:
    """An integer index array, also from nothing."""
    return np.array(values, dtype=np.int64)


def columns(rows: Iterable[Sequence[int]], width: int = 2) -> tuple[Ints, ...]:
    """Index arrays of the columns of a list of tuples, also of an empty one."""
    return tuple(np.ascontiguousarray(integers([*rows]).reshape(-1, width).T))


@dataclass(frozen=True)
class Effect:
    """One change that a candidate would bring: its row and the path of its size."""

    row: int
    path: str


@dataclass(frozen=True)
class LastingEffect:
    """One push that is valued and not resolved.

    ``path`` is that of its stated size; ``scale`` that of a promise's factor, empty where the
    horizon is the factor; ``sign`` is -1 where the effect is lost, ``term`` the most rounds that
    it can last, ``gate`` the number of the arrangement that must not be in force already (-1:
    none), and ``trust`` says whose trust in whom weighs it.
    """

    row: int
    path: str
    scale: str = ""
    sign: int = 1
    term: int | None = None
    gate: int = -1
    trust: tuple[str, str] | None = None


@dataclass(frozen=True)
class LastingUse:
    """What a candidate does to arrangements, by their numbers, and its lasting effects.

    ``breaks`` where it ends one that is held together without asking consent, ``trusted`` where
    consent to it rests on trust.
    """

    begins: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    suspends: tuple[int, ...] = ()
    resumes: tuple[int, ...] = ()
    breaks: bool = False
    trusted: bool = False
    effects: tuple[LastingEffect, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A lever with its actor and target.

    ``effects`` are in the order of their rows. Where the lever moves an issue,
    those who take part have an effect on their support even if the lever names
    none (path ``""``): the audience cost falls there. So have the rows of lasting effects, and
    those of what breaking off costs.
    """

    name: str
    lever: Lever
    actor: int
    target: int
    usual: str
    consent: str
    effects: tuple[Effect, ...]
    lasting: LastingUse = LastingUse()

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

    @property
    def participants(self) -> tuple[int, ...]:
        """Who takes part: the actor, and the target if it must agree."""
        return (self.actor, self.target) if self.asks else (self.actor,)


def friendliness(lever: Lever) -> float:
    """How friendly a lever is, -1 to 1: half for its tone, half for its degree.

    The degree is its Goldstein value in tenths; that of its kind where it has none.
    """
    value = goldstein(lever)
    degree = (_GOLDSTEIN[_quad_class(lever)] if value is None else value) / 10
    return (_TONES[tone(lever)] + degree) / 2


def _quad_class(lever: Lever) -> str:
    return quad_class(lever).replace(" ", "_")


def candidates(description: Description, layout: Layout) -> tuple[Candidate, ...]:
    """Every lever that has a usual frequency, by actor, target, track and lever name."""
    found: list[Candidate] = []
    for a, t in layout.directions:
        toward: list[Candidate] = []
        for name in sorted(description.levers):
            lever = description.levers[name]
            if (use := usual(lever, a, t)) is None:
                continue
            agreed = consent(lever, a, t)
            lasting = _lasting_use(description, layout, lever, a, t, agreed is not None)
            toward.append(
                Candidate(
                    name=name,
                    lever=lever,
                    actor=layout.actors.index(a),
                    target=layout.actors.index(t),
                    usual=f"levers.{name}.usual.{use[0]}",
                    consent=f"levers.{name}.consent.{agreed[0]}" if agreed else "",
                    effects=_effects(name, lever, a, t, agreed is not None, layout, lasting),
                    lasting=lasting,
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
    lasting: LastingUse,
) -> tuple[Effect, ...]:
    found: dict[int, str] = {}
    for text in lever.effects:
        for phrase in expand(text, actor, target, layout):
            found[layout.row(phrase)] = f"levers.{name}.effects.{text}"
    for effect in lasting.effects:
        found.setdefault(effect.row, "")
    if lasting.breaks:
        for other in layout.actors:
            if other != actor:
                found.setdefault(layout.at("affinity", actor, other), "")
    issues = layout.rows("issue")
    if any(issues.start <= row < issues.stop for row in found):
        for participant in (actor, target) if asks else (actor,):
            found.setdefault(layout.at("support", participant), "")
    return tuple(Effect(row, path) for row, path in sorted(found.items()))


def expand(text: str, actor: str, target: str, layout: Layout) -> list[Phrase]:
    """The quantities that a phrase with roles names for this actor and target."""
    phrase = parse(text)
    if phrase is None:  # checked when the scenario was built
        raise ValueError(f"not a quantity: {text!r}")
    return phrases.expand(phrase, actor, target, layout.actors)


def _lasting_use(
    description: Description, layout: Layout, lever: Lever, actor: str, target: str, asks: bool
) -> LastingUse:
    """What a lever means for arrangements and promises, from an actor toward a target."""
    verbs = {verb: getattr(lever, verb) for verb in ("begins", "ends", "suspends", "resumes")}
    if not any(verbs.values()) and lever.delivers is None:
        return LastingUse()
    meant = {verb: tuple(layout.concerned(names, actor, target)) for verb, names in verbs.items()}
    together = [not layout.instances[i].one_sided for i in (*meant["begins"], *meant["resumes"])]
    trust = (target, actor) if any(together) else None
    effects = []
    for number in sorted({*meant["begins"], *meant["resumes"]}):
        term = description.arrangements[layout.instances[number].name].term
        effects += [
            LastingEffect(row, path, term=term, gate=number, trust=trust)
            for row, path in flow(description, layout, number)
        ]
    for number in sorted({*meant["ends"], *meant["suspends"]}):
        effects += [
            LastingEffect(row, path, sign=-1) for row, path in flow(description, layout, number)
        ]
    believed = any(together)
    if lever.delivers is not None:
        effects += _promised(description, layout, lever, actor, target)
        believed |= lever.delivers.by != "target"
    return LastingUse(
        **meant,
        breaks=not asks and any(not layout.instances[i].one_sided for i in meant["ends"]),
        trusted=asks and believed,
        effects=tuple(effects),
    )


def flow(description: Description, layout: Layout, number: int) -> list[tuple[int, str]]:
    """Rows that an arrangement moves in each round, with the paths of the sizes."""
    instance = layout.instances[number]
    one, other = instance.parties[:2]
    turns = [(one, other)] if instance.one_sided else [(one, other), (other, one)]
    found: list[tuple[int, str]] = []
    for text in description.arrangements[instance.name].effects:
        rows = dict.fromkeys(layout.row(p) for turn in turns for p in expand(text, *turn, layout))
        found += [(row, f"arrangements.{instance.name}.effects.{text}") for row in rows]
    return found


def _promised(
    description: Description, layout: Layout, lever: Lever, actor: str, target: str
) -> Iterator[LastingEffect]:
    assert lever.delivers is not None
    name, by = lever.delivers.lever, lever.delivers.by
    promised = description.levers[name]
    one, other = actor, target
    if by == "target" or (by == "either" and usual(promised, actor, target) is None):
        one, other = target, actor
    if usual(promised, one, other) is None:
        return
    trust = (actor, target) if by == "target" else (target, actor)
    scale = f"coefficients.effect_scale.{_quad_class(promised)}"
    for text in promised.effects:
        for phrase in expand(text, one, other, layout):
            path = f"levers.{name}.effects.{text}"
            yield LastingEffect(layout.row(phrase), path, scale=scale, trust=trust)


class CandidateTable:
    """Candidates as index arrays; ``C`` candidates, ``E`` effects.

    Attributes
    ----------
    rows : tuple of Candidate
    keys : dict of (lever, actor, target) to number
    actor, target, pair : Ints, shape (C,)
        The pair is that of actor and target.
    asks, friendliness, heat : shape (C, 1)
        Heat is what each adds to the quarrel of the two where it takes effect.
    conflictual : Bools, shape (C,)
    thirds : Ints, shape (C, actors - 2)
        The third parties of each candidate.
    effects : list of (candidate, Effect)
    effect_candidate, effect_row : Ints, shape (E,)
    effect_number : dict of (candidate, row) to number
    slot : Ints, shape (C,)
        The ordered pair and track of each: ``direction * 2 + track``.
    blocks : tuple of (slot, slice)
        The candidates of each slot that has any; they are contiguous.
    once : Ints
        Candidates that can be used once.
    """

    def __init__(self, description: Description, layout: Layout) -> None:
        self.layout = layout
        self.rows = candidates(description, layout)
        names = layout.actors
        self.keys = {(c.name, names[c.actor], names[c.target]): k for k, c in enumerate(self.rows)}
        self.actor, self.target = columns((c.actor, c.target) for c in self.rows)
        self.asks: Bools = np.array([c.asks for c in self.rows], dtype=bool).reshape(-1, 1)
        self.effects = [(k, e) for k, candidate in enumerate(self.rows) for e in candidate.effects]
        self.effect_candidate, self.effect_row = columns((k, e.row) for k, e in self.effects)
        self.effect_number = {(k, e.row): number for number, (k, e) in enumerate(self.effects)}
        tracks = integers([TRACKS.index(c.track) for c in self.rows])
        self.slot = layout.direction_number(self.actor, self.target) * len(TRACKS) + tracks
        self.blocks = tuple(self._blocks())
        self.pair = layout.pair_number(self.actor, self.target)
        self.friendliness = np.array([friendliness(c.lever) for c in self.rows]).reshape(-1, 1)
        self.conflictual: Bools = np.array([is_conflict(c.lever) for c in self.rows], dtype=bool)
        heat = np.where(self.conflictual[:, None], -self.friendliness, 0.0)
        self.heat: Floats = np.maximum(heat, 0)
        self.thirds = layout.others(self.actor, self.target)
        self.once = integers([k for k, c in enumerate(self.rows) if c.lever.once])

    def __len__(self) -> int:
        return len(self.rows)

    def of_kind(self, kind: Kind) -> Ints:
        """Numbers of the effects on one kind of quantity."""
        rows = self.layout.rows(kind)
        return np.flatnonzero((self.effect_row >= rows.start) & (self.effect_row < rows.stop))

    def effects_toward(self, kind: Kind) -> tuple[Ints, Ints, Ints]:
        """Effects on affinities or commitments, whose each is, and toward whom.

        An affinity is that of both, and stands here twice.
        """
        effect = self.of_kind(kind)
        number = self.effect_row[effect] - self.layout.rows(kind).start
        if kind != "affinity":
            one, other = self.layout.direction_ends
            return effect, one[number], other[number]
        both = np.stack([end[number] for end in self.layout.pair_ends], axis=1)
        return np.repeat(effect, 2), both.ravel(), both[:, ::-1].ravel()

    def _blocks(self) -> Iterator[tuple[int, slice]]:
        start = 0
        for slot, group in groupby(self.slot):
            stop = start + len(list(group))
            yield int(slot), slice(start, stop)
            start = stop
