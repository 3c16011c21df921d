"""The world: Mesa's model over arrays, runs last.

One step of the model advances every run of the block by one round; a single
run is a block of one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

import mesa
import numpy as np
import numpy.typing as npt

from sim.arrays import Bools, Floats, Ints
from sim.model.arrangements import LastingMemory
from sim.model.candidates import Sum
from sim.model.choice import (
    PASS,
    Actor,
    Answer,
    Assessment,
    Choice,
    Decision,
    View,
    quantal,
    weights_of_options,
)
from sim.model.compiled import CompiledScenario
from sim.model.draws import Drawn, Past, Streams, draw, standard_normal
from sim.model.events import NEVER, apply_events
from sim.model.theory import Theory
from sim.model.utility import Evaluation
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.lookup import instances, promises

# What a block of runs leaves behind, round by round.

_Small = npt.NDArray[np.int8]


class Recorder:
    """Records of a block, runs last.

    Attributes
    ----------
    state : float32, shape (rounds + 1, recorded rows, runs)
    choice : int16, shape (rounds + 1, directions, tracks, runs)
        Number of the lever among the scenario's levers in alphabetical order,
        ``PASS`` where the round was let pass; round 0 is the start.
    accepted : bool, shape (rounds + 1, directions, tracks, runs)
    happened : bool, shape (rounds + 1, events, runs)
    status : int8, shape (rounds + 1, arrangements, runs)
        At the end of the round: 0 none, 1 in force, 2 suspended.
    promised : int8, shape (rounds + 1, promises, runs)
        0 nothing open, 1 open, 2 overdue; in this round 3 kept, 4 delivered late, 5 broken.
    watched : int16, shape (watches, runs)
        First round in which it was the case, -1 for never.
    stopped, failed : int16, shape (runs,)
        Round in which the run stopped or failed, -1 for neither.
    reasons : dict of run to str
        Why a run failed, by its place in the block.
    """

    def __init__(self, compiled: CompiledScenario, runs: int, rounds: int) -> None:
        moves = (rounds + 1, len(compiled.layout.directions), len(TRACKS), runs)
        self._rows = np.array(compiled.recorded)
        # Of rounds that are not played nothing is known.
        self.state = np.full((rounds + 1, len(self._rows), runs), np.nan, np.float32)
        self.choice: npt.NDArray[np.int16] = np.full(moves, PASS, np.int16)
        self.accepted: Bools = np.zeros(moves, bool)
        self.happened: Bools = np.zeros((rounds + 1, len(compiled.events.names), runs), bool)
        described = compiled.description
        self.status, self.promised = (
            np.zeros((rounds + 1, len(found), runs), np.int8)
            for found in (instances(described), promises(described))
        )
        self.watched: npt.NDArray[np.int16] = np.full(
            (len(compiled.watches.names), runs), -1, np.int16
        )
        self.stopped: npt.NDArray[np.int16] = np.full(runs, -1, np.int16)
        self.failed: npt.NDArray[np.int16] = np.full(runs, -1, np.int16)
        self.reasons: dict[int, str] = {}
        levers = sorted(compiled.description.levers)
        numbers = [levers.index(c.name) for c in compiled.table.rows]
        # The last entry serves PASS, which is -1.
        self._lever_of = np.array([*numbers, PASS], dtype=np.int16)

    def start(self, x: Floats, status: _Small) -> None:
        """Record the state before the first round."""
        self.state[0], self.status[0] = x[self._rows], status

    def round(self, world: World, observed: Bools) -> None:
        """Record the end of a round, and what was ``observed`` of the watches."""
        now, lasting = world.now, world.lasting
        self.state[now], self.status[now] = world.x[self._rows], lasting.status
        self.promised[now] = lasting.promise_status
        self.choice[now] = self._lever_of[world.pick].reshape(self.choice.shape[1:])
        self.accepted[now] = world.agreed.reshape(self.accepted.shape[1:])
        self.happened[now] = world.happens
        first = observed & (self.watched < 0)
        self.watched[first] = now


# How the process holds on to the memory that rounds use again and again.


def keep_freed_memory() -> None:
    """Have the C library hand freed arrays out again rather than return them to the system.

    A round makes and drops some hundred arrays of up to a megabyte, and to have
    the system map their pages anew each time takes up to a tenth of it. glibc
    keeps arrays up to the size of the largest it has seen freed, at most 32 MiB;
    other libraries have their own ways, and lose nothing by this.
    """
    np.empty(31 * 2**20, dtype=np.uint8)


Moment = Mapping[str, Any]
"""Where a block of runs stands: see :meth:`World.moment`."""
_STATE = ("x", "baseline", "worn", "heat", "last", "forbidden", "pick", "agreed", "active", "going")
_CHANGED = (*_STATE, "now", "ever_happened", "happens", "records", "ended", "lasting")
"""What a round changes in place."""
_FOUND = ("evaluation", "assessment", "open", "renewed")
"""What a round finds, and leaves as it is."""


class World(mesa.Model):
    """A block of runs of one scenario.

    Parameters
    ----------
    compiled : CompiledScenario
        The scenario as index arrays.
    seed : int
        Seed of the whole experiment.
    first : int
        Number of the block's first run.
    runs : int
        How many runs the block holds.
    decisions : mapping of actor to Decision, optional
        Rules of actors that do not decide by quantal response.
    answers : mapping of actor to Answer, optional
        Rules of actors that do not leave it to chance whether they agree to a proposal.
    forced : mapping of round to events, optional
        Events that happen in a round whatever their date, chance and conditions.
    given : mapping of path to values, shape (runs,), optional
        Values of parameters that are not drawn but set, run by run.
    parts : bool
        Keep each value's parts by component, for an explanation.
    past : Past, optional
        One run's past that all runs of the block share.
    """

    def __init__(
        self,
        compiled: CompiledScenario,
        seed: int,
        first: int = 0,
        runs: int = 1,
        decisions: Mapping[str, Decision] | None = None,
        *,
        answers: Mapping[str, Answer] | None = None,
        forced: Mapping[int, Collection[str]] | None = None,
        given: Mapping[str, Floats] | None = None,
        parts: bool = False,
        past: Past | None = None,
    ) -> None:
        super().__init__(rng=0)  # Mesa's own generator is never used; all draws are keyed
        keep_freed_memory()
        self.compiled, self.runs, self.now, self._parts = compiled, runs, 0, parts
        self._forced = forced or {}
        self.streams = Streams(seed, first, runs, past)
        self.drawn = Drawn({**draw(compiled.source, self.streams), **(given or {})})
        self.theory = Theory(compiled.table, self.drawn)
        self.choice = Choice(compiled.table, self.drawn)
        self.reference = compiled.reference(self.drawn, runs)
        self.levels = self.reference.levels(self.theory)
        self._by_row = Sum(self.reference.single.row, compiled.layout.moving.stop)
        self.x = compiled.begin(self.drawn, runs, self.reference.trust)
        self.lasting = LastingMemory(
            compiled.lasting, compiled.governments, self.theory, self.drawn, runs
        )
        self.baseline = self.x.copy()
        self.renewed: dict[str, Floats] = {}  # change of support by new governments of the round

        shape = (len(compiled.table), runs)
        self.worn = np.broadcast_to(self.reference.worn, shape).copy()
        self.heat = np.broadcast_to(self.reference.heat, (len(compiled.layout.pairs), runs)).copy()
        self.last: Ints = np.full(shape, NEVER, dtype=np.int64)
        self.forbidden: Bools = np.zeros(shape, dtype=bool)
        self.pick: Ints = np.full((len(compiled.slots), runs), PASS)
        self.agreed: Bools = np.zeros(self.pick.shape, dtype=bool)
        self.active: Bools = np.ones(runs, dtype=bool)
        self.going: Bools = self.active.copy()  # as the round began
        self.ever_happened: Bools = np.zeros((len(compiled.events.names), runs), dtype=bool)
        conditions = {
            "requirements": compiled.requirements,
            "events": compiled.events.conditions,
            "watches": compiled.watches.conditions,
        }
        self.limits = {name: one.bounds(self.drawn) for name, one in conditions.items()}
        self.records = Recorder(compiled, runs, compiled.description.calendar.rounds)
        self.records.start(self.x, self.lasting.status)
        rules, consents = decisions or {}, answers or {}
        for number, name in enumerate(compiled.layout.actors):
            Actor(self, number, rules.get(name, quantal), consents.get(name))

    def step(self) -> None:
        """Advance every run by one round."""
        self.deliberate()
        self.conclude()

    def deliberate(self) -> None:
        """Open a round, and let each actor propose."""
        self.open_round()
        self.propose()

    def open_round(self) -> None:
        """Begin a round: events, and what the actors see."""
        self.now += 1
        self.going = self.active.copy()
        ended = ~self.going
        self.ended = self.x[:, ended], self.baseline[:, ended]
        with np.errstate(all="ignore"):  # a run that fails is found below, by its values
            self._apply_events()
            self.evaluate_options()

    def propose(self) -> None:
        """Let each actor pick a lever toward each other."""
        with np.errstate(all="ignore"):
            self.agents.do("propose")

    def conclude(self) -> None:
        """Close the round: answers, what comes of it, what it leaves behind."""
        ended = ~self.going
        with np.errstate(all="ignore"):
            self.agents.do("answer")
            self.settle()
            self.resolve()
            self.react()
            self.drift()
        if ended.any():
            self.x[:, ended], self.baseline[:, ended] = self.ended
            self.pick[:, ended] = PASS
            for array in (self.agreed, self.accepted, self.happens):
                array[:, ended] = False
        self.record()

    def moment(self) -> Moment:
        """Keep where the runs stand, between rounds or once the actors have proposed."""
        here = vars(self)  # before the first round some are not there yet
        return {
            **{name: deepcopy(here[name]) for name in _CHANGED if name in here},
            **{name: here[name] for name in _FOUND if name in here},
        }

    def resume(self, moment: Moment) -> None:
        """Go on from a moment that was kept; it can be resumed again."""
        for name, value in moment.items():
            setattr(self, name, deepcopy(value) if name in _CHANGED else value)
        if self.lasting.changed.size:
            self.theory.look_ahead(self.lasting.patience)

    def close(self) -> None:
        """Let go of the arrays; the world is of no use afterwards.

        Mesa's model refers to itself, so that without this its megabytes would
        wait for the collector of cycles, which comes when objects are many,
        not when they are large.
        """
        self.remove_all_agents()
        self.__dict__.clear()

    def _apply_events(self) -> None:
        """Let this round's events happen; tension that they bring heats quarrels."""
        tension = self.compiled.layout.rows("tension")
        before = self.x[tension].copy()
        self.renewed = {}
        self.happens = apply_events(self, self._forced.get(self.now, ()))
        self.ever_happened |= self.happens
        self.heat += self.theory.incident_heat * np.maximum(self.x[tension] - before, 0)

    def evaluate_options(self) -> None:
        """Weigh every candidate for every actor, and see which are open."""
        compiled = self.compiled
        pushes = self.lasting.pushes(self.x)
        self.evaluation: Evaluation = compiled.utility.evaluate(
            self.x, self.worn, self.theory, self.levels, pushes, parts=self._parts
        )
        tied, tension = compiled.layout.rows("affinity"), compiled.layout.rows("tension")
        sentiment = (self.x[tied] - self.x[tension]).take(compiled.table.pair, axis=0)
        self.assessment: Assessment = self.choice.assess(
            self.evaluation,
            self.theory,
            self.reference,
            sentiment=sentiment - self.reference.sentiment,
            heat=self._heat_odds(),
            trust=self._trust(),
            review=self.lasting.reviewing(self.x, len(compiled.table)),
        )
        self.open = ~self.forbidden
        self.open &= compiled.requirements.hold(
            self.x, self.last, self.now, self.lasting.begun, self.limits["requirements"]
        )
        self.lasting.close(self.open)
        self.open[compiled.once] &= self._unused()

    def _heat_odds(self) -> Floats:
        """Log-odds of conflict from the heat of each quarrel, against ordinary times."""
        reference, theory = self.reference, self.theory
        one, other = self.compiled.layout.pair_ends
        stakes = (
            reference.tension * theory.audience[one],
            reference.tension * theory.audience[other],
        )
        quick = theory.heat * stakes[0] * stakes[1]
        found: Floats = np.log1p(quick * self.heat) - np.log1p(quick * reference.heat)
        return found

    def _trust(self) -> Floats | None:
        """The trust that weighs consent, against ordinary times."""
        lasting = self.compiled.lasting
        if not len(lasting.trusted):
            return None
        found = np.zeros(self.worn.shape)
        usual = self.reference.credence[lasting.trusted]
        found[lasting.trusted] = lasting.credence(self.x[lasting.trust_rows]) - usual
        return found

    def _unused(self, last: int = NEVER) -> Bools:
        """Where levers that can be used once were not, by either side, but for round ``last``."""
        unused = (self.last == NEVER) | (self.last == last)
        found: Bools = unused[self.compiled.once] & unused[self.compiled.returned]
        return found

    def place(self, slot: int) -> tuple[int, Track]:
        """The ordered pair, by its number, and the track of a slot."""
        return slot // len(TRACKS), TRACKS[slot % len(TRACKS)]

    def view(self, slot: int, block: slice) -> View:
        """What an actor sees toward one other actor, of words or of deeds."""
        direction, track = self.place(slot)
        return View(
            round=self.now,
            direction=direction,
            track=track,
            levers=tuple(candidate.name for candidate in self.compiled.table.rows[block]),
            open=self.open[block],
            worth=self.assessment.worth[block],
            weight=weights_of_options(self.assessment.score[block], self.open[block]),
            draw=self.streams.uniform("choice", self.compiled.slot_names[slot], self.now),
        )

    def of_picked(self, values: Floats, pick: Ints, otherwise: float) -> Floats:
        """Values, by candidate and run, of the candidates picked; ``otherwise`` for none."""
        if not len(values):
            return np.full(pick.shape, otherwise)
        return np.where(pick == PASS, otherwise, values[pick, np.arange(self.runs)])

    def asking(self, slots: Ints) -> Bools:
        """Where the lever picked in each slot needs the target's consent, ``(slots, runs)``."""
        asks = np.append(self.compiled.table.asks[:, 0], False)  # the last stands for PASS
        found: Bools = asks[self.pick[slots]]
        return found

    def settle(self) -> None:
        """Where two would do to each other what they can do once, let one do it, by a draw."""
        compiled = self.compiled
        met = (self.pick[compiled.crossing_slots] == compiled.crossing[..., None]).all(axis=0)
        met &= self.agreed[compiled.crossing_slots].all(axis=0)
        for nth in np.flatnonzero(met.any(axis=1)):
            way, back = compiled.crossing_slots[:, nth]
            pair = " and ".join(compiled.slots[way][0])  # in the order of their names
            first = self.streams.uniform("precedence", pair, self.now) < 0.5
            self.agreed[way] &= ~met[nth] | first
            self.agreed[back] &= ~met[nth] | ~first

    def resolve(self) -> None:
        """Let all accepted levers take effect together; every proposal costs."""
        compiled, table, layout = self.compiled, self.compiled.table, self.compiled.layout
        self.accepted = np.zeros(self.worn.shape, dtype=bool)
        self.accepted[self.pick[self.agreed], np.nonzero(self.agreed)[1]] = True
        effective = self.accepted.astype(np.float64).take(table.effect_candidate, axis=0)
        effective *= self.evaluation.change
        change = compiled.sum_changes(effective)
        costs = np.broadcast_to(self.theory.cost, self.worn.shape)
        paid = self.of_picked(costs, self.pick, 0.0)
        change[layout.rows("support")] -= compiled.sum_costs(paid)
        self.flowed = self.lasting.flows(self.x)
        if self.flowed is not None:
            change += compiled.lasting.sum_flows(self.flowed)
        self._move(layout.moving, change)

    def react(self) -> None:
        """Those whom acts concern warm or cool to the actors; quarrels heat, levers wear."""
        compiled, affinity = self.compiled, self.compiled.layout.rows("affinity")
        reaction, answer = self.evaluation.reaction, self.evaluation.answer
        self.lasting.update_promises(self.accepted, self.going, self.x, self.theory, self.now)
        self._move(affinity, compiled.warmth(reaction, answer, self.accepted, self.x[affinity]))
        self.heat *= self.theory.heat_persistence
        self.heat += compiled.sum_heat(self.accepted * compiled.table.heat)
        rested = self.worn * (1 - self.theory.recovery)
        self.worn = np.where(self.accepted, self.theory.wear, rested)
        self.last[self.accepted] = self.now
        self.lasting.update_arrangements(self.accepted, self.going, self.x, self.now)

    def _move(self, rows: slice, change: Floats) -> None:
        self.x[rows] = self.compiled.layout.clip(self.x[rows] + change, rows)

    def drift(self) -> None:
        """Less what ordinary times bring: reversion, balance, trends and shocks."""
        layout, theory = self.compiled.layout, self.theory
        moving = layout.moving
        shock = shocks(self.compiled, theory, self.streams, self.now)
        trend = theory.trend * theory.trend_damping ** (self.now - 1)
        trend = self.lasting.with_cost_of_ruling(trend)
        self._move(moving, -self._usual_change())
        self.x[moving] = drifted(
            self.compiled, theory, trend, self.reference.balance, self.x, self.baseline, shock
        )
        self.baseline[moving] = layout.clip(self.baseline[moving] + trend, moving)
        self.lasting.age(self.x, theory, self.reference.trust)

    def _usual_change(self) -> Floats:
        """What ordinary times bring; what can be done once brings nothing once it was done."""
        reference = self.reference
        if not len(reference.single.row):
            return reference.change
        fresh = np.ones((len(self.last) + 1, self.runs))  # the last stands for none
        fresh[self.compiled.once] = self._unused(self.now)
        single = reference.single.change * fresh[reference.single.candidate]
        found: Floats = reference.change + self._by_row(single)
        return found

    def record(self) -> None:
        """Record the round; end the runs that stop or fail."""
        watches, records, moving = self.compiled.watches, self.records, self.compiled.layout.moving
        failed = self.active & ~np.isfinite(self.x[moving]).all(axis=0)
        for run in np.flatnonzero(failed):
            row = np.flatnonzero(~np.isfinite(self.x[moving, run]))[0]
            quantity = self.compiled.layout.phrases[row]
            records.reasons[int(run)] = f"{quantity} became {self.x[row, run]} in round {self.now}"
        self.x[:, failed] = np.nan
        records.failed[failed] = self.now
        self.active &= ~failed

        observed = watches.observed(self)
        observed &= self.active
        records.round(self, observed)
        stops = observed[watches.stops].any(axis=0)
        records.stopped[stops] = self.now
        self.active &= ~stops


