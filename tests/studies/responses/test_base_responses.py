"""The actors of the shipped base scenario respond, and in the directions of the theory.

Signs and presence only: sizes are the scenario's own, and may be revised.
"""

from __future__ import annotations

import pytest

from sim.studies.responses.result import Probe, Response, near, ranked
from tests.fixtures.shipped import loaded

BASE = loaded("northeast-asia-2016")
PROBE = Probe(BASE)
CONCILIATION = tuple(BASE.description.outcomes["conciliation"].acts)
PARTNERSHIP = ("build_pipeline", "exercise_with_partner", "sell_arms")


def rise(found: Response, other: str, levers: tuple[str, ...]) -> float:
    """By how much the levers together become likelier, from the low to the high value."""
    return sum(
        shift.change for shift in found.movers() if shift.other == other and shift.lever in levers
    )


@pytest.mark.parametrize("actor", BASE.description.actors)
def test_each_actor_answers_to_two_quantities_at_least(actor: str) -> None:
    moving = [(str(one.phrase), *one.largest) for one in ranked(PROBE, actor)]
    assert len([one for one in moving if one[-1] >= 0.05]) >= 2, moving[:3]


@pytest.mark.parametrize(
    ("actor", "phrase", "other", "levers", "sign"),
    [
        # Wedge strategy: a threat from one makes the other worth winning (Crawford 2011).
        ("japan", "tension of china and japan", "russia", CONCILIATION, 1),
        # Balancing: a threat from one drives to the other (Walt 1987).
        ("russia", "tension of russia and united_states", "china", PARTNERSHIP, 1),
        # Who is left out of councils wants back in.
        ("russia", "issue isolation", "japan", ("hold_summit",), 1),
        ("russia", "issue isolation", "united_states", ("seek_reset",), 1),
        # Dependence that is high already is not sought further (Hirschman 1945).
        ("russia", "ties of russia to china", "china", ("build_pipeline",), -1),
        # Pressure that has done its work is not raised further.
        ("united_states", "issue isolation", "russia", ("impose_sanctions",), -1),
        # Those who quarrel deal more harshly; whether they agree more on rules, theory is divided.
        ("japan", "tension of china and japan", "china", ("criticise", "patrol_waters"), 1),
        ("japan", "tension of china and japan", "china", ("meet_leaders", "expand_trade"), -1),
        # A rival's loss is welcome where arms are near (Powell 1991).
        ("china", "tension of china and russia", "russia", ("press_old_claim",), 1),
    ],
)
def test_choices_move_in_the_direction_of_the_theory(
    actor: str, phrase: str, other: str, levers: tuple[str, ...], sign: int
) -> None:
    assert sign * rise(near(PROBE, actor, phrase), other, levers) > 0
