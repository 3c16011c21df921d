"""What the JSON schema says of lenses and of weights: names that a file defines itself, or ours."""

from __future__ import annotations

from typing import Any

from sim.scenario.lenses import LENSES
from sim.scenario.phrases import COMPONENTS, ID

_Schema = dict[str, Any]

_BESIDE = (*COMPONENTS, "source", "why")
OWN_WEIGHT = f"^(?!(?:{'|'.join(_BESIDE)})$){ID}$"
"""How the weight of an interest of the file's own is written beside the five."""
LENS: _Schema = {"anyOf": [{"enum": list(LENSES)}, {"type": "string", "pattern": f"^{ID}$"}]}
"""A lens: one of those shipped, which an editor offers, or one of the file's own."""
_SHIPPED: _Schema = {"lens": {"anyOf": [{"enum": list(LENSES)}, {"type": "null"}]}}
_FIVE: _Schema = {"weights": {"propertyNames": {"enum": list(_BESIDE)}}}


def _of_each(section: str, properties: _Schema) -> _Schema:
    return {section: {"additionalProperties": {"properties": properties}}}


NEEDED: list[_Schema] = [
    {
        "if": {"not": {"required": ["lenses"]}},
        "then": {"properties": {**_SHIPPED, **_of_each("actors", _SHIPPED)}},
    },
    {
        "if": {"not": {"required": ["interests"]}},
        "then": {
            "properties": {
                **_of_each(
                    "actors",
                    {**_FIVE, "government": {"properties": {"successor": {"properties": _FIVE}}}},
                ),
                **_of_each("lenses", _FIVE),
            }
        },
    },
]
"""A whole file without lenses, or without interests, of its own names ours alone."""
