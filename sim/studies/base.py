"""What every answered question can do: labelled data, a table, figures, a page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sim.reporting.document import Document
from sim.reporting.html import card, page_html, write_page
from sim.reporting.output_folder import REPORT, STUDY, write_json, written_together
from sim.results.formats import append_csv
from sim.scenario.arguments import path_of
from sim.simulation.manifest import MANIFEST, versions
from sim.text import span

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

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
    """

    kind: ClassVar[str]
    mark: ClassVar[str] = STUDY
    data: xr.Dataset
    seconds: float = 0.0

    @abstractmethod
    def to_dataframe(self) -> pd.DataFrame:
        """The main numbers as a table, one row per observation."""

    @abstractmethod
    def _page(self) -> Document:
        """Gather what its page shows."""

    @cached_property
    def page(self) -> Document:
        """What its page shows."""
        return self._page()

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
