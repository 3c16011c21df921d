"""The fans of a forecast: the geometry of small charts, which a template draws as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.classroom.forecast.forecast import BAND_LEVELS, MEDIAN, Bands, Forecast
from sim.scenario.schema import Description
from sim.statistics.measures import Measure, measures
from sim.text import MONTHS, percent, sentence

WIDE, HIGH = 360, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 10, 10, 26
_ROOM = 0.06
"""Share of the range that is left free above and below."""
_LEAST = 1e-9


@dataclass(frozen=True)
class Tick:
    """A place on an axis and what it says."""

    at: float
    text: str


@dataclass(frozen=True)
class Fan:
    """One outcome's futures.

    Attributes
    ----------
    wide_band, narrow_band : str
        Points of the polygons that hold nine and five of ten futures.
    middle, past : str
        Points of the median to come, and of what has been.
    said : str
        The chart in a sentence.
    ends : tuple of str
        The quantiles at the end, as :data:`sim.classroom.forecast.forecast.BAND_LEVELS`.
    """

    name: str
    unit: str
    meaning: str
    wide_band: str
    narrow_band: str
    middle: str
    past: str
    now: float
    ups: tuple[Tick, ...]
    alongs: tuple[Tick, ...]
    said: str
    today: str
    ends: tuple[str, ...]
    wide: int = WIDE
    high: int = HIGH
    left: int = _LEFT
    base: int = HIGH - _BOTTOM
    right: int = WIDE - _RIGHT


@dataclass(frozen=True)
class Fans:
    """A forecast as it is shown.

    Attributes
    ----------
    events : tuple of (name, probability in words)
        What is watched for.
    heads : tuple of str
        What the columns of the quantiles say.
    """

    round: int
    opened: bool
    runs: int
    end: str
    now: str
    charts: tuple[Fan, ...]
    events: tuple[tuple[str, str], ...]
    heads: tuple[str, ...] = tuple(
        "median" if level == 0.5 else f"{percent(level)} lie below" for level in BAND_LEVELS
    )


def fans(forecast: Forecast, description: Description) -> Fans:
    """Lay out a forecast."""
    days = [_day(date) for date in forecast.dates]
    return Fans(
        round=forecast.round,
        opened=forecast.opened,
        runs=forecast.runs,
        end=days[-1],
        now=sentence(_when(forecast)) if forecast.opened else "Now",
        charts=tuple(
            _fan(measure, forecast.outcomes[key], forecast, days)
            for key, measure in measures(description).items()
        ),
        events=tuple(
            (sentence(description.watch[key].name), _likely(share, key in forecast.seen))
            for key, share in forecast.events.items()
        ),
    )


def _likely(share: float, seen: bool) -> str:
    if seen:
        return "has happened"
    return "in all futures" if share == 1 else percent(share)


def _when(forecast: Forecast) -> str:
    """When the values stood that a forecast in an open round begins with."""
    return f"when round {forecast.round} closed" if forecast.round else "at the start"


def _fan(measure: Measure, bands: Bands, forecast: Forecast, days: Sequence[str]) -> Fan:
    rounds, now = len(days) - 1, forecast.round
    measure = measure.fitted(bands)
    low, high = _range(bands, measure)

    def x(round: int) -> float:
        return _tenth(_LEFT + (WIDE - _LEFT - _RIGHT) * round / max(rounds, 1))

    def y(value: float) -> float:
        return _tenth(_TOP + (HIGH - _TOP - _BOTTOM) * (high - value) / (high - low))

    def line(level: int, first: int, last: int) -> list[str]:
        return [f"{x(at)},{y(bands[level][at])}" for at in range(first, last + 1)]

    def between(lower: int, upper: int) -> str:
        return " ".join([*line(lower, now, rounds), *reversed(line(upper, now, rounds))])

    middle = bands[MEDIAN]
    ends = tuple(measure.show(level[-1]) for level in bands)
    today = measure.show(middle[now])
    # The events of an open round have moved what the class sees, but not these values.
    stands = (
        f"It stood at {today} {_when(forecast)}" if forecast.opened else f"It stands at {today}"
    )
    futures = (
        f"between {ends[0]} and {ends[-1]} in nine of ten futures, and between {ends[1]} and "
        f"{ends[-2]} in half of them"
    )
    if measure.share:
        today = measure.of_run(middle[now])
        stands = f"It was {today} {_when(forecast)}" if forecast.opened else f"It is {today}"
        futures = f"so in {ends[MEDIAN]} of the futures"
    return Fan(
        name=measure.name,
        unit=measure.axis,
        meaning=measure.ends,
        wide_band=between(0, len(BAND_LEVELS) - 1),
        narrow_band=between(1, len(BAND_LEVELS) - 2),
        middle=" ".join(line(MEDIAN, now, rounds)),
        past=" ".join(line(MEDIAN, 0, now)),
        now=x(now),
        ups=tuple(Tick(y(value), measure.show(value)) for value in _ticks(low, high, measure)),
        alongs=(Tick(x(0), days[0]), Tick(x(rounds), days[-1])),
        said=f"{stands}. In {days[-1]} it is {futures}.",
        today=today,
        ends=ends,
    )


def _range(bands: Bands, measure: Measure) -> tuple[float, float]:
    values = [value for level in bands for value in level]
    low, high = min(values), max(values)
    spread = max(high - low, 2 * 10.0**-measure.digits, _LEAST)
    low, high = low - _ROOM * spread, high + _ROOM * spread
    if measure.bounds is not None:
        low, high = max(low, measure.bounds[0]), min(high, measure.bounds[1])
    elif measure.whole:
        low = max(low, 0.0)
    return (low, high) if high - low > _LEAST else (low - 0.5, high + 0.5)


def _ticks(low: float, high: float, measure: Measure) -> list[float]:
    """Two to five round values inside a range."""
    step = 10.0**-measure.digits
    for size in (s * 10.0**power for power in range(-measure.digits, 9) for s in (1, 2, 5)):
        first = int(-(-low // size))
        if int(high // size) - first < 4:
            step = size
            break
    first, last = int(-(-low // step)), int(high // step)
    return [step * nth for nth in range(first, last + 1)]


def _tenth(value: float) -> float:
    """A coordinate to a tenth of a point."""
    return round(value, 1)


def _day(date: str) -> str:
    year, month, _ = date.split("-")
    return f"{MONTHS[int(month) - 1][:3]} {int(year)}"
