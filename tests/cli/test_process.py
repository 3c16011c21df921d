"""The program as a process: signals, pipes, terminals, full disks, start-up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sim.cli import process
from tests.fixtures.paths import ROOT
from tests.fixtures.typed_command import Typed, left_in

RUN = ROOT / "run.py"
unix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits are those of Unix")
FEW = ("run", "world.yaml", "--runs", "3")

# Runs a command that says "ready" at some point, and waits there.
WAIT_AT = """
import sys, time
from importlib import import_module
home, name = {place!r}.rsplit(".", 1)
def wait(*args, **more):
    print("ready", flush=True)
    time.sleep(60)
setattr(import_module(home), name, wait)
sys.argv = ["run.py", "run", "world.yaml", "--out", "new/place"]
from sim.cli import main
main()
"""
# The same, and waits a moment before it removes what it has begun.
SLOW_TIDYING = """
import shutil, time
tidy = shutil.rmtree
def slow(path, *args, **more):
    if str(path).endswith(".part"):
        print("tidying", flush=True)
        time.sleep(0.5)
    tidy(path, *args, **more)
shutil.rmtree = slow
"""


def start(*words: str, **more: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more.pop("env", {})}
    return subprocess.Popen(
        [sys.executable, *words],
        env=environment,
        stdout=more.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **more,
    )


def answer(process: subprocess.Popen[str]) -> Typed:
    out, err = process.communicate(timeout=60)
    return Typed(process.returncode, out or "", err)


def limited(size: int) -> Any:
    """Let no file of the process grow beyond a size, as a full disk would."""

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@unix
@pytest.mark.parametrize(
    ("place", "number"),
    [
        ("sim.scenario.loading.load_scenario", signal.SIGINT),
        ("sim.simulation.ensemble.simulate", signal.SIGTERM),
    ],
)
def test_a_signal_ends_it_tidily(place: str, number: signal.Signals, desk: Path) -> None:
    before = left_in(desk)
    process = start("-c", WAIT_AT.format(place=place))
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    typed = answer(process)
    assert typed.code == 130
    assert typed.err.strip() == "Interrupted; nothing half-written was left behind."
    assert left_in(desk) == before


@unix
def test_an_impatient_second_signal_does_not_stop_the_tidying_up(desk: Path) -> None:
    before = left_in(desk)
    process = start("-c", SLOW_TIDYING + WAIT_AT.format(place="sim.studies.run.study.run_html"))
    assert process.stdout is not None
    for expected in ("ready\n", "tidying\n"):
        assert process.stdout.readline() == expected
        process.send_signal(signal.SIGINT)
    typed = answer(process)
    assert typed.code == 130
    assert "Traceback" not in typed.err
    assert left_in(desk) == before


@unix
def test_a_file_that_cannot_grow(desk: Path) -> None:
    before = left_in(desk)
    typed = answer(start(str(RUN), *FEW, preexec_fn=limited(20_000)))
    assert typed.code == 1
    assert "File too large" in typed.err
    assert len(typed.err.splitlines()) == 1
    assert left_in(desk) == before


@unix
def test_a_new_scenario_that_cannot_grow(desk: Path) -> None:
    typed = answer(start(str(RUN), "new", "fresh", "--in", ".", preexec_fn=limited(1000)))
    assert typed.code == 1
    assert typed.err == "Error: fresh.yaml: cannot be written (File too large)\n"
    assert not (desk / "fresh.yaml").exists()


@unix
def test_a_reader_who_leaves(desk: Path) -> None:
    process = start(str(RUN), "describe", str(ROOT / "scenarios" / "yamaguchi-2016.yaml"))
    assert process.stdout is not None
    assert process.stdout.readline().startswith("The hot spring of Yamaguchi")
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 0
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("buffered", [True, False])
def test_output_that_cannot_be_written(
    desk: Path, buffered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "" if buffered else "1")
    with open("/dev/full", "w") as full:
        typed = answer(start(str(RUN), "lenses", stdout=full))
    assert typed.code == 1
    assert typed.err == "Error: No space left on device\n"


def test_a_terminal_that_knows_plain_letters_only(desk: Path) -> None:
    text = (desk / "world.yaml").read_text()
    text = text.replace("name: the border, of: issue border", "name: la paix à 国, of: affinity of "
                        "north and south")  # fmt: skip
    (desk / "odd.yaml").write_text(text, encoding="utf-8")
    plain = {"PYTHONIOENCODING": "ascii", "COLUMNS": "100"}
    typed = answer(start(str(RUN), "run", "odd.yaml", "--runs", "3", env=plain))
    assert (typed.code, typed.err) == (0, "")
    assert typed.out.isascii()
    row = next(line for line in typed.out.splitlines() if "la paix a ?" in line)
    assert "-0.10" in row, "the minus sign is lost"


@unix
def test_a_progress_bar_on_a_terminal(desk: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(RUN), *FEW], stdin=theirs, stdout=subprocess.DEVNULL, stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "60"},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says so when the other side has closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert process.wait(timeout=60) == 0
    assert b"A border between two" in shown
    assert b"0/3" in shown
    assert shown.rindex(b"\x1b[?25h") > shown.rindex(b"\x1b[?25l"), "the cursor stays hidden"


@pytest.mark.parametrize(
    ("words", "unwanted"),
    [
        (["--help"], ["numpy", "pydantic", "rich", "yaml"]),
        (["lenses"], ["mesa", "scipy", "xarray", "plotly"]),
        (["validate", "world.yaml"], ["xarray", "plotly"]),
        (["validate", "--no-notes", "world.yaml"], ["mesa", "scipy", "xarray", "plotly"]),
        (["run", "nosuch.yaml"], ["mesa", "xarray", "plotly"]),
    ],
)
def test_a_command_loads_what_it_needs(words: list[str], unwanted: list[str], desk: Path) -> None:
    code = (
        f"import sys; from sim.cli.app import execute; execute({words!r}); "
        f"print(*[m for m in {unwanted!r} if m in sys.modules], file=sys.stderr)"
    )
    typed = answer(start("-c", code))
    assert typed.err.splitlines()[-1] == ""


@unix
def test_ignored_signals_stay_ignored(desk: Path) -> None:
    nohup = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    process = start("-c", nohup + WAIT_AT.format(place="sim.scenario.loading.load_scenario"))
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.2)
    process.send_signal(signal.SIGINT)
    assert answer(process).code == 130


def test_an_import_is_not_cut_off_where_its_lock_would_be_kept() -> None:
    words = "signal.raise_signal(signal.SIGINT)\nwent_on.append(True)"
    code = compile(words, "<frozen importlib._bootstrap>", "exec")
    went_on: list[bool] = []
    before = signal.signal(signal.SIGINT, process._Stop())
    try:
        exec(code, {"signal": signal, "went_on": went_on})
        with pytest.raises(KeyboardInterrupt):
            time.sleep(5)
    finally:
        signal.signal(signal.SIGINT, before)
    assert went_on
