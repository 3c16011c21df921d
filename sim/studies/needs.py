"""What some studies need before they begin: a library of an extra, something uncertain."""

from __future__ import annotations

from importlib.util import find_spec

from sim.errors import Fault, Place, SimError, option, with_extra
from sim.scenario.scenario import Scenario

PACKAGES = {"SALib": "SALib", "ema_workbench": "ema-workbench"}
"""By the name under which it is imported."""


def needed(module: str) -> None:
    """Refuse at once what a missing library would stop in the end.

    Raises
    ------
    SimError
        When it is not installed.
    """
    if find_spec(module) is None:
        raise SimError(
            f"this study needs the package {PACKAGES[module]}, which is not installed; "
            f"install it with: {with_extra('analysis')}"
        )


def nothing_uncertain(scenario: Scenario) -> Fault:
    """The fault of a scenario whose parameters have no spread."""
    actor = next(iter(scenario.description.actors))
    return Fault(
        Place(scenario.files[0].name if scenario.files else scenario.id),
        "no parameter has a spread, so nothing is uncertain but chance",
        f"give one a spread, e.g. {option('--set')} 'actors.{actor}.support="
        "{value: 0.5, spread: {uniform: [0.3, 0.7]}}'",
    )
