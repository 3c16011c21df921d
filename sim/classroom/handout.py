"""One page to hand out, in a folder of its own with what it was made from."""

from __future__ import annotations

import json
from pathlib import Path

from sim.report.folder import STUDY, whole
from sim.report.page import write_page
from sim.runs.manifest import NAME as MANIFEST
from sim.runs.manifest import versions
from sim.scenario.scenario import Scenario, changes

ROUNDS = "calendar.rounds ="
"""A change that need not be told: how many rounds there are is said anyway."""


def worth_telling(scenario: Scenario) -> tuple[str, ...]:
    """What the command changed in a scenario, in words, but for the number of rounds."""
    return tuple(one for one in changes(scenario) if not one.startswith(ROUNDS))


def write_handout(
    text: str, folder: Path, name: str, kind: str, scenario: Scenario, command: str = ""
) -> Path:
    """Write a page and its manifest into a folder, both or none.

    Parameters
    ----------
    text : str
        The page.
    folder : Path
    name : str
        The page's file.
    kind : str
        What it is, in a word, for the manifest.
    scenario : Scenario
        What it was made from.
    command : str
        The command line that makes it again.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    ResultsError
        When the folder cannot be written, or holds something that is not ours.
    """
    facts = {
        "format": 1,
        STUDY: kind,
        "title": scenario.description.title,
        "command": command,
        "changes": list(changes(scenario)),
        "versions": versions(),
        "files": [{"name": file.name, "sha256": file.sha256} for file in scenario.files],
    }
    with whole(folder, STUDY) as draft:
        write_page(text, draft / name)
        written = json.dumps(facts, indent=1, ensure_ascii=False)
        (draft / MANIFEST).write_text(written + "\n", encoding="utf-8", newline="\n")
    return folder / name
