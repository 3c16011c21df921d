"""The page of a scored record."""

from __future__ import annotations

from collections.abc import Iterator

from sim.evaluation.forecast import Item
from sim.evaluation.rivals import SCENARIO, THEORY_OFF
from sim.evaluation.skill import FEW
from sim.reporting import document as page
from sim.reporting.chart_kit import Table
from sim.reporting.document import Block, Document, Note, Section
from sim.reporting.outcome_charts import dated_events
from sim.reporting.sources import changes_in_words
from sim.studies.score import text
from sim.studies.score.charts import course_chart, known_values, reliability_chart, skill_chart
from sim.studies.score.result import Held
from sim.text import count, day, number, sentence

COURSES = 40
"""Most fans on a page: of quantities first, then of acts."""


def score_page(found: Held) -> Document:
    """Put the scores on their page."""
    made, headline, missing = found.made, _headline(found), _missing(found)
    reading = page.how_to_read(
        "sim.studies.score/how_to_read.html.j2",
        start=day(made.start),
        runs=f"{made.runs:,}",
        few=FEW,
    )
    facts = []
    if made.frozen:
        facts = [("Frozen on", day(made.frozen)), ("Digest of the forecasts", made.digest)]
    if found.record.stated.scenario:
        facts.append(("Record compiled for", found.record.stated.scenario))
    return Document(
        kind="Held against the record",
        title=found.record.stated.title,
        lead=text.lead(found),
        headline=headline,
        printed=(headline, missing),
        changes=changes_in_words(found.scenario) if found.scenario else (),
        reproduction=(
            ("Scenario", made.title),
            ("Seed", str(made.seed)),
            ("Runs, with the theory and without", f"{made.runs:,}"),
            *facts,
        ),
        files=found.files,
        summary=(page.cards(headline, numbers=True), *_warnings(found), *_about(found), reading),
        sections=(
            Section("skill", "Beside the rivals", tuple(_skill(found))),
            Section("reliability", "Are its probabilities right?", tuple(_reliability(found))),
            Section("courses", "The record over the fans", tuple(_courses(found)), listed=True),
            Section("questions", "Question by question", tuple(_questions(found))),
            Section("missing", missing.caption, (page.cards(missing),) if missing.rows else ()),
        ),
    )


def _about(found: Held) -> tuple[Block, ...]:
    stated = found.record.stated
    known: list[Block] = []
    if stated.about:
        known.append(page.Details("How the outcomes were chosen", (stated.about,)))
    if found.made.after_the_fact:
        known.append(Note("These forecasts were frozen after some outcomes were known."))
    return tuple(known)


def _headline(found: Held) -> Table:
    rows = []
    for one in found.skills:
        cells = text.loss(one.own), text.loss(one.other), text.skill_text(one)
        name = sentence(text.NAMES[one.rival])
        rows.append((name, text.SCORES[one.score], str(one.questions), *cells))
    header = ("Beside", "Score", "Questions", "Scenario", "Rival", "Skill")
    return Table("Mean scores and skill (lower scores are better)", header, tuple(rows))


def _warnings(found: Held) -> tuple[Block, ...]:
    said = [text.few_runs(found), *text.coverage(found), *text.without_end(found)]
    said += [text.whole_rounds(found), text.unsourced(found)]
    if found.failed:
        said.append(f"{found.failed:,} runs failed and count for nothing.")
    return tuple(Note(one) for one in said if one)


def _skill(found: Held) -> Iterator[Block]:
    for score, name in text.SCORES.items():
        mine = [one for one in found.skills if one.score == score]
        if chart := skill_chart(name, mine):
            yield page.exhibit_of(f"skill-{score.split('_')[0]}", chart)


def _reliability(found: Held) -> Iterator[Block]:
    if found.bins:
        forecasts = sum(one.forecasts for one in found.bins)
        yield page.exhibit_of("reliability-diagram", reliability_chart(found.bins, forecasts))


def _courses(found: Held) -> Iterator[Block]:
    """A fan for each quantity, and for acts, with all that is asked of it."""
    if found.scenario is None:
        return
    by_course: dict[str, list[Item]] = {}
    for one in found.items:
        asked = one.question
        if one.id in found.fans:
            key = str((asked.of, asked.outcome, asked.acts, asked.by, asked.toward))
            by_course.setdefault(key, []).append(one)
    drawn = [items for items in by_course.values() if known_values(items, found.made.start)]
    left, drawn = len(drawn) - COURSES, sorted(drawn, key=_place)[:COURSES]
    description = found.scenario.description
    if drawn:
        dated = dated_events(description, found.fans[drawn[0][0].id].dates)
        listed = [f"{nth}: {sentence(name)}" for nth, (_, name) in enumerate(dated, 1)]
        if listed:
            yield Note(f"Dated events of the scenario, by their numbers: {'; '.join(listed)}.")
    for nth, items in enumerate(drawn):
        fan = found.fans[items[0].id]
        chart = course_chart(fan, items, description)
        yield page.exhibit_of(f"course-{nth}", chart, name=sentence(fan.measure.quantity))
    if left > 0:
        yield Note(
            f"{count(left, 'more course')} of acts are left out; results.csv has all numbers."
        )


def _place(items: list[Item]) -> tuple[bool, bool]:
    """Quantities before acts, and acts that came before those that never did."""
    return items[0].sort == "count", not any(one.question.value for one in items)


def _questions(found: Held) -> Iterator[Block]:
    own = found.scores.sel(forecaster=SCENARIO)
    off = found.scores.sel(forecaster=THEORY_OFF)
    rows, details = [], []
    for one in found.items:
        mine, other = own.sel(question=one.id), off.sel(question=one.id)
        answers = one.answers
        rows.append(
            (
                found.names[one.id],
                text.came(one),
                text.said(one, mine, answers.get(SCENARIO)),
                text.said(one, other, answers.get(THEORY_OFF)),
                number(float(mine["brier"]), 3),
                number(float(mine["crps_of_range"]), 3),
            )
        )
        parts = text.read_at(one), text.events(found.moved.get(one.id, ())), text.source(found, one)
        details.append((found.names[one.id], sentence("; ".join(filter(None, parts))) or "–"))
    origins = Table("Sources, and what was read", ("Question", "Source"), tuple(details))
    header = ("Question", "Came", "The scenario", "Usual frequencies", "Brier", "CRPS")
    marks = ", ".join(f"{mark} {direction}" for mark, direction in text.MARKS.items())
    yield Note(
        f"Chances (of a direction: {marks}), and of numbers the median with the central 90 % "
        "interval."
    )
    yield page.Wide(Table("Forecasts and what came", header, tuple(rows)))
    yield page.Details(origins.caption, (page.cards(origins),))


def _missing(found: Held) -> Table:
    rows = tuple((found.names[key], why) for key, why in found.missing.items())
    return Table("What it cannot speak to", ("Question", "Missing"), rows)
