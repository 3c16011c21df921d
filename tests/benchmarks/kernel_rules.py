"""What the scalar kernel must know of conditions, events, watches and records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.model.conditions import Conditions
from sim.model.setting import Setting
from tests.benchmarks.kernel_tables import Places, places, record, table

CONDITION = record("measured other used least most", np.int32)
"""The row measured, the row it is compared with (or PLAIN, or SINCE: rounds since
the candidate used), places of its limits."""
PLAIN, SINCE = -1, -2
CROSSING = record("one other there back")
"""Two candidates, and the blocks that they are picked from."""
HAPPENING = record("earliest latest repeats chance changes changed forbids permits ruled")
"""When it may happen, place of its chance; first of its changes, of the candidates
it forbids, of those it permits, and the last."""
CHANGE = record("change amount sets lasting")
WATCH = record("waits came gone stops")
"""What it waits for: the candidates or the event; whether it stops the run."""
STATE, LEVER, EVENT = range(3)


class Rules(NamedTuple):
    """Rules of a scenario beside its levers: whole numbers; ``of_`` are places of firsts.

    Attributes
    ----------
    conditions, events, changes, watches : rows of named numbers
    of_candidate, of_event, of_watch : shape (groups + 1,)
        First condition of each group.
    once, of_once : shape (closing,), (candidates + 1,)
        Candidates whose use closes each.
    crossing : rows of named numbers
        The same once-only lever of two toward each other.
    named : shape (candidates named by events and watches,)
    noisy : shape (noisy rows,)
    recorded : shape (recorded rows,)
    lever : shape (candidates,)
    usual : shape (candidates,)
        The same candidate of the base.
    """

    conditions: Any
    of_candidate: Any
    of_event: Any
    of_watch: Any
    once: Any
    of_once: Any
    crossing: Any
    events: Any
    changes: Any
    watches: Any
    named: Any
    noisy: Any
    recorded: Any
    lever: Any
    usual: Any


def rules(setting: Setting, number: Places, constant: Callable[[float], int]) -> Rules:
    """Make the tables of a scenario's rules."""
    conditions: list[list[int]] = []
    ends = constant(-np.inf), constant(np.inf)
    groups = [
        _conditions(each, number, ends, conditions)
        for each in (
            setting.requirements, setting.events.conditions, setting.watches.conditions,
        )
    ]  # fmt: skip
    named: list[int] = []
    changes: list[list[int]] = []
    events = [_event(event, number, changes, named) for event in setting.events._events]
    closing = {
        int(k): sorted({int(k), int(back)})
        for k, back in zip(setting.once, setting.returned, strict=True)
    }
    once = [closing.get(k, []) for k in range(len(setting.table))]
    block_of = {way: block for block, (way, _) in enumerate(setting.table.blocks)}
    layout, levers = setting.layout, sorted(setting.description.levers)
    own = setting._base.keys
    return Rules(
        conditions=table(conditions, CONDITION),
        of_candidate=groups[0],
        of_event=groups[1],
        of_watch=groups[2],
        once=places([k for same in once for k in same]),
        of_once=places(np.cumsum([0, *map(len, once)]).tolist()),
        crossing=table(
            [
                [one, other, block_of[way], block_of[back]]
                for one, other, way, back in zip(
                    *setting.crossing.tolist(), *setting.crossing_ways.tolist(), strict=True
                )
            ],
            CROSSING,
        ),
        events=table(events, HAPPENING),
        changes=table(changes, CHANGE),
        watches=table(_watches(setting, named), WATCH),
        named=places(named),
        noisy=places([n for n, p in enumerate(layout.phrases[layout.moving]) if p.kind != "power"]),
        recorded=places(setting.recorded),
        lever=places([levers.index(c.name) for c in setting.table.rows]),
        usual=places([own[key] for key in setting.keys]),
    )


def _conditions(
    group: Conditions, number: Places, ends: tuple[int, int], found: list[list[int]]
) -> Any:
    """Add a group's conditions; return where each of its members' begin."""
    first = len(found)
    other = dict(zip(group._gap.tolist(), group._other.tolist(), strict=True))
    used = dict(zip(group._lapse.tolist(), group._used.tolist(), strict=True))
    for n, (row, path) in enumerate(zip(group._row.tolist(), group._paths, strict=True)):
        found.append([
            row, SINCE if n in used else other.get(n, PLAIN), used.get(n, -1),
            number.get(f"{path}.at_least", ends[0]), number.get(f"{path}.at_most", ends[1]),
        ])  # fmt: skip
    return places((first + group._by_group._matrix.indptr).tolist())


def _event(event: Any, number: Places, changes: list[list[int]], named: list[int]) -> Sequence[int]:
    begin = len(changes)
    changes += [
        [change.row, number[change.path], int(change.sets), int(change.lasting)]
        for change in event.changes
    ]
    forbids = len(named)
    named += event.forbids.tolist()
    permits = len(named)
    named += event.permits.tolist()
    chance = number[f"events.{event.name}.chance"]
    return [event.first, event.last, int(event.repeats), chance, begin, len(changes),
            forbids, permits, len(named)]  # fmt: skip


def _watches(setting: Setting, named: list[int]) -> list[list[int]]:
    watches = setting.watches
    levers, events = dict(watches._levers), dict(watches._events)
    rows = []
    for n, stops in enumerate(watches.stops.tolist()):
        waits, came, gone = STATE, 0, 0
        if n in levers:
            waits, came = LEVER, len(named)
            named += levers[n].tolist()
            gone = len(named)
        if n in events:
            waits, came = EVENT, events[n]
        rows.append([waits, came, gone, int(stops)])
    return rows
