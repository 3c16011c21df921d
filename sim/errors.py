"""What can go wrong in a way a user can mend.

Every error says four things: the place (file, line, column, path), the value
found there, the rule it breaks, and the remedy. A :class:`ScenarioError`
carries all the faults of a file at once, so that nobody mends a file one
message at a time.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

DISTRIBUTION = "entente-sim"
"""The name under which the program is installed; ``entente`` alone is another project's there."""
_ARGUMENTS = {
    "--knob": "knobs", "--out": "folder", "--outcome": "outcomes", "--restart": "restart=True",
    "--resume": "resume=True", "--set": "overrides", "--with": "overrides",
    "--theory": "theories", "--theory A,B": "under",
}  # fmt: skip
"""Options that Python's arguments spell in another way."""
_typed: ContextVar[bool] = ContextVar("typed", default=False)


@contextmanager
def command_line() -> Iterator[None]:
    """Name options as they are typed, for as long as the block lasts."""
    token = _typed.set(True)
    try:
        yield
    finally:
        _typed.reset(token)


def option(name: str) -> str:
    """Name an option as the reader gives it: typed, or as an argument in Python.

    Parameters
    ----------
    name : str
        As it is typed: ``--runs``.

    Examples
    --------
    >>> option("--runs"), option("--outcome")
    ('runs', 'outcomes')
    >>> with command_line():
    ...     option("--runs")
    '--runs'
    """
    if _typed.get():
        return name
    return _ARGUMENTS.get(name) or name.removeprefix("--").replace("-", "_")


class SimError(Exception):
    """A fault in what the user gave us. The command line exits with 1."""


class SlowTheoryWarning(UserWarning):
    """A theory that was handed in takes very much longer than the model itself."""


@dataclass(frozen=True, order=True)
class Place:
    """Where a fault stands.

    Parameters
    ----------
    file : str
        File name as the user wrote it, or the :func:`option` that the value was given by.
    line, column : int
        Counted from 1; 0 where the whole file is meant.
    path : str
        Dotted path inside the document (``actors.north.power``), may be empty.
    """

    file: str
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        spot = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{spot}: {self.path}" if self.path else spot


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong: where, what, and what to write instead."""

    place: Place
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.problem}"
        return f"{text}\n    {self.remedy}" if self.remedy else text


class ScenarioError(SimError):
    """All faults found in a scenario.

    Parameters
    ----------
    faults : sequence of Fault
        At least one; kept sorted by place.
    """

    def __init__(self, faults: list[Fault] | tuple[Fault, ...]) -> None:
        self.faults = tuple(sorted(set(faults)))
        count = len(self.faults)
        head = "1 fault" if count == 1 else f"{count} faults"
        super().__init__("\n".join([f"{head} found:", *map(str, self.faults)]))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Fault, ...]]]:
        """Travel with the faults, not with the text made of them."""
        return type(self), (self.faults,)


class ResultsError(SimError):
    """Results that cannot be read, written or reproduced."""


def in_words(error: BaseException) -> str:
    """What code of a user's own raised: its kind, and what it says, if anything."""
    # A KeyError would show its text in quotes.
    said = error.args[0] if isinstance(error, KeyError) and error.args else error
    try:
        text = "".join(one if one.isprintable() else " " for one in str(said))
    except Exception:  # an exception of a user's own that cannot be shown
        text = ""
    return f"{type(error).__name__}: {' '.join(text.split())}".removesuffix(": ")


def stopped_by_user(error: BaseException) -> bool:
    """Whether it is a stop from the keyboard, and not a ``KeyboardInterrupt`` that code raised."""
    if not isinstance(error, KeyboardInterrupt):
        return False
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    # One from the keyboard comes between two instructions; none is a statement 'raise'.
    raised = dis.opmap["RAISE_VARARGS"]
    return last is None or last.tb_frame.f_code.co_code[last.tb_lasti] != raised


def with_extra(extra: str) -> str:
    """The command that adds what an optional part needs: ``with_extra("parquet")``."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"
