"""The sign table as data: what is set, what is read, and the direction that theory names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StrictBool, StrictFloat, StrictInt, model_validator

from sim.errors import ScenarioError
from sim.scenario.checker import Checker
from sim.scenario.field_types import Name, Names, Text
from sim.scenario.loading import load_scenario
from sim.scenario.lookup import consent, usual
from sim.scenario.phrases import BOUNDS, STATE, Kind
from sim.scenario.quantity import Frozen, fault, within
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import found, home
from sim.scenario.validation import validate
from sim.scenario.yaml_reader import read
from sim.text import closest

SIGNS = Path("soundness", "signs.yaml")
"""The sign table that comes with the program, in its folder of scenarios."""
SETTABLE: tuple[Kind, ...] = (*STATE, "position", "salience", "weight", "trust")

Number = StrictFloat | StrictInt
Two = Annotated[tuple[Number, ...], BeforeValidator(tuple), Field(min_length=2, max_length=2)]
Rounds = Annotated[tuple[StrictInt, ...], BeforeValidator(tuple), Field(min_length=2, max_length=2)]
Steps = tuple[str | int, ...]
Tone = Literal["cooperative", "conflictual"]
List = Literal["handed", "own", "memory"]
LISTS: tuple[List, ...] = ("handed", "own", "memory")


class Acts(Frozen):
    """Some levers from one actor toward another, by name or by tone."""

    levers: Names = Field((), description="their names")
    tone: Tone | None = Field(None, description="or all that are cooperative, or conflictual")
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
    rounds: Rounds | None = Field(None, description="of a dynamic row: first and last round")

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


class Move(Frozen):
    """A move that is made and agreed to, in every round from the first to the last."""

    lever: Name = Field(description="what is done, wherever it is open")
    by: Name = Field(description="who does it")
    toward: Name = Field(description="toward whom")
    rounds: Rounds = Field(description="first and last round")
    never: StrictBool = Field(False, description="instead it is not made in those rounds")


class Row(Frozen):
    """One comparative static, or one paired experiment, with the direction to be found."""

    says: Text = Field(description="what is claimed, in a sentence")
    theory: Text | None = Field(None, description="whose theory it is")
    scenario: Text = Field(description="name or path of the scenario that it is read in")
    set: dict[str, Two] = Field({}, description="quantities, or paths of numbers: [from, to]")
    moves: tuple[Move, ...] = Field((), description="moves that are made and agreed to")
    happens: dict[Name, StrictInt] = Field({}, description="events that happen, by their round")
    read: Read
    sign: Literal["rises", "falls"]
    at_least: Number | None = Field(None, gt=1, description="to how many times at least")
    remark: Text | None = Field(None, description="what proved to be amiss with the row")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.set) == bool(self.moves or self.happens):
            raise fault(
                "a row sets the start or lays down what happens",
                "write 'set', or 'moves' and 'happens'",
            )
        if self.is_dynamic != (self.read.rounds is not None):
            problem = "a row with moves or events is read over rounds, one that sets is not"
            raise fault(problem, "write 'rounds: [FIRST, LAST]' under 'read' of such rows only")
        return self

    @property
    def is_dynamic(self) -> bool:
        """Whether it is a paired experiment."""
        return not self.set


class Table(Frozen):
    """The sign table: rows that were asked for, of the makers' own, and of promises."""

    handed: dict[Name, Row] = Field({}, description="rows by which the model was asked for")
    own: dict[Name, Row] = Field({}, description="rows written down before they were run")
    memory: dict[Name, Row] = Field({}, description="rows by which promises were asked for")


@dataclass(frozen=True)
class Sign:
    """A row with its name and the scenario that it is read in."""

    name: str
    of: List
    row: Row
    scenario: Scenario


