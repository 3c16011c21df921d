"""What every answered question can do: labelled data, a table, figures, a page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from sim.reporting.document import Document, Note
from sim.reporting.html import card, page_html, write_page
from sim.reporting.output_folder import REPORT, STUDY, write_json, written_together
from sim.results.formats import append_csv
from sim.scenario.arguments import path_of
from sim.simulation.manifest import MANIFEST, versions
from sim.studies.arguments import theories_played
from sim.text import listing, span
from sim.theories.registry import QUANTAL

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from sim.scenario.scenario import Scenario
    from sim.theories.seating import Seats

RESULTS = "results.csv"


class Study(ABC):
    """An answered question.

    Attributes
    ----------
    kind : str
        What it is, in a word.
    mark : str
        Entry by which its manifest is known.
    data : Dataset
        The numbers, labelled.
    seconds : float
        Time that its runs took, where it is known.
    theories : mapping of actor to theory
        How actors decide, by name; empty where all do as by the built-in theory.
    """

    kind: ClassVar[str]
    mark: ClassVar[str] = STUDY
    data: xr.Dataset
    seconds: float = 0.0
    theories: Mapping[str, str] = MappingProxyType({})

    @abstractmethod
    def to_dataframe(self) -> pd.DataFrame:
        """The main numbers as a table, one row per observation."""

    @abstractmethod
    def _page(self) -> Document:
        """Gather what its page shows."""

    @cached_property
    def page(self) -> Document:
        """What its page shows."""
        return self.with_theories(self._page())

    def under(self, seats: Seats, scenario: Scenario) -> Self:
        """Say by which theories the runs were played; gives the study itself."""
        self.theories = theories_played(seats, scenario)
        return self

    def with_theories(self, page: Document) -> Document:
        """A page that says by which theories actors decide, where one is not built in."""
        if not self.theories:
            return page
        facts = [(f"Theory of {actor}", one) for actor, one in self.theories.items()]
        said = Note(self._by_whom())
        return replace(
            page, summary=(said, *page.summary), reproduction=(*page.reproduction, *facts)
        )

    def _by_whom(self) -> str:
        """By which theories actors decide, in words."""
        return _who_decides(self.theories)

    @property
    def figures(self) -> dict[str, Any]:
        """The Plotly figures of its page, by id."""
        return {plot.id.removeprefix("plot-"): plot.chart.figure for plot in self.page.plots}

    def _repr_html_(self) -> str:
        return card(self.page.title, self.page.lead, self.page.headline)

    def write_report(
        self, folder: str | Path, *, command: str = "", seconds: float | None = None
    ) -> Path:
        """Write report.html, results.csv and manifest.json into a folder, all or none.

        Parameters
        ----------
        folder : str or Path
        command : str
            The command line that makes it again, for the page.
        seconds : float, optional
            Time that the runs took; what the study itself noted, where not given.

        Returns
        -------
        Path
            The page.

        Raises
        ------
        ResultsError
            When the folder cannot be written, or holds something that is not ours.
        """
        place = path_of("folder", folder)
        took = self.seconds if seconds is None else seconds
        page = self._made_by(command, took)
        with written_together(place, self.mark) as draft:
            write_page(page_html(page), draft / REPORT)
            append_csv(self._table(), draft / RESULTS)
            for name, content in self._files().items():
                (draft / name).write_text(content, encoding="utf-8", newline="\n")
            facts = {
                "format": 1,
                **self._facts(),
                "title": page.title,
                "command": command,
                "seconds": round(took, 3),
                "changes": list(page.changes),
                "facts": dict(page.reproduction),
                "versions": versions(),
                "files": [{"name": file.name, "sha256": file.sha256} for file in page.files],
            }
            write_json(facts, draft / MANIFEST)
        return place / REPORT

    def html(self, command: str = "", seconds: float = 0.0) -> str:
        """The page alone; the arguments are those of :meth:`write_report`."""
        return page_html(self._made_by(command, seconds))

    def _table(self) -> pd.DataFrame:
        """What goes into results.csv."""
        return self.to_dataframe()

    def _files(self) -> Mapping[str, str]:
        """Further files of the study's own, by name."""
        return {}

    def _facts(self) -> Mapping[str, object]:
        """Entries of the manifest that are the study's own."""
        return {self.mark: self.kind}

    def _made_by(self, command: str, seconds: float) -> Document:
        """The page with the command line that makes it again, and what it was made with."""
        found = versions()
        surroundings = (
            *((("Time taken", span(seconds)),) if seconds else ()),
            *((name, found[name.lower()]) for name in ("Entente", "Python", "NumPy")),
        )
        reproduction = (*self.page.reproduction, *surroundings)
        return replace(self.page, command=command, reproduction=reproduction)


def _who_decides(theories: Mapping[str, str]) -> str:
    """By which theory each actor decides, in a sentence."""
    by_theory: dict[str, list[str]] = {}
    for actor, one in theories.items():
        by_theory.setdefault(one, []).append(actor)
    if len(by_theory) == 1:
        return f"All actors decide by the theory “{next(iter(by_theory))}”."
    by_theory.pop(QUANTAL, None)
    said = [f"{listing(actors)} by “{one}”" for one, actors in by_theory.items()]
    others = len(theories) - sum(map(len, by_theory.values()))
    said += ["all others by the built-in theory"] if others else []
    return f"Theories by which actors decide: {listing(said)}."
