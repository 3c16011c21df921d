"""Why an actor chose as it did, in words that a student follows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from scipy.special import logit

from sim.model.parts import told_parts
from sim.model.reasons import Broken, Decided, Option
from sim.reporting.html import Prose
from sim.reporting.mechanism_text import because, is_friendly
from sim.scenario.lookup import instances
from sim.scenario.phrases import IN_FORCE_KINDS, SYMMETRIC, Phrase
from sim.scenario.schema import Description, Outcome
from sim.statistics.measures import measure, quantity_text
from sim.statistics.mechanism import Reason
from sim.studies.explanation.result import Explained
from sim.text import count, enough, listing, number, percent, sentence

_SAID = Prose("sim.studies.explanation/sentences.j2")
_TEMPTED = 2
"""Most other choices that are named."""
_LEAST = 0.005
"""Least change of a part that is told: it shows as 0.01 in value."""
_OWN = 0.25
"""Share of a change of log-odds that must be the option's own, and not come of the others."""
_ALSO = 0.5
"""Share of the largest part from which a second one is named."""


def explanation_lead(work: Explained) -> str:
    """The decision that was least to be expected, and why; of all that are shown, moves first."""
    moved = [one for one in work.decisions if one.chosen]
    least = min(moved or work.decisions, key=lambda one: one.chance)
    told = paragraph(least, work.scenario.description)
    return _SAID.lead(work, told, len(moved))


def paragraph(one: Decided, described: Description) -> str:
    """Tell one actor's decision toward one other."""
    chosen = one.chosen
    why = why_proposed(chosen, described) if chosen else _why_passed(one)
    why_agreed = why_answered(chosen, described) if chosen and chosen.asked else ""
    others = [option for option in one.options if option is not chosen and option.open]
    said = [
        f"“{described.levers[option.lever].name}” ({percent(option.chance)}, usually "
        f"{percent(option.usual)})"
        for option in sorted(others, key=lambda option: -option.chance)[:_TEMPTED]
    ]
    if chosen:
        said.append(f"letting the round pass ({percent(one.idle)})")
    return _SAID.paragraph(one, described, why, why_agreed, said)


def _why_passed(one: Decided) -> str:
    """What makes doing nothing likelier or rarer than in ordinary times."""
    if one.idle < one.usual:
        return ", since more speaks for its choices"
    shut = any(not option.open for option in one.options)
    return f", since less speaks for its choices{', or fewer of them are open' if shut else ''}"


def why_proposed(option: Option, described: Description) -> str:
    """What makes an option likelier or rarer than in ordinary times."""
    rises = option.chance > option.usual
    own = (option.odds > 0) == rises and abs(option.odds) >= _OWN * abs(_logit(option))
    if own and (said := _because(option, described, answering=False)):
        return said
    if rises:
        return ", since less speaks for its other choices, or fewer of them are open"
    return ", since more speaks for its other choices"


def why_answered(option: Option, described: Description) -> str:
    """What makes consent likelier or rarer than in ordinary times."""
    return _because(option, described, answering=True)


def _logit(option: Option) -> float:
    """How far its log-odds against all other choices are from the usual ones."""
    here, usual = (np.clip(chance, 1e-9, 1 - 1e-9) for chance in (option.chance, option.usual))
    return float(logit(here) - logit(usual))


def _because(option: Option, described: Description, *, answering: bool) -> str:
    side = int(answering)
    ends = option.usual, option.chance
    beside = {"sentiment": option.sentiment, "heat": option.heat, "review": option.review}
    if answering:
        ends = option.usual_consent, option.consent
        beside = {"sentiment": option.sentiment, "trust": option.trust}
    change = option.parts[side] - option.before[side]
    rises = ends[1] > ends[0]
    parts = list(zip(told_parts(described), change.tolist(), strict=True))
    toward, against = _largest(parts, rises), _largest(parts, not rises)
    most = abs(toward[0][1]) if toward else 0.0
    reason = Reason(
        "",
        *ends,
        pulls=tuple(one for one in toward[:2] if abs(one[1]) >= _ALSO * most),
        against=next((one for one in against[:1] if abs(one[1]) >= _ALSO * most), None),
        odds=option.felt[side] + sum(beside.values()),
        **beside,
    )
    return because(reason, friendly=is_friendly(described.levers[option.lever]))


def _largest(change: list[tuple[str, float]], rises: bool) -> list[tuple[str, float]]:
    """The parts that changed to one side, the largest change first."""
    sided = [one for one in change if (one[1] > 0) == rises and abs(one[1]) >= _LEAST]
    return sorted(sided, key=lambda one: -abs(one[1]))


