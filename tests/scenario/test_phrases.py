"""Phrases with roles become the quantities of those who act."""

from __future__ import annotations

import pytest

from sim.scenario.phrases import expand, parse

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
