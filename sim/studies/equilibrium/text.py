"""The sentences of a stage game."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np

from sim.reporting.beliefs import number_in_words
from sim.reporting.chart_kit import Table
from sim.studies.equilibrium.result import Played
from sim.studies.equilibrium.solutions import EquilibriumSet, Mixture, Struck
from sim.text import count, listing, number, percent, sentence, signed

_LIMIT = "mixtures were not found within the work that is allowed (about three seconds)"
_ENDS = 4
"""Most ends of a set that are named."""
_MOST = 12
"""Most sets of equilibria that are told; the folder's file of Gambit has the game."""
_SELDOM = 0.01
"""Least share of the runs that is told in a cell."""
DIGITS = 1
"""Decimals of payoffs in cells and sentences; what shows as 0 is neither gain nor loss."""


def lead(found: Played) -> str:
    """What the equilibria are, what they are worth, and whether both could have more."""
    parts = _equilibria(found), _runs(found), _reason(found), _both(found), _model(found)
    return " ".join(filter(None, parts))


def _equilibria(found: Played) -> str:
    sets, (one, other) = found.solutions.sets, found.names
    of = f"mean of {count(found.game.runs, 'run')}" if found.run is None else f"run {found.run}"
    where = f"In the {found.game.track} of round {found.round} ({of}), {one} and {other} have"
    whole = found.solutions.complete
    if not sets:
        return f"{where} no equilibrium without mixtures; {_LIMIT}."
    first = sets[0]
    worth = (
        f"worth {_worth(found, first)}, in hundredths of weighted value, "
        "against both letting the round pass"
    )
    if whole and len(sets) == 1 and first.single:
        kind = "one equilibrium" if first.pure else "one equilibrium, which is a mixture"
        return f"{where} {kind}: {told(found, first)}. It is {worth}."
    amount = count(len(sets), "equilibrium", "equilibria")
    pure = sum(each.pure for each in sets)
    if not whole:
        kind = f"{amount} without mixtures; {_LIMIT}"
    elif found.solutions.degenerate:
        kind = (
            "more equilibria than can be counted, since some payoffs tie: they form "
            f"{count(len(sets), 'set')}"
        )
    else:
        kind = f"{amount}, {pure or 'none'} without mixtures"
    return f"{where} {kind}. The first: {told(found, first)}, {worth}."


def which_run(found: Played) -> str:
    """What a title ends with: the run, where it is one."""
    return "" if found.run is None else f", run {found.run}"


def _worth(found: Played, one: EquilibriumSet) -> str:
    mine, theirs = (signed(value, DIGITS) for value in found.worth(one))
    return f"{mine} to {found.names[0]} and {theirs} to {found.names[1]}"


def _runs(found: Played) -> str:
    """In how many runs the first equilibrium is one of the run's own game."""
    sets = found.solutions.sets
    if found.run is not None or not sets or not sets[0].pure:
        return ""
    i, j = (mixture.index(Fraction(1)) for mixture in (sets[0].first[0], sets[0].second[0]))
    share = percent(float(found.game.shares[i, j]))
    return f"It is an equilibrium of the run's own game in {share} of the runs."


def told(found: Played, one: EquilibriumSet) -> str:
    """An equilibrium, or the first of a set, in words."""
    return "; ".join(
        f"{name}: {mixture_text(mixture, moves)}"
        for name, mixture, moves in zip(
            found.names, (one.first[0], one.second[0]), found.moves, strict=True
        )
    )


def mixture_text(mixture: Mixture, moves: tuple[str, ...]) -> str:
    """A mixture in words: its moves with their shares, the likeliest first."""
    parts = sorted(
        ((share, move) for share, move in zip(mixture, moves, strict=True) if share),
        key=lambda part: -part[0],
    )
    if len(parts) == 1:
        return f"“{parts[0][1]}”"
    return listing([f"“{move}” {share_text(share)}" for share, move in parts])


def share_text(share: Fraction) -> str:
    """A share of a mixture."""
    return percent(float(share))


