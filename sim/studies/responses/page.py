"""The page of responses: for each actor, what moves its choices, and how."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from sim.reporting import document as page
from sim.reporting.beliefs import doubts
from sim.reporting.chart_kit import Table
from sim.reporting.document import Block, Document, Exhibit, Heading, Note, Plot, Section
from sim.reporting.sources import changes_in_words
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.studies.responses.charts import (
    ActorResponse,
    consents,
    moved,
    option_text,
    response_chart,
    response_finding,
    scale,
)
from sim.text import count, percent, sentence

NAMED = 3
"""Most levers that a table names as used more, and as used less."""
LEAD = (
    "What would each actor do otherwise if one thing stood otherwise? Nothing is played here. All "
    "else is as the scenario starts; one quantity is set to one value after another; and the "
    "probabilities of each actor's options are read."
)
ABOUT = (
    "Each quantity is moved from a quarter of its range below its start to a quarter above. "
    "“Changes” is the share of an actor's choices that come out otherwise (total variation), "
    "toward the actor for whom that share is largest."
)
HEADER = ("When this rises", "Changes", "It does more", "It does less")


def responses_page(
    scenario: Scenario, answers: Sequence[ActorResponse], runs: int, seed: int
) -> Document:
    """Put the answers on a page; those of one actor stand together.

    ``runs`` and ``seed`` are the draws over which the probabilities are averaged.
    """
    description = scenario.description
    summary: list[Block] = [ABOUT, *([Note(said)] if (said := unsure(description)) else [])]
    sections, tables = [], []
    for actor, group in groupby(answers, key=lambda answer: answer.near.actor):
        own, name = list(group), sentence(description.actors[actor].name)
        rows = [row(one, description) for one in own]
        exhibits = tuple(_exhibit(one, description) for one in own)
        linked: tuple[tuple[str | page.Cell, ...], ...] = tuple(
            (page.Cell(quantity, values, exhibit.id), share, *map(_joined, sides))
            for (quantity, values, share, *sides), exhibit in zip(rows, exhibits, strict=True)
        )
        summary += [Heading(name), page.Cards(HEADER, linked, look="responses")]
        sections.append(Section(f"actor-{actor}", name, exhibits, listed=True))
        printed = tuple(
            (f"{quantity}, {values}", share, *("\n".join(side) or "-" for side in sides))
            for quantity, values, share, *sides in rows
        )
        tables.append(Table(f"{name}: what moves its choices", HEADER, printed))
    return Document(
        kind="Do actors respond?",
        title=f"Responses: {description.title}",
        heading=description.title,
        lead=LEAD,
        headline=tables[0],
        printed=tuple(tables),
        changes=changes_in_words(scenario),
        reproduction=(
            ("Averaged over", f"{count(runs, 'draw')} of the uncertain numbers"),
            ("Seed", str(seed)),
        ),
        same="files, seed and number of draws",
        files=page.files([scenario]),
        summary=(*summary, page.how_to_read("sim.studies.responses/how_to_read.html.j2")),
        sections=tuple(sections),
    )


def unsure(description: Description) -> str:
    """By what those choose that do not know a number of another; empty where all know all."""
    said = doubts(description)
    return said and (
        f"{said} Choices go by what is believed at the start; chances of consent are told as they "
        "are. Where such a number is itself moved, all see by how much."
    )


def _joined(side: Sequence[str]) -> str:
    return "; ".join(side) or "–"


def row(
    answer: ActorResponse, description: Description
) -> tuple[str, str, str, tuple[str, ...], tuple[str, ...]]:
    """One response in words: quantity, its values, what changes, and what is done more and less."""
    near, item = answer.near, scale(answer.near, description)
    most = near.largest
    other = description.actors[most.other].name
    low, high = (item.of_run(float(value)) for value in near.values[[0, -1]])
    more, less = (
        tuple(option_text(one, description) for one in moved(near.movers(), rise=rise, most=NAMED))
        for rise in (True, False)
    )
    share = f"{percent(most.variation)} of its {most.track} toward {other}"
    return item.name, f"{low} to {high}", share, more, less


def _exhibit(answer: ActorResponse, description: Description) -> Exhibit:
    near, item = answer.near, scale(answer.near, description)
    id = f"{near.actor}-{str(near.phrase).replace(' ', '-')}"
    chart = response_chart(answer, description)
    notes = (consents(near, description), item.ends)
    return Exhibit(
        id=id,
        name=item.name,
        finding=response_finding(near, description),
        plots=(Plot(f"plot-{id}", chart),) if chart else (),
        notes=tuple(filter(None, notes)),
    )
