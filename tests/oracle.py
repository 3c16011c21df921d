"""The model a second time, as a plain agent-based model on Mesa.

One run at a time, agents and dictionaries, no arrays. It is written from
``docs/model.md`` alone, shares only the keyed draws with :mod:`sim.model`, and
is slow: the tests compare the fast engine with it, the benchmark times both.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import mesa

from sim.model.draws import draw
from sim.model.streams import Streams
from sim.scenario.phrases import ANYONE, Phrase
from sim.scenario.scenario import Scenario
from tests import oracle_flow as flow
from tests.oracle_history import History
from tests.oracle_look import Judge, Look, Pair, Score, score
from tests.oracle_rules import Key, Move, Rules, key
from tests.oracle_usual import usual_worth


class Player(mesa.Agent):
    """An actor: picks its moves, answers those of others."""

    model: OracleWorld

    def __init__(self, world: OracleWorld, name: str) -> None:
        super().__init__(world)
        self.name = name
        self.attention = world.rules.description.actors[name].attention
        self.proposals: list[Move] = []

    def propose(self) -> None:
        """Pick a move toward each other actor, as many as it can attend to."""
        picked = [
            (-self.model.scored[move].worth, target, move)
            for target in self.model.rules.others(self.name)
            if (move := self._pick(target)) is not None
        ]
        self.proposals = [move for _, _, move in sorted(picked)[: self.attention]]

    def _pick(self, target: str) -> Move | None:
        drawn = self.model.uniform("choice", f"{self.name} to {target}")
        reached, options = 0.0, self.model.chances(self.name, target)
        for move, chance in options.items():
            reached += chance
            if reached > drawn:
                return move
        return list(options)[-1]

    def agrees(self, move: Move) -> bool:
        """Answer a proposal made to this actor."""
        if self.model.rules.candidates[move].consent is None:
            return True
        drawn = self.model.uniform("consent", f"{move[1]} to {self.name}")
        return drawn < self.model.scored[move].agree


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
        self.usual = usual_worth(scenario, self.rules)
        self.state = self.rules.start()
        self.baseline = dict(self.state)
        self.worn: dict[Move, float] = {}
        self.forbidden: set[tuple[str, str]] = set()
        self.last_used: dict[Move, int] = {}
        self.seen_events: set[str] = set()
        self.open: set[Move] = set()
        self.scored: dict[Move, Score] = {}
        self.round = 0
        self.players = {name: Player(self, name) for name in self.rules.actors}
        self.history = History(watched=dict.fromkeys(self.described.watch))
        self._record([], [], set())

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
            self._record([], [], set())
            return
        happened = self._events()
        self.open = {move for move in self.rules.candidates if self.is_open(move)}
        judge, look = self.judge(self.open)
        self.scored = self.scores(judge, look)
        for player in self.players.values():
            player.propose()
        proposals = [move for player in self.players.values() for move in player.proposals]
        agreed = [move for move in proposals if self.players[move[2]].agrees(move)]
        accepted = [move for move in agreed if not self._comes_second(move, agreed)]
        self._resolve(look, proposals, accepted)
        self._react(look, accepted)
        self.state = flow.drifted(self.rules, self.state, self.baseline, self.uniform)
        self._wear(accepted)
        self._watch(accepted, happened)
        self._record(proposals, accepted, happened)

    def _record(self, proposals: list[Move], accepted: list[Move], events: set[str]) -> None:
        choice: dict[Pair, str | None] = dict.fromkeys(self.rules.ordered)
        answer = dict.fromkeys(self.rules.ordered, False)
        choice |= {(a, t): lever for lever, a, t in proposals}
        answer |= {(a, t): True for _, a, t in accepted}
        self.history.record(self.state, choice, answer, events)

    # --- look and choice ---

    def judge(self, moves: Iterable[Move]) -> tuple[Judge, Look]:
        """Look at some candidates as things stand now."""
        judge = Judge(self.rules, self.state, self.worn)
        return judge, judge.look(moves)

    def scores(self, judge: Judge, look: Look) -> dict[Move, Score]:
        """Chance of consent and X of the candidates looked at."""
        return {m: score(judge, look, m, self.usual.to_target[m]) for m in look.values}

    def chances(self, actor: str, target: str) -> dict[Move | None, float]:
        """Chance of passing (None) and of each open move, levers by name."""
        # Logarithms, less the greatest: the same shares, and no overflow.
        logs: dict[Move | None, float] = {None: 0.0}
        for move in self.rules.toward[actor, target]:
            if move in self.open:
                better = self.scored[move].worth - self.usual.to_actor[move]
                relative = self.rules.candidates[move].usual / self.rules.resting[actor, target]
                logs[move] = math.log(relative) + self.rules.stirred(better)
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
        return flow.hold(
            self.rules.numbers,
            f"levers.{name}.requires",
            lever.requires,
            lambda phrase: self._measure(phrase, actor, target),
        )

    def _comes_second(self, move: Move, agreed: list[Move]) -> bool:
        """Whether the target does to the actor, in this round, what both can do only once."""
        name, actor, target = move
        if not self.described.levers[name].once or (name, target, actor) not in agreed:
            return False
        one, other = sorted((actor, target))
        first = one if self.uniform("precedence", f"{one} and {other}") < 0.5 else other
        return actor != first

    def _measure(self, phrase: Phrase, actor: str, target: str) -> list[float]:
        if phrase.kind == "since":
            last = self.last_used.get((phrase.names[0], actor, target))
            return [math.inf if last is None else self.round - last]
        if phrase.kind == "gap":
            issue = phrase.names[0]
            ends = (self.state["position", actor, issue], self.state["position", target, issue])
            return [abs(ends[0] - ends[1])]
        return [self.state[q] for q in self.rules.expand(phrase, actor, target)]

    # --- events ---

    def _events(self) -> set[str]:
        described = self.described.events
        happened = {name for name in described if self._happens(name)}
        for name in sorted(happened):
            flow.change(self.rules, self.state, self.baseline, name)
            self.forbidden |= {self._ban(text) for text in described[name].forbids}
            self.forbidden -= {self._ban(text) for text in described[name].permits}
        self.seen_events |= happened
        return happened

    def _happens(self, name: str) -> bool:
        event, numbers = self.described.events[name], self.rules.numbers
        return (
            flow.in_season(self.described, name, self.round)
            and (event.repeats or name not in self.seen_events)
            and flow.hold(numbers, f"events.{name}.when", event.when, flow.plainly(self.state))
            and self.uniform("event", name) < numbers[f"events.{name}.chance"]
        )

    @staticmethod
    def _ban(text: str) -> tuple[str, str]:
        lever, _, actor = text.split()
        return lever, actor

    # --- effects ---

    def _resolve(self, look: Look, proposals: list[Move], accepted: list[Move]) -> None:
        total: dict[Key, float] = {}
        for move in accepted:
            for quantity, size in look.pushes[move].items():
                flow.add(total, quantity, size)
        for move in proposals:
            flow.add(total, ("support", move[1]), -self.rules.candidates[move].cost)
        flow.push(self.state, total)

    def _react(self, look: Look, accepted: list[Move]) -> None:
        total: dict[Key, float] = {}
        for move in accepted:
            for pair, reaction in look.reactions[move].items():
                flow.add(total, key("affinity", *pair), reaction)
        flow.push(self.state, total)

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
            measure = flow.plainly(self.state)
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
    chances: dict[Pair, dict[str | None, float]]


def scores(world: OracleWorld) -> Scores:
    """Score every candidate, open or not, as things stand; closed ones have no chance."""
    world.open = {move for move in world.rules.candidates if world.is_open(move)}
    world.scored = world.scores(*world.judge(world.rules.candidates))
    return Scores(
        {move: s.agree for move, s in world.scored.items()},
        {move: s.worth for move, s in world.scored.items()},
        {
            pair: {m and m[0]: chance for m, chance in world.chances(*pair).items()}
            for pair in world.rules.ordered
        },
    )
