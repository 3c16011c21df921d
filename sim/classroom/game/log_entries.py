"""What a session's log holds: every input that was accepted, in its order.

An entry says what somebody did, never what came of it: that is worked out
again whenever the log is read. Times are POSIX seconds, tokens are hashes.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sim.scenario.cameo import Track

FORM: Literal[2] = 2
"""Of what a log holds: since 0.6 a seat chooses a word and a deed toward each other."""
MOST_TABLES, MOST_PEOPLE, MOST_TEAM = 40, 240, 12
NAME, TEXT = 40, 1000
"""Characters of a name and of a message, at most."""
MOST_MINUTES = 7 * 24 * 60

Id = Annotated[str, Field(min_length=1, max_length=100)]
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Minutes = Annotated[float, Field(gt=0, le=MOST_MINUTES)]
Number = Annotated[int, Field(ge=1, le=MOST_TABLES)]


class Entry(BaseModel):
    """An accepted input, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: float


class Opened(Entry):
    """The session begins.

    ``scenario`` is as :func:`sim.classroom.storage.sqlite_log.pack` gives it, so that a session
    outlives its file. ``form`` is that of the entries.
    """

    kind: Literal["opened"] = "opened"
    scenario: dict[str, Any]
    seed: int
    code: Annotated[str, Field(pattern="^[A-Z]{4}$")]
    tables: Number = 1
    minutes: Minutes | None = None
    version: str = ""
    form: Literal[2] = FORM


class Admitted(Entry):
    """A device of the teacher's was let in."""

    kind: Literal["admitted"] = "admitted"
    token: Hash


class Joined(Entry):
    """A student came in."""

    kind: Literal["joined"] = "joined"
    participant: Id
    name: Annotated[str, Field(min_length=1, max_length=NAME)]
    token: Hash


class Offered(Entry):
    """A student, or the teacher for one, got a code by which to go on from another device."""

    kind: Literal["offered"] = "offered"
    participant: Id
    code: Hash
    until: float


class Moved(Entry):
    """A student went on from another device; the old one is out."""

    kind: Literal["moved"] = "moved"
    participant: Id
    code: Hash
    token: Hash


class Seated(Entry):
    """A student took, was given or left a seat; without an actor one looks on."""

    kind: Literal["seated"] = "seated"
    participant: Id
    table: Number | None
    actor: Id | None = None
    by_teacher: bool = False


class Removed(Entry):
    """The teacher removed a student."""

    kind: Literal["removed"] = "removed"
    participant: Id


class Handed(Entry):
    """A seat was handed to the model, or back to its people."""

    kind: Literal["handed"] = "handed"
    table: Number
    actor: Id
    model: bool


class RoundOpened(Entry):
    """A round began, until a deadline if it has one."""

    kind: Literal["round"] = "round"
    table: Number
    round: int
    deadline: float | None = None


class Closed(Entry):
    """A round, or its answers, were closed; ``deadline`` is for the answers, where any are due."""

    kind: Literal["closed"] = "closed"
    table: Number
    round: int
    deadline: float | None = None


class Paused(Entry):
    """The clock was stopped, or goes on."""

    kind: Literal["paused"] = "paused"
    table: Number
    paused: bool


class Extended(Entry):
    """The deadline was put off."""

    kind: Literal["extended"] = "extended"
    table: Number
    seconds: Annotated[float, Field(gt=0, le=60 * MOST_MINUTES)]


class Undone(Entry):
    """The last round was taken back, or else the ending of the game; with a deadline if any."""

    kind: Literal["undone"] = "undone"
    table: Number
    deadline: float | None = None


class Ordered(Entry):
    """A seat's choices: by target a word and a deed, each a lever or None to let it pass.

    ``{"south": {"words": "talk", "deeds": None}}``; what is not named stays as it was.
    """

    kind: Literal["ordered"] = "ordered"
    participant: Id
    table: Number
    round: int
    moves: Annotated[dict[Id, dict[Track, Id | None]], Field(max_length=100)]


class Answered(Entry):
    """A seat's answers to proposals, by who asks, to its word and to its deed."""

    kind: Literal["answered"] = "answered"
    participant: Id
    table: Number
    round: int
    answers: Annotated[dict[Id, dict[Track, bool]], Field(max_length=100)]


class Injected(Entry):
    """The teacher let something happen: an event of the scenario, or one made up.

    ``changes`` are additions by phrase, as ``affinity of north and south: -0.1``;
    ``begins`` and ``ends`` name arrangements, as ``treaty between north and south``.
    """

    kind: Literal["injected"] = "injected"
    table: Number
    round: int
    event: Id | None = None
    name: Annotated[str, Field(max_length=200)] = ""
    changes: Annotated[dict[str, float], Field(max_length=20)] = {}
    begins: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    ends: Annotated[tuple[str, ...], Field(max_length=20)] = ()


class Said(Entry):
    """A message: from a student's seat, or from the teacher (no participant).

    ``to`` names actors of the table; none means all. The teacher's may be for all tables.
    """

    kind: Literal["said"] = "said"
    participant: Id | None = None
    table: Number | None
    to: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    text: Annotated[str, Field(min_length=1, max_length=TEXT)]


class Changed(Entry):
    """A setting was changed; what is None stays. ``minutes`` 0 is no deadline.

    Attributes
    ----------
    doors : bool
        Students may come in and pick their seats.
    forecast, debrief : bool
        All may see it.
    flow : bool
        A round whose time is over is closed, and the next one opened.
    """

    kind: Literal["changed"] = "changed"
    minutes: Annotated[float, Field(ge=0, le=MOST_MINUTES)] | None = None
    doors: bool | None = None
    forecast: bool | None = None
    debrief: bool | None = None
    flow: bool | None = None


class Added(Entry):
    """One more table."""

    kind: Literal["added"] = "added"


class Ended(Entry):
    """A table's game was ended."""

    kind: Literal["ended"] = "ended"
    table: Number


Any_ = (
    Opened | Admitted | Joined | Offered | Moved | Seated | Removed | Handed | RoundOpened
    | Closed | Paused | Extended | Undone | Ordered | Answered | Injected | Said | Changed
    | Added | Ended
)  # fmt: skip
_ENTRY: TypeAdapter[Any_] = TypeAdapter(Annotated[Any_, Field(discriminator="kind")])


def read(text: str | bytes) -> Any_:
    """An entry from its JSON."""
    return _ENTRY.validate_json(text)
