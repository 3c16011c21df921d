"""The world: Mesa's model over a record of many runs.

One step of the model advances every run of the block by one round; a single run is a block of one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.model import native, rounds
from sim.model.draws import Past, Streams, history
from sim.model.moment import Memories, Moment
from sim.model.recorder import Array, Recorder
from sim.model.rooms import Rooms
from sim.model.seats import Actor
from sim.model.seen import State, proposal_of, view_of
from sim.model.snapshot import Snapshot
from sim.model.start import stream_keys
from sim.model.supposing import Store, Supposer
from sim.model.vectors import LANES, SECTIONS, Field, Flat, Index, Record, Words
from sim.model.workspace import Plan, workspace
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.lookup import IN_FORCE
from sim.theories.protocol import Answer, Decision, Proposal, View
from sim.theories.quantal import quantal

if TYPE_CHECKING:
    from sim.model.compiled import CompiledScenario


_FEW = 64
"""Runs that are quickly played uncompiled."""
_LAID = ("x", "status", "begun", "pick", "agreed")
"""What may be laid down from outside in the course of a round."""
_GLANCED = ("agree", "believed", "expected", "score", "open")
"""What is kept of a glance."""


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
        Events that happen in a round whatever their date, chance and conditions. It is read as
        the world goes: what is added to it for a round to come counts.
    given : mapping of path to values, shape (runs,), optional
        Values of parameters that are not drawn but set, run by run.
    parts : bool
        Keep each value's parts by component, for an explanation.
    ledger : bool
        Keep those, and the account of every round: see :class:`sim.model.ledger.Ledger`.
    interests : bool
        Record every actor's own interest.
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
        answers: Mapping[str, Answer | None] | None = None,
        forced: Mapping[int, Collection[str]] | None = None,
        given: Mapping[str, Floats] | None = None,
        parts: bool = False,
        ledger: bool = False,
        interests: bool = False,
        past: Past | None = None,
    ) -> None:
        super().__init__(rng=0)  # Mesa's own generator is never used; all draws are keyed
        self.compiled, self.runs, self.now, self.first = compiled, runs, 0, first
        self.parts = parts or ledger
        self.plans = compiled.plans(parts=self.parts)
        skip = first % LANES
        self.own = slice(skip, skip + runs)
        self.width = -(-(skip + runs) // LANES) * LANES
        # Many runs are there sooner if they wait for what is being compiled.
        self._sections = native.sections(wait=runs > _FEW) or SECTIONS
        self.lanes = LANES if self._sections is not SECTIONS else self.width
        self.records = Recorder(compiled, self.width, self.own, interests=interests)
        self.streams = Streams(seed, first, runs, past)
        self._wanted: Mapping[int, Collection[str]] = {} if forced is None else forced
        self._forced = Index(compiled.events.forced(compiled.rounds, self._wanted))
        self._outside = {
            **self.records.outside,
            **(self._ledger() if ledger else {}),
            **history(past),
            **{name: Words(words) for name, words in stream_keys(self.plans.keys, seed).items()},
            **self._given(given or {}),
            "forced": self._forced,
            "keeps_interest": int(interests),
            "lane_count": self.lanes,
            "width": self.width,
            "first_run": first - skip,
        }
        self._numbers: Floats | None = None
        self._record: Record | None = None
        self._rooms: Rooms | None = None  # where runs are played by rules, from start to end
        self._gone = False  # whether the runs were played, and only their records kept
        self.quantities = State(self)
        self.supposer = Supposer(self)
        self.memories: Memories = {}
        self._here: Moment | None = None  # the moment at which the runs stand, if one is known
        for number in range(len(compiled.layout.actors)):
            Actor(self, number)
        self.seat(decisions, answers)

    def _given(self, given: Mapping[str, Floats]) -> dict[str, Field]:
        """Values of parameters that are set, for the lanes beside the runs as well."""
        rows = self.plans.paths.rows
        known = [path for path in given if path in rows]
        values = np.zeros((len(known), self.width))
        for line, path in zip(values, known, strict=True):
            line[:] = given[path][0]
            line[self.own] = given[path]
        return {
            "given": Flat(values),
            "given_row": Index([rows[path] for path in known]),
            "given_count": len(known),
        }

    def _ledger(self) -> dict[str, Field]:
        """Room for an account, and which runs it is of."""
        entries = self.plans.own.tables["entries"]
        self.account = np.zeros((self.compiled.rounds + 1, entries))
        counted = np.zeros(self.width)
        counted[self.own] = 1
        return {"accounts": 1, "account": Flat(self.account), "counted": Flat(counted)}

    def seat(
        self,
        decisions: Mapping[str, Decision] | None = None,
        answers: Mapping[str, Answer | None] | None = None,
    ) -> None:
        """Let actors decide and answer by these rules from now on.

        Who has none has that of the scenario's file, else the model's.
        """
        own = self.compiled.seats
        for agent in self.agents:
            stated = own.decisions.get(agent.id, quantal)
            agent.decision = (decisions or {}).get(agent.id, stated)
            agent.consent = (answers or {}).get(agent.id, own.answers.get(agent.id))

    # Rounds, whole or in parts.

    def begin(self) -> None:
        """Put the runs at their start, where they are not yet: it is recorded then."""
        _ = self._begun

    def step(self) -> None:
        """Advance every run by one round."""
        if self._by_rule:
            self.deliberate()
            self.conclude()
        else:
            self._turn()
            self._advance(rounds.WHOLE)

    def _turn(self) -> None:
        """Turn to the next round; beyond the last, compiled code would write where nothing is."""
        if self.now >= self.compiled.rounds:
            raise IndexError(f"the calendar ends with round {self.compiled.rounds}")
        self.now += 1

    def deliberate(self) -> None:
        """Open a round, and let each actor propose."""
        self._turn()
        self._advance(rounds.EVENTS | rounds.LOOK | rounds.PICK)
        self._propose()

    def open_round(self) -> None:
        """Begin a round: events, and what the actors see."""
        self._turn()
        self._advance(rounds.EVENTS | rounds.LOOK)

    def evaluate_options(self) -> None:
        """Weigh every candidate for every actor, and see which are open."""
        self._advance(rounds.LOOK)

    def glance(self) -> None:
        """The same where nothing but chances of choices is read of it: many times quicker."""
        self._leave()
        self._call("glance", self._begun, 0, self._groups, self.now)

    def propose(self) -> None:
        """Let each actor pick a lever toward each other."""
        self._advance(rounds.PICK)
        self._propose()

    def _propose(self) -> None:
        self.agents.do("propose")
        if self.plans.own.tables["sparing"]:
            self._advance(rounds.ATTEND)

    def conclude(self) -> None:
        """Close the round: answers, what comes of it, what it leaves behind."""
        self._advance(self._answer() | rounds.CLOSE)

    def _answer(self) -> int:
        """Let actors with a rule of their own answer; gives the part of the round left to do."""
        if all(agent.consent is None for agent in self.agents):
            return rounds.ANSWER
        self._advance(rounds.ANSWER)
        self.agents.do("answer")
        return 0

    def play(self, until: int | None = None) -> None:
        """Play rounds at once, to the end of the calendar, or only up to some round.

        To the end, nothing is kept but the records.
        """
        last = self.compiled.rounds if until is None else min(until, self.compiled.rounds)
        if self._by_rule and until is None and self._record is None and self.lanes < self.width:
            self._play_in_rooms(last)
        elif self._by_rule:
            while self.now < last:
                self.step()
        elif until is None and self._record is None:
            own, base = self._made(stored=False)
            self._call("play", own, base, 0, self._groups, last)
            self._gone = True
        elif self.now < last:
            start, keep = self.now + 1, until is not None
            self._finish(start, rounds.WHOLE, last, keep=keep)
        self.now = last

    def _play_in_rooms(self, last: int) -> None:
        """Play all rounds by rules, where nothing but the records is wanted."""
        plans = self.plans
        # Values of several strips are found again when the round is closed.
        everything = self.parts or plans.own.tables["strips"] > 1
        rooms = Rooms(plans.own, plans.values, self._outside, self._groups, everything=everything)
        base = None if plans.base is None else self._base_record(plans.base)
        for group, own in rooms:
            self._call("begin_runs", own, base or own, group, group + 1)
        self._rooms = rooms
        self.deliberate()
        while self.now < last:
            closing = self._answer() | rounds.CLOSE
            self._turn()
            self._advance(rounds.EVENTS | rounds.LOOK | rounds.PICK, before=closing)
            self._propose()
        self.conclude()
        self._rooms, self._gone = None, True

    def finish(self) -> None:
        """Play on from where the actors have proposed to the end; only the records count then."""
        last = self.compiled.rounds
        if self._by_rule:
            self.conclude()
            self.play()
        else:
            self._finish(self.now, rounds.ANSWER | rounds.CLOSE, last, keep=False)
        self.now = last

    def _finish(self, now: int, parts: int, last: int, *, keep: bool) -> None:
        begun = self._begun
        if keep or self.lanes == self.width:
            self._leave()
        self._call("finish", begun, 0, self._groups, now, parts, last, int(keep))

    def moment(self, run: int | None = None) -> Moment:
        """Keep where the runs stand, between rounds or once the actors have proposed.

        With the place of one ``run`` in the block it is that run's, between rounds: all runs of
        another block of the scenario can go on from there.
        """
        if run is not None:
            here = slice(self.own.start + run, self.own.start + run + 1)
            numbers = self._all[: self.plans.own.kept, here].copy()  # which begins the runs
            memories = self._memories(slice(run, run + 1))
            return Moment(self.now, self._records(here), {}, memories, numbers)
        laid = {name: self._all[self.plans.own.places[name]].copy() for name in _LAID}
        self._here = Moment(self.now, self._records(slice(None)), laid, self._memories(slice(None)))
        return self._here

    def _records(self, runs: slice) -> dict[str, Array]:
        return {name: array[..., runs].copy() for name, array in self.records.whole.items()}

    def _memories(self, runs: slice) -> Memories:
        return {
            actor: {name: array[..., runs].copy() for name, array in kept.items()}
            for actor, kept in self.memories.items()
        }

    def _leave(self) -> None:
        """Copy the numbers of the moment at which the runs stand, before they go on from it."""
        moment, self._here = self._here, None
        if moment is not None and moment.numbers is None:
            moment.numbers = self._all.copy()
            for name, rows in moment.laid.items():
                moment.numbers[self.plans.own.places[name]] = rows

    def resume(self, moment: Moment) -> None:
        """Go on from a moment that was kept; it can be resumed again."""
        if self._record is None:
            self._record, _ = self._made(stored=True)
        self.now = moment.now
        if self._here is moment:
            # Nothing but records has changed since, and what was laid down.
            for name, rows in moment.laid.items():
                self._all[self.plans.own.places[name]] = rows
        else:
            self._leave()
            assert moment.numbers is not None  # copied when it was left
            self._all[: len(moment.numbers)] = moment.numbers
        for name, array in self.records.whole.items():
            array[:] = moment.records[name]
        self.memories = {
            # Those of a single run become those of all.
            actor: {
                name: np.broadcast_to(array, (*array.shape[:-1], self.runs)).copy()
                for name, array in kept.items()
            }
            for actor, kept in moment.memories.items()
        }
        self._here = moment if moment.laid else None

    def close(self) -> None:
        """Let go of the arrays; the world is of no use afterwards.

        Mesa's model refers to itself, so that without this its megabytes would wait for the
        collector of cycles, which comes when objects are many, not when they are large.
        """
        self.remove_all_agents()
        self.__dict__.clear()

    @property
    def _by_rule(self) -> bool:
        """Whether anybody decides or answers by a rule of its own."""
        return any(a.decision is not quantal or a.consent is not None for a in self.agents)

    @property
    def _groups(self) -> int:
        return self.width // self.lanes

    def _call(self, section: str, *args: Record | int) -> None:
        if self._wanted:
            self._forced.write(self.compiled.events.forced(self.compiled.rounds, self._wanted))
        with np.errstate(all="ignore"):  # a run that fails is found by its values
            self._sections[section](*args)

    def _advance(self, parts: int, before: int = 0) -> None:
        """Play parts of the round; ``before`` them some of the last one."""
        if self._rooms is not None:
            for group, own in self._rooms:
                # One after the other for each group, whose numbers are near then.
                if before:
                    self._call("advance", own, group, group + 1, self.now - 1, before)
                self._call("advance", own, group, group + 1, self.now, parts)
            return
        self._leave()
        self._call("advance", self._begun, 0, self._groups, self.now, parts)

    def _made(self, *, stored: bool) -> tuple[Record, Record]:
        """A workspace for so many lanes, and that of ordinary times."""
        plan, base = self.plans.own, self.plans.base
        room = workspace(plan.rows, self.lanes)
        room[plan.places["parameter"]] = self.plans.values[:, None]
        outside = dict(self._outside)
        if stored and self.lanes == self.width:
            self._numbers = room
        elif stored:
            glanced = np.concatenate([np.arange(plan.rows)[plan.places[name]] for name in _GLANCED])
            # Rows that begin a power of two apart would fall on one another in the caches.
            store = np.zeros((plan.rows, self.width + LANES))
            self._numbers = store[:, : self.width]
            outside |= {
                "store": Flat(store),
                "store_width": store.shape[1],
                "store_rows": plan.rows,
                "store_lasting": plan.kept,
                "glances": len(glanced),
                "glance_row": Index(glanced),
            }
        own = self._record_of(plan, room, outside)
        return own, own if base is None else self._base_record(base)

    def _base_record(self, base: Plan) -> Record:
        """A workspace for ordinary times."""
        room = workspace(base.rows, self.lanes)
        room[base.places["parameter"]] = self.plans.base_values[:, None]
        return self._record_of(base, room, {"lane_count": self.lanes, "past_run": -1})

    def _record_of(self, plan: Plan, room: Floats, outside: Mapping[str, Field]) -> Record:
        return (plan.record if self._sections is SECTIONS else plan.words)(room, outside)

    @property
    def _begun(self) -> Record:
        """The record of runs that are kept from round to round."""
        if self._gone or self._rooms is not None:
            raise RuntimeError("of runs that were played at once only their records are kept")
        if self._record is None:
            self._record, base = self._made(stored=True)
            self._call("begin_runs", self._record, base, 0, self._groups)
        return self._record

    # What the runs' numbers are, by row and run.

    @property
    def _all(self) -> Floats:
        _ = self._begun
        assert self._numbers is not None  # made with the record
        return self._numbers

    def read(self, name: str) -> Floats:
        """A table of the record, shape ``(rows, runs)``; what is written to it counts."""
        if self._rooms is not None:
            return self._rooms.read(name)[:, self.own]
        found: Floats = self._all[self.plans.own.places[name], self.own]
        return found

    def store(self) -> Store:
        """Where the runs are kept."""
        return Store.of(self._all if self._rooms is None else self._rooms.numbers)

    def look_apart(
        self, plan: Plan, room: Floats, outside: Mapping[str, Field], *counts: int
    ) -> None:
        """Look at suppositions in a workspace of their own: so many cases, and steps."""
        own = self._record_of(plan, room, outside)
        self._call("look_apart", own, 0, self._groups, self.now, *counts)

    def snapshot(self) -> Snapshot:
        """The runs as they stand, to be looked at apart; the world goes on unchanged."""
        found = Snapshot(self.compiled, lanes=self.runs, parts=self.parts)
        found.take(self._all[: self.plans.own.rows, self.own])
        return found

    @property
    def x(self) -> Floats:
        """The state, by row of the layout."""
        return self.read("x")

    @property
    def baseline(self) -> Floats:
        """What each quantity reverts to."""
        return self.read("baseline")

    @property
    def pick(self) -> Ints:
        """The candidate picked in each slot, or ``PASS``."""
        return self.read("pick").astype(np.int64)

    def set_pick(self, slot: int, pick: Ints | int) -> None:
        """Lay down what is picked in a slot."""
        self.read("pick")[slot] = pick

    def set_agreed(self, slot: int, agreed: Bools) -> None:
        """Lay down whether what is picked in a slot is agreed to."""
        self.read("agreed")[slot] = agreed

    def set_arrangement(self, number: int, status: int, here: Bools) -> None:
        """Give an arrangement a status in some runs, as if it had it since the round before."""
        self.read("status")[number, here] = status
        self.x[self.compiled.layout.in_force][number, here] = status == IN_FORCE
        if status == IN_FORCE:
            self.read("begun")[number, here] = self.now - 1

    def marked(self, name: str) -> Bools:
        """A table of yes and no, shape ``(rows, runs)``; a copy, and not to be written to."""
        found: Bools = self.read(name) != 0
        found.flags.writeable = False
        return found

    @property
    def agreed(self) -> Bools:
        """By slot: whether the pick is agreed to, or asks nobody."""
        return self.marked("agreed")

    @property
    def accepted(self) -> Bools:
        """By candidate: whether it took effect in the round."""
        return self.marked("accepted")

    @property
    def open(self) -> Bools:
        """By candidate: whether its actor may choose it."""
        return self.marked("open")

    @property
    def happens(self) -> Bools:
        """By event: whether it happened in the round."""
        return self.marked("happens")

    @property
    def active(self) -> Bools:
        """Which runs go on, shape ``(runs,)``."""
        return self.marked("active")[0]

    @property
    def going(self) -> Bools:
        """Which went on as the round began, shape ``(runs,)``."""
        return self.marked("going")[0]

    @property
    def drawn(self) -> dict[str, Floats]:
        """The values of the parameters that the text uses, by path, shape ``(runs,)``."""
        values = self.read("parameter")
        return {path: values[row] for path, row in self.plans.paths.rows.items()}

    @property
    def believed(self) -> Floats:
        """By candidate: the chance of consent as its actor sees it."""
        return self.read("believed" if self.compiled.description.beliefs else "agree")

    def felt(self, change: Floats) -> Floats:
        """Change of log-odds for a change of value against ordinary times, shape (..., runs)."""
        values, rows = self.read("parameter"), self.plans.paths.rows
        sharp, half = (values[rows[f"coefficients.{n}"]] for n in ("rationality", "felt_scale"))
        found: Floats = 100 * sharp * change / (np.abs(change) * 100 / half + 1)
        return found

    def place(self, slot: int) -> tuple[int, Track]:
        """The ordered pair, by its number, and the track of a slot."""
        return slot // len(TRACKS), TRACKS[slot % len(TRACKS)]

    def view(self, slot: int, block: slice) -> View:
        """What an actor sees toward one other actor, of words or of deeds."""
        return view_of(self, slot, block)

    def proposal(self, slot: int, block: slice) -> Proposal:
        """What an actor is asked by one other actor."""
        return proposal_of(self, slot, block)
