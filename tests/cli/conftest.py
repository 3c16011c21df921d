"""A folder to work in, a command line to type into, and a run that is done."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.scenario.loading import load_scenario
from tests.fixtures.typed_command import Entente, Typed
from tests.fixtures.world_file import SOURCES, WORLD


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with ``world.yaml`` in it."""
    put_world(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def put_world(folder: Path) -> None:
    (folder / "world.yaml").write_text(WORLD)
    (folder / "sources.yaml").write_text(SOURCES)


@pytest.fixture
def entente(desk: Path, capsys: pytest.CaptureFixture[str]) -> Entente:
    """Type a command, as in ``entente("run", "world.yaml")``."""
    from sim.cli.app import execute

    def type_in(*words: object) -> Typed:
        capsys.readouterr()
        code = execute([str(word) for word in words])
        shown = capsys.readouterr()
        return Typed(code, shown.out, shown.err)

    return type_in


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of 20 worlds; nobody may change it."""
    from sim.simulation.ensemble import run
    from sim.studies.run.study import Runs

    home = tmp_path_factory.mktemp("finished")
    put_world(home)
    scenario = load_scenario(home / "world.yaml")
    folder = home / "reports" / "world"
    Runs(scenario, run(scenario, runs=20)).write_report(folder)
    return folder


@pytest.fixture
def done(finished: Path, desk: Path) -> Path:
    """A copy of the finished run, ``reports/world`` of the working directory."""
    folder = Path("reports") / "world"
    shutil.copytree(finished, folder)
    return folder


@pytest.fixture
def no_plots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a word for the report, where a test is about something else."""
    monkeypatch.setattr("sim.studies.run.study.run_html", lambda *given: "report")
