"""Rounds of another length: how often everything is done, written anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.lab.acts import MOST_USUAL
from sim.lab.build.document import Planned
from sim.lab.build.room import FULL, filled
from sim.lab.build.sheet import Sheet
from sim.lab.build.values import table
from sim.scenario.calendar import MONTHS
from sim.scenario.field_types import is_number


def rescaled(sheet: Sheet, before: str) -> Sheet:
    """The scenario with its frequencies for its rounds, where they were for others.

    ``before``: the length of a round that they are written for. Of levers the usual frequency and
    of events without a date the chance change, so that each comes as often in a year as it did;
    all levers are rarer by the same share where longer rounds have no room for all.
    """
    planned = _planned(sheet.with_text(Planned(sheet.own.plain, sheet.own.file)), before)
    return sheet.with_text(sheet.own.becoming(planned.own.plain))


def _planned(sheet: Sheet, before: str) -> Sheet:
    share = MONTHS[sheet.unit] / MONTHS[before]
    for path in _usual(sheet):
        sheet = _with_chance(sheet, path, lambda chance: chance * share)
    for id, event in sheet.table("events").items():
        if isinstance(event, dict) and not event.get("on"):
            path = ("events", id, "chance")
            sheet = _with_chance(sheet, path, lambda chance: chance * share)
    full = filled(sheet.table("levers"), list(sheet.table("actors")))
    if share > 1 and full > FULL:
        for path in _usual(sheet):
            sheet = _with_chance(sheet, path, lambda chance: chance * FULL / full)
    return sheet


def _usual(sheet: Sheet) -> list[tuple[str, ...]]:
    """The paths of the usual frequencies of all levers."""
    found: list[tuple[str, ...]] = []
    for id, lever in sheet.table("levers").items():
        usual = lever.get("usual") if isinstance(lever, dict) else None
        by_pair = isinstance(usual, dict) and "value" not in usual
        found += [("levers", id, "usual", *([key] if by_pair else [])) for key in table(usual)]
    return found


def _with_chance(sheet: Sheet, path: tuple[str, ...], new: Callable[[float], float]) -> Sheet:
    held: Any = sheet.get(path)
    is_mapping = isinstance(held, dict)
    value = held.get("value") if is_mapping else held
    if value is None or not is_number(value) or not 0 < value < 1:
        return sheet
    where = (*path, "value") if is_mapping else path
    chance = min(new(value), max(MOST_USUAL, value))
    return sheet.with_text(sheet.own.with_value(where, float(f"{chance:.2g}")))
