"""A run's files take their place together, whenever it is killed, and one process at a time."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.errors import ResultsError
from sim.reporting import output_folder
from sim.reporting.output_folder import _draft, _left, check_target, working, written_together
from tests.fixtures.killing import forked, killing

unix = pytest.mark.skipif(sys.platform == "win32", reason="processes fork on Unix")
FILES = ("results.nc", "manifest.json", "report.html")
PLAN = {"runs": 9}
BUSY = "another run is writing there now; wait for its end, or name another folder"


@pytest.fixture(autouse=True)
def every_work_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.reporting.output_folder.WORTH", 0.0)
    monkeypatch.setattr(output_folder, "_WAIT", 0.05)


def content(name: str, text: str) -> str:
    return json.dumps({"scenario_sha256": text}) if name == "manifest.json" else text


def recorded(folder: Path, **how: Any) -> None:
    """A run of nine, all of which are played when its files are moved."""
    with working(folder, PLAN, **how) as work:
        for name in FILES:
            (work.draft / name).write_text(content(name, "new"))
        work.checkpoint(9)


def studied(folder: Path, **_: Any) -> None:
    with written_together(folder) as draft:
        for name in FILES:
            (draft / name).write_text(content(name, "new"))


def files(folder: Path) -> dict[str, str]:
    """Everything in a folder, without what is hidden on top."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    shown = [path for path in found if not path.relative_to(folder).parts[0].startswith(".")]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in shown}


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".*")]


NEW = {name: content(name, "new") for name in FILES}
HASH = f"sha256:{hashlib.sha256(b'earlier').hexdigest()}"
EARLIER = {
    **{name: content(name, "earlier") for name in FILES},
    "results-2.nc": "earlier", "tables/outcomes.csv": "earlier", "tables/README.md": "earlier",
}  # fmt: skip
NOTES = {
    "notes.txt": "mine", "tables/drawing.xlsx": "mine", "tables/tables.xlsx": "mine",
    "tables/datapackage.json": json.dumps({
        "resources": [{"path": name, "hash": HASH} for name in ("outcomes.csv", "tables.xlsx")],
        "readme": {"path": "README.md", "hash": HASH},
    }),
}  # fmt: skip


def standing(place: Path) -> Path:
    """A folder of an earlier run, with somebody's notes."""
    (place / "tables").mkdir(parents=True)
    for name, text in {**EARLIER, **NOTES}.items():
        (place / name).write_text(text)
    return place


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return standing(tmp_path / "run")


@unix
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("write", [recorded, studied])
@pytest.mark.parametrize("before", [True, False])
def test_a_kill_at_any_step_loses_neither_the_earlier_run_nor_the_new_one(
    write: Callable[..., None], before: bool, tmp_path: Path
) -> None:
    ends, finished = set(), 0
    for at in range(300):
        place = tmp_path / str(at) / "run"
        if before:
            standing(place)
        notes = NOTES if before else {}
        with killing(at) as step:
            ended = forked(lambda: write(place))  # noqa: B023
        if ended == 0:
            break
        assert ended == signal.SIGKILL
        check_target(place)  # as the next command does
        found = files(place) if place.exists() else {}
        new = found == {**NEW, **notes}
        assert new or found == ({**EARLIER, **notes} if before else {}), f"killed at {step}"
        left = _left(_draft(place.resolve())) if write is recorded else None
        resume = left is not None and not new
        done = left.done if left else 0
        assert new or done >= finished, f"a finished run was thrown away at {step}"
        finished = max(finished, done)
        write(place, resume=resume)
        assert files(place) == {**NEW, **notes}, f"killed at {step}"
        if write is recorded:
            assert not hidden(place.parent), f"killed at {step}"
        ends.add((new, resume))
    else:
        pytest.fail("it never ends")
    assert (True, False) in ends, "never killed after the moves"
    assert len(ends) > 1, "never killed before the moves"


@unix
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_kill_while_files_are_put_back_is_mended_too(tmp_path: Path) -> None:
    for at in range(60):
        place = standing(tmp_path / str(at) / "run")
        with killing(14, kinds=("rename", "replace")) as step:
            assert forked(lambda: recorded(place)) == signal.SIGKILL  # noqa: B023
        assert files(place) != {**EARLIER, **NOTES}, f"killed too early, at {step}"
        with killing(at):
            ended = forked(lambda: check_target(place))  # noqa: B023
        check_target(place)
        assert files(place) == {**EARLIER, **NOTES}
        if ended == 0:
            return
    pytest.fail("it never ends")


def _failing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    real = Path.rename

    def rename(self: Path, goal: Path) -> Path:
        if self.name == name and self.parent.name.startswith(".entente"):
            raise PermissionError(errno.EACCES, "file is open elsewhere")
        return real(self, goal)

    monkeypatch.setattr(Path, "rename", rename)