def signs(path: Path | None = None, only: Scenario | None = None) -> tuple[Sign, ...]:
    """Read a sign table, and the scenarios that its rows name.

    Parameters
    ----------
    path : Path, optional
        A table of your own; by default the one that comes with the program.
    only : Scenario, optional
        Only the rows that are read in this one.

    Raises
    ------
    ScenarioError
        With all faults: of the table's form, and of names that its scenarios do not have.
    """
    path = home() / SIGNS if path is None else path
    document = read(path)
    table, faults = validate(Table, document.root)
    if table is None or faults:
        raise ScenarioError(faults)
    known: dict[str, Scenario] = {}
    found: list[Sign] = []
    for of in LISTS:
        rows: dict[str, Row] = getattr(table, of)
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
    path = found(named)
    return inside if not path.is_file() and inside.is_file() else path


def _check(checker: Checker, path: Steps, row: Row, scenario: Scenario) -> None:
    description = checker.description
    here: Steps
    for text, ends in row.set.items():
        here = (*path, "set", text)
        if "." in text:
            if text not in scenario.parameters:
                near = closest(text, scenario.parameters)
                remedy = f"did you mean '{near}'?" if near else "see 'describe' for its numbers"
                checker.fault(here, f"'{text}' is no number of this scenario", remedy, True)
            continue
        phrase = checker.phrase(here, text, SETTABLE, "set at the start")
        if phrase is None:
            continue
        low, high = BOUNDS[phrase.kind]
        for nth, value in enumerate(ends):
            if not low <= value <= high:
                checker.fault((*here, nth), f"{value:g} is out of range",
                             f"write {within(low, high)}")  # fmt: skip
    rounds = description.calendar.rounds
    for nth, move in enumerate(row.moves):
        here = (*path, "moves", nth)
        if _acts(checker, here, (move.lever,), move.by, move.toward):
            _lacking(checker, here, move.lever, move.by, move.toward)
        _within(checker, (*here, "rounds"), move.rounds, rounds)
    for event, now in row.happens.items():
        checker.name((*path, "happens", event), event, "events", True)
        _within(checker, (*path, "happens", event), (now, now), rounds)
    acts, here = row.read.acts, (*path, "read", "chance" if row.read.chance else "consent")
    if _acts(checker, here, acts.levers, acts.by, acts.toward):
        _looked_at(checker, here, acts, asked=row.read.consent is not None)
    if row.read.rounds:
        _within(checker, (*path, "read", "rounds"), row.read.rounds, rounds)


def _acts(checker: Checker, path: Steps, levers: Names, by: str, toward: str) -> bool:
    """Whether all names are known, and the two differ."""
    sound = [checker.name(path, lever, "levers") for lever in levers]
    sound += [checker.name((*path, "by"), by, "actors")]
    sound += [checker.name((*path, "toward"), toward, "actors")]
    if all(sound) and by == toward:
        checker.fault((*path, "toward"), "an actor does nothing toward itself", "name another")
        return False
    return all(sound)


def _looked_at(checker: Checker, path: Steps, acts: Acts, *, asked: bool) -> None:
    """Each lever must be had in one of the directions, and ask for consent where that is read."""
    ways = ((acts.by, acts.toward), (acts.toward, acts.by))[: 1 + acts.both]
    for lever in acts.levers:
        stated = checker.description.levers[lever]
        look = consent if asked else usual
        if all(look(stated, *way) is None for way in ways):
            what = f"nobody is asked for '{lever}'" if asked else f"there is no '{lever}'"
            checker.fault(
                path, f"{what} by '{acts.by}' toward '{acts.toward}'",
                "see its 'usual' and 'consent'",
            )  # fmt: skip


def _lacking(checker: Checker, path: Steps, lever: str, by: str, toward: str) -> None:
    if usual(checker.description.levers[lever], by, toward) is None:
        problem = f"'{by}' has no '{lever}' toward '{toward}'"
        checker.fault((*path, "lever"), problem, "add it under the lever's 'usual'")


def _within(checker: Checker, path: Steps, rounds: tuple[int, ...], most: int) -> None:
    if not 1 <= rounds[0] <= rounds[-1] <= most:
        said = " to ".join(str(one) for one in dict.fromkeys(rounds))
        checker.fault(path, f"round {said} is not within the calendar", f"write 1 to {most}")
