"""The page of a sweep: its words, its charts and maps, and that it is whole and safe."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.reporting.document import Bullets, Cards, Cell, Document, Exhibit, Note
from sim.reporting.story import Stories
from sim.scenario.loading import build
from sim.statistics.paired_difference import Estimate
from sim.studies.sweep.charts import course_chart, heat_chart
from sim.studies.sweep.result import (
    Course,
    Grid,
    Item,
    Threshold,
    courses,
    crossings,
    with_intervals,
)
from sim.studies.sweep.study import Sweep, sweep
from sim.studies.sweep.text import (
    Axis,
    axis,
    effect_cell,
    flipping,
    flips,
    mentions,
    over_grid,
    parameter_in_words,
)
from tests.fixtures.pages import figures
from tests.fixtures.scenarios import DUEL, changed

WATCHING = changed(
    DUEL,
    outcomes={
        "border": {"name": "The border", "of": "issue border"},
        "tension": {"name": "Tension", "of": "tension of north and south"},
        "backing": {"name": "Backing at home", "of": "support of south"},
        "rebukes": {"name": "Rebukes", "acts": ["rebuke"]},
    },
    watch={
        "acute": {
            "name": "an acute dispute",
            "when": {"tension of north and south": {"at_least": 0.45}},
        }
    },
)
TENSION, SUPPORT = "relations.north and south.tension", "actors.south.support"
SCENARIO = build(WATCHING)


@pytest.fixture(scope="module")
def one() -> Sweep:
    return sweep(SCENARIO, {TENSION: [0.1, 0.3, 0.5, 0.7]}, runs=40)


@pytest.fixture(scope="module")
def two() -> Sweep:
    return sweep(SCENARIO, {TENSION: [0.1, 0.3, 0.5, 0.7], SUPPORT: [0.2, 0.4, 0.9]}, runs=40)


def page_of(found: Sweep) -> Document:
    assert isinstance(found.page, Document)
    return found.page


def flips_of(found: Sweep) -> tuple[str, ...]:
    """The sentences on what flips where."""
    return tuple(line for block in page_of(found).every(Bullets) for line in block.lines)


def written(found: Sweep, folder: Path) -> str:
    return found.write_report(folder).read_text(encoding="utf-8")


@pytest.mark.parametrize("which", ["one", "two"])
def test_the_page_has_a_chart_for_each_outcome_watch_and_the_story(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    assert len(figures(written(request.getfixturevalue(which), tmp_path / "new"))) == 5


def test_a_chart_draws_what_its_table_and_the_data_hold(one: Sweep) -> None:
    figure = one.figures["outcome-border"]
    median = next(trace for trace in figure.data if trace.name == "median")
    ended = one.data["ended"].sel(outcome="border").values
    np.testing.assert_allclose(median.x, [0.1, 0.3, 0.5, 0.7])
    np.testing.assert_allclose(median.y, np.median(ended, axis=1), atol=1e-3)
    chart = next(plot.chart for plot in one.page.plots if plot.id == "plot-outcome-border")
    assert [row[0] for row in chart.table.rows] == ["0.1", "0.3", "0.5", "0.7"]
    assert [float(row[1]) for row in chart.table.rows] == pytest.approx(
        np.median(ended, axis=1), abs=0.05
    )
    own = [shape for shape in figure.layout.shapes if shape.line.dash == "dot"]
    assert [shape.x0 for shape in own] == [0.3]


def test_thresholds_stand_in_the_chart_and_the_mark_lies_across(one: Sweep) -> None:
    (known,) = (found for found in one.thresholds if found.id == "acute")
    shapes = one.figures["watched-acute"].layout.shapes
    uprights = [shape.x0 for shape in shapes if shape.line.dash == "solid"]
    assert uprights == [known.value]
    across = [shape.y0 for shape in shapes if shape.line.dash == "dash"]
    assert across == [0.5]
    texts = [note.text for note in one.figures["watched-acute"].layout.annotations]
    assert f"{known.value:.2f}" in texts
    assert "scenario 0.3" in texts


def test_a_map_is_the_data_and_its_table_turned_so_that_up_is_more(two: Sweep) -> None:
    ended = two.data["ended"].sel(outcome="backing").values
    assert (np.median(ended, axis=2)[:, 2] > np.median(ended, axis=2)[:, 0]).all()
    heat = two.figures["outcome-backing"].data[0]
    np.testing.assert_allclose(np.array(heat.z), np.median(ended, axis=2).T, atol=1e-3)
    assert list(heat.x) == [0.1, 0.3, 0.5, 0.7]
    assert list(heat.y) == [0.2, 0.4, 0.9]
    table = next(p.chart.table for p in two.page.plots if p.id == "plot-outcome-backing")
    assert [row[0] for row in table.rows] == ["0.9", "0.4", "0.2"]
    assert float(table.rows[0][1]) == pytest.approx(np.median(ended, axis=2)[0, 2], abs=0.005)


def test_a_row_of_the_map_is_the_sweep_of_one_parameter(two: Sweep) -> None:
    # The reference of a base that has the value in its file is another one: --set it instead.
    alone = sweep(
        build(WATCHING, overrides={SUPPORT: 0.4}), {TENSION: [0.1, 0.3, 0.5, 0.7]}, runs=40
    )
    for name in two.figures:
        row = np.array(two.figures[name].data[0].z)[1]
        line = next(t for t in alone.figures[name].data if t.name in ("median", "probability"))
        np.testing.assert_array_equal(row, line.y)


def test_a_map_has_a_line_where_the_mark_is_passed_and_only_there(two: Sweep) -> None:
    lines = two.figures["watched-acute"].data
    assert [trace.type for trace in lines] == ["heatmap", "contour"]
    assert lines[1].contours.start == lines[1].contours.end == 0.5
    assert [trace.type for trace in two.figures["outcome-rebukes"].data] == ["heatmap"]


def test_colours_of_a_scale_with_a_middle_are_even_about_it(two: Sweep) -> None:
    border, tension = (two.figures[f"outcome-{key}"].data[0] for key in ("border", "tension"))
    assert border.zmin + border.zmax == pytest.approx(100)
    assert tension.zmin + tension.zmax == pytest.approx(1)
    # More tension is the warm end, more of an issue the cool one.
    assert border.colorscale[0][1] == tension.colorscale[-1][1]


def test_the_headline_ranks_by_effect_and_its_rows_lead_to_their_charts(one: Sweep) -> None:
    page = page_of(one)
    assert page.headline.header == (
        "Outcome", "At 0.1", "At 0.3", "At 0.7", "From end to end", "Effect", "Flips at",
    )  # fmt: skip
    assert page.headline.rows[0][0] in ("Tension", "An acute dispute")
    names = {exhibit.id: exhibit.name for exhibit in page.every(Exhibit)}
    (table,) = page.every(Cards)
    cells = [row[0] for row in table.rows]
    assert [cell.text for cell in cells if isinstance(cell, Cell)] == [
        row[0] for row in page.headline.rows
    ]
    assert all(isinstance(cell, Cell) and names[cell.link] == cell.text for cell in cells)
    assert page.lead.startswith("What moves most: “")
    assert page.lead.endswith(
        "Tension of North and South takes 4 values from 0.1 to 0.7. All else, every draw of "
        "chance too, is the same: 40\xa0runs at each value."
    )


def test_the_story_is_told_at_the_value_that_it_names(one: Sweep) -> None:
    said, told = page_of(one).section("story").blocks
    assert said == "These runs have tension of North and South at 0.3."
    assert isinstance(told, Stories)
    assert told.typical is not None


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (SUPPORT, "support of South"),
        (TENSION, "tension of North and South"),
        ("relations.north to south.ties", "ties of North to South"),
        ("issues.border.stances.south.salience", "salience of South on Where the border runs"),
        ("levers.summit.usual.anyone to anyone", "Hold a summit: usual frequency per round"),
        ("actors.north.patience", "North: patience"),
        ("coefficients.loss_aversion", "the coefficient “loss aversion”"),
        ("issues.border.outcome", "Where the border runs: where it stands at first"),
    ],
)  # fmt: skip
def test_a_parameter_is_named_in_words(path: str, words: str) -> None:
    assert parameter_in_words(path, SCENARIO.description).startswith(words)


@pytest.mark.parametrize(
    ("values", "shown", "finer"),
    [
        ((0.1, 0.14, 0.18), "0.14", "0.123"),
        ((0.0, 1.0, 2.0), "1", "0.1"),
        ((0.0, 1 / 3, 2 / 3), "0.33", "0.123"),
        ((0.05, 0.0506), "0.0506", "0.12346"),
    ],
)
def test_values_have_the_decimals_that_tell_them_apart(
    values: tuple[float, ...], shown: str, finer: str
) -> None:
    made = axis(SUPPORT, values, None, SCENARIO.description, uncertain=False)
    assert made.show(values[1]) == shown
    assert made.finer(0.1234567) == (finer,)


def said(item: Item, *, rising: bool, interval: tuple[float, float] | None) -> str:
    moved = Axis(SUPPORT, "support of South", (0.1, 0.2, 0.3), 0.2, False, 1)
    known = Threshold(item.id, SUPPORT, 0.24, 0.2, 0.3, rising, 0.5, interval)
    return flips(item, known, moved, SCENARIO.description)


def test_a_flip_is_told_as_what_comes() -> None:
    item = Item("acute", "an acute dispute")
    assert said(item, rising=False, interval=(0.21, 0.27)) == (
        "“An acute dispute” becomes more likely than not when support of South falls below 0.24 "
        "(between 0.2 and 0.3; 95\u00a0% interval 0.21 to 0.27)."
    )
    assert "rises above 0.24" in said(item, rising=True, interval=None)
    inf = float("inf")
    assert "interval below 0.27)" in said(item, rising=True, interval=(-inf, 0.27))
    assert "interval above 0.21)" in said(item, rising=True, interval=(0.21, inf))
    close = said(item, rising=True, interval=(0.2381, 0.2409))
    assert "interval 0.238 to 0.241)" in close
    assert said(item, rising=True, interval=(0.24, 0.24)).endswith("(between 0.2 and 0.3).")


def test_a_level_that_hugs_its_mark_is_not_said_to_flip_anywhere() -> None:
    # As many runs above the mark as below it at every value, but for one.
    luck = np.tile([0.0, 1.0], 30)
    acute = np.stack([luck, luck])
    acute[0, 0], acute[1, 1] = 1.0, 0.0
    item = Item("acute", "an acute dispute")
    known = with_intervals(
        crossings(item, SUPPORT, np.array([0.1, 0.2]), acute.mean(axis=1)),
        item, np.array([0.1, 0.2]), acute.T, 1,
    )  # fmt: skip
    assert len(known) == 1
    assert not known[0].settled
    nothing = Estimate(-0.03, -0.1, 0.1, 0.0)
    course = Course(
        item, np.array([0.1, 0.2]), acute.mean(axis=1), acute.mean(axis=1),
        np.array([[0.4] * 2, [0.6] * 2]),
        None, nothing, known, None,
    )  # fmt: skip
    moved = Axis(SUPPORT, "support of South", (0.1, 0.2), 0.2, False, 1)
    assert mentions(course, moved, SCENARIO.description) == (
        "“An acute dispute” stays so near 50\u00a0% that these runs do not settle where it passes "
        "it."
    )
    assert flipping(course, moved) == "not settled"
    shapes = course_chart(course, moved, SCENARIO.description).figure.layout.shapes
    assert [shape.line.dash for shape in shapes] == ["dash", "dot"]


def test_a_parameter_with_a_spread_is_said_to_be_set() -> None:
    spread = changed(WATCHING, actors__south__support={"value": 0.4, "spread": {"normal": 0.05}})
    found = sweep(build(spread), {SUPPORT: [0.2, 0.6]}, runs=5)
    texts = [note.text for note in page_of(found).every(Note)]
    assert [text for text in texts if not text.startswith("Mean at the end")] == [
        "The scenario draws support of South anew in each run; here it has the same value in all "
        "runs."
    ]
    absent = sweep(SCENARIO, {"relations.north to south.commitment": [0.1, 0.6]}, runs=5)
    assert "do not state commitment of North to South" in page_of(absent).every(Note)[0].text


def test_the_table_of_one_parameter_shows_the_means_whose_difference_it_tells(one: Sweep) -> None:
    page = page_of(one)
    row = next(row for row in page.headline.rows if row[0] == "Rebukes")
    means = one.data["ended"].sel(outcome="rebukes").values.mean(axis=1)
    first, last = (float(row[place]) for place in (1, 3))
    assert (first, last) == pytest.approx((means[0], means[-1]), abs=0.06)
    said = row[4].split(" (")[0].replace("−", "-")
    assert float(said) == pytest.approx(means[-1] - means[0], abs=0.06)


def test_a_change_that_is_wide_but_not_sure_is_not_said_to_be_none() -> None:
    item = Item("acute", "an acute dispute")
    wide = Estimate(0.06, -0.08, 0.2, 0.13, share=True)
    slight = Estimate(0.01, -0.08, 0.1, 0.02, share=True)
    moved = Axis(SUPPORT, "support of South", (0.1, 0.2), 0.2, False, 1)
    for change, words, cell in (
        (wide, "shows no clear move (26\xa0% to 32\xa0%)", "not clear"),
        (slight, "does not visibly move (26\xa0% to 32\xa0%)", "none seen"),
    ):
        level = np.array([0.26, 0.32])
        course = Course(
            item, np.array([0.1, 0.2]), level, level, np.stack([level] * 2), None, change, (),
            None,
        )  # fmt: skip
        assert words in mentions(course, moved, SCENARIO.description)
        assert effect_cell(change) == cell
    assert effect_cell(Estimate(1.0, 0.9, 1.0, float("inf"))) == "in every run"


ACROSS = Axis(TENSION, "tension of North and South", (0.2, 0.4, 0.8), 0.8, False, 1)
UPWARD = Axis(SUPPORT, "support of South", (0.0, 0.3, 0.6, 0.9), 0.3, False, 1)


def grid(level: list[list[float]]) -> Grid:
    """Levels by value of ``ACROSS`` and, within, of ``UPWARD``."""
    item, values = Item("acute", "an acute dispute"), np.array(level)
    known = [
        *(one for nth, at in enumerate(UPWARD.values) for one in crossings(
            item, TENSION, np.array(ACROSS.values), values[:, nth], ((SUPPORT, at),))),
        *(one for nth, at in enumerate(ACROSS.values) for one in crossings(
            item, SUPPORT, np.array(UPWARD.values), values[nth], ((TENSION, at),))),
    ]  # fmt: skip
    none = Estimate(0.0, 0.0, 0.0, 0.0)
    return Grid(item, values, (none, none), tuple(known))


def test_a_line_that_runs_across_is_told_along_the_other_parameter_and_drawn() -> None:
    across = grid([[0.0, 0.2, 0.6, 1.0]] * 3)
    assert over_grid(across, (ACROSS, UPWARD)).endswith(
        "It stands above 50\xa0% at 6 of 12 pairs. Where tension of North and South is 0.2, it "
        "flips at 0.52 of support of South; where it is 0.8, at 0.52."
    )
    drawn = heat_chart(across, (ACROSS, UPWARD)).figure
    assert [trace.type for trace in drawn.data] == ["heatmap", "contour"]


def test_two_flips_at_one_value_are_told_together() -> None:
    there_and_back = grid([[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    assert over_grid(there_and_back, (ACROSS, UPWARD)).endswith(
        "Where support of South is 0.6, it flips at 0.30 and 0.60 of tension of North and South."
    )


def test_a_map_ends_at_the_last_value_and_marks_only_what_was_run() -> None:
    figure = heat_chart(grid([[0.0] * 4] * 3), (ACROSS, UPWARD)).figure
    assert list(figure.layout.xaxis.range) == [0.2, 0.8]
    assert list(figure.layout.xaxis.tickvals) == [0.2, 0.4, 0.8]
    assert list(figure.layout.yaxis.ticktext) == ["0.0", "0.3", "0.6", "0.9"]
    (note,) = (one for one in figure.layout.annotations if one.text.startswith("scenario"))
    assert (note.x, note.xanchor) == (0.8, "right")


def test_the_scenarios_value_at_an_end_is_written_inward() -> None:
    found = sweep(SCENARIO, {TENSION: [0.1, 0.2, 0.3]}, runs=4)
    notes = found.figures["outcome-border"].layout.annotations
    assert [one.xanchor for one in notes if one.text == "scenario 0.3"] == ["right"]
    begins = sweep(SCENARIO, {TENSION: [0.3, 0.5]}, runs=4).figures["outcome-border"]
    assert [one.xanchor for one in begins.layout.annotations if "0.3" in one.text] == ["left"]


@given(
    st.lists(st.floats(-1e3, 1e3).map(lambda one: round(one, 6)), min_size=2, max_size=9,
             unique=True).map(sorted),
)  # fmt: skip
def test_values_of_a_sweep_are_written_apart_and_near(values: list[float]) -> None:
    made = axis(SUPPORT, values, None, SCENARIO.description, uncertain=False)
    texts = [made.show(value) for value in values]
    assert len(set(texts)) == len(values)
    for value, text in zip(values, texts, strict=True):
        read = float(text.replace("−", "-").replace(",", ""))
        last = 0.5 * 10.0 ** -len(text.partition(".")[2])
        assert abs(read - value) <= last * (1 + 1e-6)


def test_a_value_between_two_whole_ones_is_not_rounded() -> None:
    made = axis(SUPPORT, (12.5, 37.5, 62.5), 25.25, SCENARIO.description, uncertain=False)
    assert [made.show(value) for value in made.values] == ["12.5", "37.5", "62.5"]
    assert made.show(25.25) == "25.25"


def unsure(*ends: float) -> str:
    known = Threshold("acute", SUPPORT, 0.24, 0.2, 0.3, True, 0.5, (ends[0], ends[1]))
    moved = Axis(SUPPORT, "support of South", (0.1, 0.2, 0.3), 0.2, False, 1)
    return flips(Item("acute", "an acute dispute"), known, moved, SCENARIO.description)


def test_an_interval_without_a_bound_is_not_written_with_a_dash() -> None:
    inf = float("inf")
    for ends in ((-inf, inf), (-inf, -inf), (inf, inf), (-inf, 0.27), (0.21, inf)):
        assert "–" not in unsure(*ends)
    assert "interval wider than the range)" in unsure(-inf, inf)


def course_of(events: NDArray[np.float64], values: NDArray[np.float64]) -> Course:
    """An event along a parameter: ``events`` by run and value."""
    data = xr.Dataset(
        {
            "ended": ((SUPPORT, "run", "outcome"), np.zeros((len(values), len(events), 0))),
            "watched": ((SUPPORT, "run", "watch"), np.where(events.T > 0, 1, -1)[..., None]),
            "failed_round": ((SUPPORT, "run"), np.full((len(values), len(events)), -1)),
        },
        {SUPPORT: values, "outcome": [], "watch": ["crisis"],
         "watch_name": ("watch", ["a crisis"])},
        {"seed": 1},
    )  # fmt: skip
    (found,) = courses(data, SCENARIO, SUPPORT)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_noise_about_its_mark_flips_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.linspace(0.1, 0.9, 9)
    course = course_of((rng.random((200, 9)) < 0.5).astype(float), values)
    moved = axis(SUPPORT, list(values), None, SCENARIO.description, uncertain=False)
    assert course.thresholds
    assert not any(one.settled for one in course.thresholds)
    assert "when" not in mentions(course, moved, SCENARIO.description)
    assert flipping(course, moved) == "not settled"


def test_a_rise_through_its_mark_flips_however_it_trembles_there() -> None:
    rng = np.random.default_rng(3)
    values = np.linspace(0.1, 0.9, 9)
    came = (40, 80, 120, 204, 196, 204, 280, 320, 360)
    events = [rng.permutation(np.arange(400) < count) for count in came]
    course = course_of(np.stack(events, axis=1).astype(float), values)
    (held,) = (one for one in course.thresholds if one.settled)
    assert held.rising
    assert 0.3 < held.value < 0.7
    moved = axis(SUPPORT, list(values), None, SCENARIO.description, uncertain=False)
    assert "becomes more likely than not when" in mentions(course, moved, SCENARIO.description)
    assert len(course.thresholds) == 3
