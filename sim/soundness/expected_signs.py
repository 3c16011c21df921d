"""Signs: whether conduct moves in the direction on which theory agrees.

The sign table says what is set, what is read, and the direction that theory names; each row is
read at both ends, or without and with what is laid down.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, StrictBool, StrictFloat, StrictInt, model_validator

from sim.arrays import Floats
from sim.errors import ScenarioError
from sim.model.candidates import Candidate
from sim.scenario.calendar import date_after
from sim.scenario.cameo import is_conflict
from sim.scenario.checker import Checker
from sim.scenario.field_types import Frozen, Name, Names, Text, fault, within
from sim.scenario.loading import load_scenario
from sim.scenario.lookup import consent, usual
from sim.scenario.phrases import BOUNDS, STATE, Kind, Phrase, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Order
from sim.scenario.shipped import find_file as file_named
from sim.scenario.shipped import home
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import read_yaml
from sim.simulation.block import Chances, chances
from sim.soundness.engine import Still, at_least, played, with_rounds
from sim.text import closest

SIGNS = Path("soundness", "signs.yaml")
"""The sign table that comes with the program, in its folder of scenarios."""
_SETTABLE: tuple[Kind, ...] = (*STATE, "position", "salience", "weight", "trust")

_Number = StrictFloat | StrictInt
_Two = Annotated[tuple[_Number, ...], BeforeValidator(tuple), Field(min_length=2, max_length=2)]
_Rounds = Annotated[
    tuple[StrictInt, ...], BeforeValidator(tuple), Field(min_length=2, max_length=2)
]
_Steps = tuple[str | int, ...]
LISTS = ("handed", "own", "memory")
_LEAST = 0.01
"""A read that moves by less than this share of itself has no direction."""


class Acts(Frozen):
    """Some levers from one actor toward another, by name or by tone."""

    levers: Names = Field((), description="their names")
    tone: Literal["cooperative", "conflictual"] | None = Field(
        None, description="or all that are cooperative, or conflictual"
    )
    by: Name = Field(description="who uses them")
    toward: Name = Field(description="toward whom")
    both: StrictBool = Field(False, description="the other direction as well")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.levers) == bool(self.tone):
            raise fault("a read names levers or a tone", "write 'levers' or 'tone', one of the two")
        return self


class Read(Frozen):
    """What is read: the chance of acts, or the consent to them."""

    chance: Acts | None = Field(None, description="of proposing times that of agreeing, summed")
    consent: Acts | None = Field(None, description="that the one who is asked agrees")
    rounds: _Rounds | None = Field(None, description="of a dynamic row: first and last round")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.chance is None) == (self.consent is None):
            raise fault("a row reads one thing", "write 'chance' or 'consent', one of the two")
        if self.rounds and not 1 <= self.rounds[0] <= self.rounds[1]:
            raise fault("the rounds are in no order", "write [FIRST, LAST], from 1 on")
        return self

    @property
    def acts(self) -> Acts:
        """The acts that are looked at."""
        found = self.chance or self.consent
        assert found is not None  # one of the two is given
        return found


class MadeMove(Frozen):
    """A move that is made and agreed to, in every round from the first to the last."""

    lever: Name = Field(description="what is done, wherever it is open")
    by: Name = Field(description="who does it")
    toward: Name = Field(description="toward whom")
    rounds: _Rounds = Field(description="first and last round")
    never: StrictBool = Field(False, description="instead it is not made in those rounds")


class SignRow(Frozen):
    """One comparative static, or one paired experiment, with the direction to be found."""

    says: Text = Field(description="what is claimed, in a sentence")
    theory: Text | None = Field(None, description="whose theory it is")
    scenario: Text = Field(description="name or path of the scenario that it is read in")
    set: dict[str, _Two] = Field({}, description="quantities, or paths of numbers: [from, to]")
    moves: tuple[MadeMove, ...] = Field((), description="moves that are made and agreed to")
    happens: dict[Name, StrictInt] = Field({}, description="events that happen, by their round")
    read: Read
    sign: Literal["rises", "falls"]
    at_least: _Number | None = Field(None, gt=1, description="to how many times at least")
    remark: Text | None = Field(None, description="what proved to be amiss with the row")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.set) == bool(self.moves or self.happens):
            problem = "a row sets the start or lays down what happens"
            raise fault(problem, "write 'set', or 'moves' and 'happens'")
        if self.is_dynamic != (self.read.rounds is not None):
            problem = "a row with moves or events is read over rounds, one that sets is not"
            raise fault(problem, "write 'rounds: [FIRST, LAST]' under 'read' of such rows only")
        return self

    @property
    def is_dynamic(self) -> bool:
        """Whether it is a paired experiment."""
        return not self.set


class SignTable(Frozen):
    """The sign table: rows that were asked for, of the makers' own, and of promises."""

    handed: dict[Name, SignRow] = Field({}, description="rows by which the model was asked for")
    own: dict[Name, SignRow] = Field({}, description="rows written down before they were run")
    memory: dict[Name, SignRow] = Field({}, description="rows by which promises were asked for")


