"""The stage game of two actors: their moves, and what each cell is worth to both.

Payoffs are the model's own values (``docs/model.md``, 6.3 to 6.5), in hundredths of weighted value:
what a move is expected to be worth to its actor, with the chance of consent and the cost, and what
it is worth to the other, by the same chance. Moves of one round are not seen by one another, so
nobody knows which comes first. Both orders count alike: the second move is valued, and agreed to,
in the state that the first leaves where it takes effect. With values at the present state alone a
cell would be the sum of both moves, and no move would hang on the other's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.arrays import Bools, Floats
from sim.model.choice import find_scores
from sim.model.compiled import CompiledScenario
from sim.model.look import look
from sim.model.seats import weights_of_options
from sim.model.world import World
from sim.scenario.cameo import Track
from sim.scenario.scenario import Scenario
from sim.simulation.branching import must_go_on
from sim.studies.equilibrium.solutions import DIGITS
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
    chance : float
        Mean chance that the built-in theory picks it.
    """

    lever: str
    open: float
    consent: float
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
    rationality: float
    runs: int


class _Seen(NamedTuple):
    """What the moves of both are worth in one state, candidates by runs."""

    expected: Floats  # to its actor
    received: Floats  # to the other
    agree: Floats


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
        When the run, or every run, is over before the round.
    """
    compiled = CompiledScenario(scenario)
    sides = _sides(compiled, actors, track)
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
        parts = [part[..., going].sum(axis=-1) for part in _read(world, sides)]
        sums = [one + other for one, other in zip(sums, parts, strict=True)] if sums else parts
        world.close()
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


def _read(world: World, sides: _Sides) -> Iterator[Floats]:
    """What is summed over runs: payoffs, then of each side what is open, agreed to and picked."""
    opened = [world.open[block].astype(float) for block in sides.blocks]
    cells = _cells(world, sides, opened)
    yield cells
    for block, here in zip(sides.blocks, opened, strict=True):
        weight = weights_of_options(world.read("score")[block], here != 0)
        yield here
        yield world.read("agree")[block]
        yield weight / weight.sum(axis=0)
    yield world.drawn["coefficients.rationality"]


def _cells(world: World, sides: _Sides, opened: list[Floats]) -> Floats:
    """Payoffs of both in every cell and run, shape (2, rows, columns, runs)."""
    rows, columns = sides.blocks
    m, n = (block.stop - block.start for block in sides.blocks)
    now = _as_seen(world, None)
    done = [opened[0] * now.agree[rows], opened[1] * now.agree[columns]]
    cells = np.zeros((2, m + 1, n + 1, world.runs))
    alone = [
        (100 * opened[0] * now.expected[rows], 100 * opened[0] * now.received[rows]),
        (100 * opened[1] * now.received[columns], 100 * opened[1] * now.expected[columns]),
    ]
    for player in (0, 1):
        cells[player, 1:] += alone[0][player][:, None]
        cells[player, :, 1:] += alone[1][player][None]
    # What the one that comes second gains by the first, in either order.
    for i in range(m):
        later = _as_seen(world, rows.start + i)
        fits = ~sides.crossing[i][:, None]
        for player, worth in enumerate((later.received, later.expected)):
            gain = 100 * opened[1] * worth[columns] * fits - alone[1][player]
            cells[player, 1 + i, 1:] += done[0][i] * gain / 2
    for j in range(n):
        later = _as_seen(world, columns.start + j)
        fits = ~sides.crossing[:, j][:, None]
        for player, worth in enumerate((later.expected, later.received)):
            gain = 100 * opened[0] * worth[rows] * fits - alone[0][player]
            cells[player, 1:, 1 + j] += done[1][j] * gain / 2
    return cells


def _as_seen(world: World, candidate: int | None) -> _Seen:
    """What moves are worth now, or once one of them has taken effect."""
    seen = world.snapshot()
    if candidate is not None:
        table = world.compiled.table
        effects = np.flatnonzero(table.effect_candidate == candidate)
        rows = table.effect_row[effects]
        moved = seen.read("x")[rows] + seen.read("change")[effects]
        layout = world.compiled.layout
        seen.read("x")[rows] = np.clip(moved, layout.low[rows], layout.high[rows])
        with np.errstate(all="ignore"):
            look(seen.record)
            find_scores(seen.record)
    agree = seen.read("agree")
    received = agree * seen.read("worth")[len(agree) :]
    return _Seen(seen.read("expected"), received, agree)


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
        opened, agree, chance = means[1 + 3 * nth : 4 + 3 * nth]
        rows = compiled.table.rows[block]
        shut = [n for n in range(len(rows)) if opened[n] == 0]
        left = [n for n in range(len(rows)) if opened[n] > 0]
        moves.append(
            (
                Move("", 1.0, np.nan, float(chance[0])),
                *(
                    Move(
                        rows[n].name,
                        float(opened[n]),
                        float(agree[n]) if rows[n].asks else np.nan,
                        float(chance[1 + n]),
                    )
                    for n in left
                ),
            )
        )
        closed.append(tuple(rows[n].name for n in shut))
        kept.append([0, *(1 + n for n in left)])
    payoffs = np.round(means[0][:, kept[0]][:, :, kept[1]], DIGITS) + 0.0
    return StageGame(
        actors, track, (moves[0], moves[1]), (closed[0], closed[1]), payoffs,
        float(means[-1]), runs,
    )  # fmt: skip
