"""The part of the JSON schema by which an editor completes and checks a proposition."""

from __future__ import annotations

from typing import Any

from sim.claims.measure import BOUNDED, WAYS, Measured
from sim.claims.proposition import ARMS, OVER, Proposition
from sim.scenario.orders import Order
from sim.scenario.phrases import ID

Schema = dict[str, Any]

_MEANINGS = {
    "base": "the scenario it is tested in, by name or file",
    "against": "what the reference arm changes in its turn",
    "intervention": "the changed arm",
    "moderator": "laid over both arms once more: does the effect depend on it?",
    "null_check": "laid over both arms: the matter of the claim does not count, "
    "so that the effect must vanish",
}
_SCENARIO: Schema = {
    "type": "string",
    "pattern": r"^(?![/\\]|[A-Za-z]:)[\s\S]*\S",
    "description": "a scenario that is taken instead of the base",
}
_LEVERS = ("acts", "proposals", "consent", "promises")


def claim_parts(variation: Schema, limits: dict[str, Schema], shown: str) -> dict[str, Schema]:
    """The definitions of a proposition, its arms, measures and moves.

    Parameters
    ----------
    variation : dict
        The schema of a file that extends another: what an arm may hold.
    limits : dict of str to dict
        Conditions: what may stand under each key, by how the key is written.
    shown : str
        How a phrase that can be measured is written, as a regular expression.
    """
    claim = Proposition.model_json_schema(mode="validation")
    claim.pop("$defs")
    claim["properties"]["facts"] = _ids(claim["properties"]["facts"])
    claim["properties"]["measures"] = {
        "type": "object",
        "minProperties": 1,
        "description": claim["properties"]["measures"]["description"],
        "patternProperties": {f"^{ID}$": {"$ref": "#/$defs/Measured"}},
        "additionalProperties": False,
    }
    base = {**_SCENARIO, "description": _MEANINGS["base"]}
    claim["properties"] = {
        **claim["properties"],
        "base": base,
        **{key: _described("ClaimArm", key) for key in ARMS},
        **{key: _described("ClaimOver", key) for key in OVER},
    }
    claim["required"] = [*claim["required"], "base"]
    claim["dependentRequired"] = {key: ["intervention"] for key in (ARMS[0], *OVER)}
    held = {key: node for key, node in variation["properties"].items() if key != "extends"}
    held["moves"] = {
        "type": "array",
        "items": {"$ref": "#/$defs/Order"},
        "description": "moves laid down, or ruled out by 'never'",
    }
    held["set"] = {"type": "object", "description": "single changes by path"}
    over = {"type": "object", "properties": held, "additionalProperties": False}
    return {
        "Proposition": claim,
        "ClaimArm": {**over, "properties": {"scenario": _SCENARIO, **held}},
        "ClaimOver": over,
        "Measured": _measure(limits, shown),
        "Order": _move(),
    }


def _described(part: str, key: str) -> Schema:
    return {"$ref": f"#/$defs/{part}", "description": _MEANINGS[key]}


def _ids(field: Schema) -> Schema:
    """An id, or a list of ids."""
    several = {key: value for key, value in field.items() if key != "description"}
    return {"anyOf": [field["items"], several], "description": field["description"]}


def _given(key: str, **held: Any) -> Schema:
    """That a key stands there, and holds something."""
    return {"required": [key], "properties": {key: held or {"not": {"enum": [None, "", [], {}]}}}}


def _measure(limits: dict[str, Schema], shown: str) -> Schema:
    part = Measured.model_json_schema(mode="validation")
    part.pop("$defs")
    properties = part["properties"]
    for key in _LEVERS:
        properties[key] = _ids(properties[key])
    properties["when"] = {
        "type": "object",
        "description": properties["when"]["description"],
        "patternProperties": limits,
        "additionalProperties": False,
    }
    ways = [_given(way) for way in WAYS if way != "of"]
    ways.append({"allOf": [_given("of"), {"not": _given("interest")}]})
    limit = {"anyOf": [_given("at_least"), _given("at_most")]}
    bounded = _given("expect", enum=list(BOUNDED))
    actor, phrase = ({"properties": {"of": {"pattern": one}}} for one in (f"^{ID}$", shown))
    part["allOf"] = [
        {"oneOf": ways},
        {"oneOf": [_given("expect"), limit]},
        {"oneOf": [bounded, {"not": _given("by_more_than")}]},
        {"if": bounded, "then": _given("by_more_than", exclusiveMinimum=0)},
        {"if": _given("interest"), "then": {"allOf": [_given("of"), actor]}, "else": phrase},
        {
            "if": {"anyOf": [_given("by"), _given("toward")]},
            "then": {"anyOf": [_given(key) for key in _LEVERS]},
        },
    ]
    return part


def _move() -> Schema:
    part = Order.model_json_schema(mode="validation")
    period = {"anyOf": [_given("since"), _given("until")]}
    part["allOf"] = [{"not": {"allOf": [_given("on"), period]}}]
    return part
