"""How well off each actor is: its interests in a state, and in the states of results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import xarray as xr

from sim.arrays import Floats
from sim.claims.measure import Target
from sim.model.compiled import CompiledScenario
from sim.model.interests import find_interest
from sim.model.snapshot import Snapshot
from sim.model.world import World
from sim.results.variables import name_of
from sim.scenario.phrases import DIRECTED, STATE, SYMMETRIC, Phrase
from sim.scenario.scenario import Scenario


class Interests(NamedTuple):
    """How well off every actor is.

    Attributes
    ----------
    components : shape (actors, components, runs)
        In the order of :func:`sim.scenario.lookup.components_of`. Security is 0 or less (0: no
        dispute that could be lost), issues are 0 or less (0: all that matters is where it is
        wanted), standing is from -1 to 1, support from 0 to 1; prosperity grows with ties.
        Interests of the file's own are as their formulas have them, below 0 where less is wanted.
    own : shape (actors, runs)
        Own interest: the components by the actor's weights, in points. Support and prosperity
        count for less the more there is of them, as where acts are weighed: an act's value,
        without patience and loss aversion, is the change of this index that it brings. Only its
        changes mean something: where it is 0 is a matter of how the components are counted.
    """

    components: Floats
    own: Floats


class Welfare:
    """Finds how well off actors are in states of runs, by the numbers of each run.

    Parameters
    ----------
    world : World
        The runs.
    """

    def __init__(self, world: World) -> None:
        self._looked = world.snapshot()
        self._components = len(world.compiled.layout.components)

    def __call__(self, x: Floats) -> Interests:
        """Find it in states of shape ``(rows, runs)``; of a run that failed, no number."""
        looked = self._looked
        looked.read("x")[:] = x
        with np.errstate(all="ignore"):
            find_interest(looked.record)
        components = looked.read("level").reshape(-1, self._components, x.shape[1])
        return Interests(components.copy(), looked.read("own_interest").copy())


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
        With ``interest``, ``(looked_at, run, round)``, by the label of the measure: a component,
        or own interest, as :class:`Interests` has them. The same data set where no measure looks at
        an interest.
    """
    wanted = {target.label: target.interest for target in targets if target.interest}
    if not wanted:
        return dataset
    compiled = CompiledScenario(scenario)
    actors, drawn = compiled.layout.actors, _drawn(dataset)
    states = _states(dataset, compiled)
    found = np.empty((len(wanted), dataset.sizes["run"], dataset.sizes["round"]))
    for first in range(0, dataset.sizes["run"], compiled.block):
        here = slice(first, min(first + compiled.block, dataset.sizes["run"]))
        given = {path: values[here] for path, values in drawn.items()}
        world = World(compiled, 0, first, here.stop - first, given=given)
        welfare = Welfare(world)
        for now, x in enumerate(states):
            interests = welfare(x[:, here])
            for nth, (actor, component) in enumerate(wanted.values()):
                mine = actors.index(actor)
                found[nth, here, now] = (
                    interests.own[mine]
                    if component == "all"
                    else interests.components[mine, compiled.layout.components.index(component)]
                )
        world.close()
    interest = xr.DataArray(
        found, dims=("looked_at", "run", "round"), coords={"looked_at": list(wanted)}
    )
    return dataset.assign(interest=interest)


def _drawn(dataset: xr.Dataset) -> dict[str, Floats]:
    """The value of every uncertain parameter in each run, by path."""
    drawn = dataset["drawn"].transpose("parameter", "run")
    return dict(zip(map(str, drawn["parameter"].values), drawn.values, strict=True))


def _states(dataset: xr.Dataset, compiled: CompiledScenario) -> Floats:
    """The whole state in every round, shape ``(rounds + 1, rows, runs)``.

    What actors want is as it was at the start where no outcome names it: that of those
    whose interests are not looked at.
    """
    begun, layout = Snapshot(compiled).read("x"), compiled.layout
    shape = (dataset.sizes["round"], len(layout.phrases), dataset.sizes["run"])
    states: Floats = np.broadcast_to(begun, shape).copy()
    reported = set(dataset["outcome"].values)
    for row, phrase in enumerate(layout.phrases):
        if phrase.kind in STATE:
            found = dataset[name_of(phrase.kind)]
            values = found.sel({found.dims[-1]: _label(phrase, found)})
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
