"""A scenario with its theory switched off: what the usual frequencies say alone."""

from __future__ import annotations

from typing import Any

from sim.scenario.loading import revised
from sim.scenario.scenario import Scenario
from sim.theories.registry import QUANTAL

OFF: dict[str, Any] = {
    "coefficients.rationality": 0.0,
    "coefficients.sentiment": 0.0,
    "coefficients.heat": 0.0,
    "coefficients.credence": 0.0,
    "coefficients.review": 1.0,
    "coefficients.reciprocity": 0.0,
    "coefficients.balance": 0.0,
}
"""What makes conduct, and what makes affinities, depend on the state; ``docs/model.md``, 6.13.

The first five stand in the odds of proposing and of agreeing (6.5, 6.9, 6.10), so that each open
lever has its usual chance in every state. The last two move affinities by what acts are worth
to whom (6.4) and by balance (6.6).
"""


def without_theory(scenario: Scenario) -> Scenario:
    """The same scenario in which every open lever is chosen and agreed to as often as usual.

    What remains is what the scenario states: its start, events, trends, drift, requirements,
    and what acts change. Draws of chance stay those of the scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Scenario
        With the coefficients of :data:`OFF`, and no theory but the built-in one, which then
        leaves nothing but usual chances.
    """
    described = scenario.description
    stated = {f"actors.{name}.theory" for name, actor in described.actors.items() if actor.theory}
    stated |= {"theory"} if described.theory else set()
    return revised(scenario, {**OFF, **dict.fromkeys(sorted(stated), QUANTAL)})
