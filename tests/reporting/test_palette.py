"""Colours stay apart for colour-blind readers and on a grey print."""

from __future__ import annotations

import itertools

import pytest

from sim.reporting.chart_kit import BLUE, VERMILLION, diverging, sequential


def grey(colour: str) -> float:
    """Luminance from 0 to 255 (ITU-R BT.601)."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_affinity_runs_from_vermillion_to_blue() -> None:
    assert diverging(-1) == diverging(-3) == VERMILLION
    assert diverging(1) == diverging(3) == BLUE
    assert diverging(0.3) != diverging(-0.3)


@pytest.mark.parametrize("conflict", [False, True])
def test_more_is_darker_on_any_printer(conflict: bool) -> None:
    scale = sequential(conflict=conflict)
    assert [scale[0][0], scale[-1][0]] == [0, 1]
    shades = [grey(str(colour)) for _, colour in scale]
    assert all(first - second > 25 for first, second in itertools.pairwise(shades))
