"""The command ``responses``: a table for each actor, and one page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.typed_command import Entente, left_in


def test_it_shows_each_actor_and_writes_a_page(entente: Entente, desk: Path) -> None:
    typed = entente("responses", "world.yaml", "--runs", 8)
    assert (typed.code, typed.err) == (0, "")
    assert "North: what moves its choices" in typed.out
    assert "South: what moves its choices" in typed.out
    page = Path("reports") / "world-responses" / "responses.html"
    assert f"Responses: {page}" in typed.out
    assert "entente responses world.yaml --runs 8 --seed" in page.read_text(encoding="utf-8")


def test_one_actor_and_one_quantity(entente: Entente, desk: Path) -> None:
    typed = entente(
        "responses", "world.yaml", "--actor", "north", "--of", "tension of south and north",
        "--runs", 8, "--out", "here",
    )  # fmt: skip
    assert (typed.code, typed.err) == (0, "")
    assert "South: what" not in typed.out
    assert "Tension of North" in typed.out
    text = (desk / "here" / "responses.html").read_text(encoding="utf-8")
    assert "--actor north --of &#39;tension of south and north&#39; --runs 8" in text
    assert text.count("<figure ") == 1


def test_a_changed_scenario_has_a_page_of_its_own(entente: Entente) -> None:
    typed = entente(
        "responses", "world.yaml", "--set", "actors.south.power=0.3", "--actor", "south",
        "--runs", 8,
    )  # fmt: skip
    assert typed.code == 0
    page = Path("reports") / "world-south.power-0.3-responses" / "responses.html"
    assert "actors.south.power = 0.3" in page.read_text(encoding="utf-8")


def test_where_nothing_moves_no_page_is_written(entente: Entente, desk: Path) -> None:
    before = left_in(desk)
    typed = entente(
        "responses", "world.yaml", "--runs", 2, "--set", "coefficients.rationality=0",
        "--set", "coefficients.sentiment=0", "--set", "levers.summit.requires=null",
    )  # fmt: skip
    assert typed.code == 0
    assert typed.out == "Nothing that moves here changes what an actor chooses.\n"
    assert left_in(desk) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--actor", "nort"], "--actor: there is no actor 'nort'"),
        (["--of", "issue bordr"], "did you mean 'issue border'?"),
        (["--out", "world.yaml"], "world.yaml: is a file; name a folder (--out)"),
    ],
)
def test_a_fault_in_what_is_given(
    words: list[str], said: str, entente: Entente, desk: Path
) -> None:
    before = left_in(desk)
    typed = entente("responses", "world.yaml", "--runs", 2, *words)
    assert typed.code == 1
    assert said in typed.err
    assert left_in(desk) == before


def test_the_page_is_there_when_the_reader_of_the_tables_stops_early(
    entente: Entente, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*tables: object) -> None:
        raise RuntimeError("nobody reads")

    monkeypatch.setattr("sim.cli.tables.show", gone)
    with pytest.raises(RuntimeError, match="nobody reads"):
        entente("responses", "world.yaml", "--runs", 4, "--out", "early")
    assert (desk / "early" / "responses.html").is_file()