@dataclass(frozen=True)
class Sign:
    """A row with its name and the scenario that it is read in."""

    name: str
    of: str
    row: SignRow
    scenario: Scenario


def signs(path: Path | None = None, only: Scenario | None = None) -> tuple[Sign, ...]:
    """Read a sign table, and the scenarios that its rows name; all faults come together.

    By default it is the one that comes with the program; ``only`` keeps the rows that are read in
    that scenario.
    """
    path = home() / SIGNS if path is None else path
    document = read_yaml(path)
    table, faults = validate(SignTable, document.root)
    if table is None or faults:
        raise ScenarioError(faults)
    known: dict[str, Scenario] = {}
    found: list[Sign] = []
    for of in LISTS:
        rows: dict[str, SignRow] = getattr(table, of)
        for name, row in rows.items():
            if row.scenario not in known:
                try:
                    known[row.scenario] = load_scenario(_file(row.scenario))
                except ScenarioError as error:
                    raise ScenarioError([*faults, *error.faults]) from None
            scenario = known[row.scenario]
            if only is not None and scenario.sha256 != only.sha256:
                continue
            checker = Checker(scenario.description, document.root)
            _check(checker, (of, name), row, scenario)
            faults += checker.faults
            found.append(Sign(name, of, row, scenario))
    if faults:
        raise ScenarioError(faults)
    return tuple(found)


def _file(named: str) -> Path:
    """The file of a scenario: one by name or path, or one in the program's own folders."""
    inside = home() / f"{named}.yaml"
    path = file_named(named)
    return inside if not path.is_file() and inside.is_file() else path


def _check(checker: Checker, path: _Steps, row: SignRow, scenario: Scenario) -> None:
    description = checker.description
    here: _Steps
    for text, ends in row.set.items():
        here = (*path, "set", text)
        if "." in text:
            if text not in scenario.parameters:
                near = closest(text, scenario.parameters)
                remedy = f"did you mean '{near}'?" if near else "see 'describe' for its numbers"
                checker.fault(here, f"'{text}' is no number of this scenario", remedy, True)
            continue
        phrase = checker.phrase(here, text, _SETTABLE, "set at the start")
        if phrase is None:
            continue
        low, high = BOUNDS[phrase.kind]
        for nth, value in enumerate(ends):
            if not low <= value <= high:
                problem = f"{value:g} is out of range"
                checker.fault((*here, nth), problem, f"write {within(low, high)}")
    rounds = description.calendar.rounds
    for nth, move in enumerate(row.moves):
        here = (*path, "moves", nth)
        known = _acts(checker, here, (move.lever,), move.by, move.toward)
        if known and usual(description.levers[move.lever], move.by, move.toward) is None:
            problem = f"'{move.by}' has no '{move.lever}' toward '{move.toward}'"
            checker.fault((*here, "lever"), problem, "add it under the lever's 'usual'")
        _within(checker, (*here, "rounds"), move.rounds, rounds)
    for event, now in row.happens.items():
        checker.name((*path, "happens", event), event, "events", True)
        _within(checker, (*path, "happens", event), (now, now), rounds)
    acts, here = row.read.acts, (*path, "read", "chance" if row.read.chance else "consent")
    if _acts(checker, here, acts.levers, acts.by, acts.toward):
        _looked_at(checker, here, acts, asked=row.read.consent is not None)
    if row.read.rounds:
        _within(checker, (*path, "read", "rounds"), row.read.rounds, rounds)


