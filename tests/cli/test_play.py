"""The command ``play``: once from the shell, otherwise typed in this process; with its mistakes."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sim.classroom.storage import Store, begin_session
from sim.scenario.loading import load_scenario
from tests.fixtures.paths import ROOT, VALLEY
from tests.fixtures.typed_command import Entente, Typed


def shell(folder: Path, lines: list[str], *words: str) -> subprocess.CompletedProcess[str]:
    """Type ``play`` in a folder, and then lines; after them nothing more comes."""
    return subprocess.run(
        [sys.executable, str(ROOT / "run.py"), "play", str(VALLEY), *words],
        input="".join(f"{line}\n" for line in lines), cwd=folder,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def play(entente: Entente, monkeypatch: pytest.MonkeyPatch) -> Entente:
    """The same in this process."""

    def typed(lines: list[str], *words: str) -> Typed:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return entente("play", VALLEY, *words)

    return typed


def test_a_game_is_left_taken_up_and_ends_with_a_debrief(tmp_path: Path) -> None:
    left = shell(tmp_path, ["1"], "--as", "south", "--rounds", "2")
    assert left.returncode == 0
    assert "The game is kept, in round 1. Go on with:" in left.stdout
    assert "--as south --resume" in left.stdout
    ended = shell(tmp_path, ["", "y", *["1", "", "y"] * 4], "--as", "south", "--resume")
    assert ended.returncode == 0, ended.stderr
    assert "The game is over after 2" in ended.stdout
    (page,) = tmp_path.glob("reports/*played-south/debrief.html")
    text = page.read_text(encoding="utf-8")
    assert "South" in text
    assert "still being worked out" not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--as", "sout"], "did you mean 'south'?"),
        (["--as", "south", "--resume"], "there is no game of 'two-neighbours' as 'south'"),
    ],
)
def test_what_cannot_be_played_is_told_in_a_line(
    play: Entente, words: list[str], said: str
) -> None:
    found = play([], *words)
    assert found.code == 1
    assert said in found.err
    assert "Traceback" not in found.err


def test_sessions_of_a_class_in_the_same_file_are_passed_over(
    play: Entente, tmp_path: Path
) -> None:
    play(["1"], "--as", "south", "--rounds", "2", "--store", "here.sqlite")
    with closing(Store(tmp_path / "here.sqlite")) as store:
        begin_session(store, load_scenario(VALLEY), 0.0).release()
    found = play(["q"], "--as", "south", "--resume", "--store", "here.sqlite")
    assert found.code == 0, found.err
    assert "The game is kept, in round 1." in found.out
    assert "goes on with its scenario" not in found.err  # --rounds need not be said again
    other = play(["q"], "--as", "south", "--resume", "--store", "here.sqlite", "--rounds", "3")
    assert "session 1 goes on with its scenario as it was begun" in other.err
    assert not list(tmp_path.glob("*.lock"))


def test_it_must_be_said_whose_seat_it_is(play: Entente) -> None:
    found = play([])
    assert found.code == 2
    assert "--as" in found.err
