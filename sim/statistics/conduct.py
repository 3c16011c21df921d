"""Who did what to whom, how often, and how much of it was conflict.

A lever counts as used in a round when it was carried out: accepted, where it
asks for consent. Shares are of the runs still going in that round; runs that
failed are left out, and so are the rounds after a run has stopped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.scenario.cameo import QUAD_CLASSES, is_conflict, quad_class
from sim.scenario.phrases import pair
from sim.scenario.schema import Description
from sim.statistics.summary import complete_runs


def ends_of(direction: str) -> tuple[str, str]:
    """Actor and target of a direction such as ``north to south``."""
    if (ends := pair(direction)) is None or ends[1] != "to":
        raise ValueError(f"{direction!r} is not a direction such as 'north to south'")
    return ends[0], ends[2]


@dataclass(frozen=True, eq=False)
class LeverUse:
    """How often each lever was proposed and carried out.

    Attributes
    ----------
    directions, levers : tuple of str
        Labels of the axes.
    proposed, done : array of float, (direction, lever)
        Share of the runs' rounds in which it was proposed, and carried out.
    """

    directions: tuple[str, ...]
    levers: tuple[str, ...]
    proposed: NDArray[np.float64]
    done: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ActorUse:
    """One actor's levers by round.

    Attributes
    ----------
    actor : str
        Its id.
    levers : tuple of str
        Levers that it carried out in any run, most used first, cooperation
        before conflict.
    unused : tuple of str
        Levers open to it in the scenario that it carried out in no run.
    dates : array of datetime64, (round - 1,)
        First day of each period.
    share : array of float, (lever, round - 1)
        Share of the runs still going in which it used the lever toward anyone.
    """

    actor: str
    levers: tuple[str, ...]
    unused: tuple[str, ...]
    dates: NDArray[np.datetime64]
    share: NDArray[np.float64]


@dataclass(frozen=True)
class Conduct:
    """What one actor did to another: acts per round by class, and the conflict share."""

    actor: str
    target: str
    acts: tuple[float, float, float, float]

    @property
    def conflict(self) -> float:
        """Conflict, in words and deeds, over all acts; nan where there were none."""
        total = sum(self.acts)
        return (self.acts[2] + self.acts[3]) / total if total else float("nan")


def playing(dataset: xr.Dataset) -> NDArray[np.bool_]:
    """Whether each run was still going in each round after the start: ``(run, round - 1)``."""
    rounds = dataset["round"].values[1:]
    stopped = dataset["stopped_round"].values[:, None]
    return np.asarray((stopped < 0) | (rounds[None, :] <= stopped), dtype=np.bool_)


def _moves(dataset: xr.Dataset) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    order = ("round", "direction", "track", "run")
    choice = dataset["choice"].transpose(*order).values[1:]
    accepted = dataset["accepted"].transpose(*order).values[1:]
    return choice, accepted


def lever_use(dataset: xr.Dataset) -> LeverUse:
    """Count proposals and acts by direction and lever, over all rounds."""
    whole = complete_runs(dataset)
    levers = tuple(str(key) for key in whole["lever"].values)
    directions = tuple(str(key) for key in whole["direction"].values)
    choice, accepted = _moves(whole)
    total, places = max(int(playing(whole).sum()), 1), range(len(directions))
    proposed, done = (
        np.array([np.bincount(choice[:, n][kept[:, n]], minlength=len(levers)) for n in places])
        for kept in (choice >= 0, accepted & (choice >= 0))
    )
    return LeverUse(directions, levers, proposed / total, done / total)


def actor_use(dataset: xr.Dataset, description: Description) -> tuple[ActorUse, ...]:
    """Share of runs in which each actor used each lever, by round."""
    whole = complete_runs(dataset)
    levers = [str(key) for key in whole["lever"].values]
    directions = [str(key) for key in whole["direction"].values]
    choice, accepted = _moves(whole)
    going = np.maximum(playing(whole).sum(axis=0), 1)
    found = []
    for actor in (str(key) for key in whole["actor"].values):
        own = [place for place, name in enumerate(directions) if ends_of(name)[0] == actor]
        acts = np.where(accepted[:, own], choice[:, own], -1)
        share = np.zeros((len(levers), len(choice)))
        for place in range(len(levers)):
            share[place] = (acts == place).any(axis=(1, 2)).sum(axis=1) / going
        rank = sorted(
            (place for place in range(len(levers)) if share[place].any()),
            key=lambda place: (
                is_conflict(description.levers[levers[place]]),
                -share[place].sum(),
                levers[place],
            ),
        )
        found.append(
            ActorUse(
                actor=actor,
                levers=tuple(levers[place] for place in rank),
                unused=tuple(
                    lever
                    for place, lever in enumerate(levers)
                    if not share[place].any() and _open_to(actor, lever, description)
                ),
                dates=whole["from"].values[1:],
                share=share[rank],
            )
        )
    return tuple(found)


def _open_to(actor: str, lever: str, description: Description) -> bool:
    usual = description.levers[lever].usual
    return any((ends := pair(key)) is not None and ends[0] in (actor, "anyone") for key in usual)


def conduct(use: LeverUse, description: Description) -> tuple[Conduct, ...]:
    """Acts per round by CAMEO quad class, for each actor toward each other."""
    classes = [QUAD_CLASSES.index(quad_class(description.levers[lever])) for lever in use.levers]
    found = []
    for place, direction in enumerate(use.directions):
        acts = np.bincount(classes, weights=use.done[place], minlength=4) if classes else [0.0] * 4
        talk, deed, threat, force = (float(amount) for amount in acts)
        found.append(Conduct(*ends_of(direction), (talk, deed, threat, force)))
    return tuple(found)
