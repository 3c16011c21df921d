"""The page of responses: for each actor, what moves its choices, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.reporting.exhibit import Exhibit, Plot
from sim.reporting.html import laid_out, write_page
from sim.reporting.output_folder import unwritable
from sim.scenario.scenario import Scenario, changes
from sim.scenario.schema import Description
from sim.simulation.manifest import versions
from sim.studies.responses.charts import (
    Answer,
    consents,
    finding,
    moved,
    option,
    response_chart,
    scale,
)
from sim.text import count, percent, sentence

PAGE = "responses.html"
NAMED = 3
"""Most levers that a table names as used more, and as used less."""


@dataclass(frozen=True)
class Row:
    """One quantity in the table of what tells, in words."""

    quantity: str
    values: str
    moved: str
    more: tuple[str, ...]
    less: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Part:
    """One actor: its table and its exhibits."""

    id: str
    name: str
    rows: tuple[tuple[Row, Exhibit], ...]


@dataclass(frozen=True, eq=False)
class Page:
    """All that the template shows."""

    scenario: Scenario
    lead: str
    changes: tuple[str, ...]
    parts: tuple[Part, ...]
    command: str
    reproduction: tuple[tuple[str, str], ...]

    @property
    def plots(self) -> tuple[Plot, ...]:
        """Every plot of the page."""
        exhibits = (exhibit for part in self.parts for _, exhibit in part.rows)
        return tuple(plot for exhibit in exhibits for plot in exhibit.plots)


def row(answer: Answer, description: Description) -> Row:
    """Put one response in words."""
    near, item = answer.near, scale(answer.near, description)
    most = near.largest
    other = description.actors[most.other].name
    low, high = (item.of_run(float(value)) for value in near.values[[0, -1]])
    more, less = (
        tuple(option(one, description) for one in moved(near.movers(), rise=rise, most=NAMED))
        for rise in (True, False)
    )
    return Row(
        quantity=item.name,
        values=f"{low} to {high}",
        moved=f"{percent(most.variation)} of its {most.track} toward {other}",
        more=more,
        less=less,
    )


def contents(
    scenario: Scenario, answers: Sequence[Answer], runs: int, seed: int, command: str
) -> Page:
    """Gather what the page shows.

    Parameters
    ----------
    answers : sequence of Answer
        Those of one actor stand together.
    runs, seed : int
        The draws over which the probabilities are averaged.
    command : str
        The command line that makes the page again.
    """
    description = scenario.description
    actors = dict.fromkeys(answer.near.actor for answer in answers)
    found = versions()
    return Page(
        scenario=scenario,
        lead=(
            "What would each actor do otherwise if one thing stood otherwise? Nothing is played "
            "here. All else is as the scenario starts; one quantity is set to one value after "
            "another; and the probabilities of each actor's options are read."
        ),
        changes=changes(scenario),
        parts=tuple(_part(actor, answers, description) for actor in actors),
        command=command,
        reproduction=(
            ("Averaged over", count(runs, "draw") + " of the uncertain numbers"),
            ("Seed", str(seed)),
            ("Entente", found["entente"]),
            ("Python", found["python"]),
        ),
    )


def _part(actor: str, answers: Sequence[Answer], description: Description) -> Part:
    own = [answer for answer in answers if answer.near.actor == actor]
    return Part(
        id=f"actor-{actor}",
        name=sentence(description.actors[actor].name),
        rows=tuple((row(one, description), _exhibit(one, description)) for one in own),
    )


def _exhibit(answer: Answer, description: Description) -> Exhibit:
    near, item = answer.near, scale(answer.near, description)
    id = f"{near.actor}-{str(near.phrase).replace(' ', '-')}"
    chart = response_chart(answer, description)
    notes = (consents(near, description), item.ends)
    return Exhibit(
        id=id,
        name=item.name,
        finding=finding(near, description),
        plots=(Plot(f"plot-{id}", chart),) if chart else (),
        notes=tuple(filter(None, notes)),
    )


def write_responses(page: Page, folder: Path) -> Path:
    """Write the page into a folder, beside whatever lies there.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ResultsError
        When the folder cannot be written.
    """
    path = folder / PAGE
    html = laid_out("responses.html.j2", page, page.plots)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_page(html, path)
    except OSError as error:
        raise unwritable(folder, error) from None
    return path
