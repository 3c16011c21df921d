"""The files of a scenario: the one opened, those it extends, their sources.

All of them lie in the folder of the file first opened, or come with the program,
so that a scenario cannot read what its author could not have put beside it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import Fault, ScenarioError, option
from sim.scenario.inherit import extend, merge_all
from sim.scenario.node import Mark, Node, from_plain
from sim.scenario.overrides import change
from sim.scenario.scenario import Scenario, SourceFile, origin
from sim.scenario.schema import Library
from sim.scenario.shipped import ENDINGS, find_file, home, is_name, nearest, shipped
from sim.scenario.shocks import is_shelf
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import Document, parse, read_yaml
from sim.text import closest, did_you_mean

# The whole document that a scenario was built from, for the places of what it says.


def merged_document(scenario: Scenario, folder: str | Path = "") -> Node:
    """Lay a scenario's files and changes over one another again.

    ``folder``: where its file lies, as the user wrote it; places name files in it. Gives each
    value with the file, line and column that it came from. Of a scenario made of plain data that
    is the text that :func:`sim.to_yaml` gives; one that was put together by hand, without files,
    has no lines.
    """
    layers = []
    for file in scenario.files:
        name = str((home() if file.shipped else Path(folder)) / file.name)
        document = Document(name, file.text, parse(file.text, name))
        if is_library(document) or is_shelf(document):
            break  # what is cited and taken comes last
        document.root.fields.pop("extends", None)
        layers.append(document.root)
    if layers:
        root = merge_all(reversed(layers))
    else:
        root = from_plain(scenario.description.model_dump(exclude_unset=True), scenario.id)
    for path, text in scenario.overrides:
        root, _ = change(root, path, text, [])
    if scenario.lens:
        mark = Mark(option("--lens"))
        root, _ = extend(root, Node({"lens": Node(scenario.lens, mark)}, mark), [])
    return root


MAX_CHAIN = 20


@dataclass(frozen=True)
class Home:
    """A folder that files are read from.

    Attributes
    ----------
    shown, folder : Path
        The folder, as the user wrote it and as it is.
    shelf : Path or None
        Where other files are found by name, instead of what comes with the program.
    shipped : bool
        Whether the folder is that shelf, and the scenario's own file lies elsewhere.
    """

    shown: Path
    folder: Path
    shelf: Path | None = None
    shipped: bool = False


@dataclass(frozen=True)
class NamedFile:
    """A file that the user or another file names.

    Attributes
    ----------
    home : Home
        The folder that its name, and those of the files that it names, are relative to.
    path : Path
        Where it really is.
    name : str
        Its name inside that folder.
    """

    home: Home
    path: Path
    name: str

    @property
    def shown(self) -> str:
        """Its name in messages."""
        return str(self.home.shown / self.name)


@dataclass(frozen=True)
class Opened(NamedFile):
    """A scenario file, open, with what it says."""

    document: Document

    @property
    def source(self) -> SourceFile:
        """The file as a manifest keeps it."""
        return SourceFile(self.name, self.document.text, self.home.shipped)


def chain(path: Path, shelf: Path | None = None) -> list[Opened]:
    """Open a scenario and all that it extends.

    ``path``: the scenario's file, or the name of one; ``shelf``: where other files are found by
    name, instead of what comes with the program. Gives the file itself first, the base of all last;
    ``extends`` is taken out.

    Raises ``ScenarioError`` for a file that is missing or outside the folder, or a circle.
    """
    path = find_file(path)
    document = read_yaml(path)
    sort, key, remedy = "", "", ""
    if is_proposition(document):
        sort, key = "proposition", "claim"
        remedy = "test it by the command 'propositions', or open the scenario it names"
    elif is_record(document):
        sort, key = "record", "questions"
        remedy = "hold a scenario against it: score SCENARIO --record FILE"
    elif is_library(document):
        sort, key = "sources file", min(document.root.fields)
        remedy = "open the scenario that names it under 'sources:'"
    elif is_shelf(document):
        sort, key = "shelf of shocks", "shocks"
        remedy = "take what stands in it by 'shocks: [name]' in a scenario"
    if sort:
        place = document.root.place((key,), at_key=True)
        raise ScenarioError([Fault(place, f"this is a {sort}, not a scenario", remedy)])
    folder = Home(path.parent, path.parent.resolve(), shelf)
    return _extended(Opened(folder, path.resolve(), path.name, document))


def chain_of(root: Node, text: str, name: str, folder: Path) -> list[Opened]:
    """Open what a document extends that has no file, as if it lay in a folder.

    ``root``, ``text``: what it holds, as values and as text; ``name``: of its file, if it had one.
    Gives the document first, as :func:`chain` does.

    Raises ``ScenarioError`` as :func:`chain` does.
    """
    home = Home(folder, folder.resolve())
    return _extended(Opened(home, home.folder / name, name, Document(name, text, root)))


def _extended(here: Opened) -> list[Opened]:
    """A document and all that it extends, the base of all last; ``extends`` is taken out."""
    files = [here]
    while extends := here.document.root.fields.pop("extends", None):
        target = beside(here, extends, "extends")
        names = [file.name for file in files]
        if target.path in [file.path for file in files]:
            round_trip = " -> ".join([*names, target.name])
            raise _fault(extends, f"files extend each other in a circle: {round_trip}", "cut it")
        if len(files) == MAX_CHAIN:
            raise _fault(extends, f"more than {MAX_CHAIN} files extend one another", "merge some")
        here = Opened(**vars(target), document=read_yaml(target.path, target.shown))
        files.append(here)
    return files


def beside(here: Opened, named: Node, key: str) -> NamedFile:
    """Find the file that ``extends`` or ``sources`` names.

    ``here``: the file that names it. A path is relative to its folder; a name without an ending is
    that of a file in its folder, or of one that comes with the program; ``key``: the key it stands
    under.
    """
    folder = here.home.folder
    name = named.value
    if not isinstance(name, str) or not name.strip() or "\0" in name:
        raise _fault(named, "this is not the name of a file", f"write {key}: base.yaml", key)
    inside = "name a file in the same folder, or in a folder below it"
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        raise _fault(named, f"'{name}' is an absolute path", inside, key)
    path = (folder / here.name).parent / name.replace("\\", "/")
    try:
        real = path.resolve()
        within = real.relative_to(folder)
        exists = real.is_file()
    except (ValueError, RuntimeError):
        raise _fault(named, f"'{name}' lies outside the scenario's folder", inside, key) from None
    except OSError as error:
        raise _fault(named, f"'{name}' cannot be read: {error.strerror}", inside, key) from None
    if not exists and is_name(name) and (target := _by_name(here, path)):
        return target
    if not exists:
        others = [p.name for p in path.parent.glob("*.y*ml")] if path.parent.is_dir() else []
        raise _fault(named, f"there is no file '{name}'", _remedy(path.name, others), key)
    return NamedFile(here.home, real, within.as_posix())


def _by_name(here: Opened, path: Path) -> NamedFile | None:
    """The file of a name without an ending: another one in the folder, or one on the shelf."""
    for end in ENDINGS:
        own = path.with_name(path.name + end).resolve()
        inside = own.is_relative_to(here.home.folder) and own != here.path
        if inside and os.path.isfile(own):
            return NamedFile(here.home, own, own.relative_to(here.home.folder).as_posix())
    if here.home.shipped or (file := shipped(path.name, here.home.shelf)) is None:
        return None
    top = here.home.shelf or home()
    shelf = Home(top, top.resolve(), top, shipped=True)
    return NamedFile(shelf, file.resolve(), file.relative_to(top).as_posix())


def _remedy(name: str, others: list[str]) -> str:
    """What to write instead of the name of a file that is not there."""
    if near := closest(name, others):
        return f"did you mean '{near}'?"
    if near := nearest(name):
        return f"did you mean '{near}', which comes with the program?"
    return "check the name"


def sources(files: list[Opened]) -> tuple[Library | None, list[SourceFile], list[Fault]]:
    """Read the facts and data that a scenario and its bases cite.

    ``files``: the chain; what a nearer file says of an id wins. Gives no library where one of the
    files has faults.
    """
    articles, facts, data = {}, {}, {}
    read_files: dict[Path, SourceFile] = {}
    faults: list[Fault] = []
    for here in reversed(files):
        named = here.document.root.fields.get("sources")
        if named is None or named.value is None:
            continue
        try:
            target = beside(here, named, "sources")
            document = read_yaml(target.path, target.shown)
        except ScenarioError as error:
            faults += error.faults
            continue
        read_files[target.path] = SourceFile(target.name, document.text, target.home.shipped)
        part, wrong = library(document.root)
        faults += wrong
        if part:
            articles.update(part.articles)
            facts.update(part.facts)
            data.update(part.data)
    found = None if faults else Library(articles=articles, facts=facts, data=data)
    return found, list(read_files.values()), faults


def is_library(document: Document) -> bool:
    """Whether a file holds sources that scenarios cite, not a scenario."""
    keys = set(document.root.fields)
    return bool(keys & {"articles", "facts", "data"}) and not keys & {"actors", "extends"}


def is_proposition(document: Document) -> bool:
    """Whether a file holds a claim to be tested, not a scenario."""
    return "claim" in document.root.fields and "actors" not in document.root.fields


def is_record(document: Document) -> bool:
    """Whether a file holds dated outcomes, not a scenario."""
    return "questions" in document.root.fields and "actors" not in document.root.fields


def library(root: Node) -> tuple[Library | None, list[Fault]]:
    """Check what a sources file holds; no library where its parts do not fit, and all faults."""
    found, faults = validate(Library, root)
    return found, [*faults, *(_uncited(found, root) if found else [])]


def _uncited(library: Library, root: Node) -> list[Fault]:
    return [
        Fault(
            root.place(("facts", key, "article")),
            f"the article '{fact.article}' is not defined",
            did_you_mean(fact.article, library.articles, "articles"),
        )
        for key, fact in library.facts.items()
        if fact.article not in library.articles
    ]


def _fault(node: Node, problem: str, remedy: str, key: str = "extends") -> ScenarioError:
    place = Node({key: node}, node.mark).place((key,))
    return ScenarioError([Fault(place, problem, remedy)])


def unsourced(scenario: Scenario, path: Path) -> list[Fault]:
    """List the stated numbers and histories of a scenario that have no source and no reason.

    ``scenario``: what the file describes, without overrides. Gives each with the file, line and
    column where the number stands: in the file itself, or in one that it extends.

    Raises ``ScenarioError`` when the file, or one that it extends, can no longer be read.
    """
    root = merge_all(file.document.root for file in reversed(chain(path)))
    library = scenario.library
    silent = [
        Fault(
            root.place(("history", name), at_key=True),
            f"the history of '{name}' has no source and no reason",
            "add source: [ids of facts or data], or why: how it was found",
        )
        for name, history in scenario.description.history.items()
        if not history.source and not history.why
    ]
    silent += [
        Fault(
            root.place(("levers", name, "recorded", key), at_key=True),
            f"the record of '{name}' has no source and no reason",
            "add source: [ids of facts or data], or why: how it was counted",
        )
        for name, lever in scenario.description.levers.items()
        for key, record in lever.recorded.items()
        if not record.source and not record.why
    ]
    return silent + [
        Fault(
            # A plain number that stands for a whole table has no path of its own in the file.
            replace(root.place(tuple(where.split("."))), path=where),
            f"{parameter.value:g} has no source and no reason",
            "add source: [ids of facts or data], or why: the reason, to it or to its group",
        )
        for where, parameter in scenario.parameters.items()
        if parameter.stated
        and not where.startswith("watch.")  # what counts as a crisis is a definition
        and origin(parameter, library.facts, library.data) == "unstated"
    ]
