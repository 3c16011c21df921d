"""Notes as ``validate``, ``describe`` and ``run`` say them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.fixtures.typed_command import Entente
from tests.fixtures.world_file import WORLD, line_of

ODD = WORLD.replace("affinity of actor and target: 0.05", "issue border: 12").partition("notes:")[0]


@pytest.fixture
def odd(desk: Path) -> Path:
    """A file that is right by the grammar, and odd."""
    (desk / "world.yaml").write_text(ODD)
    return desk / "world.yaml"


def test_validate_says_them_below_what_the_file_holds(entente: Entente, odd: Path) -> None:
    typed = entente("validate", odd.name)
    assert (typed.code, typed.err) == (0, "")
    lines = typed.out.splitlines()
    assert lines[0].startswith("world.yaml: ok - ")
    assert lines[1].startswith(
        f"    note: world.yaml:{line_of(ODD, 'usual: {north to south: 0.2')}:"
    )
    assert "'hold a summit' will be used" in lines[1]
    assert lines[2].startswith("        ")
    assert lines[2].endswith("[carried summit]")
    assert lines[-1].startswith("A note is no fault.")


def test_strict_makes_no_fault_of_them(entente: Entente) -> None:
    entente("new", "river")
    path = Path("scenarios/river.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("at_least: 0.5", "at_least: 0.95"), encoding="utf-8")
    typed = entente("validate", "--strict", path)
    assert "unreached crisis" in entente("validate", path).out
    assert "unreached" not in typed.err


def test_they_can_be_left_out(entente: Entente, odd: Path) -> None:
    for command in ("validate", "describe"):
        typed = entente(command, "--no-notes", odd.name)
        assert typed.code == 0
        assert "note" not in typed.out.lower()


def test_a_faulty_file_gives_faults_only(entente: Entente, odd: Path) -> None:
    odd.write_text(ODD.replace("tension: 0.3", "tension: 3"))
    typed = entente("validate", odd.name)
    assert (typed.code, typed.out) == (1, "")
    assert "note" not in typed.err


def test_an_answered_note_is_not_said(entente: Entente, odd: Path) -> None:
    name = "carried summit"
    assert f"[{name}]" in entente("validate", odd.name).out
    odd.write_text(f"{ODD}notes: {{{name}: summits are meant to decide}}\n")
    assert f"[{name}]" not in entente("validate", odd.name).out


def test_describe_shows_how_often_levers_will_be_used(entente: Entente, odd: Path) -> None:
    typed = entente("describe", odd.name)
    assert "[carried summit]" in typed.out
    table = typed.out.split("How often levers will be used in a run")[1]
    assert "summit: hold a summit" in table
    assert "North to South" in table


@pytest.mark.usefixtures("no_plots")
def test_run_says_them_first_and_apart_from_its_tables(entente: Entente, odd: Path) -> None:
    typed = entente("run", odd.name, "--runs", "4")
    assert typed.code == 0
    assert "note: world.yaml:" in typed.err
    assert "note" not in typed.out
    for option in ("--no-notes", "--quiet"):
        assert "note" not in entente("run", odd.name, "--runs", "4", option).err


def test_the_page_shows_them_at_the_top(entente: Entente, odd: Path) -> None:
    entente("run", odd.name, "--runs", "4", "--out", "with")
    page = Path("with/report.html").read_text(encoding="utf-8")
    summary = page[page.index('id="summary"') : page.index("<h3>Outcomes")]
    assert "What to know about these numbers" in summary
    assert "Hold a summit" in summary or "hold a summit" in summary
    assert f"world.yaml:{line_of(ODD, 'usual: {north to south: 0.2')}: levers.summit" in summary
    entente("run", odd.name, "--runs", "4", "--out", "without", "--no-notes")
    page = Path("without/report.html").read_text(encoding="utf-8")
    assert "What to know about these numbers" not in page


def test_the_page_shows_what_is_answered(entente: Entente, desk: Path) -> None:
    entente("run", "world.yaml", "--runs", "4", "--out", "answered")
    page = Path("answered/report.html").read_text(encoding="utf-8")
    assert "No test waits for it." in page


@pytest.mark.usefixtures("no_plots")
def test_notes_leave_the_results_as_they_are(entente: Entente, odd: Path) -> None:
    entente("run", odd.name, "--runs", "4", "--out", "a")
    entente("run", odd.name, "--runs", "4", "--out", "b", "--no-notes")
    assert Path("a/results.nc").read_bytes() == Path("b/results.nc").read_bytes()
    rows = list(csv.reader(io.StringIO(Path("a/events.csv").read_text(encoding="utf-8"))))
    assert not any("note" in cell for row in rows for cell in row)
