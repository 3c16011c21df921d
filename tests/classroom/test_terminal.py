"""A game for one in a terminal: the same rules, the same log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from sim.classroom.storage import Recorder, Store, begin_session
from sim.classroom.terminal import LeftError, Solo, take_seat
from sim.scenario.loading import load_scenario
from tests.fixtures.sessions import state


class Script:
    """A terminal at which a script types."""

    def __init__(self, typed: Callable[[str], str] | Iterable[str]) -> None:
        self._typed = typed if callable(typed) else self._next
        self._lines = iter(() if callable(typed) else typed)
        self.shown: list[str] = []

    def say(self, text: str = "") -> None:
        self.shown.append(text)

    def ask(self, prompt: str) -> str:
        self.shown.append(prompt)
        return self._typed(prompt)

    def _next(self, prompt: str) -> str:
        try:
            return next(self._lines)
        except StopIteration:
            raise LeftError from None

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.shown += [title, *(" | ".join(row) for row in rows)]

    @property
    def text(self) -> str:
        return "\n".join(self.shown)


def begun(path: Path, actor: str, name: str = "two-neighbours", rounds: int = 6) -> Recorder:
    scenario = load_scenario(f"scenarios/{name}.yaml", {"calendar.rounds": rounds})
    desk = begin_session(Store(path / "s.sqlite"), scenario, 0.0)
    take_seat(desk, actor, "a" * 64, 0.0)
    return desk


def steadily() -> Callable[[str], str]:
    """Choose the first lever, close the round, agree to everything."""

    def typed(prompt: str) -> str:
        return "" if prompt.startswith("Enter") else "y" if "agree" in prompt else "1"

    return typed


def played(desk: Recorder, typed: Callable[[str], str] | Iterable[str]) -> Script:
    script = Script(typed)
    try:
        Solo(desk, script, lambda: 1.0).play()
    except LeftError:
        script.shown.append("left")
    return script


def test_a_whole_scenario_is_played_to_its_end(tmp_path: Path) -> None:
    desk = begun(tmp_path, "japan", "yamaguchi-2016", rounds=16)
    table = desk.session.tables[0]
    script = played(desk, steadily())
    assert table.phase == "over"
    assert "The game is over after 16\u00a0rounds." in script.shown
    for other in ("Russia", "China", "the United States"):
        for asked in (f"Say to {other} [", f"Do toward {other} ["):
            assert sum(line.startswith(asked) for line in script.shown) == 16
    assert {turn[1] for turn in table.moves} == {"japan"}
    assert {turn[2] for turn in table.answers} == {"japan"}
    assert "Round 16 of 16" in script.text
    assert ", the United States must agree" in script.text
    assert "The United States must agree)" not in script.text


def test_what_was_typed_is_what_is_done_and_a_choice_can_be_made_again(tmp_path: Path) -> None:
    desk = begun(tmp_path, "south")
    script = played(desk, ["2", "2", "1", "1", ""])
    moves = {(1, "south", "north", "words"): "talk", (1, "south", "north", "deeds"): "march"}
    assert desk.session.tables[0].moves == moves
    assert "say to North: divide the valley" in script.text
    assert "do toward North: send soldiers" in script.text
    assert "- South and North talk." in script.shown
    assert "- South sends soldiers to the valley." in script.shown


def test_a_game_that_was_left_goes_on_where_it_was(tmp_path: Path) -> None:
    whole = begun(tmp_path / "one", "south")
    played(whole, steadily())
    parts = begun(tmp_path / "two", "south")
    played(parts, ["1", "1", "", "q"])
    table = parts.session.tables[0]
    assert table.phase != "over"
    again = Recorder(Store(tmp_path / "two" / "s.sqlite"), parts.number)
    assert state(again.session) == state(parts.session)
    played(again, steadily())
    one, other = whole.session.tables[0], again.session.tables[0]
    assert other.phase == "over"
    np.testing.assert_array_equal(one.world.x, other.world.x)


def test_words_that_help_work_at_every_question(tmp_path: Path) -> None:
    script = played(begun(tmp_path, "south"), ["?", "1", "d 2", "d 9", "d", "s", "n", "b", "q"])
    assert "d NUMBER  what it needs" in script.text
    assert "Send soldiers" in script.shown
    assert ".;" not in script.text
    assert script.text.count("Type d and a number from 1 to 2.") == 2
    assert script.text.count("SOUTH") == 2
    assert script.shown[-1] == "left"


@pytest.mark.parametrize("typed", ["4", "-1", "x", "1.5", "²", " "])
def test_what_is_no_choice_is_asked_for_again(tmp_path: Path, typed: str) -> None:
    script = played(begun(tmp_path, "north"), [typed, "q"])
    assert "Type a number from 0 to 1, or ? for help." in script.shown


def test_what_is_not_open_is_refused_with_its_reason(tmp_path: Path) -> None:
    desk = begun(tmp_path, "south", rounds=2)
    table = desk.session.tables[0]
    played(desk, ["q"])
    number = table.compiled.keys["march", "south", "north"]
    table.world.read("open")[number, 0] = 0
    script = played(desk, ["0", "2", "q"])
    assert any("send soldiers (hostile)  [not open now]" in line for line in script.shown)
    assert "'send soldiers' is not open to you now." in script.shown
    assert table.orders == {("south", "north", "words"): None}


def test_no_secret_of_another_seat_is_shown(tmp_path: Path) -> None:
    desk = begun(tmp_path, "japan", "yamaguchi-2016", rounds=3)
    helped: list[str] = []

    def typed(prompt: str) -> str:
        helped.append("bns?"[len(helped) % 4])
        return helped[-1] if len(helped) % 5 else steadily()(prompt)

    script = played(desk, typed)
    assert "The game is over" in script.text
    for actor, one in desk.session.scenario.description.actors.items():
        assert one.brief is not None
        assert one.brief.secret is not None
        assert (one.brief.secret in script.text) == (actor == "japan")


@pytest.mark.parametrize(("typed", "agrees"), [("n", False), ("no", False), ("Y", True)])
def test_where_it_is_asked_whether_one_agrees_n_refuses(
    tmp_path: Path, typed: str, agrees: bool
) -> None:
    desk = begun(tmp_path, "japan", "yamaguchi-2016", rounds=16)
    answered: list[str] = []

    def answers(prompt: str) -> str:
        if "agree" not in prompt:
            return "" if prompt.startswith("Enter") else "0"
        if len(answered) > 2:
            raise LeftError
        answered.append(("news", "?", typed)[len(answered)])
        return answered[-1]

    script = played(desk, answers)
    table = desk.session.tables[0]
    assert answered == ["news", "?", typed]
    assert [*table.draft_answers.values(), *table.answers.values()] == [agrees]
    assert "  n, no     refuse: it is not done" in script.shown
    assert "  news      the news again" in script.shown
