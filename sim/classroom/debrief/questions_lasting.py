"""What can be asked of what was broken off, promised and voted out; each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator

from sim.classroom.briefs.lasting_text import last_month
from sim.classroom.debrief.questions_by_kind import Question
from sim.classroom.debrief.record import Breach, BreachCost, TableRecord
from sim.classroom.debrief.text import Wording
from sim.classroom.forecast.forecast import ConductKind
from sim.classroom.game.governments import NewGovernment
from sim.classroom.game.lasting import Pledge
from sim.reporting.lasting_text import delivery, whole
from sim.scenario.cameo import tone
from sim.text import count, listing, number, sentence, signed

OFTEN = 0.5
"""Computed actors did a thing seldom that they did fewer times than this by then."""


def broken(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Who broke off what, and what that cost with whom."""
    described = table.scenario.description
    for breach in table.breaches:
        change = breach.change
        actor = change.actor or ""
        others = words.actors(one for one in change.instance.parties if one != actor)
        name = described.arrangements[change.instance.name].name
        solemn = described.arrangements[change.instance.name].solemnity.value
        lost = any(map(_lost, breach.costs))
        asked = ", and what did that cost it with all who had its word" if lost else ""
        yield Question(
            "broken",
            f"In {words.when(change.round)} {words.actor(actor)} broke off {name} with {others}. "
            f"What did it want to be rid of{asked}?",
            f"{_cost(breach, words)} {_usually(table, 'broken off', actor, words)}".strip(),
            min(0.95, 0.65 + 0.3 * solemn),
        )


def _lost(cost: BreachCost) -> bool:
    """Whether affinity or trust fell by so much that it shows."""
    return any(round(after, 2) < round(before, 2) for before, after in (cost.affinity, cost.trust))


def _cost(breach: Breach, words: Wording) -> str:
    """How affinity and trust went in the round of a break, with each who held anything."""
    told = [
        f"with {words.actor(one.other)} affinity went from {number(one.affinity[0], 2)} to "
        f"{number(one.affinity[1], 2)}, and {words.whose(one.other)} trust in it from "
        f"{number(one.trust[0], 2)} to {number(one.trust[1], 2)}"
        for one in breach.costs
        if _lost(one)
    ]
    if not told and breach.costs:
        return "None of those that had its word thought less of it after that round."
    if not told:
        return "Nobody held anything that was in force with it."
    return sentence(f"{'; '.join(told)}: all that happened in that round together.")


def _usually(table: TableRecord, kind: ConductKind, actor: str, words: Wording) -> str:
    """How often the model's futures have it by then, beside the class."""
    start = table.start
    if start is None or start.conduct is None:
        return ""
    often = start.conduct.counts[kind][actor][table.played]
    what = {
        "broken off": "broke something off",
        "kept": "kept a promise",
        "late": "delivered late on a promise",
        "broken": "broke a promise",
        "fallen": "changed its government",
    }[kind]
    return (
        f"In the model's futures from the start {words.actor(actor)} {what} "
        f"{number(often, 2 if often < OFTEN else 1)} times by then, on average."
    )


def undelivered(table: TableRecord, words: Wording) -> Iterator[Question]:
    """What was promised and not delivered, or late."""
    for one in table.pledges:
        if one.state in ("overdue", "broken", "late"):
            yield _undelivered(one, table, words)


def _undelivered(one: Pledge, table: TableRecord, words: Wording) -> Question:
    described = table.scenario.description
    (debtor, creditor), *back = one.promise.owed
    who, whom = words.actor(debtor), words.actor(creditor)
    due = last_month(described.calendar, one.due)
    promised = (
        f"{who} and {whom} promised each other" if back else f"{who} promised {whom}"
    )  # fmt: skip
    became = {
        "overdue": "it is overdue",
        "broken": "it was never done",
        "late": f"it was done only in {words.when(one.settled or one.due)}",
    }[one.state]
    asked = (
        "Why so late, and was it still worth something then?"
        if one.state == "late"
        else "Was it meant when it was said, and who believed the next promise?"
    )
    usual = _usually(table, "kept", debtor, words)
    return Question(
        "undelivered",
        f"In {words.when(one.made)} {promised} to {delivery(one.promise, described)}, until {due}; "
        f"{became}. {asked}",
        f"{_trust_now(one, table, words)} {usual}".strip(),
        0.7 if one.state == "late" else 0.88,
    )


