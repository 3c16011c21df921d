"""A manifest gives the same bytes again, or says why it cannot."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.simulation.manifest import command
from tests.fixtures.typed_command import Entente, left_in

pytestmark = pytest.mark.usefixtures("no_plots")
Manifest = dict[str, Any]


def altered(folder: Path, change: Callable[[Manifest], object]) -> Path:
    """Change a run's manifest; returns its path."""
    path = folder / "manifest.json"
    found = json.loads(path.read_text("utf-8"))
    change(found)
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


def put(*way: str | int, value: object) -> Callable[[Manifest], None]:
    """A change: another value at a place of the manifest."""

    def change(found: Manifest) -> None:
        part: Any = found
        for step in way[:-1]:
            part = part[step]
        part[way[-1]] = value

    return change


def test_the_same_bytes(entente: Entente, done: Path) -> None:
    before = left_in(Path())
    for name in (done, done / "manifest.json"):
        typed = entente("rerun", name)
        assert typed.code == 0
        assert typed.out.startswith("Same bytes: 20 runs, sha256 ")
        assert typed.err == ""
    written = hashlib.sha256((done / "results.nc").read_bytes()).hexdigest()
    assert written in typed.out
    assert left_in(Path()) == before


def test_it_needs_nothing_but_the_manifest(entente: Entente, done: Path) -> None:
    alone = Path("alone.json")
    (done / "manifest.json").rename(alone)
    for path in [*done.iterdir(), Path("world.yaml"), Path("sources.yaml")]:
        path.unlink()
    assert entente("rerun", alone).code == 0


def test_other_results_are_found_out(entente: Entente, done: Path) -> None:
    path = altered(done, put("results", "sha256", value="0" * 64))
    typed = entente("rerun", path)
    assert typed.code == 1
    assert "Error: the results differ from those of the manifest" in typed.err
    assert "the versions are the same" in typed.err


@pytest.mark.parametrize("change", [put("seed", value=1), put("runs", value=21)])
def test_another_seed_or_number_of_runs_is_found_out(
    change: Callable[[Manifest], None], entente: Entente, done: Path
) -> None:
    assert "the results differ" in entente("rerun", altered(done, change)).err


def test_it_says_which_versions_differ(entente: Entente, done: Path) -> None:
    altered(done, put("results", "sha256", value="0" * 64))
    path = altered(done, put("versions", "numpy", value="1.0"))
    assert "versions differ: numpy 1.0 then, " in entente("rerun", path).err


def test_a_results_file_changed_since(entente: Entente, done: Path) -> None:
    (done / "results.nc").write_bytes(b"other")
    typed = entente("rerun", done)
    assert typed.code == 1
    assert typed.out.startswith("Same bytes")
    assert f"{done / 'results.nc'}: was changed since" in typed.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("files", 0, "content", value="title: b"), "the content of world.yaml was altered"),
        (put("files", 0, "name", value="../world.yaml"), "'../world.yaml' is not the name of a"),
        (put("files", 0, "name", value="/etc/world.yaml"), "'/etc/world.yaml' is not the name"),
        (put("files", 0, "name", value="C:\\world.yaml"), "is not the name of a file in its"),
        (put("files", 0, "name", value="..\\world.yaml"), "is not the name of a file in its"),
        (put("files", 0, "name", value="."), "'.' is not the name of a file in its folder"),
        (put("files", 0, "name", value="a\0b"), "is not the name of a file in its folder"),
        (put("files", 1, "name", value="world.yaml/x"), "'world.yaml/x' cannot be unpacked"),
        (put("files", 1, "name", value="s.yaml"), "there is no file 'sources.yaml'"),
        (put("files", 0, "content", value=None), "files.0.content: input should be a valid str"),
        (put("files", value=[]), "holds no scenario file: it was made from plain data"),
        (put("runs", value="ten"), "runs: input should be a valid integer, not 'ten'"),
        (put("runs", value=0), "runs: input should be greater than or equal to 1, not 0"),
        (put("seed", value=-1), "seed: input should be greater than or equal to 0, not -1"),
        (put("overrides", value=["a"]), "overrides.0: input should be a valid array, not 'a'"),
        (put("overrides", value=[["power", "1"]]), "--set: power: there is no 'power'"),
        (put("lens", value="wild"), "the lens 'wild' is not defined"),
        (put("format", value=99), "format: 99 is not one that this version reads (1)"),
        (put("results", value=None), "results: input should be an object, not None"),
    ],
)
def test_an_altered_manifest(
    change: Callable[[Manifest], None], said: str, entente: Entente, done: Path
) -> None:
    typed = entente("rerun", altered(done, change))
    assert typed.code == 1
    assert said in typed.err
    assert typed.out == ""
    assert "entente-" not in typed.err, "names where it was unpacked"


