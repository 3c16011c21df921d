"""Forecasts written down, so that they can be scored years later.

A digest over all that the file says shows that nothing was changed since. Whoever wants others to
trust a date leaves the digest with somebody else on that day.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from sim.errors import Fault, Place, ScenarioError, option
from sim.evaluation.distribution import Sample, read
from sim.evaluation.forecast import Answer, Item
from sim.evaluation.questions import Asked
from sim.evaluation.record import Number, Question, Record, asking
from sim.scenario.arguments import path_of
from sim.scenario.field_types import Date, Frozen, Name, Text
from sim.scenario.node import Node
from sim.scenario.scenario import SourceFile
from sim.scenario.shipped import elsewhere
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import MAX_BYTES, parse, read_yaml, yaml_text

FORMAT = 1
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:e[-+][0-9]+)?"
Numbers = Annotated[str, StringConstraints(pattern=f"^{_NUMBER}(?: {_NUMBER})*$")]
"""Numbers in a row: a file of many questions would hold too many values otherwise."""


class Shape(Frozen):
    """A distribution: equally likely values and how often each comes, or Student's t."""

    values: Numbers | None = None
    times: Numbers | None = None
    error: Number = 0.0
    freedom: Number | None = None
    middle: Number | None = None
    scale: Number | None = None


class Said(Frozen):
    """What a forecaster said."""

    probability: Number | None = None
    chances: tuple[Number, ...] | None = None
    distribution: Shape | None = None
    runs: StrictInt = 0


class Laid(Frozen):
    """A question as it was asked, and what was said to it."""

    name: Text
    asked: Question
    whole: StrictBool
    width: Number
    dates: tuple[Date, Date]
    forecasts: dict[Name, Said]


class Origin(Frozen):
    """The scenario that was played, and how."""

    title: Text
    id: Text
    sha256: Text
    start: Date
    runs: StrictInt
    seed: StrictInt


class Forecasts(Frozen):
    """What a file of frozen forecasts holds."""

    forecasts: Literal[1] = Field(description="the format")
    title: Text
    date: Date = Field(description="the day on which they were written down")
    after_the_fact: StrictBool = Field(description="whether outcomes were known by then")
    version: Text = Field(description="of the program")
    scenario: Origin
    questions: dict[Name, Laid] = Field(min_length=1)
    missing: dict[Name, Text] = Field(default={})
    digest: Text = Field(description="SHA-256 of all else")


@dataclass(frozen=True)
class FrozenForecasts:
    """Frozen forecasts as their file holds them.

    Attributes
    ----------
    file : SourceFile
    stated : Forecasts
    """

    file: SourceFile
    stated: Forecasts


def known_before(record: Record, questions: Iterable[Asked], today: datetime.date) -> list[Fault]:
    """A fault for each outcome that was known before its forecast was written down.

    Parameters
    ----------
    record : Record
    questions : iterable of Asked
        Those that the scenario speaks to.
    today : date
        The day of the freeze.
    """
    faults = []
    remedy = f"take it out, or say that you know it: {option('--after-the-fact')}"
    for one in questions:
        place = record.root.place(("questions", one.id), at_key=True)
        if one.question.came is not None:
            faults.append(Fault(place, "the record says already what came", remedy))
        elif (last := one.question.last_day or one.dates[1]) < today:
            problem = f"its outcome is of {last}, before the forecasts are frozen ({today})"
            faults.append(Fault(place, problem, remedy))
    return faults


