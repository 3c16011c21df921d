"""The page is whole, safe against its own scenario, and asks nothing of the network."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.reporting.document import Note
from sim.reporting.html import safe_json, static, write_page
from sim.results.block import Block
from sim.simulation.block import simulate
from sim.studies.run.page import run_page
from sim.studies.run.study import Runs, run_html
from tests.fixtures.pages import EVIL, figures, outline
from tests.fixtures.results_by_walks import document, manifest, sample_results, sample_scenario

SCENARIO = sample_scenario()
DATASET = sample_results(SCENARIO, runs=60)


@pytest.fixture(scope="module")
def page() -> str:
    return run_html(Runs(SCENARIO, DATASET), manifest())


def test_the_page_says_of_which_runs_the_log_has_the_moves() -> None:
    told = {
        **manifest(),
        "runs": 1200,
        "events": {"file": "events-first-100-runs.csv", "runs": 100},
    }
    words = "events-first-100-runs.csv has every move of the first 100 of 1,200 runs."
    assert words in run_html(Runs(SCENARIO, DATASET), told)
    told["events"] = {"file": "events.csv", "runs": 1200}
    assert "events.csv has every move of all runs." in run_html(Runs(SCENARIO, DATASET), told)


def test_the_bundle_and_the_installed_plotly_are_of_one_major_release() -> None:
    """Of the figures that pages show, tests/fixtures/browsing.py asks the bundle itself."""
    from plotly.offline import get_plotlyjs_version

    head = re.search(
        r"plotly\.js \(cartesian - minified\) v(\d+)\.", static("plotly-cartesian.min.js")[:300]
    )
    assert head is not None
    assert get_plotlyjs_version().split(".")[0] == head[1]
    assert static("plotly-cartesian.LICENSE.txt").startswith("MIT License")


def test_the_page_says_what_was_run_and_what_came_of_it(page: str) -> None:
    text = re.sub(r"\s+", " ", page.replace("\u00a0", " "))
    assert "60 runs of 16 monthly rounds, from October 2016 to February 2018" in text
    assert "python run.py run scenarios/sample.yaml --seed 7" in text
    assert SCENARIO.files[0].sha256 in text
    assert "numpy 2.0.0" in text
    assert "A. Writer" in text
    assert len(re.findall(r"<figure\b", page)) >= 12


def test_failed_runs_are_announced() -> None:
    dataset = sample_results(SCENARIO, runs=30, failed=2)
    html = run_html(Runs(SCENARIO, dataset), manifest()).replace("\u00a0", " ")
    assert "2 runs failed and are left out of every figure" in html
    dataset.attrs["failures"] = "run 28: not a number in round 8\nrun 29: too"
    assert "run 28: not a number in round 8; run 29: too." in run_html(Runs(SCENARIO, dataset), {})


def test_a_page_without_a_single_whole_run_still_opens() -> None:
    html = run_html(Runs(SCENARIO, sample_results(SCENARIO, runs=3, failed=3)), manifest())
    outline(html)
    assert "No run came to its end" in html
    assert figures(html) == {}


def fail_the_first(runs: int, patch: pytest.MonkeyPatch) -> None:
    """Spoil the first runs of an ensemble in their second round."""

    def spoiled(*args: Any, **more: Any) -> Block:
        block = simulate(*args, **more)
        for place in range(max(min(runs - block.first, block.runs), 0)):
            block.failed[place] = 2
            block.state[2:, :, place] = np.nan
            block.reasons[block.first + place] = "it broke"
        return block

    patch.setattr("sim.simulation.ensemble.simulate", spoiled)


@pytest.mark.parametrize(
    ("kept", "told"), [(1, "run, which failed."), (3, "3 runs, all of which failed.")]
)
def test_a_page_of_which_only_the_runs_that_are_kept_failed(
    kept: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_the_first(kept, monkeypatch)
    scenario = sim.load_scenario("scenarios/two-neighbours.yaml")
    found = sim.run(scenario, 60, 1, keep=kept)
    assert found.tally is not None
    html = run_html(found, {"runs": 60, "kept": kept})
    outline(html)
    text = html.replace("\u00a0", " ")
    assert f"{kept} run{'s' if kept > 1 else ''} failed and" in text
    assert "those of all 60 runs; all else (what drives an outcome" in text
    assert f"is left out: it would come from the first {told}" in text
    drawn = set(figures(html))
    assert drawn == {
        *(f"plot-{kind}-{id}" for id in scenario.description.outcomes
          for kind in ("outcome", "ending")),
        *(f"plot-watched-{id}" for id in scenario.description.watch),
    }  # fmt: skip
    for left_out in ("What drives", "thin lines", "One run in words", "No run came to its end"):
        assert left_out not in html


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({}, "comes from the first 20 of the 60 runs whose whole paths are kept."),
        ({"kept": 50}, "comes from the first 20 of the 50 runs whose whole paths are kept."),
        ({"kept": 20}, "comes from the first 20, whose whole paths are kept."),
    ],
    ids=["all are kept", "more than a volume", "a volume"],
)
def test_the_page_says_how_many_of_the_whole_paths_it_looks_at(
    entry: dict[str, int], told: str
) -> None:
    scenario = sim.load_scenario("scenarios/two-neighbours.yaml")
    found = sim.run(scenario, 60, 1, keep=20)
    said = partial(found, {"runs": 60, **entry})
    assert said.startswith(
        "Courses, ends and probabilities are those of all 60 runs; all else on this page (what"
    )
    assert said.endswith(told)
    whole = sim.run(scenario, 20, 1)
    assert partial(whole, {"runs": 20}) == ""


def partial(runs: sim.Runs, how: dict[str, int]) -> str:
    """What the page says where it looks at the whole paths of some runs only."""
    page = run_page(runs.findings, how)
    notes = [one.text.replace("\u00a0", " ") for one in page.summary if isinstance(one, Note)]
    return next((text for text in notes if text.startswith("Courses, ends")), "")


def test_a_scenario_without_levers_events_or_watches_has_a_page() -> None:
    outcomes = {"valley": document()["outcomes"]["valley"]}
    bare = sample_scenario(levers={}, events={}, watch={}, outcomes=outcomes, relations={})
    html = run_html(Runs(bare, sample_results(bare, runs=5)), {})
    outline(html)
    assert "Who did what" not in html
    assert "Watched events</h2>" not in html
    assert set(figures(html)) >= {"plot-outcome-valley", "plot-ending-valley", "plot-network-end"}


@pytest.fixture(scope="module")
def hostile() -> str:
    """A page of a scenario in which every word is an attack."""
    parts = document()
    parts["title"] = parts["summary"] = EVIL
    for home in ("actors", "issues", "levers", "events", "outcomes", "watch"):
        for item in parts[home].values():
            item["name"] = EVIL
    parts["levers"]["summit"]["says"] = EVIL.replace("{", "").replace("}", "")
    parts["issues"]["valley"] |= {"low": EVIL, "high": EVIL}
    parts["actors"]["north"]["power"] = {"value": 0.2, "why": EVIL}
    scenario = sample_scenario(**parts)
    return run_html(
        Runs(scenario, sample_results(scenario, runs=20)), {"command": EVIL, "note": EVIL}
    )


def test_the_words_of_a_scenario_stay_words(hostile: str) -> None:
    parsed = outline(hostile)
    assert parsed.tags.count("script") == 4  # the look, the figures, and two that run
    assert "img" not in parsed.tags
    assert not [name for _, name, _ in parsed.attributes if name.startswith("on")]
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", hostile, re.S)[0]


def test_json_cannot_end_its_script() -> None:
    text = safe_json({"a": "</script><!--\u2028&"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"a": "</script><!--\u2028&"}


def test_the_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_page(run_html(Runs(SCENARIO, DATASET), manifest()), path)
    assert path.read_text(encoding="utf-8").endswith("</html>\n")
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="disk full"):
        write_page(run_html(Runs(SCENARIO, DATASET), manifest()), path)
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_the_same_results_give_the_same_bytes(page: str) -> None:
    assert run_html(Runs(SCENARIO, DATASET), manifest()) == page


def test_importing_the_page_does_not_import_plotly() -> None:
    code = (
        "import sys, sim.reporting.html;"
        "sys.exit('plotly' in sys.modules or 'jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_the_command_changed_stands_under_the_title() -> None:
    changed = replace(SCENARIO, overrides=(("actors.south.power", "0.6"),), lens="realist")
    head = run_html(Runs(changed, DATASET), {}).split("<main")[0]
    assert "seen through the lens &#39;realist&#39;" in head
    assert "actors.south.power = 0.6" in head
