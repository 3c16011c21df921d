"""What comes with the program, found by its name from any folder.

Scenarios, their sources and propositions lie in ``scenarios/`` of a checkout. An
installed package has a copy of that folder.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from sim.text import closest

ENDINGS = (".yaml", ".yml")
SCENARIOS = "scenarios"
"""Where ``new`` writes, and where the files of a checkout lie."""
PROPOSITIONS = "propositions"
"""The folder of propositions, inside that of scenarios."""
RECORDS = "records"
"""The folder of dated outcomes, inside that of scenarios."""
TEACHING = "teaching"
"""The folder of papers for teachers."""
_PACKAGE = Path(__file__).resolve().parents[1]


def home() -> Path:
    """The folder of what comes with the program."""
    packed = _PACKAGE / "shipped"
    return packed if packed.is_dir() else _PACKAGE.parent / SCENARIOS


def is_name(text: str) -> bool:
    """Whether a word is a name to be looked up: no folder before it, no ending behind it."""
    return (
        bool(text.strip())
        and not re.search(r"[/\\:\0]", text)
        and text not in (".", "..")
        and not text.lower().endswith(ENDINGS)
    )


def find_file(named: str | Path) -> Path:
    """The file that a path or a name stands for.

    A path is taken as it is. A name without an ending, ``river``, stands for a
    file of that very name, ``river.yaml``, ``scenarios/river.yaml``,
    ``scenarios/propositions/river.yaml``, or what comes with the program under
    that name, whichever is there first.

    Gives ``named`` itself where nothing is found; opening it then says so.
    """
    path = Path(named)
    if not is_name(str(named)) or os.path.isfile(path):
        return path
    folders = (Path(), Path(SCENARIOS), Path(SCENARIOS, PROPOSITIONS))
    own = (folder / f"{named}{end}" for folder in folders for end in ENDINGS)
    return next((one for one in own if os.path.isfile(one)), None) or shipped(str(named)) or path


def find_record(named: str | Path) -> Path:
    """The file of dated outcomes that a path or a name stands for, as :func:`find_file`.

    A name stands for that of a record: ``records/river.yaml`` here, ``scenarios/records``, or
    what comes with the program, whatever scenario has the same name.
    """
    path = Path(named)
    if not is_name(str(named)) or os.path.isfile(path):
        return path
    folders = (Path(RECORDS), Path(SCENARIOS, RECORDS), home() / RECORDS, Path())
    own = (folder / f"{named}{end}" for folder in folders for end in ENDINGS)
    return next((one for one in own if os.path.isfile(one)), path)


def hides(named: str | Path) -> bool:
    """Whether a name stands for another file than the one that comes with the program."""
    ours = shipped(str(named))
    return ours is not None and not os.path.samefile(find_file(named), ours)


def shipped(name: str, shelf: Path | None = None) -> Path | None:
    """A file that comes with the program, by its name; ``None`` where there is none.

    ``name``: without folder and ending: ``two-neighbours``, ``p3-thaw``; ``shelf``: another folder
    to look in than the program's own.
    """
    if not is_name(name):
        return None
    top = shelf or home()
    paths = (folder / f"{name}{end}" for folder in (top, top / PROPOSITIONS) for end in ENDINGS)
    return next((path for path in paths if os.path.isfile(path)), None)


SHELVES = ("sources", "shocks")
"""Files beside the scenarios that are none: what they cite, and what they may take."""


def scenarios(*, shelves: bool = True) -> list[Path]:
    """The scenario files that come with the program, and those from which they take."""
    found = sorted(home().glob("*.y*ml"))
    return found if shelves else [path for path in found if path.stem not in SHELVES]


def propositions() -> list[Path]:
    """The propositions that come with the program, P2 before P10."""
    return sorted((home() / PROPOSITIONS).glob("*.y*ml"), key=natural)


def records() -> list[Path]:
    """The records of dated outcomes that come with the program."""
    return sorted((home() / RECORDS).glob("*.y*ml"))


def papers() -> dict[str, Path]:
    """The papers for teachers that come with the program, by name; ``teaching`` is about all."""
    packed = home() / TEACHING
    folder = packed if packed.is_dir() else _PACKAGE.parent / "docs" / TEACHING
    found = sorted(folder.glob("*.md"), key=lambda path: (path.stem != "README", path.stem))
    return {TEACHING if path.stem == "README" else path.stem: path for path in found}


def natural(path: Path) -> list[tuple[bool, int, str]]:
    """Key that sorts P2 before P10."""
    parts = re.findall(r"\d+|\D+", path.stem)
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]


def name_of(file: str) -> str:
    """How a command names a file, so that it is understood in another folder, too."""
    if (path := Path(file)).is_absolute() and shipped(path.stem) == path:
        return path.stem
    file = elsewhere(file)
    short = _plain(file)
    return short if is_name(short) and not short.startswith("-") else file


def elsewhere(file: str) -> str:
    """A file's path without what only this machine has: its folders up to the root."""
    path = Path(file)
    if not path.is_absolute():
        return path.as_posix()
    return path.relative_to(home()).as_posix() if path.is_relative_to(home()) else path.name


def nearest(name: str) -> str | None:
    """The name of what comes with the program that is nearest to a misspelt one."""
    return closest(_plain(name), {path.stem for path in (*scenarios(), *propositions())})


def _plain(file: str) -> str:
    return next((file.removesuffix(end) for end in ENDINGS if file.endswith(end)), file)
