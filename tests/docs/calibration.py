"""The tables of ``docs/calibration.md``, made from the calibration's records.

``python -m tests.docs.calibration`` writes them anew between their markers; a
test compares what stands there with what would be written.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from sim.calibration import record as tables
from sim.calibration.plan import load_plan
from sim.scenario.loading import load_scenario
from tests.fixtures.paths import ROOT

DOCUMENT = ROOT / "docs" / "calibration.md"
FOLDER = ROOT / "scenarios" / "calibration"
_MARKED = re.compile(r"(<!-- calibration: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def record(name: str = "posterior") -> dict[str, Any]:
    """What the calibration came to, or with ``deeds`` how often each thing is done."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    return found


def rewritten(text: str) -> str:
    """The document with its tables as the record has them."""
    plan, found, deeds = load_plan(FOLDER / "targets.yaml"), record(), record("deeds")
    earlier = record("posterior-0.5")
    base = load_scenario(ROOT / "scenarios" / plan.base).description
    names = {key: actor.name for key, actor in base.actors.items()}
    parts = {
        "made": tables.how_made(found),
        "coefficients": tables.coefficient_table(plan, found),
        "correlations": tables.correlation_list(found),
        "fit": tables.fit_table(plan, found, earlier, names),
        "misfit": tables.misfits(plan, found, earlier),
        "deeds": tables.deeds_table(plan, deeds, names),
        "met": tables.deeds_met(deeds),
    }
    return _MARKED.sub(lambda match: f"{match[1]}{parts[match[2]]}\n{match[3]}", text)


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8")), encoding="utf-8")
