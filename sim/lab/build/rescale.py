"""Rounds of another length: how often everything is done, written anew."""

from __future__ import annotations

import math
from typing import Any

from sim.lab.build.document import Planned
from sim.lab.build.sheet import Sheet
from sim.lab.build.values import table
from sim.scenario.calendar import MONTHS
from sim.scenario.field_types import is_number

_MOST = 0.95


def rescaled(sheet: Sheet, before: str) -> Sheet:
    """The scenario with its frequencies for its rounds, where they were for others.

    ``before``: the length of a round that they are written for. Of levers the usual frequency and
    of events without a date the chance change, so that each comes as often in a year as it did.
    """
    planned = _planned(sheet.with_text(Planned(sheet.own.plain, sheet.own.file)), before)
    return sheet.with_text(sheet.own.becoming(planned.own.plain))


def _planned(sheet: Sheet, before: str) -> Sheet:
    share = MONTHS[sheet.unit] / MONTHS[before]
    for id, lever in sheet.table("levers").items():
        usual = lever.get("usual") if isinstance(lever, dict) else None
        by_pair = isinstance(usual, dict) and "value" not in usual
        for key in table(usual):
            path = ("levers", id, "usual", *([key] if by_pair else []))
            sheet = _with_chance(sheet, path, share)
    for id, event in sheet.table("events").items():
        if isinstance(event, dict) and not event.get("on"):
            sheet = _with_chance(sheet, ("events", id, "chance"), share)
    return sheet


def _with_chance(sheet: Sheet, path: tuple[str, ...], share: float) -> Sheet:
    held: Any = sheet.get(path)
    is_mapping = isinstance(held, dict)
    value = held.get("value") if is_mapping else held
    if value is None or not is_number(value) or not 0 < value < 1:
        return sheet
    chance = min(-math.expm1(math.log1p(-value) * share), max(_MOST, value))
    made = float(f"{chance:.2g}")
    where = (*path, "value") if is_mapping else path
    return sheet.with_text(sheet.own.with_value(where, made))
