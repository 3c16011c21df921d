"""The page of a comparison: the largest differences, every measure by date, runs in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.reporting import document as page
from sim.reporting.arrangement_charts import lasting_exhibits, promises_apart
from sim.reporting.beliefs import run_exhibits
from sim.reporting.document import Block, Document, Exhibit, Heading, Note, Plot, Section
from sim.reporting.story import stories, story
from sim.statistics.arrangements import LastingArm
from sim.statistics.paired_difference import Z95
from sim.studies.comparison import rivals, text
from sim.studies.comparison.charts import differences_chart, measure_chart
from sim.studies.comparison.contrasts import Contrasts
from sim.studies.comparison.history import BesideRuns, beside_runs
from sim.studies.comparison.result import Group, View, views
from sim.studies.comparison.text import MARKS

_FOLDER = "sim.studies.comparison"


def comparison_page(groups: Sequence[Group], runs: int, seed: int) -> Document:
    """Put a comparison on its page."""
    first, found = groups[0], views(groups)
    outcomes, events = (tuple(_measures(groups, event)) for event in (False, True))
    arms = [arm for group in groups for arm in _arms(group)]
    stays = lasting_exhibits(arms)
    broken = promises_apart(arms) if stays else ""
    kept, rests_on = first.sides[0].kept, text.partial(groups)
    printed = (text.grid_table(found, groups),) if found else text.headlines(first.contrasts)
    answer = text.comparison_lead(groups, runs, found)
    if first.by_theory:
        printed = (rivals.ends_table(first, found),)
        answer, broken = rivals.lead(first, runs, found), ""
    numbers: list[Block] = []
    for table in printed:
        numbers += [Note(table.caption), page.Cards(table.header, table.rows, numbers=True)]
    return Document(
        kind="Theories compared" if first.by_theory else "Scenarios compared",
        title=text.title(first),
        lead=" ".join(filter(None, (answer, broken))),
        headline=printed[0],
        printed=printed,
        reproduction=(
            ("Pairs of runs", f"{runs:,}"),
            *((("Of these, kept whole", f"{kept:,}"),) if kept < runs else ()),
            ("Seed", str(seed)),
        ),
        files=page.files(side.scenario for side in first.sides),
        summary=(
            *([Note(rests_on)] if rests_on else ()),
            *(_theories(found, groups) if found else numbers),
            *_forests(groups),
            page.how_to_read(
                f"{_FOLDER}/how_to_read.html.j2",
                sureness=text.sureness(groups),
                history=any(side.scenario.description.history for side in first.sides),
            ),
        ),
        sections=(
            Section("scenarios", "The scenarios", tuple(_scenarios(groups))),
            Section("outcomes", "Outcomes", outcomes, listed=True),
            Section("events", "Watched events", events),
            Section("lasting", "What lasts", stays),
            Section("beliefs", "What they believe of one another", tuple(_beliefs(groups))),
            Section("stories", "Runs in words", tuple(_stories(groups))),
        ),
    )


def _theories(found: Sequence[View], groups: Sequence[Group]) -> tuple[Block, ...]:
    """Where lenses or theories disagree: in sentences, and every difference by each."""
    rows = [
        (
            view.name,
            [
                (text.way(one), MARKS[text.way(one)] + view.gaps[name])
                for name, one in view.by_lens.items()
            ],
        )
        for view in found
    ]
    seen = [row for row in rows if any(way != "still" for way, _ in row[1])]
    unseen = [row for row in rows if row not in seen]
    given = {
        "each": "theory" if groups[0].by_theory else "lens",
        "lenses": [*found[0].by_lens],
        "seen": seen,
        "unseen": unseen,
    }
    grid = page.Passage(f"{_FOLDER}/grid.html.j2", given)
    if groups[0].by_theory:
        return *rivals.blocks(groups[0], found), grid, *rivals.forecasts(groups[0], found)
    apart = tuple(text.disagreements(found))
    return (
        Heading("Where lenses disagree"),
        page.Bullets(apart) if apart else "On no difference that is clear and large enough to see.",
        text.agreed(found),
        grid,
    )


def _scenarios(groups: Sequence[Group]) -> Iterator[Block]:
    """Each scenario beside the reference: what is written otherwise, what was left out."""
    yield f"Reference: “{groups[0].sides[0].name}”."
    if not groups[0].lens:
        yield text.levels(groups[0])
    for group, pair in _pairs(groups):
        yield Heading(_under(pair.other.name, group))
        yield text.runs_part(pair)
        if pair.shared.left_out:
            yield Note("Left out of the comparison:")
            yield page.Bullets(pair.shared.left_out)
        if changes := pair.changes:
            said = f"What is otherwise than in the reference: {len(changes)}"
            yield page.Details(said, (page.Bullets(changes),))
        else:
            yield "Nothing is otherwise than in the reference."


def _pairs(groups: Sequence[Group]) -> Iterator[tuple[Group, Contrasts]]:
    for group in groups:
        for pair in group.contrasts:
            yield group, pair


def _beliefs(groups: Sequence[Group]) -> Iterator[Exhibit]:
    """What actors believe in each scenario, beside what is true."""
    for nth, group in enumerate(groups):
        for place, side in enumerate(group.sides):
            name, id = _under(side.name, group), f"belief-{nth}-{place}"
            yield from run_exhibits(side.data, side.scenario, name, id)


def _under(name: str, group: Group) -> str:
    return f"{name} ({group.lens})" if group.lens else name


def _arms(group: Group) -> list[LastingArm]:
    """The scenarios of one theory, the reference first; each is held against it."""
    limit = max((one.limit for pair in group.contrasts for one in pair.found), default=Z95)
    names = [_under(side.name, group) for side in group.sides]
    first, *others = zip(names, group.sides, strict=True)
    mine = LastingArm(first[0], first[1].data, first[1].scenario)
    return [
        mine,
        *(LastingArm(name, side.data, side.scenario, mine, limit) for name, side in others),
    ]


def _forests(groups: Sequence[Group]) -> Iterator[Exhibit]:
    """All differences at the end, of outcomes and of events, through each lens."""
    for nth, group in enumerate(groups):
        placed = [
            (place, one)
            for place, pair in enumerate(group.contrasts)
            if not pair.same
            for one in pair.found
        ]
        names = [pair.other.name for pair in group.contrasts]
        for events in (False, True):
            if chart := differences_chart(placed, names, events=events):
                heading = f"{chart.name}: {group.lens}" if group.lens else ""
                id = f"forest-{'events' if events else 'outcomes'}-{nth}"
                yield page.exhibit_of(id, chart, name=heading)


def _measures(groups: Sequence[Group], event: bool) -> Iterator[Exhibit]:
    """Each outcome, or watched event: its charts, a finding for each scenario, where paths part."""
    kind = "event" if event else "outcome"
    # Four lenses make four charts of each measure: only those that differ are drawn.
    drawn = {
        one.id
        for _, pair in _pairs(groups)
        for one in pair.found
        if one.event == event and (one.notable or len(groups) == 1)
    }
    every = [one.id for pair in groups[0].contrasts for one in pair.found if one.event == event]
    for id in dict.fromkeys(id for id in every if id in drawn):
        plots, findings, apart = [], [], []
        really: list[tuple[Group, BesideRuns]] = []
        for nth, group in enumerate(groups):
            others = [
                (place, pair, one, group.summaries[place + 1])
                for place, pair in enumerate(group.contrasts)
                for one in pair.found
                if (one.id, one.event) == (id, event)
            ]
            beside = None if event else beside_runs(group, id)
            reference = group.sides[0].name, group.summaries[0]
            chart = measure_chart(reference, others, beside.over if beside else ())
            plots.append(Plot(f"plot-{kind}-{id}-{nth}", chart, (680, 480), group.lens))
            lens = _lens(group)
            findings += [f"{lens}{text.finding(pair, one)}" for _, pair, one, _ in others]
            apart += [
                f"{lens}{said}" for _, pair, one, _ in others if (said := text.parts(pair, one))
            ]
            if beside:
                really.append((group, beside))
        one = others[0][2]
        note = one.measure.ends if one.measure else ""
        body: tuple[Block, ...] = (
            page.Bullets(tuple(findings)),
            *([Note(note)] if note else ()),
            *plots,
            Note(plots[0].chart.finding),
            *_really(really),
            *((Heading("Where the paths part", 4), page.Bullets(tuple(apart))) if apart else ()),
        )
        yield Exhibit(f"{kind}-{id}", one.name, "", tuple(plots), body=body)


def _really(found: Sequence[tuple[Group, BesideRuns]]) -> Iterator[Block]:
    """What is said below the charts of an outcome of what really happened, where that is known."""
    if not found:
        return
    yield Heading("What really happened", 4)
    lines = [f"{_lens(group)}{line}" for group, beside in found for line in beside.standings]
    yield page.Bullets(tuple(lines))
    notes = [note for _, beside in found for note in beside.notes]
    yield from map(Note, dict.fromkeys(notes))
    for group, beside in found:
        heading = _under("At each known date, beside the runs", group)
        yield page.Details(heading, (page.cards(beside.table, numbers=True),))


def _lens(group: Group) -> str:
    return f"{group.lens}: " if group.lens else ""


def _stories(groups: Sequence[Group]) -> Iterator[page.Details]:
    """The runs of each scenario in words, and in it the luck of the reference's typical run."""
    reference = groups[0].sides[0].name
    for group in groups:
        typical = group.summaries[0].representative
        for nth, (side, summary) in enumerate(zip(group.sides, group.summaries, strict=True)):
            told = stories(side.data, side.scenario, summary)
            if told.typical is None:
                continue
            blocks: list[Block] = [told]
            if nth and typical is not None:
                blocks += [
                    Heading("The same luck as the reference's typical run"),
                    f"Run {typical} is the typical run of “{reference}”; here it is played with "
                    "the same draws.",
                    story(side.data, side.scenario, typical),
                ]
            yield page.Details(_under(side.name, group), tuple(blocks))
