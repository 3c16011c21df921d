"""What drives each reported outcome and each watched event of a result.

Everything is named by the path of the parameter that holds it, so that a reader
can go on from a curve to the source of each number behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import xarray as xr

from sim.scenario.phrases import Phrase, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Outcome, Watch
from sim.statistics.movers import EventDriver, LeverDriver, Movers, limits, same
from sim.statistics.rank_correlation import Associated, associations
from sim.statistics.summary import complete

MOST = 8
"""Most levers that are listed of one curve."""


@dataclass(frozen=True)
class Drivers:
    """All that drives one curve.

    Attributes
    ----------
    own : tuple of str
        Paths of where it starts and of what moves it in every round, or, of a
        watched condition, of its limits.
    levers : tuple of LeverDriver
        The strongest first, at most :data:`MOST`.
    left_out : int
        Effects of levers that also move it and are not listed.
    events : tuple of EventDriver
        In the order of the scenario file.
    uncertain : tuple of Associated
        Uncertain numbers that its end goes with, the strongest first.
    outcomes : tuple of str
        Outcomes that show what a watched condition looks at: what drives them
        is listed there.
    """

    own: tuple[str, ...]
    levers: tuple[LeverDriver, ...]
    left_out: int
    events: tuple[EventDriver, ...]
    uncertain: tuple[Associated, ...]
    outcomes: tuple[str, ...] = ()


def find_drivers(
    dataset: xr.Dataset, scenario: Scenario
) -> tuple[dict[str, Drivers], dict[str, Drivers]]:
    """List what drives each outcome and each watched event.

    Parameters
    ----------
    dataset : Dataset
        Labelled results; runs that failed are left out.
    scenario : Scenario
        What was run.

    Returns
    -------
    (dict of str to Drivers, dict of str to Drivers)
        By id of the outcome, and by id of the watched event; both empty if
        every run failed.
    """
    whole = complete(dataset)
    if not whole.sizes["run"]:
        return {}, {}
    description = scenario.description
    last, seen = whole["reported"].isel(round=-1), whole["watched"] >= 0
    movers, drawn = Movers(whole, scenario), whole["drawn"]
    ends = {f"outcome {key}": last.sel(outcome=key).values for key in description.outcomes}
    ends |= {f"watch {key}": seen.sel(watch=key).values for key in description.watch}
    found = associations(drawn, ends)
    return (
        {
            key: _outcome(outcome, movers, found[f"outcome {key}"])
            for key, outcome in description.outcomes.items()
        },
        {key: _watch(key, description, movers, found[f"watch {key}"]) for key in description.watch},
    )


def _outcome(outcome: Outcome, movers: Movers, uncertain: tuple[Associated, ...]) -> Drivers:
    phrase = parse(outcome.of) if outcome.of else None
    if phrase:
        levers, events = movers.levers(phrase), movers.events(phrase)
        return _listed(movers.own(phrase), levers, events, uncertain)
    by, toward = outcome.by, outcome.toward
    acts = [movers.counted(lever, by, toward, effects=False) for lever in outcome.acts]
    return _listed((), acts, (), uncertain)


def _watch(
    key: str, description: Description, movers: Movers, uncertain: tuple[Associated, ...]
) -> Drivers:
    watch = description.watch[key]
    if watch.lever:
        acts = movers.counted(watch.lever, watch.by, watch.toward, effects=True)
        return _listed((), [acts], (), uncertain)
    if watch.event:
        return _listed((), (), [movers.event(watch.event)], uncertain)
    phrases = _looked_at(watch)
    shown = {phrase: _showing(phrase, description) for phrase in phrases}
    apart = [phrase for phrase in phrases if not shown[phrase]]
    return _listed(
        [*limits(f"watch.{key}.when", watch.when), *(p for one in apart for p in movers.own(one))],
        [driver for phrase in apart for driver in movers.levers(phrase)],
        [driver for phrase in apart for driver in movers.events(phrase)],
        uncertain,
        tuple(outcome for outcome in shown.values() if outcome),
    )


def _looked_at(watch: Watch) -> list[Phrase]:
    return [phrase for text in watch.when if (phrase := parse(text))]


def _showing(phrase: Phrase, description: Description) -> str:
    """The outcome that shows a quantity; empty where none does."""
    shown = (
        key
        for key, outcome in description.outcomes.items()
        if outcome.of and same(parse(outcome.of), phrase)
    )
    return next(shown, "")


def _listed(
    own: Iterable[str],
    levers: Iterable[LeverDriver],
    events: Iterable[EventDriver],
    uncertain: tuple[Associated, ...],
    outcomes: tuple[str, ...] = (),
) -> Drivers:
    """Put the strongest levers first and cut the list."""
    order = sorted(levers, key=lambda one: (-one.strength, -one.uses, one.lever, one.numbers))
    left = len(order) - MOST
    return Drivers(
        tuple(own), tuple(order[:MOST]), max(left, 0), tuple(events), uncertain, outcomes
    )
