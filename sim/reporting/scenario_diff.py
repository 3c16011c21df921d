"""What differs between the two arms of an experiment, in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import numpy as np

from sim.claims.checks import Arms
from sim.claims.proposition import Claim
from sim.reporting.lasting_text import arrangement_text
from sim.reporting.sources import path_in_words, steps_in_words
from sim.scenario.field_types import Quantity
from sim.scenario.lookup import instances, place_of
from sim.scenario.phrases import move, parse
from sim.scenario.scenario import Parameter
from sim.scenario.schema import Description, Event, Order
from sim.text import MINUS, count, listing, month, sentence

PARTS = {
    "levers": "Lever", "arrangements": "Arrangement", "events": "Event", "actors": "Actor",
    "issues": "Issue",
}  # fmt: skip
"""Parts that may be added or taken away as a whole."""
VERBS = {
    "begins": "puts in force", "ends": "ends", "suspends": "suspends", "resumes": "resumes",
}  # fmt: skip
"""What a lever does to arrangements, in words."""


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
    """List what is laid over both arms of a claim, one line each.

    Parameters
    ----------
    claim : Claim
    over : Arms
        Its arms with the moderator, or those of its null check.
    """
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
        for part in PARTS
        for name in getattr(before, part).keys() ^ getattr(after, part).keys()
    }


def _added(before: Description, after: Description) -> Iterator[str]:
    for part, word in PARTS.items():
        mine, theirs = getattr(before, part), getattr(after, part)
        for name in theirs:
            if name not in mine:
                yield f"{word} added: “{theirs[name].name}”{_event(theirs[name], after)}"
        for name in mine:
            if name not in theirs:
                yield f"{word} taken away: “{mine[name].name}”"


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
        return f", {_day(event.on)}"
    since = f" from {_day(event.since)}" if event.since else ""
    until = f" until {_day(event.until)}" if event.until else ""
    return f",{since}{until}" if since or until else ""


def _rules(before: Description, after: Description) -> Iterator[str]:
    """What is no number: events' dates and prohibitions, levers used once, lenses."""
    for name in before.events.keys() & after.events.keys():
        old, new = before.events[name], after.events[name]
        keys = (
            "on", "since", "until", "repeats", "forbids", "permits", "begins", "ends", "government",
        )  # fmt: skip
        if any(getattr(old, key) != getattr(new, key) for key in keys):
            yield f"Event changed: “{new.name}”{_event(new, after)}"
    for name in before.levers.keys() & after.levers.keys():
        if before.levers[name].once != after.levers[name].once:
            often = "only once" if after.levers[name].once else "more than once"
            yield f"Lever changed: “{after.levers[name].name}” can be used {often}"
        for key, verb in VERBS.items():
            mine, theirs = getattr(before.levers[name], key), getattr(after.levers[name], key)
            if mine != theirs:
                names = [after.arrangements[one].name for one in theirs]
                what = f"“{after.levers[name].name}” {verb} {listing(names) or 'nothing'}"
                yield f"Lever changed: {what}"
        if before.levers[name].delivers != after.levers[name].delivers:
            yield f"Lever changed: “{after.levers[name].name}” {_promise(after, name)}"
    for name in before.arrangements.keys() & after.arrangements.keys():
        mine, theirs = before.arrangements[name], after.arrangements[name]
        shown = f"Arrangement changed: “{theirs.name}”"
        if mine.term != theirs.term:
            term = f"runs out after {count(theirs.term, 'round')}" if theirs.term else "has no term"
            yield f"{shown} {term}"
        if mine.in_force != theirs.in_force:
            where = f"at the start: {listing(theirs.in_force)}"
            yield f"{shown} is in force {where if theirs.in_force else 'nowhere at the start'}"
        if (mine.parties, mine.one_sided) != (theirs.parties, theirs.one_sided):
            yield f"{shown} is held by others"
    if before.lens != after.lens:
        yield f"All actors are seen through the lens “{after.lens or 'none'}”"
    for name in before.actors.keys() & after.actors.keys():
        if before.actors[name].lens != after.actors[name].lens:
            lens = after.actors[name].lens or "none"
            yield f"{sentence(after.actors[name].name)} is seen through the lens “{lens}”"


def _promise(described: Description, name: str) -> str:
    """What a lever promises."""
    delivers = described.levers[name].delivers
    if delivers is None:
        return "promises nothing"
    kept = described.levers[delivers.lever].name
    return f"promises “{kept}” within {count(delivers.within, 'round')}"


def _ordered(order: Order, description: Description) -> str:
    names = description.actors
    if order.on:
        when = f"in the round of {_day(order.on)}"
    else:
        since = f" from {_day(order.since)}" if order.since else ""
        until = f" until {_day(order.until)}" if order.until else ""
        when = f"in every round{since}{until}"
    if order.never:
        return (
            f"{names[order.by].name} never makes the move “{description.levers[order.lever].name}” "
            f"toward {names[order.toward].name} {when}"
        )
    return (
        f"{names[order.by].name} is made to “{description.levers[order.lever].name}” toward "
        f"{names[order.toward].name} {when}, wherever that is open"
    )


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


def _day(date: datetime.date) -> str:
    return f"{date.day} {month(np.datetime64(date))}"
