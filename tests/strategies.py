"""Hypothesis strategies for valid scenario documents, and for scenarios of them."""

from __future__ import annotations

import copy
import datetime
import itertools
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from sim.scenario.phrases import COMPONENTS, SYMMETRIC
from sim.scenario.scenario import Scenario
from tests.samples import Document, scenario

ACTORS = ("atlas", "borea", "corva", "delta", "ember")
ISSUES = ("border", "fishing", "tariffs")
LEVERS = ("accuse", "bargain", "embargo", "pledge", "summit", "threat")
EVENTS = ("crisis", "election", "quake")
CAMEO = ("010", "036", "057", "062", "0841", "112", "138", "150", "190")
MOST_USUAL = 0.9
SIZES = {
    "affinity": 0.3,
    "tension": 0.3,
    "commitment": 0.3,
    "ties": 0.2,
    "support": 0.15,
    "issue": 20.0,
}
"""How much a lever or an event moves each quantity, at most."""
RANGES = {
    "affinity": (-1.0, 1.0),
    "tension": (0.0, 1.0),
    "commitment": (0.0, 1.0),
    "ties": (0.0, 1.0),
    "support": (0.0, 1.0),
    "issue": (0.0, 100.0),
    "power": (0.01, 0.5),
    "position": (0.0, 100.0),
    "salience": (0.0, 1.0),
    "weight": (0.0, 1.0),
    "gap": (0.0, 100.0),
}
BETWEEN = ("affinity", "tension", "commitment", "ties")


def numbers(low: float, high: float) -> SearchStrategy[float]:
    """Plain numbers, to three places."""
    return st.integers(round(low * 1000), round(high * 1000)).map(lambda n: n / 1000)


@st.composite
def quantities(draw: DrawFn, low: float, high: float, beta: bool = False) -> Any:
    """Draw a number; sometimes one with a spread that stays within the two ends.

    ``beta`` where the ends are also those of the parameter's range: the shapes
    that reach over the whole range, normal and beta, are drawn only there.
    """
    value = draw(numbers(low, high))
    if draw(st.integers(0, 7)) != 7:
        return value
    shapes = ["uniform", "triangular", "pert", "cases"] + (["beta", "normal"] if beta else [])
    shape = draw(st.sampled_from(shapes))
    content: Any
    if shape == "normal":
        content = draw(numbers(0, (high - low) / 4))
    elif shape == "beta":
        content = [draw(numbers(0.5, 5)), draw(numbers(0.5, 5))]
    elif shape == "cases":
        content = draw(st.lists(numbers(low, high), min_size=1, max_size=3))
    elif shape == "uniform":
        content = sorted(draw(st.tuples(numbers(low, high), numbers(low, high))))
    else:
        content = [draw(numbers(low, value)), draw(numbers(value, high))]
    return {"value": value, "spread": {shape: content}}


def share() -> SearchStrategy[Any]:
    """Quantities from 0 to 1."""
    return quantities(0, 1, beta=True)


@st.composite
def _some(draw: DrawFn, fields: dict[str, SearchStrategy[Any]]) -> Document:
    """Draw a mapping with some of the fields."""
    return {name: draw(field) for name, field in fields.items() if draw(st.booleans())}


@st.composite
def _phrase(draw: DrawFn, kind: str, who: Sequence[str], issues: Sequence[str]) -> str:
    """Draw a phrase of a kind, between names or roles."""
    if kind in BETWEEN:
        first, second = draw(st.permutations(who).map(lambda names: names[:2]))
        if kind in SYMMETRIC:
            # One order only: the same quantity twice in a mapping is a fault.
            first, second = sorted((first, second))
        return f"{kind} of {first} {'and' if kind in SYMMETRIC else 'to'} {second}"
    if kind == "issue":
        return f"issue {draw(st.sampled_from(issues))}"
    if kind == "gap":
        return f"gap on {draw(st.sampled_from(issues))}"
    return f"{kind} of {draw(st.sampled_from(who))}"


@st.composite
def _limits(draw: DrawFn, low: float, high: float) -> Document:
    """Draw a condition that holds for a good part of the range."""
    middle = (low + high) / 2
    sides = draw(st.sampled_from(("least", "most", "both")))
    found = {}
    if sides != "most":
        found["at_least"] = draw(quantities(low, middle))
    if sides != "least":
        found["at_most"] = draw(quantities(middle, high))
    return found


@st.composite
def _conditions(
    draw: DrawFn, kinds: Sequence[str], who: Sequence[str], issues: Sequence[str], least: int = 0
) -> Document:
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=least, max_size=2))
    return {draw(_phrase(kind, who, issues)): draw(_limits(*RANGES[kind])) for kind in chosen}


def _state_kinds(issues: Sequence[str]) -> list[str]:
    return [*BETWEEN, "support", "power", *(["issue"] if issues else [])]


