"""The game of two actors behind their decisions in one round: equilibria and quantal response."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from sim.errors import Fault, Place, ScenarioError, option
from sim.reporting.document import Document
from sim.scenario.arguments import integer, names_of
from sim.scenario.cameo import TRACKS
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.simulation.block import about
from sim.simulation.branching import actor_faults, round_faults
from sim.studies.arguments import runs_of, seats_of, seed_of, theories_played
from sim.studies.base import Study
from sim.studies.equilibrium.gambit import nfg
from sim.studies.equilibrium.page import equilibrium_page
from sim.studies.equilibrium.payoffs import stage_game
from sim.studies.equilibrium.result import Played, played
from sim.studies.equilibrium.text import by_whom
from sim.theories.protocol import Theories

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from sim.scenario.schema import Description

RUNS = 500
"""Runs whose mean is taken unless told otherwise."""
GAME = "game.nfg"


class Equilibrium(Study):
    """The stage game of two actors in one round.

    Attributes
    ----------
    found : Played
        The game, its solutions, and its quantal response curve.
    data : Dataset
        ``payoff`` by ``player``, ``row`` and ``column``, in hundredths of weighted value;
        ``best``, whether a cell holds a player's best answer; ``share``, of the runs in whose own
        game a cell is an equilibrium; ``quantal_row`` and
        ``quantal_column``, probabilities of moves by ``point`` of the curve, with its
        ``rationality``.
    seconds : float
    """

    kind: ClassVar[str] = "equilibrium"

    def __init__(self, found: Played, seconds: float = 0.0) -> None:
        self.found, self.seconds = found, seconds
        self.data = _labelled(found)

    def to_dataframe(self) -> pd.DataFrame:
        """Every cell, one row each: both moves, what they are worth, who gains, best answers."""
        import pandas as pd

        found, (one, other) = self.found, self.found.game.actors
        mine, theirs = found.game.payoffs
        return pd.DataFrame(
            {
                one: row.lever or "pass",
                other: column.lever or "pass",
                f"payoff_{one}": mine[i, j],
                f"payoff_{other}": theirs[i, j],
                f"best_{one}": bool(found.best[0, i, j]),
                f"best_{other}": bool(found.best[1, i, j]),
                "equilibrium": bool(found.best[:, i, j].all()),
                "equilibrium_share": found.game.shares[i, j],
            }
            for i, row in enumerate(found.game.moves[0])
            for j, column in enumerate(found.game.moves[1])
        )

    def to_nfg(self) -> str:
        """The game as a file for Gambit, by which it can be solved again."""
        found = self.found
        title = f"{found.scenario.description.title}, {found.game.track} of round {found.round}"
        return nfg(title, found.names, found.moves, found.game.payoffs)

    def _by_whom(self) -> str:
        return by_whom(self.found, super()._by_whom())

    def _page(self) -> Document:
        return equilibrium_page(self.found)

    def _files(self) -> Mapping[str, str]:
        return {GAME: self.to_nfg()}

    def _facts(self) -> Mapping[str, object]:
        solutions = self.found.solutions
        sets = [
            [[list(map(str, mixture)) for mixture in side] for side in (one.first, one.second)]
            for one in solutions.sets
        ]
        return {**super()._facts(), "complete": solutions.complete, "equilibria": sets}


def _labelled(found: Played) -> xr.Dataset:
    import xarray as xr

    names = [[move.lever or "pass" for move in side] for side in found.game.moves]
    cell = ("player", "row", "column")
    return xr.Dataset(
        {
            "payoff": (cell, found.game.payoffs),
            "share": (("row", "column"), found.game.shares),
            "best": (cell, found.best),
            "quantal_row": (("point", "row"), found.curve.first),
            "quantal_column": (("point", "column"), found.curve.second),
            "rationality": ("point", found.curve.rationality),
        },
        coords={"player": list(found.game.actors), "row": names[0], "column": names[1]},
        attrs=about(found.scenario, found.seed),
    )


def equilibrium(
    scenario: ScenarioLike,
    actors: Sequence[str],
    round: int,
    run: int | None = None,
    *,
    track: str = "deeds",
    runs: int | None = None,
    seed: int | None = None,
    theories: Theories | None = None,
) -> Equilibrium:
    """Find the equilibria of the game that two actors play in one round of one track.

    The moves are the levers of each toward the other, and letting the round pass. Payoffs are the
    model's own values: see :mod:`sim.studies.equilibrium.payoffs`.

    Parameters
    ----------
    scenario : Scenario, path or mapping
        A scenario, the path of its file, or what its file holds.
    actors : sequence of str
        Two; the first picks the row.
    round : int
        From 1.
    run : int, optional
        The run that is looked at, from 0; the mean of ``runs`` where not given.
    track : {"deeds", "words"}
        An actor picks one of each in a round, by themselves: each is a game.
    runs : int, optional
        500 where not given.
    seed : int, optional
        The scenario's own where not given.
    theories : theory, or mapping of actor to theory, optional
        By which the rounds before are played: as for :func:`sim.run`.

    Returns
    -------
    Equilibrium

    Raises
    ------
    ScenarioError
        For actors, a round or a track that the scenario does not have, actors without a lever
        toward each other, and a run that is over before the round.

    Examples
    --------
    >>> import sim
    >>> found = sim.equilibrium("two-neighbours", ["north", "south"], 4, runs=20)
    >>> found.data["payoff"].sizes["row"]
    3
    """
    scenario, begun = scenario_of(scenario), time.perf_counter()
    described = scenario.description
    pair = names_of("actors", actors)
    faults = [*_pair_faults(pair, described), *round_faults(integer("round", round), described)]
    if run is not None and integer("run", run) < 0:
        faults.append(Fault(Place(option("--run")), f"run {run}", "runs are counted from 0"))
    if track not in TRACKS:
        problem = f"there is no track '{track}'"
        faults.append(Fault(Place(option("--track")), problem, "write deeds or words"))
    if faults:
        raise ScenarioError(faults)
    seed, runs = seed_of(scenario, seed), runs_of(scenario, RUNS if runs is None else runs)
    one, other = pair
    kind = TRACKS[TRACKS.index(track)]
    seats = seats_of(theories, scenario)
    game = stage_game(scenario, (one, other), round, kind, seed, runs, run, seats)
    theories = theories_played(seats, scenario)
    solved = played(scenario, game, round, seed, run, theories)
    found = Equilibrium(solved, time.perf_counter() - begun)
    return found.under(seats, scenario)


def _pair_faults(pair: Sequence[str], described: Description) -> list[Fault]:
    """What is wrong with the two actors."""
    given = option("--actors")
    faults = [fault for actor in pair for fault in actor_faults(actor, given, described)]
    if len(pair) != 2:
        two = ",".join(list(described.actors)[:2])
        problem = f"a game is of two actors, not of {len(pair)}"
        faults.append(Fault(Place(given), problem, f"write two, such as {two}"))
    return faults