def draws(one: Decided, described: Description) -> str:
    """The draws of chance that decided."""
    low, high = 0.0, one.idle
    for option in one.options if one.chosen else ():
        low, high = high, high + option.chance
        if option is one.chosen:
            break
    answer = one.answer, one.chosen.consent if one.chosen else math.nan
    stretch, consent = (
        [number(value, enough(values, 3)) for value in values]
        for values in ((one.draw, low, high), answer)
    )
    name = described.levers[one.chosen.lever].name if one.chosen else ""
    return _SAID.draws(one, name, stretch, consent)


def closed(option: Option, described: Description) -> str:
    """Why an option is not open; empty where it is."""
    if option.open:
        return ""
    if option.spent:
        return "can be used once, and was"
    told = [_requirement(one, described) for one in option.broken if not one.choice]
    ways = [_requirement(one, described) for one in option.broken if one.choice == "any_of"]
    told += [f"needs one of these: {', or '.join(way[6:] for way in ways)}"] if ways else []
    held = [_holding(one, described) for one in option.broken if one.choice == "none_of"]
    told += [f"may not be while {listing(held)}"] if held else []
    if not option.held:
        told.append("there is nothing between the two that it could end, suspend or resume")
    return "; ".join(told) or "forbidden since an event"


def _holding(one: Broken, described: Description) -> str:
    """A condition that holds, and must not: ``the tension of North and South is 0.60``."""
    words = quantity_text(one.phrase, described)
    if one.phrase.kind in IN_FORCE_KINDS:
        return f"{words.replace('in force: ', '')} is {'' if one.value else 'not '}in force"
    item = measure("", Outcome(name="-", of=str(one.phrase)), described)
    what = f"“{words}”" if one.phrase.kind == "issue" else f"the {words}"
    return f"{what} is {number(one.value, enough((one.value,), 0 if item.whole else item.digits))}"


def _requirement(one: Broken, described: Description) -> str:
    if one.phrase.kind in IN_FORCE_KINDS:
        needed = "to be" if one.value < one.at_least else "not to be"
        what = quantity_text(one.phrase, described).replace("in force: ", "")
        return f"needs {what} {needed} in force"
    item = measure("", Outcome(name="-", of=str(one.phrase)), described)
    words = quantity_text(one.phrase, described)
    low = one.value < one.at_least
    limit = one.at_least if low else one.at_most
    side = "at least" if low else "at most"
    what = f"“{words}”" if one.phrase.kind == "issue" else f"the {words}"
    digits = enough((limit, one.value), 0 if item.whole else item.digits)
    return f"needs {what} to be {side} {number(limit, digits)}; it is {number(one.value, digits)}"


def seen_by(
    actor: str, state: Mapping[Phrase, float], described: Description
) -> Iterator[tuple[str, str]]:
    """What an actor looks at: how it stands to each other, its support, the issues it cares for."""
    for other, card in described.actors.items():
        if other == actor:
            continue
        pair = min(actor, other), max(actor, other)
        quantities = (
            ("affinity", Phrase("affinity", pair)),
            ("tension", Phrase("tension", pair)),
            ("own ties", Phrase("ties", (actor, other))),
            ("own pledge", Phrase("commitment", (actor, other))),
            ("their pledge", Phrase("commitment", (other, actor))),
        )
        found = [
            f"{words} {number(state[phrase], 2)}"
            for words, phrase in quantities
            if state[phrase] or phrase.kind in SYMMETRIC
        ]
        if (trust := Phrase("trust", (actor, other))) in state:
            found.append(f"own trust {number(state[trust], 2)}")
        found += [
            f"in force: {described.arrangements[one.name].name}"
            for one in instances(described)
            if state.get(one.phrase) and {actor, other} <= {*one.parties}
        ]
        if (office := Phrase("office", (other,))) in state:
            found.append(f"government in office for {count(round(state[office]), 'round')}")
        yield sentence(card.name), ", ".join(found)
    if (office := Phrase("office", (actor,))) in state:
        yield "Own government", f"in office for {count(round(state[office]), 'round')}"
    yield "Support at home", number(state[Phrase("support", (actor,))], 2)
    for key, issue in described.issues.items():
        salience = state[Phrase("salience", (actor, key))]
        if salience > 0:
            stands, wants = state[Phrase("issue", (key,))], state[Phrase("position", (actor, key))]
            yield (
                sentence(issue.name),
                f"stands at {number(stands, 0)}, wants {number(wants, 0)} "
                f"(0: {issue.low}; 100: {issue.high}); salience {number(salience, 2)}",
            )
