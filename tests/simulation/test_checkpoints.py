"""Runs that are written as they come end with the same bytes, however often they are broken off."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.errors import ResultsError
from sim.reporting import output_folder as drafts
from sim.reporting.output_folder import check_target
from sim.results.block import joined, load_blocks, remove_blocks, save_blocks
from sim.results.bounded_tally import unlabelled
from sim.results.store import load
from sim.scenario.loading import load_scenario
from sim.simulation import checkpoints, ensemble
from sim.simulation.block import simulate
from sim.simulation.checkpoints import play_into, volume_runs
from sim.simulation.ensemble import play, run
from sim.studies.run.study import record
from tests.fixtures.killing import forked
from tests.fixtures.paths import BASE
from tests.fixtures.scenarios import DUEL, QUARTET, changed, scenario

MADE = scenario(changed(DUEL, calendar={**DUEL["calendar"], "rounds": 2}))
RUNS = 70
unix = pytest.mark.skipif(sys.platform == "win32", reason="processes fork on Unix")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small batches and volumes, and everything written at once."""
    monkeypatch.setattr("sim.model.compiled.CompiledScenario.block", 8)
    monkeypatch.setattr(ensemble, "TALLIED", 2)
    monkeypatch.setattr(checkpoints, "MOST_RUNS", 20)
    monkeypatch.setattr(checkpoints, "EVERY", 0.0)


def bytes_in(folder: Path) -> dict[str, bytes]:
    shown = (path for path in folder.iterdir() if not path.name.startswith("."))
    return {path.name: path.read_bytes() for path in shown}


@pytest.mark.parametrize(
    ("runs", "kept", "names"),
    [
        (12, None, {"results.nc": 12}),
        (20, None, {"results.nc": 20}),
        (21, None, {"results.nc": 20, "summary.nc": 21}),
        (RUNS, 5, {"results.nc": 5, "summary.nc": RUNS}),
        (RUNS, 45, {"results.nc": 20, "results-2.nc": 20, "results-3.nc": 5, "summary.nc": RUNS}),
    ],
)
def test_files_hold_the_runs_that_one_ensemble_would(
    runs: int, kept: int | None, names: dict[str, int], tmp_path: Path
) -> None:
    told: list[int] = []
    written = play_into(tmp_path, MADE, runs, 5, kept=kept, progress=told.append)
    assert {path.name for path in tmp_path.iterdir()} == set(names)
    assert told[-1] == runs
    assert told == sorted(told)
    assert written.runs == runs
    whole, first = run(MADE, runs, 5), 0
    for path in written.volumes:
        found = load(path)
        assert found.sizes["run"] == names[path.name]
        assert found.identical(whole.isel(run=slice(first, first + names[path.name])))
        first += names[path.name]
    assert written.kept == first
    if written.summary is not None:
        tally = unlabelled(load(written.summary))
        assert tally.runs == runs
        for place, name in enumerate(whole["outcome"].values):
            values = whole["reported"].values[..., place]
            assert tally.bins[name].counted(values.T)[0].tolist() == tally.counts[name].tolist()


def _crashing(monkeypatch: pytest.MonkeyPatch, at: int) -> Callable[[], int]:
    """Kill the process before or after its ``at``-th step that writes or removes; counts them."""
    steps = 0

    def step() -> None:
        nonlocal steps
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)
        steps += 1

    def around(home: Any, name: str) -> None:
        real = getattr(home, name)

        def stepped(*args: Any, **more: Any) -> Any:
            step()
            found = real(*args, **more)
            step()
            return found

        monkeypatch.setattr(home, name, stepped)

    around(Path, "replace")  # a file is written under another name first
    around(Path, "rename")
    around(checkpoints, "save")
    around(checkpoints, "save_blocks")
    around(checkpoints, "remove_blocks")
    around(drafts.Working, "note")
    return lambda: steps


