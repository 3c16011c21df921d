"""Common faults in a first scenario, and what ``validate`` says to each."""

from __future__ import annotations

import tempfile
from importlib import resources
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.loading import load_scenario
from tests.docs.teaching_figures import table

SLIPS = (
    ("a name misspelt", "upstream and downstream: {aff", "upstream and downstraem: {aff"),
    ("a key misspelt", "support: 0.6 ", "suport: 0.6 "),
    ("a number off its scale", "salience: 0.8", "salience: 8"),
    ("a number with a unit", "power: 0.6 ", "power: 60% "),
    ("a line left out", "    power: 0.4\n", ""),
    ("an effect that is no phrase", "      affinity of actor and target: 0.03\n",
     "      affinity actor target: 0.03\n"),
    ("something usual three times a round", "usual: 0.1\n", "usual: 3\n"),
    ("a line moved by one space", "    consent: 0.7 ", "   consent: 0.7 "),
    ("a colon inside a text", "role: Your farmers live", "role: Your farmers: they live"),
    ("a tab", "  protest:\n", "\tprotest:\n"),
)  # fmt: skip
"""What went wrong, the starter's text, and what stands there instead."""


def faults() -> str:
    """The slips, each made in the file that ``new`` writes."""
    starter = (resources.files("sim.cli") / "starter.yaml").read_text(encoding="utf-8")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "river-dispute.yaml"
        for what, right, wrong in SLIPS:
            assert starter.count(right) == 1, right
            path.write_text(starter.replace(right, wrong), encoding="utf-8")
            with pytest.raises(ScenarioError) as raised:
                load_scenario(path)
            said = raised.value.faults[0]
            line = f"line {said.place.line}: " if said.place.line else ""
            rows.append(
                (
                    what,
                    f"`{wrong.strip()}`" if wrong.strip() else "",
                    f"{line}{said.problem}",
                    said.remedy,
                )
            )
    return table(("slip", "what was written", "what `validate` says", "and what to do"), rows)
