"""What the runs of a scenario say to the questions that it can speak to.

The forecasters that need no run are in :mod:`sim.evaluation.rivals`.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import special

from sim.arrays import Bools, Floats, Progress, StageProgress, of_stage
from sim.claims.measure import recording
from sim.errors import Fault, Place, ScenarioError
from sim.evaluation.distribution import Distribution, Sample
from sim.evaluation.questions import Asked
from sim.evaluation.record import Question, Sort
from sim.results.series import series
from sim.scenario.scenario import Scenario
from sim.simulation.checkpoints import volume_runs
from sim.simulation.ensemble import labelled, play
from sim.simulation.executors.base import HERE, Workers
from sim.statistics.summary import Trajectory, summarise

CHUNK = 4096
"""Runs whose results are held at a time; the fans of a report are drawn from the first of these."""
STILL = 1e-9
"""A quantity that moves by less does not move."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What a forecaster says of a question.

    Attributes
    ----------
    probability : float or None
        That it comes true, where it asks about an event or has a limit.
    chances : tuple of float or None
        Of a direction: that it falls, stays unchanged, rises.
    distribution : Distribution or None
        Of a count or a quantity.
    runs : int
        Runs that probabilities are shares of; 0 where they are not.
    """

    probability: float | None = None
    chances: tuple[float, ...] | None = None
    distribution: Distribution | None = None
    runs: int = 0


@dataclass(frozen=True, eq=False)
class Item:
    """A question with what each forecaster says of it.

    Attributes
    ----------
    id : str
    question : Question
    whole : bool
        Whether its values are counts.
    width : float
        The range of its values.
    dates : (date, date)
        The days to which the states, or the rounds, that are read belong.
    answers : dict of forecaster -> Answer
    """

    id: str
    question: Question
    whole: bool
    width: float
    dates: tuple[datetime.date, datetime.date]
    answers: dict[str, Answer] = field(default_factory=dict)

    @property
    def sort(self) -> Sort:
        """What it asks about."""
        return self.question.sort


@dataclass(frozen=True, eq=False)
class Simulated:
    """What the runs of a scenario say.

    Attributes
    ----------
    answers : dict of question -> Answer
    starts : dict of question -> Answer
        What nothing but the start of the first :data:`CHUNK` runs says: each quantity stays,
        what is not yet does not come.
    fans : dict of question -> Trajectory
        The course of each quantity and count over the first :data:`CHUNK` runs.
    failed : int
        Runs that failed, and count for nothing.
    """

    answers: dict[str, Answer]
    starts: dict[str, Answer]
    fans: dict[str, Trajectory]
    failed: int


def simulated(
    scenario: Scenario,
    questions: Sequence[Asked],
    runs: int,
    seed: int,
    *,
    title: str = "",
    progress: StageProgress | None = None,
    workers: Workers = HERE,
) -> Simulated:
    """Play a scenario and read what it says to questions.

    Parameters
    ----------
    scenario : Scenario
    questions : sequence of Asked
        Of :func:`sim.evaluation.questions.asked`, for this scenario.
    runs, seed : int
    title : str
        What the progress shows.
    progress : callable, optional
    workers : Workers
        Who plays them; the results are the same.

    Raises
    ------
    ScenarioError
        When every run failed.
    """
    watching = recording(scenario, [one.target for one in questions])
    # As many runs as there are: in the precision that results have.
    found: dict[str, list[NDArray[np.float32]]] = {one.id: [] for one in questions}
    starts: dict[str, Answer] = {}
    fans: dict[str, Trajectory] = {}
    size = min(CHUNK, volume_runs(watching.description))
    whole, lost = of_stage(progress, title, runs), 0
    for first in range(0, runs, size):
        part = min(size, runs - first)
        shown = None if whole is None else _from(whole, first)
        played = play(watching, part, seed, first=first, workers=workers, progress=shown)
        dataset = labelled(watching, played.blocks, seed)
        failed = dataset["failed_round"].values >= 0
        for one in questions:
            values, start = read(dataset, one)
            found[one.id].append(np.where(failed, np.nan, values).astype(np.float32))
            if first == 0:
                # No share of runs: that a thing does not come is certain to whoever says so.
                starts[one.id] = replace(answer(one, start), runs=0)
        if first == 0:
            fans = _fans(dataset, watching, questions)
        lost += int(failed.sum())
    if lost == runs:
        place, remedy = Place(scenario.id), "narrow the spreads of the scenario's numbers"
        raise ScenarioError([Fault(place, "every run failed", remedy)])
    answers = {
        one.id: answer(one, np.concatenate(found.pop(one.id)).astype(np.float64))
        for one in questions
    }
    return Simulated(answers, starts, fans, lost)


def _from(progress: Progress, first: int) -> Progress:
    return lambda done: progress(first + done)


def _fans(
    dataset: xr.Dataset, scenario: Scenario, questions: Sequence[Asked]
) -> dict[str, Trajectory]:
    """The courses of what is asked that has one."""
    courses = {one.measure.id: one for one in summarise(dataset, scenario).trajectories}
    return {one.id: courses[one.target.label] for one in questions if one.target.label in courses}


def read(dataset: xr.Dataset, one: Asked) -> tuple[Floats, Floats]:
    """A question's value in each run, and what it would be had nothing changed.

    Of an event 1 where it came and 0 where not; of a direction the change between its states.

    Parameters
    ----------
    dataset : Dataset
        Results that record the question's target.
    one : Asked
    """
    target, (first, last) = one.target, one.states
    if one.question.sort == "event":
        came = series(dataset, target).values
        at_once = dataset["watched"].sel(watch=target.label).values == 0
        return came, (at_once & (came > 0)).astype(np.float64)
    if one.question.sort == "count":
        values = series(dataset, target).values
        return values, np.full(len(values), one.question.before or 0.0)
    course = dataset["reported"].sel(outcome=target.label).transpose("run", "round").values
    course = course.astype(np.float64)
    if one.question.sort == "direction":
        return course[:, last] - course[:, first], np.zeros(len(course))
    if one.question.at is not None:
        return series(dataset, target).values, course[:, 0]
    return course[:, last], course[:, 0]


def answer(one: Asked, values: Floats) -> Answer:
    """What the values of runs say to a question, failed ones left out."""
    question, known = one.question, values[np.isfinite(values)]
    if question.sort == "direction":
        step = max(question.by_more_than or 0.0, STILL)
        parts = known < -step, np.abs(known) <= step, known > step
        return Answer(chances=tuple(float(part.mean()) for part in parts), runs=len(known))
    if question.sort == "event":
        return Answer(float(known.mean()), runs=len(known))
    asks = question.sort == "count" or question.has_limits
    probability = float(inside(known, question).mean()) if asks else None
    sample = Sample.of(known).measured(question.error or 0.0)
    return Answer(probability, distribution=sample, runs=len(known))


def inside(values: Floats, question: Question) -> Floats | Bools:
    """Where the limits hold; with an error of measurement the probability that they seem to."""
    least, most = question.limits
    if not question.error:
        # In the precision of results, so that what stands at a limit meets it.
        return (values >= float(np.float32(least))) & (values <= float(np.float32(most)))
    ends = ((end - values) / question.error for end in (most, least))
    above, below = (special.ndtr(end) for end in ends)
    return np.asarray(above - below)


def forecasts(
    questions: Sequence[Asked],
    answers: Mapping[str, Mapping[str, Answer]],
) -> tuple[Item, ...]:
    """Put what each forecaster says together, question by question.

    ``answers``: by forecaster, then by question.
    """
    return tuple(
        Item(
            one.id,
            one.question,
            one.whole,
            one.width,
            one.dates,
            {name: said[one.id] for name, said in answers.items() if one.id in said},
        )
        for one in questions
    )
