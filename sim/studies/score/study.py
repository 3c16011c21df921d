"""Forecasts of a scenario scored against a record: the function that asks, and its answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from sim.arrays import StageProgress
from sim.errors import Fault, ScenarioError
from sim.evaluation.forecast import forecasts, simulated
from sim.evaluation.questions import asked
from sim.evaluation.record import Record, RecordLike, record_of
from sim.evaluation.rivals import HALF, SCENARIO, THEORY_OFF, TREND, UNCHANGED, half, trends
from sim.evaluation.theory import without_theory
from sim.reporting.document import Document
from sim.scenario.arguments import function_of
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.scenario.scenario import Scenario
from sim.simulation.executors.base import HERE, Workers
from sim.simulation.fingerprint import package_version
from sim.statistics.measures import measure_name
from sim.studies.arguments import runs_of, seed_of, workers_of
from sim.studies.base import Study
from sim.studies.score.page import score_page
from sim.studies.score.result import Held, Made
from sim.text import sentence

if TYPE_CHECKING:
    import pandas as pd


class Scores(Study):
    """Forecasts beside what came, with their scores.

    Attributes
    ----------
    found : Held
        The questions, the forecasts, and what the scenario cannot speak to.
    data : Dataset
        See :func:`sim.evaluation.scores.scored`.
    """

    kind: ClassVar[str] = "score"

    def __init__(self, found: Held, seconds: float = 0.0) -> None:
        self.found, self.data, self.seconds = found, found.scores, seconds

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each question and forecaster that speaks to it."""
        table = self.data.to_dataframe().reset_index()
        numbers = [name for name in self.data.data_vars if "forecaster" in self.data[name].dims]
        known = table.dropna(subset=numbers, how="all")
        named = known.assign(name=known["question"].map(dict(self.found.names)))
        first = ["question", "name", "sort", "group", "forecaster", "happened", "value"]
        return named[[*first, *map(str, numbers)]].reset_index(drop=True)

    def _page(self) -> Document:
        return score_page(self.found)


def score(
    scenario: ScenarioLike,
    record: RecordLike,
    runs: int | None = None,
    seed: int | None = None,
    *,
    progress: StageProgress | None = None,
    workers: Workers = HERE,
) -> Scores:
    """Hold a scenario's forecasts against dated outcomes, beside five simple rivals.

    The scenario is played twice on the same draws, as it is and by its usual frequencies alone.

    Parameters
    ----------
    scenario : Scenario, path or mapping
        A scenario, the path of its file, or what its file holds.
    record : Record, path or mapping
        Dated outcomes: see :func:`sim.load_record`.
    runs, seed : int, optional
        The scenario's own where not given.
    progress : callable, optional
        Called with what is being done, how much of it is done, and out of how much.
    workers : Workers
        Who plays the runs, see :func:`sim.workers`; the results are the same.

    Returns
    -------
    Scores

    Raises
    ------
    ScenarioError
        With all faults of the record; or where no outcome is stated, or the scenario can speak
        to no question.
    """
    scenario, record = scenario_of(scenario), record_of(record)
    runs, seed = runs_of(scenario, runs), seed_of(scenario, seed)
    progress, workers = function_of("progress", progress), workers_of(workers)
    if faults := no_outcomes(record):
        raise ScenarioError(faults)
    begun = time.perf_counter()
    found = held(scenario, record, runs, seed, progress, workers)
    return Scores(found, time.perf_counter() - begun)


def no_outcomes(record: Record) -> list[Fault]:
    """A fault for each question of which it is not said what came."""
    return [
        Fault(
            record.root.place(("questions", key), at_key=True),
            "it is not said what came",
            "add 'came:', or write forecasts down by --freeze",
        )
        for key, question in record.questions.items()
        if question.came is None and question.sort != "nothing"
    ]


def held(
    scenario: Scenario,
    record: Record,
    runs: int,
    seed: int,
    progress: StageProgress | None,
    workers: Workers,
) -> Held:
    """Play a scenario with its theory and without, and lay it beside the record."""
    questions, others = asked(record, scenario)
    stages = (("With the theory", scenario), ("Without the theory", without_theory(scenario)))
    own, off = (
        simulated(one, questions, runs, seed, title=title, progress=progress, workers=workers)
        for title, one in stages
    )
    start = scenario.description.calendar.start
    answers = {
        SCENARIO: own.answers,
        THEORY_OFF: off.answers,
        HALF: half(questions),
        UNCHANGED: own.starts,
        TREND: trends(questions, start),
    }
    description = scenario.description
    names = {
        one.id: one.question.name or measure_name(one.target, description) for one in questions
    }
    names |= {one.id: one.question.name or one.id for one in others}
    version = package_version()
    made = Made(description.title, scenario.id, scenario.sha256, runs, seed, version, start)
    return Held(
        record,
        made,
        forecasts(questions, answers),
        {one.id: one.missing for one in others},
        {key: sentence(name) for key, name in names.items()},
        scenario,
        own.fans,
    )
