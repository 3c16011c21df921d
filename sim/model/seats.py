"""Who sits in the seats: the one interface of people and computed actors.

A computed actor leaves its picks and answers to the text (``docs/model.md``, section 6.5); a
person, or a script, gives a rule of its own.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.errors import (
    Fault,
    Place,
    ScenarioError,
    SimError,
    SlowTheoryWarning,
    in_words,
    option,
    stopped_by_user,
)
from sim.theories.protocol import PASS, Answer, Decision, Proposal, View
from sim.theories.quantal import quantal
from sim.theories.registry import name_of

if TYPE_CHECKING:
    from sim.model.world import World


SLOW = 5.0
"""Seconds that a rule may take for a block of runs before it is called slow."""


def weights_of_options(score: Floats, open_now: Bools) -> Floats:
    """Weights of passing and of each lever, ``(..., levers + 1, runs)``; the largest is 1.

    Both arrays have the shape ``(..., levers, runs)``.
    """
    levers, runs = score.shape[-2:]
    weight = np.empty((*score.shape[:-2], levers + 1, runs))
    weight[..., 0, :] = 0
    weight[..., 1:, :] = np.where(open_now, score, -np.inf)
    weight -= weight.max(axis=-2, keepdims=True)
    return np.exp(weight, out=weight)


class Actor(mesa.Agent):
    """A state. It turns to each other actor and decides by its rule, on a word and a deed.

    Attributes
    ----------
    decision : Decision
        How it decides: :func:`quantal` unless a person or a script takes the seat.
    consent : Answer or None
        How it answers proposals: by chance unless a person takes the seat.
    """

    model: World

    def __init__(self, model: World, number: int) -> None:
        super().__init__(model)
        table = model.compiled.table
        self.decision: Decision = quantal
        self.consent: Answer | None = None
        self._spent = 0.0
        self.id = model.compiled.layout.actors[number]
        blocks = table.blocks
        self._partners = [(slot, b) for slot, b in blocks if table.actor[b.start] == number]
        self._asked = [(slot, b) for slot, b in blocks if table.target[b.start] == number]

    def propose(self) -> None:
        """Pick a word and a deed toward each other actor by one's own rule, where there is one."""
        if self.decision is quantal:
            return  # the text has picked
        for slot, block in self._partners:
            view = self.model.view(slot, block)
            with self._timed(), self._named(view):
                pick = self._checked(self.decision(view), view)
            self._check_memory(view)
            self.model.set_pick(slot, np.where(pick == PASS, PASS, pick + block.start))

    def _checked(self, pick: Any, view: View) -> Ints:
        """What a rule picked, one lever or ``PASS`` for each run; a fault where it may not."""
        levers, runs = view.open.shape
        picked = np.asarray(pick)
        if picked.dtype.kind not in "iu" or picked.shape not in ((), (runs,)):
            found = f"{picked.dtype} of shape {picked.shape}"
            raise self._wrong(view, f"the rule returned {found}", f"return {runs} whole numbers")
        picked = np.broadcast_to(picked, (runs,))
        if not ((picked >= PASS) & (picked < levers)).all():
            odd = int(picked[(picked < PASS) | (picked >= levers)][0])
            remedy = f"return numbers from 0 to {levers - 1}, places in view.levers, or PASS (-1)"
            raise self._wrong(view, f"the rule picked lever number {odd} of {levers}", remedy)
        closed = (picked >= 0) & ~view.open[picked, np.arange(runs)]
        if closed.any():
            lever = view.levers[int(picked[closed][0])]
            remedy = "pick where view.open is true, or PASS (-1)"
            raise self._wrong(view, f"the rule picked '{lever}', which is not open", remedy)
        return picked.astype(np.int64)

    def answer(self) -> None:
        """Agree to or refuse each proposal by one's own rule, where there is one."""
        if self.consent is None:
            return  # the text has answered
        for slot, block in self._asked:
            proposal = self.model.proposal(slot, block)
            with self._timed(), self._named(proposal):
                own = self._yes_or_no(self.consent(proposal), proposal)
            self._check_memory(proposal)
            self.model.set_agreed(slot, np.where(proposal.asks, own, self.model.agreed[slot]))

    def _yes_or_no(self, answer: Any, proposal: Proposal) -> Bools:
        """What a rule answered, yes or no for each run; a fault where it is neither."""
        found, runs = np.asarray(answer), proposal.picked.shape[0]
        if found.dtype.kind != "b" or found.shape not in ((), (runs,)):
            problem = f"the rule answered {found.dtype} of shape {found.shape}"
            raise self._wrong(proposal, problem, f"return {runs} times True or False")
        return np.broadcast_to(found, (runs,))

    def _check_memory(self, seen: View | Proposal) -> None:
        """Refuse what a theory keeps that is not of each run."""
        runs = seen.chance.shape[-1]
        for name, kept in self.model.memories.get(self.id, {}).items():
            numbers = isinstance(kept, np.ndarray) and kept.dtype.kind in "biuf"
            if not numbers or kept.ndim > 2 or kept.shape[-1:] != (runs,):
                found = f"of shape {kept.shape}" if numbers else "no array of numbers"
                problem = f"what the rule keeps as '{name}' is {found}"
                raise self._wrong(seen, problem, f"keep arrays of shape ({runs},) or (n, {runs})")

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Say once of a theory that it is slow, as soon as it is known."""
        before = time.perf_counter()
        yield
        self._spent += time.perf_counter() - before
        if self._spent <= SLOW:
            return
        world = self.model
        rule = self.consent if self.decision is quantal else self.decision
        # All actors that play a theory have the same object, each with a method of its own.
        name, whole = name_of(rule), id(getattr(rule, "__self__", rule))
        if (name, whole) not in world.compiled.slow:
            world.compiled.slow.add((name, whole))
            remedy = "it is asked for many runs at once: reckon with whole arrays, without a loop"
            if getattr(self.decision, "__module__", "").startswith("sim.theories."):
                remedy = "take fewer runs, let fewer actors play it, or leave it out"
            warnings.warn(
                f"the theory '{name}' is slow: {self._spent:.1f} s for '{self.id}' in "
                f"{world.runs:,} runs up to round {world.now} of {world.compiled.rounds}; {remedy}",
                SlowTheoryWarning,
                stacklevel=1,
            )

    @contextmanager
    def _named(self, seen: View | Proposal) -> Iterator[None]:
        """Say whose rule it is that fails, and where."""
        try:
            yield
        except SimError:
            raise
        except BaseException as error:  # whatever a rule may raise, SystemExit too
            if stopped_by_user(error):
                raise
            # The rule may fail in what it calls; it is itself that can be mended.
            places = [one for one in extract_tb(error.__traceback__) if one.filename != __file__]
            rule = [one for one in places if one.filename == places[0].filename]
            where = f"{PurePath(rule[-1].filename).name}, line {rule[-1].lineno}" if rule else "?"
            problem = f"the rule failed: {in_words(error)} ({where})"
            raise self._wrong(seen, problem, "mend the rule") from error

    def _wrong(self, seen: View | Proposal, problem: str, remedy: str) -> ScenarioError:
        place = Place(option("--theory"), path=self.id)
        rule = self.decision if isinstance(seen, View) else self.consent
        named = name_of(rule)
        if not named.endswith("<lambda>"):
            # The name of a function inside another ends with its own.
            whose = f"the rule '{named.rpartition('<locals>.')[2]}'"
            problem = problem.replace("the rule", whose, 1)
        other = f"toward '{seen.target}'" if seen.actor == self.id else f"asked by '{seen.actor}'"
        return ScenarioError([Fault(place, f"in round {seen.round} {other} {problem}", remedy)])
