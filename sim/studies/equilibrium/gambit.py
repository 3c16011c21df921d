"""A game of two as a file for Gambit, which finds what this study does not.

The format is that of normal-form game files with payoffs (``NFG 1 R``) of Gambit's manual.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.arrays import Floats
from sim.studies.equilibrium.solutions import DIGITS, whole


def nfg(title: str, players: Sequence[str], moves: Sequence[Sequence[str]], payoffs: Floats) -> str:
    """Write a game.

    Parameters
    ----------
    title : str
    players : sequence of str
        Two.
    moves : sequence of sequences of str
        Names of the moves of each.
    payoffs : Floats, shape (2, moves, other's moves)
        Written as fractions that are exactly what the equilibria were found with.

    Returns
    -------
    str
        Payoffs stand in the order of the cells in which the first player's move changes first.
    """
    mine, theirs = whole(payoffs)
    cells = [
        f"{_number(mine[i][j])} {_number(theirs[i][j])}"
        for j in range(len(mine[0]))
        for i in range(len(mine))
    ]
    named = " ".join(map(_quoted, players))
    lists = "\n".join("{ " + " ".join(map(_quoted, names)) + " }" for names in moves)
    lines = "\n".join(cells)
    return f'NFG 1 R {_quoted(title)} {{ {named} }}\n\n{{ {lists}\n}}\n""\n\n{lines}\n'


def _number(value: int) -> str:
    return f"{value}/{10**DIGITS}" if value else "0"


def _quoted(text: str) -> str:
    """A text as the file has it: in quotes, those in it and backslashes escaped."""
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