@st.composite
def _calendar(draw: DrawFn) -> Document:
    start = draw(st.dates(datetime.date(2000, 1, 1), datetime.date(2020, 12, 31)))
    length = draw(st.sampled_from(("month", "quarter", "half-year", "year")))
    return {"start": start.isoformat(), "round": length, "rounds": draw(st.integers(1, 6))}


@st.composite
def _actor(draw: DrawFn, name: str) -> Document:
    weights = draw(_some({component: share() for component in COMPONENTS}))
    raw = [weights.get(component, 0.2) for component in COMPONENTS]
    if all((w["value"] if isinstance(w, dict) else w) == 0 for w in raw):
        weights["security"] = 0.5
    optional = {
        "power_growth": quantities(-0.01, 0.01),
        "support": share(),
        "patience": quantities(0, 0.95),
        "audience_cost": quantities(0, 2),
        "attention": st.integers(1, 2),
        "weights": st.just(weights),
    }
    actor = {"name": name.title(), "power": draw(quantities(0.01, 0.5)), **draw(_some(optional))}
    if draw(st.integers(0, 9)) == 9:
        actor["lens"] = draw(st.sampled_from(("realist", "liberal", "constructivist")))
    return actor


@st.composite
def _relations(draw: DrawFn, actors: Sequence[str]) -> Document:
    found = {}
    for a, b in itertools.combinations(actors, 2):
        first, second = draw(st.permutations((a, b)))
        mutual = draw(_some({"affinity": quantities(-1, 1, beta=True), "tension": share()}))
        if mutual:
            found[f"{first} and {second}"] = mutual
        for x, y in ((a, b), (b, a)):
            if directed := draw(_some({"commitment": share(), "ties": share()})):
                found[f"{x} to {y}"] = directed
    return found


@st.composite
def _issue(draw: DrawFn, name: str, actors: Sequence[str]) -> Document:
    stance = st.fixed_dictionaries({"position": quantities(0, 100, beta=True), "salience": share()})
    optional = {"reversion": quantities(0, 0.5), "volatility": quantities(0, 10)}
    return {
        "name": name.title(),
        "low": "none of it",
        "high": "all of it",
        "outcome": draw(quantities(0, 100, beta=True)),
        "stances": {actor: draw(stance) for actor in actors if draw(st.integers(0, 3))},
        **draw(_some(optional)),
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
def _lever(
    draw: DrawFn, name: str, levers: Sequence[str], actors: Sequence[str], issues: Sequence[str]
) -> Document:
    kinds = [kind for kind in SIZES if kind != "issue" or issues]
    who = ("actor", "target", "others", *actors)
    effects = {}
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=5)):
        size = SIZES[kind]
        effects[draw(_phrase(kind, who, issues))] = draw(quantities(-size, size))
    requires = draw(
        _conditions(
            _state_kinds(issues) + (["gap"] if issues else []),
            ("actor", "target", *actors),
            issues,
        )
    )
    if draw(st.integers(0, 3)) == 3:
        other = draw(st.sampled_from(levers))
        side = draw(st.sampled_from(("at_least", "at_most")))
        requires[f"rounds since {other}"] = {side: draw(st.integers(1, 4))}
    optional = {
        "consent": _table(actors, 0.05, 0.95),
        "cost": quantities(0, 0.05),
        "requires": st.just(requires),
        "once": st.booleans(),
    }
    return {
        "name": f"{name} them",
        "usual": draw(_table(actors, 0.01, MOST_USUAL / len(levers))),
        "effects": effects,
        "cameo": draw(st.sampled_from(CAMEO)),
        "goldstein": draw(st.integers(-10, 10)),
        **draw(_some(optional)),
    }


@st.composite
def _changes(draw: DrawFn, actors: Sequence[str], issues: Document) -> Document:
    kinds = [*_state_kinds(tuple(issues)), "weight"]
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
            text = draw(_phrase(kind, actors, tuple(issues)))
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
def _event(draw: DrawFn, name: str, calendar: Document, world: Document) -> Document:
    actors, issues = tuple(world["actors"]), world["issues"]
    start = datetime.date.fromisoformat(calendar["start"])
    length = {"month": 31, "quarter": 92, "half-year": 184, "year": 366}[calendar["round"]]
    span = length * calendar["rounds"]
    dates = st.integers(0, span - 1).map(lambda days: start + datetime.timedelta(days))
    event: Document = {"name": name.title()}
    sort = draw(st.sampled_from(("dated", "chance", "state")))
    if sort == "dated":
        event["on"] = draw(dates).isoformat()
    else:
        if draw(st.booleans()):
            event["since"] = draw(dates).isoformat()
        if draw(st.booleans()):
            latest = datetime.date.fromisoformat(event.get("since", calendar["start"]))
            event["until"] = max(latest, draw(dates)).isoformat()
        event["repeats"] = draw(st.booleans())
    if sort == "chance" or draw(st.integers(0, 3)) == 3:
        event["chance"] = draw(quantities(0.1, 1))
    if sort == "state" or draw(st.integers(0, 3)) == 3:
        event["when"] = draw(
            _conditions(_state_kinds(tuple(issues)), actors, tuple(issues), least=1)
        )
    event["changes"] = draw(_changes(actors, issues))
    if world["levers"]:
        bans = st.tuples(st.sampled_from(sorted(world["levers"])), st.sampled_from(actors))
        phrases = st.lists(bans.map(lambda ban: f"{ban[0]} by {ban[1]}"), max_size=2, unique=True)
        forbids, permits = draw(phrases), draw(phrases)
        event["forbids"] = forbids
        event["permits"] = [text for text in permits if text not in forbids]
    return event


