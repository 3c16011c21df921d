"""What happened in a run of the oracle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.oracle.memory import Held
from tests.oracle.rules import Key, Move, Pair, Way, World

WANTS = ("position", "salience", "weight")


@dataclass
class History:
    """What happened, by round: entry 0 is the start, choices begin with round 1.

    ``wants`` has positions, saliences and weights, by quantity; ``status`` is 0 none, 1 in
    force, 2 suspended; ``promised`` is 0 nothing open, 1 open, 2 overdue, 3 kept, 4 delivered
    late, 5 broken in the round. ``believed`` has of each belief its mean, the ends of its
    interval, and the true number.
    """

    affinity: list[dict[Pair, float]] = field(default_factory=list)
    tension: list[dict[Pair, float]] = field(default_factory=list)
    commitment: list[dict[Pair, float]] = field(default_factory=list)
    ties: list[dict[Pair, float]] = field(default_factory=list)
    support: list[dict[str, float]] = field(default_factory=list)
    power: list[dict[str, float]] = field(default_factory=list)
    issues: list[dict[str, float]] = field(default_factory=list)
    choice: list[dict[Way, str | None]] = field(default_factory=list)
    accepted: list[dict[Way, bool]] = field(default_factory=list)
    events: list[set[str]] = field(default_factory=list)
    wants: list[dict[Key, float]] = field(default_factory=list)
    trust: list[dict[Pair, float]] = field(default_factory=list)
    office: list[dict[str, float]] = field(default_factory=list)
    status: list[dict[Held, int]] = field(default_factory=list)
    promised: list[dict[Move, int]] = field(default_factory=list)
    believed: list[list[tuple[float, float, float, float]]] = field(default_factory=list)
    watched: dict[str, int | None] = field(default_factory=dict)
    stopped_round: int | None = None

    def record(
        self,
        state: World,
        choice: Mapping[Way, str | None],
        accepted: Mapping[Way, bool],
        events: set[str],
        status: Mapping[Held, int],
        promised: Mapping[Move, int],
    ) -> None:
        """Add a round."""
        for kind in ("affinity", "tension", "commitment", "ties", "trust"):
            between = {(q[1], q[2]): x for q, x in state.items() if q[0] == kind}
            getattr(self, kind).append(between)
        for name, kind in (
            ("support", "support"),
            ("power", "power"),
            ("issues", "issue"),
            ("office", "office"),
        ):
            getattr(self, name).append({q[1]: x for q, x in state.items() if q[0] == kind})
        self.wants.append({q: x for q, x in state.items() if q[0] in WANTS})
        self.choice.append(dict(choice))
        self.accepted.append(dict(accepted))
        self.events.append(events)
        self.status.append(dict(status))
        self.promised.append(dict(promised))
