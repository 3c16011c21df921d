"""The first commands: ``list``, ``new``, ``copy``; and names that commands take."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sim.evaluation.record import load_record
from sim.scenario.shipped import find_record, home, papers, propositions, records, scenarios
from tests.fixtures.paths import ROOT
from tests.fixtures.typed_command import Entente, left_in

HIDES = "Note: 'two-neighbours' is scenarios/two-neighbours.yaml here, not the one of that name"


def test_list_shows_every_scenario_and_paper_with_its_title(entente: Entente) -> None:
    typed = entente("list")
    assert typed.code == 0
    lines = typed.out.splitlines()
    for name in [*(path.stem for path in scenarios()), *papers()]:
        if name in ("sources", "shocks"):
            continue
        found = [line for line in lines if line.split()[:1] == [name]]
        assert len(found) == 1 + (name in {path.stem for path in records()})
        assert all(len(line.split()) > 1 for line in found)
    assert "A thaw between Washington and Moscow" in typed.out
    assert f"{len(propositions())} propositions, too:  entente list --propositions" in typed.out
    assert "P3" not in typed.out
    assert "sources " not in typed.out
    assert "pandemic" in typed.out


def test_list_shows_propositions_when_asked(entente: Entente) -> None:
    typed = entente("list", "--propositions")
    names = [line.split()[0] for line in typed.out.splitlines() if line.startswith(" p")]
    wanted = [path.stem for path in propositions()]
    assert [name for name in names if name in wanted] == wanted
    assert wanted.index("p2-old-maps") < wanted.index("p10-arms-and-gas")


def test_list_tells_of_a_file_that_has_faults(
    entente: Entente, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk / "broken.yaml").write_text("title: [")
    (desk / "short.yaml").write_text("extends: world\n")
    monkeypatch.setattr("sim.scenario.shipped.home", lambda: desk)
    typed = entente("list")
    assert "(has faults: see 'validate broken')" in typed.out
    assert "(untitled)" in typed.out


def test_new_leaves_a_schema_beside_the_scenario(entente: Entente, desk: Path) -> None:
    assert entente("new", "fresh").code == 0
    schema = (desk / "scenarios" / "schema.json").read_text("utf-8")
    assert schema == entente("schema").out == (home() / "schema.json").read_text("utf-8")
    starter = (desk / "scenarios" / "fresh.yaml").read_text("utf-8")
    assert starter.startswith("# yaml-language-server: $schema=schema.json\n")
    assert entente("run", "fresh", "--runs", 2, "-q").code == 0


@pytest.mark.parametrize(
    ("there", "stays"),
    [
        (json.dumps({"title": "Entente scenario", "old": True}), False),
        (json.dumps({"title": "somebody's"}), True),
        ("[]", True),
        ("no JSON", True),
    ],
)
def test_an_older_schema_is_brought_up_to_date_and_another_ones_stays(
    entente: Entente, desk: Path, there: str, stays: bool
) -> None:
    (desk / "schema.json").write_text(there)
    assert entente("new", "fresh", "--in", ".").code == 0
    assert ((desk / "schema.json").read_text("utf-8") == there) is stays
    assert left_in(desk) == {"schema.json", "fresh.yaml", "world.yaml", "sources.yaml"}


def test_a_copy_stands_alone_and_hides_what_it_was_copied_from(entente: Entente) -> None:
    typed = entente("copy", "two-neighbours", "parked-dispute", "p3-thaw", "yamaguchi-90")
    assert typed.out.splitlines() == [
        "Wrote scenarios/two-neighbours.yaml.",
        "Wrote scenarios/parked-dispute.yaml.",
        "Wrote scenarios/propositions/p3-thaw.yaml.",
        "Wrote teaching/yamaguchi-90.md.",
    ]
    assert left_in(Path("scenarios")) == {
        "two-neighbours.yaml", "parked-dispute.yaml", "schema.json", "propositions",
        "propositions/p3-thaw.yaml",
    }  # fmt: skip
    typed = entente("validate", "two-neighbours", "parked-dispute", "p3-thaw")
    assert typed.code == 0
    assert typed.err.startswith(HIDES)
    assert entente("validate", "scenarios/two-neighbours.yaml").err == ""


def test_a_record_is_copied_where_it_is_found_again(entente: Entente) -> None:
    typed = entente("copy", "crimea-2014")
    said = "What came of it is a record: entente copy crimea-2014 --record"
    assert typed.out.splitlines() == ["Wrote scenarios/crimea-2014.yaml.", said]
    typed = entente("copy", "crimea-2014", "--record")
    assert typed.out == "Wrote scenarios/records/crimea-2014.yaml.\n"
    mine = Path("scenarios/records/crimea-2014.yaml")
    assert find_record("crimea-2014") == mine
    assert load_record(mine).questions == load_record(home() / "records" / mine.name).questions
    schema = json.loads(Path("scenarios/records/schema.json").read_text("utf-8"))
    assert "questions" in schema["properties"]
    typed = entente("copy", "crimea", "--record")
    assert "did you mean 'crimea-2014'?" in typed.err


def test_a_paper_is_copied_without_links_that_lead_nowhere(entente: Entente) -> None:
    for name in papers():
        assert entente("copy", name, "--in", "paper").code == 0
    for path in Path("paper").iterdir():
        assert "](../" not in path.read_text("utf-8")
    assert "Install the program, then:" in Path("paper/README.md").read_text("utf-8")


def test_copies_are_all_or_none(entente: Entente, desk: Path) -> None:
    Path("yamaguchi-2016.yaml").write_text("mine")
    before = left_in(desk)
    typed = entente("copy", "two-neighbours", "yamaguchi-2016", "--in", ".")
    assert (typed.code, typed.err) == (
        1, "Error: yamaguchi-2016.yaml exists already; choose another name\n",
    )  # fmt: skip
    assert left_in(desk) == before
    typed = entente("copy", "two-neighbours", "yamaguchi-09")
    assert "nothing that comes with the program is named 'yamaguchi-09'" in typed.err
    assert "did you mean 'yamaguchi-90'?" in typed.err
    typed = entente("copy", "two-neighbours", "--in", "world.yaml")
    assert "world.yaml is a file; name a folder (--in)" in typed.err
    assert left_in(desk) == before


def test_a_name_where_a_command_belongs(entente: Entente) -> None:
    typed = entente("yamaguchi-2016")
    assert typed.code == 2
    assert "Did you mean 'run yamaguchi-2016'?" in typed.err


def test_a_reference_is_the_same_however_it_is_written(entente: Entente, desk: Path) -> None:
    (desk / "warm.yaml").write_text("extends: world\nactors: {north: {support: 0.9}}\n")
    words = ("compare", "warm", "world", "--runs", 2, "--rounds", 2, "-q", "--out", "both")
    assert entente(*words, "--reference", Path("world.yaml").absolute()).code == 0
    kept = json.loads(Path("both/manifest.json").read_text("utf-8"))
    assert kept["command"].startswith("entente compare warm world --reference world ")
    assert str(desk) not in json.dumps(kept)


def test_python_dash_m() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim", "list"],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert "Run a scenario:  python -m sim run NAME" in done.stdout
