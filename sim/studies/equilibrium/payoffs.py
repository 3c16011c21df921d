"""The stage game of two actors: their moves, and what each cell is worth to both.

Payoffs are the model's own values (``docs/model.md``, 6.3 to 6.5), in hundredths of weighted value:
what a move is expected to be worth to its actor, with the chance of consent and the cost, and what
it is worth to the other, by the same chance. Moves of one round are not seen by one another, so
nobody knows which comes first. Both orders count alike: the second move is valued, and agreed to,
in the state that the first leaves where it takes effect. With values at the present state alone a
cell would be the sum of both moves, and no move would hang on the other's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Floats
from sim.errors import Fault, Place, ScenarioError, option
from sim.model.compiled import CompiledScenario
from sim.model.seats import weights_of_options
from sim.model.world import World
from sim.scenario.cameo import Track
from sim.scenario.scenario import Scenario
from sim.simulation.branching import must_go_on
from sim.studies.equilibrium.solutions import DIGITS
from sim.theories.protocol import Act, Case
from sim.theories.seating import NOBODY, Seats

_BLOCK = 256
"""Runs that are looked at together."""


@dataclass(frozen=True)
class Move:
    """One move of an actor: a lever toward the other, or letting the round pass.

    Attributes
    ----------
    lever : str
        Empty where it lets the round pass.
    open : float
        Share of the runs in which it may be pulled; where it may not, it counts as passing.
    consent : float
        Mean chance that the other agrees; nan where it is not asked.
    seen : float
        The same as the actor sees it, which may doubt a number of the other.
    chance : float
        Mean chance that the built-in theory picks it.
    """

    lever: str
    open: float
    consent: float
    seen: float
    chance: float


@dataclass(frozen=True, eq=False)
class StageGame:
    """A game of two.

    Attributes
    ----------
    actors : (str, str)
        Who picks the row, and who the column.
    track : {"words", "deeds"}
    moves : (tuple of Move, tuple of Move)
        Of each; letting the round pass comes first.
    closed : (tuple of str, tuple of str)
        Levers that are open in no run, and no part of the game.
    payoffs : Floats, shape (2, rows, columns)
        Of each, in hundredths of weighted value, against both letting the round pass.
    shares : Floats, shape (rows, columns)
        Share of the runs in whose own game a cell is an equilibrium without mixtures.
    rationality : float
        Mean over runs of the coefficient: log-odds per hundredth of value.
    runs : int
        Of how many runs they are the mean.
    """

    actors: tuple[str, str]
    track: Track
    moves: tuple[tuple[Move, ...], tuple[Move, ...]]
    closed: tuple[tuple[str, ...], tuple[str, ...]]
    payoffs: Floats
    shares: Floats
    rationality: float
    runs: int


class _Sides(NamedTuple):
    """The candidates of both, in their order, and which of them rule one another out."""

    blocks: tuple[slice, slice]
    crossing: Bools  # shape (rows, columns)


def stage_game(
    scenario: Scenario,
    actors: tuple[str, str],
    round: int,
    track: Track,
    seed: int,
    runs: int,
    run: int | None = None,
    seats: Seats = NOBODY,
) -> StageGame:
    """Bring runs to a round, and read the game of two actors off them.

    Parameters
    ----------
    runs : int
        How many, from the first; of no account where one ``run`` is named.

    Raises
    ------
    ScenarioError
        Where neither has a lever of the track toward the other, and when the run, or every run,
        is over before the round.
    """
    compiled = CompiledScenario(scenario)
    sides = _sides(compiled, actors, track)
    if not sides.crossing.size and sides.blocks[0] == sides.blocks[1]:
        problem = f"neither of '{actors[0]}' and '{actors[1]}' has {track} toward the other"
        remedy = "name other actors, or the other track: words or deeds"
        raise ScenarioError([Fault(Place(option("--actors")), problem, remedy)])
    sums: list[Floats] = []
    counted = 0
    first, count = (0, runs) if run is None else (run, 1)
    for start in range(first, first + count, _BLOCK):
        here = min(_BLOCK, first + count - start)
        world = World(compiled, seed, start, here, seats.decisions, answers=seats.answers)
        world.begin()
        world.play(round - 1)
        if run is not None:
            must_go_on(world, run)
        world.open_round()
        going = world.active
        counted += int(going.sum())
        parts = [part[..., going].sum(axis=-1) for part in _read(world, sides, actors, track)]
        sums = [one + other for one, other in zip(sums, parts, strict=True)] if sums else parts
        world.close()
    if not counted:
        problem = f"all of {count} runs are over before round {round}"
        raise ScenarioError([Fault(Place(option("--round")), problem, "write an earlier round")])
    return _averaged(compiled, actors, track, sides, sums, counted)


def _sides(compiled: CompiledScenario, actors: tuple[str, str], track: Track) -> _Sides:
    table = compiled.table
    blocks = {compiled.slots[slot]: block for slot, block in table.blocks}
    none = slice(0, 0)
    one, other = actors
    mine, theirs = blocks.get(((one, other), track), none), blocks.get(((other, one), track), none)
    crossing = [
        [a.name == b.name and bool(a.lever.once) for b in table.rows[theirs]]
        for a in table.rows[mine]
    ]
    size = mine.stop - mine.start, theirs.stop - theirs.start
    return _Sides((mine, theirs), np.array(crossing, dtype=bool).reshape(size))


def _read(world: World, sides: _Sides, actors: tuple[str, str], track: Track) -> Iterator[Floats]:
    """What is summed over runs: payoffs, then of each side what is open, agreed to and picked."""
    opened = [world.open[block].astype(float) for block in sides.blocks]
    cells = _cells(world, sides, actors, track, opened)
    yield cells
    yield _stable(cells, opened)
    for block, here in zip(sides.blocks, opened, strict=True):
        weight = weights_of_options(world.read("score")[block], here != 0)
        yield here
        yield world.read("agree")[block]
        yield world.believed[block]
        yield weight / weight.sum(axis=0)
    yield world.drawn["coefficients.rationality"]


def _cells(
    world: World, sides: _Sides, actors: tuple[str, str], track: Track, opened: list[Floats]
) -> Floats:
    """Payoffs of both in every cell and run, shape (2, rows, columns, runs)."""
    agreed = [world.read("agree")[block] for block in sides.blocks]
    done = [one * here for one, here in zip(opened, agreed, strict=True)]
    alone = _alone(world, sides, agreed)
    after = _after(world, sides, actors, track)
    m, n = (block.stop - block.start for block in sides.blocks)
    cells = np.zeros((2, m + 1, n + 1, world.runs))
    for player in (0, 1):
        mine, theirs = opened[0] * alone[0][player], opened[1] * alone[1][player]
        cells[player, 1:] += mine[:, None]
        cells[player, :, 1:] += theirs[None]
        # What the one that comes second gains by the first, in either order.
        second = after[1][player][1 : 1 + m] - after[1][player][:1]
        second = np.where(sides.crossing[..., None], -alone[1][player], second)
        first = after[0][player][1 + m :] - after[0][player][:1]
        first = np.where(sides.crossing.T[..., None], -alone[0][player], first)
        gain = done[0][:, None] * second * opened[1]
        gain += done[1] * (first * opened[0]).transpose(1, 0, 2)
        cells[player, 1:, 1:] += gain / 2
    return 100 * cells


def _stable(cells: Floats, opened: list[Floats]) -> Floats:
    """Where nobody gains by another move alone, 1, else 0, shape (rows, columns, runs)."""
    mine, theirs = np.round(cells, DIGITS)
    best = (mine == mine.max(axis=0)) & (theirs == theirs.max(axis=1, keepdims=True))
    # What is closed counts as passing, and is not told apart from that.
    best[1:] &= opened[0][:, None] != 0
    best[:, 1:] &= opened[1] != 0
    return best.astype(float)


def _alone(world: World, sides: _Sides, agreed: list[Floats]) -> list[tuple[Floats, Floats]]:
    """By side: what its moves are worth to both players now, each shape (moves, runs)."""
    worth = world.read("worth")[len(world.compiled.table) :]
    found = []
    for nth, (block, agree) in enumerate(zip(sides.blocks, agreed, strict=True)):
        both = world.read("expected")[block], agree * worth[block]
        found.append(both if nth == 0 else both[::-1])
    return found


def _after(
    world: World, sides: _Sides, actors: tuple[str, str], track: Track
) -> list[tuple[Floats, Floats]]:
    """The same once nothing, or one of the moves of both, has taken effect: cases come first.

    That nothing is done is a case as well, since what was used before is worn less in the next
    round: what a move changes is its difference from that.
    """
    ways = actors, actors[::-1]
    rows = [world.compiled.table.rows[block] for block in sides.blocks]
    acts: list[Mapping[Act, bool]] = [{}]
    acts += [{(*way, one.name): True} for way, side in zip(ways, rows, strict=True) for one in side]
    seen = world.supposer.suppose([Case([act]) for act in acts], ways)
    found = []
    for nth, way in enumerate(ways):
        agree = seen.chance(*way, track)
        both = seen.expected(*way, track), agree * seen.worth(*way, track, way[1])
        found.append(both if nth == 0 else both[::-1])
    return found


def _averaged(
    compiled: CompiledScenario,
    actors: tuple[str, str],
    track: Track,
    sides: _Sides,
    sums: list[Floats],
    runs: int,
) -> StageGame:
    """The game of the means, without levers that are open in no run."""
    means = [one / runs for one in sums]
    moves, closed, kept = [], [], []
    for nth, block in enumerate(sides.blocks):
        opened, agree, seen, chance = means[2 + 4 * nth : 6 + 4 * nth]
        rows = compiled.table.rows[block]
        shut = [n for n in range(len(rows)) if opened[n] == 0]
        left = [n for n in range(len(rows)) if opened[n] > 0]
        moves.append(
            (
                Move("", 1.0, np.nan, np.nan, float(chance[0])),
                *(
                    Move(
                        rows[n].name,
                        float(opened[n]),
                        float(agree[n]) if rows[n].asks else np.nan,
                        float(seen[n]) if rows[n].asks else np.nan,
                        float(chance[1 + n]),
                    )
                    for n in left
                ),
            )
        )
        closed.append(tuple(rows[n].name for n in shut))
        kept.append([0, *(1 + n for n in left)])
    payoffs, shares = (one[..., kept[0], :][..., kept[1]] for one in means[:2])
    return StageGame(
        actors=actors,
        track=track,
        moves=(moves[0], moves[1]),
        closed=(closed[0], closed[1]),
        payoffs=np.round(payoffs, DIGITS) + 0.0,
        shares=shares,
        rationality=float(means[-1]),
        runs=runs,
    )
