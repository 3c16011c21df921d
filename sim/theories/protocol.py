"""What a theory is to the model: what an actor sees, to what it does, and an answer to a proposal.

A theory is a function from a :class:`View` to levers, or an object with a method ``choose`` that
is such a function, a method ``answer`` from a :class:`Proposal` to consent or refusal, or both.
It is asked for many runs at once: arrays have runs last. It keeps nothing in itself between rounds:
blocks of runs are played in any order, some of them again. What was done before is in
``view.around.acts``, and what it keeps of a run goes into ``view.around.memory``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

from sim.arrays import Bools, Floats, Ints
from sim.text import unknown

Track = Literal["words", "deeds"]

PASS = -1
"""The choice to let the round pass."""


@dataclass(frozen=True, eq=False)
class Acts:
    """What one actor did toward another in one round.

    Attributes
    ----------
    levers : tuple of str
        All levers of the scenario, in alphabetical order.
    picked : Ints, shape (runs,)
        Place in ``levers``, or ``PASS``.
    accepted : Bools, shape (runs,)
        Whether it took effect: agreed to, or in need of nobody's consent.
    """

    levers: tuple[str, ...]
    picked: Ints
    accepted: Bools

    def of(self, *levers: str) -> Bools:
        """Where it was one of these levers, and took effect, shape (runs,)."""
        found = self.accepted & False
        for lever in levers:
            if lever not in self.levers:
                raise KeyError(unknown(lever, self.levers, "lever"))
            found |= self.accepted & (self.picked == self.levers.index(lever))
        return found


Act = tuple[str, str, str]
"""Who, toward whom, and by which lever."""


@dataclass(frozen=True)
class Case:
    """What is supposed.

    Attributes
    ----------
    steps : sequence of mappings of Act to bool, or Bools of shape (runs,)
        Acts, round after round, and in which runs each takes effect: agreed to, or in need of
        nobody's consent. A step without acts is a round that all let pass.
    state : mapping of phrase or path to number, or Floats of shape (runs,)
        Quantities (``"salience of north in border"``) and parameters
        (``"actors.north.audience_cost"``) that are otherwise than they are, from before the
        first step on. What was found from a parameter at the start of a run stays.
    """

    steps: Sequence[Mapping[Act, Bools | bool]] = ()
    state: Mapping[str, Floats | float] = field(default_factory=dict)


class Supposed(Protocol):
    """What would be seen in some cases: arrays have cases first, and runs last."""

    def levers(self, actor: str, target: str, track: Track) -> tuple[str, ...]:
        """Levers of an actor toward another, in the order of all arrays here."""

    def chance(self, actor: str, target: str, track: Track) -> Floats:
        """Chance that the target agrees to each lever, shape (cases, levers, runs)."""

    def expected(self, actor: str, target: str, track: Track) -> Floats:
        """What each is worth to propose: as ``worth`` of a view, shape (cases, levers, runs)."""

    def open(self, actor: str, target: str, track: Track) -> Bools:
        """Which the actor may pull, shape (cases, levers, runs)."""

    def weight(self, actor: str, target: str, track: Track) -> Floats:
        """Weights of passing and of each by the built-in theory, (cases, levers + 1, runs)."""

    def worth(self, actor: str, target: str, track: Track, to: str) -> Floats:
        """What each is worth to its actor or its target if it takes effect.

        Without the chance of a refusal and what it costs to propose; shape (cases, levers, runs).
        """

    def state(self, phrase: str) -> Floats:
        """A quantity that was asked for, shape (cases, runs)."""

    def interest(self, actor: str) -> Floats:
        """How well off an actor would be, in points, where it was asked for, (cases, runs)."""


class Surroundings(Protocol):
    """What can be asked for beside one decision: the state, the past, further draws."""

    @property
    def state(self) -> Mapping[str, Floats]:
        """Every quantity by its phrase, as a scenario file writes it, shape (runs,).

        ``state["tension of north and south"]``. Affinity is from -1 to 1; tension, commitment,
        ties, support, salience and trust from 0 to 1; positions and issues from 0 to 100; what is
        in force is 1 or 0; power is in the unit of the file. Arrays are copies. Where the actor
        doubts a salience of another, the mean of what it believes stands in its place.
        """

    def weights(self, open: Bools, more: Floats | None = None) -> Floats:
        """See :attr:`View.weight`, if these levers were open, and each were worth so much more.

        Both have the shape (levers, runs); ``more`` is in the unit of :attr:`View.worth`.
        """

    @property
    def actors(self) -> tuple[str, ...]:
        """All actors of the scenario."""

    @property
    def draw(self) -> Floats:
        """See :attr:`View.draw` and :attr:`Proposal.draw`; drawn when it is asked for."""

    @property
    def friendliness(self) -> Mapping[str, float]:
        """How friendly each lever is, from -1 to 1: half for its tone, half for its degree."""

    def levers(self, by: str, toward: str, track: Track) -> tuple[str, ...]:
        """Levers of one actor toward another, of one track, in their order."""

    def usual(self, by: str, toward: str, track: Track) -> Floats:
        """How often one actor uses each lever toward another in a round of ordinary times.

        From 0 to 1, shape (levers, runs), in the order of :meth:`levers`.
        """

    @property
    def stances(self) -> Mapping[str, tuple[str, ...]]:
        """By issue, the actors that hold a position on it, in alphabetical order."""

    def change(self, phrase: str) -> Floats:
        """What each lever would change a quantity by at once, shape (levers, runs).

        In the unit of the quantity, as far as its range leaves room; 0 where a lever does not
        move it.
        """

    def acts(self, by: str, toward: str, track: Track, ago: int = 1) -> Acts:
        """What an actor did toward another so many rounds ago, 1 or more.

        However far back is asked, before the first round everybody let it pass: ``picked`` is
        ``PASS`` and ``accepted`` False in each run.
        """

    @property
    def memory(self) -> dict[str, Floats]:
        """What the actor's theory keeps of each run, by names of its own; empty at the start.

        Arrays of shape (runs,) or (n, runs). They go with the runs: where a study goes back to
        a moment, they are again what they were then.
        """

    def supposing(
        self,
        cases: Sequence[Case],
        ways: Sequence[tuple[str, str]],
        *,
        quantities: Sequence[str] = (),
        interests: bool = False,
        here: Bools | None = None,
    ) -> Supposed:
        """What would be seen in some cases, for all of them at once; the runs stay as they are.

        Parameters
        ----------
        cases : sequence of Case
            All of as many steps.
        ways : sequence of (actor, target)
            Whose levers toward whom are looked at.
        quantities : sequence of phrases
            Quantities to be read.
        interests : bool
            Whether each actor's own interest is found.
        here : Bools, shape (cases, runs), optional
            In which runs a case is looked at: elsewhere numbers are nan. All, if it is not given.
        """

    def uniform(self, name: str) -> Floats:
        """A further draw from [0, 1), shape (runs,), the same whenever it is asked for.

        Each decision, each round and each name has its own.
        """


@dataclass(frozen=True)
class View:
    """What an actor sees when it turns to one other actor.

    Attributes
    ----------
    round : int
        The round that is played, from 1.
    direction : int
        The engine's number of the ordered pair (actor, target), from 0.
    track : {"words", "deeds"}
        Whether it is to pick a word or a deed.
    levers : tuple of str
        Its levers of that track toward the target.
    open : Bools, shape (levers, runs)
        Which of them it may pull now.
    worth : Floats, shape (levers, runs)
        What proposing each is expected to be worth to the actor: chance of consent times value (in
        full where it would hurt), less the support that it costs. In weighted value: 0.01
        weighs as much as a point of the actor's own interest. Usually within 0.2 of 0.
    actor, target : str
        Ids of who decides, and of toward whom.
    chance : Floats, shape (levers, runs)
        Chance from 0 to 1 that the target agrees, as the actor sees it, which may doubt a number
        of the target; 1 where it is not asked.
    around : Surroundings
        The state, what was done before, and further draws.
    """

    round: int
    direction: int
    track: Track
    levers: tuple[str, ...]
    open: Bools
    worth: Floats
    actor: str
    target: str
    chance: Floats
    around: Surroundings

    @cached_property
    def weight(self) -> Floats:
        """Weight of letting the round pass, then of each lever, shape (levers + 1, runs).

        The built-in theory picks in proportion to it. Without a unit: the largest is 1, and what
        is not open has 0.
        """
        return self.around.weights(self.open)

    @cached_property
    def draw(self) -> Floats:
        """A uniform number from [0, 1) for a decision that is left to chance, shape (runs,)."""
        return self.around.draw

    @property
    def state(self) -> Mapping[str, Floats]:
        """See :attr:`Surroundings.state`."""
        return self.around.state


Decision = Callable[[View], Ints]
"""The one seam of computed actors and people, from a view to a lever in each run.

