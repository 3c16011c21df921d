"""What a card says of promises: what it promises, what is promised already, what it keeps.

Equations: ``docs/model.md``, 6.9.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.analysis.words import count, sentence
from sim.classroom.lasting import Pledge
from sim.classroom.lasting_words import last_month, until_when
from sim.classroom.voice import Voice
from sim.scenario.schema import Lever


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


def does(
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


def costs(lever: Lever, again: Pledge | None) -> Iterator[str]:
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
