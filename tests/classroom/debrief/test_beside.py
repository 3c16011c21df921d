"""Tables beside each other, and beside what really happened."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest

from sim.classroom.debrief import tables
from sim.classroom.debrief.charts import ends
from sim.classroom.debrief.record import SessionRecord, record_session
from sim.classroom.debrief.text import Wording
from sim.reporting.history import real_course
from sim.scenario.field_types import History
from sim.scenario.loading import load_scenario
from sim.statistics.measures import measures
from tests.fixtures.finished_game import played, workings
from tests.fixtures.paths import LARGE, VALLEY

DATES = tuple(np.datetime64(day, "D") for day in ("2016-10-01", "2017-10-01", "2018-10-01"))
ITEM = measures(load_scenario(LARGE).description)["islands"]


@pytest.fixture(scope="module")
def whole() -> SessionRecord:
    log = played(load_scenario(VALLEY), ["A", "B", "C", "D"], 2, tables=2)
    return record_session(log.session, workings(log))


def wording(one: SessionRecord) -> Wording:
    return Wording.of(one)


def lead(one: SessionRecord) -> str:
    return tables.apart_in_words(one, wording(one))


def test_tables_differ_by_choices_alone_only_if_the_same_happened_to_them(
    whole: SessionRecord,
) -> None:
    assert "differ by their choices alone" in lead(whole)
    assert len(tables.same_injects(whole)) == 1
    first, second = whole.tables
    injected = replace(whole, tables=(replace(first, injects=frozenset({(1, "storm")})), second))
    assert "differ by their choices and what the teacher let happen" in lead(injected)
    table = tables.apart(injected, wording(injected))
    assert table is not None
    assert "but not the same injects" in table.caption
    assert len(tables.same_injects(injected)) == 2


def test_what_was_not_compared_is_not_much_the_same(whole: SessionRecord) -> None:
    first, second = whole.tables
    ahead = replace(whole, tables=(first, replace(second, played=1, reported=second.reported[:2])))
    assert tables.table_differences(ahead, wording(ahead)) is None
    assert "cannot be compared yet" in lead(ahead)
    assert "much the same" not in lead(ahead)
    header = ends(ahead, wording(ahead)).header
    assert all("January 2001" in head for head in header[-2:])  # the model's, as theirs
    same = replace(whole, tables=(first, replace(first, number=2)))
    assert "much the same" in lead(same)


def test_what_was_watched_for_in_a_game_that_is_over_can_come_no_more(whole: SessionRecord) -> None:
    first = replace(whole.tables[0], over=True, watched={})
    table = tables.watched(replace(whole, tables=(first,)), wording(whole))
    assert table is not None
    assert [row[0] for row in table.rows] == ["The valley is divided", "A crisis"]
    assert table.rows[0][-1] == "not by then"


def history(**values: float) -> History:
    days = {datetime.date.fromisoformat(key.strip("d").replace("_", "-")): value
            for key, value in values.items()}  # fmt: skip
    return History(values=dict(sorted(days.items())))


def test_a_record_that_never_changes_is_drawn_from_where_the_class_began() -> None:
    still = history(d2016_10_01=2.0, d2018_12_20=2.0, d2020_07_01=2.0)
    dates, drawn, said = real_course(still, DATES, 1.4, ITEM)
    assert said == "What really happened: unchanged from the start to July 2020."
    assert list(drawn) == [1.4, 1.4]
    assert (dates[0], dates[-1]) == (DATES[0], DATES[-1])


def test_a_record_goes_on_to_the_calendars_edge_and_tells_the_next_date() -> None:
    dates, drawn, said = real_course(history(d2017_10_01=10.0, d2019_10_01=30.0), DATES, 1.4, ITEM)
    assert said.startswith("What really happened: 10.0 in October 2017, 30.0 in October 2019;")
    assert [str(day) for day in dates] == ["2017-10-01", "2018-10-01"]
    assert drawn[-1] == pytest.approx(20.0)
    dates, drawn, said = real_course(history(d2015_10_02=0.0, d2019_10_01=40.0), DATES, 1.4, ITEM)
    assert "0.0 in October 2015, 40.0 in October 2019" in said
    assert (dates[0], dates[-1]) == (DATES[0], DATES[-1])
    assert drawn == pytest.approx([10.0, 30.0], abs=0.1)


def test_one_date_is_told_once_and_none_not_at_all() -> None:
    dates, drawn, said = real_course(history(d2017_10_01=10.0), DATES, 1.4, ITEM)
    assert said == "What really happened: 10.0 in October 2017."
    assert (len(dates), list(drawn)) == (1, [10.0])
    assert real_course(history(d2019_10_01=10.0, d2020_10_01=11.0), DATES, 1.4, ITEM)[2] == ""
    assert real_course(history(d2015_10_01=10.0, d2016_09_01=11.0), DATES, 1.4, ITEM)[2] == ""
