"""Moves laid down in advance: an actor that follows orders, and decides where it has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from sim.model.candidates import Ints
from sim.model.decide import Decision, View, quantal
from sim.model.setting import Setting
from sim.scenario.orders import Order, rounds_of


def scripted(
    orders: Iterable[Order], setting: Setting, otherwise: Decision = quantal
) -> dict[str, Decision]:
    """Decision rules of the actors that have orders.

    Parameters
    ----------
    orders : iterable of Order
        Later ones win where two fall on the same round and pair.
    setting : Setting
        Of the runs they are for.
    otherwise : Decision
        How the actor decides where it has no orders, or where the lever that it
        was to pull is not open.
    """
    by_actor: dict[str, dict[tuple[int, int], str]] = {}
    for order in orders:
        way = setting.layout.directions.index((order.by, order.toward))
        for now in rounds_of(order, setting.description.calendar):
            by_actor.setdefault(order.by, {})[now, way] = order.lever
    return {actor: _follow(laid, otherwise) for actor, laid in by_actor.items()}


def _follow(laid: Mapping[tuple[int, int], str], otherwise: Decision) -> Decision:
    def rule(view: View) -> Ints:
        own = otherwise(view)
        lever = laid.get((view.round, view.direction))
        if lever is None:
            return own
        number = view.levers.index(lever)
        return np.where(view.open[number], number, own)

    return rule
