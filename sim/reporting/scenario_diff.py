"""What differs between the two arms of an experiment, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.claims.checks import Arms
from sim.claims.proposition import Claim
from sim.reporting.arrangement_text import arrangement_text
from sim.reporting.sources import path_in_words, steps_in_words
from sim.scenario.beliefs import Belief
from sim.scenario.field_types import Quantity
from sim.scenario.lookup import instances, place_of, theories_of
from sim.scenario.phrases import move, parse
from sim.scenario.pruning import one_of
from sim.scenario.scenario import Parameter
from sim.scenario.schema import Description, Event, Order
from sim.statistics.measures import formula_text
from sim.text import MINUS, count, day, listing, sentence
from sim.theories.registry import QUANTAL

_PARTS = ("levers", "arrangements", "events", "actors", "issues", "beliefs", "interests", "lenses")
"""Parts that may be added or taken away as a whole."""
_OF_EVENTS = (
    *("on", "since", "until", "repeats", "government"),
    *("forbids", "permits", "begins", "ends"),
)
"""What of an event is no number."""


def differences(change: Arms) -> tuple[str, ...]:
    """List what the changed arm has otherwise than the reference, one line each."""
    reference, changed = change.reference, change.changed
    before, after = reference.description, changed.description
    whole = _whole(before, after)
    lines = list(_added(before, after))
    for path in dict.fromkeys((*reference.parameters, *changed.parameters)):
        old, new = reference.parameters.get(path), changed.parameters.get(path)
        if path.split(".")[0] == "watch" or ".".join(path.split(".")[:2]) in whole:
            continue
        if old is None or new is None or not old.same_number(new):
            words = path_in_words(path, after if new else before)
            lines.append(f"{words}: {' → '.join(_apart(old, new))}")
    lines += _rules(before, after)
    for title, orders, others in (
        ("With the change", change.changed_orders, change.reference_orders),
        ("Without the change", change.reference_orders, change.changed_orders),
    ):
        lines += [f"{title}, {_ordered(one, after)}" for one in orders if one not in others]
    return tuple(lines)


def shared(claim: Claim, over: Arms) -> tuple[str, ...]:
    """List what is laid over both arms of a claim by its moderator or null check, in lines."""
    pairs = (
        (claim.reference, over.reference, claim.reference_orders, over.reference_orders),
        (claim.changed, over.changed, claim.changed_orders, over.changed_orders),
    )
    lines = (line for pair in pairs for line in differences(Arms(*pair)))
    return tuple(dict.fromkeys(line.replace("With the change, ", "") for line in lines))


def _whole(before: Description, after: Description) -> set[str]:
    """Parts that stand in one arm only: told as a whole."""
    return {
        f"{part}.{name}"
        for part in _PARTS
        for name in getattr(before, part).keys() ^ getattr(after, part).keys()
    }


def _added(before: Description, after: Description) -> Iterator[str]:
    for part in _PARTS:
        mine, theirs = getattr(before, part), getattr(after, part)
        word = sentence(one_of(part))
        for name, item in theirs.items():
            if name not in mine:
                yield f"{word} added: “{item.name}”{_event(item, after)}{_doubt(item, after)}"
        for name, item in mine.items():
            if name not in theirs:
                yield f"{word} taken away: “{item.name}”"


def _doubt(item: object, description: Description) -> str:
    """Who believes what."""
    if not isinstance(item, Belief):
        return ""
    holder = description.actors[item.by].name
    mean, spread = _number(item.mean), _number(item.spread)
    return f", which {holder} does not know: it believes {mean}, give or take {spread}"


def _event(item: object, description: Description) -> str:
    """When an event happens and what it does."""
    if not isinstance(item, Event):
        return ""
    said = []
    for phrase, change in item.changes.items():
        what = steps_in_words(f"events._.changes.{phrase}", 3, description)
        if change.by is not None:
            amount = _number(change.by)
            amount = f"by {'+' if change.by.value > 0 else ''}{amount}"
        else:
            amount = f"to {_shown_quantity(change.to)}"
        said.append(f"{what} {amount}{' for good' if change.lasting else ''}")
    for verb, texts in (("no longer open", item.forbids), ("open again", item.permits)):
        said += [
            f"“{description.levers[found[0]].name}” {verb} to {description.actors[found[1]].name}"
            for text in texts
            if (found := move(text))
        ]
    for verb, texts in (("puts in force", item.begins), ("ends", item.ends)):
        said += [f"{verb} {_arranged(text, description)}" for text in texts]
    if item.government:
        said.append(f"brings a new government in {description.actors[item.government].name}")
    return f"{_when(item)}: {'; '.join(said)}" if said else _when(item)


def _arranged(text: str, description: Description) -> str:
    """An arrangement that an event is about: ``the peace of North and South``."""
    phrase, found = parse(f"in force {text}"), instances(description)
    assert phrase is not None  # checked when the scenario was built
    number = place_of(phrase, found)
    return arrangement_text(found[number], description) if number >= 0 else text


def _when(event: Event) -> str:
    if event.on:
        return f", {day(event.on)}"
    return f",{_span(event)}" if _span(event) else ""


def _both(before: Description, after: Description, part: str) -> Iterator[tuple[str, Any, Any]]:
    """What stands in a part of both arms: its name, and how it is in each."""
    mine, theirs = getattr(before, part), getattr(after, part)
    return ((name, mine[name], theirs[name]) for name in theirs if name in mine)


def _rules(before: Description, after: Description) -> Iterator[str]:
    """What is no number: events' dates and prohibitions, levers used once, lenses."""
    for _, old, new in _both(before, after, "events"):
        if any(getattr(old, key) != getattr(new, key) for key in _OF_EVENTS):
            yield f"Event changed: “{new.name}”{_event(new, after)}"
    for _, old, new in _both(before, after, "beliefs"):
        if (old.by, old.of) != (new.by, new.of):
            yield f"Belief changed: “{new.name}”{_doubt(new, after)}"
    for name, old, new in _both(before, after, "levers"):
        said = f"Lever changed: “{new.name}”"
        if old.once != new.once:
            yield f"{said} can be used {'only once' if new.once else 'more than once'}"
        for key in ("begins", "ends", "suspends", "resumes"):
            if getattr(old, key) != getattr(new, key):
                names = [after.arrangements[one].name for one in getattr(new, key)]
                verb = "puts in force" if key == "begins" else key
                yield f"{said} {verb} {listing(names) or 'nothing'}"
        if old.delivers != new.delivers:
            yield f"{said} {_promise(after, name)}"
    for _, old, new in _both(before, after, "arrangements"):
        said = f"Arrangement changed: “{new.name}”"
        if old.term != new.term:
            term = f"runs out after {count(new.term, 'round')}" if new.term else "has no term"
            yield f"{said} {term}"
        if old.in_force != new.in_force:
            where = f"at the start: {listing(new.in_force)}"
            yield f"{said} is in force {where if new.in_force else 'nowhere at the start'}"
        if (old.parties, old.one_sided) != (new.parties, new.one_sided):
            yield f"{said} is held by others"
    for _, old, new in _both(before, after, "interests"):
        if (old.of, old.wants) != (new.of, new.wants):
            made = formula_text(new.of, after)
            yield f"Interest changed: “{new.name}” is {new.wants} of the {made}"
    was, now = theories_of(before), theories_of(after)
    for name, actor in after.actors.items():
        if name in before.actors and was.get(name) != now.get(name):
            yield f"{sentence(actor.name)} decides by the theory “{now.get(name, QUANTAL)}”"
    if before.lens != after.lens:
        yield f"All actors are seen through the lens “{after.lens or 'none'}”"
    for _, old, new in _both(before, after, "actors"):
        if old.lens != new.lens:
            yield f"{sentence(new.name)} is seen through the lens “{new.lens or 'none'}”"


