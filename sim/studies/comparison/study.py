"""Scenarios held against one another, on the same draws of chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from sim.arrays import StageProgress, of_stage
from sim.errors import Fault, Place, ScenarioError, option
from sim.reporting.document import Document
from sim.reporting.sources import path_in_words
from sim.results.bounded_tally import Tally
from sim.scenario.arguments import function_of, integer, names_of
from sim.scenario.field_types import shown
from sim.scenario.lenses import lenses_of
from sim.scenario.loading import ScenarioLike, scenarios_of, with_lens
from sim.scenario.scenario import Scenario
from sim.simulation.checkpoints import volume_runs
from sim.simulation.ensemble import Batch, Ensemble, labelled, play
from sim.simulation.executors.base import HERE, Workers
from sim.studies.arguments import runs_of, seats_of, seed_of, theories_played, workers_of
from sim.studies.base import Study
from sim.studies.comparison.common_ground import Shared, Side, shared
from sim.studies.comparison.contrasts import (
    Contrasts,
    Differences,
    RunValues,
    contrasts,
    paired_differences,
)
from sim.studies.comparison.history import beside_table
from sim.studies.comparison.page import comparison_page
from sim.studies.comparison.result import Group, as_dataset, table, views
from sim.studies.comparison.text import disagreements
from sim.text import count, did_you_mean
from sim.theories.protocol import Theories
from sim.theories.registry import title
from sim.theories.seating import NOBODY, Seats

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


# The scenarios of a comparison played on the same draws: first pairs kept whole, others counted.

VOLUMES = 4
"""How many volumes of whole paths are held at once, shared by all scenarios."""
SETTLED = 2000
"""Pairs of which the whole paths are kept however many scenarios share the room."""


def kept_pairs(arms: Iterable[Arm]) -> int:
    """Of how many pairs of runs the whole paths are kept.

    As many as a volume of any of them holds (:func:`sim.simulation.checkpoints.volume_runs`), less
    where more arms than :data:`VOLUMES` share the room, but then no less than :data:`SETTLED`.
    """
    different = {arm.key: arm.scenario for arm in arms}
    each = [volume_runs(scenario.description) for scenario in different.values()]
    room = int(VOLUMES / sum(Fraction(1, runs) for runs in each))
    return max(min(*each, max(room, SETTLED)), 2)


class Arm(NamedTuple):
    """A scenario to be compared: the name it is shown by, and the theories of its actors.

    ``theory`` names them: arms of one scenario and one theory are played once.
    """

    name: str
    scenario: Scenario
    seats: Seats = NOBODY
    theory: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from arms that would be played the same."""
        return self.scenario.sha256, self.theory


def play_sides(
    named: Sequence[Arm],
    runs: int,
    seed: int,
    progress: StageProgress | None,
    workers: Workers,
    *,
    tallied: bool,
) -> list[Side]:
    """Play each scenario with the same runs and seed; one that comes twice is played once."""
    different = {arm.key: arm for arm in named}
    done = {}
    for nth, (key, arm) in enumerate(different.items(), 1):
        scenario = arm.scenario
        name = arm.name if arm.theory else scenario.description.title
        found = play(
            scenario,
            runs,
            seed,
            tallied=tallied,
            accounted=True,
            seats=arm.seats,
            workers=workers,
            progress=of_stage(progress, f"{name} ({nth} of {len(different)})", runs),
        )
        done[key] = found, labelled(scenario, found.blocks, seed)
        found.blocks = []
    sides = []
    for arm in named:
        found, data = done[arm.key]
        assert found.ledger is not None  # asked for
        sides.append(
            Side(arm.name, arm.scenario, data, found.ledger, found.tally, arm.seats, arm.theory)
        )
    return sides


@dataclass(frozen=True, eq=False)
class Pairs:
    """The work of playing batches of runs in every scenario of a comparison.

    Attributes
    ----------
    ensembles : tuple of Ensemble
        One for each scenario, all of one seed.
    pairs : tuple of (int, int, Shared)
        Places of a reference and of what is held against it, and what they share.
    """

    ensembles: tuple[Ensemble, ...]
    pairs: tuple[tuple[int, int, Shared], ...]

    def __call__(self, batch: Batch) -> tuple[int, list[Tally], list[Differences]]:
        """Play a batch in every scenario: its runs, a tally of each, differences of each pair.

        The runs themselves go as soon as they are counted.
        """
        tallies, seen = [], []
        for ensemble in self.ensembles:
            part = ensemble(replace(batch, kept=True, tallied=True))
            assert part.tally is not None  # asked for
            tallies.append(part.tally)
            seen.append(RunValues.of_block(ensemble.scenario, part.blocks[0]))
        gaps = max(SETTLED - batch.first, 0)
        found = [
            paired_differences(self.ensembles[one].scenario, seen[one], seen[two], both, gaps)
            for one, two, both in self.pairs
        ]
        return batch.runs, tallies, found


