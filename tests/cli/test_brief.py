"""The command ``brief``: one page of role briefs, to be printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fixtures.typed_command import Entente, left_in


def test_it_writes_one_page_for_all_seats(entente: Entente, desk: Path) -> None:
    typed = entente("brief", "world.yaml", "--set", "actors.south.power=0.3")
    folder = Path("reports") / "world-south.power-0.3-briefs"
    assert (typed.code, typed.err) == (0, "")
    assert typed.out == f"Briefs: {folder / 'briefs.html'}\n"
    assert left_in(folder) == {"briefs.html", "manifest.json"}
    text = (folder / "briefs.html").read_text(encoding="utf-8")
    assert "South: power = 0.3" in text
    assert text.count('class="sheet" id="role-') == 3
    kept = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert kept["study"] == "briefs"
    assert kept["command"] == ("entente brief world.yaml --set actors.south.power=0.3")
    assert entente("brief", "world.yaml", "--out", folder).code == 0


def test_one_seat_has_a_folder_of_its_own(entente: Entente, desk: Path) -> None:
    typed = entente("brief", "world.yaml", "--actor", "south")
    page = Path("reports") / "world-briefs-south" / "briefs.html"
    assert typed.out == f"Briefs: {page}\n"
    assert page.read_text(encoding="utf-8").count('class="sheet" id="role-') == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--actor", "nort"], "there is no actor 'nort'"),
        (["--actor", "nort"], "did you mean 'north'?"),
        (["--out", "world.yaml"], "world.yaml: is a file; name a folder (--out)"),
    ],
)
def test_a_fault_leaves_nothing_behind(
    words: list[str], said: str, entente: Entente, desk: Path
) -> None:
    before = left_in(desk)
    typed = entente("brief", "world.yaml", *words)
    assert typed.code == 1
    assert said in typed.err
    assert left_in(desk) == before
