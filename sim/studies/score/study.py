"""Forecasts of a scenario scored against a record: the function that asks, and its answer."""

from __future__ import annotations

import datetime
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sim.arrays import StageProgress
from sim.errors import Fault, ResultsError, ScenarioError, option
from sim.evaluation.forecast import forecasts, simulated
from sim.evaluation.frozen import frozen_text, known_before, laid_beside, load_frozen
from sim.evaluation.questions import asked, moving
from sim.evaluation.record import Record, RecordLike, record_of
from sim.evaluation.rivals import HALF, SCENARIO, THEORY_OFF, TREND, UNCHANGED, half, trends
from sim.evaluation.theory import without_theory
from sim.reporting.document import Document
from sim.reporting.html import write_page
from sim.scenario.arguments import function_of, path_of, truth
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.scenario.scenario import Scenario
from sim.simulation.executors.base import HERE, Workers
from sim.simulation.fingerprint import package_version
from sim.studies.arguments import runs_of, seed_of, workers_of
from sim.studies.base import Study
from sim.studies.score.page import score_page
from sim.studies.score.result import Held, Made
from sim.studies.score.text import title
from sim.text import sentence
from sim.theories.seating import NOBODY

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

    def skills(self) -> pd.DataFrame:
        """One row for each score and rival, on the questions that both answer.

        ``own`` and ``other`` are the mean scores of the scenario and of the rival, ``skill`` is
        1 - own / other, ``low`` and ``high`` the ends of its 95 % interval.
        """
        import pandas as pd

        rows = [asdict(one) for one in self.found.skills]
        return pd.DataFrame(rows).rename(columns={"value": "skill"})

    def reliability(self) -> pd.DataFrame:
        """One row for each bin of probabilities: how many were given, how many came true.

        ``least`` and ``most`` hold the share that came true with 90 % if the probabilities are
        right.
        """
        import pandas as pd

        return pd.DataFrame([{**asdict(one), "share": one.share} for one in self.found.bins])

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
        With all faults of the record; or where it does not say what came, or the scenario can
        speak to no question.
    """
    scenario, record = scenario_of(scenario), record_of(record)
    runs, seed = runs_of(scenario, runs), seed_of(scenario, seed)
    progress, workers = function_of("progress", progress), workers_of(workers)
    _with_outcomes(record)
    begun = time.perf_counter()
    found = held(scenario, record, runs, seed, progress, workers)
    return Scores(found, time.perf_counter() - begun).under(NOBODY, scenario)


def score_frozen(frozen: str | Path, record: RecordLike) -> Scores:
    """Score forecasts that were frozen, without playing anything.

    Parameters
    ----------
    frozen : str or Path
        A file that :func:`freeze` wrote.
    record : Record, path or mapping
        Questions as they were frozen, with what came.

    Returns
    -------
    Scores

    Raises
    ------
    ScenarioError
        Where the file was changed since it was frozen, or the record asks other questions.
    """
    record, laid = record_of(record), load_frozen(frozen)
    _with_outcomes(record)
    items, missing = laid_beside(laid, record)
    stated = laid.stated
    scenario = stated.scenario
    made = Made(
        scenario.title,
        scenario.id,
        scenario.sha256,
        scenario.runs,
        scenario.seed,
        stated.version,
        scenario.start,
        stated.date,
        stated.after_the_fact,
        stated.digest,
    )
    names = {key: record.questions[key].name or key for key in record.questions}
    names |= {one.id: one.question.name or one.id for one in items}
    named = {key: sentence(names.get(key, key)) for key in (*names, *missing)}
    return Scores(Held(record, made, items, missing, named, read_too=(laid.file,)))


def freeze(
    scenario: ScenarioLike,
    record: RecordLike,
    file: str | Path,
    runs: int | None = None,
    seed: int | None = None,
    *,
    after_the_fact: bool = False,
    progress: StageProgress | None = None,
    workers: Workers = HERE,
) -> Path:
    """Write a scenario's forecasts and those of its rivals down, to be scored later.

    Parameters
    ----------
    scenario, record
        As for :func:`score`; the record need not say what came.
    file : str or Path
        YAML file to write; one that is there is never written over.
    runs, seed : int, optional
        The scenario's own where not given.
    after_the_fact : bool
        Freeze although outcomes are known; the file says so.
    progress, workers
        As for :func:`score`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ScenarioError
        Where outcomes lie before the freeze, or the record says what came.
    ResultsError
        Where the file is there, or cannot be written.
    """
    path = path_of("file", file)
    check_new(path)
    scenario, record = scenario_of(scenario), record_of(record)
    runs, seed = runs_of(scenario, runs), seed_of(scenario, seed)
    progress, workers = function_of("progress", progress), workers_of(workers)
    late, day = truth("after_the_fact", after_the_fact), today()
    faults = known_before(record, asked(record, scenario)[0], day)
    if faults and not late:
        raise ScenarioError(faults)
    found = held(scenario, record, runs, seed, progress, workers)
    made = found.made
    facts = {
        "title": record.stated.title,
        "date": day.isoformat(),
        "after_the_fact": bool(faults),
        "version": made.version,
        "scenario": {
            "title": made.title,
            "id": made.id,
            "sha256": made.sha256,
            "start": made.start.isoformat(),
            "runs": made.runs,
            "seed": made.seed,
        },
        "missing": found.missing,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_page(frozen_text(facts, found.items, found.names), path)
    except OSError as error:
        raise ResultsError(f"{path}: {error.strerror or error}") from None
    return path


def today() -> datetime.date:
    """The day by the computer's clock; nobody gives another one for the day of a freeze."""
    return datetime.date.today()


def check_new(path: Path) -> None:
    """Refuse to write forecasts over anything.

    Raises
    ------
    ResultsError
        Where something is there.
    """
    if path.exists():
        raise ResultsError(
            f"{path}: there is such a file, and forecasts are never written over; name another one"
        )


def _with_outcomes(record: Record) -> None:
    """Refuse a record of which nothing came."""
    known = (one.came is not None for one in record.questions.values() if one.sort != "nothing")
    if not any(known):
        place = record.root.place(("questions",), at_key=True)
        remedy = f"add 'came:' to the questions, or write forecasts down by {option('--freeze')}"
        raise ScenarioError([Fault(place, "the record does not say what came", remedy)])


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
    names = {one.id: title(one, description) for one in questions}
    names |= {one.id: sentence(one.question.name or one.id) for one in others}
    version = package_version()
    return Held(
        record,
        Made(description.title, scenario.id, scenario.sha256, runs, seed, version, start),
        forecasts(questions, answers),
        {one.id: one.missing for one in others},
        names,
        scenario,
        own.fans,
        {one.id: moving(one, description) for one in questions},
        own.failed + off.failed,
    )
