"""Suppositions about the runs of a world, by names: what would be seen after some acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import Bools, Floats
from sim.model.layout import track_number
from sim.model.seats import weights_of_options
from sim.model.supposed import MOVED
from sim.model.vectors import LANES, Field, Flat, Index
from sim.model.workspace import Plan, starts, workspace
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.phrases import parse
from sim.text import did_you_mean, unknown
from sim.theories.protocol import Act, Case

if TYPE_CHECKING:
    from sim.model.world import World

_SEEN = ("agree", "expected", "score", "open")
"""What is seen of each candidate, beside what it is worth to its actor and to its target."""


@dataclass(frozen=True)
class Store:
    """Where a world keeps its runs: all numbers, and how far apart groups and rows are there."""

    numbers: Flat
    group: int
    row: int

    @classmethod
    def of(cls, numbers: Floats) -> Store:
        """Of shape (rows, lanes of all groups), or (groups, rows, lanes)."""
        if numbers.ndim == 3:
            return cls(Flat(numbers), numbers[0].size, numbers.shape[2])
        if numbers.flags.c_contiguous:
            return cls(Flat(numbers), 0, numbers.shape[1])  # of one group
        store = numbers.base  # some columns of it hold the runs
        assert store is not None
        return cls(Flat(store), LANES, store.shape[1])


class Supposed:
    """What would be seen in some cases: see :class:`sim.theories.protocol.Supposed`."""

    def __init__(self, world: World, rows: Mapping[str, int], seen: Floats) -> None:
        self._world, self._rows, self._seen = world, rows, seen
        compiled = world.compiled
        self._blocks = {
            (*compiled.layout.directions[slot // len(TRACKS)], TRACKS[slot % len(TRACKS)]): block
            for slot, block in compiled.table.blocks
        }

    def levers(self, actor: str, target: str, track: Track) -> tuple[str, ...]:
        """Levers of an actor toward another, in the order of all arrays here."""
        block = self._block(actor, target, track)
        return tuple(candidate.name for candidate in self._world.compiled.table.rows[block])

    def chance(self, actor: str, target: str, track: Track) -> Floats:
        """Chance that the target agrees to each lever, shape (cases, levers, runs)."""
        return self._of("agree", actor, target, track)

    def expected(self, actor: str, target: str, track: Track) -> Floats:
        """What each is worth to propose, with its cost, shape (cases, levers, runs)."""
        return self._of("expected", actor, target, track)

    def open(self, actor: str, target: str, track: Track) -> Bools:
        """Which the actor may pull, shape (cases, levers, runs)."""
        found: Bools = self._of("open", actor, target, track) != 0
        return found

    def weight(self, actor: str, target: str, track: Track) -> Floats:
        """Weights of passing and of each by the built-in theory, (cases, levers + 1, runs)."""
        score = self._of("score", actor, target, track)
        return weights_of_options(score, self.open(actor, target, track))

    def worth(self, actor: str, target: str, track: Track, to: str) -> Floats:
        """What each is worth to its actor or target if it takes effect, (cases, levers, runs)."""
        if to not in (actor, target):
            raise ValueError(f"'{to}' takes no part: ask for '{actor}' or '{target}'")
        return self._of("worth" if to == actor else "answer", actor, target, track)

    def state(self, phrase: str) -> Floats:
        """A quantity that was asked for, shape (cases, runs)."""
        return self._one(phrase, phrase, "add it to 'quantities'")

    def interest(self, actor: str) -> Floats:
        """How well off an actor would be, in points, where it was asked for, (cases, runs)."""
        if actor not in (actors := self._world.compiled.layout.actors):
            raise KeyError(unknown(actor, actors, "actor"))
        return self._one(f"interest {actor}", f"interest of {actor}", "say interests=True")

    def _one(self, name: str, what: str, remedy: str) -> Floats:
        if name not in self._rows:
            raise KeyError(f"nobody asked for '{what}': {remedy}")
        return self._seen[:, self._rows[name]].copy()

    def _block(self, actor: str, target: str, track: Track) -> slice:
        """The levers of one actor toward another; none where it has none."""
        layout = self._world.compiled.layout
        way = layout.directions[layout.way(actor, target)]
        return self._blocks.get((*way, TRACKS[track_number(track)]), slice(0, 0))

    def _of(self, name: str, actor: str, target: str, track: Track) -> Floats:
        block = self._block(actor, target, track)
        if block.start == block.stop:
            return self._seen[:, :0]
        key = f"{name} {block.start}"
        if key not in self._rows:
            raise ValueError(f"nobody asked to look at '{actor}' toward '{target}'")
        first = self._rows[key]
        return self._seen[:, first : first + block.stop - block.start].copy()


class Supposer:
    """Looks at cases in all runs of a world at once, and leaves the runs as they are."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._room: Floats | None = None

    @property
    def _plan(self) -> Plan:
        return self._world.compiled.by_ways(parts=self._world.parts)

    def suppose(
        self,
        cases: Sequence[Case],
        ways: Sequence[tuple[str, str]],
        *,
        quantities: Sequence[str] = (),
        interests: bool = False,
        here: Bools | None = None,
    ) -> Supposed:
        """See :meth:`sim.theories.protocol.Surroundings.supposing`."""
        world, plan = self._world, self._plan
        steps = {len(case.steps) for case in cases}
        if len(steps) > 1:
            raise ValueError("cases differ in how many steps they have: give all the same")
        names, rows = self._rows(ways, quantities, interests=interests)
        acts = [self._acts(step) for case in cases for step in case.steps]
        others = [[(self._row(name), v) for name, v in case.state.items()] for case in cases]
        moved = [np.arange(plan.rows)[plan.places[name]] for name in MOVED]
        moved_rows = np.unique([*np.concatenate(moved), *(row for o in others for row, _ in o)])
        act_start, act_candidate = starts([[k for k, _ in step] for step in acts])
        otherwise_start, otherwise_row = starts([[row for row, _ in case] for case in others])
        compiled = world.compiled
        ways_of = compiled.table.slot // len(TRACKS)
        strips = {way: n for n, way in enumerate(dict.fromkeys(ways_of.tolist()))}
        acting = starts([sorted({strips[int(ways_of[k])] for k, _ in step}) for step in acts])
        directions = {compiled.layout.way(*way) for way in ways}
        asked = np.ones((len(cases), world.runs)) if here is None else here
        width = world.width
        seen = np.empty((len(cases), len(rows), width))
        store = world.store()
        outside: dict[str, Field] = {
            "lane_count": world.lanes,
            "width": width,
            "past_run": -1,
            "runs_from": store.numbers,
            "runs_group": store.group,
            "runs_row": store.row,
            "runs_lasting": plan.kept,
            "moved": len(moved_rows),
            "moved_row": Index(moved_rows),
            "moved_to": Flat(np.empty((len(cases), len(moved_rows), world.lanes))),
            "otherwise_start": Index(otherwise_start),
            "otherwise_row": Index(otherwise_row),
            "otherwise": self._wide([v for case in others for _, v in case]),
            "act_start": Index(act_start),
            "act_candidate": Index(act_candidate),
            "acting_start": Index(acting[0]),
            "acting_strip": Index(acting[1]),
            "strips_seen": len(directions & strips.keys()),
            "strip_seen": Index([strips[way] for way in sorted(directions & strips.keys())]),
            "act_done": self._wide([v for step in acts for _, v in step]),
            "cases_here": self._wide(list(asked)),
            "seen": len(rows),
            "seen_row": Index(rows),
            "seen_there": Flat(seen),
            "sees_interest": int(interests),
        }
        if self._room is None:
            self._room = workspace(plan.rows, world.lanes)
        world.look_apart(plan, self._room, outside, len(cases), *(steps or {0}))
        return Supposed(world, names, seen[..., world.own])

    def _rows(
        self, ways: Sequence[tuple[str, str]], quantities: Sequence[str], *, interests: bool
    ) -> tuple[dict[str, int], list[int]]:
        """Where among what is seen each thing begins, and the rows of all that is seen."""
        world, places = self._world, self._plan.places
        compiled = world.compiled
        wanted = {compiled.layout.way(*way) for way in ways}
        names: dict[str, int] = {}
        rows: list[int] = []
        for slot, block in compiled.table.blocks:
            if slot // len(TRACKS) not in wanted:
                continue
            firsts = {name: places[name].start for name in (*_SEEN, "worth")}
            firsts["answer"] = firsts["worth"] + len(compiled.table)
            for name, first in firsts.items():
                names[f"{name} {block.start}"] = len(rows)
                rows += range(first + block.start, first + block.stop)
        for phrase in quantities:
            names[phrase] = len(rows)
            rows.append(places["x"].start + world.quantities.row(phrase))
        if interests:
            for number, actor in enumerate(compiled.layout.actors):
                names[f"interest {actor}"] = len(rows)
                rows.append(places["own_interest"].start + number)
        return names, rows

    def _row(self, name: str) -> int:
        """The row of a quantity, by phrase, or of a parameter, by path."""
        known, places = self._world.plans.paths.rows, self._plan.places
        if name in known:
            return places["parameter"].start + known[name]
        if parse(name) is None:
            near = did_you_mean(name, known, "parameters")
            raise KeyError(f"there is no quantity or parameter '{name}'; {near}")
        return places["x"].start + self._world.quantities.row(name)

    def _acts(self, step: Mapping[Act, Bools | bool]) -> list[tuple[int, Bools | bool]]:
        found = []
        for (actor, target, lever), done in step.items():
            compiled = self._world.compiled
            compiled.layout.way(actor, target)  # refuses unknown actors
            if (lever, actor, target) not in compiled.keys:
                own = [one for one, *way in compiled.keys if way == [actor, target]]
                meant = did_you_mean(lever, own, f"levers of '{actor}' toward '{target}'")
                raise KeyError(f"'{actor}' has no lever '{lever}' toward '{target}'; {meant}")
            found.append((self._world.compiled.keys[lever, actor, target], done))
        return found

    def _wide(self, given: Sequence[Floats | Bools | float | bool]) -> Flat:
        """Numbers of the runs, for the lanes beside them as well."""
        values = np.zeros((len(given), self._world.width))
        for line, one in zip(values, given, strict=True):
            line[self._world.own] = one
        return Flat(values)