@unix
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(
    ("runs", "kept", "stride", "before"),
    [(18, 18, 7, True), (RUNS, 10, 31, False), (RUNS, 45, 71, True)],
)
def test_a_run_killed_at_any_step_ends_with_the_same_bytes(
    runs: int, kept: int, stride: int, before: bool, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("sim.studies.run.study.run_html", lambda *given: "page")

    def play(folder: Path, *, resume: bool = False) -> None:
        record(MADE, folder, runs, 5, keep=kept, resume=resume)

    def facts(folder: Path) -> dict[str, bytes]:
        found = bytes_in(folder)
        if "manifest.json" in found:
            manifest = json.loads(found.pop("manifest.json"))
            manifest.pop("seconds")
            found["manifest"] = json.dumps(manifest).encode()
        return found

    play(tmp_path / "whole")
    wanted = facts(tmp_path / "whole")
    earlier: dict[str, bytes] = {}
    if before:
        record(MADE, tmp_path / "earlier", 25, 6, keep=22)
        (tmp_path / "earlier" / "notes.txt").write_text("mine")
        earlier = facts(tmp_path / "earlier")
        wanted["notes.txt"] = b"mine"
    at, killed = 0, 0
    while True:
        folder = tmp_path / str(at) / "run"
        folder.parent.mkdir()
        if before:
            shutil.copytree(tmp_path / "earlier", folder)
        with monkeypatch.context() as patch:
            _crashing(patch, at)
            ended = forked(lambda: play(folder))  # noqa: B023
        if ended == 0:
            break
        assert ended == signal.SIGKILL
        check_target(folder)  # as the next command does
        found = facts(folder) if folder.exists() else {}
        assert found in (earlier, wanted), f"killed at step {at}"
        draft = drafts._draft(folder.resolve())
        again = found != wanted and (draft / drafts.NAME).exists()
        # Killed again, one step further on, and then left in peace.
        if again:
            with monkeypatch.context() as patch:
                _crashing(patch, at % 5)
                assert forked(lambda: play(folder, resume=True)) == signal.SIGKILL  # noqa: B023
        play(folder, resume=again)
        assert facts(folder) == wanted, f"killed at step {at}"
        assert not list(folder.parent.rglob(".entente-*"))
        at, killed = at + stride, killed + again
    assert killed >= 2, "hardly anything was tried"


def test_parts_are_read_as_they_were_written(tmp_path: Path) -> None:
    blocks = play(MADE, 40, 5).blocks
    blocks[0].reasons[2] = "it broke: “why”"
    save_blocks(blocks[:2], tmp_path)
    save_blocks(blocks[2:], tmp_path)
    found = load_blocks(tmp_path, blocks[-1])
    one, other = joined(found), joined(blocks)
    assert one.reasons == other.reasons
    for name in ("state", "choice", "accepted", "happened", "watched", "stopped", "failed"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert {path: list(values) for path, values in one.drawn.items()} == {
        path: list(values) for path, values in other.drawn.items()
    }
    (damaged,) = list(tmp_path.glob("*0.npz"))[:1]
    damaged.write_bytes(damaged.read_bytes()[:100])
    with pytest.raises(ResultsError, match=r"damaged .*start the run over with restart=True"):
        load_blocks(tmp_path, blocks[0])
    remove_blocks(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def alive(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The most records that were held at any time, in runs."""
    import weakref

    held: dict[int, int] = {}
    most = [0]
    real = simulate

    def simulated(*args: Any, **given: Any) -> Any:
        block = real(*args, **given)
        key = id(block.state)
        held[key] = block.runs
        weakref.finalize(block.state, held.pop, key, None)
        most[0] = max(most[0], sum(held.values()))
        return block

    monkeypatch.setattr("sim.simulation.ensemble.simulate", simulated)
    return most


@pytest.mark.parametrize("runs", [100, 200])
def test_what_is_held_does_not_grow_with_the_runs(
    runs: int, tmp_path: Path, alive: list[int]
) -> None:
    play_into(tmp_path, MADE, runs, 5, kept=10)
    assert alive[0] <= 10 + 2 * 2 * ensemble.BLOCKS * 8


def test_how_much_is_kept_follows_the_size_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MOST_RUNS", 10_000)
    small, large = scenario(DUEL).description, scenario(QUARTET).description
    assert volume_runs(small) == 10_000
    monkeypatch.setattr(checkpoints, "MOST_BYTES", 200_000)
    assert 10_000 > volume_runs(small) > volume_runs(large) >= 1
    longer = scenario(changed(DUEL, calendar={**DUEL["calendar"], "rounds": 60})).description
    assert volume_runs(longer) < volume_runs(small)


def test_a_full_disk_says_so_and_what_was_done_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.studies.run.study.run_html", lambda *given: "page")
    monkeypatch.setattr(drafts, "WORTH", 0.0)
    record(MADE, tmp_path / "whole", RUNS, 5, keep=45)
    real, calls = Path.write_bytes, 0

    def full(self: Path, content: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls > 6:
            raise OSError(28, os.strerror(28))
        return real(self, content)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(ResultsError, match=r"cannot be written .No space left") as caught:
            record(MADE, tmp_path / "new", RUNS, 5, keep=45)
    (note,) = caught.value.__notes__
    said = "runs are kept: the same command with resume=True goes on from there."
    found = re.fullmatch(rf"([1-6]\d of {RUNS}) {said}", note)
    assert found, note
    assert not (tmp_path / "new").exists()
    with pytest.raises(
        ResultsError, match=rf"lies here .{found[1]} runs.; go on with resume=True, or"
    ):
        record(MADE, tmp_path / "new", RUNS, 5, keep=45)
    record(MADE, tmp_path / "new", RUNS, 5, keep=45, resume=True)
    for name in (
        "results.nc",
        "results-2.nc",
        "results-3.nc",
        "summary.nc",
        "events-first-45-runs.csv",
    ):
        assert (tmp_path / "new" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_shipped_scenarios_keep_what_the_documents_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MOST_RUNS", 10_000)
    assert volume_runs(load_scenario(BASE).description) == 10_000
