"""One choice at one decision, forced: what each alternative changes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.errors import Fault, Place, ResultsError, ScenarioError, option
from sim.reporting.document import Document
from sim.scenario.arguments import function_of, integer, text, truth
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.scenario.lookup import theories_of
from sim.scenario.scenario import Scenario
from sim.simulation.block import about
from sim.simulation.branching import Branches, Progress, asked, branch
from sim.simulation.executors.base import HERE, Workers
from sim.statistics.measures import measures
from sim.studies.arguments import seats_of, seed_of, workers_of
from sim.studies.base import Study
from sim.studies.whatif.page import whatif_page
from sim.studies.whatif.result import MODEL, THEORY, Forced, compare, long_table
from sim.theories.protocol import Theories
from sim.theories.quantal import quantal
from sim.theories.seating import Seats, seated

if TYPE_CHECKING:
    import pandas as pd

_SHARED = ("round", "from", "until", "outcome", "outcome_name", "watch", "watch_name")
_RUNS = 2000
"""Futures that are played under each choice."""


class WhatIf(Study):
    """What each alternative changes, against the model's own choice, on the same draws.

    Attributes
    ----------
    scenario : Scenario
    asked : Asked
        The decision: round, actor, target, track, the lever that is marked, the alternatives.
    data : Dataset
        See :func:`sim.studies.whatif.result.compare`.
    own : Dataset
        Labelled results under the model's own choice.
    forced : Dataset or None
        The same under the lever that is marked.
    runs, seed : int
    seconds : float
        Time that the runs took.
    """

    kind = "whatif"

    def __init__(self, found: Forced) -> None:
        self.found = found
        self.scenario, self.asked, self.data = found.scenario, found.asked, found.data
        self.own, self.forced = found.own, found.forced
        self.runs, self.seed, self.seconds = found.runs, found.seed, found.seconds

    def to_dataframe(self) -> pd.DataFrame:
        """Every effect by round: one row per alternative, measure and round from the decision on.

        Of an event (``kind`` is ``event``), ``difference``, ``low`` and ``high`` are shares of
        1; ``sd`` is an outcome's difference in standard deviations.
        """
        return long_table(self.found)

    def _page(self) -> Document:
        return whatif_page(self.found)


def whatif(
    scenario: ScenarioLike,
    round: int,
    actor: str,
    lever: str | None = None,
    toward: str | None = None,
    *,
    runs: int = _RUNS,
    seed: int | None = None,
    run: int | None = None,
    track: str | None = None,
    theories: Theories | None = None,
    only: bool = False,
    progress: Progress | None = None,
    workers: Workers = HERE,
) -> WhatIf:
    """Force one choice at one decision, each alternative in turn, and see what follows.

    Every run is played to the round. There it branches: the actor's choice toward
    one other actor, of words or of deeds, is laid down, and all else goes on by the same
    draws of chance.
    A lever that asks for consent is a proposal: the other still answers for itself.

    Parameters
    ----------
    scenario : Scenario, path or mapping
        A scenario, the path of its file, or what its file holds.
    round : int
        The round of the decision, from 1.
    actor : str
        Who decides.
    lever : str, optional
        The alternative to mark; ``"pass"`` is to let the round pass; ``"begin X"`` and
        ``"end X"`` put an arrangement between the two in force or end it in that round,
        whatever they choose.
    toward : str, optional
        The other actor; may be left out where only one is possible.
    runs : int
        Futures under each choice, 2 or more.
    seed : int, optional
        The scenario's own where not given.
    run : int, optional
        All futures are this run up to the end of the round, and what it did there is what
        the alternatives are compared with; by default each run has its own past, and the
        alternatives are compared with what the model chooses in each.
    track : {"words", "deeds"}, optional
        Which of the actor's two choices toward the other is replaced. A lever says it by
        itself; without one it may be left out where the actor has only words, or only deeds.
    theories : theory, or mapping of actor to theory, optional
        How actors decide: as for :func:`sim.run`. They hold in all arms, before and after the
        decision.
    only : bool
        Play the marked alternative alone beside the model's own choice, and not all:
        the time goes with the number of alternatives.
    progress : callable, optional
        Called with what is done so far, and with all there is to do.
    workers : Workers
        Who plays the runs, see :func:`sim.workers`; the results are the same.

    Returns
    -------
    found : WhatIf
        What follows each alternative, on the same draws, and the page.

    Raises
    ------
    ScenarioError
        For a round, actor, lever or target that the scenario does not have, or a run
        that is over before the round.
    ResultsError
        When every run that comes to the round fails.
    """
    begun = time.perf_counter()
    scenario, progress = scenario_of(scenario), function_of("progress", progress)
    seats = seats_of(theories, scenario)
    seed, workers = seed_of(scenario, seed), workers_of(workers)
    runs, round = integer("runs", runs), integer("round", round)
    actor, only = text("actor", actor), truth("only", only)
    lever = None if lever is None else text("lever", lever)
    toward = None if toward is None else text("toward", toward)
    run = None if run is None else integer("run", run)
    track = None if track is None else text("track", track)
    found = asked(scenario, round, actor, lever, toward, track=track, run=run, runs=runs, only=only)
    marked = (found.lever,) if found.lever else ()
    branches = branch(
        scenario,
        found.fork,
        found.alternatives,
        runs,
        seed,
        seats=seats,
        full=marked,
        progress=progress,
        workers=workers,
    )
    _must_come(branches, round)
    own = branches.full[""]
    coords = {name: own.coords[name] for name in _SHARED}
    counts = np.array([item.whole for item in measures(scenario.description).values()], bool)
    data = compare(branches.own, branches.arms, branches.chosen, round, counts, coords)
    data.attrs |= about(scenario, seed)
    open_ = branches.own.open
    if found.lever:
        open_ = open_ & branches.arms[found.lever].open
    failed = branches.own.failed.copy()
    for arm in branches.arms.values():
        failed |= arm.failed
    return WhatIf(
        Forced(
            scenario=scenario,
            asked=found,
            data=data,
            own=own,
            done=None if run is None else str(branches.chosen[0]),
            failed=int((failed & branches.own.open).sum()),
            forced=branches.full[found.lever] if found.lever else None,
            comparable=open_,
            runs=runs,
            seed=seed,
            seconds=time.perf_counter() - begun,
            chooser=_by(seats, scenario, found.fork.actor, "decisions"),
            answers_by=_by(seats, scenario, found.fork.target, "answers"),
        )
    ).under(seats, scenario)


def _by(seats: Seats, scenario: Scenario, actor: str, part: Literal["decisions", "answers"]) -> str:
    """By what an actor decides or answers: the model, or a theory that has a rule for it."""
    described = scenario.description
    stated = seated(theories_of(described) or None, described.actors)
    rule = {**getattr(stated, part), **getattr(seats, part)}.get(actor)
    return MODEL if rule is None or rule is quantal else THEORY


def _must_come(branches: Branches, round: int) -> None:
    """Check that some run comes to the decision, and goes on to the end."""
    own = branches.own
    if (own.open & ~own.failed).any():
        return
    if own.failed.any():
        all_of = "every run" if own.failed.all() else "every run that comes so far"
        raise ResultsError(
            f"{all_of} failed: the numbers broke down; see what `run` says of this scenario"
        )
    problem = f"no run comes to round {round}"
    raise ScenarioError([Fault(Place(option("--round")), problem, "write an earlier round")])