Returns the place of the lever in ``view.levers``, or ``PASS``; shape ``(runs,)``, or one whole
number for all runs.
"""


@dataclass(frozen=True)
class Proposal:
    """What an actor is asked by one other actor.

    Attributes
    ----------
    round : int
        The round that is played, from 1.
    direction : int
        The engine's number of the ordered pair (who asks, who is asked), from 0.
    track : {"words", "deeds"}
        Whether a word or a deed is asked for.
    asks : Bools, shape (runs,)
        Where a lever was picked that needs consent.
    chance : Floats, shape (runs,)
        Chance from 0 to 1 that the target would agree by the built-in theory; 0 where nothing was
        picked.
    actor, target : str
        Ids of who asks, and of who is asked.
    levers : tuple of str
        What may be asked for.
    picked : Ints, shape (runs,)
        Place in ``levers`` of what is asked for, or ``PASS``.
    around : Surroundings
        The state, what was done before, and further draws.
    """

    round: int
    direction: int
    track: Track
    asks: Bools
    chance: Floats
    actor: str
    target: str
    levers: tuple[str, ...]
    picked: Ints
    around: Surroundings

    @cached_property
    def draw(self) -> Floats:
        """A uniform number from [0, 1) for an answer that is left to chance, shape (runs,)."""
        return self.around.draw

    @property
    def state(self) -> Mapping[str, Floats]:
        """See :attr:`Surroundings.state`."""
        return self.around.state


Answer = Callable[[Proposal], Bools]
"""The other half of the seam, from a proposal to consent or refusal, in each run or one for all.

It counts only where the proposal asks.
"""


class Chooses(Protocol):
    """An object that decides."""

    def choose(self, view: View, /) -> Ints:
        """As :data:`Decision`."""


class Answers(Protocol):
    """An object that answers proposals."""

    def answer(self, proposal: Proposal, /) -> Bools:
        """As :data:`Answer`."""


Theory = str | Decision | Chooses | Answers
"""How an actor decides and answers.

A name, a function of a view (:data:`Decision`), or an object with ``choose``, ``answer`` or both:
what it lacks is done by the built-in theory.

:meta hide-value:
"""

Theories = Theory | Mapping[str, Theory]
"""One theory for all actors, or by actor; ``"all"`` is every actor that is not named.

:meta hide-value:
"""
