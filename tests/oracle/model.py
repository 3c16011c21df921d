"""The model a second time, as a plain agent-based model on Mesa.

One run at a time, agents and dictionaries, no arrays. It is written from
``docs/model.md`` alone, shares only the keyed draws with :mod:`sim.model`, and
is slow: the tests compare the fast engine with it, the benchmark times both.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import mesa

from sim.model.draws import Streams
from sim.scenario.phrases import ANYONE
from sim.scenario.scenario import Scenario
from tests.fixtures.drawn import draw
from tests.oracle import flow, governments, memory
from tests.oracle.beliefs import Belief
from tests.oracle.history import History
from tests.oracle.look import Judge, Look, Score, score
from tests.oracle.rules import TRACKS, Key, Move, Rules, Way, key, saturated
from tests.oracle.usual import ordinary_times, stand


class Player(mesa.Agent):
    """An actor: picks its moves, answers those of others."""

    model: OracleWorld

    def __init__(self, world: OracleWorld, name: str) -> None:
        super().__init__(world)
        self.name = name
        self.attention = world.rules.description.actors[name].attention
        self.proposals: list[Move] = []

    def propose(self) -> None:
        """Pick a word and a deed toward each other actor, as many as it can attend to."""
        picked = [
            (-round(self.model.scored[move].worth, 12), target, TRACKS.index(track), move)
            for target in self.model.rules.others(self.name)
            for track in TRACKS
            if (move := self._pick((self.name, target, track))) is not None
        ]
        self.proposals = [move for *_, move in sorted(picked)[: self.attention]]

    def _pick(self, way: Way) -> Move | None:
        drawn = self.model.uniform("choice", _told(way))
        reached, options = 0.0, self.model.chances(way)
        for move, chance in options.items():
            reached += chance
            if reached > drawn:
                return move
        return list(options)[-1]

    def agrees(self, move: Move) -> bool:
        """Answer a proposal made to this actor."""
        candidate = self.model.rules.candidates[move]
        if candidate.consent is None:
            return True
        return self.model.uniform("consent", _told(candidate.way)) < self.model.scored[move].agree


def _told(way: Way) -> str:
    actor, target, track = way
    return f"{actor} to {target}, {track}"


class OracleWorld(mesa.Model):
    """One run of a scenario.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    seed : int
        Seed of the experiment.
    run : int
        Number of the run, from 0.
    """

    def __init__(self, scenario: Scenario, seed: int, run: int) -> None:
        super().__init__(rng=0)
        self.streams = Streams(seed, run, 1)
        drawn = draw(scenario, self.streams)
        self.rules = Rules(scenario.description, {path: float(drawn[path][0]) for path in drawn})
        self.described = scenario.description
        self.usual = ordinary_times(scenario, self.rules)
        self.state = self.rules.start() | governments.at_start(self.described)
        if memory.has_bonds(self.described):
            self.state |= self.usual.trust | memory.stated_trust(self.rules)
        self.baseline = dict(self.state)
        self.standing = memory.at_start(self.described)
        self.ledger = memory.Ledger()
        self.patience: dict[str, float] = {}
        """Of those who have a new government."""
        self.instances = memory.instances(self.rules)
        self.worn = dict(self.usual.worn)
        self.heat = dict(self.usual.heat)
        self.forbidden: set[tuple[str, str]] = set()
        self.last_used: dict[Move, int] = {}
        self.seen_events: set[str] = set()
        self.open: set[Move] = set()
        self.scored: dict[Move, Score] = {}
        self.round = 0
        self.beliefs = [Belief(self, scenario, name) for name in sorted(self.described.beliefs)]
        self.players = {name: Player(self, name) for name in self.rules.actors}
        self.history = History(watched=dict.fromkeys(self.described.watch))
        self._record([], [], set(), {})

    def step(self) -> None:
        """Play one round, Mesa's way: until the calendar ends or the run stops."""
        self.advance()
        over = self.round >= self.described.calendar.rounds
        self.running = not over and self.history.stopped_round is None

    def uniform(self, purpose: str, name: str) -> float:
        """Take a keyed draw of this round."""
        return float(self.streams.uniform(purpose, name, self.round)[0])

    def advance(self) -> None:
        """Play one round; after a stop nothing moves any more."""
        self.round += 1
        if self.history.stopped_round is not None:
            self._record([], [], set(), {})
            return
        happened = self._events()
        self.open = {move for move in self.rules.candidates if self.is_open(move)}
        judge, look = self.judge(self.open)
        self.scored = self.scores(judge, look)
        self.hope(judge, look, self._believed())
        for player in self.players.values():
            player.propose()
        proposals = [move for player in self.players.values() for move in player.proposals]
        agreed = [move for move in proposals if self.players[move[2]].agrees(move)]
        for belief in self.beliefs:
            belief.learn(self, proposals, agreed)
        accepted = [move for move in agreed if not self._comes_second(move, agreed)]
        self._resolve(look, proposals, accepted)
        self._react(look, accepted)
        self._heat_up(accepted)
        came = self._remember(accepted)
        self._wear(accepted)
        self._drift()
        self._watch(accepted, happened)
        self._record(proposals, accepted, happened, came)

    def _record(
        self,
        proposals: list[Move],
        accepted: list[Move],
        events: set[str],
        came: dict[Move, str],
    ) -> None:
        candidates = self.rules.candidates
        choice: dict[Way, str | None] = dict.fromkeys(self.rules.ways)
        answer = dict.fromkeys(self.rules.ways, False)
        choice |= {candidates[move].way: move[0] for move in proposals}
        answer |= {candidates[move].way: True for move in accepted}
        status = {one: self.standing.of(one) for one in self.instances}
        promised = self.ledger.told(self.rules, came)
        self.history.record(self.state, choice, answer, events, status, promised)
        self.history.believed.append([belief.told(self) for belief in self.beliefs])

    # --- look and choice ---

    def judge(self, moves: Iterable[Move]) -> tuple[Judge, Look]:
        """Look at some candidates as things stand now."""
        usual, standing = self.usual.level, self.standing
        judge = Judge(self.rules, self.state, self.worn, usual, standing, self.patience)
        return judge, judge.look(moves)

    def scores(self, judge: Judge, look: Look) -> dict[Move, Score]:
        """Chance of consent and X of the candidates looked at."""
        return {
            m: score(judge, look, m, self.usual.to_target[m], self.kindness(m), self.credit(m))
            for m in look.values
        }

    def _believed(self) -> dict[Move, float]:
        """Chances of consent as those who doubt them see them (6.14)."""
        found: dict[Move, float] = {}
        doubting = {belief.holder for belief in self.beliefs}
        nested = any(belief.other in doubting for belief in self.beliefs)
        for _ in range(1 + nested):
            for belief in self.beliefs:
                belief.look(self, found)
            found = {
                move: hope for belief in self.beliefs for move, hope in belief.hopes(self).items()
            }
        return found

    def hope(self, judge: Judge, look: Look, hopes: Mapping[Move, float]) -> None:
        """What moves are worth to those who expect these chances of consent."""
        for move, chance in hopes.items():
            own = look.foreseen[move][move[1]]
            worth = min(own, chance * own) + judge.price_of_asking(self.rules.candidates[move])
            self.scored[move] = Score(self.scored[move].agree, worth)

    def sentiment(self, move: Move) -> float:
        """Section 6.5: log-odds for how actor and target stand, against ordinary times."""
        change = stand(self.state, *move[1:]) - self.usual.standing[move]
        return self.rules.coefficient("sentiment") * self.rules.candidates[move].gamma * change

    def kindness(self, move: Move) -> float:
        """Section 6.5: log-odds of agreeing, for the same: a friend yields to a demand, too."""
        return math.copysign(1.0, self.rules.candidates[move].gamma) * self.sentiment(move)

    def credit(self, move: Move) -> float:
        """Section 6.9: log-odds of agreeing, for how far the target believes the actor."""
        trust = memory.trusting(self.rules, self.state, self.rules.candidates[move])
        if trust is None:
            return 0.0
        return self.rules.coefficient("credence") * (trust - self.usual.trusted[move])

    def review(self, move: Move) -> float:
        """Section 6.10: log-odds of ending what a new government's predecessors signed."""
        name, actor, _ = move
        lever = self.described.levers[name]
        if actor not in self.patience or not (lever.ends or lever.suspends):
            return 0.0
        young = self.state["office", actor] < governments.REVIEWED
        return math.log(self.rules.coefficient("review")) if young else 0.0

    def excitement(self, move: Move) -> float:
        """Section 6.5: log-odds of a conflictual lever for the heat of the quarrel."""
        candidate = self.rules.candidates[move]
        if not candidate.conflictual:
            return 0.0
        quick = self.rules.coefficient("heat") * self.usual.level[key("tension", *move[1:])] ** 2
        for x in candidate.between:
            quick *= self.rules.of_actor(x, "audience_cost")
        heat, usual = self.heat[candidate.between], self.usual.heat[candidate.between]
        return math.log((1 + quick * heat) / (1 + quick * usual))

    def chances(self, way: Way) -> dict[Move | None, float]:
        """Chance of passing (None) and of each open move, levers by name."""
        # Logarithms, less the greatest: the same shares, and no overflow.
        logs: dict[Move | None, float] = {None: 0.0}
        for move in self.rules.toward[way]:
            if move in self.open:
                better = self.scored[move].worth - self.usual.to_actor[move]
                relative = self.rules.candidates[move].usual / self.rules.resting[way]
                logs[move] = (
                    math.log(relative)
                    + self.rules.stirred(better)
                    + self.sentiment(move)
                    + self.excitement(move)
                    + self.review(move)
                )
        top = max(logs.values())
        shares = {move: math.exp(log - top) for move, log in logs.items()}
        total = sum(shares.values())
        return {move: share / total for move, share in shares.items()}

    def is_open(self, move: Move) -> bool:
        """Whether a lever can be used: not forbidden, not used up, requirements met."""
        name, actor, target = move
        lever = self.described.levers[name]
        if (name, actor) in self.forbidden:
            return False
        if lever.once and {move, (name, target, actor)} & self.last_used.keys():
            return False
        return flow.required(self.rules, self.state, move, self._since, self.standing, self.round)

    def _since(self, move: Move) -> float:
        last = self.last_used.get(move)
        return math.inf if last is None else self.round - last

    def _comes_second(self, move: Move, agreed: list[Move]) -> bool:
        """Whether the target does to the actor, in this round, what both can do only once."""
        name, actor, target = move
        if not self.described.levers[name].once or (name, target, actor) not in agreed:
            return False
        one, other = sorted((actor, target))
        first = one if self.uniform("precedence", f"{one} and {other}") < 0.5 else other
        return actor != first

    # --- events ---

    def _events(self) -> set[str]:
        described = self.described.events
        happened = {name for name in described if self._happens(name)}
        before = dict(self.state)
        renewed: set[str] = set()
        for name in sorted(happened):
            event = described[name]
            if event.government is not None:
                self._take_office(event.government)
                renewed.add(event.government)
            flow.change(self.rules, self.state, self.baseline, name)
            self.forbidden |= {self._ban(text) for text in event.forbids}
            self.forbidden -= {self._ban(text) for text in event.permits}
            for text in event.ends:
                self.standing.end(memory.told(self.described, text))
            for text in event.begins:
                # What an event begins is in force in its own round: it began before it.
                self.standing.put(memory.told(self.described, text), self.round - 1)
        for pair in self.rules.pairs:
            rise = self.state["tension", *pair] - before["tension", *pair]
            self.heat[pair] += self.rules.coefficient("incident_heat") * max(0.0, rise)
        for belief in self.beliefs:
            if belief.row and belief.other in renewed:
                belief.form(self)
        self.seen_events |= happened
        return happened

    def _happens(self, name: str) -> bool:
        event, numbers = self.described.events[name], self.rules.numbers
        measure = flow.plainly(self.state, self.standing, self.round)
        ruler = event.government
        chance = numbers[f"events.{name}.chance"] if ruler is None else self._chance_of(ruler)
        return (
            flow.in_season(self.described, name, self.round)
            and (event.repeats or ruler is not None or name not in self.seen_events)
            and flow.hold(numbers, f"events.{name}.when", event.when, measure)
            and self.uniform("event", name) < chance
        )

    def _chance_of(self, actor: str) -> float:
        """P: the chance that a government changes hands in this round."""
        support, usual = self.state["support", actor], self.usual.level["support", actor]
        office = self.state["office", actor]
        return governments.chance_of_change(self.rules, actor, self.round, office, support, usual)

    def _take_office(self, actor: str) -> None:
        """Section 6.10: a new government, which wants what it draws."""
        self.state["office", actor] = 0.0
        drawn = functools.partial(self.uniform, "government")
        for quantity, value in governments.successor(self.described, actor, drawn):
            if quantity[0] == "patience":
                self.patience[actor] = value
                continue
            self.state[quantity] = value
            if quantity[0] == "support":
                self.baseline[quantity] = value

    @staticmethod
    def _ban(text: str) -> tuple[str, str]:
        lever, _, actor = text.split()
        return lever, actor

    # --- effects ---

    def _resolve(self, look: Look, proposals: list[Move], accepted: list[Move]) -> None:
        total: dict[Key, float] = {}
        for move in accepted:
            for quantity, push in look.pushes[move].items():
                flow.add(total, quantity, saturated(quantity, self.state[quantity], push))
        for move in proposals:
            flow.add(total, ("support", move[1]), -self.rules.candidates[move].cost)
        for quantity, change in memory.brought(self.rules, self.state, self.standing).items():
            flow.add(total, quantity, change)
        flow.apply(self.state, total)

    def _react(self, look: Look, accepted: list[Move]) -> None:
        total: dict[Key, float] = {}
        for move in accepted:
            for quantity, push in look.reactions[move].items():
                flow.add(total, quantity, saturated(quantity, self.state[quantity], push))
        flow.apply(self.state, total)

    def _heat_up(self, accepted: list[Move]) -> None:
        kept = self.rules.coefficient("heat_persistence")
        self.heat = {pair: kept * heat for pair, heat in self.heat.items()}
        for move in accepted:
            candidate = self.rules.candidates[move]
            self.heat[candidate.between] += candidate.heat

    def _remember(self, accepted: list[Move]) -> dict[Move, str]:
        """Promises, then trust, then arrangements; what became of promises."""
        came = self.ledger.close_round(self.rules, self.round, accepted)
        if memory.has_bonds(self.described):
            self.state |= memory.learnt(self.rules, self.state, self.standing, came, accepted)
        self.standing.close_round(self.round, accepted)
        return came

    def _drift(self) -> None:
        rules, usual = self.rules, self.usual
        damped = rules.coefficient("trend_damping") ** (self.round - 1)
        brought = {q: -change for q, change in usual.brings.items()}
        for quantity, change in usual.lasting.items():
            flow.add(brought, quantity, -change)
        for (name, a, t), changes in usual.single.items():
            if not {self.last_used.get(move) for move in ((name, a, t), (name, t, a))} - {
                None,
                self.round,
            }:
                for quantity, change in changes.items():
                    if quantity in usual.brings:
                        brought[quantity] -= change
        flow.apply(self.state, brought)
        trends = {q: damped * trend for q, trend in rules.trends.items()}
        for quantity, cost in governments.cost_of_ruling(rules).items():
            flow.add(trends, quantity, -cost)
        self.state = flow.drifted(
            rules, self.state, self.baseline, usual.balance, self.uniform, trends
        )
        self.baseline = flow.moved_baseline(self.baseline, trends)
        for quantity, x in self.state.items():
            if quantity[0] == "trust":
                fades = rules.reversion(quantity)
                self.state[quantity] = x + fades * (usual.trust[quantity] - x)
            if quantity[0] == "office":
                self.state[quantity] = x + 1

    def _wear(self, accepted: list[Move]) -> None:
        kept = 1 - self.rules.coefficient("recovery")
        self.worn = {move: kept * worn for move, worn in self.worn.items()}
        for move in accepted:
            self.worn[move] = self.rules.coefficient("wear")
            self.last_used[move] = self.round

    # --- watch ---

    def _watch(self, accepted: list[Move], happened: set[str]) -> None:
        for name, watch in self.described.watch.items():
            if self.history.watched[name] is not None:
                continue
            used = watch.lever is None or any(
                lever == watch.lever
                and watch.by in (None, ANYONE, a)
                and watch.toward in (None, ANYONE, t)
                for lever, a, t in accepted
            )
            came = watch.event is None or watch.event in happened
            measure = flow.plainly(self.state, self.standing, self.round)
            held = flow.hold(self.rules.numbers, f"watch.{name}.when", watch.when, measure)
            if used and came and held:
                self.history.watched[name] = self.round
                if name in self.described.stop:
                    self.history.stopped_round = self.round


def simulate(scenario: Scenario, seed: int, run: int, rounds: int | None = None) -> History:
    """Play one run to its end."""
    world = OracleWorld(scenario, seed, run)
    for _ in range(scenario.description.calendar.rounds if rounds is None else rounds):
        world.advance()
    return world.history


def candidate_values(world: OracleWorld) -> dict[Move, dict[str, float]]:
    """V of every candidate to every actor, open or not, as things stand."""
    return world.judge(world.rules.candidates)[1].values


@dataclass(frozen=True)
class Scores:
    """Chance of consent and X of every candidate; chances of every option."""

    agree: dict[Move, float]
    worth: dict[Move, float]
    chances: dict[Way, dict[str | None, float]]


def scores(world: OracleWorld) -> Scores:
    """Score every candidate, open or not, as things stand; closed ones have no chance."""
    world.open = {move for move in world.rules.candidates if world.is_open(move)}
    world.scored = world.scores(*world.judge(world.rules.candidates))
    return Scores(
        {move: s.agree for move, s in world.scored.items()},
        {move: s.worth for move, s in world.scored.items()},
        {
            way: {m and m[0]: chance for m, chance in world.chances(way).items()}
            for way in world.rules.ways
        },
    )
