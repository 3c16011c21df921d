"""The scenarios that can be opened: those that come with the program, and the folder's own."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import Fault, ScenarioError
from sim.lab.bench import DRAFTS, draft_files
from sim.lab.variant import Stamp, stamp
from sim.scenario.files import is_library
from sim.scenario.loading import load_scenario
from sim.scenario.shipped import ENDINGS, SCENARIOS, SHELVES, home, scenarios
from sim.scenario.shocks import is_shelf
from sim.scenario.yaml_reader import read_yaml

MOST_OWN = 1000
"""Files of a folder that are looked at."""
_DRAFT = "draft:"
"""What the name of a scenario begins with that a visitor builds."""
_LONGEST = 300
"""Of a name."""
_KEPT = 2000
"""Files of which is kept what they are about."""
_LOOKS_LIKE = re.compile(r"^(?:extends|actors|outcomes)\s*:", re.MULTILINE)


def draft_name(name: str) -> str:
    """The name on the wall of a scenario that is built on a bench."""
    return f"{_DRAFT}{name}"


@dataclass(frozen=True)
class Entry:
    """A scenario as the wall tells of it.

    Attributes
    ----------
    name : str
        By which it is opened: that of one that comes with the program, the path of a file
        below the folder, or that of a draft.
    path : Path
    title, summary : str
    actors : tuple of str
    rounds : int
    digest : str
        Empty where it has faults.
    extends : str
        Name of the scenario that it changes; empty where it stands by itself.
    own : bool
        Whether it is a file of the folder, or a visitor's draft.
    faults : tuple of Fault
        What is wrong with it; it cannot be opened then.
    """

    name: str
    path: Path
    title: str
    summary: str = ""
    actors: tuple[str, ...] = ()
    rounds: int = 0
    digest: str = ""
    extends: str = ""
    own: bool = False
    faults: tuple[Fault, ...] = ()


class Catalogue:
    """Finds scenarios by name, and tells what they are about.

    May be asked from any thread.

    Parameters
    ----------
    folder : Path
        Its YAML files, and those of its folder ``scenarios``, are shown beside what comes
        with the program.
    file : Path, optional
        One that is shown whatever it is, and wherever it lies.

    Attributes
    ----------
    left_out : int
        Files of the folder that were not looked at last, since there are so many.
    """

    def __init__(self, folder: Path, file: Path | None = None) -> None:
        self.folder = folder.resolve()
        self._named: dict[str, Path] = {}
        self._entries: dict[str, tuple[tuple[Path, Stamp], Entry | None]] = {}
        self._lock = threading.Lock()
        self.left_out = 0
        self.first = self._add(file) if file is not None else ""

    def _add(self, file: Path) -> str:
        path = file.resolve()
        if path.parent == home().resolve():
            return path.stem
        inside = path.is_relative_to(self.folder)
        name = path.relative_to(self.folder).as_posix() if inside else path.name
        self._named[name] = path
        return name

    def names(self) -> dict[str, Path]:
        """The file of each scenario: those named on the command line, own ones, shipped ones."""
        found, left_out = dict(self._named), 0
        shipped = home().resolve()
        for folder in (self.folder, self.folder / SCENARIOS):
            if folder.resolve() == shipped:
                continue
            files = _scenario_files(folder)
            left_out += max(len(files) - MOST_OWN, 0)
            for file in files[:MOST_OWN]:
                found.setdefault(file.relative_to(self.folder).as_posix(), file)
        self.left_out = left_out
        return found | {path.stem: path for path in scenarios(shelves=False)}

    def find(self, name: str, bench: Path) -> Path:
        """The file that a name stands for, whether it is there or not; ``bench`` has the drafts."""
        if name.startswith(_DRAFT):
            return bench / DRAFTS / f"{Path(name.removeprefix(_DRAFT)).name}.yaml"
        if name in self._named:
            return self._named[name]
        folder, _, file = name.rpartition("/")
        if not name.endswith(ENDINGS):
            return home() / f"{Path(name).name}.yaml"
        return self.folder / (SCENARIOS if folder == SCENARIOS else "") / Path(file).name

    def entry(self, name: str, path: Path, stamped: Stamp | None = None) -> Entry | None:
        """What a file is about; None where it is no scenario.

        ``stamped`` is that of the file's folder, where it is known.
        """
        now = path, stamp(path.parent) if stamped is None else stamped
        with self._lock:
            known = self._entries.get(name_of := str(path))
        if known is None or known[0] != now:
            own = path.parent != home()
            forced = path in self._named.values() or name.startswith(_DRAFT)
            known = now, _told(name, path, own, forced)
            with self._lock:
                self._entries[name_of] = known
                while len(self._entries) > _KEPT:
                    del self._entries[next(iter(self._entries))]
        return known[1]

    def entries(self) -> list[Entry]:
        """All scenarios, in the order of their names: first those of the command line."""
        stamps: dict[Path, Stamp] = {}
        found = []
        for name, path in self.names().items():
            if path.parent not in stamps:
                stamps[path.parent] = stamp(path.parent)
            found.append(self.entry(name, path, stamps[path.parent]))
        return [one for one in found if one is not None]

    def known(self, name: str, bench: Path) -> Entry | None:
        """What was last seen under a name, without looking at its file again."""
        with self._lock:
            found = self._entries.get(str(self.find(name, bench)))
        return found[1] if found else None

    def drafts(self, bench: Path) -> list[Entry]:
        """The scenarios that are built on a bench."""
        found = [self.entry(draft_name(file.stem), file) for file in draft_files(bench)]
        return [one for one in found if one is not None]

    def of(self, name: str, bench: Path) -> Entry | None:
        """What a name stands for, for the visitor of a bench; None where there is nothing."""
        if len(name) > _LONGEST or not name.isprintable():
            return None
        path = self.find(name, bench)
        # A name that leads elsewhere than it says is none.
        known = name in self._named or self._name_of(path) == name
        return self.entry(name, path) if known and path.is_file() else None

    def _name_of(self, path: Path) -> str:
        """By what name a file is found."""
        if path.parent.name == DRAFTS:
            return draft_name(path.stem)
        if path.parent == home():
            return path.stem if path.stem not in SHELVES else ""
        return path.relative_to(self.folder).as_posix()


def _scenario_files(folder: Path) -> list[Path]:
    """The files of a folder that may hold scenarios; nothing but files, which can be read."""
    found = (one for end in ENDINGS for one in folder.glob(f"*{end}"))
    return sorted(one for one in found if one.is_file())


def _told(name: str, path: Path, own: bool, forced: bool) -> Entry | None:
    if own and not forced and not _is_scenario(path):
        return None
    try:
        scenario = load_scenario(path)
    except ScenarioError as error:
        faults = tuple(without_folders(fault) for fault in error.faults)
        return Entry(name, path, path.name, own=own, faults=faults)
    described = scenario.description
    return Entry(
        name,
        path,
        described.title,
        described.summary or "",
        tuple(one.name for one in described.actors.values()),
        described.calendar.rounds,
        scenario.sha256,
        _parent(path),
        own,
    )


def _parent(path: Path) -> str:
    parent = read_yaml(path).root.fields.get("extends")
    return Path(str(parent.value)).stem if parent is not None else ""


def without_folders(fault: Fault) -> Fault:
    """A fault that names its file as the folder does, not with all folders of the machine."""
    return replace(fault, place=replace(fault.place, file=Path(fault.place.file).name))


def _is_scenario(path: Path) -> bool:
    """Whether a YAML file of the folder is meant as a scenario."""
    try:
        document = read_yaml(path)
    except ScenarioError:
        try:
            with path.open(encoding="utf-8", errors="replace") as file:
                return bool(_LOOKS_LIKE.search(file.read(300_000)))
        except OSError:
            return False
    if is_library(document) or is_shelf(document):
        return False
    return bool({"extends", "actors", "outcomes"} & set(document.root.fields))
