"""The whole document that a scenario was built from, for the places of what it says."""

from __future__ import annotations

from pathlib import Path

from sim.errors import option
from sim.scenario.files import is_library
from sim.scenario.load import Document, parse
from sim.scenario.merge import extend, stacked
from sim.scenario.node import Mark, Node, from_plain
from sim.scenario.override import change
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import home
from sim.scenario.shocks import is_shelf


def standing(scenario: Scenario, folder: str | Path = "") -> Node:
    """Lay a scenario's files and changes over one another again.

    Parameters
    ----------
    scenario : Scenario
    folder : str or Path
        Where its file lies, as the user wrote it; places name files in it.

    Returns
    -------
    Node
        Each value with the file, line and column that it came from. Of a scenario made
        of plain data that is the text that :func:`sim.to_yaml` gives; one that was put
        together by hand, without files, has no lines.
    """
    layers = []
    for file in scenario.files:
        name = str((home() if file.shipped else Path(folder)) / file.name)
        document = Document(name, file.text, parse(file.text, name))
        if is_library(document) or is_shelf(document):
            break  # what is cited and taken comes last
        document.root.fields.pop("extends", None)
        layers.append(document.root)
    if layers:
        root = stacked(reversed(layers))
    else:
        root = from_plain(scenario.description.model_dump(exclude_unset=True), scenario.id)
    for path, text in scenario.overrides:
        root, _ = change(root, path, text, [])
    if scenario.lens:
        mark = Mark(option("--lens"))
        root, _ = extend(root, Node({"lens": Node(scenario.lens, mark)}, mark), [])
    return root
