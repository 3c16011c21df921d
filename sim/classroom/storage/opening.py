"""Beginning a session, or picking one up that is kept."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

from sim.classroom.game.log_entries import Opened
from sim.classroom.game.rules import replay, validate
from sim.classroom.game.table import UNDER_WAY
from sim.classroom.storage.recorder import Recorder
from sim.classroom.storage.sqlite_log import SessionSummary, Store, pack
from sim.errors import Fault, Place, ScenarioError
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.simulation.manifest import versions
from sim.text import listing

# Codes and keys that people type: the class's code, and the teacher's one-time keys.

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Of join codes: without vowels no code is a word, and nobody mistakes I or O for a number."""
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP = 3, 4


def join_code() -> str:
    """Four letters for a class to type: short, since guesses are counted (160,000 codes)."""
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


def one_time_key() -> str:
    """A key of 59 bits that lets one device of the teacher's in: ``k7qm-4tzx-9dpw``."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def normalised_key(typed: str) -> str:
    """A key as it was typed, without the blanks and hyphens that people add or leave out."""
    return "".join(sign for sign in typed.lower() if sign.isalnum())


DEFAULT_STORE = Path("reports") / "classroom" / "sessions.sqlite"
_REHEARSAL = " (rehearsal)"
"""What the title of a session ends with in which computed students play."""
_NAMED = 5


def begin_session(
    store: Store,
    scenario: Scenario,
    now: float,
    *,
    tables: int = 1,
    minutes: float | None = None,
    seed: int | None = None,
    rehearsal: bool = False,
) -> Recorder:
    """Begin a session with a code of its own; no other program can open it meanwhile.

    Parameters
    ----------
    minutes : float, optional
        For each round; none is no deadline.
    seed : int, optional
        The scenario's own if not given.
    rehearsal : bool
        Mark it as one in its title, on every page and in the list; otherwise a mark is
        taken away.
    """
    if rehearsal != is_rehearsal(scenario):
        scenario = _marked(scenario, rehearsal=rehearsal)
    opened = Opened(
        at=now,
        scenario=pack(scenario),
        seed=scenario.description.seed if seed is None else seed,
        code=join_code(),
        tables=tables,
        minutes=minutes,
        version=versions()["entente"],
    )
    return Recorder.begin(store, opened, alone=True)


def _marked(scenario: Scenario, *, rehearsal: bool) -> Scenario:
    described = scenario.description
    title = described.title.removesuffix(_REHEARSAL) + (_REHEARSAL if rehearsal else "")
    marked = described.model_copy(update={"title": title})
    alike = scenario.reference is described
    return replace(scenario, description=marked, reference=marked if alike else scenario.reference)


def is_rehearsal(scenario: Scenario) -> bool:
    """Whether a session's scenario is marked as a rehearsal."""
    return scenario.description.title.endswith(_REHEARSAL)


def branch_session(store: Store, number: int, round: int) -> Recorder:
    """Begin a session that is another one up to the end of a round; the other stays as it is.

    The same people are in it, by the same devices, and the luck is the same: what comes
    next can be tried otherwise.

    Parameters
    ----------
    number : int
        Of the session to begin from.
    round : int
        The last round that it keeps, 0 for none; of several tables no table goes beyond.

    Raises
    ------
    SimError
        When there is no such session, or its log cannot be read.
    """
    log = list(store.entries(number))
    session, kept = replay(log[:1]), 1
    for nth, entry in enumerate(log[1:], start=2):
        validate(entry, session)()
        if all(table.round <= round and table.phase not in UNDER_WAY for table in session.tables):
            kept = nth
    opened = cast(Opened, log[0])  # or it would not have been played again
    return Recorder.begin(store, opened, *log[1:kept], alone=True)


def resume_session(store: Store, number: int | None, scenario: Scenario | None = None) -> Recorder:
    """Go on with a session.

    Parameters
    ----------
    number : int or None
        None for the last one, of the scenario if one is named.
    scenario : Scenario, optional
        What the session must be of.

    Raises
    ------
    ScenarioError
        When there is no such session.
    SimError
        When its log cannot be read, or another program has it open.
    """
    kept = store.sessions()
    fitting = [one for one in kept if scenario is None or one.scenario == scenario.id]
    if number is None and fitting:
        number = fitting[0].id
    if number not in {one.id for one in fitting}:
        problem = _missing(number, scenario, store)
        raise ScenarioError([Fault(Place("--resume"), problem, _remedy(fitting))])
    return Recorder(store, number, alone=True)


def differs_from_file(desk: Recorder, scenario: Scenario, file: Path) -> str:
    """In a line, that a session goes on with another scenario than its file holds, if so.

    What the session was begun with (``--rounds``, ``--set``, ``--lens``) need not be said
    again: without any, the file is read with it.
    """
    kept = desk.session.scenario
    if not scenario.overrides and scenario.lens is None and (kept.overrides or kept.lens):
        with suppress(ScenarioError):  # then it does differ
            scenario = load_scenario(file, kept.overrides, kept.lens)
    if kept.sha256 == _marked(scenario, rehearsal=is_rehearsal(kept)).sha256:
        return ""
    return (
        f"session {desk.number} goes on with its scenario as it was begun, "
        f"which is not the same as {file.as_posix()} is now"
    )


def _missing(number: int | None, scenario: Scenario | None, store: Store) -> str:
    of = "" if scenario is None else f" of '{scenario.id}'"
    which = f"session {number}" if number is not None else "session"
    return f"there is no {which}{of} in {store.path}"


def _remedy(kept: list[SessionSummary]) -> str:
    if not kept:
        return "begin one: leave --resume out; or name another file of sessions (--store)"
    numbers = listing([str(one.id) for one in kept[:_NAMED]], "or")
    more = " and others" if len(kept) > _NAMED else ""
    return f"name one that is kept: {numbers}{more}"
