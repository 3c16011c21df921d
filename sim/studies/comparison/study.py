"""Scenarios held against one another, on the same draws of chance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sim.arrays import StageProgress
from sim.errors import Fault, Place, ScenarioError, option
from sim.reporting.document import Document
from sim.reporting.sources import path_in_words
from sim.scenario.arguments import function_of, integer, names_of
from sim.scenario.lenses import LENSES
from sim.scenario.loading import ScenarioLike, scenarios_of, with_lens
from sim.scenario.scenario import Scenario
from sim.simulation.executors.base import HERE, Workers
from sim.studies.arguments import runs_of, seed_of, workers_of
from sim.studies.base import Study
from sim.studies.comparison.common_ground import shared
from sim.studies.comparison.contrasts import Contrasts, contrasts
from sim.studies.comparison.page import comparison_page
from sim.studies.comparison.playing import kept_pairs, play_further, play_sides
from sim.studies.comparison.result import Group, as_dataset, table, views
from sim.studies.comparison.text import disagreements
from sim.text import did_you_mean

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


_FEWEST, _MOST = 2, 12
"""How many scenarios can be compared at once."""


class Comparison(Study):
    """Two scenarios or more, each held against the reference.

    Attributes
    ----------
    groups : tuple of Group
        One for each lens; a single one where none was put on.
    runs, seed : int
        The same in every scenario.
    """

    kind: ClassVar[str] = "comparison"

    def __init__(self, groups: Sequence[Group], runs: int, seed: int) -> None:
        self.groups, self.runs, self.seed = tuple(groups), runs, seed

    @property
    def contrasts(self) -> tuple[Contrasts, ...]:
        """Every scenario held against the reference, lens by lens."""
        return tuple(one for group in self.groups for one in group.contrasts)

    @property
    def disagreements(self) -> tuple[str, ...]:
        """On what the theories disagree, a sentence for each difference."""
        return tuple(disagreements(views(self.groups)))

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each lens, scenario, measure and date.

        ``difference`` with its 95 % interval taken alone (``low``, ``high``), and
        with the one that holds at once with all others (``low_all``, ``high_all``);
        in the row of the last date also ``effect``, ``above`` and ``below``. All rest on
        the number of pairs in ``pairs``; the limit of the second interval was found by
        the first of them (``limited`` of :attr:`data`).
        """
        return table(self.groups)

    @property
    def data(self) -> xr.Dataset:  # type: ignore[override]
        """The same numbers by lens, scenario, measure and date."""
        reference = self.groups[0].sides[0]
        found = as_dataset(self.to_dataframe())
        found.attrs = {
            **reference.data.attrs,
            "pairs": self.runs,
            "kept": reference.kept,
            "limit": self.contrasts[0].found[0].limit,
            "limited": self.contrasts[0].limited,
        }
        return found

    def _page(self) -> Document:
        return comparison_page(self.groups, self.runs, self.seed)


def compare(
    scenarios: ScenarioLike | Iterable[ScenarioLike],
    *,
    reference: str | int = 0,
    lenses: str | Sequence[str] = (),
    runs: int | None = None,
    seed: int | None = None,
    progress: StageProgress | None = None,
    workers: Workers = HERE,
) -> Comparison:
    """Hold scenarios against one of them, run by run, on the same draws of chance.

    Of the first pairs the whole runs are kept
    (:func:`sim.studies.comparison.playing.kept_pairs`): where paths part, what lies behind
    a difference, single runs, and the limit that allows for all intervals come from these.
    All else rests on all pairs, of which the further ones leave only moments and tallies,
    so that memory does not grow with their number.

    Parameters
    ----------
    scenarios : sequence of Scenario, paths or mappings
        Two to twelve; or one, with two lenses or more, which are then compared.
    reference : str or int
        The scenario that the others are held against: its id, or its place.
    lenses : sequence of str
        Compare the same scenarios through each of them: a grid.
    runs : int, optional
        Pairs of runs; the reference's own number where not given.
    seed : int, optional
        The reference's own where not given.
    progress : callable, optional
        Called with what is being run, its runs that are done, and all its runs.
    workers : Workers
        Who plays the runs, see :func:`sim.workers`; the results are the same.

    Raises
    ------
    ScenarioError
        For too few or too many scenarios, a reference or a lens that is not there,
        and scenarios that share nothing to compare.
    """
    grid = _grid(scenarios_of(scenarios), reference, names_of("lenses", lenses))
    workers, progress = workers_of(workers), function_of("progress", progress)
    first = grid[0].arms[0][1]
    for row in grid:
        (name, one), *others = row.arms
        for other_name, other in others:
            shared(one, other, (name, other_name))  # before the work, not after it
    runs, seed = runs_of(first, runs, least=2), seed_of(first, seed)
    arms = [arm for row in grid for arm in row.arms]
    kept = min(runs, kept_pairs(one for _, one in arms))
    played = iter(play_sides(arms, kept, seed, progress, workers, tallied=kept < runs))
    sides = [[next(played) for _ in row.arms] for row in grid]
    pairs = [(row[0], other) for row in sides for other in row[1:]]
    further = play_further(pairs, kept, runs, seed, progress, workers) if kept < runs else ()
    found = iter(contrasts(pairs, seed, further))
    groups = [
        Group(line.lens, tuple(row), tuple(next(found) for _ in row[1:]))
        for line, row in zip(grid, sides, strict=True)
    ]
    return Comparison(groups, runs, seed)


