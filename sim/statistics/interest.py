"""How well off actors were in results: their interests, read off the recorded states."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr

from sim.arrays import Floats
from sim.claims.measure import Target
from sim.model.compiled import CompiledScenario
from sim.model.layout import Layout
from sim.model.theory import Theory, start
from sim.model.uncertain import Drawn, central
from sim.model.welfare import Welfare
from sim.results.variables import dimension, name_of
from sim.scenario.phrases import COMPONENTS, DIRECTED, STATE, SYMMETRIC, Phrase
from sim.scenario.scenario import Scenario


def with_interests(
    dataset: xr.Dataset, scenario: Scenario, targets: Iterable[Target]
) -> xr.Dataset:
    """Add the interests that measures look at.

    Parameters
    ----------
    dataset : Dataset
        Results of a scenario that records the measures
        (:func:`sim.claims.measure.recording`).
    scenario : Scenario
        What was run.
    targets : iterable of Target

    Returns
    -------
    Dataset
        With ``interest``, ``(looked_at, run, round)``, by the label of the measure: a
        component as :meth:`sim.model.welfare.Welfare.components` has it, or all of them
        as :meth:`sim.model.welfare.Welfare.index` has it, in points. The same data set
        where no measure looks at an interest.
    """
    wanted = {target.label: target.interest for target in targets if target.interest}
    if not wanted:
        return dataset
    compiled = CompiledScenario(scenario)
    welfare, actors = Welfare(compiled), compiled.layout.actors
    drawn = _drawn(dataset, scenario)
    theory = Theory(compiled.table, drawn)
    concentration = theory.concentration
    levels = compiled.reference(drawn, dataset.sizes["run"]).levels(theory)
    states = _states(dataset, scenario, compiled.layout)
    found = np.empty((len(wanted), dataset.sizes["run"], dataset.sizes["round"]))
    with np.errstate(all="ignore"):  # a run that failed has no numbers
        for now, x in enumerate(states):
            components = welfare.components(x, concentration)
            index = welfare.index(x, concentration, levels)
            for nth, (actor, component) in enumerate(wanted.values()):
                mine = actors.index(actor)
                found[nth, :, now] = (
                    index[mine]
                    if component == "all"
                    else components[mine, COMPONENTS.index(component)]
                )
    interest = xr.DataArray(
        found, dims=("looked_at", "run", "round"), coords={"looked_at": list(wanted)}
    )
    return dataset.assign(interest=interest)


def _drawn(dataset: xr.Dataset, scenario: Scenario) -> Drawn:
    """The value of every parameter in each run."""
    drawn = dataset["drawn"].transpose("parameter", "run")
    paths = [str(path) for path in drawn["parameter"].values]
    certain = central(scenario.description)
    return Drawn({**certain, **dict(zip(paths, drawn.values, strict=True))})


def _states(dataset: xr.Dataset, scenario: Scenario, layout: Layout) -> Floats:
    """The whole state in every round, shape ``(rounds + 1, rows, runs)``.

    What actors want is as it was at the start where no outcome names it: that of those
    whose interests are not looked at.
    """
    begun = start(scenario.description, layout, central(scenario.description), 1)
    shape = (dataset.sizes["round"], len(layout.phrases), dataset.sizes["run"])
    states: Floats = np.broadcast_to(begun, shape).copy()
    reported = set(dataset["outcome"].values)
    for row, phrase in enumerate(layout.phrases):
        if phrase.kind in STATE:
            found = dataset[name_of(phrase.kind)]
            values = found.sel({dimension(phrase.kind): _label(phrase, found)})
        elif str(phrase) in reported:
            values = dataset["reported"].sel(outcome=str(phrase))
        else:
            continue
        states[:, row] = values.transpose("round", "run").values
    return states


def _label(phrase: Phrase, found: xr.DataArray) -> str:
    """How results name it: a pair in the order of the scenario file."""
    if phrase.kind in DIRECTED:
        return " to ".join(phrase.names)
    if phrase.kind not in SYMMETRIC:
        return phrase.names[0]
    one = " and ".join(phrase.names)
    return one if one in found["pair"].values else " and ".join(reversed(phrase.names))
