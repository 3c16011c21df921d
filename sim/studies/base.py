"""What every answered question can do: labelled data, a table, figures, a page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from sim.reporting.document import Document
from sim.reporting.study_page import How, StudyPage, card, write_study
from sim.scenario.arguments import path_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


P = TypeVar("P", bound=StudyPage | Document)


class Study(ABC, Generic[P]):
    """An answered question.

    Attributes
    ----------
    kind : str
        What it is, in a word.
    template : str
        The template of its page.
    data : Dataset
        The numbers, labelled.
    seconds : float
        Time that its runs took, where it is known.
    """

    kind: ClassVar[str]
    template: ClassVar[str] = "document.html.j2"
    data: xr.Dataset
    seconds: float = 0.0

    @abstractmethod
    def to_dataframe(self) -> pd.DataFrame:
        """The main numbers as a table, one row per observation."""

    @abstractmethod
    def _page(self) -> P:
        """Gather what its page shows."""

    @cached_property
    def page(self) -> P:
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
        how = How(command, self.seconds if seconds is None else seconds)
        return write_study(
            path_of("folder", folder), self.kind, self.template, self.page, self.to_dataframe(), how
        )