def _promise(described: Description, name: str) -> str:
    """What a lever promises."""
    delivers = described.levers[name].delivers
    if delivers is None:
        return "promises nothing"
    kept = described.levers[delivers.lever].name
    return f"promises “{kept}” within {count(delivers.within, 'round')}"


def _ordered(order: Order, description: Description) -> str:
    by, toward = (description.actors[name].name for name in (order.by, order.toward))
    what = f"“{description.levers[order.lever].name}” toward {toward}"
    when = f"in the round of {day(order.on)}" if order.on else f"in every round{_span(order)}"
    if order.never:
        return f"{by} never makes the move {what} {when}"
    return f"{by} is made to {what} {when}, wherever that is open"


def _span(item: Event | Order) -> str:
    since = f" from {day(item.since)}" if item.since else ""
    until = f" until {day(item.until)}" if item.until else ""
    return f"{since}{until}"


def _apart(old: Parameter | None, new: Parameter | None) -> tuple[str, str]:
    """Both as they are shown; in full where they would read alike, but are not."""
    first, second = _shown(old), _shown(new)
    if first == second and old and new and old.value != new.value:
        first, second = (repr(one.value).replace("-", MINUS) for one in (old, new))
    return first, second


def _shown(parameter: Parameter | None) -> str:
    return _shown_quantity(parameter.quantity) if parameter else "not there"


def _shown_quantity(quantity: Quantity | None) -> str:
    if quantity is None:
        return "not there"
    spread = " (uncertain)" if quantity.spread else ""
    return f"{_number(quantity)}{spread}"


def _number(quantity: Quantity) -> str:
    return f"{quantity.value:.6g}".replace("-", MINUS)
