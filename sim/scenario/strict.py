"""Numbers, and histories, that say neither where they are from nor why they are so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sim.errors import Fault
from sim.scenario.files import chain
from sim.scenario.inherit import stacked
from sim.scenario.parameters import origin
from sim.scenario.scenario import Scenario


def unsourced(scenario: Scenario, path: Path) -> list[Fault]:
    """List the stated numbers and histories of a scenario that have no source and no reason.

    Parameters
    ----------
    scenario : Scenario
        What the file describes, without overrides.
    path : Path
        Its file.

    Returns
    -------
    list of Fault
        Each with the file, line and column where the number stands: in the
        file itself, or in one that it extends.

    Raises
    ------
    ScenarioError
        When the file, or one that it extends, can no longer be read.
    """
    root = stacked(file.document.root for file in reversed(chain(path)))
    library = scenario.library
    silent = [
        Fault(
            root.place(("history", name), at_key=True),
            f"the history of '{name}' has no source and no reason",
            "add source: [ids of facts or data], or why: how it was found",
        )
        for name, history in scenario.description.history.items()
        if not history.source and not history.why
    ]
    return silent + [
        Fault(
            # A plain number that stands for a whole table has no path of its own in the file.
            replace(root.place(tuple(where.split("."))), path=where),
            f"{parameter.value:g} has no source and no reason",
            "add source: [ids of facts or data], or why: the reason, to it or to its group",
        )
        for where, parameter in scenario.parameters.items()
        if parameter.stated
        and not where.startswith("watch.")  # what counts as a crisis is a definition
        and origin(parameter, library.facts, library.data) == "unstated"
    ]