class _Row(NamedTuple):
    """What is compared under one lens: each scenario with its name, the reference first."""

    lens: str
    arms: list[tuple[str, Scenario]]


def _grid(
    scenarios: Sequence[Scenario], reference: str | int, lenses: tuple[str, ...]
) -> list[_Row]:
    if len(scenarios) == 1 and len(lenses) > 1:
        worn = [with_lens(scenarios[0], lens) for lens in lenses]
        return [_Row("", [(LENSES[str(one.lens)].title, one) for one in worn])]
    ordered = _reference_first(scenarios, reference)
    names = _names(ordered)
    if not lenses:
        return [_Row("", list(zip(names, ordered, strict=True)))]
    rows = []
    for lens in lenses:
        worn = [with_lens(one, lens) for one in ordered]
        title = LENSES[str(worn[0].lens)].title
        rows.append(_Row(title, list(zip(names, worn, strict=True))))
    return rows


def _reference_first(scenarios: Sequence[Scenario], reference: str | int) -> list[Scenario]:
    place = Place("compare")
    if not _FEWEST <= len(scenarios) <= _MOST:
        what = "1 scenario" if len(scenarios) == 1 else f"{len(scenarios)} scenarios"
        remedy = (
            f"name {_FEWEST} to {_MOST} scenarios; or one, with a change "
            f"({option('--with')} PATH=VALUE), or with two lenses or more"
        )
        raise ScenarioError([Fault(place, f"{what} to compare", remedy)])
    ids = [scenario.id for scenario in scenarios]
    if isinstance(reference, str):
        if reference not in ids:
            remedy = did_you_mean(reference, set(ids), "scenarios")
            problem = f"'{reference}' is not among the scenarios compared"
            raise ScenarioError([Fault(Place(option("--reference")), problem, remedy)])
        reference = ids.index(reference)
    number = integer("reference", reference)
    if not 0 <= number < len(scenarios):
        problem = f"there is no scenario number {number}"
        remedy = f"write a number from 0 to {len(scenarios) - 1}"
        raise ScenarioError([Fault(Place(option("--reference")), problem, remedy)])
    rest = [one for nth, one in enumerate(scenarios) if nth != number]
    return [scenarios[number], *rest]


def _names(scenarios: Sequence[Scenario]) -> list[str]:
    """What each is shown by: its title, or what was changed in it where titles are alike."""
    common = set.intersection(*(set(scenario.overrides) for scenario in scenarios))
    titles = [scenario.description.title for scenario in scenarios]
    names: list[str] = []
    for scenario in scenarios:
        described = scenario.description
        changed = [
            f"{path_in_words(path, described)} = {value}"
            for path, value in scenario.overrides
            if (path, value) not in common
        ]
        name = described.title
        if titles.count(name) > 1 and changed:
            name = "; ".join(changed)
        twins = sum(one == name or one.startswith(f"{name} [") for one in names)
        names.append(f"{name} [{twins + 1}]" if twins else name)
    return names
