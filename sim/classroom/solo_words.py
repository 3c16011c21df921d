"""The words of a game in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.analysis.words import sentence
from sim.classroom.lasting_words import lists, told
from sim.classroom.levers import LeverCard
from sim.classroom.news import acts_in_words, events, watched, when
from sim.classroom.role import Role
from sim.classroom.table import Table

_EVERYWHERE = (
    "  s         how things stand",
    "  {news}  the news again",
    "  b         your role brief",
    "  q         stop for now; the game is kept",
)
"""What can be typed at every question."""


def _help(*lines: str, news: str = "n       ") -> tuple[str, ...]:
    return ("", *lines, *(line.format(news=news) for line in _EVERYWHERE))


OF_CHOICE = _help(
    "Each round you say one thing to each other actor and do one thing, or leave either out (0).",
    "Everybody chooses at the same time; what needs consent is then put to the other.",
    "  NUMBER    choose it",
    "  d NUMBER  what it needs, costs and is likely to do",
)
OF_CLOSE = _help(
    "This is what you chose. Nobody sees it before the round is closed.",
    "  Enter     close the round: what you chose is done, or proposed",
    "  NUMBER    choose that one again",
)
OF_ANSWER = _help(
    "It is proposed to you, and is done only if you agree. The lines above say what it would do.",
    "  y, yes    agree: it is done",
    "  n, no     refuse: it is not done",
    news="news    ",
)
"""Help by the question that is asked: where one answers, ``n`` is no and not the news."""


def brief_lines(role: Role, standing: Sequence[str] | None = None) -> tuple[str, ...]:
    """A role brief, line by line.

    Parameters
    ----------
    standing : sequence of str, optional
        In a game: its :func:`lasting_lines`, instead of what was in force at the start.
    """
    return tuple(_brief(role, standing))


def _brief(role: Role, standing: Sequence[str] | None) -> Iterator[str]:
    yield from ("", sentence(role.name).upper(), role.role)
    if role.new:
        yield from ("", "A new government", *(f"- {line}" for line in role.new))
    if role.knows:
        yield from ("", "What you know", role.knows)
    if role.secret:
        yield from ("", "What only you know", role.secret)
    yield from ("", "What you want")
    yield from (f"- {want.words}" for want in role.wants)
    if role.issues:
        yield from ("", "What is at issue")
    for issue in role.issues:
        yield f"- {sentence(issue.name)}. {' '.join((issue.stands, issue.want, issue.care))}"
        yield from (f"    {other}" for other in issue.others)
    yield from ("", "At home", role.support, *([role.office] if role.office else ()))
    if standing is not None:
        yield from ("", *standing) if standing else ()
    elif role.in_force is not None:
        yield from ("", "In force", *(f"- {line}" for line in role.in_force or ("Nothing yet.",)))
    yield from ("", "The others")
    for other in role.relations:
        yield f"- {sentence(other.name)}. {' '.join(other.words)}"
    yield from ("", role.rest)


def card_lines(card: LeverCard) -> tuple[str, ...]:
    """What a lever does, needs and costs."""
    parts = (("does", card.does), ("needs", card.needs), ("costs", card.costs))
    listed = [f"  {head}: {' '.join(lines)}" for head, lines in parts if lines]
    return ("", sentence(card.name), *listed, f"  usual: {card.usual}")


def news_lines(table: Table, actor: str) -> tuple[str, ...]:
    """What happened, and what was done in the round before, as the seat may know it."""
    opened = table.phase in ("choosing", "answering")
    before = table.played
    head = (
        f"Round {table.round} of {table.rounds}, {when(table, table.round)}" if opened
        else f"The end, after {before} of {table.rounds} rounds"
    )  # fmt: skip
    done = [one.text for one in acts_in_words(table, before, actor)] if before else []
    seen = [
        *told(table, before),
        *(f"First time in this game: {text}" for text in watched(table, before)),
    ]
    lines = ["", f"--- {head} " + "-" * max(0, 60 - len(head))]
    if opened:
        happened = (*events(table, table.round, actor), *told(table, table.round))
        lines += [f"* {text}" for text in happened]
    if before:
        lines += [f"In round {before}:" if done or seen else f"Nothing was done in round {before}."]
        lines += [f"- {text}" for text in (*done, *seen)]
    return (*lines, *lasting_lines(table))


def lasting_lines(table: Table) -> tuple[str, ...]:
    """What is in force, what is promised and who governs; nothing of what there never is."""
    found, lines = lists(table), []
    if found.arranged:
        lines += ["In force:"] if found.lines else ["Nothing is in force."]
        lines += [f"= {line.text}" for line in found.lines]
    if found.promising:
        lines += ["Promised:"] if found.debts else ["No promise is open."]
        lines += [f"= {debt.text}" for debt in found.debts]
    if found.governing:
        lines += ["Who governs:", *(f"= {line}" for line in found.governing)]
    return tuple(lines)
