"""All notes on a scenario, with their places, the weightiest first."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace
from pathlib import Path

from sim.model.compiled import CompiledScenario
from sim.plausibility import interest_notes, lever_notes, part_notes
from sim.plausibility.note import MOST_NOTES, Note, Notes
from sim.plausibility.trial import CELLS, Trial, candidate_cells, play, weigh
from sim.scenario.arguments import MOST_RUNS, path_of, whole_number
from sim.scenario.files import merged_document
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.scenario.node import Node
from sim.scenario.phrases import ANYONE
from sim.scenario.scenario import Scenario
from sim.text import NBSP, closest


def notes(scenario: ScenarioLike, folder: str | Path = "", most: int = MOST_NOTES) -> Notes:
    """Find what is allowed in a scenario and perhaps not meant.

    The scenario is looked at as it starts, and in a few hundred short runs: the
    first ones of its own seed, so that the same file has the same notes. A large
    scenario gets fewer runs, and a very large one only what can be said without any.

    Parameters
    ----------
    scenario : Scenario, path or mapping
    folder : str or Path
        Where its file lies, as the user wrote it, for the places.
    most : int
        So many notes at most, 0 or more.

    Returns
    -------
    found : Notes
        A sequence of :class:`sim.Note`, the weightiest first; its ``to_dataframe`` makes a
        table of them, and its ``uses`` say how often each lever will be used.
    """
    scenario, most = scenario_of(scenario), whole_number("most", most, 0, MOST_RUNS)
    folder = path_of("folder", folder)
    answers = scenario.description.notes
    trial: Trial | None = None
    found = list(_without_runs(scenario))
    if candidate_cells(scenario) <= CELLS:
        compiled = CompiledScenario(scenario)
        weighed, trial = weigh(compiled), play(compiled)
        found += interest_notes.unserved(compiled)
        losing = list(lever_notes.losing(weighed, trial))
        found += losing
        found += lever_notes.against(
            weighed, trial, {one.name.removeprefix("losing ") for one in losing}
        )
    if trial is not None:
        found += [
            *lever_notes.carried(trial),
            *part_notes.limits(trial),
            *part_notes.trends(trial),
            *part_notes.lasting_in_runs(trial),
        ]
    found += part_notes.still_issues(scenario.description, trial)
    found += part_notes.still_outcomes(scenario.description, trial)
    found.sort(key=lambda one: (-one.weight, one.name))
    root = merged_document(scenario, folder)
    placed = [_placed(one, root, answers.get(one.name, "")) for one in found]
    idle = set(answers) - {one.name for one in found}
    placed = [_with_near_answer(one, idle) for one in placed]
    told = [one for one in placed if not one.answer]
    return Notes(
        tuple(told[:most]),
        len(told[most:]),
        tuple(one for one in placed if one.answer),
        lever_notes.uses(trial) if trial else (),
        trial.runs if trial else 0,
    )


def _without_runs(scenario: Scenario) -> Iterator[Note]:
    description = scenario.description
    yield from lever_notes.rounds(scenario)
    yield from lever_notes.crowded(scenario, description.notes)
    yield from part_notes.powers(scenario)
    yield from part_notes.issues_from_0_to_1(description)
    yield from part_notes.contrary_signs(description)
    yield from part_notes.idle_actors(description)
    yield from part_notes.empty_levers(description)
    yield from part_notes.lasting_as_stated(description)
    yield from interest_notes.unweighed(description)


def _with_near_answer(note: Note, idle: Set[str]) -> Note:
    """The note; where an answer to no note has nearly its name, the remedy says so."""
    near = None if note.answer else closest(note.name, idle)
    if near is None:
        return note
    hint = f"the answer '{near}' is to no note, did you mean '{note.name}'?"
    return replace(note, remedy=f"{note.remedy}; {hint}")


def _placed(found: Note, root: Node, answer: str) -> Note:
    """The note with its place in a file, and the scenario's answer to it."""
    path = found.place.path
    place = root.place(tuple(path.split(".")))
    if not path.endswith(f".{ANYONE} to {ANYONE}"):  # which a plain number may stand for
        place = replace(place, path=path)
    text, remedy = (words.replace(NBSP, " ") for words in (found.text, found.remedy))
    return replace(found, place=place, text=text, remedy=remedy, answer=answer)
