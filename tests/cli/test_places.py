"""Where a run may be written, and what is left when it cannot."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

import sim
from sim.errors import ResultsError
from sim.reporting.output_folder import written_together
from tests.fixtures.typed_command import Entente, left_in

pytestmark = pytest.mark.usefixtures("no_plots")
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def quick(entente: Entente, out: object) -> tuple[int, str]:
    typed = entente("run", "world.yaml", "--runs", 2, "-q", "--out", out)
    return typed.code, typed.err


def test_a_file_is_in_the_way(entente: Entente, desk: Path) -> None:
    (desk / "plan").write_text("mine")
    assert quick(entente, "plan") == (1, "Error: plan: is a file; name a folder (--out)\n")
    code, said = quick(entente, Path("plan") / "deeper")
    assert code == 1
    assert "cannot be made, since plan is a file; name a folder (--out)" in said
    assert (desk / "plan").read_text() == "mine"


def test_a_folder_of_something_else_is_left_alone(entente: Entente, desk: Path) -> None:
    (desk / "thesis").mkdir()
    (desk / "thesis" / "chapter.txt").write_text("mine")
    (desk / "thesis" / "manifest.json").write_text('{"name": "a web page"}')
    before = left_in(desk)
    code, said = quick(entente, "thesis")
    assert code == 1
    assert "thesis: exists and holds no earlier run, so it is left alone; name another" in said
    assert left_in(desk) == before


def test_an_earlier_run_is_replaced_and_notes_beside_it_stay(entente: Entente, done: Path) -> None:
    (done / "notes.txt").write_text("mine")
    entente("export", done)
    (done / "tables" / "drawing.xlsx").write_text("mine")
    code, _ = quick(entente, done)
    assert code == 0
    assert sim.load_results(done / "results.nc").sizes["run"] == 2
    # The tables were those of the earlier run.
    assert left_in(done) == {
        "report.html", "results.nc", "events.csv", "manifest.json",
        "notes.txt", "tables", "tables/drawing.xlsx",
    }  # fmt: skip
    assert entente("rerun", done).code == 0


def test_the_working_directory_itself(
    entente: Entente, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk / "empty").mkdir()
    monkeypatch.chdir(desk / "empty")
    typed = entente("run", Path("..") / "world.yaml", "--runs", 2, "-q", "--out", ".")
    assert typed.code == 0
    assert left_in(Path()) == {"report.html", "results.nc", "events.csv", "manifest.json"}


def test_a_link_to_a_folder_stays_a_link(entente: Entente, desk: Path) -> None:
    (desk / "real").mkdir()
    (desk / "link").symlink_to("real", target_is_directory=True)
    assert quick(entente, "link")[0] == 0
    assert (desk / "link").is_symlink()
    assert (desk / "real" / "report.html").is_file()


def test_a_place_that_cannot_be_written(
    entente: Entente, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = left_in(desk)
    code, said = quick(entente, "x" * 300)
    assert code == 1
    assert "cannot be written (" in said

    def forbidden(*args: object, **more: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    def not_run(*args: object) -> None:
        raise AssertionError("it should have looked before it ran")

    monkeypatch.setattr("tempfile.mkdtemp", forbidden)
    monkeypatch.setattr("sim.simulation.ensemble.simulate", not_run)
    code, said = quick(entente, Path("new") / "place")
    assert code == 1
    assert "place: cannot be written (Permission denied), and was left as it was; make" in said
    assert left_in(desk) == before


@pytest.mark.parametrize(
    "file",
    [
        "sim.simulation.checkpoints.save",
        "sim.studies.run.study.write_events",
        "sim.studies.run.study.run_html",
    ],
)
def test_a_full_disk(
    file: str, entente: Entente, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise FULL

    before = left_in(desk)
    monkeypatch.setattr(file, full)
    code, said = quick(entente, Path("new") / "place")
    assert code == 1
    assert said.count("\n") == 1
    assert "(No space left on device), and was left as it was; make room or name" in said
    assert left_in(desk) == before


@pytest.mark.parametrize("move", range(1, 9))
@pytest.mark.parametrize("end", [FULL, KeyboardInterrupt()])
def test_an_end_between_two_moves_puts_the_earlier_run_back(
    move: int, end: BaseException, done: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (done / "notes.txt").write_text("mine")
    before = {path.name: path.read_bytes() for path in done.iterdir()}
    real, count = Path.rename, 0

    def rename(self: Path, target: Path) -> Path:
        nonlocal count
        count += 1
        if count == move:
            raise end
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises((ResultsError, KeyboardInterrupt)), written_together(done) as draft:  # noqa: PT012
        for name in ("report.html", "results.nc", "events.csv", "manifest.json"):
            (draft / name).write_text("new")
    assert {path.name: path.read_bytes() for path in done.iterdir()} == before


def test_an_interrupt_leaves_nothing(
    entente: Entente, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    before = left_in(desk)
    for place in ("sim.studies.run.study.run_html", "sim.simulation.ensemble.simulate"):
        monkeypatch.setattr(place, stopped)
        code, said = quick(entente, "place")
        assert code == 130
        assert said.strip() == "Interrupted; nothing half-written was left behind."
        assert left_in(desk) == before
