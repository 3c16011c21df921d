"""Conditions on the state: what levers require, what events wait for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.model.candidates import CandidateTable, Sum, columns, expand, integers
from sim.model.uncertain import Drawn
from sim.scenario.phrases import BEGUN, Phrase
from sim.scenario.schema import Limits

NEVER = -(10**6)
"""Round of last use of a lever that was never used."""


class Conditions:
    """Groups of conditions; a group holds where all of its conditions hold.

    A group is given as the path under which its limits stand, the limits by phrase, and the
    actors that play the two roles. ``phrases`` are those of the conditions, ``group`` says to
    which group each belongs.
    """

    def __init__(
        self, table: CandidateTable, groups: Iterable[tuple[str, Mapping[str, Limits], str, str]]
    ) -> None:
        layout = table.layout
        self.phrases: list[Phrase] = []
        self._paths: list[str] = []
        group_of: list[int] = []
        rows: list[int] = []
        gaps: list[tuple[int, int]] = []
        lapses: list[tuple[int, int]] = []
        begun: list[tuple[int, int]] = []
        absent: list[int] = []
        count = 0
        for count, (prefix, limits, actor, target) in enumerate(groups, start=1):
            for text in limits:
                for phrase in expand(text, actor, target, layout):
                    number, row = len(self._paths), 0
                    if phrase.kind == "since":
                        key = (phrase.names[0], actor, target)
                        lapses.append((number, table.keys.get(key, -1)))
                    elif phrase.kind in BEGUN:
                        begun.append((number, layout.instance(phrase)))
                    elif phrase.kind in ("in_force", "in_force_by") and layout.instance(phrase) < 0:
                        absent.append(number)  # between these two it can never be
                    elif phrase.kind == "gap":
                        row = layout.at("position", actor, phrase.names[0])
                        gaps.append((number, layout.at("position", target, phrase.names[0])))
                    else:
                        row = layout.row(phrase)
                    rows.append(row)
                    self.phrases.append(phrase)
                    self._paths.append(f"{prefix}.{text}")
                    group_of.append(count - 1)
        self.groups, self.group = count, integers(group_of)
        self._row, self._absent = integers(rows), integers(absent)
        self._gap, self._other = columns(gaps)
        self._lapse, self._used = columns(lapses)
        self._begun, self._instance = columns(begun)
        self._by_group = Sum(group_of, count)

    def bounds(self, drawn: Drawn) -> tuple[Floats, Floats]:
        """Lower and upper limits, each of shape ``(conditions, cols)``."""
        open_ends = drawn.also("-", np.array([-np.inf])).also("+", np.array([np.inf]))
        ends = [
            open_ends.stack(
                path if (path := f"{stem}.{limit}") in drawn else end for stem in self._paths
            )
            for limit, end in (("at_least", "-"), ("at_most", "+"))
        ]
        return ends[0], ends[1]

    def measure(self, x: Floats, last: Ints | None, now: int, begun: Ints) -> Floats:
        """The quantity of each condition, shape ``(conditions, runs)``.

        ``last`` is the round in which each candidate was last accepted, ``begun`` that in which
        each arrangement last began, ``now`` the present one.
        """
        measured = x[self._row]
        measured[self._gap] = np.abs(measured[self._gap] - x[self._other])
        # A lever that this actor does not have (-1) was never used.
        for place, of, round in (
            (self._lapse, self._used, last),
            (self._begun, self._instance, begun),
        ):
            if len(place) and round is not None:
                known = of >= 0
                measured[place] = now - NEVER
                measured[place[known]] = now - round[of[known]]
        measured[self._absent] = 0
        return measured

    def hold(
        self,
        x: Floats,
        last: Ints | None,
        now: int,
        begun: Ints,
        bounds: tuple[Floats, Floats],
    ) -> Bools:
        """Where each group holds, shape ``(groups, runs)``; see :meth:`measure`."""
        if not len(self._row):
            return np.ones((self.groups, x.shape[1]), dtype=bool)
        measured = self.measure(x, last, now, begun)
        broken = (measured < bounds[0]) | (measured > bounds[1])
        held: Bools = self._by_group(broken.astype(np.float64)) == 0
        return held
