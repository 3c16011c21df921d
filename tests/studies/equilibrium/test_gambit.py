"""The file for Gambit, read back by a reader that knows its format and nothing of ours."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np

from sim.studies.equilibrium.gambit import nfg


def read(text: str) -> tuple[str, list[str], list[list[str]], list[Fraction]]:
    """Title, players, moves of each, payoffs: by the grammar of Gambit's manual."""
    tokens = re.findall(r'"(?:[^"\\]|\\.)*"|\{|\}|[^\s{}"]+', text)
    assert tokens[:3] == ["NFG", "1", "R"]
    words = [re.sub(r"\\(.)", r"\1", one[1:-1]) if one[0] == '"' else one for one in tokens]
    assert words[4] == "{"
    end = words.index("}")
    players, place, moves = words[5:end], end + 2, []
    while words[place] == "{":
        end = words.index("}", place)
        moves.append(words[place + 1 : end])
        place = end + 1
    assert words[place] == "}"
    return words[3], players, moves, [Fraction(one) for one in words[place + 2 :]]


def test_it_says_what_it_was_given() -> None:
    payoffs = np.round(np.random.default_rng(1).normal(size=(2, 2, 3)), 6)
    names = [['a "quoted" move', "back\\slash"], ["x", "y {z}", "line\nbreak"]]
    title, players, moves, numbers = read(nfg("A title", ["North", "South"], names, payoffs))
    assert (title, players) == ("A title", ["North", "South"])
    assert moves == [names[0], ["x", "y {z}", "line break"]]
    order = [payoffs[:, i, j] for j in range(3) for i in range(2)]
    assert np.abs(np.ravel(order) - [float(number) for number in numbers]).max() < 1e-12
    assert numbers[0].denominator <= 10**6