@pytest.mark.parametrize("how", ["resume", "restart"])
@pytest.mark.parametrize("before", [True, False])
def test_moves_that_fail_once_can_be_made_later(
    how: str, before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "run"
    if before:
        standing(place)
    for _ in range(2):
        with monkeypatch.context() as patch:
            _failing(patch, "report.html")
            with pytest.raises(ResultsError, match=r"file is open elsewhere") as caught:
                recorded(place, restart=True)
        (note,) = caught.value.__notes__
        assert note.startswith("9 of 9 runs are kept")
        assert files(place) == ({**EARLIER, **NOTES} if before else {})
    with pytest.raises(ResultsError, match=r"an interrupted run lies here .9 of 9 runs."):
        recorded(place)
    recorded(place, **{how: True})
    assert files(place) == {**NEW, **(NOTES if before else {})}
    assert not hidden(tmp_path)


def test_what_stands_in_the_way_of_an_earlier_file_is_not_overwritten(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _failing(patch, "report.html")
        patch.setattr(output_folder, "_undo", lambda draft: None)
        with pytest.raises(ResultsError):
            recorded(target)
    (target / "report.html").write_text("mine")
    for _ in range(2):
        with pytest.raises(ResultsError, match=r"report.html: is in the way of a file of the"):
            recorded(target, restart=True)
        assert (target / "report.html").read_text() == "mine"
    (target / "report.html").unlink()
    check_target(target)
    assert files(target) == {**EARLIER, **NOTES}


def test_a_draft_with_files_that_could_not_be_put_back_stays(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.rename

    def rename(self: Path, goal: Path) -> Path:
        if "earlier" not in goal.parts:
            raise PermissionError(errno.EACCES, "file is open elsewhere")
        return real(self, goal)

    monkeypatch.setattr("sim.reporting.output_folder.WORTH", 60.0)
    for write in (recorded, studied):
        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", rename)
            with pytest.raises(ResultsError, match=r"file is open elsewhere"):
                write(target)
        assert files(target) == NOTES
        check_target(target)
        assert files(target) == {**EARLIER, **NOTES}


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
@unix
def test_a_file_system_without_locks_is_written_to(
    code: int, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", unknown)
    recorded(target)
    assert files(target) == {**NEW, **NOTES}
    assert not hidden(target)


def test_the_second_of_two_is_refused_and_removes_nothing(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "run"
    with working(place, PLAN) as first:
        (first.draft / "results.nc").write_text("first")
        for how in ({}, {"resume": True}, {"restart": True}):
            with pytest.raises(ResultsError, match=BUSY), working(place, PLAN, **how):
                pytest.fail("both are at work")
        assert (first.draft / "results.nc").read_text() == "first"
    assert files(place) == {"results.nc": "first"}
    assert not hidden(tmp_path)


@unix
@pytest.mark.parametrize("before", [True, False])
def test_no_other_run_gets_in_from_the_first_look_to_the_last(before: bool, tmp_path: Path) -> None:
    """A second run that starts at any step of the first is refused, or finds it gone."""
    refused = 0
    for at in range(300):
        place = tmp_path / str(at) / "run"
        if before:
            standing(place)
        tried: list[str] = []

        def second() -> None:
            try:
                with working(place, PLAN, restart=True) as work:  # noqa: B023
                    (work.draft / "other.nc").write_text("second")
                tried.append("ran")  # noqa: B023
            except ResultsError as error:
                tried.append(str(error))  # noqa: B023

        with killing(at, end=second) as step:
            recorded(place)
        if not tried:
            break
        assert tried[0] == "ran" or BUSY in tried[0], f"{tried[0]} at {step}"
        refused += tried[0] != "ran"
        found = files(place)
        assert {name: found[name] for name in NEW} == NEW, f"{tried[0]} at {step}"
        assert not hidden(place.parent), f"at {step}"
    else:
        pytest.fail("it never ends")
    assert refused > 10


@unix
def test_a_lock_on_a_file_that_was_removed_keeps_nobody_out_and_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    path, real, times = tmp_path / "lock", fcntl.flock, 0

    def late(file: int, how: int) -> None:
        nonlocal times
        times += 1
        if times == 1:  # its holder ends, and another process makes a new one
            path.unlink()
            path.touch()
        real(file, how)

    monkeypatch.setattr("fcntl.flock", late)
    with output_folder.held(path, tmp_path):
        assert times == 2
        with pytest.raises(ResultsError, match=BUSY), output_folder.held(path, tmp_path):
            pytest.fail("two hold it")
        assert path.exists(), "removed by who does not hold it"
    assert not path.exists()


@pytest.fixture
def moving(target: Path) -> Iterator[Path]:
    """A folder whose files another process is about to move."""
    with output_folder.held(output_folder._lock(target, target), target):
        draft = output_folder._own_draft(target)
        draft.mkdir()
        (draft / "results.nc").write_text("other")
        output_folder._note(draft, [(draft / "results.nc", target / "results.nc")])
        yield target


def test_moves_of_a_living_process_are_not_undone(moving: Path) -> None:
    for write in (recorded, studied):
        with pytest.raises(ResultsError, match=BUSY):
            write(moving)
    assert files(moving) == {**EARLIER, **NOTES}
