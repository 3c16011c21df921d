"""A scenario with the few changes that a visitor made, as data."""

from __future__ import annotations

import math
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from sim.errors import ScenarioError
from sim.reporting.sources import parameter, path_in_words
from sim.scenario.lenses import canonical, lenses_of
from sim.scenario.loading import ReadFiles, read_files, scenario_from
from sim.scenario.node import tidy
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.scenario.shipped import ENDINGS, find_file, shipped
from sim.scenario.writing import to_yaml
from sim.scenario.yaml_reader import parse, yaml_text
from sim.text import number

Stamp = tuple[tuple[str, int, int], ...]
"""Name, time and size of the files of a folder."""
OFF, ON = "off", "on"
"""What the value of an event may be: it is taken out, or it is in the file and stays."""
_READ = 16
"""Scenarios whose files are kept as they were read."""
_LOADED = 128
"""Scenarios that are kept as they were read: of a class, each visitor's last and its base."""
_KINDS = {
    "actors": "actor", "arrangements": "arrangement", "events": "event", "issues": "issue",
    "levers": "lever", "outcomes": "outcome", "relations": "pair",
}  # fmt: skip
_OWN_LENSES = "as each actor has it"


@dataclass(frozen=True)
class Change:
    """One thing that is changed.

    Attributes
    ----------
    path : str
        Dotted path, as ``--set`` takes it: ``actors.north.power``; also ``calendar.rounds``,
        ``seed``, ``lens``, or ``events.ID``.
    value : str
        YAML text, as ``--set`` takes it; ``off`` takes an event out.
    """

    path: str
    value: str

    @property
    def is_event(self) -> bool:
        """Whether it takes a whole event out."""
        return self.path.startswith("events.") and self.path.count(".") == 1

    @property
    def override(self) -> tuple[str, str]:
        """Path and value as ``--set`` has them."""
        gone = self.is_event and self.value in (OFF, "false", "null")
        return self.path, "null" if gone else self.value


@dataclass(frozen=True)
class Variant:
    """A scenario file with a visitor's changes.

    Attributes
    ----------
    base : Path
        The file, or the name of one, as :func:`sim.load_scenario` finds it.
    changes : tuple of Change
        In the order in which they were first made; each path once.
    name : str
        What the visitor calls it; may be empty.
    """

    base: Path
    changes: tuple[Change, ...] = ()
    name: str = ""

    def base_scenario(self) -> Scenario:
        """The scenario as its file has it.

        Raises ``ScenarioError`` with all faults.
        """
        return _loaded(self.base, (), stamp(find_file(self.base).parent))

    def scenario(self) -> Scenario:
        """The scenario with the changes; the same object as long as its files stay as they are.

        Raises ``ScenarioError`` with all faults of the file, or of the changes.
        """
        overrides = tuple(change.override for change in self.changes)
        return _loaded(self.base, overrides, stamp(find_file(self.base).parent))

    @property
    def folder_stamp(self) -> Stamp:
        """What is another where a file of the base's folder was written anew."""
        return stamp(find_file(self.base).parent)

    def applicable(self) -> tuple[Variant, dict[str, str]]:
        """The same with the changes that the file allows, and why each other cannot be made.

        Each change is tried beside those before it; the reasons stand by path. Raises
        ``ScenarioError`` where the file itself has faults.
        """
        with suppress(ScenarioError):
            self.scenario()
            return self, {}
        kept, problems = self.reset(), {}
        kept.base_scenario()
        for change in self.changes:
            tried = replace(kept, changes=(*kept.changes, change))
            try:
                tried.scenario()
            except ScenarioError as error:
                faults = (f"{one.problem}: {one.remedy}" for one in error.faults)
                problems[change.path] = "; ".join(faults)
            else:
                kept = tried
        return kept, problems

    def digest(self) -> str:
        """The digest of all that results depend on but runs and seed."""
        return self.scenario().sha256

    def with_change(self, path: str, value: str) -> Variant:
        """The same with one more change; one that sets what the file has anyway disappears.

        ``path``, ``value``: as in :class:`Change`. A path that was changed before keeps its place.
        Whether the change is possible is found out by :meth:`scenario`.
        """
        change = Change(".".join(map(tidy, path.split("."))), value.strip())
        if _same(change, self.base_scenario()):
            return self.without(change.path)
        kept = {one.path: one for one in self.changes}
        kept[change.path] = change
        return replace(self, changes=tuple(kept.values()))

    def without(self, *paths: str) -> Variant:
        """The same without the changes of some paths."""
        kept = tuple(one for one in self.changes if one.path not in paths)
        return replace(self, changes=kept)

    def reset(self) -> Variant:
        """The same without any change."""
        return replace(self, changes=())

    def in_words(self) -> list[str]:
        """Each change, with what the file has before the arrow."""
        base = self.base_scenario()
        return [_in_words(change, base) for change in self.changes]

    def left_out_in_words(self, change: Change) -> str:
        """A change that the file has no place for, and why that is."""
        base = self.base_scenario()
        home, *rest = change.path.split(".")
        there = getattr(base.description, home, None)
        kind = _KINDS.get(home, "part")
        gone = rest and isinstance(there, dict) and rest[0] not in there
        why = f"there is no such {kind} now" if gone else "it does not fit what is there now"
        return f"{_in_words(change, base)} ({why})"

    def as_yaml(self) -> str:
        """A scenario file that extends the base and holds the changes.

        It belongs beside the base's file, unless that comes with the program.

        Raises ``ScenarioError`` with all faults.
        """
        lines = (self.name, *self.in_words()) if self.name else self.in_words()
        told = "".join(f"# {' '.join(line.split())}\n" for line in lines)
        changes = parse(to_yaml(self.scenario()), "variant").plain() if self.changes else {}
        return told + yaml_text({**changes, "extends": self.own_file or find_file(self.base).stem})

    @property
    def own_file(self) -> str:
        """Name of the base's file, which others need too; empty where it comes with the program."""
        file = find_file(self.base)
        ours = shipped(file.stem)
        return "" if ours and file.is_file() and os.path.samefile(ours, file) else file.name