def _acts(checker: Checker, path: _Steps, levers: Names, by: str, toward: str) -> bool:
    """Whether all names are known, and the two differ."""
    sound = [checker.name(path, lever, "levers") for lever in levers]
    sound += [checker.name((*path, "by"), by, "actors")]
    sound += [checker.name((*path, "toward"), toward, "actors")]
    if all(sound) and by == toward:
        checker.fault((*path, "toward"), "an actor does nothing toward itself", "name another")
        return False
    return all(sound)


def _looked_at(checker: Checker, path: _Steps, acts: Acts, *, asked: bool) -> None:
    """Each lever must be had in one of the directions, and ask for consent where that is read."""
    ways = ((acts.by, acts.toward), (acts.toward, acts.by))[: 1 + acts.both]
    for lever in acts.levers:
        stated = checker.description.levers[lever]
        look = consent if asked else usual
        if all(look(stated, *way) is None for way in ways):
            what = f"nobody is asked for '{lever}'" if asked else f"there is no '{lever}'"
            problem = f"{what} by '{acts.by}' toward '{acts.toward}'"
            checker.fault(path, problem, "see its 'usual' and 'consent'")


def _within(checker: Checker, path: _Steps, rounds: tuple[int, ...], most: int) -> None:
    if not 1 <= rounds[0] <= rounds[-1] <= most:
        said = " to ".join(str(one) for one in dict.fromkeys(rounds))
        checker.fault(path, f"round {said} is not within the calendar", f"write 1 to {most}")


@dataclass(frozen=True)
class Judged:
    """A row with what was read at both ends, or without and with what was laid down.

    That is the expected number of acts in one round, or a probability. ``error`` is the standard
    error of the paired difference, 0 of a static row; ``draws`` the share of the draws in which a
    static row's read moves in its direction, None of a dynamic one, where single runs are mostly
    chance.
    """

    sign: Sign
    before: float
    after: float
    error: float = 0.0
    draws: float | None = None

    @property
    def factor(self) -> float:
        """To how many times the read moves; nan where there is nothing to begin with."""
        return self.after / self.before if self.before > 0 else math.nan

    @property
    def right(self) -> bool:
        """Whether it moves in its direction at all, however little."""
        return (self.after > self.before) == (self.sign.row.sign == "rises") and (
            self.after != self.before
        )

    @property
    def hit(self) -> bool:
        """Whether it moves as theory says, far enough, and not by chance alone."""
        row = self.sign.row
        low, high = (self.before, self.after)[:: 1 if row.sign == "rises" else -1]
        clear = at_least(high - low, self.error) > 0 and high - low > _LEAST * self.before
        return clear and high >= (row.at_least or 1) * low


def judge(rows: Sequence[Sign], draws: int, pairs: int) -> tuple[Judged, ...]:
    """Read every row.

    A static row is averaged over ``draws`` of the uncertain numbers, a dynamic one read over
    ``pairs`` of runs.
    """
    found: dict[int, Judged] = {}
    for scenario in {sign.scenario.id: sign.scenario for sign in rows}.values():
        here = {nth: sign for nth, sign in enumerate(rows) if sign.scenario is scenario}
        still = Still(scenario, draws)
        found |= {
            nth: _static(sign, still) for nth, sign in here.items() if not sign.row.is_dynamic
        }
        found |= _dynamic({n: sign for n, sign in here.items() if sign.row.is_dynamic}, pairs)
    return tuple(found[nth] for nth in range(len(rows)))


