"""How much of each shipped scenario's start rests on articles and data.

That every citation leads somewhere and every number says why is held by
``validate --strict`` over all shipped scenarios, in ``tests/cli/test_looking.py``.
"""

from __future__ import annotations

import pytest

from sim.scenario.scenario import Scenario, origin
from tests.fixtures.shipped import NAMES, loaded

INVENTED = {"two-neighbours"}

RELATIONS = ("affinity", "tension", "commitment", "ties")
STANCES = ("position", "salience")


def kind_of(path: str) -> str:
    """What part of the start a parameter is; empty where it is none."""
    section, *_, last = path.split(".")
    if section == "relations" and last in RELATIONS:
        return "relation"
    return last if section == "issues" and ".stances." in path and last in STANCES else ""


def shares(scenario: Scenario) -> dict[str, float]:
    """Share of the numbers of each kind that rest on an article's fact or on data."""
    library = scenario.library
    found: dict[str, list[bool]] = {}
    for path, parameter in scenario.parameters.items():
        if parameter.stated and (kind := kind_of(path)):
            rests_on = origin(parameter, library.facts, library.data)
            found.setdefault(kind, []).append(rests_on in ("article", "data"))
    return {kind: sum(grounded) / len(grounded) for kind, grounded in found.items()}


@pytest.mark.parametrize("name", sorted(set(NAMES) - INVENTED))
def test_at_least_half_of_the_start_rests_on_articles_and_data(name: str) -> None:
    found = shares(loaded(name))
    assert set(found) == {"relation", *STANCES}
    assert min(found.values()) >= 0.5, found


@pytest.mark.parametrize("name", sorted(INVENTED))
def test_what_is_invented_cites_nothing_and_gives_its_reasons(name: str) -> None:
    scenario = loaded(name)
    text = scenario.files[0].text
    assert "invented" in text.split("title:")[0]
    for path, parameter in scenario.parameters.items():
        assert not parameter.source, path
        assert parameter.why or not parameter.stated or path.startswith("watch."), path
