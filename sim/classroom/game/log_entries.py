"""What a session's log holds: every input that was accepted, in its order.

An entry says what somebody did, never what came of it: that is worked out
again whenever the log is read. Times are POSIX seconds, tokens are hashes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from sim.errors import SimError
from sim.scenario.cameo import Track
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Library

FORM: Literal[2] = 2
"""Of what a log holds: since 0.6 a seat chooses a word and a deed toward each other."""
MAX_TABLES, MAX_PEOPLE, MAX_TEAM = 40, 240, 12
MAX_NAME, MAX_TEXT = 40, 1000
"""Characters of a name and of a message, at most."""
MAX_MINUTES = 7 * 24 * 60

_Id = Annotated[str, Field(min_length=1, max_length=100)]
_Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
_Minutes = Annotated[float, Field(gt=0, le=MAX_MINUTES)]
_Number = Annotated[int, Field(ge=1, le=MAX_TABLES)]


class Entry(BaseModel):
    """An accepted input, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: float


class Opened(Entry):
    """The session begins.

    ``scenario`` is as :func:`pack` gives it, so that a session
    outlives its file. ``form`` is that of the entries.
    """

    kind: Literal["opened"] = "opened"
    scenario: dict[str, Any]
    seed: int
    code: Annotated[str, Field(pattern="^[A-Z]{4}$")]
    tables: _Number = 1
    minutes: _Minutes | None = None
    version: str = ""
    form: Literal[2] = FORM


class Admitted(Entry):
    """A device of the teacher's was let in."""

    kind: Literal["admitted"] = "admitted"
    token: _Hash


class Joined(Entry):
    """A student came in."""

    kind: Literal["joined"] = "joined"
    participant: _Id
    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
    token: _Hash


class Offered(Entry):
    """A student, or the teacher for one, got a code by which to go on from another device."""

    kind: Literal["offered"] = "offered"
    participant: _Id
    code: _Hash
    until: float


class Moved(Entry):
    """A student went on from another device; the old one is out."""

    kind: Literal["moved"] = "moved"
    participant: _Id
    code: _Hash
    token: _Hash


class Seated(Entry):
    """A student took, was given or left a seat; without an actor one looks on."""

    kind: Literal["seated"] = "seated"
    participant: _Id
    table: _Number | None
    actor: _Id | None = None
    by_teacher: bool = False


class Removed(Entry):
    """The teacher removed a student."""

    kind: Literal["removed"] = "removed"
    participant: _Id


class Handed(Entry):
    """A seat was handed to the model, or back to its people."""

    kind: Literal["handed"] = "handed"
    table: _Number
    actor: _Id
    model: bool


class RoundOpened(Entry):
    """A round began, until a deadline if it has one."""

    kind: Literal["round"] = "round"
    table: _Number
    round: int
    deadline: float | None = None


class Closed(Entry):
    """A round, or its answers, were closed; ``deadline`` is for the answers, where any are due."""

    kind: Literal["closed"] = "closed"
    table: _Number
    round: int
    deadline: float | None = None


class Paused(Entry):
    """The clock was stopped, or goes on."""

    kind: Literal["paused"] = "paused"
    table: _Number
    paused: bool


class Extended(Entry):
    """The deadline was put off."""

    kind: Literal["extended"] = "extended"
    table: _Number
    seconds: Annotated[float, Field(gt=0, le=60 * MAX_MINUTES)]


class Undone(Entry):
    """The last round was taken back, or else the ending of the game; with a deadline if any."""

    kind: Literal["undone"] = "undone"
    table: _Number
    deadline: float | None = None


class Ordered(Entry):
    """A seat's choices: by target a word and a deed, each a lever or None to let it pass.

    ``{"south": {"words": "talk", "deeds": None}}``; what is not named stays as it was.
    """

    kind: Literal["ordered"] = "ordered"
    participant: _Id
    table: _Number
    round: int
    moves: Annotated[dict[_Id, dict[Track, _Id | None]], Field(max_length=100)]