def _static(sign: Sign, still: Still) -> Judged:
    ends = []
    for end in (0, 1):
        state: dict[Phrase, float] = {}
        numbers: dict[str, float] = {}
        for text, values in sign.row.set.items():
            phrase = parse(text)
            if phrase is None:
                numbers[text] = float(values[end])
            else:
                state[phrase] = float(values[end])
        seen = (still.with_numbers(numbers) if numbers else still).read(state)
        ends.append(_read(sign.row.read, seen, still.candidates, still.layout.actors))
    before, after = ends
    moves = after > before if sign.row.sign == "rises" else after < before
    return Judged(sign, float(before.mean()), float(after.mean()), draws=float(moves.mean()))


def _dynamic(signs: Mapping[int, Sign], pairs: int) -> dict[int, Judged]:
    """Each row's runs, and those without, which all of them share."""
    if not signs:
        return {}
    scenario = next(iter(signs.values())).scenario
    usual = _over(scenario, [sign.row.read for sign in signs.values()], pairs)
    found = {}
    for (nth, sign), before in zip(signs.items(), usual, strict=True):
        happens: dict[int, list[str]] = {}
        for event, now in sign.row.happens.items():
            happens.setdefault(now, []).append(event)
        (after,) = _over(scenario, [sign.row.read], pairs, _orders(sign), happens)
        error = float((after - before).std(ddof=1) / math.sqrt(pairs))
        found[nth] = Judged(sign, float(before.mean()), float(after.mean()), error)
    return found


def _orders(sign: Sign) -> tuple[Order, ...]:
    calendar = sign.scenario.description.calendar
    return tuple(
        Order(
            lever=move.lever,
            by=move.by,
            toward=move.toward,
            since=date_after(calendar, move.rounds[0] - 1),
            until=date_after(calendar, move.rounds[1] - 1),
            never=move.never,
        )
        for move in sign.row.moves
    )


def _over(
    scenario: Scenario,
    reads: Sequence[Read],
    pairs: int,
    orders: Sequence[Order] = (),
    happens: Mapping[int, Sequence[str]] | None = None,
) -> list[Floats]:
    """What each read comes to as the mean over its rounds, shape ``(pairs,)``."""
    spans = [read.rounds or (1, 1) for read in reads]
    last = max(end for _, end in spans)
    sums = [np.zeros(pairs) for _ in reads]
    played_on = with_rounds(scenario, last)
    for span, world in played(played_on, pairs, orders=orders, happens=happens):
        seen = chances(world)
        table, actors = world.compiled.table, world.compiled.layout.actors
        here = slice(span.first, span.first + span.runs)
        for one, (first, end), total in zip(reads, spans, sums, strict=True):
            if first <= world.now <= end:
                total[here] += _read(one, seen, table.rows, actors) / (end - first + 1)
    return sums


def _read(
    read: Read, seen: Chances, candidates: Sequence[Candidate], actors: Sequence[str]
) -> Floats:
    """The sum over the acts that are looked at, shape ``(runs,)``."""
    acts = read.acts
    ways = {(acts.by, acts.toward), *([(acts.toward, acts.by)] if acts.both else [])}
    wanted = [
        k
        for k, candidate in enumerate(candidates)
        if (actors[candidate.actor], actors[candidate.target]) in ways
        and (
            candidate.name in acts.levers
            if acts.levers
            else is_conflict(candidate.lever) == (acts.tone == "conflictual")
        )
        and (read.chance or candidate.asks)
    ]
    values = seen.done if read.chance else seen.agreed
    found: Floats = values[wanted].sum(axis=0)
    return found
