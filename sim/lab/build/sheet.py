"""A draft laid open: its own text, and what holds once the files below it are counted in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.errors import Fault, ScenarioError
from sim.lab.build.document import Planned, YamlText
from sim.lab.build.draft import Draft
from sim.scenario.files import chain, sources, unsourced
from sim.scenario.inherit import merge_all
from sim.scenario.loading import load_scenario
from sim.scenario.node import Node, from_plain
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_reader import parse


@dataclass(frozen=True)
class Sheet:
    """What a page shows of a draft.

    Attributes
    ----------
    own : YamlText
        Its file.
    whole : dict
        Plain data of the file and those that it extends, laid over one another.
    cited : tuple of str
        Ids of facts and data that its numbers may cite.
    below : tuple of Node
        What the files that it extends hold, the base of all first.
    """

    own: YamlText
    whole: dict[str, Any]
    cited: tuple[str, ...] = ()
    below: tuple[Node, ...] = ()

    def with_text(self, own: YamlText) -> Sheet:
        """The same with another text of its own file."""
        is_same = own is self.own or (own.text and own.text == self.own.text)
        return self if is_same else _laid(own, self.below, self.cited)

    @property
    def extends(self) -> str:
        """The file that it builds on, as it names it; empty where there is none."""
        named = self.own.plain.get("extends")
        return named if isinstance(named, str) else ""

    @property
    def extends_shown(self) -> str:
        """The file that it builds on, as the visitor knows it."""
        return self.extends.removeprefix(f"{Path(self.own.file).stem}_")

    def table(self, section: str) -> dict[str, Any]:
        """The parts of a section, by id; what is no mapping counts as none."""
        found = self.whole.get(section)
        return found if isinstance(found, dict) else {}

    def get(self, path: tuple[str, ...]) -> Any:
        """What holds at a path; ``None`` where nothing does."""
        value: Any = self.whole
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def name(self, section: str, id: str) -> str:
        """What readers see of a part, or its id."""
        shown = self.get((section, id, "name"))
        return shown if isinstance(shown, str) and shown.strip() else id

    @property
    def unit(self) -> str:
        """The length of a round; a quarter where the file says nothing that is known."""
        unit = self.get(("calendar", "round"))
        return unit if unit in ("month", "quarter", "half-year", "year") else "quarter"


def sheet_of(draft: Draft, revision: int | None = None) -> Sheet | None:
    """Lay a draft open as it is, or as it was; ``None`` where that text is no longer kept."""
    text = draft.text if revision is None else draft.text_of(revision)
    return None if text is None else _sheet(draft.file, text)


@lru_cache(maxsize=64)
def _sheet(file: Path, text: str) -> Sheet:
    own = YamlText(text, file.name)
    try:
        # The files below are found by the name that the text gives; only they are read.
        files = chain(file)
        library, _, _ = sources(files)
    except ScenarioError:
        # The check tells why; the file's own text can be shown all the same.
        return Sheet(own, own.plain)
    cited = (*library.facts, *library.data) if library else ()
    return _laid(own, tuple(one.document.root for one in reversed(files[1:])), cited)


def _laid(own: YamlText, below: tuple[Node, ...], cited: tuple[str, ...]) -> Sheet:
    if not below:
        return Sheet(own, own.plain, cited)
    is_planned = isinstance(own, Planned)
    child = from_plain(own.plain, own.file) if is_planned else parse(own.text, own.file)
    child.fields.pop("extends", None)
    return Sheet(own, merge_all([*below, child]).plain(), cited, below)


@dataclass(frozen=True)
class Checked:
    """What ``validate`` says of a draft.

    Attributes
    ----------
    scenario : Scenario or None
        What it describes, where it has no faults.
    faults : tuple of Fault
    unstated : tuple of Fault
        Numbers without a source or reason: faults to ``validate --strict``.
    """

    scenario: Scenario | None
    faults: tuple[Fault, ...] = ()
    unstated: tuple[Fault, ...] = ()


def checked(draft: Draft) -> Checked:
    """Check a draft as ``validate`` does, and as ``validate --strict`` does."""
    return _checked(draft.file, draft.text)


@lru_cache(maxsize=32)
def _checked(file: Path, text: str) -> Checked:
    """``text`` is what the file holds."""
    try:
        scenario = load_scenario(file)
        return Checked(scenario, (), tuple(unsourced(scenario, file)))
    except ScenarioError as error:
        return Checked(None, error.faults)
