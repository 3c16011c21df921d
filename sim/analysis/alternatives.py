"""What each choice at one decision changes, against the choice that the model makes itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.analysis.paired import joint_limit, paired

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BY_OUTCOME = ("difference", "low", "high")
BY_WATCH = ("event_difference", "event_low", "event_high")
BY_ALTERNATIVE = ("open", "accepted", "chosen", "pairs")


class Arm(Protocol):
    """One choice, played on in every run; shapes as in :class:`sim.runs.branch.Arm`."""

    @property
    def open(self) -> Bools:
        """Where it could be chosen."""

    @property
    def accepted(self) -> Bools:
        """Where it took effect at once."""

    @property
    def reported(self) -> NDArray[Any]:
        """Outcomes, ``(runs, rounds + 1, outcomes)``."""

    @property
    def watched(self) -> NDArray[Any]:
        """First round of each watched event, ``(runs, watches)``, -1 for never."""

    @property
    def failed(self) -> Bools:
        """Where the run failed."""


def compare(
    own: Arm,
    arms: Mapping[str, Arm],
    chosen: NDArray[Any],
    at: int,
    counts: Bools,
    coords: Mapping[str, Any],
) -> xr.Dataset:
    """Compare each alternative with the model's own choice, run by run.

    Only runs in which an alternative is open, and that fail in neither arm, are
    compared: run r of one arm with run r of the other.

    Parameters
    ----------
    own : Arm
        The model's own choice; ``open`` tells which runs come to the decision.
    arms : mapping of alternative -> Arm
    chosen : shape (runs,)
        What the model itself chose.
    at : int
        The round of the decision.
    counts : shape (outcomes,)
        Which outcomes are counts, whose intervals are those of whole numbers.
    coords : mapping
        Of ``round``, ``date`` (by round), ``outcome`` and ``watch``.

    Returns
    -------
    xarray.Dataset
        ``difference`` with its 95 % interval ``low`` to ``high`` (alternative, round,
        outcome), in the outcome's unit; ``effect`` (alternative, outcome), the
        difference at the end in standard deviations of the own choice's runs;
        ``event_difference``, ``event_low``, ``event_high`` (alternative, round, watch),
        as shares of 1; by alternative ``open`` (share of the runs that come to the
        decision), ``accepted`` (share of those that choose it in which it takes effect),
        ``chosen`` (share in which the model chooses it itself) and ``pairs``; of the own
        choice ``mean`` (round, outcome), ``spread`` (outcome), ``probability`` (round, watch);
        and the attribute ``limit``: the half-width in standard errors at which the intervals
        of all differences at the end hold at once (:func:`sim.analysis.paired.joint_limit`).
    """
    here = own.open & ~own.failed
    rounds = own.reported.shape[1]
    seen = _seen(own, rounds)
    came = max(int(own.open.sum()), 1)
    found: dict[str, list[Any]] = {key: [] for key in (*BY_OUTCOME, *BY_WATCH, *BY_ALTERNATIVE)}
    for name, arm in arms.items():
        pulled, both = own.open & arm.open, here & arm.open & ~arm.failed
        row = (
            *_ends(own.reported[both], arm.reported[both], counts, at),
            *_ends(
                seen[both], _seen(arm, rounds)[both], np.ones(seen.shape[2], bool), at, events=True
            ),
            pulled.sum() / came,
            arm.accepted[pulled].mean() if pulled.any() else np.nan,
            (chosen[own.open] == name).sum() / came,
            both.sum(),
        )
        for values, value in zip(found.values(), row, strict=True):
            values.append(value)
    mine = own.reported[here].astype(np.float64)
    spread = mine[:, -1].std(axis=0, ddof=1) if len(mine) > 1 else np.full(mine.shape[2], np.nan)
    data = xr.Dataset(
        {
            **{key: (("alternative", "round", "outcome"), found[key]) for key in BY_OUTCOME},
            **{key: (("alternative", "round", "watch"), found[key]) for key in BY_WATCH},
            **{key: (("alternative",), found[key]) for key in BY_ALTERNATIVE},
            "mean": (("round", "outcome"), mine.mean(axis=0)),
            "spread": (("outcome",), spread),
            "probability": (("round", "watch"), seen[here].mean(axis=0)),
        },
        {"alternative": np.array(list(arms), dtype=object), **coords},
    )
    data.attrs["limit"] = joint_limit([_gap(own, arm, here) for arm in arms.values()], seed=0)
    last = data["difference"].isel(round=-1, drop=True)
    data["effect"] = last / data["spread"].where(data["spread"] > 0)
    return data


def _gap(own: Arm, arm: Arm, here: Bools) -> Floats:
    """All differences at the end, ``(runs, outcomes + watches)``; nan where not compared."""
    both = here & arm.open & ~arm.failed
    outcomes = np.where(both[:, None], arm.reported[:, -1] - own.reported[:, -1], np.nan)
    events = (arm.watched >= 0).astype(np.float64) - (own.watched >= 0)
    return np.concatenate([outcomes, np.where(both[:, None], events, np.nan)], axis=1)


def _seen(arm: Arm, rounds: int) -> Floats:
    """Whether each watched event has happened, ``(runs, rounds + 1, watches)``."""
    first = arm.watched[:, None, :]
    return np.asarray((first >= 0) & (first <= np.arange(rounds)[None, :, None]), dtype=np.float64)


def _ends(
    reference: NDArray[Any], changed: NDArray[Any], whole: Bools, at: int, *, events: bool = False
) -> Floats:
    """Difference, low and high of arrays ``(runs, rounds, things)``: ``(3, rounds, things)``."""
    runs, *shape = reference.shape
    flat = [
        np.asarray(one, dtype=np.float64).reshape(runs, math.prod(shape))
        for one in (reference, changed)
    ]
    found = [
        np.stack([one.difference, *one.interval()]).reshape(3, *shape)
        for one in (paired(*flat), paired(*flat, whole=True, events=events))
    ]
    ends = np.where(whole, found[1], found[0])
    # Up to the decision the arms are one and the same: nothing there is uncertain.
    ends[:, :at] *= 0.0
    return ends
