"""Entente: a geopolitical scenario simulator.

The public door, for notebooks and scripts:

>>> import sim
>>> scenario = sim.load("two-neighbours")
>>> results = sim.run(scenario, runs=100)
>>> results.write_report("reports/my-first")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.errors import Fault, Place, ResultsError, ScenarioError, SimError

if TYPE_CHECKING:
    from sim.claims.proposition import load_claims, load_proposition
    from sim.country_data.start import Start, start_from_data
    from sim.evaluation.record import Record, load_record
    from sim.plausibility.note import Note, Notes
    from sim.plausibility.notes import notes
    from sim.results.store import load as load_results
    from sim.scenario.loading import build, load, load_scenario
    from sim.scenario.scenario import Scenario
    from sim.scenario.writing import to_yaml
    from sim.simulation.executors import workers
    from sim.soundness.measure import Soundness, soundness_of
    from sim.statistics.verdict import findings
    from sim.studies.comparison.study import Comparison, compare
    from sim.studies.discovery.study import Discovery, discover
    from sim.studies.equilibrium.study import Equilibrium, equilibrium
    from sim.studies.explanation.study import Explanation, explain
    from sim.studies.explorable.study import Explorable, explorable
    from sim.studies.propositions.result import experiments
    from sim.studies.propositions.study import write_propositions
    from sim.studies.run.study import Runs, record, run
    from sim.studies.score.study import Scores, freeze, score, score_frozen
    from sim.studies.sensitivity.study import Sensitivity, sensitivity
    from sim.studies.sweep.study import Sweep, sweep
    from sim.studies.whatif.study import WhatIf, whatif

__all__ = [
    "Comparison", "Discovery", "Equilibrium", "Explanation", "Explorable", "Fault", "Note", "Notes",
    "Place", "Record", "ResultsError", "Runs", "Scenario", "ScenarioError", "Scores", "Sensitivity",
    "SimError", "Soundness", "Start", "Sweep", "WhatIf", "build", "compare", "discover",
    "equilibrium", "experiments", "explain", "explorable", "findings", "freeze", "load",
    "load_claims", "load_proposition", "load_record", "load_results", "load_scenario", "notes",
    "record", "run", "score", "score_frozen", "sensitivity", "soundness_of", "start_from_data",
    "sweep", "to_yaml", "whatif", "workers", "write_propositions",
]  # fmt: skip

_HOMES = {
    "Comparison": ("sim.studies.comparison.study", "Comparison"),
    "Discovery": ("sim.studies.discovery.study", "Discovery"),
    "Equilibrium": ("sim.studies.equilibrium.study", "Equilibrium"),
    "Explanation": ("sim.studies.explanation.study", "Explanation"),
    "Explorable": ("sim.studies.explorable.study", "Explorable"),
    "Note": ("sim.plausibility.note", "Note"),
    "Notes": ("sim.plausibility.note", "Notes"),
    "Record": ("sim.evaluation.record", "Record"),
    "Runs": ("sim.studies.run.study", "Runs"),
    "Scenario": ("sim.scenario.scenario", "Scenario"),
    "Scores": ("sim.studies.score.study", "Scores"),
    "Sensitivity": ("sim.studies.sensitivity.study", "Sensitivity"),
    "Soundness": ("sim.soundness.measure", "Soundness"),
    "Start": ("sim.country_data.start", "Start"),
    "Sweep": ("sim.studies.sweep.study", "Sweep"),
    "WhatIf": ("sim.studies.whatif.study", "WhatIf"),
    "build": ("sim.scenario.loading", "build"),
    "compare": ("sim.studies.comparison.study", "compare"),
    "discover": ("sim.studies.discovery.study", "discover"),
    "equilibrium": ("sim.studies.equilibrium.study", "equilibrium"),
    "experiments": ("sim.studies.propositions.result", "experiments"),
    "explain": ("sim.studies.explanation.study", "explain"),
    "explorable": ("sim.studies.explorable.study", "explorable"),
    "findings": ("sim.statistics.verdict", "findings"),
    "freeze": ("sim.studies.score.study", "freeze"),
    "load": ("sim.scenario.loading", "load"),
    "load_claims": ("sim.claims.proposition", "load_claims"),
    "load_proposition": ("sim.claims.proposition", "load_proposition"),
    "load_record": ("sim.evaluation.record", "load_record"),
    "load_results": ("sim.results.store", "load"),
    "load_scenario": ("sim.scenario.loading", "load_scenario"),
    "notes": ("sim.plausibility.notes", "notes"),
    "record": ("sim.studies.run.study", "record"),
    "run": ("sim.studies.run.study", "run"),
    "score": ("sim.studies.score.study", "score"),
    "score_frozen": ("sim.studies.score.study", "score_frozen"),
    "sensitivity": ("sim.studies.sensitivity.study", "sensitivity"),
    "soundness_of": ("sim.soundness.measure", "soundness_of"),
    "start_from_data": ("sim.country_data.start", "start_from_data"),
    "sweep": ("sim.studies.sweep.study", "sweep"),
    "to_yaml": ("sim.scenario.writing", "to_yaml"),
    "whatif": ("sim.studies.whatif.study", "whatif"),
    "workers": ("sim.simulation.executors", "workers"),
    "write_propositions": ("sim.studies.propositions.study", "write_propositions"),
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
