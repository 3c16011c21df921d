"""Where theories agree on a difference, and where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.studies.comparison.contrasts import Contrast

Kind = Literal["opposite", "some", "unclear", "all", "none"]


@dataclass(frozen=True)
class Agreement:
    """What several lenses make of one difference.

    Attributes
    ----------
    kind : {"opposite", "some", "unclear", "all", "none"}
        They see it in opposite directions; some see it, and for others there is none
        to be seen; some see it, or might, and of others these runs cannot tell; all see
        it alike; for none there is any to be seen.
    rises, falls, still, open : tuple of str
        The lenses under which it rises, falls, surely does not differ visibly, and those
        of which these runs cannot tell.
    """

    kind: Kind
    rises: tuple[str, ...]
    falls: tuple[str, ...]
    still: tuple[str, ...]
    open: tuple[str, ...]


def agreement(by_lens: Mapping[str, Contrast]) -> Agreement:
    """Say whether lenses agree on a difference.

    A lens sees one where its interval, allowing for all others, leaves out zero
    and the difference is large enough to be visible. That a lens sees none must
    be shown as well: its whole interval must be too small to see.
    """
    sides: dict[str, list[str]] = {"rises": [], "falls": [], "still": [], "open": []}
    for lens, one in by_lens.items():
        if one.notable:
            side = "rises" if np.sign(one.difference) > 0 else "falls"
        else:
            side = "still" if one.negligible else "open"
        sides[side].append(lens)
    rises, falls, still, unknown = (tuple(found) for found in sides.values())
    kind: Kind = "none"
    if rises and falls:
        kind = "opposite"
    elif (rises or falls) and still:
        kind = "some"
    elif unknown:
        kind = "unclear"
    elif rises or falls:
        kind = "all"
    return Agreement(kind, rises, falls, still, unknown)