def play_further(
    pairs: Sequence[tuple[Side, Side]],
    kept: int,
    runs: int,
    seed: int,
    progress: StageProgress | None,
    workers: Workers,
) -> tuple[Differences, ...]:
    """Play the pairs of runs beyond those that are kept; give the differences of each pair.

    The sides have tallies of the runs that are kept, to which those of all others are added.
    """
    sides = {side.key: side for pair in pairs for side in pair}
    place = {key: nth for nth, key in enumerate(sides)}
    work = Pairs(
        tuple(Ensemble(side.scenario, seed, seats=side.seats) for side in sides.values()),
        tuple(
            (
                place[one.key],
                place[two.key],
                shared(one.scenario, two.scenario, (one.name, two.name)),
            )
            for one, two in pairs
        ),
    )
    batches = work.ensembles[0].batches(runs - kept, first=kept, kept=0, tallied=True)
    found: tuple[Differences, ...] = ()
    done = 0
    for played, tallies, new in workers.map(work, batches):
        for side, tally in zip(sides.values(), tallies, strict=True):
            assert side.tally is not None  # made of the runs that are kept
            side.tally.add(tally)
        found = tuple(map(Differences.merged, found, new)) if found else tuple(new)
        done += played
        if progress:
            progress(f"The next {runs - kept:,} pairs of runs", done, runs - kept)
    return found


_FEWEST, _MOST = 2, 12
"""How many scenarios can be compared at once."""
_MOST_THEORIES = 24
"""How many theories can."""


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
        """On what lenses or theories disagree, a sentence for each difference."""
        return tuple(disagreements(views(self.groups)))

    def to_dataframe(self, by: Literal["date", "history"] = "date") -> pd.DataFrame:
        """The comparison as a table.

        Parameters
        ----------
        by : {"date", "history"}
            ``date``: a row for each lens, scenario, measure and date. ``difference`` with its
            95 % interval taken alone (``low``, ``high``), and with the one that holds at once
            with all others (``low_all``, ``high_all``); in the row of the last date also
            ``effect``, ``above`` and ``below``. All rest on the number of pairs in ``pairs``;
            the limit of the second interval was found by the first of them (``limited`` of
            :attr:`data`). ``history``: what really happened beside the runs, a row for each
            lens, scenario, outcome and known date, with the columns of
            :func:`sim.statistics.history.history_table`.

        Raises
        ------
        ScenarioError
            When ``by`` is neither.
        """
        if by == "history":
            return beside_table(self.groups)
        if by != "date":
            remedy = "write 'date' (the differences) or 'history' (what really happened)"
            raise ScenarioError([Fault(Place("by"), f"{by!r} is neither", remedy)])
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
    names: Sequence[str] = (),
    theories: Theories | None = None,
    under: Mapping[str, Theories] | None = None,
    progress: StageProgress | None = None,
    workers: Workers = HERE,
) -> Comparison:
    """Hold scenarios against one of them, run by run, on the same draws of chance.

    Of the first pairs (at most 10,000, fewer of large scenarios) the whole runs are kept:
    where paths part, what lies behind a difference, single runs, and the limit that allows
    for all intervals come from these. All else rests on all pairs, of which the further ones
    leave only moments and tallies, so that memory does not grow with their number.

    Parameters
    ----------
    scenarios : sequence of Scenario, paths or mappings
        Two to twelve; or one, with two lenses or more, or with ``under``, which are then compared.
    reference : str or int
        The scenario that the others are held against: its id, or its place.
    lenses : sequence of str
        Compare the same scenarios through each of them: a grid.
    runs : int, optional
        Pairs of runs; the reference's own number where not given.
    seed : int, optional
        The reference's own where not given.
    names : sequence of str, optional
        What each scenario is called; its title, or what was changed in it, where not given.
    theories : theory, or mapping of actor to theory, optional
        How actors decide in all scenarios: as for :func:`sim.run`.
    under : mapping of name to theories, optional
        Instead, play one scenario under each of these: ``{"as built in": "quantal", "mine":
        {"north": rule}}``. The first is the reference.
    progress : callable, optional
        Called with what is being run, its runs that are done, and all its runs.
    workers : Workers
        Who plays the runs, see :func:`sim.workers`; the results are the same.

    Returns
    -------
    found : Comparison
        Every measure of each scenario with its difference by date, for each lens; the page.

    Raises
    ------
    ScenarioError
        For too few or too many scenarios, a reference or a lens that is not there,
        and scenarios that share nothing to compare.
    """
    given = scenarios_of(scenarios)
    called = names_of("names", names)
    if called and (len(called) != len(given) or len({*called}) < len(called)):
        problem = f"{len(called)} names for {len(given)} scenarios, or two alike"
        remedy = "give each scenario a name of its own"
        raise ScenarioError([Fault(Place("names"), problem, remedy)])
    grid = _seated(given, reference, names_of("lenses", lenses), called, theories, under)
    workers, progress = workers_of(workers), function_of("progress", progress)
    first = grid[0].arms[0].scenario
    for row in grid:
        one, *others = row.arms
        for other in others:
            # Before the work, not after it.
            shared(one.scenario, other.scenario, (one.name, other.name))
    runs, seed = runs_of(first, runs, least=2), seed_of(first, seed)
    arms = [arm for row in grid for arm in row.arms]
    kept = min(runs, kept_pairs(arms))
    kept_runs = iter(play_sides(arms, kept, seed, progress, workers, tallied=kept < runs))
    sides = [[next(kept_runs) for _ in row.arms] for row in grid]
    pairs = [(row[0], other) for row in sides for other in row[1:]]
    further = play_further(pairs, kept, runs, seed, progress, workers) if kept < runs else ()
    found = iter(contrasts(pairs, seed, further))
    groups = [
        Group(line.lens, tuple(row), tuple(next(found) for _ in row[1:]))
        for line, row in zip(grid, sides, strict=True)
    ]
    answer = Comparison(groups, runs, seed)
    played = [theories_played(arm.seats, arm.scenario) for arm in arms]
    # Where sides are played by different theories, these are told as differences.
    if under is None and all(one == played[0] for one in played):
        answer.under(arms[0].seats, first)
    return answer


