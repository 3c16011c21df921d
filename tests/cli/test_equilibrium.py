"""The command ``equilibrium``: what it writes and prints, and what it says of bad input."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fixtures.typed_command import Entente


def test_it_writes_a_page_a_table_a_manifest_and_the_game(entente: Entente) -> None:
    said = entente(
        "equilibrium", "two-neighbours", "--actors", "south, north", "--round", 2, "--run", 7
    )
    assert said.code == 0
    assert "The first" in said.out or "one equilibrium" in said.out
    (folder,) = Path("reports").iterdir()
    assert folder.name == "two-neighbours-equilibrium-south-north-deeds-2-7"
    names = {path.name for path in folder.iterdir()}
    assert names == {"report.html", "results.csv", "manifest.json", "game.nfg"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["study"] == "equilibrium"
    assert manifest["complete"] is True
    assert "--actors 'south, north' --round 2 --run 7" in manifest["command"]


def test_what_is_wrong_is_said_all_at_once(entente: Entente) -> None:
    said = entente("equilibrium", "two-neighbours", "--actors", "north,sout", "--round", 0)
    assert said.code == 1
    assert "2 faults found" in said.err
    assert "there is no actor 'sout'" in said.err
    assert "the scenario has no round 0" in said.err
    said = entente("equilibrium", "two-neighbours", "--actors", "north", "--round", 1)
    assert said.code == 1
    assert "a game is of two actors, not of 1" in said.err
    assert "write two, such as north,south" in said.err
    assert not Path("reports").exists()
