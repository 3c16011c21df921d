"""Why an actor chose as it did, in words that a student follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from scipy.special import logit

from sim.arrays import Floats
from sim.model.reasons import Broken, Decided, Option
from sim.model.utility import PARTS
from sim.reporting.mechanism_text import Grounds, because, stand
from sim.scenario.lookup import instances
from sim.scenario.phrases import IN_FORCE, SYMMETRIC, Phrase
from sim.scenario.schema import Description, Outcome
from sim.statistics.measures import measure, quantity_text
from sim.text import count, enough, listing, number, percent, sentence, signed

TEMPTED = 2
"""Most other choices that are named."""
LIKE = 0.01
"""Least distance of a probability from its usual one that is told: one percentage point."""
LEAST = 0.005
"""Least change of a part that is told: it shows as 0.01 in value."""
OWN = 0.25
"""Share of a change of log-odds that must be the option's own, and not come of the others."""
ALSO = 0.5
"""Share of the largest part from which a second one is named."""


def paragraph(one: Decided, described: Description) -> str:
    """Tell one actor's decision toward one other."""
    actor, target = (described.actors[name].name for name in (one.actor, one.target))
    said = [_move(one, actor, target, described)]
    if one.chosen is not None:
        said.append(_later(one.chosen.lasting[0], one.chosen.breach[0], "it"))
    said.append(_tempted(one, described))
    if one.chosen is not None:
        said += [_answer(one, one.chosen, described), _crossed(one, actor, target)]
        said += [_returned(one, one.chosen, described), _thirds(one, one.chosen, described)]
    return " ".join(filter(None, said))


def _move(one: Decided, actor: str, target: str, described: Description) -> str:
    chosen = one.chosen
    who = sentence(actor)
    if chosen is None:
        usual = 1 - sum(option.usual for option in one.options)
        odds = _odds(one.idle, usual, _why_passed(one, usual))
        if one.dropped:
            return (
                f"{who} would have chosen {one.track} toward {target}, but it can attend to few "
                f"at a time, and others mattered more. Letting the round pass had {odds}."
            )
        return f"{who} let the round pass in {one.track} toward {target}: {odds}."
    asked = np.isfinite(chosen.consent)
    verb = "proposed to" if asked else "chose to"
    odds = _odds(chosen.chance, chosen.usual, why_proposed(chosen, described))
    return f"{who} {verb} {described.levers[chosen.lever].name} (toward {target}): {odds}."


def _later(lasting: float, breach: float, whom: str) -> str:
    """What of an act's worth to somebody comes of what lasts, and of breaking off."""
    told = [
        f"{signed(size, 2)} {words}"
        for size, words in (
            (lasting, "by what would last or follow"),
            (breach, "by what breaking off costs with others"),
        )
        if abs(size) >= LEAST
    ]
    return f"Of what the act is worth to {whom}: {listing(told)} (in value)." if told else ""


def _odds(chance: float, usual: float, why: str) -> str:
    """The probability here beside the usual one, with the reason where they differ."""
    here = f"a chance of {percent(chance)}"
    if abs(chance - usual) < LIKE:
        return f"{here}, as in ordinary times ({percent(max(usual, 0))})"
    side = "more" if chance > usual else "less"
    return f"{here}, {side} than in ordinary times ({percent(max(usual, 0))}){why}"


def _why_passed(one: Decided, usual: float) -> str:
    """What makes doing nothing likelier or rarer than in ordinary times."""
    if one.idle < usual:
        return ", since more speaks for its choices"
    shut = any(not option.open for option in one.options)
    return f", since less speaks for its choices{', or fewer of them are open' if shut else ''}"


def why_proposed(option: Option, described: Description) -> str:
    """What makes an option likelier or rarer than in ordinary times."""
    rises = option.chance > option.usual
    if (option.odds > 0) == rises and abs(option.odds) >= OWN * abs(_logit(option)):
        said = because(_grounds(option, described, answering=False), rises=rises)
        if said:
            return said
    word = "less" if rises else "more"
    shut = ", or fewer of them are open" if rises else ""
    return f", since {word} speaks for its other choices{shut}"


def why_answered(option: Option, described: Description) -> str:
    """What makes consent likelier or rarer than in ordinary times."""
    rises = option.consent > option.usual_consent
    return because(_grounds(option, described, answering=True), rises=rises)


def _logit(option: Option) -> float:
    """How far its log-odds against all other choices are from the usual ones."""
    here, usual = (np.clip(chance, 1e-9, 1 - 1e-9) for chance in (option.chance, option.usual))
    return float(logit(here) - logit(usual))


