"""The game behind a decision: its function, its command, its errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.cli.app import execute
from sim.errors import ScenarioError
from sim.reporting.document import Note
from sim.studies.equilibrium import text

PAIR = ["north", "south"]


def test_passing_is_worth_nothing_and_each_move_what_the_model_says() -> None:
    found = sim.equilibrium("two-neighbours", PAIR, 3, run=5)
    why = sim.explain("two-neighbours", 5, 3).to_dataframe()
    deeds = why[(why["track"] == "deeds") & why["open"]].set_index(["actor", "lever"])
    payoff = found.data["payoff"]
    assert payoff.sel(row="pass", column="pass").values.tolist() == [0, 0]
    assert len(deeds) == 4
    for lever in ("march", "trade"):
        alone = float(payoff.sel(player="north", row=lever, column="pass"))
        assert alone == pytest.approx(deeds.loc[("north", lever), "value"], abs=1e-6)
        alone = float(payoff.sel(player="south", row="pass", column=lever))
        assert alone == pytest.approx(deeds.loc[("south", lever), "value"], abs=1e-6)


def test_who_picks_the_row_changes_nothing() -> None:
    one = sim.equilibrium("two-neighbours", PAIR, 3, runs=10)
    other = sim.equilibrium("two-neighbours", PAIR[::-1], 3, runs=10)
    turned = other.data["payoff"].rename(row="column", column="row")
    assert abs(one.data["payoff"] - turned).max() < 1e-9


def test_the_same_command_writes_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["equilibrium", "two-neighbours", "--actors", "north,south", "--round", "2"]
    for out in ("a", "b"):
        assert execute([*words, "--runs", "20", "-q", "--out", out]) == 0
    for name in ("results.csv", "game.nfg"):
        assert Path("a", name).read_bytes() == Path("b", name).read_bytes()
    one, other = (json.loads(Path(out, "manifest.json").read_text()) for out in ("a", "b"))
    assert one["equilibria"] == other["equilibria"] != []
    assert one["command"].startswith("entente equilibrium two-neighbours --actors north,south")


def test_a_page_says_by_which_theory_the_rounds_before_were_played() -> None:
    found = sim.equilibrium("two-neighbours", PAIR, 3, runs=4, theories={"south": "best_response"})
    assert ("Theory of South", "best_response") in found.page.reproduction
    note = found.page.summary[0]
    assert isinstance(note, Note)
    said = note.text
    assert "In rounds 1 to 2, which come before the game: Theories by which actors" in said
    assert "game itself is by the built-in theory" in said
    assert "in a run, by the built-in theory, " in found.page.lead
    usual = sim.equilibrium("two-neighbours", PAIR, 3, runs=4)
    assert "built-in theory" not in usual.page.lead
    assert abs(found.data["payoff"] - usual.data["payoff"]).max() > 0.01


def test_a_page_says_whose_consent_is_seen_by_belief() -> None:
    found = sim.equilibrium("moscow-in-doubt", ["russia", "japan"], 2, runs=4)
    assert [one.belief.by for one in found.found.doubts] == ["japan"]
    (told,) = text.doubts(found.found)
    assert told.startswith("Japan does not know the salience of “The four islands” to Russia")
    russia, japan = (text.moves_table(found.found, player) for player in (0, 1))
    assert "Seen as" in japan.header
    assert "Seen as" not in russia.header
    moves = [move for move in found.found.game.moves[1] if not np.isnan(move.consent)]
    assert any(abs(move.seen - move.consent) > 0.001 for move in moves)
    for move in found.found.game.moves[0]:
        assert move.seen == move.consent or np.isnan(move.consent)
    other = sim.equilibrium("moscow-in-doubt", ["china", "japan"], 2, runs=2)
    assert text.doubts(other.found) == []


def test_what_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        sim.equilibrium("two-neighbours", ["north", "nort"], 99, run=-1, track="songs")
    said = str(caught.value)
    assert "there is no actor 'nort'" in said
    assert "the scenario has no round 99" in said
    assert "run -1" in said
    assert "there is no track 'songs'" in said
    with pytest.raises(ScenarioError, match="a game is of two actors, not of 1"):
        sim.equilibrium("two-neighbours", ["north", "north"], 1)
