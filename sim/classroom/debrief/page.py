"""The debrief as one HTML file, like every report: it opens offline and asks for nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.classroom.briefs.printed import worth_telling
from sim.classroom.debrief import charts, sections_lasting
from sim.classroom.debrief import tables as class_tables
from sim.classroom.debrief.charts import histories
from sim.classroom.debrief.questions import questions
from sim.classroom.debrief.questions_by_kind import Question
from sim.classroom.debrief.record import SessionRecord, TableRecord, record_session
from sim.classroom.debrief.sections import TablePart, table_part
from sim.classroom.debrief.text import Wording, table_title
from sim.classroom.debrief.turning_points import by_decision, table_turns
from sim.classroom.forecast.job_queue import JobQueue
from sim.classroom.forecast.jobs import SessionJobs
from sim.classroom.game.session import Session
from sim.reporting.chart import Table
from sim.reporting.exhibit import Exhibit, Plot
from sim.reporting.html import laid_out
from sim.reporting.trajectories import dated_events
from sim.scenario.scenario import SourceFile
from sim.simulation.manifest import versions
from sim.text import NBSP, count, listing, month

# A debrief of a session that nobody serves: all of it is worked out, and waited for.


def whole_debrief(session: Session, *, pseudonyms: bool = False) -> str:
    """The debrief of a session as one page, with nothing left out.

    Parameters
    ----------
    session : Session
    pseudonyms : bool
        Call people by their seats.
    """
    with JobQueue() as background:
        workings = SessionJobs(session, background)
        workings.follow()
        background.wait()
        return debrief_page(record_session(session, workings, pseudonyms=pseudonyms))


HOW = (
    "The shaded bands are the model's futures from the start, with nobody in any seat: games in "
    "the same world as the class's. What was uncertain about that world was drawn once, for the "
    "class; the futures share it, and differ in luck and in what the computed actors chose.",
    "A forecast begins where a table stood: what was over is the class's own, what was still to "
    "come was played by the model in every seat. A round moves the forecast of the end by its "
    "events, by the orders of people (those whose effect is clear), and by the rest: luck, answers "
    "to proposals, and what computed actors did of all that they might have done. Turning points "
    "are ranked by what orders and events did, without counts of acts that a seat could choose; in "
    "the last rounds luck alone would nearly always come first, since little is left to make up "
    "for it.",
    "“The model's choice” is what its rule of choice finds likeliest for that actor in that "
    "situation: one thing said and one thing done toward each of the others, or nothing. The model "
    "starts from how often a thing is done in ordinary times. Three things make it likelier or "
    "rarer than that: the actor's interests (five, weighed one move ahead, with some weight for "
    "the gains of others, for the future and for how others would react); how the two stand to "
    "one another (the better, the more friendly acts and the fewer hostile ones); and the heat of "
    "their quarrel, which hostile acts and incidents stir up and which cools by itself. Consent "
    "goes by the first two. It is no advice: the model knows nothing of what was said at the "
    "table. An unlikely choice is not a wrong one.",
    "Ordinary times are at rest: what is usually done keeps relations as they are. Only what is "
    "done beyond that, or left undone, moves them: who stops talking to a neighbour with whom it "
    "usually talks grows cooler toward it. Whoever gains by an act warms to those who did it, "
    "whoever loses by it cools, the one it is aimed at and those who look on.",
    "The effect of an order compares two sets of futures with the same luck: in one the seat's "
    "choices of that round stand, in the other they are left to the model. All else of the "
    "round is as it was, answers too: where the same is proposed they are held fixed as they were "
    "given, though another order might have been answered otherwise. All that comes later is left "
    "to the model in both. At once is at "
    "the end of the round itself; much of that fades by the end. An interval that leaves out 0 "
    "is a difference that luck alone hardly makes; an arrow marks it. Where fewer than ten of the "
    "pairs differ there is no interval, and “seldom differs” stands in its place. Large and small "
    "go by what was possible at the start.",
    "Own interest adds up what the model says an actor cares for (security, prosperity, issues, "
    "standing abroad, support at home) by the actor's own weights, in points. Only its changes "
    "mean something, and points of two actors cannot be compared. It also changes where an event "
    "changes what an actor wants, though nothing else has moved.",
    "Every number here is the model's. Where it stands against what you know, ask which is wrong.",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class DebriefPage:
    """All that the template shows."""

    title: str
    lead: str
    changes: tuple[str, ...]
    waiting: str
    dated: tuple[tuple[str, str], ...]
    ends: Table
    events: Table | None
    outcomes: tuple[Exhibit, ...]
    histories: dict[str, Exhibit]
    interests: tuple[Exhibit, ...]
    narrowing: dict[str, Exhibit]
    in_force: Table | None
    apart: Table | None
    sides: tuple[class_tables.Side, ...]
    tables: tuple[TablePart, ...]
    questions: tuple[Question, ...]
    how: tuple[str, ...]
    reproduction: tuple[tuple[str, str], ...]
    files: tuple[SourceFile, ...]
    command: str = ""

    @property
    def plots(self) -> tuple[Plot, ...]:
        """Every chart of the page."""
        exhibits = (*self.outcomes, *self.histories.values(), *self.interests,
                    *self.narrowing.values())  # fmt: skip
        return tuple(plot for exhibit in exhibits for plot in exhibit.plots)


def debrief_page(record: SessionRecord) -> str:
    """Lay out a debrief.

    Parameters
    ----------
    record : Record
        Of all tables, or of those that it is to tell of.

    Returns
    -------
    str
        HTML; made of the record alone, so in whatever thread.
    """
    page = contents(record)
    return laid_out("debrief.html.j2", page, page.plots, package="sim.classroom.debrief")


def contents(record: SessionRecord) -> DebriefPage:
    """Gather what the page shows."""
    words = Wording(record.scenario, record.dates, charts.start_of(record))
    narrowed = {}
    for table in record.tables:
        best = by_decision(table_turns(table, words.least))
        if exhibit := charts.narrowing(table, best, record, words):
            narrowed[f"table-{table.number}"] = exhibit
    return DebriefPage(
        title=f"Debrief: {record.scenario.description.title}",
        lead=_lead(record, words),
        changes=worth_telling(record.scenario),
        waiting=_waiting(record),
        dated=tuple(
            (month(np.datetime64(day)), name)
            for day, name in dated_events(record.scenario.description, record.dates)
        ),
        ends=charts.ends(record, words),
        events=class_tables.events(record, words),
        outcomes=charts.outcomes(record, words),
        histories=histories(record, words),
        interests=charts.interests(record, words),
        narrowing=narrowed,
        in_force=sections_lasting.standing(record, words),
        apart=class_tables.apart(record, words),
        sides=class_tables.sides(record, words),
        tables=tuple(table_part(table, record, words) for table in record.tables),
        questions=questions(record, words),
        how=(*HOW[:-1], *sections_lasting.how(record.scenario.description), HOW[-1]),
        reproduction=_reproduction(record),
        files=record.scenario.files,
    )


def _lead(record: SessionRecord, words: Wording) -> str:
    tables = record.tables
    far = max(table.played for table in tables)
    rounds = record.scenario.description.calendar.rounds
    who = [f"{table_title(table)} ({_people(table, words)})" for table in tables[: charts.NAMED]]
    played = listing(who) if len(tables) <= charts.NAMED else count(len(tables), "table")
    text = f"Seats played by people: {played}. "
    if not far:
        return f"{text}No round has been played yet."
    text += (
        f"{count(far, 'round')} of {rounds:,} played, from {month(record.dates[0])} to "
        f"{month(record.dates[far])}."
    )
    more = class_tables.told(record, words)
    return f"{text} {more}" if more else text


def _people(table: TableRecord, words: Wording) -> str:
    return words.actors(actor for actor, people in table.seats.items() if people) or "nobody"


def _waiting(record: SessionRecord) -> str:
    if not record.waiting:
        return ""
    verb = "is" if record.waiting == 1 else "are"
    return (
        f"{count(record.waiting, 'figure')} {verb} still being worked out, and what rests on "
        "them is left out here: open the debrief again in a minute."
    )


def _reproduction(record: SessionRecord) -> tuple[tuple[str, str], ...]:
    forecasts = [one for table in record.tables for one in table.forecasts if one is not None]
    weighed = [one for table in record.tables for one in table.weighed if one and one.futures]
    found = versions()
    return (
        ("Seed", str(record.seed)),
        ("Run that was played", "0, at every table"),
        *((("Futures of a forecast", f"{forecasts[0].runs:,}"),) if forecasts else ()),
        *((("Pairs of futures for each order", f"{weighed[0].futures:,}"),) if weighed else ()),
        ("Names", "pseudonyms" if record.pseudonyms else f"as they were{NBSP}given"),
        ("Entente", found["entente"]),
        ("Python", found["python"]),
        ("NumPy", found["numpy"]),
    )
