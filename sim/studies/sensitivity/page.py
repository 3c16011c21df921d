"""The page of a study of sensitivity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from sim.reporting.chart import Table
from sim.reporting.exhibit import Exhibit, Plot
from sim.reporting.sources import explained
from sim.reporting.story import Stories, stories
from sim.reporting.study_page import StudyPage, files
from sim.results.outputs import Output
from sim.scenario.scenario import changes
from sim.statistics.measures import measures
from sim.statistics.summary import summarise
from sim.studies.sensitivity.charts import LINES, convergence_chart, effects_chart, shares_chart
from sim.studies.sensitivity.indices import Sobol
from sim.studies.sensitivity.result import CHANCE, MOST_SAMPLES, NUMBERS, REST, SOURCES, Found
from sim.studies.sensitivity.sources import SourceGroup
from sim.studies.sensitivity.text import (
    TELLING,
    Names,
    Told,
    effort,
    interval,
    lead,
    left_out,
    numbers_finding,
    screening_finding,
    share,
    sources_finding,
    told,
    warning,
)

# The numbers of a study of sensitivity: labelled arrays, and a long table.

HEADER = ("design", "measure", "name", "kind", "factor", "index", "value", "low", "high")
KINDS = {"outcome": "outcome", "watch": "event"}
Row = tuple[str, str, str, str, str, str, float, float, float]


def labelled(found: Found) -> xr.Dataset:
    """All indices as a data set.

    Returns
    -------
    Dataset
        ``total``, ``total_half``, ``first``, ``first_half`` by size (base
        samples: a quarter, half, all), outcome and factor; ``source_total`` and
        so on by size, outcome and source; ``effect``, ``effect_half``,
        ``mean_effect`` and ``effect_spread`` of the screening by outcome and
        parameter.
    """
    labels = np.array([output.label for output in found.outputs], dtype=object)
    names = np.array([output.name for output in found.outputs], dtype=object)
    variables: dict[str, Any] = {}
    coordinates: dict[str, Any] = {"outcome": labels, "outcome_name": ("outcome", names)}
    for design, before, axis in ((NUMBERS, "", "factor"), (SOURCES, "source_", "source")):
        if (one := found.indices.get(design)) is None:
            continue
        coordinates |= {"size": list(one.sizes), axis: np.array(one.factors, dtype=object)}
        for name in ("first", "first_half", "total", "total_half"):
            variables[before + name] = (("size", "outcome", axis), getattr(one, name))
    if (screened := found.screening) is not None:
        coordinates["parameter"] = np.array(screened.names, dtype=object)
        for name, values in (
            ("effect", screened.size),
            ("effect_half", screened.half),
            ("mean_effect", screened.mean),
            ("effect_spread", screened.spread),
        ):
            variables[name] = (("outcome", "parameter"), values)
    attrs = {
        "title": f"Sensitivity of {found.scenario.description.title}",
        "scenario": found.scenario.id,
        "scenario_sha256": found.scenario.sha256,
        "seed": found.seed,
        "runs": found.runs,
    }
    return xr.Dataset(variables, coordinates, attrs)


def rows(found: Found) -> Iterator[Row]:
    """Each index at all base samples, in the order of :data:`HEADER`."""
    for design, one in found.indices.items():
        for place, output in enumerate(found.outputs):
            yield from _indices(design, output, one, place)
    if (screened := found.screening) is None:
        return
    nothing = float("nan")
    for place, output in enumerate(found.outputs):
        for column, name in enumerate(screened.names):
            size, half = screened.size[place, column], screened.half[place, column]
            own = ("screening", *_about(output), name)
            yield (*own, "effect", float(size), float(size - half), float(size + half))
            for index, value in (
                ("mean effect", screened.mean[place, column]),
                ("spread of effects", screened.spread[place, column]),
            ):
                yield (*own, index, float(value), nothing, nothing)


def _about(output: Output) -> tuple[str, str, str]:
    return output.id, output.name, KINDS[output.kind]


def _indices(design: str, output: Output, one: Sobol, place: int) -> Iterator[Row]:
    for column, factor in enumerate(one.factors):
        for index, values, halves in (
            ("first", one.first, one.first_half),
            ("total", one.total, one.total_half),
        ):
            value, half = float(values[-1, place, column]), float(halves[-1, place, column])
            yield (design, *_about(output), factor, index, value, value - half, value + half)


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