def _trust_now(one: Pledge, table: TableRecord, words: Wording) -> str:
    told = []
    for debtor, creditor in one.promise.owed:
        before, now = table.trust[creditor, debtor]
        told.append(
            f"{words.whose(creditor)} trust in {words.actor(debtor)} was {number(before, 2)} at "
            f"the start, and is {number(now, 2)}"
        )
    return sentence(f"{'; '.join(told)}.")


def kept_all(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Who kept every promise, and what that opened."""
    owed: dict[tuple[str, str], list[Pledge]] = {}
    for one in table.pledges:
        if one.state != "open" and len(one.promise.owed) == 1:
            owed.setdefault(one.promise.owed[0], []).append(one)
    for (debtor, creditor), pledges in owed.items():
        if any(one.state != "kept" for one in pledges):
            continue
        before, now = table.trust[creditor, debtor]
        yield Question(
            "kept",
            f"{sentence(words.actor(debtor))} kept what it had promised {words.actor(creditor)} "
            f"({count(len(pledges), 'promise')}). What did that open that was closed before?",
            f"{sentence(words.whose(creditor))} trust in it was {number(before, 2)} at the start, "
            f"and is {number(now, 2)}. {_usually(table, 'kept', debtor, words)}".strip(),
            0.5,
        )


def fallen(table: TableRecord, words: Wording) -> Iterator[Question]:
    """Whose government fell, and whether policy changed."""
    for reign in table.new_governments:
        if reign.round > table.played:
            continue
        usual = _usually(table, "fallen", reign.actor, words)
        yield Question(
            "fallen",
            f"In {words.when(reign.round)} a new government came into office in "
            f"{words.actor(reign.actor)}. Did policy change with it, or only the faces?",
            f"{_support(reign)} {_wants(reign, words)} {_policy(reign, table, words)} "
            f"{usual}".strip(),
            0.75,
        )


def _support(reign: NewGovernment) -> str:
    before, now = reign.support
    return (
        f"The one before had been in office for {count(round(reign.before), 'round')}, and had "
        f"{number(before, 2)} of support at home; the new one began with {number(now, 2)}."
    )


def _wants(reign: NewGovernment, words: Wording) -> str:
    moved = [
        f"“{words.issue(one.on)}” ({signed(one.after - one.before, 0)})"
        for one in reign.moved
        if one.kind == "position"
    ]
    if not moved:
        return "It wants the issues where the one before wanted them."
    return f"It wants something else on {listing(moved)}."


def _policy(reign: NewGovernment, table: TableRecord, words: Wording) -> str:
    """What the actor did before and since, and what it left of what was signed."""
    levers = table.scenario.description.levers
    told = []
    for rounds in (range(1, reign.round), range(reign.round, table.played + 1)):
        done = [
            act
            for nth in rounds
            for act in table.acts[nth - 1]
            if act.actor == reign.actor and act.open
        ]
        hostile = sum(tone(levers[act.lever or ""]) == "conflictual" for act in done)
        told.append(f"{hostile:,} of {count(len(done), 'act')}")
    ended = [
        whole(one.instance, table.scenario.description)
        for one in table.changes
        if one.actor == reign.actor
        and one.round >= reign.round
        and one.how in ("ended", "broken off", "suspended")
    ]
    left = f" It left or suspended {listing(ended)}." if ended else ""
    return f"Hostile were {told[0]} before, and {told[1]} since.{left}"