def _reason(found: Played) -> str:
    """Whether it takes no more than to strike out what is worse in any case."""
    solutions = found.solutions
    if [len(side) for side in solutions.kept] != [1, 1]:
        return ""
    steps = max((one.step for one in solutions.struck), default=0)
    if steps <= 1:
        return "Each has one move that is the best for it whatever the other does."
    return "It is what is left when moves that are worse in any case are struck out, step by step."


def _both(found: Played) -> str:
    """Whether both could have more than in the first equilibrium."""
    if not found.solutions.sets:
        return ""
    better = found.better_for_both(found.worth(found.solutions.sets[0]))
    if not better:
        return "In no cell have both more than that."
    i, j = better[0]
    mine, theirs = (signed(float(value[i, j]), DIGITS) for value in found.game.payoffs)
    return (
        f"In {count(len(better), 'cell')} both would have more, most of all with "
        f"“{found.moves[0][i]}” and “{found.moves[1][j]}” ({mine} and {theirs}); but from there "
        "at least one gains by another move."
    )


def _model(found: Played) -> str:
    """What the likeliest moves are by quantal response, and what the model gives them."""
    if found.quantal is None:
        return ""
    parts = []
    built_in = "" if found.built_in else ", by the built-in theory,"
    for name, chances, side, moves in zip(
        found.names, found.quantal, found.game.moves, found.moves, strict=True
    ):
        most = int(np.argmax(chances))
        if (chances == chances[most]).sum() > 1:
            continue  # several are as likely
        parts.append(
            f"{name} most often chooses “{moves[most]}” ({percent(float(chances[most]))}; in a run"
            f"{built_in} {percent(side[most].chance)})"
        )
    rationality = number(found.game.rationality, 2)
    by = f"By quantal response at the model's own rationality, {rationality},"
    return f"{by} {listing(parts)}." if parts else ""


def by_whom(found: Played, theories: str) -> str:
    """What theories other than the built-in one have to do with the game."""
    before = found.round - 1
    rounds = "round 1" if before == 1 else f"rounds 1 to {before}"
    where = f"In {rounds}, which come before the game" if before > 1 else ""
    where = f"In {rounds}, which comes before the game" if before == 1 else where
    played = f"{where}: {theories}" if before else "No round comes before the game."
    return (
        f"{played} The game itself is by the built-in theory, whoever decides by another: what "
        "moves are worth, and the chance of each in a run."
    )


def doubts(found: Played) -> list[str]:
    """What one of the two does not know of the other, and what goes by it."""
    described = found.scenario.description
    said = []
    for one in found.doubts:
        holder, other = (described.actors[id].name for id in (one.belief.by, one.about.actor))
        said.append(
            f"{sentence(holder)} does not know the {number_in_words(one, described)}. It sees the "
            f"chance that {other} agrees by what it believes (“Seen as”), and what its own moves "
            f"are worth to it goes by that. {sentence(other)} agrees, and gains, by the chance "
            "that there is (“Would agree”)."
        )
    return said


def headline(found: Played) -> Table:
    """The equilibria, a row each."""
    rows = []
    for one in found.solutions.sets[:_MOST]:
        worth = [signed(value, 2) for value in found.worth(one)]
        rows.append((*_sides(found, one), *worth, kind(one)))
    first, second = found.names
    worths = f"Worth to {first}", f"to {second}"
    header = (sentence(first), sentence(second), *worths, "Kind")
    left = len(found.solutions.sets) - len(rows)
    more = f"; {left:,} more are in the file of Gambit's" if left > 0 else ""
    return Table(f"Equilibria, worth in hundredths of weighted value{more}", header, tuple(rows))


def _sides(found: Played, one: EquilibriumSet) -> tuple[str, str]:
    """What each plays, several extreme mixtures joined by “or”."""
    first, second = (
        _ends([mixture_text(mixture, moves) for mixture in mixtures])
        for mixtures, moves in zip((one.first, one.second), found.moves, strict=True)
    )
    return first, second


def _ends(texts: list[str]) -> str:
    """The ends of a set, the first few named."""
    left = len(texts) - _ENDS
    return " or ".join(texts[:_ENDS]) + (f" or {left:,} more" if left > 0 else "")


