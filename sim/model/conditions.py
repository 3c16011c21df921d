"""Conditions on the state: what levers require, what events wait for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.model.candidates import Sum, Table, expand, integers
from sim.model.uncertain import Drawn
from sim.scenario.phrases import BEGUN
from sim.scenario.schema import Limits

NEVER = -(10**6)
"""Round of last use of a lever that was never used."""


class Conditions:
    """Groups of conditions; a group holds where all of its conditions hold.

    Parameters
    ----------
    table : Table
    groups : iterable of (prefix, limits by phrase, actor, target)
        The path under which the limits stand and who plays the two roles.
    """

    def __init__(
        self, table: Table, groups: Iterable[tuple[str, Mapping[str, Limits], str, str]]
    ) -> None:
        layout = table.layout
        uses = {(c.name, c.actor, c.target): k for k, c in enumerate(table.rows)}
        index = {actor: number for number, actor in enumerate(layout.actors)}
        self._paths: list[str] = []
        group_of: list[int] = []
        rows: list[tuple[int, int]] = []
        lapses: list[tuple[int, int]] = []
        begun: list[tuple[int, int]] = []
        absent: list[int] = []
        count = 0
        for count, (prefix, limits, actor, target) in enumerate(groups, start=1):
            for text in limits:
                for phrase in expand(text, actor, target, layout):
                    number = len(self._paths)
                    if phrase.kind == "since":
                        used = uses.get((phrase.names[0], index[actor], index[target]), -1)
                        lapses.append((number, used))
                        rows.append((0, -1))
                    elif phrase.kind in BEGUN:
                        begun.append((number, layout.instance(phrase)))
                        rows.append((0, -1))
                    elif phrase.kind in ("in_force", "in_force_by") and layout.instance(phrase) < 0:
                        absent.append(number)  # between these two it can never be
                        rows.append((0, -1))
                    elif phrase.kind == "gap":
                        issue = phrase.names[0]
                        rows.append(
                            (
                                layout.at("position", actor, issue),
                                layout.at("position", target, issue),
                            )
                        )
                    else:
                        rows.append((layout.row(phrase), -1))
                    self._paths.append(f"{prefix}.{text}")
                    group_of.append(count - 1)
        self.groups = count
        self._row = integers([row for row, _ in rows])
        self._gap = integers([n for n, (_, other) in enumerate(rows) if other >= 0])
        self._other = integers([other for _, other in rows if other >= 0])
        self._lapse = integers([number for number, _ in lapses])
        self._used = integers([used for _, used in lapses])
        self._begun = integers([number for number, _ in begun])
        self._instance = integers([instance for _, instance in begun])
        self._absent = integers(absent)
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

    def hold(
        self,
        x: Floats,
        last: Ints | None,
        now: int,
        bounds: tuple[Floats, Floats],
        begun: Ints | None = None,
    ) -> Bools:
        """Where each group holds, shape ``(groups, runs)``.

        Parameters
        ----------
        last : shape (candidates, runs), optional
            Round in which each candidate was last accepted.
        now : int
            The present round.
        begun : shape (arrangements, runs), optional
            Round in which each arrangement last began.
        """
        if not len(self._row):
            return np.ones((self.groups, x.shape[1]), dtype=bool)
        measured = x[self._row]
        measured[self._gap] = np.abs(measured[self._gap] - x[self._other])
        if last is not None and len(self._lapse):
            # A lever that this actor does not have (-1) was never used.
            had = self._used >= 0
            measured[self._lapse] = now - NEVER
            measured[self._lapse[had]] = now - last[self._used[had]]
        measured[self._absent] = 0
        if len(self._begun):
            had = self._instance >= 0
            measured[self._begun] = now - NEVER
            if begun is not None:
                measured[self._begun[had]] = now - begun[self._instance[had]]
        broken = (measured < bounds[0]) | (measured > bounds[1])
        held: Bools = self._by_group(broken.astype(np.float64)) == 0
        return held
