"""The page of a study of sensitivity."""

from __future__ import annotations

from dataclasses import dataclass

from sim.analysis.measures import measures
from sim.analysis.summary import summarise
from sim.report.chart import Table
from sim.report.contents import Exhibit, Plot
from sim.report.sensitivity_charts import LINES, convergence_chart, effects_chart, shares_chart
from sim.report.sensitivity_found import CHANCE, MOST_SAMPLES, NUMBERS, REST, Found
from sim.report.sensitivity_lead import lead
from sim.report.sensitivity_words import (
    TELLING,
    Names,
    Told,
    effort,
    interval,
    left_out,
    numbers_finding,
    screening_finding,
    share,
    sources_finding,
    told,
    warning,
)
from sim.report.source_groups import SourceGroup
from sim.report.stories import Stories, stories
from sim.report.studied import StudyPage, files
from sim.report.theory_words import explained
from sim.scenario.scenario import changes

NAMED = 2
"""Numbers that the first table names of each outcome."""
UNKNOWN = "too few samples to say"

KEY = "Bar: share in all. Diamond: by itself. Whisker: 95 % interval of the share in all."


@dataclass(frozen=True, eq=False)
class Part:
    """One outcome: what drives it by number and by source, and how sure that is."""

    id: str
    name: str
    warning: str
    numbers: Exhibit
    sources: Exhibit | None
    checks: tuple[Exhibit, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class SensitivityPage(StudyPage):
    """What the template shows beside what every study has.

    Attributes
    ----------
    parts : tuple of Part
    groups : tuple of (SourceGroup, tuple of str)
        Each source, with its parameters in words.
    left_out : tuple of str
    effort : str
    screened : bool
    theory : tuple of (str, str)
        Each of the theory's numbers on the page, and what it means.
    stories : Stories
    """

    parts: tuple[Part, ...]
    groups: tuple[tuple[SourceGroup, tuple[str, ...]], ...]
    left_out: tuple[str, ...]
    effort: str
    screened: bool
    theory: tuple[tuple[str, str], ...]
    stories: Stories


def sensitivity_page(found: Found) -> SensitivityPage:
    """Gather what the page shows."""
    names, scenario = Names(found), found.scenario
    all_told = told(found)
    parts = tuple(_part(found, place, one, names) for place, one in enumerate(all_told))
    exhibits = (
        exhibit
        for part in parts
        for exhibit in (part.numbers, part.sources, *part.checks)
        if exhibit is not None
    )
    return SensitivityPage(
        kind="What drives the outcomes",
        title=scenario.description.title,
        lead=lead(all_told, names),
        headline=_headline(all_told, names),
        plots=tuple(plot for exhibit in exhibits for plot in exhibit.plots),
        changes=changes(scenario),
        reproduction=(
            ("Seed", str(found.seed)),
            ("Base samples", f"{found.plan.samples:,}"),
            ("Runs", f"{found.runs:,}"),
        ),
        files=files([scenario]),
        parts=parts,
        groups=tuple(
            (group, tuple(names.number(path) for path in group.paths)) for group in found.groups
        ),
        left_out=left_out(found),
        effort=effort(found),
        screened=found.screening is not None,
        theory=explained(
            [*found.indices[NUMBERS].factors, *(found.screening.names if found.screening else ())],
            scenario.description,
        ),
        stories=stories(found.dataset, scenario, summarise(found.dataset, scenario)),
    )


def _headline(all_told: tuple[Told, ...], names: Names) -> Table:
    rows = []
    for one in all_told:
        drivers = "; ".join(
            f"{names.number(top.factor)} {share(top.total)}" for top in one.top[:NAMED]
        )
        chance = one.numbers.chance
        rows.append(
            (
                one.name,
                interval(chance.total, chance.total_half),
                drivers or f"none surely over {share(TELLING)}" if one.enough else UNKNOWN,
                "yes" if one.enough else f"no, {_needed(one.needed)}",
            )
        )
    header = ("Outcome", "Left to chance", "Numbers that drive it, share in all", "Samples enough")
    return Table("What drives each outcome", header, tuple(rows))


def _needed(needed: int) -> str:
    return f"about {needed:,}" if needed <= MOST_SAMPLES else f"over {MOST_SAMPLES:,}"


def _part(found: Found, place: int, one: Told, names: Names) -> Part:
    id = f"{one.output.kind}-{one.output.id}"
    finding, doubt = numbers_finding(one, names), warning(one, names)
    about = {"Its spread": names.spread, "Rests on": names.grounds}
    chart = shares_chart(one.numbers, f"{one.name}: by number", finding, names.number, about, 36)
    numbers = Exhibit(
        f"{id}-numbers", "Which numbers", finding, (Plot(f"plot-{id}-numbers", chart),), (KEY,)
    )
    sources = None
    if one.sources is not None:
        said = sources_finding(one, one.sources, names)
        own = shares_chart(
            one.sources, f"{one.name}: by source", said, names.source, {"Where": names.place}, 44
        )
        sources = Exhibit(
            f"{id}-sources", "Which sources", said, (Plot(f"plot-{id}-sources", own),)
        )
    return Part(id, one.name, doubt, numbers, sources, tuple(_checks(found, place, one, names, id)))


def _checks(found: Found, place: int, one: Told, names: Names, id: str) -> list[Exhibit]:
    indices = found.indices[NUMBERS]
    inputs = [driver.factor for driver in one.numbers.factors if driver.factor != REST][:LINES]
    wide = max(
        (driver for driver in (one.numbers.chance, *one.numbers.factors)
         if driver.factor in (*inputs, CHANCE)),
        key=lambda driver: driver.total_half,
    )  # fmt: skip
    said = (
        f"At {indices.sizes[-1]:,} samples the widest of these intervals is "
        f"±{share(wide.total_half)}, of “{names.number(wide.factor)}”."
    )
    chart = convergence_chart(
        indices, place, (*inputs, CHANCE), f"{one.name}: convergence", said, names.number
    )
    exhibits = [
        Exhibit(f"{id}-samples", "Do the samples suffice?", said,
                (Plot(f"plot-{id}-samples", chart, (330, 600)),))
    ]  # fmt: skip
    if found.screening is not None:
        unit, digits = _unit(found, one)
        strongest = found.screening.names[int(found.screening.size[place].argmax())]
        said = screening_finding(one, names.number(strongest), len(found.outputs) > 1)
        effects = effects_chart(
            found.screening, place, unit, digits, f"{one.name}: effects", said, names.number
        )
        # Where nearly all effects are 0 there is nothing to draw.
        plots = () if one.unranked else (Plot(f"plot-{id}-effects", effects, (330, 600)),)
        exhibits.append(Exhibit(f"{id}-effects", "Screening of all numbers", said, plots))
    return exhibits


def _unit(found: Found, one: Told) -> tuple[str, int]:
    if one.output.kind == "watch":
        return "probability", 3
    measure = measures(found.scenario.description)[one.output.id]
    return measure.unit, measure.digits + 1
