"""Moves laid down in advance: an actor follows orders, and decides where it has none."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from sim.model.candidates import Ints
from sim.model.decide import Decision, View, quantal
from sim.model.setting import Setting
from sim.scenario.cameo import Track, track
from sim.scenario.orders import Order, rounds_of


def scripted(
    orders: Iterable[Order], setting: Setting, otherwise: Decision = quantal
) -> dict[str, Decision]:
    """Decision rules of the actors that have orders.

    Parameters
    ----------
    orders : iterable of Order
        Later ones win where two fall on the same round, pair and track.
    setting : Setting
        Of the runs they are for.
    otherwise : Decision
        How the actor decides where it has no orders, or where the lever that it
        was to pull is not open. A lever that it is never to pull is closed to it.
    """
    by_actor: dict[str, _Laid] = {}
    for order in orders:
        way = setting.layout.directions.index((order.by, order.toward))
        laid = by_actor.setdefault(order.by, _Laid({}, {}))
        kind = track(setting.description.levers[order.lever])
        for now in rounds_of(order, setting.description.calendar):
            laid.add((now, way, kind), order)
    return {actor: _follow(laid, otherwise) for actor, laid in by_actor.items()}


Turn = tuple[int, int, Track]
"""A round, the number of the ordered pair, and whether a word or a deed."""


@dataclass(frozen=True)
class _Laid:
    """What an actor is to do, and what it is not to do, turn by turn."""

    made: dict[Turn, str]
    never: dict[Turn, set[str]]

    def add(self, turn: Turn, order: Order) -> None:
        barred = self.never.setdefault(turn, set())
        if not order.never:
            self.made[turn] = order.lever
            barred.discard(order.lever)
            return
        barred.add(order.lever)
        if self.made.get(turn) == order.lever:
            del self.made[turn]


def _follow(laid: _Laid, otherwise: Decision) -> Decision:
    def rule(view: View) -> Ints:
        turn = view.round, view.direction, view.track
        own = otherwise(_without(view, laid.never.get(turn, set())))
        lever = laid.made.get(turn)
        if lever is None:
            return own
        number = view.levers.index(lever)
        return np.where(view.open[number], number, own)

    return rule


def _without(view: View, levers: Collection[str]) -> View:
    """The same view, some levers closed; the rest keep their weights against one another."""
    shut = [number for number, lever in enumerate(view.levers) if lever in levers]
    if not shut:
        return view
    open_, weight = view.open.copy(), view.weight.copy()
    open_[shut] = False
    weight[[1 + number for number in shut]] = 0
    return replace(view, open=open_, weight=weight)
