"""The JSON schema of a scenario file, by which an editor completes and checks it.

It says what the types say; rules between parts (:mod:`sim.scenario.check`) are
beyond it. A file that extends another need not be whole and may delete by
``null``, so each type has a second form for such files.
"""

from __future__ import annotations

import math
from typing import Any

from sim.scenario import quantity, schema
from sim.scenario.quantity import Quantity
from sim.scenario.schema import Description

Schema = dict[str, Any]

_ONE_OR_MORE: Schema = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    "description": "ids of facts or data in the sources file",
}
_EXTENDS: Schema = {
    "type": "string",
    "description": "what this one builds on: a file in the same folder or below it, or the name "
    "of a scenario that comes with the program",
}


def json_schema() -> Schema:
    """Make the JSON schema (draft 2020-12) of a scenario file.

    Returns
    -------
    dict
        Ready to be written with :func:`json.dumps`.
    """
    whole = Description.model_json_schema(mode="validation")
    parts: dict[str, Schema] = whole.pop("$defs")
    parts["Scenario"] = whole
    whole_parts = {name: _whole(name, part) for name, part in parts.items()}
    changes = {f"{name}Change": _change(part) for name, part in whole_parts.items()}
    variation = changes.pop("ScenarioChange")
    variation["properties"]["extends"] = _EXTENDS
    variation["required"] = ["extends"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Entente scenario",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/Variation"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": {**whole_parts, **changes, "Variation": variation},
    }


def _whole(name: str, part: Schema) -> Schema:
    """A type as a file may write it."""
    part = _plain_defaults(part)
    part.pop("title", None)
    properties: dict[str, Schema] = part.get("properties", {})
    if "source" in properties:
        properties["source"] = dict(_ONE_OR_MORE)
    for key in ("usual", "consent"):
        if name == "Lever":
            table = {
                k: v for k, v in properties[key].items() if k not in ("description", "default")
            }
            properties[key] = {
                "anyOf": [{"$ref": "#/$defs/Frequency"}, table],
                "description": properties[key]["description"],
            }
    kind = getattr(quantity, name, None) or getattr(schema, name, None)
    if isinstance(kind, type) and issubclass(kind, Quantity):
        return _number_or(part, *kind.bounds)
    if name == "Brief":
        text: Schema = {"type": "string", "minLength": 1}
        return {"description": part.pop("description", ""), "anyOf": [text, part]}
    return part


def _number_or(part: Schema, low: float, high: float) -> Schema:
    number: Schema = {"type": "number"}
    if math.isfinite(low):
        number["minimum"] = low
    if math.isfinite(high):
        number["maximum"] = high
    part["properties"]["value"] = {**number, "description": "the number"}
    return {"description": part.pop("description", ""), "anyOf": [number, part]}


def _plain_defaults(node: Any) -> Any:
    """Show a default as a file would write it, and drop the titles made from names."""
    if isinstance(node, list):
        return [_plain_defaults(item) for item in node]
    if not isinstance(node, dict):
        return node
    clean: Schema = {}
    for key, value in node.items():
        if key == "title" and isinstance(value, str):
            continue
        if key == "default" and isinstance(value, dict):
            if "value" in value:
                clean[key] = value["value"]
            continue
        clean[key] = _plain_defaults(value)
    if "patternProperties" in clean:
        clean["additionalProperties"] = False
    return clean


def _change(node: Any) -> Any:
    """The same for a file that extends another: nothing required, ``null`` deletes."""
    if isinstance(node, list):
        return [_change(item) for item in node]
    if not isinstance(node, dict):
        return node
    changed: Schema = {}
    for key, value in node.items():
        if key in ("required", "minProperties", "default"):
            continue
        if key in ("properties", "patternProperties"):
            changed[key] = {name: _deletable(_change(inner)) for name, inner in value.items()}
        elif key == "additionalProperties" and isinstance(value, dict):
            changed[key] = _deletable(_change(value))
        elif key == "$ref":
            changed[key] = f"{value}Change"
        else:
            changed[key] = _change(value)
    return changed


def _deletable(node: Schema) -> Schema:
    if {"type": "null"} in node.get("anyOf", ()):
        return node
    described = {"description": node["description"]} if "description" in node else {}
    inner = {key: value for key, value in node.items() if key != "description"}
    return {"anyOf": [inner, {"type": "null"}], **described}
