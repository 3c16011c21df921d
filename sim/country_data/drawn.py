"""Numbers of a scenario drawn from what a folder says, each with its source and its formula.

Nothing later than the year asked for is in the evidence, so nothing later is in a number. Where
the evidence is silent there is no number, and a reason.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.country_data import recipes
from sim.country_data.capabilities import PARTS
from sim.country_data.evidence import LEAST_DAYS, ROUND_DAYS, STALE, Evidence
from sim.country_data.recipes import QUADS, Trend

TREND_YEARS = 10
"""Years up to the year asked for that a trend is drawn through."""
ENOUGH_PARTNERS = 20
"""Partners of which a file must tell before their sum stands for all trade of a state."""
ENOUGH_ACTS = 30
"""Acts of two states below which shares of them say little: one act more moves an affinity by a
quarter."""
_QUARTERS = 4
_MONTHS = 3
"""Months of approval whose mean is the support at the start."""
_BOUND = 0.1
"""Largest change per round that a scenario may state."""


@dataclass(frozen=True)
class Number:
    """A number of the scenario, with what it rests on.

    Attributes
    ----------
    value : float
        The number.
    sources : tuple of str
        Ids of the sources file; none for a judgement.
    why : str
        Year and formula; for a judgement, what is missing.
    spread : mapping
        Its uncertainty, as a scenario states it; may be empty.
    lacks : str
        What would make it better, where it rests on too little.
    """

    value: float
    sources: tuple[str, ...]
    why: str
    spread: Mapping[str, object] = field(default_factory=dict)
    lacks: str = ""


@dataclass(frozen=True)
class Silent:
    """Why the evidence gives no number."""

    why: str


Found = Number | Silent


def power(evidence: Evidence, state: int) -> Found:
    """Power: the index CINC of the last year."""
    table = evidence.one.get("capabilities")
    if table is None:
        return Silent("no file of national material capabilities")
    series = table.series("cinc", state)
    year = _latest(evidence, series)
    if year is None:
        return Silent(f"no CINC in {table.file} from {evidence.year - STALE + 1} on")
    missing = _missing_parts(evidence, state, year)
    line = next(row.line for row in table.rows if row[:4] == ("cinc", state, 0, year))
    why = f"CINC of {year} ({table.file}, line {line}); the spread of a tenth is our judgement"
    if missing:
        whole = [one for one in series if one < year and not _missing_parts(evidence, state, one)]
        before = f" (it was {series[whole[-1]]:.4g} in {whole[-1]})" if whole else ""
        why += (
            f"; {', '.join(missing)} missing in that year, and the index without it cannot be "
            f"compared with other years{before}"
        )
    return Number(series[year], ("cinc",), why, {"normal": _short(series[year] / 10)})


def _missing_parts(evidence: Evidence, state: int, year: int) -> list[str]:
    """Parts of the index that the file has of other years or states, and not here."""
    measured = {row.measure for row in evidence.one["capabilities"].rows}
    return [
        part
        for part in PARTS
        if part in measured and year not in evidence.series("capabilities", part, state)
    ]


def power_growth(evidence: Evidence, state: int) -> Number | None:
    """Change of power per round: the trend of CINC over years with all its parts."""
    series = {
        year: value
        for year, value in evidence.series("capabilities", "cinc", state).items()
        if not _missing_parts(evidence, state, year)
    }
    return _trend(evidence, series, ("cinc",), "CINC")


def support(evidence: Evidence, state: int) -> Found:
    """Support: mean approval of the last three months known, none older than a year."""
    months = evidence.months(state)
    last = sorted(when for when in months if when > (evidence.year - 1, 12))[-_MONTHS:]
    if not last:
        return Silent(f"no approval series of {evidence.year} that says it is of this state")
    mean = math.fsum(months[when] for when in last) / len(last)
    (year, month), (_, end) = last[0], last[-1]
    months_said = f"{len(last)} month{'s' * (len(last) != 1)} with polls"
    spoken = f"of {months_said}, {year}-{month:02d} to {year}-{end:02d}"
    if not month:  # the file has years alone
        spoken = f"of {year}"
    why = f"mean approval {spoken}; the spread is our judgement"
    return Number(mean, (_approval_id(state),), why, {"normal": 0.03})


def _approval_id(state: int) -> str:
    return f"approval-{state}"


def support_trend(evidence: Evidence, state: int) -> Number | None:
    """Change of support per round: the trend of yearly means of approval."""
    years: dict[int, list[float]] = {}
    for (year, _), value in evidence.months(state).items():
        years.setdefault(year, []).append(value)
    means = {year: math.fsum(values) / len(values) for year, values in years.items()}
    return _trend(evidence, means, (_approval_id(state),), "yearly mean approval")


def affinity(evidence: Evidence, one: int, other: int) -> Found:
    """Affinity: UN votes, two-year mean; with event counts, one third of that and two of those."""
    distances = _distances(evidence, one, other)
    last = _latest(evidence, distances)
    votes = shares = None
    spoken, sources, lacks = [], [], ""
    if last is not None:
        years = [year for year in (last - 1, last) if year in distances]
        votes = recipes.affinity_of_votes(distances[year] for year in years)
        said = " and ".join(f"{distances[year]:.2f} in {year}" for year in years)
        spoken.append(f"distance of UN ideal points {said}: 1 - mean / 2 = {votes:.2f}")
        sources.append("un-votes")
    acts = _acts(evidence, one, other)
    if isinstance(acts, _Acts) and (acts.enough or votes is None):
        there, back = (recipes.conflict_share(counts) for counts in acts.ways)
        shares = recipes.affinity_of_conflict(there, back)
        spoken.append(
            f"conflict in {there:.1%} and {back:.1%} of acts {acts.told}: "
            f"1 - 8 * mean, at least -1 = {shares:.2f}{acts.whose}"
        )
        sources.append("events")
        lacks = acts.lacks
    elif isinstance(acts, _Acts):
        spoken.append(f"{acts.count:,.0f} acts are too few for a share of conflict")
    value = recipes.affinity_of(votes, shares)
    if value is None:
        return Silent(f"no UN ideal points from {evidence.year - STALE + 1} on, no events")
    if len(sources) > 1:
        spoken.append("votes count one third, events two thirds")
    spoken.append("the spread is our judgement")
    return Number(value, tuple(sources), "; ".join(spoken), {"normal": 0.1}, lacks)


def _distances(evidence: Evidence, one: int, other: int) -> dict[int, float]:
    points = [evidence.series("ideal points", "ideal point", state) for state in (one, other)]
    return {year: abs(points[0][year] - points[1][year]) for year in points[0] if year in points[1]}


def affinity_trend(evidence: Evidence, one: int, other: int) -> Number | None:
    """Change of affinity per round by the votes, weighed as in :func:`affinity`."""
    votes = {
        year: recipes.affinity_of_votes([distance])
        for year, distance in _distances(evidence, one, other).items()
    }
    acts = _acts(evidence, one, other)
    blended = isinstance(acts, _Acts) and acts.enough
    weight = 1 - recipes.WEIGHT_OF_EVENTS if blended else 1.0
    what = "1 - distance / 2 of UN ideal points"
    if blended:
        what += ", of which one third counts as in the affinity"
    return _trend(evidence, votes, ("un-votes",), what, weight)


def tension(evidence: Evidence, one: int, other: int) -> Found:
    """Tension: shares of verbal and of material conflict in all acts of the two."""
    acts = _acts(evidence, one, other)
    if isinstance(acts, Silent):
        return acts
    value = recipes.tension_of(*acts.ways)
    verbal, material = (
        sum(counts[nth] / math.fsum(counts) for counts in acts.ways) / 2 for nth in (2, 3)
    )
    why = (
        f"verbal conflict in {verbal:.1%} and material conflict in {material:.1%} of acts "
        f"{acts.told}: 2.2 * verbal + 3 * material{acts.whose}; factors and spread are our "
        "judgement"
    )
    return Number(value, ("events",), why, {"normal": 0.05}, acts.lacks)


@dataclass(frozen=True)
class _Acts:
    """Acts of two states in the window: by kind, one way and the other, and what to say of them.

    ``fitted``: the factors of affinity and tension were chosen on counts of their maker.
    """

    ways: tuple[tuple[float, ...], tuple[float, ...]]
    told: str
    count: float
    fitted: bool

    @property
    def enough(self) -> bool:
        """Whether shares of them say something."""
        return self.count >= ENOUGH_ACTS

    @property
    def whose(self) -> str:
        """On whose counts the factors were chosen, where that was another maker."""
        return "" if self.fitted else " (factors chosen on counts of ICEWS)"

    @property
    def lacks(self) -> str:
        """What is to be said where they are few, or of a maker that the factors do not know."""
        few = (
            f"rests on {self.count:,.0f} acts, which are few: below {ENOUGH_ACTS} shares say little"
        )
        other = (
            "by factors that were chosen on counts of ICEWS; another maker's share of conflict "
            "differs, and this number with it"
        )
        return "; ".join([few] * (not self.enough) + [other] * (not self.fitted))


def _acts(evidence: Evidence, one: int, other: int) -> _Acts | Silent:
    """Acts in both directions; where only one of them acted, those count for both."""
    if reason := _no_events(evidence):
        return reason
    found = [evidence.acts(*pair) for pair in ((one, other), (other, one))]
    ways = [tuple(acts[quad] for quad in QUADS) for acts in found]
    first, last = evidence.window
    acting = [way for way in ways if math.fsum(way) > 0]
    if not acting:
        return Silent(f"no acts in {first} to {last}")
    both = "mean of both ways" if len(acting) == 2 else "one way, the other has none"
    count = math.fsum(math.fsum(way) for way in ways)
    return _Acts((acting[0], acting[-1]), f"{first} to {last}, {both}", count, evidence.fitted)


def _no_events(evidence: Evidence) -> Silent | None:
    if not evidence.events:
        return Silent("no event file with rows of these states")
    days = evidence.covered(evidence.events)
    if days < LEAST_DAYS:
        first, last = evidence.window
        return Silent(
            f"event files cover {days} day{'s' * (days != 1)} of {first} to {last}, "
            f"{LEAST_DAYS} are needed"
        )
    return None


def usual(evidence: Evidence, state: int, partner: int) -> dict[str, Number] | Silent:
    """Usual frequencies of one toward another, by kind of act.

    Keys: the four of ``recipes.QUADS``, and ``visits`` where the files tell them apart, which
    are then taken off the verbal cooperation.
    """
    if reason := _no_events(evidence):
        return reason
    acts = evidence.acts(state, partner)
    total = math.fsum(acts[quad] for quad in QUADS)
    if not total:
        first, last = evidence.window
        return Silent(f"no acts in {first} to {last}")
    if evidence.has_visits:
        acts["verbal cooperation"] -= acts["visits"]
    else:
        del acts["visits"]
    rounds = evidence.covered(evidence.events) / ROUND_DAYS
    found = recipes.usual_of(list(acts.values()), rounds)
    first, last = evidence.window
    return {
        kind: Number(
            value,
            ("events",),
            f"{count:,.0f} of {total:,.0f} acts in {rounds:.3g} quarters of {first} to {last}: "
            f"share * (1 - exp(-acts / quarters)), the second {recipes.MOST_ACTIVE:g} at most, "
            "with half an act more of each kind",
        )
        for (kind, count), value in zip(acts.items(), found, strict=True)
    }


def ties(evidence: Evidence, state: int, partner: int) -> Found:
    """Ties of one to another: trade of both ways over GDP, or over all trade."""
    if "trade" not in evidence.one:
        beside = "; totals of a state say nothing of who trades with whom"
        return Silent("no file of trade between pairs" + beside * ("all trade" in evidence.one))
    trade = _trade(evidence, state, partner)
    if _latest(evidence, trade) is None:
        return Silent(
            f"no trade of the pair in both directions from {evidence.year - STALE + 1} on"
        )
    # Totals of the same file before those of another, which may leave out services; of a file
    # with few partners last.
    for kind in ("gdp", "trade", "all trade", "few"):
        whole = _whole(evidence, kind, state)
        year = _latest(evidence, {year: one for year, one in trade.items() if whole.get(year)})
        if year is not None:
            return _ties(evidence, state, (year, trade[year], whole[year]), kind)
    return Silent("no GDP and no trade of the state with others in the years of the pair's trade")


def _whole(evidence: Evidence, kind: str, state: int) -> Mapping[int, float]:
    """What trade is divided by: GDP, or all trade of the state, by the kind of file."""
    if kind == "gdp":
        return _gdp(evidence, state)[0]
    if kind == "all trade":
        return evidence.series("all trade", "all trade", state)
    partners = evidence.series("trade", "partners", state)
    return {
        year: value
        for year, value in evidence.series("trade", "all trade", state).items()
        if (partners[year] < ENOUGH_PARTNERS) == (kind == "few")
    }


def _gdp(evidence: Evidence, state: int) -> tuple[Mapping[int, float], tuple[str, ...]]:
    """GDP, of a file of its own or of that of trade, and the sources of ties by it."""
    own = evidence.series("gdp", "gdp", state)
    if own:
        return own, ("trade", "gdp")
    return evidence.series("trade", "gdp", state), ("trade",)


def _trade(evidence: Evidence, state: int, partner: int) -> dict[int, float]:
    """Exports of each to the other, summed; of years that have both."""
    ways = [
        evidence.series("trade", "exports", *pair) for pair in ((state, partner), (partner, state))
    ]
    return {year: ways[0][year] + ways[1][year] for year in ways[0] if year in ways[1]}


def _ties(evidence: Evidence, state: int, found: tuple[int, float, float], kind: str) -> Number:
    """Ties by year, trade of the pair, and the GDP or all trade of the one."""
    year, trade, whole = found
    said = f"trade of {year}, both ways, {_billions(trade)} dollars"
    if kind == "gdp":
        why = f"2 * square root of {said}, over GDP {_billions(whole)}; at most 1"
        return Number(recipes.ties_of(trade, whole), _gdp(evidence, state)[1], why)
    why = (
        f"2 * square root of {said}, over all trade {_billions(whole)} times "
        f"{recipes.OPENNESS:g}; no GDP at hand, and that trade is {recipes.OPENNESS:.0%} of GDP is "
        "an assumption"
    )
    sources = ("trade", "all-trade") if kind == "all trade" else ("trade",)
    value = recipes.ties_of_share(trade / whole)
    if kind != "few":
        return Number(value, sources, why)
    partners = round(evidence.series("trade", "partners", state)[year])
    told = f"{partners} partner{'s' * (partners != 1)}"
    why += f"; the file has {told} of this state in that year, so the share is too high"
    lacks = (
        f"too high, for the file has {told} of the state and not {ENOUGH_PARTNERS}; "
        "a file of GDP, or of all its trade, would mend it"
    )
    return Number(value, sources, why, {"uniform": [_short(value / 2), _short(value)]}, lacks)


def ties_trend(evidence: Evidence, state: int, partner: int) -> Number | None:
    """Change of ties per round: the trend of ties over years with trade and GDP."""
    gdp, sources = _gdp(evidence, state)
    series = {
        year: recipes.ties_of(trade, gdp[year])
        for year, trade in _trade(evidence, state, partner).items()
        if year in gdp
    }
    return _trend(evidence, series, sources, "ties by the same formula")


def commitment(evidence: Evidence, state: int, partner: int) -> Found:
    """Commitment of one to another: the largest of its own obligations."""
    table = evidence.one.get("alliances")
    if table is None:
        return Silent("no file of alliances")
    rows = [row for row in table.rows if (row.state, row.partner) == (state, partner)]
    year = table.last_year
    if year <= evidence.year - STALE:
        return Silent(f"{table.file} ends in {year}")
    owed = sorted({row.measure for row in rows if row.year == year})
    value = recipes.commitment_of(owed)
    said = f"own obligations at the end of {year}: {', '.join(owed) or 'none in the file'}"
    if owed and "own" not in table.traits:
        said += " (the file has them of the pair, and does not say who owes them)"
    if owed:
        values = ", ".join(f"{word} {recipes.PLEDGES[word]:g}" for word in owed)
        said += f"; the largest of {values}"
    return Number(value, ("alliances",), said)


def _latest(evidence: Evidence, series: Mapping[int, float]) -> int | None:
    """The last year of a series that is near enough to the year asked for."""
    return max((year for year in series if year > evidence.year - STALE), default=None)


def _trend(
    evidence: Evidence,
    series: Mapping[int, float],
    sources: tuple[str, ...],
    what: str,
    weight: float = 1.0,
) -> Number | None:
    """A trend per round, where the last ten years have one that stands out."""
    recent = {y: v for y, v in series.items() if evidence.year - TREND_YEARS < y <= evidence.year}
    found: Trend | None = recipes.trend_of(recent)
    if found is None or not found.stated:
        return None
    value = min(max(found.slope * weight / _QUARTERS, -_BOUND), _BOUND)
    why = (
        f"straight line through {what}, {found.years} years from {min(recent)} to {max(recent)}: "
        f"{found.slope:+.4g} a year (standard error {found.error:.2g}), a quarter of it per round"
    )
    return Number(value, sources, why)


def _short(value: float) -> float:
    return float(f"{value:.2g}")


def _billions(dollars: float) -> str:
    """An amount in billions, with two decimals or three digits, so that it can be reckoned with."""
    billions = dollars / 1e9
    return f"{billions:,.2f} bn" if billions >= 1 or not billions else f"{billions:.3g} bn"
