"""Figures of the lesson of 45 minutes: two neighbours, one valley."""

from __future__ import annotations

from itertools import groupby, product

import numpy as np

from sim.reporting.story import timeline
from sim.scenario.schema import Order
from sim.studies.whatif.study import whatif
from sim.text import count, signed
from tests.docs.teaching_figures import (
    NOTHING,
    RUNS,
    ends,
    happened,
    middle,
    order,
    ordinary,
    played,
    scenario,
    share,
    table,
)

NAME = "two-neighbours"
WAYS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    ("The model plays both", ()),
    ("North talks in every round", (("north", "talk", "south"),)),
    ("Both talk in every round", (("north", "talk", "south"), ("south", "talk", "north"))),
    ("South asks for division in every round", (("south", "divide", "north"),)),
    (
        "South asks in every round, North talks in every round",
        (("south", "divide", "north"), ("north", "talk", "south")),
    ),
    ("South sends soldiers in every round", (("south", "march", "north"),)),
    (
        "Both send soldiers in every round",
        (("south", "march", "north"), ("north", "march", "south")),
    ),
)


def ways() -> str:
    """What becomes of the valley by how the two are played."""
    one, rows = scenario(NAME), []
    for name, moves in WAYS:
        orders: tuple[Order, ...] = tuple(order(one, *move) for move in moves)
        found = played(one, *orders)
        events = dict(zip(found["watch"].values, happened(found).T, strict=True))
        highest = found["reported"].sel(outcome="tension").values.max(axis=1)
        last = dict(zip(found["outcome"].values, ends(found).T, strict=True))
        rows.append(
            (name, share(events["divided"]), share(events["crisis"]),
             middle(highest, 2), middle(last["affinity"], 2))
        )  # fmt: skip
    header = ("how they are played", "valley divided", "a crisis",
              "highest tension", "affinity at the end")  # fmt: skip
    return table(header, rows)


def choices() -> str:
    """What each single choice of round 1 changes by the end, beside the model's own."""
    one, rows = scenario(NAME), []
    described = one.description
    sides = (("north", "south"), ("south", "north"))
    for (actor, other), (track, nothing) in product(sides, NOTHING.items()):
        found = whatif(one, 1, actor, toward=other, track=track, runs=RUNS[NAME]).data
        for lever in found["alternative"].values:
            last = found.sel(alternative=lever).isel(round=-1)
            name = described.levers[lever].name if lever in described.levers else nothing
            cells = [
                signed(float(last["difference"].sel(outcome=key)), 3)
                for key in ("tension", "affinity")
            ]
            divided = 100 * float(last["event_difference"].sel(watch="divided"))
            rows.append((described.actors[actor].name, name, *cells, signed(divided, 0)))
    return table(
        (
            "who",
            "in round 1",
            "tension at the end",
            "affinity at the end",
            "valley divided, points",
        ),
        rows,
    )


def alone() -> str:
    """What the model does in every seat with the luck that all tables have."""
    one, found = scenario(NAME), ordinary(NAME)
    entries = [entry for entry in timeline(found, one, 0) if entry.kind in ("act", "refusal")]
    lines = [
        f"- Round {nth}: {'; '.join(entry.text for entry in told)}."
        for nth, told in groupby(entries, key=lambda entry: entry.round)
    ]
    march = list(found["lever"].values).index("march")
    often = (found["choice"].values == march).sum(axis=(1, 2, 3))
    alike = share(np.asarray(often == often[0], dtype=np.float64))
    last = f"Soldiers are sent {count(int(often[0]), 'time')} in it, as in {alike} of all games."
    return "\n".join([*lines, "", last])
