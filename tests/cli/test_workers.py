"""The options ``--workers`` and ``--cluster``: nothing that is written depends on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sim.simulation.executors.base import Here
from tests.cli.test_sensitivity import DISCOVER, FAR, SENSITIVITY
from tests.fixtures.proposition_files import CLOSER, THREATS, claim, put
from tests.fixtures.typed_command import Entente

COMPARE = ("compare", "world.yaml", "--with", "actors.south.power=0.3", "--runs", 600)
SWEEP = ("sweep", "world.yaml", "--over", "actors.south.power=0.1:0.4:2", "--runs", 300)
WHATIF = (
    "whatif",
    "world.yaml",
    "--round",
    2,
    "--actor",
    "south",
    "--toward",
    "north",
    "--runs",
    300,
)
PROPOSITIONS = ("propositions", "propositions", "--pairs", 20)


@pytest.mark.parametrize("words", [COMPARE, SWEEP, WHATIF], ids=lambda words: words[0])
def test_two_workers_write_what_one_writes(words: tuple[object, ...], entente: Entente) -> None:
    assert entente(*words, "--quiet", "--out", "one").code == 0
    assert entente(*words, "--quiet", "--out", "two", "--workers", 2).code == 0
    for name in ("results.csv", "manifest.json", "report.html"):
        one, two = (lasting(Path(folder) / name) for folder in ("one", "two"))
        assert one == two, name


TIME = re.compile(r'"seconds": [\d.]+|[\d.]+\s(?:milli)?seconds?')


def lasting(path: Path) -> str:
    """A file without the time that it took."""
    return TIME.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "words",
    [COMPARE, SWEEP, WHATIF, PROPOSITIONS, SENSITIVITY, (*DISCOVER, *FAR)],
    ids=lambda words: str(words[0]),
)
@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ((), (1, None)),
        (("--workers", 3), (3, None)),
        (("--cluster", "tcp://a:1"), (1, "tcp://a:1")),
    ],
    ids=["neither", "workers", "cluster"],
)
def test_a_command_gives_its_runs_to_those_who_are_named(
    words: tuple[object, ...],
    options: tuple[object, ...],
    asked: tuple[int, str | None],
    desk: Path,
    entente: Entente,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(desk, claim(CLOSER, threats=THREATS), "t1")
    called: list[object] = []

    class Crew(Here):
        def map(self, work, tasks):  # type: ignore[no-untyped-def]
            called.append(work)
            return super().map(work, tasks)

    @contextmanager
    def found(count: int, cluster: str | None) -> Iterator[Crew]:
        called.append((count, cluster))
        yield Crew()

    monkeypatch.setattr("sim.simulation.executors.workers", found)
    monkeypatch.setattr("sim.studies.base.Study.write_report", lambda _, folder, **how: folder)
    assert entente(*words, *options, "--quiet").code == 0
    assert called[0] == asked
    assert len(called) > 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--workers", 2, "--cluster", "tcp://a:1"), "give one of the two"),
        (("--cluster", "tcp://a:1", "--workers", 1), "give one of the two"),
        (("--workers", 0), "0 is not in the range 1<=x<=1024"),
        (("--workers", 1025), "1025 is not in the range 1<=x<=1024"),
        (("--workers", "many"), "'many' is no whole number"),
    ],
)
def test_wrong_usage(options: tuple[object, ...], said: str, entente: Entente) -> None:
    typed = entente(*COMPARE, *options)
    assert typed.code == 2
    assert said in typed.err


def test_a_cluster_that_is_not_there_is_one_line(entente: Entente, desk: Path) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    typed = entente(*COMPARE, "--cluster", "nonsense")
    assert (typed.code, typed.out, typed.err.count("\n")) == (1, "", 1)
    assert typed.err.startswith("Error: --cluster nonsense: its port is missing")
    assert not (desk / "reports").exists()


def test_a_compiler_that_fails_meanwhile_is_told_at_the_end(
    entente: Entente, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = iter(["being compiled", "Note: not compiled"])
    monkeypatch.setattr("sim.model.native.notice", lambda: next(said))
    typed = entente(*SWEEP, "--out", "told")
    assert typed.code == 0
    assert re.findall("being compiled|Note: not compiled", typed.err) == [
        "being compiled",
        "Note: not compiled",
    ]


def test_what_was_said_of_the_compiler_is_not_said_again(
    entente: Entente, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.model.native.notice", lambda: "Note: not compiled")
    typed = entente(*SWEEP, "--out", "told")
    assert typed.err.count("Note: not compiled") == 1
