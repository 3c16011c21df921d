"""How well off each actor is: its interests in a state, and in the states of results."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr

from sim.arrays import Floats
from sim.claims.measure import Target
from sim.model.candidates import Sum, total
from sim.model.compiled import CompiledDescription, CompiledScenario
from sim.model.draws import Drawn, central
from sim.model.layout import Layout
from sim.model.security import Leans
from sim.model.theory import Levels, Theory, start
from sim.model.utility import ProsperityComponent
from sim.results.variables import name_of
from sim.scenario.phrases import COMPONENTS, DIRECTED, STATE, SYMMETRIC, Phrase
from sim.scenario.scenario import Scenario

_POINTS = 100
"""Points of the index for one unit of weighed value, as section 6.5 counts it."""


class Welfare:
    """The five components of each actor's interest in a state, and what they weigh together.

    Parameters
    ----------
    compiled : CompiledDescription
        A scenario as index arrays.
    """

    def __init__(self, compiled: CompiledDescription) -> None:
        self._layout = layout = compiled.layout
        self.weights = compiled.utility.weights
        self._leans = Leans(layout)
        self._prosperity = ProsperityComponent(compiled.table)
        first, second = layout.pair_ends
        pairs, actors = np.arange(len(first)), len(layout.actors)
        self._ends = np.concatenate([first, second])
        self._by_actor = Sum(self._ends, actors)
        self._others = np.concatenate([second, first])
        self._pairs = np.tile(pairs, 2)

    def components(self, x: Floats, concentration: Floats) -> Floats:
        """Security, prosperity, issues, standing and support of every actor.

        Parameters
        ----------
        x : shape (rows of the state, runs)
        concentration : shape (cols,)
            The coefficient, of these runs.

        Returns
        -------
        Floats, shape (actors, components, runs)
            In the order of :data:`sim.scenario.phrases.COMPONENTS`. Security is 0 or
            less (0: no dispute that could be lost), issues are 0 or less (0: all that
            matters is where it is wanted), standing is from -1 to 1, support from 0 to
            1; prosperity grows with ties.
        """
        layout = self._layout
        found = (
            self._security(x),
            self._prosperity.level(x, concentration),
            self._issues(x),
            self._standing(x),
            x[layout.rows("support")],
        )
        return np.stack(found, axis=1)

    def index(self, x: Floats, concentration: Floats, levels: Levels) -> Floats:
        """Own interest: the components by the actor's weights, in points.

        Support and prosperity count for less the more there is of them, as where acts
        are weighed: an act's value, without patience and loss aversion, is the change of
        this index that it brings.

        Parameters
        ----------
        x : shape (rows of the state, runs)
        concentration : shape (cols,)
        levels : Levels
            Of ordinary times: :attr:`sim.model.world.World.levels`.

        Returns
        -------
        Floats, shape (actors, runs)
            Only its changes mean something: where it is 0 is a matter of how the
            components are counted.
        """
        counted = self.components(x, concentration)
        counts = {"support": levels.felt_support, "prosperity": levels.felt_prosperity}
        for name, felt in counts.items():
            place = COMPONENTS.index(name)
            counted[:, place] = felt(counted[:, place])
        weighed = self.weights(x) * counted
        found: Floats = _POINTS * total(weighed.swapaxes(0, 1))
        return found

    def _security(self, x: Floats) -> Floats:
        balance = self._leans(x)
        odds = balance.side / balance.both_sides
        losing = np.concatenate([1 - odds, odds])
        return -self._by_actor(x[self._layout.rows("tension")][self._pairs] * losing)

    def _issues(self, x: Floats) -> Floats:
        layout = self._layout
        shape = (len(layout.actors), len(layout.issues), x.shape[1])
        if not layout.issues:
            return np.zeros((shape[0], shape[2]))
        wanted = x[layout.rows("position")].reshape(shape)
        salience = x[layout.rows("salience")].reshape(shape)
        far = salience * np.abs(x[layout.rows("issue")] - wanted) / 100
        return -total(far.swapaxes(0, 1))

    def _standing(self, x: Floats) -> Floats:
        power = x[self._layout.rows("power")]
        warm = x[self._layout.rows("affinity")][self._pairs] * power[self._others]
        return self._by_actor(warm) / (total(power) - power)


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
        component as :meth:`sim.statistics.interest.Welfare.components` has it, or all of them
        as :meth:`sim.statistics.interest.Welfare.index` has it, in points. The same data set
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
