"""A record: dated outcomes with their sources, as a file states them.

``docs/scoring.md`` has the format. A question is an act at least so often in a window, an event,
a quantity at a date, or the direction in which one changes; ``came`` says what came of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StrictFloat, model_validator

from sim.errors import Fault, Place, ScenarioError
from sim.scenario.arguments import path_of
from sim.scenario.conditions import Conditions
from sim.scenario.field_types import (
    Date,
    Frozen,
    Name,
    Names,
    Sources,
    Text,
    fault,
    is_number,
    optional,
    shown,
)
from sim.scenario.files import Home, Opened, beside, is_record, library
from sim.scenario.node import Node, from_plain
from sim.scenario.phrases import (
    BOUNDS,
    IN_FORCE_KINDS,
    SHOWN,
    forms,
    parse,
    same_quantity,
)
from sim.scenario.scenario import SourceFile
from sim.scenario.schema import Library
from sim.scenario.shipped import elsewhere, find_record, records
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import read_yaml, yaml_text
from sim.text import did_you_mean

Sort = Literal["count", "event", "quantity", "direction", "nothing"]
"""What a question asks about: acts, an event, a quantity, a change, or nothing that is named."""
DIRECTIONS = ("falls", "unchanged", "rises")
"""What may come of a direction, from the lowest to the highest."""
_LARGEST = 1e12
"""No count or quantity is larger."""
_LEAST_ERROR = 1e-6
WAYS = ("acts", "watch", "when", "event", "of", "outcome")
"""The ways to say what is asked about; one at the most."""
ASKED = (
    *WAYS, "by", "toward", "on", "at", "since", "until", "at_least", "at_most", "by_more_than",
)  # fmt: skip
"""What of a question says what is asked; the rest says what came, and whence that is known."""


def _came(value: Any) -> Any:
    if is_number(value) and not abs(value) <= _LARGEST:
        raise fault(f"{value} is no outcome", "write a plain number")
    if value is None or isinstance(value, bool) or is_number(value) or value in DIRECTIONS:
        return value
    remedy = "write true or false, a number, rises, falls or unchanged"
    raise fault(f"{shown(value)} is no outcome", remedy)


def _number(value: Any) -> Any:
    """A whole number is a number; a truth value is none."""
    if is_number(value) and not abs(value) <= _LARGEST:
        raise fault(f"{value} is out of range", "write a plain number")
    return float(value) if is_number(value) else value


Came = Annotated[Any, BeforeValidator(_came)]
Number = Annotated[StrictFloat, BeforeValidator(_number)]


def _in_order(values: dict[datetime.date, float]) -> dict[datetime.date, float]:
    return dict(sorted(values.items()))


class Question(Frozen):
    """One question to the record, and what came of it."""

    name: Text | None = optional("as it is shown, instead of what is asked about")
    group: Name | None = optional(
        "questions that hang together and are resampled together; those about one subject do, "
        "unless told otherwise"
    )
    acts: Names = optional("levers whose accepted uses are counted, or any, cooperation...", ())
    by: Name | None = optional("with 'acts': only those of this actor")
    toward: Name | None = optional("with 'acts': only those toward this actor")
    watch: Name | None = optional("a watched event of the scenario, that comes for the first time")
    when: Conditions = optional("conditions: all come true for the first time", {})
    event: Name | None = optional("an event of the scenario")
    of: Text | None = optional("a quantity: 'ties of north to south'")
    outcome: Name | None = optional("an outcome of the scenario")
    on: Date | None = optional("the date of a quantity; the state nearest to it is read")
    at: Literal["mean", "highest", "lowest"] | None = optional(
        "of a quantity from 'since' to 'until', instead of a date"
    )
    since: Date | None = optional("first day of the window; the calendar's where not given")
    until: Date | None = optional("last day of the window; the calendar's where not given")
    at_least: Number | None = optional("it is at least this: acts, or a quantity")
    at_most: Number | None = optional("it is at most this")
    by_more_than: Number | None = optional("of a direction: what counts as a change", None, ge=0)
    came: Came = optional("what came: true or false, a count, a value, or rises, falls, unchanged")
    error: Number | None = optional("standard deviation of the measurement of 'came'", None, gt=0)
    before: Number | None = optional(
        "with 'acts': how many there were in as long a window before the start", None, ge=0
    )
    series: Annotated[dict[Date, Number], AfterValidator(_in_order)] = optional(
        "values of years before the start, by date: for the linear trend", {}
    )
    source: Sources = optional("where it is found: ids of the sources file, or text", ())
    why: Text | None = optional("how it was found or measured")

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        given = [way for way in WAYS if getattr(self, way)]
        if len(given) > 1:
            remedy = f"write one of {', '.join(WAYS)}, and each other question by itself"
            raise fault(f"one thing is asked about, here {', '.join(given)}", remedy)
        if not given and not self.name:
            raise fault("the question asks about nothing", "add 'name:', or what is asked about")
        self._phrase()
        self._keys()
        self._open_question()
        self._outcome()
        return self

    def _phrase(self) -> None:
        phrase = parse(self.of) if self.of else None
        if self.of and (phrase is None or phrase.kind not in SHOWN):
            raise fault(f"'{self.of}' is no quantity", f"write one of {forms(SHOWN)}")
        values = [self.came] if is_number(self.came) else []
        for value in (*values, *self.series.values()):
            low, high = BOUNDS[phrase.kind] if phrase else (-float("inf"), float("inf"))
            if not low <= value <= high:
                problem = f"{value:g} lies outside the range of '{self.of}'"
                raise fault(problem, f"write it in its unit, from {low:g} to {high:g}")

    def _keys(self) -> None:
        """Keys that say nothing here, and dates in a wrong order."""
        quantity = bool(self.of or self.outcome)
        fits = {
            "by": bool(self.acts),
            "toward": bool(self.acts),
            "before": bool(self.acts),
            "on": quantity,
            "at": quantity,
            "error": quantity,
            "by_more_than": self.sort == "direction",
            "at_least": bool(self.acts) or quantity,
            "at_most": bool(self.acts) or quantity,
            "series": bool(self.acts) or quantity,
            "since": bool(given := self.sort != "nothing"),
            "until": given,
        }
        for key, fitting in fits.items():
            if getattr(self, key) not in (None, {}) and not fitting:
                raise fault(f"'{key}' says nothing of what is asked here", f"delete '{key}'")
        if self.by and self.by == self.toward:
            raise fault("an actor does nothing toward itself", "name another under 'toward'")
        if self.error is not None and self.error < _LEAST_ERROR:
            raise fault(f"an error of {self.error:g} is none", "leave 'error' out")
        if self.on and (self.since or self.until or self.at):
            remedy = "keep 'on' for one date, or 'since' and 'until' for a window"
            raise fault("a quantity is asked at a date or over a window, here both", remedy)
        if self.since and self.until and self.since > self.until:
            raise fault("the window ends before it begins", "turn the dates round")
        if self.sort == "direction" and self.at_least is self.at_most is None and not self.until:
            remedy = "add 'on: DATE' for its value, or 'until: DATE' for its direction since then"
            raise fault("it is not said at which date the quantity is asked about", remedy)
        least, most = self.at_least, self.at_most
        if least is not None and most is not None and least > most:
            problem = f"nothing is at least {least:g} and at most {most:g}"
            raise fault(problem, "write the lower number under at_least")

    def _open_question(self) -> None:
        """That a limit leaves open what comes, as far as the range of what is asked says."""
        phrase = parse(self.of) if self.of else None
        if not self.has_limits or not (self.acts or phrase):
            return
        low, high = BOUNDS[phrase.kind] if phrase else (0.0, float("inf"))
        least, most = self.limits
        said = "how many there are" if phrase is None else f"'{self.of}'"
        reach = f"from {low:g} to {high:g}" if phrase else "from 0 on"
        remedy = f"write a limit that can be met and missed: {said} goes {reach}"
        if least <= low and most >= high:
            raise fault("the limit holds whatever comes", remedy)
        if least > high or most < low:
            raise fault("the limit cannot be met", remedy)

    def _outcome(self) -> None:
        """What may come of the sort of question that it is."""
        came, counted = self.came, is_number(self.came)
        whole = counted and float(came).is_integer() and came >= 0
        match self.sort:
            case _ if came is None:
                pass
            case "count" if not (isinstance(came, bool) or whole):
                raise fault(f"{shown(came)} is no count", "write how many there were, or true")
            case "event" if not isinstance(came, bool):
                raise fault(f"{shown(came)} does not say whether it came", "write true or false")
            case "direction" if came not in DIRECTIONS or counted:
                problem = f"{shown(came)} is no direction"
                raise fault(problem, "write rises, falls or unchanged; or 'on: DATE' for a value")
            case "quantity" if isinstance(came, bool) and not self.has_limits:
                remedy = "write its value, or add at_least or at_most"
                raise fault(f"{shown(came)} is no value of a quantity", remedy)
            case "quantity" if not counted and not isinstance(came, bool):
                raise fault(f"{shown(came)} is no value of a quantity", "write a number")

    @property
    def sort(self) -> Sort:
        """What it asks about."""
        if self.acts:
            return "count"
        if self.watch or self.when or self.event:
            return "event"
        if self.of or self.outcome:
            dated = self.on or self.at or self.at_least is not None or self.at_most is not None
            return "quantity" if dated else "direction"
        return "nothing"

    @property
    def has_limits(self) -> bool:
        """Whether a limit makes an event of a number."""
        return self.at_least is not None or self.at_most is not None

    @property
    def limits(self) -> tuple[float, float]:
        """Least and most with which it comes true; acts without a limit: at least one."""
        if self.sort == "count" and not self.has_limits:
            return 1.0, float("inf")
        least = -float("inf") if self.at_least is None else self.at_least
        return least, float("inf") if self.at_most is None else self.at_most

    @property
    def is_share(self) -> bool:
        """Whether its quantity is in force or not, and nothing between."""
        phrase = parse(self.of) if self.of else None
        return phrase is not None and phrase.kind in IN_FORCE_KINDS

    @property
    def happened(self) -> bool | None:
        """Whether it came true, where that is asked and known."""
        if isinstance(self.came, bool):
            return self.came
        if self.value is None or not self.has_limits:
            return None
        least, most = self.limits
        return least <= self.value <= most

    @property
    def value(self) -> float | None:
        """The count or value that came, where it is known."""
        known = self.sort in ("count", "quantity") and is_number(self.came)
        return float(self.came) if known else None

    @property
    def subject(self) -> str:
        """What it asks about, whenever that is: questions of one subject hang together."""
        if self.group:
            return self.group
        keys = ("by", "toward", "watch", "event", "of", "outcome")
        named = [f"{key} {value}" for key in keys if (value := getattr(self, key))]
        return " ".join([*self.acts, *named, *self.when]) or self.name or ""

    @property
    def last_day(self) -> datetime.date | None:
        """The day on which its outcome is known; ``None`` where it states none."""
        return self.on or self.until


class Stated(Frozen):
    """A record, as its file states it."""

    title: Text = Field(description="one line")
    about: Text | None = optional("how the outcomes were chosen and found")
    scenario: Text | None = optional("the scenario for which it was compiled")
    sources: Text | None = optional("YAML file of facts and data; without it sources are text")
    beyond: Names = optional("names that no scenario here has, on purpose", ())
    questions: dict[Name, Question] = Field(min_length=1, description="what is asked, by id")


@dataclass(frozen=True)
class Record:
    """Dated outcomes, ready to be held against forecasts.

    Attributes
    ----------
    file : SourceFile
        What it was read from.
    stated : Stated
    root : Node
        The document, for places in messages.
    library : Library
        What its sources stand for; empty where they are text.
    """

    file: SourceFile
    stated: Stated
    root: Node
    library: Library

    @property
    def questions(self) -> dict[str, Question]:
        """What is asked, by id."""
        return self.stated.questions


RecordLike = Record | Mapping[str, Any] | str | Path
"""A record, its file, the name of one that comes with the program, or what its file holds."""


def record_of(given: RecordLike) -> Record:
    """The record itself, or the one that a file or plain data describe."""
    return given if isinstance(given, Record) else load_record(given)


def load_record(given: Mapping[str, Any] | str | Path) -> Record:
    """Read a record of dated outcomes.

    Parameters
    ----------
    given : str, Path or mapping
        A YAML file as ``docs/scoring.md`` describes it, the name of one without its ending, or
        what such a file holds.

    Returns
    -------
    Record

    Raises
    ------
    ScenarioError
        With all faults of the file, each with its place and remedy.
    """
    if isinstance(given, Mapping):
        root = from_plain(given, "record")
        stated, faults = validate(Stated, root)
        file = SourceFile("record.yaml", yaml_text(root.plain()))
        found, unread = Library(), list[Fault]()
    else:
        path = find_record(path_of("record", given))
        if not path.exists():
            remedy = did_you_mean(path.stem, (one.stem for one in records()), "records")
            raise ScenarioError([Fault(Place(str(path)), "there is no such record", remedy)])
        document = read_yaml(path)
        root = document.root
        if not is_record(document) and {"actors", "extends", "claim", *Library.model_fields} & set(
            root.fields
        ):
            remedy = "name a file that has 'questions:'; docs/scoring.md has an example"
            raise ScenarioError([Fault(Place(str(path)), "this file is no record", remedy)])
        stated, faults = validate(Stated, root)
        file = SourceFile(elsewhere(str(path)), document.text)
        here = Opened(Home(path.parent, path.parent.resolve()), path.resolve(), path.name, document)
        found, unread = _library(here)
        faults += unread
    if stated is not None:
        faults += _twice(stated, root)
        if stated.sources and not unread:
            faults += _uncited(stated, root, found)
    if stated is None or faults:
        raise ScenarioError(faults)
    return Record(file, stated, root, found)


def _library(here: Opened) -> tuple[Library, list[Fault]]:
    """The facts and data of the sources file, and its faults; none where it names none."""
    named = here.document.root.fields.get("sources")
    if named is None or named.value is None:
        return Library(), []
    try:
        target = beside(here, named, "sources")
        part, wrong = library(read_yaml(target.path, target.shown).root)
    except ScenarioError as error:
        return Library(), list(error.faults)
    return part or Library(), wrong


def asking(question: Question) -> dict[str, Any]:
    """What of a question says what is asked, as plain data."""
    plain = question.model_dump(mode="json", include=set(ASKED), exclude_defaults=True)
    return {key: plain[key] for key in ASKED if key in plain}


def _twice(stated: Stated, root: Node) -> list[Fault]:
    """A fault for each question that was asked before under another id."""
    found, before = [], dict[str, str]()
    for key, question in stated.questions.items():
        plain = asking(question)
        if not plain:
            continue
        phrase = parse(question.of) if question.of else None
        of = str(same_quantity(phrase)) if phrase else None
        first = before.setdefault(str(plain | {"of": of, "acts": sorted(question.acts)}), key)
        if first != key:
            place = root.place(("questions", key), at_key=True)
            problem = f"'{first}' asks the same, and it would count twice"
            found.append(Fault(place, problem, "keep one of them, or ask of another time or limit"))
    return found


def _uncited(stated: Stated, root: Node, library: Library) -> list[Fault]:
    """A fault for each source that the sources file does not have."""
    known = {*library.facts, *library.data}
    return [
        Fault(
            root.place(("questions", key, "source", number)),
            f"the source '{source}' is not defined",
            did_you_mean(source, known, "facts and data"),
        )
        for key, question in stated.questions.items()
        for number, source in enumerate(question.source)
        if source not in known
    ]