def frozen_text(facts: Mapping[str, Any], items: Iterable[Item], names: Mapping[str, str]) -> str:
    """The file of forecasts, with the digest of all that it says.

    Parameters
    ----------
    facts : mapping
        ``title``, ``date``, ``after_the_fact``, ``version``, ``scenario`` and ``missing``, as
        :class:`Forecasts` has them.
    items : iterable of Item
    names : mapping of question -> str
    """
    content = {
        "forecasts": FORMAT,
        **{key: value for key, value in facts.items() if key != "missing"},
        "questions": {one.id: _laid(one, names[one.id]) for one in items},
        "missing": dict(facts["missing"]),
    }
    # As it is read again: what a file makes of a number is part of what is signed.
    text = yaml_text(content)
    if len(text.encode()) > MAX_BYTES:
        problem = f"the forecasts take more than the {MAX_BYTES:,} bytes that a file may have"
        raise ScenarioError([Fault(Place("forecasts"), problem, "ask less in one record")])
    return f"{text}digest: '{digest(parse(text, 'forecasts').plain())}'\n"


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of plain data, its own entry left out: JSON with sorted keys and no spaces."""
    signed = {key: value for key, value in content.items() if key != "digest"}
    written = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _laid(one: Item, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "asked": {"name": name, **asking(one.question)},
        "whole": one.whole,
        "width": one.width,
        "dates": [date.isoformat() for date in one.dates],
        "forecasts": {key: _said(answer) for key, answer in one.answers.items()},
    }


def _said(answer: Answer) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if answer.probability is not None:
        said["probability"] = answer.probability
    if answer.chances is not None:
        said["chances"] = list(answer.chances)
    if answer.distribution is not None:
        said["distribution"] = answer.distribution.plain()
    return said | ({"runs": answer.runs} if answer.runs else {})


def load_frozen(given: str | Path) -> FrozenForecasts:
    """Read frozen forecasts, and see that nothing was changed since.

    Raises
    ------
    ScenarioError
        With all faults of the file, or where its digest is not that of its content.
    """
    path = path_of("frozen", given)
    document = read_yaml(path)
    root = document.root
    if "forecasts" not in root.fields:
        remedy = "name a file that --freeze wrote"
        raise ScenarioError([Fault(Place(str(path)), "this file holds no forecasts", remedy)])
    stated, faults = validate(Forecasts, root)
    if stated is None:
        raise ScenarioError(faults)
    if stated.digest != digest(root.plain()):
        problem = "the file was changed since it was frozen: its digest is that of other content"
        remedy = "take the file as it was written; a changed one cannot be scored"
        raise ScenarioError([Fault(root.place(("digest",)), problem, remedy)])
    return FrozenForecasts(SourceFile(elsewhere(str(path)), document.text), stated)


def laid_beside(frozen: FrozenForecasts, record: Record) -> tuple[tuple[Item, ...], dict[str, str]]:
    """Put the outcomes of a record to frozen forecasts.

    Parameters
    ----------
    frozen : FrozenForecasts
    record : Record

    Returns
    -------
    (tuple of Item, dict of question -> str)
        The questions with what each forecaster said, and what is missing for the others.

    Raises
    ------
    ScenarioError
        Where the record asks another question under the same id, or nothing of what was frozen.
    """
    items, faults = [], []
    missing = dict(frozen.stated.missing)
    for key, question in record.questions.items():
        laid = frozen.stated.questions.get(key)
        if laid is None:
            missing.setdefault(key, "nothing was frozen for it")
        elif asking(question) != asking(laid.asked):
            faults.append(_other_question(record.root, key, laid))
        else:
            answers = {name: _answer(said, question) for name, said in laid.forecasts.items()}
            named = question.model_copy(update={"name": question.name or laid.name})
            items.append(Item(key, named, laid.whole, laid.width, laid.dates, answers))
    if not items and not faults:
        place = record.root.place(("questions",), at_key=True)
        remedy = f"the ids that were frozen: {', '.join(list(frozen.stated.questions)[:8])}"
        faults.append(Fault(place, "the record has no question that was frozen", remedy))
    if faults:
        raise ScenarioError(faults)
    missing |= {
        key: "the record does not say what came"
        for key in frozen.stated.questions
        if key not in record.questions
    }
    return tuple(items), missing


def _other_question(root: Node, key: str, laid: Laid) -> Fault:
    place = root.place(("questions", key), at_key=True)
    written = ", ".join(f"{name}: {value}" for name, value in asking(laid.asked).items())
    return Fault(place, "another question was frozen under this id", f"it was: {written}")


def _answer(said: Said, question: Question) -> Answer:
    distribution = None
    if said.distribution is not None:
        distribution = read(said.distribution.model_dump(exclude_defaults=True))
        if isinstance(distribution, Sample) and question.error:
            distribution = replace(distribution, error=question.error)
    return Answer(said.probability, said.chances, distribution, said.runs)
