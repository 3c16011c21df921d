"""The cards of a page: for each part of a scenario its fields, grouped as people think of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from sim.lab.build import phrase_lists, told
from sim.lab.build.card import Adding, Card, Group, Pin, Row
from sim.lab.build.fields import field_of, fields_of, reason_of, weights_of
from sim.lab.build.pairs import frequencies_of, grid_of, one_reason, relations
from sim.lab.build.proposed import PLACEHOLDER
from sim.lab.build.sheet import Sheet
from sim.lab.build.values import ANY, Path, joined, parts, shown
from sim.scenario.conditions import CHOICES
from sim.scenario.field_types import is_number
from sim.scenario.lenses import LENSES
from sim.text import listing


def cards(sheet: Sheet, section: str) -> list[Card]:
    """The cards of a section of the builder."""
    return _CARDS[section](sheet)


def _each(sheet: Sheet, section: str, groups: Callable[[Sheet, Path], list[Group]]) -> list[Card]:
    found = []
    for id, part in sheet.table(section).items():
        if isinstance(part, dict):
            own = not sheet.extends or sheet.own.get((section, id)) is not None
            path = (section, id)
            found.append(Card(path, sheet.name(section, id), partial(groups, sheet, path), own=own))
    return found


def _about(sheet: Sheet) -> list[Card]:
    general = [
        *fields_of(sheet, (), "title", "summary"),
        *fields_of(sheet, ("calendar",), "start", "round", "rounds"),
    ]
    rare = [
        *fields_of(sheet, (), "runs", "seed"),
        field_of(sheet, ("lens",), options=_lenses(sheet)),
        field_of(sheet, ("sources",), help="a file of facts and data that lies beside this one"),
    ]
    note = (
        "How often something is done is written per round: once a round has another length, "
        "look at the levers again."
    )
    groups = [
        Group("", general, note=note),
        Group("Runs, and how all actors see the world", rare, folded=True),
    ]
    return [Card(("about",), "About the scenario", lambda: groups, removable=False)]


def _lenses(sheet: Sheet) -> list[tuple[str, str]]:
    """The lenses that the scenario may name, each with its title: those shipped, then its own."""
    shipped = [(id, lens.title) for id, lens in LENSES.items()]
    return shipped + [(id, sheet.name("lenses", id)) for id in sheet.table("lenses")]


def _actor(sheet: Sheet, path: Path) -> list[Group]:
    brief = (*path, "brief")
    is_text = isinstance(sheet.get(brief), str)
    told = (
        [field_of(sheet, brief)] if is_text else fields_of(sheet, brief, "role", "knows", "secret")
    )
    return [
        Group("", [*fields_of(sheet, path, "name", "power", "support"), *reason_of(sheet, path)]),
        Group(
            "What it cares for",
            [
                *weights_of(sheet, (*path, "weights")),
                field_of(sheet, (*path, "lens"), options=_lenses(sheet)),
            ],
            note="From 0 to 1 each; only their shares count. A lens stands instead of weights.",
        ),
        Group(
            "How it decides",
            fields_of(
                sheet,
                path,
                "patience",
                "audience_cost",
                "attention",
                "power_growth",
                "support_trend",
            ),
            folded=True,
        ),
        Group(
            "Its government, if it may change hands",
            fields_of(
                sheet,
                (*path, "government"),
                "name",
                "in_office",
                "elections",
                "every",
                "loses",
                "limit",
                "hazard",
            ),
            folded=True,
        ),
        Group("What a person in this seat is told", told, folded=True),
    ]


def _issue_cards(sheet: Sheet) -> list[Card]:
    found = []
    for card in _each(sheet, "issues", _issue):
        ends = shown(sheet, joined((*card.path, "low"))), shown(sheet, joined((*card.path, "high")))
        marker = _place(sheet, (*card.path, "outcome"))
        pins = list(_pins(sheet, card.path))
        found.append(Card(card.path, card.title, card.make, pins, marker, ends, own=card.own))
    return found


def _pins(sheet: Sheet, path: Path) -> Iterable[Pin]:
    stances = sheet.get((*path, "stances"))
    taken: list[float] = []
    for id in stances if isinstance(stances, dict) else ():
        place = _place(sheet, (*path, "stances", id, "position"))
        if place is not None:
            name = joined((*path, "stances", id, "position"), "value")
            line = sum(1 for other in taken if abs(other - place) < 18) % 4
            taken.append(place)
            yield Pin(id, sheet.name("actors", id), place, name, line)


def _place(sheet: Sheet, path: Path) -> float | None:
    """Where something stands on a line from 0 to 100."""
    value = parts(sheet.get(path)).get("value")
    if value is None or not is_number(value) or not 0 <= value <= 100:
        return None
    return float(value)


def _issue(sheet: Sheet, path: Path) -> list[Group]:
    rows = [
        Row(
            sheet.name("actors", id),
            (*path, "stances", id),
            [*fields_of(sheet, (*path, "stances", id), "position", "salience"),
             *one_reason(sheet, (*path, "stances", id))],
            removable=sheet.get((*path, "stances", id)) is not None,
        )
        for id in sheet.table("actors")
    ]  # fmt: skip
    return [
        Group("", [*fields_of(sheet, path, "name", "low", "high", "outcome")]),
        Group("Who wants what", rows=rows, note="An actor without a position does not care."),
        Group(
            "How it moves by itself",
            [*fields_of(sheet, path, "trend", "reversion", "volatility"), *reason_of(sheet, path)],
            folded=True,
        ),
    ]


def _amounts(sheet: Sheet, path: Path, options: list[tuple[str, str]]) -> list[Row]:
    held = sheet.get(path)
    return [
        Row(
            phrase_lists.in_words(phrase, options),
            (*path, phrase),
            [field_of(sheet, (*path, phrase), "by")],
        )
        for phrase in (held if isinstance(held, dict) else ())
    ]


def _choices_note(sheet: Sheet, path: Path) -> str:
    """What is said of choices among conditions, which have no fields."""
    held = sheet.get(path)
    named = [key for key in CHOICES if isinstance(held, dict) and key in held]
    return f"Also {listing(named)}: see the page 'As text'." if named else ""


def _limits(sheet: Sheet, path: Path, options: list[tuple[str, str]]) -> list[Row]:
    held = sheet.get(path)
    return [
        Row(
            phrase_lists.in_words(phrase, options),
            (*path, phrase),
            fields_of(sheet, (*path, phrase), "at_least", "at_most"),
        )
        for phrase, limits in (held.items() if isinstance(held, dict) else ())
        if isinstance(limits, dict)
    ]


def _lever(sheet: Sheet, path: Path) -> list[Group]:
    may_change, may_need = phrase_lists.effects(sheet), phrase_lists.requirements(sheet)
    return [
        Group("", [*fields_of(sheet, path, "name", "says"), *reason_of(sheet, path)]),
        Group(
            "How often, by whom toward whom, in ordinary times",
            grid=grid_of(sheet, (*path, "usual"), "how often"),
            rows=frequencies_of(sheet, (*path, "usual")),
        ),
        Group(
            "Whether the other is asked, and agrees",
            grid=grid_of(sheet, (*path, "consent"), "agrees")
            if sheet.get((*path, "consent"))
            else None,
            rows=frequencies_of(sheet, (*path, "consent")),
            fields=fields_of(sheet, path, "offers"),
            adding=Adding(
                (*path, "consent"), "Ask the other", [(ANY, "whoever it is, half of the time")]
            )
            if not sheet.get((*path, "consent"))
            else None,
            folded=True,
        ),
        Group(
            "What it changes",
            rows=_amounts(sheet, (*path, "effects"), may_change),
            adding=Adding((*path, "effects"), "Add an effect", may_change),
        ),
        Group(
            "When it is open, what it costs, how it is coded",
            fields_of(sheet, path, "cost", "once", "cameo", "goldstein"),
            rows=_limits(sheet, (*path, "requires"), may_need),
            note=_choices_note(sheet, (*path, "requires")),
            adding=Adding((*path, "requires"), "Add a condition", may_need),
            folded=True,
        ),
        _lasting(sheet, path),
    ]


def _lasting(sheet: Sheet, path: Path) -> Group:
    """What a lever does to arrangements, and what it promises."""
    names = listing([f"'{id}'" for id in sheet.table("arrangements")])
    return Group(
        "What it begins, ends or promises",
        [
            *fields_of(sheet, path, "begins", "ends", "suspends", "resumes"),
            field_of(sheet, (*path, "delivers", "lever"), options=_ids(sheet, "levers")),
            *fields_of(sheet, (*path, "delivers"), "within", "by"),
        ],
        folded=True,
        note=f"Short names of arrangements, with commas: {names}."
        if names
        else "There are no arrangements yet: they have a page of their own.",
    )


def _arrangement(sheet: Sheet, path: Path) -> list[Group]:
    may_change = phrase_lists.effects(sheet)
    return [
        Group("", [*fields_of(sheet, path, "name", "one_sided"), *reason_of(sheet, path)]),
        Group(
            "Between whom, and how long",
            fields_of(sheet, path, "parties", "in_force", "term", "solemnity"),
            note="Short names of actors, with commas; in force: 'A and B', one-sided 'A to B'.",
        ),
        Group(
            "What it changes in each round",
            rows=_amounts(sheet, (*path, "effects"), may_change),
            adding=Adding((*path, "effects"), "Add an effect", may_change),
        ),
    ]


def _event(sheet: Sheet, path: Path) -> list[Group]:
    may_change, may_need = phrase_lists.changes(sheet), phrase_lists.conditions(sheet)
    held = sheet.get((*path, "changes"))
    rows = [
        Row(
            phrase_lists.in_words(phrase, may_change),
            (*path, "changes", phrase),
            [*fields_of(sheet, (*path, "changes", phrase), "by", "to", "lasting"),
             *one_reason(sheet, (*path, "changes", phrase))],
        )
        for phrase in (held if isinstance(held, dict) else ())
    ]  # fmt: skip
    return [
        Group("", [*fields_of(sheet, path, "name", "chance", "repeats"), *reason_of(sheet, path)]),
        Group("When", fields_of(sheet, path, "on", "since", "until")),
        Group(
            "What it waits for",
            rows=_limits(sheet, (*path, "when"), may_need),
            note=_choices_note(sheet, (*path, "when")),
            adding=Adding((*path, "when"), "Add a condition", may_need),
            folded=True,
        ),
        Group(
            "What it changes",
            rows=rows,
            adding=Adding((*path, "changes"), "Add a change", may_change),
        ),
        Group(
            "Levers that it closes or opens",
            fields_of(sheet, path, "forbids", "permits"),
            note="Written as 'LEVER by ACTOR', with their short names.",
            folded=True,
        ),
    ]


def _ids(sheet: Sheet, section: str) -> list[tuple[str, str]]:
    return [(id, sheet.name(section, id)) for id in sheet.table(section)]


def _outcome(sheet: Sheet, path: Path) -> list[Group]:
    actors = _ids(sheet, "actors")
    shows = field_of(sheet, (*path, "of"), "shows", phrase_lists.conditions(sheet))
    formula = isinstance(sheet.get((*path, "of")), dict)
    return [
        Group(
            "",
            [field_of(sheet, (*path, "name")), *([] if formula else [shows])],
            note="It shows a formula, which can be changed on the page 'As text'."
            if formula
            else "",
        ),
        Group(
            "Or it counts acts",
            [
                field_of(sheet, (*path, "acts"), help="short names of levers, with commas"),
                field_of(sheet, (*path, "by"), options=actors),
                field_of(sheet, (*path, "toward"), options=actors),
            ],
            folded=True,
        ),
    ]


def _watched(sheet: Sheet, path: Path) -> list[Group]:
    actors, may_need = _ids(sheet, "actors"), phrase_lists.conditions(sheet)
    return [
        Group("", [field_of(sheet, (*path, "name"))]),
        Group(
            "It holds that",
            rows=_limits(sheet, (*path, "when"), may_need),
            note=_choices_note(sheet, (*path, "when")),
            adding=Adding((*path, "when"), "Add a condition", may_need),
        ),
        Group(
            "Or it is done, or happens",
            [
                field_of(sheet, (*path, "lever"), options=_ids(sheet, "levers")),
                field_of(sheet, (*path, "by"), options=actors),
                field_of(sheet, (*path, "toward"), options=actors),
                field_of(sheet, (*path, "event"), options=_ids(sheet, "events")),
            ],
            folded=True,
        ),
    ]


def _knob(sheet: Sheet, path: Path) -> list[Group]:
    return [Group("", fields_of(sheet, path, "title", "low", "high", "step", "words"))]


def _knobs(sheet: Sheet) -> list[Card]:
    return [
        Card(
            ("knobs", path),
            shown(sheet, f"knobs.{path}.title") or told.path_in_words(path, sheet),
            partial(_knob, sheet, ("knobs", path)),
        )
        for path, held in sheet.table("knobs").items()
        if isinstance(held, dict)
    ]


_CARDS: dict[str, Callable[[Sheet], list[Card]]] = {
    "about": _about,
    "actors": lambda sheet: _each(sheet, "actors", _actor),
    "relations": relations,
    "issues": _issue_cards,
    "levers": lambda sheet: _each(sheet, "levers", _lever),
    "arrangements": lambda sheet: _each(sheet, "arrangements", _arrangement),
    "events": lambda sheet: _each(sheet, "events", _event),
    "outcomes": lambda sheet: _each(sheet, "outcomes", _outcome),
    "watch": lambda sheet: _each(sheet, "watch", _watched),
    "knobs": _knobs,
}


def example(path: Path) -> Any:
    """What a new row holds: a small number to be changed."""
    kind = path[-2]
    why = PLACEHOLDER
    if kind == "consent":
        return {"value": 0.5, "why": why}
    if kind in ("requires", "when"):
        middle = 50 if path[-1].startswith(("issue", "position", "gap")) else 0.5
        return {"at_least": {"value": middle, "why": why}}
    points = path[-1].startswith(("issue", "position"))
    amount = {"value": 3 if points else 0.02, "why": why}
    return {"by": amount} if kind == "changes" else amount
