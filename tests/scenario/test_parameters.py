"""Where a number comes from is said by its author, for what he wrote."""

from __future__ import annotations

from sim.scenario.scenario import origin
from sim.scenario.schema import Library
from tests.fixtures.scenarios import DUEL, SAMPLES, changed, scenario

LIBRARY = Library.model_validate(
    {"data": {"census": {"name": "A census", "year": "2016", "about": "Counts."}}}
)


def test_a_source_of_a_group_holds_for_what_is_written_in_it_and_nothing_else() -> None:
    document = changed(DUEL, coefficients={"source": "census", "balance": 0.01})
    found = scenario(document).parameters
    stated, default = found["coefficients.balance"], found["coefficients.wear"]
    assert stated.source == ("census",)
    assert origin(stated, LIBRARY.facts, LIBRARY.data) == "data"
    assert default.source == ()
    assert origin(default, LIBRARY.facts, LIBRARY.data) == "unstated"
    assert default.why


def test_every_default_has_a_reason_of_its_own() -> None:
    """So that no default can take the source of the group it stands in."""
    for document in SAMPLES.values():
        for parameter in scenario({**document, "coefficients": {}}).parameters.values():
            if not parameter.stated:
                assert parameter.quantity.why, parameter.path


def test_a_number_s_own_reason_stands_before_that_of_its_group() -> None:
    own = {"value": 0.01, "why": "a guess"}
    found = scenario(changed(DUEL, coefficients={"source": "census", "balance": own})).parameters
    balance = found["coefficients.balance"]
    assert (balance.source, balance.why) == ((), "a guess")
    assert origin(balance, LIBRARY.facts, LIBRARY.data) == "judgement"
