"""What lies behind the difference of two scenarios on one measure, up to where they part."""

from __future__ import annotations

import numpy as np

from sim.analysis.contrast import Contrast, Contrasts
from sim.analysis.contributions import Between
from sim.analysis.mechanism import Mechanism, mechanism
from sim.analysis.propositions import finding
from sim.results.measured import Series
from sim.scenario.measuring import Measured, Target


def behind(pair: Contrasts, one: Contrast, place: int | None = None) -> Mechanism | None:
    """Find what moved one measure otherwise.

    Parameters
    ----------
    pair : Contrasts
    one : Contrast
        One of its measures.
    place : int, optional
        Place of the date up to which both are looked at; the last where not given.

    Returns
    -------
    Mechanism or None
        ``None`` where the two are one and the same, or start apart already.
    """
    if pair.same or place == 0:
        return None
    place = len(one.dates) - 1 if place is None else place
    sides = (pair.reference, pair.other)
    rounds = [int(found[place]) for found in pair.shared.rounds]
    target = _target(pair, one)
    means = one.reference[: place + 1], one.changed[: place + 1]
    return mechanism(
        Between(pair.reference.scenario, pair.other.scenario),
        # Two values give the mean their middle; a mechanism needs its sign alone.
        finding(
            target, *(Series(one.id, one.dates, mean, np.repeat(mean[-1], 2)) for mean in means)
        ),
        *(side.ledger.account(until) for side, until in zip(sides, rounds, strict=True)),
    )


def _target(pair: Contrasts, one: Contrast) -> Target:
    described = pair.reference.scenario.description
    if one.event:
        measured = Measured(watch=one.id, expect="rises")
        return Target(one.id, one.id, measured, (), None, described.watch[one.id])
    measured = Measured(outcome=one.id, expect="rises")
    outcome = described.outcomes[one.id]
    return Target(one.id, one.id, measured, outcome.acts, outcome, None)