def test_all_that_is_missing_is_named_at_once(entente: Entente, done: Path) -> None:
    def drop(found: Manifest) -> None:
        for key in ("seed", "runs", "files"):
            del found[key]

    typed = entente("rerun", altered(done, drop))
    assert typed.code == 1
    for key in ("seed", "runs", "files"):
        assert f"\n    {key}: is missing" in typed.err


@pytest.mark.parametrize("text", ["", "{nope", "[1, 2]", "[" * 300, '"\ud800"', "3"])
def test_what_is_no_manifest(text: str, entente: Entente, desk: Path) -> None:
    (desk / "m.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    typed = entente("rerun", "m.json")
    assert typed.code == 1
    assert "m.json: not the manifest of a run; a manifest can be run again only" in typed.err
    assert "    the file: " in typed.err


def test_windows_newlines_stay_as_they_are(entente: Entente, desk: Path) -> None:
    content = (desk / "world.yaml").read_bytes().replace(b"\n", b"\r\n")
    (desk / "dos.yaml").write_bytes(content)
    entente("run", "dos.yaml", "--runs", 2, "-q")
    kept = json.loads(Path("reports/dos/manifest.json").read_text("utf-8"))["files"][0]
    assert kept["content"].encode() == content
    assert kept["sha256"] == hashlib.sha256(content).hexdigest()
    assert entente("rerun", "reports/dos").code == 0


def test_runs_that_do_not_begin_at_nought(entente: Entente, desk: Path) -> None:
    scenario = sim.load_scenario("world.yaml")
    sim.run(scenario, runs=3, first=5).write_report("later")
    noted = json.loads(Path("later/manifest.json").read_text("utf-8"))
    assert noted["first"] == 5
    assert "command" not in noted  # none begins there: it would play other runs
    assert "entente run" not in Path("later/report.html").read_text("utf-8")
    assert entente("rerun", "later").code == 0


def test_a_lens_put_on_in_a_notebook(entente: Entente, desk: Path) -> None:
    scenario = sim.load_scenario("world.yaml", lens="liberal")
    sim.run(scenario, runs=3).write_report("liberal")
    assert json.loads(Path("liberal/manifest.json").read_text("utf-8"))["lens"] == "liberal"
    assert entente("rerun", "liberal").code == 0


def test_the_command_can_be_typed_again(desk: Path) -> None:
    (desk / "my world.yaml").write_text((desk / "world.yaml").read_text())
    changes = [("relations.north and south.affinity", "0.5"), ("title", '"$5 a day"')]
    scenario = sim.load_scenario("my world.yaml", changes, lens="realist")
    assert command(scenario, 0, 7) == (
        'entente run "my world" --seed 0 --runs 7 --lens realist '
        '--set "relations.north and south.affinity=0.5" '
        "--set 'title=\"$5 a day\"'"
    )


def test_what_came_with_the_program_is_kept_apart_from_ones_own(
    entente: Entente, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another version's scenarios must not slip in, nor a neighbour's file of the same name."""
    Path("sources.yaml").write_text("data: {diary: {name: Diary, year: '1999', about: x}}\n")
    Path("mine.yaml").write_text(
        "extends: northeast-asia-2016\nsources: sources.yaml\n"
        "actors: {japan: {power: {value: 0.3, source: diary}}}\n"
    )
    assert entente("run", "mine", "--runs", 3, "--rounds", 2, "-q").code == 0
    kept = json.loads(Path("reports/mine-calendar.rounds-2/manifest.json").read_text("utf-8"))
    assert sorted((file["name"], file.get("shipped", False)) for file in kept["files"]) == [
        ("mine.yaml", False), ("northeast-asia-2016.yaml", True), ("sources.yaml", False),
        ("sources.yaml", True),
    ]  # fmt: skip
    (tmp_path / "none").mkdir()
    monkeypatch.setattr("sim.scenario.shipped.home", lambda: tmp_path / "none")
    monkeypatch.setattr("sim.scenario.files.home", lambda: tmp_path / "none")
    assert entente("run", "mine", "-q").code == 1
    assert entente("rerun", "reports/mine-calendar.rounds-2").code == 0
