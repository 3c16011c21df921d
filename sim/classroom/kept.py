"""A scenario as a session keeps it: whole, so that the session outlives the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from sim.errors import SimError
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Library


def pack(scenario: Scenario) -> dict[str, Any]:
    """Everything that a game depends on, as JSON can hold it."""
    based = scenario.reference is not scenario.description
    return {
        "id": scenario.id,
        "description": scenario.description.model_dump(mode="json"),
        "reference": scenario.reference.model_dump(mode="json") if based else None,
        "library": scenario.library.model_dump(mode="json"),
        "overrides": [list(pair) for pair in scenario.overrides],
        "lens": scenario.lens,
    }


def unpack(kept: Mapping[str, Any]) -> Scenario:
    """The scenario that was packed.

    Raises
    ------
    SimError
        When it is no longer one to this version.
    """
    try:
        description = Description.model_validate(kept["description"])
        based = kept["reference"]
        return Scenario(
            id=kept["id"],
            description=description,
            reference=Description.model_validate(based) if based else description,
            library=Library.model_validate(kept["library"]),
            overrides=tuple((path, value) for path, value in kept["overrides"]),
            lens=kept["lens"],
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        problem = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    except KeyError as error:
        problem = f"it has no {error}"
    raise SimError(f"its scenario cannot be read by this version ({problem})")