class Answered(Entry):
    """A seat's answers to proposals, by who asks, to its word and to its deed."""

    kind: Literal["answered"] = "answered"
    participant: _Id
    table: _Number
    round: int
    answers: Annotated[dict[_Id, dict[Track, bool]], Field(max_length=100)]


class Injected(Entry):
    """The teacher let something happen: an event of the scenario, or one made up.

    ``changes`` are additions by phrase, as ``affinity of north and south: -0.1``;
    ``begins`` and ``ends`` name arrangements, as ``treaty between north and south``.
    """

    kind: Literal["injected"] = "injected"
    table: _Number
    round: int
    event: _Id | None = None
    name: Annotated[str, Field(max_length=200)] = ""
    changes: Annotated[dict[str, float], Field(max_length=20)] = {}
    begins: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    ends: Annotated[tuple[str, ...], Field(max_length=20)] = ()


class Said(Entry):
    """A message: from a student's seat, or from the teacher (no participant).

    ``to`` names actors of the table; none means all. The teacher's may be for all tables.
    """

    kind: Literal["said"] = "said"
    participant: _Id | None = None
    table: _Number | None
    to: Annotated[tuple[_Id, ...], Field(max_length=100)] = ()
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]


class Changed(Entry):
    """A setting was changed; what is None stays. ``minutes`` 0 is no deadline.

    Attributes
    ----------
    doors : bool
        Students may come in and pick their seats.
    forecast, debrief : bool
        All may see it.
    lab : bool
        All may turn the scenario over in the lab.
    flow : bool
        A round whose time is over is closed, and the next one opened.
    """

    kind: Literal["changed"] = "changed"
    minutes: Annotated[float, Field(ge=0, le=MAX_MINUTES)] | None = None
    doors: bool | None = None
    forecast: bool | None = None
    debrief: bool | None = None
    lab: bool | None = None
    flow: bool | None = None


class Added(Entry):
    """One more table."""

    kind: Literal["added"] = "added"


class Ended(Entry):
    """A table's game was ended."""

    kind: Literal["ended"] = "ended"
    table: _Number


_OfPeople = Admitted | Joined | Offered | Moved | Seated | Removed | Handed
_OfRounds = RoundOpened | Closed | Paused | Extended | Undone | Ordered | Answered | Injected
AnyEntry = Opened | _OfPeople | _OfRounds | Said | Changed | Added | Ended
_ENTRY: TypeAdapter[AnyEntry] = TypeAdapter(Annotated[AnyEntry, Field(discriminator="kind")])


def read_entry(text: str | bytes) -> AnyEntry:
    """An entry from its JSON."""
    return _ENTRY.validate_json(text)


def pack(scenario: Scenario) -> dict[str, Any]:
    """Everything that a game depends on, as JSON can hold it."""
    based = scenario.reference is not scenario.description
    return {
        "id": scenario.id,
        "description": scenario.description.model_dump(mode="json"),
        "reference": scenario.reference.model_dump(mode="json") if based else None,
        "library": scenario.library.model_dump(mode="json"),
        "overrides": [list(pair) for pair in scenario.overrides],
        "lens": scenario.lens,
    }


def unpack(kept: Mapping[str, Any]) -> Scenario:
    """The scenario that was packed.

    Raises
    ------
    SimError
        When it is no longer one to this version.
    """
    try:
        description = Description.model_validate(kept["description"])
        based = kept["reference"]
        return Scenario(
            id=kept["id"],
            description=description,
            reference=Description.model_validate(based) if based else description,
            library=Library.model_validate(kept["library"]),
            overrides=tuple((path, value) for path, value in kept["overrides"]),
            lens=kept["lens"],
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        problem = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    except KeyError as error:
        problem = f"it has no {error}"
    raise SimError(f"its scenario cannot be read by this version ({problem})")
