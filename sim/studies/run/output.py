"""The folder of a run: results, event log, manifest and page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import xarray as xr

from sim.plausibility.note import NO_NOTES, Notes
from sim.reporting.html import page_html, write_page
from sim.reporting.output_folder import REPORT, events_file, write_manifest, written_together
from sim.results.bounded_tally import Tally, labelled
from sim.results.log import write_events
from sim.results.store import save
from sim.scenario.scenario import Scenario
from sim.simulation.block import about
from sim.simulation.checkpoints import RESULTS, SUMMARY, Written
from sim.simulation.manifest import manifest
from sim.studies.run.page import run_page
from sim.studies.run.result import run_findings


def write_report(
    dataset: xr.Dataset,
    scenario: Scenario,
    manifest: Mapping[str, object],
    path: Path,
    tally: Tally | None = None,
    notes: Notes = NO_NOTES,
) -> None:
    """Write the report of a result.

    Parameters
    ----------
    dataset : Dataset
        Labelled results of an ensemble of runs.
    scenario : Scenario
        What was run; gives names, units and sources.
    manifest : mapping
        How it was run: ``command``, ``seed``, ``runs``, ``versions``, ``seconds`` ...
        Every short entry is shown.
    path : Path
        The HTML file. It appears whole or not at all.
    tally : Tally, optional
        Of all runs, where the data set holds only the first of them.
    notes : Notes
        What is to be known of the scenario's numbers, shown at the top.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    write_page(render(dataset, scenario, manifest, tally, notes), path)


def render(
    dataset: xr.Dataset,
    scenario: Scenario,
    manifest: Mapping[str, object],
    tally: Tally | None = None,
    notes: Notes = NO_NOTES,
) -> str:
    """Build the page of a result."""
    page = run_page(run_findings(dataset, scenario, tally), manifest, notes)
    return page_html(page)


def write_folder(
    dataset: xr.Dataset,
    scenario: Scenario,
    folder: str | Path,
    *,
    tally: Tally | None = None,
    logged: int = 100,
    seconds: float = 0.0,
    notes: Notes = NO_NOTES,
    command: str = "",
) -> None:
    """Write everything that a run leaves behind.

    Parameters
    ----------
    tally : Tally, optional
        Of all runs, where the data set holds only the first of them.
    logged : int
        Runs whose moves go into the event log.
    seconds : float
        Time that the simulation took.
    notes : Notes
        What the page says of the scenario's numbers.
    command : str
        The command line that makes it again; that of the scenario's name, where not given.

    Raises
    ------
    ResultsError
        When the folder cannot be written, or holds something that is not ours.
    """
    with written_together(Path(folder)) as draft:
        save(dataset, draft / RESULTS)
        summary = draft / SUMMARY if tally else None
        if tally and summary:
            attrs = about(scenario, int(dataset.attrs["seed"]))
            save(labelled(tally, scenario, attrs), summary)
        written = Written(dataset, tally, (draft / RESULTS,), summary, dataset.sizes["run"])
        complete(
            draft, written, scenario, logged=logged, seconds=seconds, notes=notes, command=command
        )


def complete(
    draft: Path,
    written: Written,
    scenario: Scenario,
    *,
    logged: int,
    seconds: float,
    notes: Notes = NO_NOTES,
    command: str = "",
) -> None:
    """Write the event log, the manifest and the page beside the results of a draft folder.

    Raises
    ------
    OSError, ResultsError
        When one of them cannot be written.
    """
    events = events_file(logged, written)
    write_events(written.read(), scenario, draft / events, logged)
    found = manifest(written, scenario, seconds)
    if command:
        found["command"] = command
    found["events"] = {"file": events, "runs": min(logged, written.kept)}
    write_manifest(found, draft)
    write_report(written.data, scenario, found, draft / REPORT, written.tally, notes)
