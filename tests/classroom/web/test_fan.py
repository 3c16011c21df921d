"""The small charts of a forecast: what they draw is what they say."""

from __future__ import annotations

from sim.classroom.forecast.forecast import Forecast
from sim.classroom.web.drawings import FRAME, Drawing, fans
from sim.classroom.web.templates import environment
from tests.fixtures.scenarios import DUEL, changed, scenario

ROUNDS = 6
DESCRIBED = scenario(
    changed(
        DUEL,
        outcomes={"warmth": {"name": "Warmth", "of": "affinity of north and south"}},
        watch={
            "peace": {"name": "peace is made", "lever": "summit"},
            "war": {"name": "war comes", "lever": "rebuke"},
        },
    )
).description


def laid_out(levels: list[list[float]], now: int = 2, *, opened: bool = False) -> Drawing:
    key = next(iter(DESCRIBED.outcomes))
    bands = tuple(map(tuple, levels))
    found = fans(
        Forecast(
            round=now,
            opened=opened,
            dates=tuple(f"2016-{10 + n:02}-01" for n in range(3)) + ("2017-01-01",) * (ROUNDS - 2),
            outcomes=dict.fromkeys(DESCRIBED.outcomes, bands),
            interest={},
            relations={},
            events={"peace": 1.0, "war": 1.0},
            ends=dict.fromkeys(DESCRIBED.outcomes, (0.0, 0.0)),
            runs=1000,
            seen=("peace",),
        ),
        DESCRIBED,
    )
    # What all futures come to has not happened as long as the class has not seen it.
    assert found.events == [("Peace is made", "has happened"), ("War comes", "in all futures")]
    assert found.now == ("When round 2 closed" if opened else "Now")
    fan = next(fan for fan in found.charts if fan.name == DESCRIBED.outcomes[key].name)
    fan.said = vars(environment().get_template("fans.html.j2").module)["said"](found, fan)
    return fan


def points(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (one.split(",") for one in text.split())]


def spread(*ends: float) -> list[list[float]]:
    past = [0.1, 0.2]
    return [[*past, *(0.2 + (end - 0.2) * n / 4 for n in range(ROUNDS - 1))] for end in ends]


def test_bands_open_where_the_class_stands_and_lie_within_the_chart() -> None:
    fan = laid_out(spread(-0.4, 0.0, 0.2, 0.4, 0.6))
    wide, narrow = points(fan.wide_band), points(fan.narrow_band)
    assert wide[0] == wide[-1] == points(fan.past)[-1] == points(fan.middle)[0]
    assert wide[0][0] == fan.now
    for x, y in [*wide, *narrow, *points(fan.past), *points(fan.middle)]:
        assert 0 <= x <= FRAME.wide
        assert 0 <= y <= FRAME.high
    across = len(wide) // 2
    for x, _ in narrow:
        outer = [y for at, y in wide if at == x]
        inner = [y for at, y in narrow if at == x]
        assert min(outer) <= min(inner) <= max(inner) <= max(outer)
    assert across == len(points(fan.middle)) == ROUNDS - 1


def test_higher_is_further_up_and_the_ticks_are_round() -> None:
    fan = laid_out(spread(-0.4, 0.0, 0.2, 0.4, 0.6))
    heights = [(float(text.replace("\u2212", "-")), at) for at, text in fan.ups]
    assert 2 <= len(heights) <= 5
    assert heights == sorted(heights, key=lambda pair: -pair[1])
    assert points(fan.past)[1][1] < points(fan.past)[0][1]


def test_futures_that_are_all_alike_are_drawn_as_a_line() -> None:
    fan = laid_out([[0.2] * (ROUNDS + 1)] * 5)
    assert len({y for _, y in points(fan.wide_band)}) == 1
    assert fan.ups


def test_it_says_in_words_what_it_draws() -> None:
    fan = laid_out(spread(-0.4, 0.0, 0.2, 0.4, 0.6))
    assert fan.ends == ("\u22120.40", "0.00", "0.20", "0.40", "0.60")
    assert "between \u22120.40 and 0.60 in nine of ten" in fan.said
    assert fan.today == "0.20"


def test_in_an_open_round_it_says_when_the_values_stood() -> None:
    levels = spread(-0.4, 0.0, 0.2, 0.4, 0.6)
    assert laid_out(levels).said.startswith("It stands at 0.20.")
    assert laid_out(levels, opened=True).said.startswith("It stood at 0.20 when round 2 closed.")
