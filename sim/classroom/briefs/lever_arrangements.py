"""What a lever begins and ends, as its card says it (``docs/model.md``, 6.8, 6.9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.classroom.briefs.lasting_text import last_month, until_when
from sim.classroom.briefs.role_text import trust
from sim.classroom.briefs.second_person import Voice, size, steps
from sim.classroom.game.lasting import Pledge
from sim.scenario.instances import Instance, at_start
from sim.scenario.lookup import consent
from sim.scenario.phrases import IN_FORCE, Phrase, expand, parse
from sim.scenario.schema import Lever, Limits
from sim.text import count, listing, number, percent, sentence

# What a card says of promises: what it promises, what is promised already, what it keeps.


def still_owed(pledges: Sequence[Pledge], lever: str, actor: str, target: str) -> Pledge | None:
    """The promise of a lever between two that is open or overdue; None where there is none."""
    way = (lever, actor, target)
    return next(
        (
            one
            for one in pledges
            if (one.promise.lever, one.promise.actor, one.promise.target) == way
            and one.state in ("open", "overdue")
        ),
        None,
    )


def promise_effects(
    lever: Lever, voice: Voice, actor: str, target: str, again: Pledge | None
) -> Iterator[str]:
    """What a lever promises, told to one of the two.

    Parameters
    ----------
    again : Pledge or None
        The same promise, where it is still owed: one of a kind is open at a time.
    """
    if lever.delivers is None:
        return
    follows = voice.description.levers[lever.delivers.lever].name
    if again is not None:
        stands = f"overdue since the end of {_month(again.due, voice)}"
        if again.state == "open":
            stands = _until(again.due, voice)
        yield f"Already promised, {stands} ({follows}): to offer it again promises nothing more."
        return
    within = count(lever.delivers.within, "round")
    one, other = voice.name(actor), voice.name(target)
    both = lever.delivers.by == "either"
    if both:
        yield f"{sentence(one)} and {other} promise to {follows} within {within}."
        yield "One deed by either keeps it for both."
    else:
        who = actor if lever.delivers.by == "actor" else target
        promise = "promise" if who == voice.you else "promises"
        yield f"{sentence(voice.name(who))} {promise} to {follows} within {within}."
    yield "What is done in the round of the promise does not count as keeping it."


def promise_costs(lever: Lever, again: Pledge | None) -> Iterator[str]:
    """What it costs to promise and not to deliver."""
    if lever.delivers is not None and lever.delivers.by != "target" and again is None:
        yield "Not done in time, it costs you trust."


def keeps(
    pledges: Sequence[Pledge], voice: Voice, lever: str, actor: str, target: str
) -> Iterator[str]:
    """Which promises a lever of one toward the other would keep, told to one of the two."""
    for one in pledges:
        if (lever, actor, target) not in one.promise.by:
            continue
        (debtor, creditor), *back = one.promise.owed
        if back:
            what = f"what {voice.name(debtor)} and {voice.name(creditor)} promised each other"
        else:
            what = f"{voice.whose(debtor)} promise to {voice.name(creditor)}"
        if one.state == "open":
            yield f"This keeps {what}, due {_until(one.due, voice)}."
        elif one.state == "overdue":
            yield (
                f"This keeps {what}, overdue since the end of {_month(one.due, voice)}: late, but "
                f"counts half {_until(one.due + one.within, voice)}."
            )


def _until(round: int, voice: Voice) -> str:
    return until_when(voice.description.calendar, round)


def _month(round: int, voice: Voice) -> str:
    return last_month(voice.description.calendar, round)


LEAST = 0.01
"""Fewest points by which an issue comes nearer to what an actor wants."""
Known = Sequence[Instance]
"""All arrangements of a scenario."""


def _of(name: str, known: Known, actor: str, target: str) -> Instance | None:
    """The arrangement of a name that an actor and a target can have."""
    return next(
        (one for one in known if one.name == name and one.concerns(actor, target)), None
    )  # fmt: skip


def _named(instance: Instance, voice: Voice) -> str:
    """``the peace treaty``, which is that with the other; of several parties with their names."""
    name = voice.description.arrangements[instance.name].name
    if len(instance.parties) == 2 and not instance.one_sided and voice.you in instance.parties:
        return name
    names = [voice.name(party) for party in instance.parties]
    if not instance.one_sided:
        return f"{name} of {listing(names)}"
    if instance.parties[0] == voice.you:
        return f"{name} toward {names[1]}"
    return f"{name} of {' toward '.join(names)}"


def needs(lever: Lever, voice: Voice, target: str, known: Known) -> Iterator[str]:
    """Where arrangements must stand so that you can do it."""
    actor = voice.you
    for names, stand in (
        (lever.ends, "must be in force, or suspended"),
        (lever.suspends, "must be in force"),
        (lever.resumes, "must be suspended"),
    ):
        for name in names:
            if (instance := _of(name, known, actor, target)) is not None:
                yield sentence(f"{_named(instance, voice)} {stand}.")


def required(phrase: Phrase, limits: Limits, voice: Voice, known: Known) -> str:
    """What must hold of one arrangement: that it is in force or not, or how long it has been."""
    name, one, other = phrase.names
    instance = _of(name, known, one, other)
    shown = sentence(
        voice.description.arrangements[name].name
        if instance is None
        else _named(instance, voice)
    )  # fmt: skip
    least = None if limits.at_least is None else limits.at_least.value
    most = None if limits.at_most is None else limits.at_most.value
    if phrase.kind in IN_FORCE:
        return f"{shown} must {'' if least is not None and least > 0 else 'not '}be in force."
    ends = [
        f"{what} {count(round(rounds), 'round')} ago"
        for what, rounds in (("no less than", least), ("no more than", most))
        if rounds is not None
    ]
    return f"{shown} must have begun, or been renewed, {listing(ends)}."


def by_trust(lever: Lever, voice: Voice, target: str) -> str:
    """That consent goes by trust, too; empty where it does not."""
    described = voice.description
    begun = (*lever.begins, *lever.resumes)
    both = any(not described.arrangements[name].one_sided for name in begun)
    yours = lever.delivers is not None and lever.delivers.by != "target"
    if not (both or yours):
        return ""
    level = trust(described, target, voice.you)
    now = "" if level is None else f" (now {number(level, 2)} of 1)"
    return f", the more readily the more it trusts you{now}"


def does(lever: Lever, voice: Voice, actor: str, target: str, known: Known) -> Iterator[str]:
    """What it puts in force, suspends and ends, told to one of the two."""
    described = voice.description
    for names, what in (
        (lever.begins, "Puts in force"),
        (lever.resumes, "Puts in force again"),
        (lever.suspends, "Suspends"),
        (lever.ends, "Ends"),
    ):
        for name in names:
            instance = _of(name, known, actor, target)
            if instance is None:
                continue
            term = described.arrangements[name].term
            lasts = names is lever.begins and term is not None
            for_ = f", for {count(term or 0, 'round')}" if lasts else ""
            each = listing(list(_each_round(instance, voice))) if names is lever.begins else ""
            then = f"; each round then: {each}" if each else ""
            yield f"{what} {_named(instance, voice)}{for_}{then}."


def _each_round(instance: Instance, voice: Voice) -> Iterator[str]:
    """What an arrangement in force changes in a round, before it fades."""
    described = voice.description
    one, other = instance.parties[:2]
    ways = [(one, other)] if instance.one_sided else [(one, other), (other, one)]
    found: dict[Phrase, float] = {}
    for text, amount in described.arrangements[instance.name].effects.items():
        if (phrase := parse(text)) is not None:
            for way in ways:
                for meant in expand(phrase, *way, described.actors):
                    names = tuple(sorted(meant.names)) if _alike(meant) else meant.names
                    found[Phrase(meant.kind, names)] = amount.value
    for phrase, change in found.items():
        if phrase.kind != "issue":
            if shown := size(change):
                yield f"{voice.quantity(phrase)} {shown}"
        elif far := steps(change):
            issue = described.issues[phrase.names[0]]
            end = issue.high if change > 0 else issue.low
            noun, liked = "point" if far == "1" else "points", wished(phrase, change, voice)
            yield f"“{issue.name}” moves {far} {noun} toward “{end}”{liked}"


def wished(phrase: Phrase, change: float, voice: Voice) -> str:
    """Whether an issue moves toward where you want it; empty where you have no stake.

    What moves toward it and ends farther beyond it than it was before goes past it, so
    that two moves toward one end are never told as wished and as unwished.
    """
    issue = voice.description.issues[phrase.names[0]]
    stance = issue.stances.get(voice.you)
    if stance is None or not stance.salience.value:
        return ""
    wanted, here = stance.position.value, issue.outcome.value
    if (wanted - here) * change <= 0:
        return ", against your wish"
    gained = abs(wanted - here) - abs(wanted - here - change)
    if abs(gained) <= LEAST:
        return ""
    return ", as you wish" if gained > 0 else ", past where you want it"


def _alike(phrase: Phrase) -> bool:
    return phrase.kind in ("affinity", "tension")


def _breaking(lever: Lever, voice: Voice, target: str, known: Known) -> Instance | None:
    """The most solemn arrangement that you would break off by it; None where it breaks none."""
    actor = voice.you
    if consent(lever, voice.you, target) is not None:
        return None
    arrangements = voice.description.arrangements
    found = [
        one
        for name in lever.ends
        if (one := _of(name, known, actor, target)) is not None and not one.one_sided
    ]
    return max(found, key=lambda one: arrangements[one.name].solemnity.value, default=None)


def _with_whom(voice: Voice, known: Known) -> list[str]:
    """The others with whom you hold an arrangement that is in force, in the scenario's order."""
    described = voice.description
    held = {
        party
        for one in known
        if voice.you in one.holders and at_start(described, one)
        for party in one.holders
    }
    return [actor for actor in described.actors if actor in held and actor != voice.you]


def costs(lever: Lever, voice: Voice, target: str, known: Known) -> Iterator[str]:
    """What it costs with others to break off."""
    described = voice.description
    broken = _breaking(lever, voice, target, known)
    if broken is not None:
        solemn = described.arrangements[broken.name].solemnity.value
        lost = size(described.coefficients.breach.value * solemn).lstrip("+")
        learned = percent(described.coefficients.learning.value * solemn)
        others = listing([voice.name(one) for one in _with_whom(voice, known)])
        whom = others or "each with whom you hold something in force"
        yield (
            f"You break your word: up to {lost} of affinity with {whom}, and {learned} of the "
            "trust they have in you."
        )
