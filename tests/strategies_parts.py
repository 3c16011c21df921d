"""The parts of scenario documents: actors, issues, levers, events."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from sim.scenario.phrases import COMPONENTS
from tests.samples import Document
from tests.strategies_small import (
    RANGES,
    SIZES,
    conditions,
    meet,
    phrase,
    quantities,
    share,
    some,
    state_kinds,
)

CAMEO = ("010", "036", "057", "062", "0841", "112", "138", "150", "190")
MOST_USUAL = 0.9


@st.composite
def calendar(draw: DrawFn) -> Document:
    start = draw(st.dates(datetime.date(2000, 1, 1), datetime.date(2020, 12, 31)))
    length = draw(st.sampled_from(("month", "quarter", "half-year", "year")))
    return {"start": start.isoformat(), "round": length, "rounds": draw(st.integers(1, 6))}


@st.composite
def actor(draw: DrawFn, name: str) -> Document:
    weights = draw(some({component: share() for component in COMPONENTS}))
    raw = [weights.get(component, 0.2) for component in COMPONENTS]
    if all((w["value"] if isinstance(w, dict) else w) == 0 for w in raw):
        weights["security"] = 0.5
    optional = {
        "power_growth": quantities(-0.01, 0.01),
        "support_trend": quantities(-0.05, 0.05),
        "support": share(),
        "patience": quantities(0, 0.95),
        "audience_cost": quantities(0, 2),
        "attention": st.integers(1, 2),
        "weights": st.just(weights),
    }
    found: Document = {
        "name": name.title(),
        "power": draw(quantities(0.01, 0.5)),
        **draw(some(optional)),
    }
    if draw(st.integers(0, 9)) == 9:
        found.pop("weights", None)
        found["lens"] = draw(st.sampled_from(("realist", "liberal", "constructivist")))
    return found


@st.composite
def relations(draw: DrawFn, actors: Sequence[str]) -> Document:
    found = {}
    for a, b in itertools.combinations(actors, 2):
        first, second = draw(st.permutations((a, b)))
        levels = {"affinity": quantities(-1, 1, beta=True), "tension": share()}
        mutual = draw(some(levels | _trends("affinity", "tension")))
        if mutual:
            found[f"{first} and {second}"] = mutual
        for x, y in ((a, b), (b, a)):
            levels = {"commitment": share(), "ties": share()}
            if directed := draw(some(levels | _trends("commitment", "ties"))):
                found[f"{x} to {y}"] = directed
    return found


def _trends(*kinds: str) -> dict[str, SearchStrategy[Any]]:
    return {f"{kind}_trend": quantities(-0.05, 0.05) for kind in kinds}


@st.composite
def issue(draw: DrawFn, name: str, actors: Sequence[str]) -> Document:
    stance = st.fixed_dictionaries({"position": quantities(0, 100, beta=True), "salience": share()})
    optional = {
        "reversion": quantities(0, 0.5),
        "volatility": quantities(0, 10),
        "trend": quantities(-5, 5),
    }
    return {
        "name": name.title(),
        "low": "none of it",
        "high": "all of it",
        "outcome": draw(quantities(0, 100, beta=True)),
        "stances": {a: draw(stance) for a in actors if draw(st.integers(0, 3))},
        **draw(some(optional)),
    }


@st.composite
def _table(draw: DrawFn, actors: Sequence[str], low: float, high: float) -> Any:
    """Draw a number for anyone, or a table by 'A to B' with 'anyone'."""
    if draw(st.booleans()):
        return draw(quantities(low, high))
    pairs = st.permutations((*actors, "anyone")).map(lambda names: f"{names[0]} to {names[1]}")
    keys = draw(st.lists(pairs, min_size=1, max_size=4, unique=True))
    if draw(st.booleans()):
        keys.append("anyone to anyone")
    return {entry: draw(quantities(low, high)) for entry in keys}


@st.composite
def _consent(draw: DrawFn, usual: Any, actors: Sequence[str]) -> Any:
    """Draw who agrees how often; only those who use the lever are asked."""
    if not isinstance(usual, dict) or usual.keys() & {"value", "anyone to anyone"}:
        return draw(_table(actors, 0.05, 0.95))
    keys = draw(st.sets(st.sampled_from(sorted(usual)), min_size=1))
    return {entry: draw(quantities(0.05, 0.95)) for entry in sorted(keys)}


@st.composite
def lever(
    draw: DrawFn, name: str, levers: Sequence[str], actors: Sequence[str], issues: Sequence[str]
) -> Document:
    kinds = [kind for kind in SIZES if kind != "issue" or issues]
    who = ("actor", "target", "others", *actors)
    effects: Document = {}
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=5)):
        text, size = draw(phrase(kind, who, issues)), SIZES[kind]
        # No quantity twice in one lever, whoever uses it toward whom.
        if not any(meet(text, other, actors) for other in effects):
            effects[text] = draw(quantities(-size, size))
    requires = draw(
        conditions(
            state_kinds(issues) + (["gap"] if issues else []),
            ("actor", "target", *actors),
            issues,
        )
    )
    if draw(st.integers(0, 3)) == 3:
        other = draw(st.sampled_from(levers))
        side = draw(st.sampled_from(("at_least", "at_most")))
        requires[f"rounds since {other}"] = {side: draw(st.integers(1, 4))}
    usual = draw(_table(actors, 0.01, MOST_USUAL / len(levers)))
    optional = {
        "consent": _consent(usual, actors),
        "cost": quantities(0, 0.05),
        "requires": st.just(requires),
        "once": st.booleans(),
        "cameo": st.sampled_from(CAMEO),
        "goldstein": st.integers(-10, 10),
    }
    return {
        "name": f"{name} them",
        "usual": usual,
        "effects": effects,
        **draw(some(optional)),
    }


@st.composite
def changes(draw: DrawFn, actors: Sequence[str], issues: Document) -> Document:
    kinds = [*state_kinds(tuple(issues)), "weight"]
    stances = [f"{a} on {name}" for name, issue in issues.items() for a in issue["stances"]]
    if stances:
        kinds += ["position", "salience"]
    found: Document = {}
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=4)):
        low, high = RANGES[kind]
        if kind == "weight":
            component = draw(st.sampled_from(COMPONENTS))
            text = f"weight of {draw(st.sampled_from(actors))} on {component}"
        elif kind in ("position", "salience"):
            text = f"{kind} of {draw(st.sampled_from(stances))}"
        else:
            text = draw(phrase(kind, actors, tuple(issues)))
        half = (high - low) / 2
        # A weight is never set to 0, so that the five cannot all be 0.
        least = 0.1 if kind == "weight" else low
        change: Document = draw(
            st.one_of(
                st.fixed_dictionaries({"by": quantities(0.0 if kind == "weight" else -half, half)}),
                st.fixed_dictionaries({"to": quantities(least, high)}),
            )
        )
        if kind in SIZES and draw(st.booleans()):
            change["lasting"] = True
        found[text] = change
    return found


@st.composite
def event(draw: DrawFn, name: str, calendar: Document, world: Document) -> Document:
    actors, issues = tuple(world["actors"]), world["issues"]
    start = datetime.date.fromisoformat(calendar["start"])
    length = {"month": 28, "quarter": 87, "half-year": 178, "year": 362}[calendar["round"]]
    span = length * calendar["rounds"]
    dates = st.integers(0, span - 1).map(lambda days: start + datetime.timedelta(days))
    found: Document = {"name": name.title()}
    sort = draw(st.sampled_from(("dated", "chance", "state")))
    if sort == "dated":
        found["on"] = draw(dates).isoformat()
    else:
        if draw(st.booleans()):
            found["since"] = draw(dates).isoformat()
        if draw(st.booleans()):
            latest = datetime.date.fromisoformat(str(found.get("since", calendar["start"])))
            found["until"] = max(latest, draw(dates)).isoformat()
        found["repeats"] = draw(st.booleans())
    if sort == "chance" or draw(st.integers(0, 3)) == 3:
        found["chance"] = draw(quantities(0.1, 1))
    if sort == "state" or draw(st.integers(0, 3)) == 3:
        found["when"] = draw(conditions(state_kinds(tuple(issues)), actors, tuple(issues), least=1))
    found["changes"] = draw(changes(actors, issues))
    if world["levers"]:
        bans = st.tuples(st.sampled_from(sorted(world["levers"])), st.sampled_from(actors))
        texts = st.lists(bans.map(lambda ban: f"{ban[0]} by {ban[1]}"), max_size=2, unique=True)
        forbids, permits = draw(texts), draw(texts)
        found["forbids"] = forbids
        found["permits"] = [text for text in permits if text not in forbids]
    return found


@st.composite
def watch(draw: DrawFn, world: Document, number: int) -> Document:
    actors, issues = tuple(world["actors"]), tuple(world["issues"])
    sorts = ["when"] + ["lever"] * bool(world["levers"]) + ["event"] * bool(world["events"])
    found: Document = {"name": f"What is waited for, {number}"}
    sort = draw(st.sampled_from(sorts))
    if sort == "when":
        found["when"] = draw(conditions(state_kinds(issues), actors, issues, least=1))
    elif sort == "event":
        found["event"] = draw(st.sampled_from(sorted(world["events"])))
    else:
        found["lever"] = draw(st.sampled_from(sorted(world["levers"])))
        by, toward = draw(st.permutations(actors).map(lambda names: names[:2]))
        found |= draw(some({"by": st.just(by), "toward": st.just(toward)}))
    return found


@st.composite
def coefficients(draw: DrawFn) -> Document:
    scales = dict.fromkeys(
        ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict"),
        quantities(0, 2),
    )
    moving = ("affinity", "tension", "commitment", "ties", "support")
    return draw(
        some(
            {
                "rationality": quantities(0, 1),
                "felt_scale": quantities(1, 100),
                "loss_aversion": quantities(0.5, 3),
                "regard": quantities(0, 1),
                "reciprocity": quantities(0, 0.2),
                "reaction_scale": quantities(0.5, 10),
                "balance": quantities(0, 0.1),
                "concentration": share(),
                "wear": share(),
                "recovery": share(),
                "diminishing": quantities(0.01, 0.5),
                "sentiment": quantities(0, 4),
                "heat": quantities(0, 20),
                "heat_persistence": quantities(0, 0.99),
                "incident_heat": quantities(0, 20),
                "trend_damping": share(),
                "reversion": some(dict.fromkeys(moving, quantities(0, 0.5))),
                "noise": some(dict.fromkeys(moving, quantities(0, 0.1))),
                "effect_scale": some(scales),
            }
        )
    )