class _Row(NamedTuple):
    """What is compared under one lens: each scenario with its name, the reference first."""

    lens: str
    arms: list[Arm]


def _seated(
    scenarios: Sequence[Scenario],
    reference: str | int,
    lenses: tuple[str, ...],
    called: tuple[str, ...],
    theories: Theories | None,
    under: Mapping[str, Theories] | None,
) -> list[_Row]:
    """The arms of a comparison, with the theories of their actors."""
    if under is None:
        grid = _grid(scenarios, reference, lenses, called)
        for row in grid:
            row.arms[:] = [arm._replace(seats=seats_of(theories, arm.scenario)) for arm in row.arms]
        return grid
    _can_be_under(scenarios, lenses, theories, under)
    (scenario,) = scenarios
    # What is called by a theory's own name is shown by its title, if no other has the same.
    titles = {name: title(name) if one == name else name for name, one in under.items()}
    twins = Counter(titles.values())
    arms = [
        Arm(
            titles[name] if twins[titles[name]] == 1 else name,
            scenario,
            seats_of(one, scenario),
            name,
        )
        for name, one in under.items()
    ]
    return [_Row("", arms)]


def _can_be_under(
    scenarios: Sequence[Scenario],
    lenses: tuple[str, ...],
    theories: Theories | None,
    under: Mapping[str, Theories],
) -> None:
    place = Place(option("--theory A,B"))
    faults = []
    if not isinstance(under, Mapping):
        remedy = 'give theories by name: {"as built in": "quantal", "mine": rule}'
        faults.append(Fault(place, f"{shown(under)} is no mapping of names to theories", remedy))
    elif len(under) < _FEWEST:
        problem = f"{count(len(under), 'theory', 'theories')} cannot be compared"
        remedy = f"give {_FEWEST} to {_MOST_THEORIES}; the first is what others are held against"
        faults.append(Fault(place, problem, remedy))
    elif len(under) > _MOST_THEORIES:
        remedy = f"give {_FEWEST} to {_MOST_THEORIES}"
        faults.append(Fault(place, f"{len(under)} theories are too many", remedy))
    if len(scenarios) != 1:
        problem = f"several theories are compared in one scenario, and here are {len(scenarios)}"
        remedy = f"give one scenario, or one theory for all ({option('--theory')})"
        faults.append(Fault(place, problem, remedy))
    if lenses:
        lens = option("--lens")
        problem = f"several theories are not compared through lenses ({lens})"
        remedy = f"leave {lens} out, or give one theory for all ({option('--theory')})"
        faults.append(Fault(place, problem, remedy))
    if theories is not None:
        problem = "theories for all scenarios are given, and theories to be compared"
        faults.append(Fault(place, problem, f"leave '{option('--theory')}' out"))
    if faults:
        raise ScenarioError(faults)


def _grid(
    scenarios: Sequence[Scenario],
    reference: str | int,
    lenses: tuple[str, ...],
    called: tuple[str, ...],
) -> list[_Row]:
    if len(scenarios) == 1 and len(lenses) > 1:
        worn = [with_lens(scenarios[0], lens) for lens in lenses]
        return [_Row("", [Arm(_title(one), one) for one in worn])]
    order = _reference_first(scenarios, reference)
    ordered = [scenarios[place] for place in order]
    names = [called[place] for place in order] if called else _names(ordered)
    if not lenses:
        return [_Row("", list(map(Arm, names, ordered)))]
    rows = []
    for lens in lenses:
        worn = [with_lens(one, lens) for one in ordered]
        rows.append(_Row(_title(worn[0]), list(map(Arm, names, worn))))
    return rows


def _title(worn: Scenario) -> str:
    """The name of the lens through which a scenario is viewed."""
    return lenses_of(worn.description)[str(worn.lens)].title


def _reference_first(scenarios: Sequence[Scenario], reference: str | int) -> list[int]:
    """The places of the scenarios, that of the reference first."""
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
    return [number, *(nth for nth in range(len(scenarios)) if nth != number)]


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
