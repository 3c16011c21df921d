"""Figures of the exercise of 90 minutes: four teams and the hot spring of Yamaguchi."""

from __future__ import annotations

import numpy as np

from sim.scenario.calendar import date_after
from sim.scenario.schema import Order
from sim.statistics.measures import measures
from sim.studies.whatif.study import whatif
from sim.text import number, signed
from tests.docs.teaching_figures import (
    NOTHING,
    decreed,
    ends,
    happened,
    middle,
    moved,
    order,
    ordinary,
    played,
    scenario,
    share,
    table,
)

NAME = "yamaguchi-2016"
AT, FUTURES, ENOUGH = 3, 120, 100
"""The round whose choices are compared, futures under each, and the fewest that are told of."""
LINES: tuple[tuple[str, tuple[tuple[str, str, str, int, int], ...]], ...] = (
    ("Japan parks the dispute in round 2", (("japan", "park_dispute", "russia", 2, 2),)),
    (
        "Japan parks it in round 2, then proposes a peace without the islands each round",
        (("japan", "park_dispute", "russia", 2, 2), ("japan", "peace_apart", "russia", 3, 0)),
    ),
    (
        "Japan proposes a treaty with two islands each round",
        (("japan", "two_island_treaty", "russia", 2, 0),),
    ),
    ("Russia rules out a return each round", (("russia", "rule_out_return", "japan", 2, 0),)),
    ("China presses at sea, toward Japan, each round", (("china", "press_at_sea", "japan", 2, 0),)),
    (
        "The United States tries for a new start with Russia each round",
        (("united_states", "seek_reset", "russia", 2, 0),),
    ),
)
PAIRS = (
    ("japan", "russia"), ("russia", "japan"), ("china", "japan"), ("united_states", "russia"),
)  # fmt: skip
INJECTS = {
    "incident_at_sea": 4,
    "scandal_in_tokyo": 6,
}
"""Events of the scenario and the round in which the plan lets them happen."""


def watched() -> str:
    """How often each watched event happens where the model plays all four."""
    one = scenario(NAME)
    seen = happened(ordinary(NAME))
    rows = [
        (watch.name, share(seen[:, nth]))
        for nth, watch in enumerate(one.description.watch.values())
    ]
    return table(("in eight rounds", "how often"), rows)


def outcomes() -> str:
    """Where each outcome begins, and where it ends."""
    one = scenario(NAME)
    found = ordinary(NAME)
    start = np.median(found["reported"].values[:, 0], axis=0)
    last = ends(found)
    rows = [
        (item.name, item.unit, number(float(start[nth]), item.digits),
         middle(last[:, nth], item.digits))
        for nth, item in enumerate(measures(one.description).values())
    ]  # fmt: skip
    return table(("outcome", "unit", "at the start", "at the end (nine of ten runs)"), rows)


def lines() -> str:
    """What a line of conduct changes, held by one seat while the model plays the others."""
    one = scenario(NAME)
    own, rows = ordinary(NAME), []
    for name, moves in LINES:
        orders: tuple[Order, ...] = tuple(order(one, *move) for move in moves)
        rows.append((name, moved(one, played(one, *orders), own, decreed(one, orders))))
    return table(("one seat's line of conduct", "what it changes by the end"), rows)


def choices() -> str:
    """The one choice of a round that moves a state of things most, for each seat."""
    one, rows = scenario(NAME), []
    described, found = one.description, measures(one.description)
    things = [key for key, item in found.items() if not item.whole]
    for actor, target in PAIRS:
        largest = 0.0
        for track, nothing in NOTHING.items():
            data = whatif(one, AT, actor, toward=target, track=track, runs=FUTURES).data
            told = data.sel(outcome=things).where(data["pairs"] >= ENOUGH)
            size = np.abs(told["effect"].fillna(0).values)
            if size.max() <= largest:
                continue
            largest = float(size.max())
            which, what = np.unravel_index(int(size.argmax()), size.shape)
            here = told.isel(alternative=which, outcome=what)
            item, lever = found[things[what]], str(data["alternative"].values[which])
            name = described.levers[lever].name if lever in described.levers else nothing
        last = here.isel(round=-1)
        low, high = float(last["low"]), float(last["high"])
        rows.append(
            (
                f"{described.actors[actor].name} toward {described.actors[target].name}",
                name,
                f"{item.name} **{signed(float(last['difference']), item.digits)}** "
                f"({signed(low, item.digits)} to {signed(high, item.digits)}), "
                f"{signed(float(here['effect']), 2)} sd",
            )
        )
    return table(("seat", f"the choice of round {AT} that moves most", "what it moves"), rows)


def injects() -> str:
    """What an event of the scenario changes by the end, let happen in the round of the plan."""
    one, rows = scenario(NAME), []
    never = tuple((f"events.{event}.chance", "0") for event in INJECTS)
    own = ordinary(NAME, *never)
    for event, nth in INJECTS.items():
        day = str(date_after(one.description.calendar, nth - 1))
        forced = {
            **dict(never), f"events.{event}.chance": "1",
            f"events.{event}.since": day, f"events.{event}.until": day,
        }  # fmt: skip
        changed = played(scenario(NAME, *forced.items()))
        name = one.description.events[event].name
        rows.append((f"{name} (`{event}`)", str(nth), moved(one, changed, own)))
    return table(("event", "round", "what it changes by the end"), rows)


def luck() -> str:
    """Which events of chance fall into the game that all tables play."""
    one = scenario(NAME)
    found = ordinary(NAME)["happened"].isel(run=0).values
    lines = []
    for nth, event in enumerate(one.description.events.values()):
        if event.chance.value < 1:
            when = ", ".join(str(at) for at in np.flatnonzero(found[:, nth]))
            lines.append(f"- {event.name}: {f'round {when}' if when else 'not in these rounds'}.")
    return "\n".join(lines)
