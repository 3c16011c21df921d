"""Tested propositions as a page, a table and a manifest, in a folder of their own."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from pathlib import Path

from sim.report.folder import PROPOSITIONS, REPORT, whole
from sim.report.judged import Judged, judged
from sim.report.page import laid_out, write_page
from sim.report.propositions_page import TITLE, contents, files
from sim.results.csv_file import BOM, harmless
from sim.runs.experiment import Experiment
from sim.runs.manifest import NAME as MANIFEST
from sim.runs.manifest import versions
from sim.scenario.shipped import elsewhere

RESULTS = "results.csv"
COLUMNS = (
    "id", "measure", "name", "expected", "reference", "changed", "difference", "low", "high",
    "effect", "ratio", "ratio_low", "ratio_high", "pairs", "saved", "verdict",
    "null_difference", "null_low", "null_high", "null_check",
)  # fmt: skip


def write_propositions(
    experiments: Sequence[Experiment],
    folder: str | Path,
    *,
    seed: int | None = None,
    command: str = "",
    seconds: float = 0.0,
) -> tuple[Judged, ...]:
    """Write report.html, results.csv and manifest.json, all or none.

    Returns what the experiments came to.

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

    Raises
    ------
    ResultsError
        When the folder cannot be written, or holds something that is not ours.
    """
    found = tuple(judged(one) for one in experiments)
    facts = _manifest(found, seed, command, seconds)
    page = contents(experiments, found, facts)
    html = laid_out("propositions.html.j2", page, page.plots)
    with whole(Path(folder), PROPOSITIONS) as draft:
        write_page(html, draft / REPORT)
        _write_results(found, draft / RESULTS)
        text = json.dumps(facts, indent=1, ensure_ascii=False)
        (draft / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")
    return found


def _manifest(
    found: Sequence[Judged], seed: int | None, command: str, seconds: float
) -> dict[str, object]:
    return {
        "format": 1,
        "title": TITLE,
        PROPOSITIONS: [
            {
                "id": one.claim.id,
                "file": elsewhere(one.claim.file.name),
                "reference_sha256": one.claim.reference.sha256,
                "changed_sha256": one.claim.changed.sha256,
                "pairs": max(row.finding.pairs for row in one.rows),
                "seed": one.claim.reference.description.seed if seed is None else seed,
                "verdict": one.verdict,
                "null_check": one.null_check,
            }
            for one in found
        ],
        "seed": seed,
        "command": command,
        "seconds": round(seconds, 3),
        "versions": versions(),
        "files": [
            {"name": file.name, "sha256": file.sha256} for file in files(one.claim for one in found)
        ],
    }


def _write_results(found: Sequence[Judged], path: Path) -> None:
    """One row per measure; numbers as they are, not rounded for reading."""
    with path.open("w", encoding=BOM, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for one in found:
            for row in one.rows:
                finding = row.finding
                measured, nothing = finding.target.measured, math.nan
                expected = measured.expect or row.expected.removeprefix("to be ")
                if measured.by_more_than is not None:
                    expected = f"{expected} by more than {measured.by_more_than:g}"
                ratio, null = finding.ratio, finding.null
                writer.writerow(
                    (
                        *map(harmless, (one.claim.id, row.id, row.name, expected)),
                        *(f"{number:.9g}" for number in (
                            finding.reference, finding.changed, finding.difference, finding.low,
                            finding.high, finding.effect,
                            *((ratio.value, ratio.low, ratio.high) if ratio else (nothing,) * 3),
                        )),
                        finding.pairs, f"{finding.saved:.9g}", finding.verdict,
                        *(f"{number:.9g}" for number in (
                            (null.difference, null.low, null.high) if null else (nothing,) * 3
                        )),
                        finding.null_check,
                    )
                )  # fmt: skip
