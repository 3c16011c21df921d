"""The middle of a scale, where its meaning turns: friendly or hostile, one half or the other."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.phrases import BOUNDS, Kind, parse
from sim.scenario.schema import Outcome


@dataclass(frozen=True)
class Mark:
    """A value whose crossing is worth telling.

    Attributes
    ----------
    variable : str
        Its quantity in results.
    kind : str
    at : float
    above, below : str
        What is said of going above it, and below.
    """

    variable: str
    kind: Kind
    at: float
    above: str
    below: str

    @property
    def margin(self) -> float:
        """A fortieth of the range: a value that only trembles about a mark is no news."""
        low, high = BOUNDS[self.kind]
        return (high - low) / 40


MARKS = (
    Mark("affinity", "affinity", 0.0, "turns friendly", "turns hostile"),
    Mark("tension", "tension", 0.5, "becomes acute", "eases below the middle of its scale"),
    Mark(
        "support", "support", 0.5,
        "has a majority behind it again", "loses its majority at home",
    ),
    Mark(
        "issue_outcome", "issue", 50.0,
        "passes the middle of its scale, toward", "falls back past the middle, toward",
    ),
)  # fmt: skip


def mark_of(outcome: Outcome) -> Mark | None:
    """The mark on an outcome's scale; ``None`` where its scale has none."""
    phrase = parse(outcome.of) if outcome.of else None
    return next((one for one in MARKS if phrase is not None and one.kind == phrase.kind), None)
