"""The page of a sweep: what moves, where it flips, every outcome and event, single runs."""

from __future__ import annotations

from sim.reporting import document as page
from sim.reporting.document import Block, Document, Exhibit, Heading, Note, Section
from sim.reporting.sources import changes_in_words
from sim.studies.sweep.charts import course_chart, heat_chart, key, lined
from sim.studies.sweep.result import DRAWS, Course, Grid, Swept
from sim.studies.sweep.text import Axis, axes_of, headline, moves, sweep_lead, sweep_notes
from sim.text import count, listing, titled


def sweep_page(found: Swept) -> Document:
    """Put a sweep on its page."""
    scenario, axes = found.plan.scenario, axes_of(found.plan)
    described, table = scenario.description, headline(found, axes)
    flips = [moves(part, axes, described) for part in found.ranked if part.thresholds]
    told: tuple[Block, ...] = ("Nothing flips in this range.",)
    if flips:
        told = (Heading("Where something flips"), page.Bullets(tuple(flips)))
    reading = page.how_to_read(
        "sim.studies.sweep/how_to_read.html.j2",
        two=len(axes) > 1,
        lined=any(isinstance(part, Grid) and lined(part) for part in found.parts),
        draws=DRAWS,
    )
    outcomes, events = (
        tuple(_exhibit(part, axes, found) for part in found.parts if part.item.event == event)
        for event in (False, True)
    )
    at = [
        f"{axis.name} at {axis.show(value)}"
        for axis, value in zip(axes, found.plan.nearest, strict=True)
    ]
    return Document(
        kind="Sweep",
        title=titled(described.title, listing([axis.name for axis in axes])),
        lead=sweep_lead(found, axes),
        headline=table,
        changes=changes_in_words(scenario),
        reproduction=(
            ("Values", listing([count(len(axis.values), "value") for axis in axes])),
            ("Runs at each", f"{found.runs:,}"),
            ("Seed", str(found.seed)),
        ),
        files=page.files([scenario]),
        summary=(
            *map(Note, sweep_notes(found, axes)),
            *told,
            Heading("What moves, and how far"),
            Note(table.caption),
            page.Cards(
                table.header,
                tuple(
                    (page.Cell(row[0], link=_id(part)), *map(_cell, row[1:]))
                    for row, part in zip(table.rows, found.ranked, strict=True)
                ),
                numbers=True,
            ),
            reading,
        ),
        sections=(
            Section("outcomes", "Outcomes", outcomes, listed=True),
            Section("watched", "Watched events", events, listed=True),
            Section(
                "story",
                "One run in words",
                (f"These runs have {listing(at)}.", found.stories),
            ),
        ),
    )


def _cell(text: str) -> page.Cell:
    """A value with its interval below it."""
    value, _, interval = text.partition(" (")
    return page.Cell(value, interval.removesuffix(")"))


def _exhibit(part: Course | Grid, axes: tuple[Axis, ...], found: Swept) -> Exhibit:
    item, description = part.item, found.plan.scenario.description
    said = [] if item.measure is None else [item.measure.ends, item.measure.detail]
    if isinstance(part, Grid):
        chart = heat_chart(part, (axes[0], axes[1]))
        said.append(key(part))
    else:
        chart = course_chart(part, axes[0], description)
    return page.exhibit_of(_id(part), chart, *filter(None, said))


def _id(part: Course | Grid) -> str:
    return f"{'watched' if part.item.event else 'outcome'}-{part.item.id}"
