"""The page of a study of sensitivity."""

from __future__ import annotations

from collections.abc import Iterator

from sim.reporting import document as page
from sim.reporting.chart_kit import Chart, Table
from sim.reporting.document import Block, Document, Exhibit, Note, Plot, Section
from sim.reporting.sources import changes_in_words
from sim.reporting.story import stories
from sim.statistics.measures import measures
from sim.statistics.summary import summarise
from sim.studies.sensitivity import text
from sim.studies.sensitivity.charts import LINES, convergence_chart, effects_chart, shares_chart
from sim.studies.sensitivity.result import CHANCE, MOST_SAMPLES, NUMBERS, REST, Found
from sim.studies.sensitivity.text import Names, OutputDrivers

_NAMED = 2
"""Numbers that the first table names of each outcome."""
UNKNOWN = "too few samples to say"

KEY = "Bar: share in all. Diamond: by itself. Whisker: 95 % interval of the share in all."


def sensitivity_page(found: Found) -> Document:
    """Put the study on its page."""
    names, scenario, all_told = Names(found), found.scenario, text.output_drivers(found)
    headline = _headline(all_told, names)
    screened = found.screening.names if found.screening else ()
    aside = text.outputs_left_out(found)
    return Document(
        kind="What drives the outcomes",
        title=scenario.description.title,
        lead=text.sensitivity_lead(all_told, names),
        headline=headline,
        changes=changes_in_words(scenario),
        reproduction=(
            ("Seed", str(found.seed)),
            ("Base samples", f"{found.plan.samples:,}"),
            ("Runs", f"{found.runs:,}"),
        ),
        files=page.files([scenario]),
        summary=(
            page.cards(headline, links=map(_id, all_told), look="responses"),
            *([f"Left out: {'; '.join(aside)}."] if aside else ()),
            Note(text.effort(found)),
            page.how_to_read(
                "sim.studies.sensitivity/how_to_read.html.j2", screened=bool(screened)
            ),
            *page.theory([*found.indices[NUMBERS].factors, *screened], scenario.description),
        ),
        sections=(
            *(
                Section(_id(one), one.name, tuple(_part(found, place, one, names)))
                for place, one in enumerate(all_told)
            ),
            Section("sources", "The sources", _sources(found, names)),
            Section(
                "stories",
                "Single runs",
                (stories(found.dataset, scenario, summarise(found.dataset, scenario)),),
            ),
        ),
    )


def _id(one: OutputDrivers) -> str:
    return f"{one.output.kind}-{one.output.id}"


def _sources(found: Found, names: Names) -> tuple[Block, ...]:
    """Each source, with its parameters in words."""
    groups = [
        page.Details(group.name, (page.Bullets(tuple(map(names.number, group.paths))),))
        for group in found.groups
    ]
    if not groups:
        return ()
    return (
        "A number that cites several facts stands under the first of an article that it names; "
        "one that cites only data, under the data; one that cites nothing is judgement.",
        *groups,
    )


def _headline(all_told: tuple[OutputDrivers, ...], names: Names) -> Table:
    rows, none = [], f"none surely over {text.share(text.TELLING)}"
    for one in all_told:
        drivers = "; ".join(
            f"{names.number(top.factor)} {text.share(top.total)}" for top in one.top[:_NAMED]
        )
        chance = one.numbers.chance
        rows.append(
            (
                one.name,
                text.share_interval(chance.total, chance.total_half),
                drivers or none if one.enough else UNKNOWN,
                "yes" if one.enough else f"no, {_needed(one.needed)}",
            )
        )
    header = ("Outcome", "Left to chance", "Numbers that drive it, share in all", "Samples enough")
    return Table("What drives each outcome", header, tuple(rows))


def _needed(needed: int) -> str:
    return f"about {needed:,}" if needed <= MOST_SAMPLES else f"over {MOST_SAMPLES:,}"


def _part(found: Found, place: int, one: OutputDrivers, names: Names) -> Iterator[Block]:
    """One outcome: what drives it by number and by source, and how sure that is."""
    if doubt := text.warning(one, names):
        yield Note(doubt, "warn")
    finding = text.numbers_finding(one, names)
    about = {"Its spread": names.spread, "Rests on": names.grounds}
    chart = shares_chart(one.numbers, f"{one.name}: by number", finding, names.number, about, 36)
    yield _exhibit(one, "numbers", "Which numbers", finding, chart, notes=(KEY,))
    if one.sources is not None:
        finding = text.sources_finding(one, one.sources, names)
        where = {"Where": names.place}
        title = f"{one.name}: by source"
        chart = shares_chart(one.sources, title, finding, names.source, where, 44)
        yield _exhibit(one, "sources", "Which sources", finding, chart)
    yield page.Columns(tuple(_checks(found, place, one, names)))


def _exhibit(
    one: OutputDrivers,
    what: str,
    name: str,
    finding: str,
    chart: Chart | None,
    *,
    size: tuple[int, int] = (680, 780),
    notes: tuple[str, ...] = (),
) -> Exhibit:
    id = f"{_id(one)}-{what}"
    plots = (Plot(f"plot-{id}", chart, size),) if chart else ()
    return Exhibit(id, name, finding, plots, notes)


def _checks(found: Found, place: int, one: OutputDrivers, names: Names) -> Iterator[Exhibit]:
    indices, beside = found.indices[NUMBERS], (330, 600)
    inputs = [driver.factor for driver in one.numbers.factors if driver.factor != REST][:LINES]
    drawn = [driver for driver in one.numbers.factors if driver.factor in inputs]
    wide = max((one.numbers.chance, *drawn), key=lambda driver: driver.total_half)
    said = (
        f"At {indices.sizes[-1]:,} samples the widest of these intervals is "
        f"±{text.share(wide.total_half)}, of “{names.number(wide.factor)}”."
    )
    chart = convergence_chart(
        indices, place, (*inputs, CHANCE), f"{one.name}: convergence", said, names.number
    )
    yield _exhibit(one, "samples", "Do the samples suffice?", said, chart, size=beside)
    if found.screening is not None:
        unit, digits = _unit(found, one)
        strongest = found.screening.names[int(found.screening.size[place].argmax())]
        said = text.screening_finding(one, names.number(strongest), len(found.outputs) > 1)
        effects = effects_chart(
            found.screening, place, unit, digits, f"{one.name}: effects", said, names.number
        )
        # Where nearly all effects are 0 there is nothing to draw.
        shown = None if one.unranked else effects
        yield _exhibit(one, "effects", "Screening of all numbers", said, shown, size=beside)


def _unit(found: Found, one: OutputDrivers) -> tuple[str, int]:
    if one.output.kind == "watch":
        return "probability", 3
    measure = measures(found.scenario.description)[one.output.id]
    return measure.unit, measure.digits + 1