def kind(one: EquilibriumSet) -> str:
    """What sort of equilibrium it is."""
    if one.pure:
        return "pure"
    return "mixed" if one.single else "a set: these, and every mixture of them (worth of the first)"


def who_gains(mine: float, theirs: float, names: tuple[str, str]) -> str:
    """Who has more, and who less, than if both let the round pass."""
    signs = [int(np.sign(round(value, DIGITS))) for value in (mine, theirs)]
    if signs[0] == signs[1]:
        return ("nothing changes", "both gain", "both lose")[signs[0]]
    words = "", "gains", "loses"
    said = [f"{name} {words[sign]}" for name, sign in zip(names, signs, strict=True) if sign]
    return " and ".join(said)


def gains(found: Played) -> str:
    """In how many cells who gains."""
    cells = [
        who_gains(float(mine), float(theirs), found.names)
        for mine, theirs in zip(*(payoff.ravel() for payoff in found.game.payoffs), strict=True)
    ]
    counted = sorted(Counter(cells).items(), key=lambda item: (-item[1], item[0]))
    said = "; ".join(f"{name} in {n}" for name, n in counted)
    return f"Of {count(len(cells), 'cell')}: {said}."


def held(found: Played, i: int, j: int) -> str:
    """In how many runs a cell is an equilibrium of the run's own game, where that is said."""
    share = float(found.game.shares[i, j])
    return f"◆ in {percent(share)} of runs" if found.run is None and share >= _SELDOM else ""


def fate(found: Played, player: int, move: int) -> str:
    """What becomes of a move when moves that are worse in any case are struck out."""
    moves, solutions = found.moves[player], found.solutions
    for one in solutions.struck:
        if (one.player, one.move) == (player, move):
            return _struck(one, moves)
    if move in solutions.never_best[player]:
        return "no best answer to anything that is left: a mixture is better"
    alike = _never_better(found, player, move)
    return f"never better than “{moves[alike]}”" if alike is not None else ""


def _struck(one: Struck, moves: tuple[str, ...]) -> str:
    later = "" if one.step == 1 else f", once others are struck out (step {one.step})"
    return f"worse than “{moves[one.by]}” in any case{later}"


def _never_better(found: Played, player: int, move: int) -> int | None:
    """Another move that is as good whatever the other does, and better against something."""
    worth = found.game.payoffs[player] if player == 0 else found.game.payoffs[player].T
    for k in range(len(worth)):
        if (worth[k] >= worth[move]).all() and (worth[k] > worth[move]).any():
            return k
    return None


def moves_table(found: Played, player: int) -> Table:
    """The moves of one actor: open, agreed to, chances, and what becomes of each."""
    rows = []
    seen = any(one.belief.by == found.game.actors[player] for one in found.doubts)
    for nth, (move, name) in enumerate(
        zip(found.game.moves[player], found.moves[player], strict=True)
    ):
        quantal = "–" if found.quantal is None else percent(float(found.quantal[player][nth]))
        rows.append(
            (
                name,
                percent(move.open),
                percent(move.consent),
                *([percent(move.seen)] if seen else []),
                percent(move.chance),
                quantal,
                fate(found, player, nth) or "–",
            )
        )
    agree = ("Would agree", "Seen as") if seen else ("Would agree",)
    chance = "Chance in a run" if found.built_in else "Chance in a run by the built-in theory"
    header = ("Move", "Open", *agree, chance, "Quantal response", "Dominated")
    return Table(f"{sentence(found.names[player])}: its moves", header, tuple(rows))


def closed(found: Played) -> str:
    """Levers that are no part of the game, since they are open in no run."""
    levers = found.scenario.description.levers
    said = [
        f"{name}: {listing([f'“{levers[lever].name}”' for lever in shut])}"
        for name, shut in zip(found.names, found.game.closed, strict=True)
        if shut
    ]
    where = "in this run" if found.run is not None else "in any run"
    return f"Not open {where}, and so left out: {'; '.join(said)}." if said else ""
