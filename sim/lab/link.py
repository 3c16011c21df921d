"""A link that holds a scenario's name, its digest and the changes: what a visitor passes on.

What it holds stands behind the ``#`` of the address, which browsers send to no server: it is in
no log, and the lab's page hands it over as a form.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError, SimError
from sim.lab.variant import Change, Variant
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import find_file

VERSION = 1
"""What this program writes, and the newest that it reads."""
MOST_CHARACTERS = 4000
MOST_BYTES = 20_000
"""Of what a link holds once it is unpacked."""
MOST_CHANGES = 60
_DIGEST = 16
_CHECK = 4
_NEVER = ("extends", "sources")
"""What a link does not change: names of other files."""
_NO = "a link changes no '{}'"
_LIMITS = {"scenario": 120, "name": 200, "path": 300, "value": 500}
_DICTIONARY = (
    b"reversion.noise.effect_scale.coefficients.government.successor.positions.saliences.weights."
    b"security.prosperity.standing.power_growth.audience_cost.patience.chance.changes.requires."
    b"consent.usual.cost.recorded.spread.uniform.pert.calendar.rounds.events.off"
    b"support of actor.issue outcome.volatility.trend.ties of target to actor.ties of actor to "
    b"target.commitment of actor to target.effects.tension of actor and target.effects.affinity "
    b"of actor and target.salience.position.stances.issues.power.support.actors.levers.relations."
    b'.tension","0.affinity","0.",[["'
)
"""Words that most links hold, which make them shorter. It belongs to version 1: never changed."""
_TOO_LONG = "these changes are too many or too long for a link: pass on the file instead"
_FORM = re.compile(r"([0-9]{1,4})\.([A-Za-z0-9_-]*)")


class LinkError(SimError):
    """A link that cannot be opened, in one sentence or two."""


@dataclass(frozen=True)
class Linked:
    """What a link holds.

    Attributes
    ----------
    scenario : str
        Name of the scenario's file without its ending.
    digest : str
        First characters of the scenario's digest, without the changes.
    changes : tuple of Change
    before : tuple of str
        What each changed number was when the link was made; empty where there was none.
    name : str
        What the visitor calls it; may be empty.
    """

    scenario: str
    digest: str
    changes: tuple[Change, ...] = ()
    before: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Differing:
    """A change of a link that meets another number than when the link was made, or nothing.

    Attributes
    ----------
    change : Change
    before, now : str
        What the file had, and has; empty where there is no such number.
    problem : str
        Why the change cannot be made; empty where it can.
    """

    change: Change
    before: str
    now: str
    problem: str = ""


@dataclass(frozen=True)
class Opened:
    """What a link comes to on this machine.

    Attributes
    ----------
    variant : Variant
        The scenario with the changes that can be made.
    same : bool
        Whether the scenario is the one that the link was made of.
    differing : tuple of Differing
        Changes that cannot be made, or that change another number than they did.
    """

    variant: Variant
    same: bool
    differing: tuple[Differing, ...] = ()

    @property
    def lost(self) -> tuple[Differing, ...]:
        """The changes that cannot be made."""
        return tuple(one for one in self.differing if one.problem)

    @property
    def exact(self) -> bool:
        """Whether it gives what it gave where it was made."""
        return self.same and not self.differing


def write(variant: Variant) -> str:
    """What stands behind the ``#`` of a link to a variant.

    Parameters
    ----------
    variant : Variant

    Raises
    ------
    ScenarioError
        Where the variant's scenario has faults.
    LinkError
        Where it holds more than a link can.
    """
    base = variant.base_scenario()
    variant.scenario()
    if problem := _problem(variant):
        raise LinkError(f"this cannot be linked: {problem}")
    changes = [[one.path, one.value, _value(base, one.path)] for one in variant.changes]
    told = [_name(variant.base), base.sha256[:_DIGEST], variant.name, changes]
    try:
        _linked(told)
    except ValueError:
        raise LinkError(
            "these changes are too many or too long for a link: pass on the file"
        ) from None
    content = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    squeeze = zlib.compressobj(9, wbits=-15, zdict=_DICTIONARY)
    packed = _check(content) + squeeze.compress(content) + squeeze.flush()
    text = f"{VERSION}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"
    if len(content) > MOST_BYTES or len(text) > MOST_CHARACTERS:
        raise LinkError(_TOO_LONG)
    return text


def read(text: str) -> Linked:
    """What a link holds.

    Parameters
    ----------
    text : str
        A whole address, or what stands behind its ``#``; spaces and line ends are left out.

    Raises
    ------
    LinkError
        Where it is no link of the lab, was cut, or comes from a newer version.
    """
    bare = "".join(text.split()).rpartition("#")[2]
    found = _FORM.fullmatch(bare) if len(bare) <= MOST_CHARACTERS else None
    if found is None:
        raise LinkError(
            "This is no link of the lab. A link has a number, a point and letters behind its '#': "
            "copy it whole from 'Keep and share'."
        )
    version, packed = int(found[1]), found[2]
    if version > VERSION:
        raise LinkError(
            f"This link was made by a newer version of the program (links of sort {version}; "
            f"this one reads up to {VERSION}). Bring the program up to date, or ask for the "
            "file instead."
        )
    try:
        return _linked(json.loads(_unpacked(packed)))
    except (ValueError, TypeError, binascii.Error, zlib.error, RecursionError):
        raise LinkError(
            "This link is not whole: some of its letters are missing or were changed on the way. "
            "Copy it once more, from its beginning to its end."
        ) from None


def open_link(linked: Linked, base: Path | None) -> Opened:
    """The variant that a link stands for here.

    Parameters
    ----------
    linked : Linked
    base : Path or None
        The file of the scenario of that name; ``None`` where there is none.

    Raises
    ------
    LinkError
        Where there is no such scenario here.
    ScenarioError
        Where the scenario's own file has faults.
    """
    if base is None:
        raise LinkError(
            f"This link is to a scenario named '{linked.scenario}', and there is none here. Ask "
            f"who sent it for the file {linked.scenario}.yaml, put it into the folder from which "
            "the lab was started, and open the link again."
        )
    variant = Variant(base, (), linked.name)
    scenario = variant.base_scenario()
    same = scenario.sha256.startswith(linked.digest)
    whole = replace(variant, changes=linked.changes)
    problems = _problems(whole) if _problem(whole) else {}
    differing = [
        Differing(change, before, now, problems.get(change.path, ""))
        for change, before in zip(linked.changes, linked.before, strict=True)
        if (now := _value(scenario, change.path)) != before or change.path in problems
    ]
    kept = tuple(one for one in linked.changes if one.path not in problems)
    return Opened(replace(whole, changes=kept), same, tuple(differing))


def _problems(variant: Variant) -> dict[str, str]:
    """Why some changes cannot be made, by path."""
    never = {one.path: _NO.format(one.path) for one in variant.changes if _is_never(one)}
    return never | variant.without(*never).applicable()[1]


def _is_never(change: Change) -> bool:
    return change.path.split(".")[0] in _NEVER


def _problem(variant: Variant) -> str:
    for change in variant.changes:
        if _is_never(change):
            return _NO.format(change.path)
    try:
        variant.scenario()
    except ScenarioError as error:
        return "; ".join(f"{fault.problem}: {fault.remedy}" for fault in error.faults)
    return ""


def _name(base: Path) -> str:
    return find_file(base).stem


def _value(scenario: Scenario, path: str) -> str:
    """What a number is in a scenario, for comparing; empty where a path is none of its numbers."""
    found = scenario.parameters.get(path)
    return f"{found.value:.12g}" if found else ""


def _check(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:_CHECK]


def _unpacked(packed: str) -> bytes:
    """What was packed; ``ValueError`` where it is not whole, or more than a link holds."""
    data = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
    unpack = zlib.decompressobj(wbits=-15, zdict=_DICTIONARY)
    content = unpack.decompress(data[_CHECK:], MOST_BYTES)
    if not unpack.eof or unpack.unused_data or _check(content) != data[:_CHECK]:
        raise ValueError(packed)
    return content


def _linked(told: Any) -> Linked:
    scenario, digest, name, changes = told
    if len(changes) > MOST_CHANGES or len({path for path, *_ in changes}) < len(changes):
        raise ValueError("changes")
    for path, value, before in changes:
        _within(path=path, value=value)
        _within(value=before)
    _within(scenario=scenario, name=name, path=digest)
    made = tuple(Change(path, value) for path, value, _ in changes)
    return Linked(scenario, digest, made, tuple(before for *_, before in changes), name)


def _within(**texts: Any) -> None:
    for kind, text in texts.items():
        if not isinstance(text, str) or len(text) > _LIMITS[kind]:
            raise ValueError(kind)
