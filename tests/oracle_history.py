"""What happened in a run of the oracle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.oracle_rules import Pair, Way, World


@dataclass
class History:
    """What happened, by round: entry 0 is the start, choices begin with round 1."""

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
    watched: dict[str, int | None] = field(default_factory=dict)
    stopped_round: int | None = None

    def record(
        self,
        state: World,
        choice: Mapping[Way, str | None],
        accepted: Mapping[Way, bool],
        events: set[str],
    ) -> None:
        """Add a round."""
        for kind in ("affinity", "tension", "commitment", "ties"):
            between = {(q[1], q[2]): x for q, x in state.items() if q[0] == kind}
            getattr(self, kind).append(between)
        for name, kind in (("support", "support"), ("power", "power"), ("issues", "issue")):
            getattr(self, name).append({q[1]: x for q, x in state.items() if q[0] == kind})
        self.choice.append(dict(choice))
        self.accepted.append(dict(accepted))
        self.events.append(events)
