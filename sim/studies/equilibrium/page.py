"""The page of a stage game: equilibria in words, the payoff matrix, moves, quantal response."""

from __future__ import annotations

import numpy as np

from sim.reporting import document as page
from sim.reporting.document import Document, Exhibit, Heading, Note, Passage, Section, exhibit_of
from sim.reporting.sources import changes_in_words
from sim.scenario.calendar import date_after
from sim.studies.equilibrium import text
from sim.studies.equilibrium.charts import curve_chart
from sim.studies.equilibrium.result import Played
from sim.text import count, month, sentence, signed, titled

HERE = "sim.studies.equilibrium"


def equilibrium_page(found: Played) -> Document:
    """Put the study on its page."""
    described, table = found.scenario.description, text.headline(found)
    one, other = found.names
    when = month(np.datetime64(date_after(described.calendar, found.round - 1)))
    shut = text.closed(found)
    what = f"{one} and {other}, {found.game.track} of round {found.round} ({when})"
    which = ("Runs", f"{found.game.runs:,}") if found.run is None else ("Run", str(found.run))
    return Document(
        kind="The game behind a decision",
        title=titled(described.title, f"{what}{text.which_run(found)}"),
        lead=text.lead(found),
        headline=table,
        changes=changes_in_words(found.scenario),
        reproduction=(
            which,
            ("Seed", str(found.seed)),
        ),
        files=page.files([found.scenario]),
        styles=(f"{HERE}/equilibrium.css",),
        summary=(
            page.cards(table),
            page.how_to_read(
                f"{HERE}/how_to_read.html.j2",
                one=one,
                other=other,
                many=found.run is None,
                runs=count(found.game.runs, "run"),
            ),
        ),
        sections=(
            Section(
                "matrix",
                "What each pair of moves is worth",
                (
                    text.gains(found),
                    Note(
                        f"First what it is worth to {one}, then to {other}; underlined where it is "
                        "the best answer, ◆ where it is an equilibrium. The colour is the mean of "
                        "both: blue above 0, orange below."
                    ),
                    _matrix(found),
                    *((Note(shut),) if shut else ()),
                ),
            ),
            Section(
                "moves",
                "The moves of each",
                (
                    *map(Note, text.doubts(found)),
                    *(
                        block
                        for player in (0, 1)
                        for table in (text.moves_table(found, player),)
                        for block in (Heading(table.caption), page.cards(table))
                    ),
                ),
            ),
            Section("curve", "If both err", _curves(found)),
        ),
    )


def _curves(found: Played) -> tuple[Exhibit, ...]:
    return tuple(
        exhibit_of(f"curve-{actor}", curve_chart(found, player))
        for player, actor in enumerate(found.game.actors)
        if len(found.moves[player]) > 1
    )


def _matrix(found: Played) -> Passage:
    mine, theirs = found.game.payoffs
    both = (mine + theirs) / 2
    largest = float(np.abs(both).max())
    rows = []
    for i, name in enumerate(found.moves[0]):
        cells = [
            {
                "mine": signed(float(mine[i, j]), text.DIGITS),
                "theirs": signed(float(theirs[i, j]), text.DIGITS),
                "best": [bool(found.best[player, i, j]) for player in (0, 1)],
                "equilibrium": bool(found.best[:, i, j].all()),
                "gains": text.who_gains(float(mine[i, j]), float(theirs[i, j]), found.names),
                "held": text.held(found, i, j),
                "look": _look(float(both[i, j]), largest),
            }
            for j in range(len(found.moves[1]))
        ]
        rows.append((sentence(name), cells))
    one, other = (sentence(name) for name in found.names)
    values = {
        "caption": f"{one} picks a row, {other} a column",
        "corner": f"{one} ↓ {other} →",
        "columns": [sentence(name) for name in found.moves[1]],
        "rows": rows,
    }
    return Passage(f"{HERE}/matrix.html.j2", values)


def _look(value: float, largest: float) -> str:
    """The class of a cell's colour: one of three strengths to either side, by the square root."""
    if not largest or abs(value) < 0.005 * largest:
        return "even"
    strength = 1 + min(int(3 * (abs(value) / largest) ** 0.5), 2)
    return f"{'up' if value > 0 else 'down'}{strength}"
