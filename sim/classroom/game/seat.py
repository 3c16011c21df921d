"""A seat, what is done from it, and what it is asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.scenario.cameo import Track

Toward = tuple[str, str, Track]
"""Who acts or asks, toward whom, and whether it is a word or a deed."""


@dataclass
class Seat:
    """An actor's place at a table.

    Attributes
    ----------
    actor : str
    members : list of str
        Participants who sit in it, in the order in which they came.
    handed : bool
        The teacher handed it to the model.
    """

    actor: str
    members: list[str] = field(default_factory=list)
    handed: bool = False

    @property
    def by_people(self) -> bool:
        """Whether people play it; an empty seat is the model's."""
        return bool(self.members) and not self.handed


@dataclass(frozen=True)
class Act:
    """What one actor did toward another in a round that is over, in words or in deeds.

    Attributes
    ----------
    track : {"words", "deeds"}
    lever : str or None
        None where the round was let pass.
    asked : bool
        Whether the lever needed consent.
    accepted : bool
    crossed : bool
        It gave way: the target did the same in this round, and the two can do it only once.
    by_people, answered_by_people : bool
        Who chose, and who answered.
    """

    round: int
    actor: str
    target: str
    track: Track
    lever: str | None
    asked: bool
    accepted: bool
    crossed: bool
    by_people: bool
    answered_by_people: bool

    @property
    def open(self) -> bool:
        """Whether all could see it; what had no effect is known to the two alone."""
        return self.lever is not None and self.accepted


@dataclass(frozen=True)
class Ask:
    """A proposal that waits for a person's answer."""

    actor: str
    target: str
    track: Track
    lever: str

    @property
    def turn(self) -> Toward:
        """Who asks, who is asked, and whether for a word or a deed."""
        return self.actor, self.target, self.track
