"""The quantal response curve of a game of two: equilibria of players who err, by how much.

In a logit quantal response equilibrium each move has a probability in proportion to
exp(rationality times its expected payoff), against what the other really does (McKelvey and
Palfrey 1995). The curve that begins where all moves are equally likely is followed as Turocy
(2005) does, by its tangent and corrections to it, so that it may turn back. At a fork, which only
games have that are the same for both or nearly so, it goes straight on. It is read off at given
rationalities, each as often as it is passed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats

DIGITS = 6
"""Decimals of probabilities: beyond them, processors differ."""
_STEPS = 4000
"""Most steps along the curve."""
_NEAR = 1e-11
"""Largest fault of an equation that is left."""
_STRAIGHT, _FAR = 0.9, 5.0
"""A step that turns by more (cosine), or changes a logarithm by more, is halved."""
_FORK = 1e-7
"""So is one that comes to the other side of a fork, down to this: it may be another curve."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Points of the curve, in the order in which it passes them.

    Attributes
    ----------
    rationality : Floats, shape (points,)
        Log-odds per hundredth of value.
    first, second : Floats, shape (points, moves)
        Probabilities of each move.
    whole : bool
        Whether it was followed to the largest rationality that was asked for.
    """

    rationality: Floats
    first: Floats
    second: Floats
    whole: bool

    def at(self, rationality: float) -> tuple[Floats, Floats] | None:
        """The probabilities where it passes a rationality first; ``None`` where it does not."""
        places = np.flatnonzero(self.rationality == rationality)
        return (self.first[places[0]], self.second[places[0]]) if len(places) else None


def quantal_curve(payoffs: Floats, levels: Floats) -> Curve:
    """Follow the curve from no rationality, where all moves are equally likely.

    Parameters
    ----------
    payoffs : Floats, shape (2, rows, columns)
    levels : Floats, shape (points,)
        Rationalities at which it is read, rising, from 0.

    Returns
    -------
    Curve
    """
    game = _Game(payoffs)
    point = np.concatenate([-np.log(np.repeat(game.sizes, game.sizes)), [0.0]])
    upright = np.zeros_like(point)
    upright[-1] = 1.0
    tangent, side = _tangent(game, point, upright)
    found = [(float(levels[0]), point[:-1])] if levels[0] == 0 else []
    step, last = 0.01 / max(float(np.ptp(payoffs)), 1e-9), float(levels[-1])
    for _ in range(_STEPS):
        made = _corrected(game, point + step * tangent, tangent)
        ahead, beyond = (tangent, side) if made is None else _tangent(game, made, tangent)
        bent = made is None or ahead @ tangent < _STRAIGHT or np.abs(made - point).max() > _FAR
        if made is None or bent or (beyond != side and step > _FORK):
            step /= 2
            if step < 1e-12:
                break
            continue
        low, high = sorted((point[-1], made[-1]))
        passed = levels[(levels > low) & (levels <= high)]
        for level in passed if made[-1] > point[-1] else passed[::-1]:
            share = (level - point[-1]) / (made[-1] - point[-1])
            start = point + share * (made - point)
            start[-1] = level
            exact = _corrected(game, start, upright)
            found.append((float(level), (start if exact is None else exact)[:-1]))
        point, tangent, side, step = made, ahead, beyond, step * 1.5
        if point[-1] > last:
            break
    rows = game.sizes[0]
    chances = np.round(np.exp(np.array([chance for _, chance in found])), DIGITS) + 0.0
    rationality = np.array([level for level, _ in found])
    return Curve(rationality, chances[:, :rows], chances[:, rows:], bool(point[-1] > last))


class _Game:
    """The equations of the curve: the logarithms of all probabilities, then the rationality."""

    def __init__(self, payoffs: Floats) -> None:
        self.sizes = payoffs.shape[1:]
        self.mine, self.theirs = payoffs[0], payoffs[1].T

    def faults(self, point: Floats) -> Floats:
        """By how much each equation fails: sums of probabilities, and ratios of them."""
        m = self.sizes[0]
        u, v, level = point[:m], point[m:-1], point[-1]
        p, q = np.exp(u), np.exp(v)
        mine, theirs = self.mine @ q, self.theirs @ p
        return np.concatenate(
            [
                [p.sum() - 1],
                u[1:] - u[0] - level * (mine[1:] - mine[0]),
                [q.sum() - 1],
                v[1:] - v[0] - level * (theirs[1:] - theirs[0]),
            ]
        )

    def slopes(self, point: Floats) -> Floats:
        """Derivatives of the faults, shape (equations, unknowns)."""
        m, n = self.sizes
        p, q, level = np.exp(point[:m]), np.exp(point[m:-1]), point[-1]
        found = np.zeros((m + n, m + n + 1))
        found[0, :m] = p
        found[1:m, 0] = -1
        found[1:m, 1:m] = np.eye(m - 1)
        found[1:m, m:-1] = -level * (self.mine[1:] - self.mine[0]) * q
        found[1:m, -1] = -(self.mine[1:] - self.mine[0]) @ q
        found[m, m:-1] = q
        found[m + 1 :, m] = -1
        found[m + 1 :, m + 1 : -1] = np.eye(n - 1)
        found[m + 1 :, :m] = -level * (self.theirs[1:] - self.theirs[0]) * p
        found[m + 1 :, -1] = -(self.theirs[1:] - self.theirs[0]) @ p
        return found


def _tangent(game: _Game, point: Floats, before: Floats) -> tuple[Floats, float]:
    """The direction of the curve, not back to where it comes from, and its orientation.

    The orientation, the sign of a determinant, is the same all along a curve without forks.
    """
    square = np.vstack([game.slopes(point), before])
    ahead = np.zeros(len(point))
    ahead[-1] = 1.0
    along = np.linalg.solve(square, ahead)
    found: Floats = along / np.linalg.norm(along)
    square[-1] = found
    return found, float(np.linalg.slogdet(square)[0])


def _corrected(game: _Game, point: Floats, across: Floats) -> Floats | None:
    """A point near by that is on the curve, reached at a right angle to a direction."""
    for _ in range(8):
        faults = game.faults(point)
        if np.abs(faults).max() < _NEAR * max(1.0, float(np.abs(point).max())):
            return point
        square = np.vstack([game.slopes(point), across])
        try:
            point = point - np.linalg.solve(square, np.append(faults, 0.0))
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(point).all() or point[:-1].max() > 1:
            return None
    return None