def _grounds(option: Option, described: Description, *, answering: bool) -> Grounds:
    side = int(answering)
    rises = option.consent > option.usual_consent if answering else option.chance > option.usual
    change = option.parts[side] - option.before[side]
    leading, against = _largest(change, rises), _largest(change, not rises)
    most = abs(leading[0][1]) if leading else 0.0
    return Grounds(
        pulls=tuple(one for one in leading[:2] if abs(one[1]) >= ALSO * most),
        against=next((one for one in against[:1] if abs(one[1]) >= ALSO * most), None),
        interest=option.felt[side],
        sentiment=option.sentiment,
        heat=0.0 if answering else option.heat,
        friendly=stand(described.levers[option.lever]),
        trust=option.trust if answering else 0.0,
        review=0.0 if answering else option.review,
    )


def _largest(change: Floats, rises: bool) -> list[tuple[str, float]]:
    """The parts that changed to one side, the largest change first."""
    sided = [
        (name, float(part))
        for name, part in zip(PARTS, change, strict=True)
        if (part > 0) == rises and abs(part) >= LEAST
    ]
    return sorted(sided, key=lambda one: -abs(one[1]))


def _tempted(one: Decided, described: Description) -> str:
    others = sorted(
        (option for option in one.options if option is not one.chosen and option.open),
        key=lambda option: -option.chance,
    )[:TEMPTED]
    said = [
        f"“{described.levers[option.lever].name}” ({percent(option.chance)}, usually "
        f"{percent(option.usual)})"
        for option in others
    ]
    if one.chosen is not None:
        said.append(f"letting the round pass ({percent(one.idle)})")
    return f"Its other {one.track}: {listing(said)}." if said else ""


def _answer(one: Decided, chosen: Option, described: Description) -> str:
    target = described.actors[one.target].name
    if not np.isfinite(chosen.consent):
        return f"{sentence(target)} was not asked."
    verb = "agreed" if one.agreed else "refused"
    odds = _odds(chosen.consent, chosen.usual_consent, why_answered(chosen, described))
    later = _later(chosen.lasting[1], chosen.breach[1], target)
    return f"{sentence(target)} {verb}; that it would agree had {odds}. {later}".rstrip()


def _crossed(one: Decided, actor: str, target: str) -> str:
    """Why what was agreed to did not take effect."""
    if not one.crossed:
        return ""
    return (
        f"But {target} did the same toward {actor} in this round, and the two can do it only "
        f"once: by a draw of chance {target} is the one who did it, and this had no effect."
    )


def _returned(one: Decided, chosen: Option, described: Description) -> str:
    """How actor and target warm or cool to one another by what they make of it."""
    push = chosen.answer
    if not one.accepted or abs(push) < LEAST / 10:
        return ""
    actor, target = (described.actors[name].name for name in (one.actor, one.target))
    warmed, size = ("warmed" if push > 0 else "cooled"), signed(push, 3)
    if np.isfinite(chosen.consent):
        return f"{sentence(actor)} and {target} {warmed} to one another by it ({size} in affinity)."
    return f"{sentence(target)} {warmed} to {actor} by it ({size} in affinity)."


def _thirds(one: Decided, chosen: Option, described: Description) -> str:
    if not one.accepted:
        return ""
    names = described.actors
    whom = names[one.actor].name
    if np.isfinite(chosen.consent):
        whom = f"{whom} and {names[one.target].name}"
    said = [
        f"{names[third].name} {'warmed' if push > 0 else 'cooled'} ({signed(push, 3)} in affinity)"
        for third, push in chosen.reactions.items()
        if abs(push) >= LEAST / 10
    ]
    return f"Toward {whom}, {listing(said)} because of it." if said else ""


def closed(option: Option, described: Description) -> str:
    """Why an option is not open; empty where it is."""
    if option.open:
        return ""
    if option.spent:
        return "can be used once, and was"
    told = [_requirement(one, described) for one in option.broken]
    if not option.held:
        told.append("there is nothing between the two that it could end, suspend or resume")
    return "; ".join(told) or "forbidden since an event"


def _requirement(one: Broken, described: Description) -> str:
    if one.phrase.kind in IN_FORCE:
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
) -> tuple[tuple[str, str], ...]:
    """What an actor looks at: how it stands to each other, its support, the issues it cares for."""
    return tuple(_looks(actor, state, described))


def _looks(
    actor: str, state: Mapping[Phrase, float], described: Description
) -> Iterable[tuple[str, str]]:
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