def stamp(folder: Path) -> Stamp:
    """What shows that a file of a folder was written anew: a scenario may extend another."""
    found = []
    with suppress(OSError), os.scandir(folder) as entries:
        for one in entries:
            if one.name.endswith(ENDINGS):
                with suppress(OSError):  # a link that leads nowhere
                    stat = one.stat()
                    found.append((one.name, stat.st_mtime_ns, stat.st_size))
    return tuple(sorted(found))


@lru_cache(maxsize=_LOADED)
def _loaded(base: Path, overrides: tuple[tuple[str, str], ...], read_at: Stamp) -> Scenario:
    return scenario_from(_read(base, read_at), overrides)


@lru_cache(maxsize=_READ)
def _read(base: Path, read_at: Stamp) -> ReadFiles:
    return read_files(base)


def _same(change: Change, base: Scenario) -> bool:
    """Whether a change sets what the file has anyway."""
    before = _before(change, base)
    if before is None:
        return False
    if isinstance(before, float):
        try:
            value = parse(change.value, "value").value
        except ScenarioError:
            return False
        whole = isinstance(value, (int, float)) and not isinstance(value, bool)
        return whole and math.isclose(float(value), before, rel_tol=1e-12, abs_tol=1e-12)
    if change.path == "lens":
        return canonical(change.value) == before
    return change.value == before


def _before(change: Change, base: Scenario) -> float | str | None:
    """What the file has: a number, or a word; ``None`` where it has nothing to compare."""
    described = base.description
    if found := base.parameters.get(change.path):
        return found.value
    match change.path:
        case "calendar.rounds":
            return float(described.calendar.rounds)
        case "seed":
            return float(described.seed)
        case "lens":
            return described.lens or "null"
    if change.is_event:
        return ON if change.path.split(".")[1] in described.events else None
    return None


def _in_words(change: Change, base: Scenario) -> str:
    described = base.description
    if change.is_event and change.override[1] == "null":
        event = described.events.get(change.path.split(".")[1])
        name = change.path.split(".")[1].replace("_", " ")
        return f"“{event.name if event else name}” does not happen"
    if change.path == "lens":
        words = [_lens_in_words(one, described) for one in (described.lens or "", change.value)]
        return f"Lens: {words[0]} → {words[1]}"
    if change.path == "seed":
        return f"Seed of all draws: {described.seed} → {change.value}"
    if change.path == "calendar.rounds":
        return f"Rounds: {described.calendar.rounds} → {change.value}"
    if found := base.parameters.get(change.path):
        knob = described.knobs.get(change.path)
        said = (knob and knob.title) or parameter(change.path, described)
        return f"{said}: {_plain(found.value)} → {_shown(change.value)}"
    return f"{path_in_words(change.path, described)}: {_shown(change.value)}"


def _lens_in_words(lens: str, described: Description) -> str:
    found = lenses_of(described).get(canonical(lens))
    return found.title if found else _OWN_LENSES


def _plain(value: float) -> str:
    """A number as short as it can be written, with a real minus sign."""
    digits = next((n for n in range(7) if math.isclose(round(value, n), value, rel_tol=1e-9)), 6)
    return number(value, digits) if abs(value) < 1e5 else f"{value:.0f}"


def _shown(text: str) -> str:
    try:
        return _plain(float(text))
    except ValueError:
        return text
