"""Entente: a geopolitical scenario simulator.

The public door, for notebooks and scripts:

>>> import sim
>>> scenario = sim.load_scenario("two-neighbours")
>>> results = sim.run(scenario, runs=100)
>>> results.write_report("reports/my-first")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import Fault, Place, ResultsError, ScenarioError, SimError

if TYPE_CHECKING:
    from sim.analysis.propositions import findings
    from sim.plausibility.note import Note, Notes
    from sim.plausibility.notes import notes
    from sim.report.propositions import write_propositions
    from sim.results.store import load as load_results
    from sim.runs.experiment import experiments
    from sim.runs.workers import workers
    from sim.scenario.build import build, load_scenario
    from sim.scenario.proposition import load_claims, load_proposition
    from sim.scenario.scenario import Scenario
    from sim.scenario.writing import to_yaml
    from sim.soundness.measure import Soundness, soundness_of
    from sim.studies.comparison import Comparison, compare
    from sim.studies.discovery import Discovery, discover
    from sim.studies.explain import Explanation, explain
    from sim.studies.recorded import record
    from sim.studies.runs import Runs, run
    from sim.studies.sensitivity import Sensitivity, sensitivity
    from sim.studies.sweep import Sweep, sweep
    from sim.studies.whatif import WhatIf, whatif

__all__ = [
    "Comparison", "Discovery", "Explanation", "Fault", "Note", "Notes", "Place", "ResultsError",
    "Runs", "Scenario", "ScenarioError", "Sensitivity", "SimError", "Soundness", "Sweep", "WhatIf",
    "build", "compare", "discover", "experiments", "explain", "findings", "load_claims",
    "load_proposition", "load_results", "load_scenario", "notes", "record", "run", "sensitivity",
    "soundness_of", "sweep", "to_yaml", "whatif", "workers", "write_propositions",
]  # fmt: skip

_HOMES = {
    "Comparison": ("sim.studies.comparison", "Comparison"),
    "Discovery": ("sim.studies.discovery", "Discovery"),
    "Explanation": ("sim.studies.explain", "Explanation"),
    "Note": ("sim.plausibility.note", "Note"),
    "Notes": ("sim.plausibility.note", "Notes"),
    "Runs": ("sim.studies.runs", "Runs"),
    "Scenario": ("sim.scenario.scenario", "Scenario"),
    "Sensitivity": ("sim.studies.sensitivity", "Sensitivity"),
    "Soundness": ("sim.soundness.measure", "Soundness"),
    "Sweep": ("sim.studies.sweep", "Sweep"),
    "WhatIf": ("sim.studies.whatif", "WhatIf"),
    "build": ("sim.scenario.build", "build"),
    "compare": ("sim.studies.comparison", "compare"),
    "discover": ("sim.studies.discovery", "discover"),
    "experiments": ("sim.runs.experiment", "experiments"),
    "explain": ("sim.studies.explain", "explain"),
    "findings": ("sim.analysis.propositions", "findings"),
    "load_claims": ("sim.scenario.proposition", "load_claims"),
    "load_proposition": ("sim.scenario.proposition", "load_proposition"),
    "load_results": ("sim.results.store", "load"),
    "load_scenario": ("sim.scenario.build", "load_scenario"),
    "notes": ("sim.plausibility.notes", "notes"),
    "record": ("sim.studies.recorded", "record"),
    "run": ("sim.studies.runs", "run"),
    "sensitivity": ("sim.studies.sensitivity", "sensitivity"),
    "soundness_of": ("sim.soundness.measure", "soundness_of"),
    "sweep": ("sim.studies.sweep", "sweep"),
    "to_yaml": ("sim.scenario.writing", "to_yaml"),
    "whatif": ("sim.studies.whatif", "whatif"),
    "workers": ("sim.runs.workers", "workers"),
    "write_propositions": ("sim.report.propositions", "write_propositions"),
}


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    """Load a part when it is first asked for: ``import sim`` stays quick."""
    if name in _HOMES:
        from importlib import import_module

        module, attribute = _HOMES[name]
        return getattr(import_module(module), attribute)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")
