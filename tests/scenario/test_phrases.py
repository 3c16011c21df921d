"""Phrases with roles become the quantities of those who act."""

from __future__ import annotations

import pytest

from sim.scenario.phrases import CONDITIONS, SHOWN, broken_rule, expand, parse

ACTORS = ("north", "south", "east", "west")


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("affinity of actor and target", ["affinity of north and south"]),
        ("ties of target to actor", ["ties of south to north"]),
        ("issue border", ["issue border"]),
        ("support of others", ["support of east", "support of west"]),
        (
            "affinity of target and others",
            ["affinity of south and east", "affinity of south and west"],
        ),
        ("tension of actor and south", ["tension of north and south"]),
        ("tension of actor and north", []),
        ("commitment of others to east", ["commitment of west to east"]),
    ],
)
def test_roles_are_filled_in(text: str, quantities: list[str]) -> None:
    phrase = parse(text)
    assert phrase is not None
    assert [str(one) for one in expand(phrase, "north", "south", ACTORS)] == quantities


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("uses of raid by north toward south in 120 rounds", "from 1 to 99, not '120'"),
        ("uses of raid by North toward south in 5 rounds", "'North' is no id"),
        ("uses of raid by north", "write 'uses of LEVER by A toward B in N rounds'"),
        ("change of issue border over 0 rounds", "from 1 to 99, not '0'"),
        ("change of salience of north on border over 3 rounds", "that of these can: 'affinity of"),
        ("change of friendship over 3 rounds", "'friendship' is no quantity whose change"),
        ("change of support of north", "over how many rounds: 'change of support of north over"),
        ("support of nobody in particular", ""),
        ("uses of raid by anyone toward anyone in 3 rounds", ""),
        ("change of tension of north and south over 1 round", ""),
    ],
)
def test_the_rule_that_words_break_is_said(text: str, rule: str) -> None:
    said = broken_rule(text, CONDITIONS)
    assert rule in said
    assert bool(said) == bool(rule)
    assert broken_rule(text, SHOWN) == ""  # where no phrase may look back
    if not rule and "in particular" not in text:
        assert parse(text) is not None
