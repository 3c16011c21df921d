"""The world and its actors: Mesa's model and agents over arrays, runs last.

One step of the model advances every run of the block by one round; a single
run is a block of one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
import numpy.typing as npt

from sim.arrays import Bools, Floats, Ints
from sim.errors import Fault, Place, ScenarioError
from sim.model.candidates import Sum, integers, padded
from sim.model.choice import (
    PASS,
    Answer,
    Assessment,
    Choice,
    Decision,
    Mood,
    Proposal,
    View,
    by_chance,
    quantal,
    weights_of_options,
)
from sim.model.compiled import Setting
from sim.model.conditions import NEVER
from sim.model.drift import drifted, shocks
from sim.model.lasting import Lasting
from sim.model.random_streams import Past, Streams
from sim.model.theory import Theory
from sim.model.uncertain import Drawn, draw
from sim.model.utility import Look
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.instances import instances, promises

if TYPE_CHECKING:
    pass


# A state as an agent: it turns to each other actor, decides, and answers.

PLACES = 12
"""Moves whose worth is the same to so many places rank by name."""


class Actor(mesa.Agent):
    """A state. It turns to each other actor and decides by its rule, on a word and a deed.

    Attributes
    ----------
    decision : Decision
        How it decides: :func:`sim.model.choice.quantal` unless a person or a
        script takes the seat.
    consent : Answer or None
        How it answers proposals: by chance unless a person takes the seat.
    """

    model: World

    def __init__(
        self, model: World, number: int, decision: Decision, consent: Answer | None = None
    ) -> None:
        super().__init__(model)
        layout, table = model.setting.layout, model.setting.table
        self.decision, self.consent = decision, consent
        self.id = layout.actors[number]
        self._attention = model.setting.description.actors[self.id].attention
        self._partners = [(w, b) for w, b in table.blocks if table.actor[b.start] == number]
        self._ways, self._levers = integers([w for w, _ in self._partners]), padded(self._partners)
        self._real = (self._levers >= 0)[..., None]
        self._asked = integers([w for w, b in table.blocks if table.target[b.start] == number])
        self._told = [model.setting.slot_names[w] for w in self._ways]
        self._heard = [model.setting.slot_names[w] for w in self._asked]

    def propose(self) -> None:
        """Pick a word and a deed toward each other actor, or let either pass."""
        world = self.model
        if self.decision is quantal and self._partners:
            world.pick[self._ways] = self._by_chance()
        else:
            for way, block in self._partners:
                view = world.view(way, block)
                pick = self._checked(self.decision(view), view)
                world.pick[way] = np.where(pick == PASS, PASS, pick + block.start)
        if self._attention is not None and self._attention < len(self._partners):
            self._keep_most_valued(self._attention)

    def _checked(self, pick: Any, view: View) -> Ints:
        """What a rule picked, one lever or ``PASS`` for each run.

        Raises
        ------
        ScenarioError
            Where it is no number of a lever, or that of a lever that is not open.
        """
        runs, levers = view.draw.shape[0], len(view.levers)
        picked = np.asarray(pick)
        if picked.dtype.kind not in "iu" or picked.shape not in ((), (runs,)):
            found = f"{picked.dtype} of shape {picked.shape}"
            raise self._wrong(view, f"the rule returned {found}", f"return {runs} whole numbers")
        picked = np.broadcast_to(picked, (runs,))
        if not ((picked >= PASS) & (picked < levers)).all():
            odd = int(picked[(picked < PASS) | (picked >= levers)][0])
            remedy = f"return numbers from 0 to {levers - 1}, places in view.levers, or PASS (-1)"
            raise self._wrong(view, f"the rule picked lever number {odd} of {levers}", remedy)
        shut = (picked >= 0) & ~view.open[picked, np.arange(runs)]
        if shut.any():
            lever = view.levers[int(picked[shut][0])]
            remedy = "pick where view.open is true, or PASS (-1)"
            raise self._wrong(view, f"the rule picked '{lever}', which is not open", remedy)
        return picked

    def _wrong(self, view: View, problem: str, remedy: str) -> ScenarioError:
        toward = self.model.setting.layout.directions[view.direction][1]
        place = Place("decisions", path=self.id)
        return ScenarioError(
            [Fault(place, f"in round {view.round} toward '{toward}' {problem}", remedy)]
        )

    def _by_chance(self) -> Ints:
        """Decide by quantal response toward all partners at a time."""
        world, levers = self.model, self._levers
        weight = weights_of_options(
            world.assessment.score.take(levers, axis=0),
            world.open.take(levers, axis=0) & self._real,
        )
        pick = by_chance(weight, world.streams.uniforms("choice", self._told, world.now))
        return np.where(pick == PASS, PASS, pick + levers[:, :1])

    def _keep_most_valued(self, attention: int) -> None:
        world = self.model
        ways = np.array([way for way, _ in self._partners])
        pick = world.pick[ways]
        # What is worth the same must not be told apart by the last bit of a sum.
        worth = np.round(world.of_picked(world.assessment.worth, pick, -np.inf), PLACES)
        dropped = np.argsort(-worth, axis=0, kind="stable")[attention:]
        world.pick[ways[dropped], np.arange(world.runs)] = PASS

    def answer(self) -> None:
        """Agree to or refuse each proposal; a lever that asks nobody is agreed to."""
        world, ways = self.model, self._asked
        draws = world.streams.uniforms("consent", self._heard, world.now)
        chance = world.of_picked(world.assessment.agree, world.pick[ways], 0.0)
        world.agreed[ways] = draws < chance
        if self.consent is None:
            return
        asks = world.asking(ways)
        for nth, way in enumerate(ways):
            direction, track = world.place(int(way))
            proposal = Proposal(world.now, direction, track, asks[nth], chance[nth], draws[nth])
            own = self.consent(proposal)
            world.agreed[way] = np.where(asks[nth], own, world.agreed[way])


# What a block of runs leaves behind, round by round.

Small = npt.NDArray[np.int8]


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

    def __init__(self, setting: Setting, runs: int, rounds: int) -> None:
        moves = (rounds + 1, len(setting.layout.directions), len(TRACKS), runs)
        self._rows = np.array(setting.recorded)
        # Of rounds that are not played nothing is known.
        self.state = np.full((rounds + 1, len(self._rows), runs), np.nan, np.float32)
        self.choice: npt.NDArray[np.int16] = np.full(moves, PASS, np.int16)
        self.accepted: Bools = np.zeros(moves, bool)
        self.happened: Bools = np.zeros((rounds + 1, len(setting.events.names), runs), bool)
        described = setting.description
        self.status, self.promised = (
            np.zeros((rounds + 1, len(found), runs), np.int8)
            for found in (instances(described), promises(described))
        )
        self.watched: npt.NDArray[np.int16] = np.full(
            (len(setting.watches.names), runs), -1, np.int16
        )
        self.stopped: npt.NDArray[np.int16] = np.full(runs, -1, np.int16)
        self.failed: npt.NDArray[np.int16] = np.full(runs, -1, np.int16)
        self.reasons: dict[int, str] = {}
        levers = sorted(setting.description.levers)
        numbers = [levers.index(c.name) for c in setting.table.rows]
        # The last entry serves PASS, which is -1.
        self._lever_of = np.array([*numbers, PASS], dtype=np.int16)

    def start(self, x: Floats, status: Small) -> None:
        """Record the state before the first round."""
        self.state[0], self.status[0] = x[self._rows], status

    def round(
        self,
        now: int,
        x: Floats,
        pick: Ints,
        agreed: Bools,
        happens: Bools,
        seen: Bools,
        status: Small,
        promised: Small,
    ) -> None:
        """Record the end of a round; ``pick`` holds numbers of candidates."""
        self.state[now], self.status[now] = x[self._rows], status
        self.promised[now] = promised
        self.choice[now] = self._lever_of[pick].reshape(self.choice.shape[1:])
        self.accepted[now] = agreed.reshape(self.accepted.shape[1:])
        self.happened[now] = happens
        first = seen & (self.watched < 0)
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
_CHANGED = (
    "now", "x", "baseline", "worn", "heat", "last", "forbidden", "pick", "agreed", "active",
    "going", "ever_happened", "records", "held", "happens", "lasting",
)  # fmt: skip
"""What a round changes in place."""
_FOUND = ("seen", "assessment", "open", "renewed")
"""What a round finds, and leaves as it is."""


class World(mesa.Model):
    """A block of runs of one scenario.

    Parameters
    ----------
    setting : Setting
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
        setting: Setting,
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
        self.setting, self.runs, self.now, self._parts = setting, runs, 0, parts
        self._forced = forced or {}
        self.streams = Streams(seed, first, runs, past)
        self.drawn = Drawn({**draw(setting.source, self.streams), **(given or {})})
        self.theory = Theory(setting.table, self.drawn)
        self.choice = Choice(setting.table, self.drawn)
        self.ordinary = setting.ordinary(self.drawn, runs)
        self.levels = self.ordinary.levels(self.theory)
        self._by_row = Sum(self.ordinary.single.row, setting.layout.moving.stop)
        self.x = setting.begin(self.drawn, runs, self.ordinary.trust)
        self.lasting = Lasting(setting, self.theory, self.drawn, runs)
        self.baseline = self.x.copy()
        self.renewed: dict[str, Floats] = {}  # change of support by new governments of the round

        shape = (len(setting.table), runs)
        self.worn = np.broadcast_to(self.ordinary.worn, shape).copy()
        self.heat = np.broadcast_to(self.ordinary.heat, (len(setting.layout.pairs), runs)).copy()
        self.last: Ints = np.full(shape, NEVER, dtype=np.int64)
        self.forbidden: Bools = np.zeros(shape, dtype=bool)
        self.pick: Ints = np.full((len(setting.slots), runs), PASS)
        self.agreed: Bools = np.zeros(self.pick.shape, dtype=bool)
        self.active: Bools = np.ones(runs, dtype=bool)
        self.going: Bools = self.active.copy()  # as the round began
        self.ever_happened: Bools = np.zeros((len(setting.events.names), runs), dtype=bool)
        self._thresholds = [
            conditions.bounds(self.drawn)
            for conditions in (
                setting.requirements, setting.events.conditions, setting.watches.conditions,
            )
        ]  # fmt: skip
        self.records = Recorder(setting, runs, setting.description.calendar.rounds)
        self.records.start(self.x, self.lasting.status)
        rules, consents = decisions or {}, answers or {}
        for number, name in enumerate(setting.layout.actors):
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
        self.held = self.x[:, ended], self.baseline[:, ended]
        with np.errstate(all="ignore"):  # a run that fails is found below, by its values
            self.befall()
            self.survey()

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
            self.x[:, ended], self.baseline[:, ended] = self.held
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

    def befall(self) -> None:
        """Let this round's events happen."""
        tension = self.setting.layout.rows("tension")
        before = self.x[tension].copy()
        self.renewed = {}
        self.happens = self.setting.events.befall(
            self.now, self.x, self.baseline, self.forbidden, self.ever_happened,
            self.drawn, self.streams, self._thresholds[1], self._forced.get(self.now, ()),
            self.lasting.begun, self._fall, self,
        )  # fmt: skip
        self.ever_happened |= self.happens
        self.heat += self.theory.incident_heat * np.maximum(self.x[tension] - before, 0)

    def _fall(self, actor: str) -> Floats:
        """The chance that an actor's government falls in this round."""
        return self.setting.governments.chance(
            actor, self.now, self.x, self.drawn, self.ordinary.support
        )

    def install(self, actor: str, here: Bools) -> None:
        """Give an actor a new government in some runs."""
        row = self.setting.layout.at("support", actor)
        before = self.x[row].copy()
        self.lasting.install(
            actor, here & self.going, self.x, self.baseline, self.theory, self.now, self.streams
        )
        self.renewed[actor] = self.renewed.get(actor, 0.0) + self.x[row] - before

    def decree(self, ends: Ints, begins: Ints, here: Bools) -> None:
        """End and begin arrangements by an event, in some runs."""
        self.lasting.decree(ends, begins, here & self.going, self.x, self.now)

    def survey(self) -> None:
        """Weigh every candidate for every actor, and see which are open."""
        setting, interests = self.setting, self.setting.interests
        self.seen: Look = interests.look(
            self.x, self.worn, self.theory, self.levels, self.lasting.pushes(self.x),
            parts=self._parts,
        )  # fmt: skip
        self.assessment: Assessment = self.choice.assess(
            self.seen, self.theory, self.ordinary.worth, self.mood()
        )
        self.open = ~self.forbidden
        self.open &= setting.requirements.hold(
            self.x, self.last, self.now, self._thresholds[0], self.lasting.begun
        )
        self.lasting.close(self.open)
        unused = self.last == NEVER
        self.open[setting.once] &= unused[setting.once] & unused[setting.returned]

    def mood(self) -> Mood:
        """How actors and targets stand to one another, against ordinary times."""
        layout, ordinary, theory = self.setting.layout, self.ordinary, self.theory
        stand = self.x[layout.rows("affinity")] - self.x[layout.rows("tension")]
        one, other = layout.pair_ends
        stakes = ordinary.tension * theory.audience[one], ordinary.tension * theory.audience[other]
        quick = theory.heat * stakes[0] * stakes[1]
        return Mood(
            sentiment=stand.take(self.setting.table.pair, axis=0) - ordinary.sentiment,
            heat=np.log1p(quick * self.heat) - np.log1p(quick * ordinary.heat),
            trust=self._trust(),
            review=self.lasting.reviewing(self.x),
        )

    def _trust(self) -> Floats | None:
        """The trust that weighs consent, against ordinary times."""
        bonds = self.setting.bonds
        if not len(bonds.trusted):
            return None
        found = np.zeros(self.worn.shape)
        found[bonds.trusted] = bonds.credence(self.x) - self.ordinary.credence[bonds.trusted]
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
            levers=tuple(candidate.name for candidate in self.setting.table.rows[block]),
            open=self.open[block],
            worth=self.assessment.worth[block],
            weight=weights_of_options(self.assessment.score[block], self.open[block]),
            draw=self.streams.uniform("choice", self.setting.slot_names[slot], self.now),
        )

    def of_picked(self, values: Floats, pick: Ints, otherwise: float) -> Floats:
        """Values, by candidate and run, of the candidates picked; ``otherwise`` for none."""
        if not len(values):
            return np.full(pick.shape, otherwise)
        return np.where(pick == PASS, otherwise, values[pick, np.arange(self.runs)])

    def asking(self, slots: Ints) -> Bools:
        """Where the lever picked in each slot needs the target's consent, ``(slots, runs)``."""
        asks = np.append(self.setting.table.asks[:, 0], False)  # the last stands for PASS
        found: Bools = asks[self.pick[slots]]
        return found

    def settle(self) -> None:
        """Where two would do to each other what they can do once, let one do it, by a draw."""
        setting = self.setting
        met = (self.pick[setting.crossing_slots] == setting.crossing[..., None]).all(axis=0)
        met &= self.agreed[setting.crossing_slots].all(axis=0)
        for nth in np.flatnonzero(met.any(axis=1)):
            way, back = setting.crossing_slots[:, nth]
            pair = " and ".join(setting.slots[way][0])  # in the order of their names
            first = self.streams.uniform("precedence", pair, self.now) < 0.5
            self.agreed[way] &= ~met[nth] | first
            self.agreed[back] &= ~met[nth] | ~first

    def resolve(self) -> None:
        """Let all accepted levers take effect together; every proposal costs."""
        setting, table, layout = self.setting, self.setting.table, self.setting.layout
        self.accepted = np.zeros(self.worn.shape, dtype=bool)
        self.accepted[self.pick[self.agreed], np.nonzero(self.agreed)[1]] = True
        effective = self.accepted.astype(np.float64).take(table.effect_candidate, axis=0)
        effective *= self.seen.change
        change = setting.sum_changes(effective)
        costs = np.broadcast_to(self.theory.cost, self.worn.shape)
        paid = self.of_picked(costs, self.pick, 0.0)
        change[layout.rows("support")] -= setting.sum_costs(paid)
        if layout.trusting:
            self.flowed = self.lasting.flows(self.x)
            change += setting.bonds.sum_flows(self.flowed)
        self._move(layout.moving, change)

    def react(self) -> None:
        """Those whom acts concern warm or cool to the actors; quarrels heat, levers wear."""
        affinity = self.setting.layout.rows("affinity")
        seen = self.seen.reaction, self.seen.answer
        self.lasting.learn(self.accepted, self.going, self.x, self.theory, self.now)
        self._move(affinity, self.setting.warmth(*seen, self.accepted, self.x[affinity]))
        self.heat *= self.theory.heat_persistence
        self.heat += self.setting.sum_heat(self.accepted * self.setting.heating)
        rested = self.worn * (1 - self.theory.recovery)
        self.worn = np.where(self.accepted, self.theory.wear, rested)
        self.last[self.accepted] = self.now
        self.lasting.arrange(self.accepted, self.going, self.x, self.now)

    def _usual_change(self) -> Floats:
        """What ordinary times bring; what can be done once brings nothing once it was done."""
        ordinary, setting = self.ordinary, self.setting
        if not len(ordinary.single.row):
            return ordinary.change
        unused = (self.last == NEVER) | (self.last == self.now)
        fresh = np.ones((len(self.last) + 1, self.runs))  # the last stands for none
        fresh[setting.once] = unused[setting.once] & unused[setting.returned]
        single = ordinary.single.change * fresh[ordinary.single.candidate]
        found: Floats = ordinary.change + self._by_row(single)
        return found

    def _move(self, rows: slice, change: Floats) -> None:
        layout = self.setting.layout
        self.x[rows] = np.clip(self.x[rows] + change, layout.low[rows], layout.high[rows])

    def drift(self) -> None:
        """Less what ordinary times bring: reversion, balance, trends and shocks."""
        shock = shocks(self.setting, self.theory, self.streams, self.now)
        layout = self.setting.layout
        moving = layout.moving
        trend = self.theory.trend * self.theory.trend_damping ** (self.now - 1)
        trend = self.lasting.ruled(trend)
        self._move(moving, -self._usual_change())
        self.x[moving] = drifted(
            self.setting, self.theory, trend, self.ordinary.balance, self.x, self.baseline, shock
        )
        self.baseline[moving] = np.clip(
            self.baseline[moving] + trend, layout.low[moving], layout.high[moving]
        )
        self.lasting.age(self.x, self.theory, self.ordinary.trust)

    def record(self) -> None:
        """Record the round; end the runs that stop or fail."""
        watches, records, moving = self.setting.watches, self.records, self.setting.layout.moving
        failed = self.active & ~np.isfinite(self.x[moving]).all(axis=0)
        for run in np.flatnonzero(failed):
            row = np.flatnonzero(~np.isfinite(self.x[moving, run]))[0]
            quantity = self.setting.layout.phrases[row]
            records.reasons[int(run)] = f"{quantity} became {self.x[row, run]} in round {self.now}"
        self.x[:, failed] = np.nan
        records.failed[failed] = self.now
        self.active &= ~failed

        lasting = self.lasting
        seen = watches.seen(
            self.now, self.x, self.accepted, self.happens, self._thresholds[2], lasting.begun
        )
        seen &= self.active
        records.round(
            self.now, self.x, self.pick, self.agreed, self.happens, seen, lasting.status,
            lasting.told,
        )  # fmt: skip
        stops = seen[watches.stops].any(axis=0)
        records.stopped[stops] = self.now
        self.active &= ~stops
