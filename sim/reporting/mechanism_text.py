"""A mechanism in words: who does what more or less often, why, and what that moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from sim.model.candidates import friendliness
from sim.reporting.arrangement_text import arrangement_text
from sim.scenario.lookup import instances
from sim.scenario.phrases import Phrase
from sim.scenario.schema import Description, Lever, Outcome
from sim.scenario.yaml_reader import read_data
from sim.statistics.measures import measure, quantity_text
from sim.statistics.mechanism import (
    BESIDE,
    LEAST_PART,
    LEAST_USE,
    Mechanism,
    Push,
    PushKind,
    Reason,
    Use,
    WrittenChange,
)
from sim.text import MINUS, enough, number, percent, sentence, signed

# Why an act is likelier or rarer: by interest, sentiment, and the heat of a quarrel.

_FILE = Path(__file__).with_name("mechanism_words.yaml")
_WORDS = read_data(_FILE)
PART_WORDS: dict[str, str] = _WORDS["parts"]
_LEAST_ODDS = 0.05
"""Least change of log-odds that is told: a factor of 1.05."""
_LEAST_CAUSE = 1 / 3
"""Share of the strongest cause from which another is told."""
_CONTRARY = 0.5
"""The same of one that works against it."""


def because(reason: Reason, *, friendly: bool) -> str:
    """``, mainly because of its security (+0.50 in value), and because the two stand worse ...``.

    Empty where nothing is to be told. ``friendly`` says whether warmth makes the act likelier.
    """
    side = 1.0 if reason.rises else -1.0
    sized = {
        "interest": side * reason.interest if reason.pulls else 0.0,
        **{name: side * getattr(reason, name) for name in BESIDE},
    }
    strongest = max(sized.values())
    least = max(_LEAST_ODDS, _LEAST_CAUSE * strongest)
    causes = [name for name in sorted(sized, key=lambda name: -sized[name]) if sized[name] >= least]
    if not causes and reason.pulls:
        causes = ["interest"]
    if not causes:
        return ""
    said = ", and because ".join(_cause(name, reason, friendly) for name in causes)
    clauses = [f", mainly because {said}"]
    if reason.against and ("interest" in causes or -side * reason.interest >= _LEAST_ODDS):
        unit = "" if "interest" in causes else " in value"
        clauses.append(f", against {_part(*reason.against, unit)}")
    for name in BESIDE:
        if -sized[name] >= max(_LEAST_ODDS, _CONTRARY * strongest):
            clauses.append(f", although {_state(name, reason, friendly)}")
    return "".join(clauses)


def _part(name: str, amount: float, unit: str = "") -> str:
    """A part of interest with its amount: ``its security (+0.50 in value)``."""
    return f"{part_words(name, amount)} ({'+' if amount > 0 else ''}{number(amount, 2)}{unit})"


def part_words(name: str, amount: float) -> str:
    """A part that speaks more, or less, for a choice than it usually does."""
    if name == "consent":
        return f"{'less' if amount > 0 else 'more'} to lose by a refusal"
    return PART_WORDS.get(name, f"its {name}")  # an interest of the file's own


def is_friendly(lever: Lever) -> bool:
    """Whether a lever is one of those that warmth makes likelier."""
    return friendliness(lever) > 0


def _cause(name: str, reason: Reason, friendly: bool) -> str:
    """What follows ``because``."""
    if name == "interest":
        first, *more = reason.pulls
        return f"of {' and '.join([_part(*first, ' in value'), *(_part(*one) for one in more)])}"
    if name == "heat" and reason.heat > 0:
        return f"of the heat of their quarrel ({_factor(reason.heat)})"
    return _state(name, reason, friendly)


def _state(name: str, reason: Reason, friendly: bool) -> str:
    """How the two stand, or how their quarrel is, as a sentence."""
    change: float = getattr(reason, name)
    more = change > 0
    said = {
        "heat": f"their quarrel is {'hotter' if more else 'calmer'}",
        "trust": f"it trusts the other's word {'more' if more else 'less'}",
        "review": f"{'a' if more else 'no'} new government looks at what was signed",
        "sentiment": f"the two stand {'better' if more == friendly else 'worse'} to one another",
    }[name]
    return f"{said} ({_factor(change)})"


def _factor(change: float) -> str:
    """A change of log-odds as a factor: ``odds × 1.42``."""
    return f"odds × {number(math.exp(change), 2)}"


WRITTEN_WORDS: dict[WrittenChange, str] = _WORDS["written"]
_SIDE = 0.25
"""Share of the larger of two sides, proposing and agreeing, from which the smaller is told."""
_OUTWEIGHS = 0.5
"""Share of what speaks for a claim from which what speaks against it is named first."""
_LEAST_TOLD = 0.01
"""Least difference of proposals per run, or of the share agreed to, that is told."""
_ALIKE = 0.2
"""Share of the larger of two numbers of uses from which their difference is told."""
_OPEN = 0.02
"""Least difference in the share of rounds in which a lever is open that is told."""


def contribution_text(part: Use | Push, description: Description) -> str:
    """Tell one contribution in one or two sentences."""
    if isinstance(part, Push):
        return _push_text(part, description)
    said = f"{_use_text(part, description)}{_why(part, description)}."
    if part.quantity and math.isfinite(part.each):
        said += f" Each moves {_named(part.quantity, description)} by "
        said += f"{_signed(part.each, part.quantity, description)}."
    return said


def opposed_text(found: Mechanism, description: Description) -> str:
    """One line on why a claim is not supported."""
    finding = found.finding
    expected = {"rises": 1.0, "falls": -1.0}.get(finding.target.measured.expect or "", 0.0)
    with_claim = finding.difference * expected > 0
    against = found.opposes if with_claim else found.drives
    toward = found.drives if with_claim else found.opposes
    much = sum(abs(part.contribution) for part in toward) * _OUTWEIGHS
    if against and sum(abs(part.contribution) for part in against) >= much:
        return f"Against it: {contribution_text(against[0], description)}"
    if toward:
        lead = "Little comes of it. Most"
        if finding.verdict == "unclear" and with_claim:
            lead = (
                "It goes the way that was expected, but stays at the edge of what is visible. Most"
            )
        return f"{lead}: {contribution_text(toward[0], description)}"
    if found.counted:
        return contribution_text(max(found.counted, key=lambda use: use.before), description)
    return "Nothing that moves it changes."


def _signed(
    value: float, quantity: Phrase, description: Description, beside: Sequence[float] = ()
) -> str:
    """A push on a quantity with its sign, and its unit where it has a name.

    ``beside`` are pushes that it must not be taken for.
    """
    item = measure("", Outcome(name="-", of=str(quantity)), description)
    least = item.digits if quantity.kind == "issue" else item.digits + 1
    shown = signed(value, enough(beside, least))
    return f"{shown}{' points' if quantity.kind == 'issue' else ''}"


def _use_text(use: Use, description: Description) -> str:
    lever, actor, target = use.key
    names = description.actors
    who = f"{sentence(names[actor].name)} toward {names[target].name}"
    gap = use.after - use.before
    alike = _much_alike(use)
    digits = 2 if alike else enough((use.before, use.after), 2)
    ends = f"({number(use.before, digits)} → {number(use.after, digits)})"
    if alike:
        much = f"about as often {ends}"
    else:
        size = number(abs(gap), digits)
        much = f"{size} {'more' if gap > 0 else 'less'} per run {ends}"
    return f"{who}: “{description.levers[lever].name}” {much}"


def _much_alike(use: Use) -> bool:
    """Whether a lever is used about as often: a doubling is none, however seldom it is used."""
    gap = abs(use.after - use.before)
    return gap < LEAST_USE and gap < _ALIKE * max(use.before, use.after)


def _why(use: Use, description: Description) -> str:
    if use.written:
        return f", since {WRITTEN_WORDS[use.written]}"
    names = description.actors
    proposer, answerer = (names[actor].name for actor in use.key[1:])
    friendly = is_friendly(description.levers[use.key[0]])
    answer = use.answer
    if answer is None:
        if _much_alike(use):
            return f"; {_unmoved(use.proposal, friendly)}"
        return _proposing(use, friendly)
    shares = [share for share in (answer.before, answer.after) if math.isfinite(share)]
    by_proposal = use.proposal.change * (sum(shares) / len(shares) if shares else 0.0)
    by_answer = answer.change * (use.proposal.before + use.proposal.after) / 2
    largest = max(abs(by_proposal), abs(by_answer))
    said = []
    if abs(by_proposal) >= _SIDE * largest and abs(use.proposal.change) >= _LEAST_TOLD:
        more = "more" if use.proposal.change > 0 else "less"
        ends = f"({number(use.proposal.before, 2)} → {number(use.proposal.after, 2)})"
        said.append(f"{proposer} proposes it {more} often {ends}{_proposing(use, friendly)}")
    if abs(by_answer) >= _SIDE * largest and abs(answer.change) >= _LEAST_TOLD:
        ends = f"{percent(answer.after)} of it instead of {percent(answer.before)}"
        said.append(f"{answerer} agrees to {ends}{because(answer, friendly=friendly)}")
    if not said:
        said.append(_unmoved(use.proposal, friendly))
    return "".join(f"; {one}" for one in said)


def _proposing(use: Use, friendly: bool) -> str:
    """Why it is proposed more or less often."""
    before, after = use.open
    why = because(use.proposal, friendly=friendly)
    # A lever that can be used once closes by being used: that is no reason.
    if abs(after - before) >= _OPEN and (after > before) == (use.proposal.change > 0):
        opened = f"it is open in {percent(after)} of the rounds instead of {percent(before)}"
        return f", since {opened}{why}"
    if not use.proposal.displaced and why:
        return why
    room = "since other moves take its place"
    if use.after > use.before:
        room = "in place of moves made less often"
    return f", mostly {room}{why}".replace("mainly", "and also")


def _unmoved(reason: Reason, friendly: bool) -> str:
    parts = [*reason.pulls, *([reason.against] if reason.against else [])]
    listed = ", ".join(_part(*one) for one in parts)
    said = [f"its interests change little: {listed} in value"] if parts else []
    beside = [name for name in BESIDE if abs(getattr(reason, name)) >= _LEAST_ODDS]
    said += [_state(name, reason, friendly) for name in beside]
    if said:
        return ", and ".join(said)
    least = number(LEAST_PART, 2)
    return f"none of its interests changes by {least} in value, nor does how the two stand"


_PUSHES: dict[PushKind, str] = {
    "reaction": "The reactions of {0} to what {1} does with others move",
    "answer": "What {0} makes of what {1} does toward it moves",
    "ruling": "What ruling costs the government of {0} moves",
    "government": "New governments in {0} move",
    "cost": "What its proposals cost {0} at home moves",
    "balance": "Common friends and common foes (structural balance) move",
}
"""By kind of push, what moves a quantity."""


def _push_text(push: Push, description: Description) -> str:
    if push.quantity is None:
        lever = description.levers[push.names[0]].name
        points = f"{100 * push.contribution:+.1f}".replace("-", MINUS)
        return (
            f"What is proposed shifts: “{lever}” is {percent(push.after)} of the proposals instead "
            f"of {percent(push.before)}. Shifts like this move the share by {points} points."
        )
    if push.kind == "event":
        name = description.events[push.names[0]].name
        often = f"{number(push.after, 2)} times per run instead of {number(push.before, 2)}"
        gap = _signed(push.contribution, push.quantity, description)
        return (
            f"“{sentence(name)}” happens {often}: {gap} for {_named(push.quantity, description)}."
        )
    before, after = (
        _signed(value, push.quantity, description, (push.before, push.after))
        for value in (push.before, push.after)
    )
    moved = f"{_named(push.quantity, description)} by {after} per run instead of {before}"
    if push.kind == "arrangement":
        held = next(one for one in instances(description) if one.label == push.names[0])
        return f"In force, {arrangement_text(held, description)} moved {moved}."
    names = [description.actors[name].name for name in push.names]
    return f"{_PUSHES[push.kind].format(*names)} {moved}."


def _named(quantity: Phrase, description: Description) -> str:
    """A quantity inside a sentence."""
    words = quantity_text(quantity, description)
    return f"“{words}”" if quantity.kind == "issue" else f"the {words}"
