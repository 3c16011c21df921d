"""What each choice at one decision changes, against the choice that the model makes itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.analysis.paired import Paired, paired

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ENDS = ("difference", "low", "high")


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
    own: Arm, arms: Mapping[str, Arm], chosen: NDArray[Any], at: int, coords: Mapping[str, Any]
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
        choice ``mean`` (round, outcome), ``spread`` (outcome), ``probability`` (round, watch).
    """
    here = own.open & ~own.failed
    rounds = own.reported.shape[1]
    seen = _seen(own, rounds)
    found: dict[str, list[Any]] = {}
    for name, arm in arms.items():
        both = here & arm.open & ~arm.failed
        values = _columns(own.reported[both], arm.reported[both], events=False)
        events = _columns(seen[both], _seen(arm, rounds)[both], events=True)
        came = max(int(own.open.sum()), 1)
        for end in ENDS:
            found.setdefault(end, []).append(getattr(values, end))
            share = getattr(events, end)
            # Up to the decision the arms are one and the same: nothing there is uncertain.
            share[:at] = 0.0 if both.sum() > 1 else np.nan
            found.setdefault(f"event_{end}", []).append(share)
        pulled = own.open & arm.open
        for key, value in (
            ("open", pulled.sum() / came),
            ("accepted", float(arm.accepted[pulled].mean()) if pulled.any() else np.nan),
            ("chosen", float((chosen[own.open] == name).mean()) if own.open.any() else np.nan),
            ("pairs", int(both.sum())),
        ):
            found.setdefault(key, []).append(value)
    mine = own.reported[here].astype(np.float64)
    spread = mine[:, -1].std(axis=0, ddof=1) if len(mine) > 1 else np.full(mine.shape[2], np.nan)
    tables = {key: np.array(values) for key, values in found.items()}
    axes = {1: ("alternative",), 3: ("alternative", "round", "outcome")}
    variables: dict[str, Any] = {
        key: (
            ("alternative", "round", "watch") if key.startswith("event_") else axes[values.ndim],
            values,
        )
        for key, values in tables.items()
    }
    variables["spread"] = (("outcome",), spread)
    variables["mean"] = (("round", "outcome"), mine.mean(axis=0))
    variables["probability"] = (("round", "watch"), seen[here].mean(axis=0))
    data = xr.Dataset(variables, {"alternative": np.array(list(arms), dtype=object), **coords})
    last = data["difference"].isel(round=-1, drop=True)
    data["effect"] = (last / data["spread"].where(data["spread"] > 0)).where(last != 0, last)
    return data


def _seen(arm: Arm, rounds: int) -> Floats:
    """Whether each watched event has happened, ``(runs, rounds + 1, watches)``."""
    first = arm.watched[:, None, :]
    return np.asarray((first >= 0) & (first <= np.arange(rounds)[None, :, None]), dtype=np.float64)


class _Ends(Protocol):
    difference: Floats
    low: Floats
    high: Floats


def _columns(reference: NDArray[Any], changed: NDArray[Any], *, events: bool) -> _Ends:
    """Compare arrays of shape ``(runs, rounds, things)`` column by column."""
    runs, *shape = reference.shape
    flat = [np.asarray(one, dtype=np.float64).reshape(runs, -1) for one in (reference, changed)]
    found = paired(*flat, events=events)
    return Paired(*(getattr(found, name).reshape(shape) for name in Paired.__dataclass_fields__))
