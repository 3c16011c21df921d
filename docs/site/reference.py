"""The pages of the reference: what is public, from its docstrings."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import sim
import sim.theories


@dataclass(frozen=True)
class Page:
    """A page of the reference.

    Attributes
    ----------
    file, about : str
    names : tuple of str
        What it describes, each by its full name.
    """

    file: str
    about: str
    names: tuple[str, ...]


_SCENARIOS = (
    "sim.scenario", "sim.country_data", "sim.plausibility", "sim.claims", "sim.evaluation",
)  # fmt: skip
_RESULTS = (
    "sim.results.dataset.assemble",
    "sim.results.tables.event_log",
    "sim.statistics.history.history_table",
)


_WITHIN = {"from_file", "seating"}
"""Modules of theories that only the program uses."""


def pages() -> list[Page]:
    """All pages; every name of ``sim.__all__`` is on one of them."""
    sorts: dict[str, list[str]] = {"scenarios": [], "studies": [], "results": [], "errors": []}
    for name in sim.__all__:
        thing = getattr(sim, name)
        home = thing.__module__
        if home == "sim.errors":
            sort = "errors"
        elif home.startswith(_SCENARIOS):
            sort = "scenarios"
        elif home.startswith("sim.results") or inspect.isclass(thing):
            sort = "results"
        else:
            sort = "studies"
        sorts[sort].append(f"sim.{name}")
    return [
        Page("scenarios", "Read, built, written and judged.", tuple(sorts["scenarios"])),
        Page(
            "studies",
            "What can be asked of a scenario, and who plays the runs.",
            tuple(sorts["studies"]),
        ),
        Page(
            "results",
            "What studies give, and the tables behind them.",
            (*sorts["results"], *_RESULTS),
        ),
        Page(
            "theories",
            "What a theory sees and does, and those that come with the program.",
            tuple(_of_theories()),
        ),
        Page("errors", "What is raised, and how it says what is wrong.", tuple(sorts["errors"])),
    ]


def _of_theories() -> Iterator[str]:
    """The protocol, how theories are found by name, and the module of each."""
    modules = {one.name for one in pkgutil.iter_modules(sim.theories.__path__)}
    first = ("protocol", "registry")
    for module in [*first, *sorted(modules - {*first, *_WITHIN})]:
        yield f"sim.theories.{module}"


def write_reference(folder: Path) -> None:
    """Write the sources of all pages, and of the list of them."""
    folder.mkdir(parents=True)
    found = pages()
    for page in found:
        (folder / f"{page.file}.rst").write_text(_source(page), encoding="utf-8")
    lines = [_title("Reference"), "Every public function and class, from its docstring."]
    lines += ["", ".. toctree::", "   :maxdepth: 2", "", *(f"   {page.file}" for page in found)]
    (folder / "index.rst").write_text("\n".join([*lines, ""]), encoding="utf-8")


def _source(page: Page) -> str:
    lines = [_title(f"Reference: {page.file}"), page.about, ""]
    for name in page.names:
        lines += _directive(name)
    return "\n".join(lines)


def _directive(name: str) -> list[str]:
    home, _, last = name.rpartition(".")
    thing = getattr(import_module(home), last, None)
    if inspect.isclass(thing):
        kind, options = "class", [":members:"]
        if issubclass(thing, sim.SimError):
            options.append(":show-inheritance:")
        elif thing.__module__.startswith("sim.studies"):
            options.append(":inherited-members:")
    elif callable(thing):
        kind, options = "function", []
    else:
        head = [_title(last.replace("_", " ").capitalize(), "-")]
        return [*head, f".. automodule:: {name}", "   :members:", ""]
    return [f".. auto{kind}:: {name}", *(f"   {option}" for option in options), ""]


def _title(text: str, line: str = "=") -> str:
    return f"{text}\n{line * len(text)}\n"
