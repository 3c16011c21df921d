"""``new NAME --from-data``: the file, its sources, and what the command says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures import country_files as made
from tests.fixtures.typed_command import Entente, left_in

ACTORS = ("--actors", "Japan, Russia, China, United States", "--year", 2010)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.folder(tmp_path_factory.mktemp("data"))


def test_a_scenario_is_written_that_runs(entente: Entente, data: Path) -> None:
    typed = entente("new", "four", "--from-data", data, *ACTORS)
    assert (typed.code, typed.err) == (0, "")
    assert left_in(Path("scenarios")) == {"four.yaml", "four-sources.yaml", "schema.json"}
    assert "nmc.csv" in typed.out
    assert "Missing, and left in the file as a marked judgement:" in typed.out
    assert "- support of every actor: no approval series of 2010" in typed.out
    assert "says anything of the two" not in typed.out
    assert "Wrote scenarios/four.yaml." in typed.out
    assert entente("validate", "four", "--strict").code == 0
    assert entente("run", "four", "--runs", 2, "-q").code == 0


def test_whose_approval_a_file_holds_may_be_said(entente: Entente, data: Path) -> None:
    typed = entente("new", "four", "--from-data", data, *ACTORS, "--approval", "Japan=polls.csv")
    assert "support of Russia, China and the United States" in typed.out
    assert "approval-740" in Path("scenarios/four.yaml").read_text("utf-8")


def test_nothing_is_written_where_something_is_wrong(
    entente: Entente, desk: Path, data: Path
) -> None:
    before = left_in(desk)
    bad = desk.parent / "bad"
    made.capabilities(bad / "nmc.csv")
    made.put(bad / "NMC-60-abridged.csv", ("a", "b"), [(1, 2)])
    typed = entente("new", "four", "--from-data", bad, *ACTORS)
    assert typed.code == 1
    assert "NMC-60-abridged.csv:1:1: no known layout has this header: a, b" in typed.err
    typed = entente("new", "four", "--from-data", desk.parent / "none", *ACTORS)
    assert typed.code == 1
    assert "there is no such folder" in typed.err
    typed = entente("new", "four", "--from-data", data, "--actors", "Japan, Nigera", "--year", 2010)
    assert typed.code == 1
    assert "--actors: 'Nigera' is the name of no state" in typed.err
    assert left_in(desk) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from-data", "."), "--from-data needs --actors and --year"),
        (("--year", 2010), "go with --from-data FOLDER"),
        (("--from-data", ".", *ACTORS, "--approval", "x"), "is not STATE=FILE"),
    ],
)
def test_options_that_do_not_fit_are_said(
    entente: Entente, words: tuple[object, ...], said: str
) -> None:
    typed = entente("new", "four", *words)
    assert typed.code == 2
    assert said in " ".join(typed.err.split())


def test_a_scenario_that_is_there_stays(entente: Entente, data: Path) -> None:
    Path("scenarios").mkdir()
    Path("scenarios/four-sources.yaml").write_text("mine")
    typed = entente("new", "four", "--from-data", data, *ACTORS)
    assert typed.code == 1
    assert left_in(Path("scenarios")) == {"four-sources.yaml"}


def test_a_pair_without_data_is_named(entente: Entente, tmp_path: Path) -> None:
    made.capabilities(tmp_path / "nmc.csv")
    made.put(
        tmp_path / "votes.csv", ("ccode", "session", "IdealPointAll"), [(740, 65, 1), (2, 65, 2)]
    )
    words = ("--actors", "Japan, China, United States", "--year", 2010)
    typed = entente("new", "three", "--from-data", tmp_path, *words)
    assert typed.code == 0
    said = " ".join(typed.out.split())
    assert f"Japan and China: no file in {tmp_path} says anything of the two" in said
    assert "Japan and the United States: no file" not in said
    assert f"Put files that have it into {tmp_path}" in said
