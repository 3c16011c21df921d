"""What stands on its page, in order."""

from __future__ import annotations

from sim.reporting.chart_kit import Table
from sim.reporting.document import Document, Exhibit, Plot, Section, cards, how_to_read
from sim.reporting.sources import changes_in_words
from sim.text import percent, sentence
from tests.studies.toy.charts import rounds_chart
from tests.studies.toy.result import Waiting
from tests.studies.toy.text import lead, wait


def waiting_page(found: Waiting) -> Document:
    """Put what was found on a page."""
    runs, exhibits = len(found.first), []
    for nth in range(len(found.names)):
        chart = rounds_chart(found, nth)
        plots = (Plot(f"plot-watch-{nth}", chart),)
        exhibits.append(Exhibit(f"watch-{nth}", chart.name, chart.finding, plots))
    rows = tuple(
        (sentence(name), percent(found.came[nth] / runs), wait(found, nth))
        for nth, name in enumerate(found.names)
    )
    headline = Table("How long one waits", ("Event", "Comes in", "Median"), rows)
    return Document(
        kind="How long does one wait?",
        title=found.scenario.description.title,
        lead=lead(found),
        headline=headline,
        changes=changes_in_words(found.scenario),
        reproduction=(("Seed", str(found.seed)), ("Runs", f"{runs:,}")),
        files=found.scenario.files,
        summary=(
            cards(headline, links=[one.id for one in exhibits]),
            how_to_read("tests.studies.toy/how_to_read.html.j2", runs=runs),
        ),
        sections=(Section("events", "Watched events", tuple(exhibits), listed=True),),
    )
