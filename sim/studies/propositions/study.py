"""Claims tested as paired experiments: what the experiments came to, as a study."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from sim.reporting.document import Document
from sim.reporting.output_folder import PROPOSITIONS
from sim.scenario.shipped import elsewhere
from sim.studies.base import Study
from sim.studies.propositions.page import propositions_page
from sim.studies.propositions.result import Experiment
from sim.studies.propositions.text import Judged, MeasureRow, judged

if TYPE_CHECKING:
    import pandas as pd


class Propositions(Study):
    """Claims with their verdicts.

    Attributes
    ----------
    experiments : tuple of Experiment
    judged : tuple of Judged
        What each of them came to.
    seed : int or None
        The seed, where the scenarios' own were not taken.
    """

    kind: ClassVar[str] = "propositions"
    mark: ClassVar[str] = PROPOSITIONS

    def __init__(self, experiments: Sequence[Experiment], seed: int | None = None) -> None:
        self.experiments, self.seed = tuple(experiments), seed
        self.judged: tuple[Judged, ...] = tuple(map(judged, self.experiments))

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each measure of each claim; numbers as they are, not rounded for reading."""
        import pandas as pd

        return pd.DataFrame([_record(one, row) for one in self.judged for row in one.rows])

    def _table(self) -> pd.DataFrame:
        return self.to_dataframe().map(lambda x: f"{x:.9g}" if isinstance(x, float) else x)

    def _facts(self) -> Mapping[str, object]:
        return {
            PROPOSITIONS: [
                {
                    "id": one.claim.id,
                    "file": elsewhere(one.claim.file.name),
                    "reference_sha256": one.claim.reference.sha256,
                    "changed_sha256": one.claim.changed.sha256,
                    "pairs": max(row.finding.pairs for row in one.rows),
                    "seed": one.claim.reference.description.seed
                    if self.seed is None
                    else self.seed,
                    "verdict": one.verdict,
                    "null_check": one.null_check,
                }
                for one in self.judged
            ],
            "seed": self.seed,
        }

    def _page(self) -> Document:
        return propositions_page(self.experiments, self.judged, self.seed)


_NUMBERS = ("reference", "changed", "difference", "low", "high", "effect")


def _record(one: Judged, row: MeasureRow) -> dict[str, Any]:
    """A measure of a claim as a row of the table."""
    finding, nothing = row.finding, (math.nan,) * 3
    measured, ratio, null = finding.target.measured, finding.ratio, finding.null
    expected = measured.expect or row.expected.removeprefix("to be ")
    if measured.by_more_than is not None:
        expected = f"{expected} by more than {measured.by_more_than:g}"
    ratios = (ratio.value, ratio.low, ratio.high) if ratio else nothing
    nulls = (null.difference, null.low, null.high) if null else nothing
    return {
        "id": one.claim.id,
        "measure": row.id,
        "name": row.name,
        "expected": expected,
        **{key: getattr(finding, key) for key in _NUMBERS},
        **dict(zip(("ratio", "ratio_low", "ratio_high"), ratios, strict=True)),
        "pairs": finding.pairs,
        "saved": finding.saved,
        "verdict": finding.verdict,
        **dict(zip(("null_difference", "null_low", "null_high"), nulls, strict=True)),
        "null_check": finding.null_check,
    }


def write_propositions(
    experiments: Sequence[Experiment],
    folder: str | Path,
    *,
    seed: int | None = None,
    command: str = "",
    seconds: float = 0.0,
) -> tuple[Judged, ...]:
    """Write report.html, results.csv and manifest.json, all or none.

    Parameters
    ----------
    experiments : sequence of Experiment
        Of :func:`sim.experiments`.
    folder : str or Path
    seed : int, optional
        The seed, where the scenarios' own were not taken.
    command : str
        The command line that tests the same again.
    seconds : float
        Time that the runs took.

    Returns
    -------
    judged : tuple of Judged
        What the experiments came to.

    Raises
    ------
    ResultsError
        When the folder cannot be written, or holds something that is not ours.
    """
    study = Propositions(experiments, seed)
    study.write_report(folder, command=command, seconds=seconds)
    return study.judged
