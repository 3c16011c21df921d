"""The four measures together: of one scenario, or of all that come with the program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sim.arrays import StageProgress
from sim.scenario.arguments import whole_number
from sim.scenario.loading import ScenarioLike, load_scenario, scenario_of
from sim.scenario.phrases import pair
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import scenarios as files
from sim.soundness import memory
from sim.soundness.drift_at_rest import LONG as LONG_ROUNDS
from sim.soundness.drift_at_rest import ROUNDS, Rest, rest
from sim.soundness.engine import generated, weighed
from sim.soundness.expected_signs import Judged, Sign, judge, signs
from sim.soundness.memory import terms
from sim.soundness.neutral_cells import (
    MOST_PAIRS,
    KnifeEdge,
    NeutralCell,
    knife_edges,
    moved,
    neutral_cells,
)

_MOST_RUNS = 100_000


class Form(NamedTuple):
    """How much is played, and of what.

    ``draws`` of the uncertain numbers average chances at the start; ``pairs`` of runs are those of
    a dynamic row; ``runs`` and ``long_runs`` those of rest over 16 rounds and over 100;
    ``edge_runs`` those of each arm of a knife edge, half of that of files that extend a base.
    ``generated`` scenarios without history and ``variants``, files that extend a base (None: all),
    are measured where all that come with the program are.
    """

    draws: int
    pairs: int
    runs: int
    long_runs: int
    edge_runs: int
    generated: int
    variants: int | None


_LONG = Form(256, 2000, 4000, 1000, 1000, 12, None)
_SHORT = Form(64, 400, 1000, 200, 250, 4, 2)

WORK = 2**29
"""Candidates times actors, rounds and runs that one measure of one scenario may take."""
_LEAST_RUNS = 4
_LEAST_EDGE_RUNS = 40
"""With fewer runs nothing is said of knife edges."""


@dataclass(frozen=True)
class Soundness:
    """What was measured.

    Attributes
    ----------
    scenarios : tuple of Scenario
        Files that were measured, base files and those that extend them.
    without_history : tuple of Scenario
        Generated ones.
    form : Form
    signs : tuple of Judged
    cells, interests : tuple of NeutralCell
        As the scenarios are, and with no sentiment, so that interests alone move conduct.
    rests : tuple of Rest
        One for each base file.
    edges : dict of scenario id -> tuple of KnifeEdge
        The largest first.
    breaches : tuple of BrokenPact
        What a broken pact costs, in each scenario without history.
    terms : tuple of GovernmentTerms
        How long governments last, and ``later`` whether the same two leaders meet years on,
        in the scenario that the record of terms names, where that is measured.
    cut : tuple of str
        Ids of scenarios so large that fewer runs were played than were asked for.
    """

    scenarios: tuple[Scenario, ...]
    without_history: tuple[Scenario, ...]
    form: Form
    signs: tuple[Judged, ...]
    cells: tuple[NeutralCell, ...]
    interests: tuple[NeutralCell, ...]
    rests: tuple[Rest, ...]
    edges: dict[str, tuple[KnifeEdge, ...]] = field(default_factory=dict)
    breaches: tuple[memory.BrokenPact, ...] = ()
    terms: tuple[memory.GovernmentTerms, ...] = ()
    later: memory.LaterMeeting | None = None
    cut: tuple[str, ...] = ()


def soundness_of(
    scenario: ScenarioLike | None = None,
    *,
    short: bool = False,
    runs: int | None = None,
    signs_from: str | Path | None = None,
    progress: StageProgress | None = None,
) -> Soundness:
    """Measure signs, neutral cells, rest and knife edges.

    Parameters
    ----------
    scenario : Scenario, path, name or mapping, optional
        What to measure; by default all that comes with the program, and generated ones.
        Signs are read only where the sign table names the scenario.
    short : bool
        Fewer runs and, of what comes with the program, fewer files: for a quick check.
    runs : int, optional
        Runs of rest over 16 rounds; those of the other measures are in proportion.
    signs_from : path, optional
        A sign table of your own, instead of the one that comes with the program.
    progress : callable, optional

    Returns
    -------
    found : Soundness
        All that was measured, as tables.

    Raises
    ------
    ScenarioError
        With all faults of the scenario and of the sign table.
    """
    form = _SHORT if short else _LONG
    if runs is not None:
        form = _scaled(form, whole_number("runs", runs, 2, _MOST_RUNS))
    table = None if signs_from is None else Path(signs_from)
    if scenario is not None:
        one = scenario_of(scenario)
        return measured((one,), (), signs(table, only=one), form, progress)
    drawn = tuple(generated(number) for number in range(form.generated))
    return measured(_all(form), drawn, signs(table), form, progress)


def measured(
    scenarios: Sequence[Scenario],
    without_history: Sequence[Scenario],
    rows: Sequence[Sign],
    form: Form,
    progress: StageProgress | None = None,
) -> Soundness:
    """Measure some scenarios, and generated ones beside them."""
    show = progress or (lambda what, done, out_of: None)
    show("Signs", 0, 1)
    judged = judge(rows, form.draws, form.pairs)
    every = (*scenarios, *without_history)
    fitting = {one.id: fitted(form, one) for one in every}
    found: list[NeutralCell] = []
    interests: list[NeutralCell] = []
    for one in _each("Neutral cells", every, show):
        found += neutral_cells(one, fitting[one.id].draws)
        interests += neutral_cells(one, fitting[one.id].draws, sentiment=False)
    # What ordinary times are is the same for all of a family.
    bases = {one.reference.model_dump_json(exclude={"notes"}): one for one in reversed(scenarios)}
    rests = [
        rest(one, fitting[one.id].runs, fitting[one.id].long_runs)
        for one in _each("Rest", tuple(reversed(bases.values())), show)
    ]
    factors = {}
    for one in _each("Knife edges", scenarios, show):
        runs = fitting[one.id].edge_runs
        factors[one.id] = knife_edges(one, runs) if runs >= _LEAST_EDGE_RUNS else ()
    breaches = [
        memory.broken_pact(one, max(form.pairs // 10, _LEAST_RUNS))
        for one in _each("Broken pacts", without_history, show)
    ]
    lasting, met = _governments(scenarios, form)
    return Soundness(
        tuple(scenarios),
        tuple(without_history),
        form,
        judged,
        tuple(found),
        tuple(interests),
        tuple(rests),
        factors,
        tuple(breaches),
        lasting,
        met,
        tuple(name for name, one in fitting.items() if one.runs < form.runs),
    )


def _governments(
    scenarios: Sequence[Scenario], form: Form
) -> tuple[tuple[memory.GovernmentTerms, ...], memory.LaterMeeting | None]:
    """How long governments last in the scenario that the record of terms names, if it is here."""
    record = terms()
    one = next((one for one in scenarios if one.id == record.scenario), None)
    ends = pair(record.meet.between)
    if one is None or ends is None:
        return (), None
    runs = fitted(form, one).runs // 2
    meeting = memory.later_meeting(one, record.meet.lever, (ends[0], ends[2]), runs)
    return memory.government_terms(one, runs), meeting


def fitted(form: Form, scenario: Scenario) -> Form:
    """As many runs of a form as a scenario of that size allows."""
    each, rounds = weighed(scenario), scenario.description.calendar.rounds
    arms = 3 * max(len(moved(scenario)), 1)
    asked = form.edge_runs // (1 if _is_base(scenario) else 2)
    return form._replace(
        draws=min(form.draws, max(WORK // (each * 2 * MOST_PAIRS), _LEAST_RUNS)),
        runs=min(form.runs, max(WORK // (each * ROUNDS), _LEAST_RUNS)),
        long_runs=min(form.long_runs, max(WORK // (each * LONG_ROUNDS), _LEAST_RUNS)),
        edge_runs=min(asked, WORK // (each * arms * rounds)),
    )


def _each(what: str, parts: Sequence[Scenario], show: StageProgress) -> Iterable[Scenario]:
    for nth, one in enumerate(parts):
        show(what, nth, len(parts))
        yield one


def _is_base(scenario: Scenario) -> bool:
    return scenario.reference is scenario.description


def _scaled(form: Form, runs: int) -> Form:
    """Another number of runs of rest, and of all else in proportion."""
    share, others = runs / form.runs, ("draws", "pairs", "long_runs", "edge_runs")
    scaled = {name: max(round(share * getattr(form, name)), 2) for name in others}
    return form._replace(runs=runs, **scaled)


def _all(form: Form) -> tuple[Scenario, ...]:
    """The scenarios that come with the program: base files first, then what extends them."""
    loaded = [load_scenario(path) for path in files(shelves=False)]
    bases = [one for one in loaded if _is_base(one)]
    variants = [one for one in loaded if not _is_base(one)]
    return (*bases, *variants[: form.variants])
