"""Where theories agree on a difference, and where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.analysis.contrast import Contrast

Kind = Literal["opposite", "some", "all", "none"]


@dataclass(frozen=True)
class Agreement:
    """What several lenses make of one difference.

    Attributes
    ----------
    kind : {"opposite", "some", "all", "none"}
        They see it in opposite directions; only some see it; all see it alike; none does.
    rises, falls, still : tuple of str
        The lenses under which it rises, falls, or does not differ visibly.
    """

    kind: Kind
    rises: tuple[str, ...]
    falls: tuple[str, ...]
    still: tuple[str, ...]


def agreement(by_lens: Mapping[str, Contrast]) -> Agreement:
    """Say whether lenses agree on a difference.

    A lens sees one where its interval, allowing for all others, leaves out zero
    and the difference is large enough to be visible.
    """
    sides: dict[int, list[str]] = {1: [], -1: [], 0: []}
    for lens, one in by_lens.items():
        sides[int(np.sign(one.difference)) if one.told else 0].append(lens)
    rises, falls, still = (tuple(sides[side]) for side in (1, -1, 0))
    kind: Kind = "none"
    if rises and falls:
        kind = "opposite"
    elif rises or falls:
        kind = "some" if still else "all"
    return Agreement(kind, rises, falls, still)