@st.composite
def _watch(draw: DrawFn, world: Document) -> Document:
    actors, issues = tuple(world["actors"]), tuple(world["issues"])
    sorts = ["when"] + ["lever"] * bool(world["levers"]) + ["event"] * bool(world["events"])
    found: Document = {"name": "What is waited for"}
    sort = draw(st.sampled_from(sorts))
    if sort == "when":
        found["when"] = draw(_conditions(_state_kinds(issues), actors, issues, least=1))
    elif sort == "event":
        found["event"] = draw(st.sampled_from(sorted(world["events"])))
    else:
        found["lever"] = draw(st.sampled_from(sorted(world["levers"])))
        by, toward = draw(st.permutations(actors).map(lambda names: names[:2]))
        found |= draw(_some({"by": st.just(by), "toward": st.just(toward)}))
    return found


@st.composite
def _coefficients(draw: DrawFn) -> Document:
    scales = dict.fromkeys(
        ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict"),
        quantities(0, 2),
    )
    moving = ("affinity", "tension", "commitment", "ties", "support")
    return draw(
        _some(
            {
                "rationality": quantities(0, 1),
                "loss_aversion": quantities(0.5, 3),
                "reciprocity": quantities(0, 0.2),
                "reaction_scale": quantities(0.5, 10),
                "balance": quantities(0, 0.1),
                "concentration": share(),
                "wear": share(),
                "recovery": share(),
                "reversion": _some(dict.fromkeys(moving, quantities(0, 0.5))),
                "noise": _some(dict.fromkeys(moving, quantities(0, 0.1))),
                "effect_scale": _some(scales),
            }
        )
    )


@st.composite
def documents(draw: DrawFn, most_actors: int = 5) -> Document:
    """Draw a whole scenario as a document, its parts in any order."""
    actors = draw(st.permutations(ACTORS))[: draw(st.integers(2, most_actors))]
    issues = draw(st.permutations(ISSUES))[: draw(st.integers(0, len(ISSUES)))]
    levers = draw(st.permutations(LEVERS))[: draw(st.integers(0, len(LEVERS)))]
    events = draw(st.permutations(EVENTS))[: draw(st.integers(0, len(EVENTS)))]
    calendar = draw(_calendar())
    world: Document = {
        "title": "Drawn by chance",
        "calendar": calendar,
        "coefficients": draw(_coefficients()),
        "actors": {name: draw(_actor(name)) for name in actors},
        "relations": draw(_relations(actors)),
        "issues": {name: draw(_issue(name, actors)) for name in issues},
        "levers": {name: draw(_lever(name, levers, actors, issues)) for name in levers},
        "outcomes": {"backing": {"name": "Backing at home", "of": f"support of {actors[0]}"}},
    }
    world["events"] = {name: draw(_event(name, calendar, world)) for name in events}
    world["watch"] = {f"watched_{n}": draw(_watch(world)) for n in range(draw(st.integers(0, 3)))}
    if world["watch"]:
        names = st.sampled_from(sorted(world["watch"]))
        world["stop"] = draw(st.lists(names, max_size=1))
    if draw(st.integers(0, 9)) == 9:
        world["lens"] = draw(st.sampled_from(("realist", "liberal", "two_level")))
    return world


@st.composite
def bases(draw: DrawFn, document: Document) -> Document:
    """Draw a base file that a document could extend: other numbers, fewer levers."""
    base = copy.deepcopy(document)
    for part in ("events", "watch", "stop", "lens"):
        base.pop(part, None)
    for name in list(base["levers"]):
        base["levers"][name].pop("requires", None)
        if not draw(st.integers(0, 3)):
            del base["levers"][name]
    for name in base["actors"]:
        if draw(st.booleans()):
            base["actors"][name] = draw(_actor(name))
    for name in base["issues"]:
        if draw(st.booleans()):
            base["issues"][name] = draw(_issue(name, tuple(base["actors"])))
    if draw(st.booleans()):
        base["relations"] = draw(_relations(tuple(base["actors"])))
    return base


@st.composite
def scenarios(draw: DrawFn, most_actors: int = 5) -> Scenario:
    """Draw a scenario; half of them extend a base file that differs."""
    document = draw(documents(most_actors))
    base = draw(st.none() | bases(document))
    return scenario(document, base)
