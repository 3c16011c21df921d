"""An event that a teacher makes up on the spot: a name, and what it changes."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from sim.classroom.table import RefusedError
from sim.scenario.calendar import date_after
from sim.scenario.instances import Instance, instances
from sim.scenario.phrases import BOUNDS, STATE, Phrase, parse
from sim.scenario.quantity import Amount
from sim.scenario.schema import Description, Event

WHY = "made up by the teacher in class"


def made_event(
    name: str,
    changes: Mapping[str, float],
    round: int,
    description: Description,
    *,
    begins: Collection[str] = (),
    ends: Collection[str] = (),
) -> Event:
    """Check and make an event of one round.

    Parameters
    ----------
    name : str
        As it is shown.
    changes : mapping of phrase to float
        Additions, e.g. ``{"affinity of north and south": -0.1}``.
    begins, ends : collection of str
        Arrangements of the scenario, e.g. ``treaty between north and south``.

    Raises
    ------
    RefusedError
        When it has no name, or changes what is not there or by no number.
    """
    if not name.strip():
        raise RefusedError("give the event a name, as all will read it")
    for text, amount in changes.items():
        phrase = parse(text)
        if phrase is None or phrase.kind not in STATE or not _known(phrase, description):
            raise RefusedError(f"there is no quantity '{text}' that an event could change")
        low, high = BOUNDS[phrase.kind]
        most = min(high - low, Amount.bounds[1])
        if not math.isfinite(amount) or abs(amount) > most:
            raise RefusedError(
                f"'{text}' cannot change by {amount:g}: by {-most:g} to {most:g} at once"
            )
    known = {said(one) for one in instances(description)}
    for text in (*begins, *ends):
        if text not in known:
            raise RefusedError(f"there is no arrangement '{text}' that an event could begin or end")
    if both := set(begins) & set(ends):
        raise RefusedError(f"'{min(both)}' cannot begin and end at once: choose one")
    return Event.model_validate(
        {
            "name": name.strip(),
            "on": date_after(description.calendar, round - 1),
            "changes": {text: {"by": amount, "why": WHY} for text, amount in changes.items()},
            "begins": tuple(begins),
            "ends": tuple(ends),
        }
    )


def said(instance: Instance) -> str:
    """How an event names an arrangement: ``treaty between north and south``."""
    return str(instance.phrase).removeprefix("in force ")


def _known(phrase: Phrase, description: Description) -> bool:
    apart = len(set(phrase.actors)) == len(phrase.actors)
    return apart and all(name in getattr(description, slot) for slot, name in phrase.slots)