# What moves by itself: reversion, structural balance (Heider 1946; Marvel et al. 2011), shocks
# and growth. Equations: ``docs/model.md``, section 6.6.


def shocks(compiled: CompiledScenario, theory: Theory, streams: Streams, now: int) -> Floats:
    """Standard normal shocks, shape ``(moving rows, runs)``; 0 where there is no noise."""
    moving = compiled.layout.names[compiled.layout.moving]
    noisy = np.flatnonzero(theory.noise.any(axis=1))
    drawn = np.zeros((len(moving), streams.runs))
    for row in noisy:
        drawn[row] = streams.uniform("shock", moving[row], now)
    drawn[noisy] = standard_normal(drawn[noisy])
    return drawn


def drifted(
    compiled: CompiledScenario,
    theory: Theory,
    trend: Floats,
    balance: Floats,
    x: Floats,
    baseline: Floats,
    shock: Floats,
) -> Floats:
    """The moving rows after one round's drift, shape ``(moving rows, runs)``.

    ``balance`` is the pull of structural balance in ordinary times, by pair: only what goes
    beyond it moves.
    """
    layout = compiled.layout
    here, back = x[layout.moving], baseline[layout.moving]
    low, high = layout.low[layout.moving], layout.high[layout.moving]
    place = (here - low) / (high - low)
    after = here + theory.reversion * (back - here)
    after += 4 * place * (1 - place) * theory.noise * shock
    after += trend
    tied = layout.rows("affinity")
    after[tied] += compiled.pull(here[tied], theory) - balance
    return layout.clip(after, layout.moving)
