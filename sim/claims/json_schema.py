"""The JSON schema of scenario files and propositions, by which an editor completes and checks them.

It says what the types say, and of the rules between parts those that need no names
of other parts and no two numbers side by side: which keys exclude or need one
another, and how phrases, pairs and ids are written. A file that extends another need
not be whole and may delete by ``null``, so each type has a second form for such files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from sim.claims.json_schema_wants import LENS, NEEDED, OWN_WEIGHT
from sim.claims.measure import BOUNDED, WAYS, Measured
from sim.claims.proposition import ARMS, OVER, Proposition
from sim.scenario import field_types, phrases
from sim.scenario.cameo import CODES
from sim.scenario.conditions import CHOICES
from sim.scenario.cross_checks_levers import RESERVED
from sim.scenario.field_types import SHAPES, Quantity
from sim.scenario.formulas import MOST_TERMS, OF_TWO, OPERATIONS
from sim.scenario.lookup import DOES
from sim.scenario.phrases import ANYONE, ID, ROLES, Kind, patterns
from sim.scenario.schema import EXCLUSIVE, Description, Order
from sim.scenario.shocks import on_shelf

Schema = dict[str, Any]

_MEANINGS = {
    "base": "the scenario it is tested in, by name or file",
    "against": "what the reference arm changes in its turn",
    "intervention": "the changed arm",
    "moderator": "laid over both arms once more: does the effect depend on it?",
    "null_check": "laid over both arms: the matter of the claim does not count, "
    "so that the effect must vanish",
}
_FILE: Schema = {"type": "string", "pattern": r"^(?![/\\]|[A-Za-z]:)[\s\S]*\S"}
_SCENARIO = {**_FILE, "description": "a scenario that is taken instead of the base"}
_LEVERS = ("acts", "proposals", "consent", "promises")
_TEXT: Schema = {"type": "string"}
_SEVERAL: Schema = {
    "anyOf": [_TEXT, {"type": "array", "items": _TEXT}, {"type": "null"}],
    "description": "ids of facts or data in the sources file",
}
_EXTENDS = {
    **_FILE,
    "description": "a file in the same folder, or below it, that this one builds on",
}
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
DATE = (
    r"^(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    rf"|{_LEAP}-02-29)$"
)
"""A day that there is, from year 1 to 9999."""


def _spaced(pattern: str) -> str:
    """Words of a key or a phrase, with any space between and around them."""
    return r"^\s*" + pattern.replace(" ", r"\s+") + r"\s*$"


def _one_of(kinds: Iterable[Kind]) -> str:
    return _spaced(f"(?:{'|'.join(patterns(kinds))})")


PHRASE_SHOWN: Schema = {"type": "string", "pattern": _one_of(phrases.SHOWN)}
"""A quantity that an outcome can show."""
_FORMULA: Schema = {"$ref": "#/$defs/Formula"}
_NO_NUMBER: Schema = {"not": {"type": "number"}}
_ACTOR = f"(?!(?:{'|'.join((*ROLES, ANYONE))})$){ID}"
_LEVER = f"(?!(?:{'|'.join(RESERVED)})$){ID}"
_KEYS = {
    ("Scenario", "actors"): f"^{_ACTOR}$",
    ("Scenario", "levers"): f"^{_LEVER}$",
    ("Scenario", "arrangements"): f"^{_ACTOR}$",
    ("Lever", "usual"): _spaced(f"{ID} to {ID}"),
    ("Lever", "consent"): _spaced(f"{ID} to {ID}"),
    ("Lever", "recorded"): _spaced(f"{ID} (?:and|to) {ID}"),
    ("Lever", "effects"): _one_of(phrases.MOVED_BY_LEVERS),
    ("Arrangement", "effects"): _one_of(phrases.MOVED_BY_LEVERS),
    ("Event", "changes"): _one_of(phrases.MOVED_BY_EVENTS),
    ("Successor", "weights"): f"^{ID}$",
    ("History", "values"): DATE,
}
"""How the keys of a table are written."""
_CONDITIONS = {"requires": phrases.REQUIRED, "when": phrases.CONDITIONS}
"""Which quantities may stand in a table of conditions."""
_INSTANCE = _spaced(f"{ID} (?:between {ID} and|by {ID} toward) {ID}")
_MOVE = _spaced(f"{ID} by {ID}")
_ITEMS = {"forbids": _MOVE, "permits": _MOVE, "begins": _INSTANCE, "ends": _INSTANCE}
_ITEMS["in_force"] = _spaced(f"{ID} (?:and|to) {ID}")
"""How the items of a list are written."""
_LOOSE = ("acts", "also", "shocks", *DOES)
"""Lists of ids that may be one id; what an event begins and ends is no id."""


def _limited(kinds: tuple[Kind, ...], limits: Schema) -> dict[str, Schema]:
    """Entries of a table of conditions; what is in force or not may be true or false."""
    rest = [kind for kind in kinds if kind not in phrases.IN_FORCE_KINDS]
    plainly: dict[str, Schema] = {
        _one_of(phrases.IN_FORCE_KINDS): {"anyOf": [{"type": "boolean"}, limits]},
        _one_of(rest): limits,
    }
    table = {"type": "object", "minProperties": 1, "patternProperties": plainly}
    tables = {"type": "array", "minItems": 1, "items": {**table, "additionalProperties": False}}
    return {**plainly, f"^(?:{'|'.join(CHOICES)})$": tables}


_DOUBTED = _spaced(f"(?:salience of {ID} on {ID}|audience cost of {ID})")
_RELATIONS: dict[str, Schema] = {
    _spaced(f"{ID} {joint} {ID}"): {
        "allOf": [
            {"$ref": "#/$defs/Relation"},
            {"properties": {kind: {"type": "null"} for kind in wrong}},
        ]
    }
    for joint, wrong in (("and", (*phrases.DIRECTED, "trust")), ("to", phrases.SYMMETRIC))
}
_ALIKE = ("Spread", "Formula", "CameoCode", "EventChange")
"""Parts that are written alike in whole files and in changes."""
_PART_OF_EVENT: Schema = {"$ref": "#/$defs/EventChange"}
"""What a file writes of the event of an outside shock, beside what stands on the shelf."""


def _given(key: str, kind: str = "", **held: int) -> Schema:
    """That a key stands there, with something in it."""
    inside: Schema = {"type": kind, **held} if kind else {"not": {"type": "null"}}
    return {"required": [key], "properties": {key: inside}}


def _any(*parts: Schema) -> Schema:
    return {"anyOf": list(parts)}


def _not(*parts: Schema) -> Schema:
    return {"not": {"allOf": list(parts)}}


def _pairs(joint: str) -> Schema:
    return {"items": {"pattern": _spaced(f"{ID} {joint} {ID}")}}


_ACTS = _any(_given("acts", "string"), _given("acts", "array", minItems=1))
_WHEN = _given("when", "object", minProperties=1)
_BY = _any(_given("by"), _given("toward"))
_ONE_SIDED: Schema = {"required": ["one_sided"], "properties": {"one_sided": {"const": True}}}
_ONCE: Schema = {"required": ["repeats"], "properties": {"repeats": {"const": False}}}
_STATED: dict[str, Schema] = {
    "acts": _ACTS,
    "when": _WHEN,
    "one_sided": _ONE_SIDED,
    "parties": _given("parties", "array", minItems=1),
}
"""When keys stand in a file in earnest; others where they are not empty."""


def _side(keys: tuple[str, ...]) -> Schema:
    paired = ("by", "toward") if "toward" in keys else ()
    parts = [_STATED.get(key) or _given(key) for key in keys if key not in paired]
    parts += [_BY] if paired else []
    parts += [_ONCE] if "chance" in keys else []  # which a change of government says as little
    return parts[0] if len(parts) == 1 else _any(*parts)


_EXCLUDE: dict[str, list[Schema]] = {
    "Spread": [{"oneOf": [_given(shape) for shape in SHAPES]}],
    "Formula": [{"oneOf": [_given(operation) for operation in OPERATIONS]}],
    **{
        part.__name__: [_not(_side(one), _side(other)) for one, other in sides]
        for part, sides in EXCLUSIVE.items()
    },
}
"""What cannot stand beside one another, in whatever file."""
_ELECTIONS = _given("elections", "array", minItems=1)
_NEED: dict[str, list[Schema]] = {
    "Arrangement": [
        {
            "if": _ONE_SIDED,
            "then": {"properties": {"in_force": _pairs("to")}},
            "else": {"properties": {"in_force": _pairs("and")}},
        }
    ],
    "Government": [
        _any(_ELECTIONS, _given("hazard")),
        {
            "if": _ELECTIONS,
            "then": _given("loses"),
            "else": {"properties": {key: {"type": "null"} for key in ("loses", "limit", "every")}},
        },
    ],
    "Change": [_any(_given("by"), _given("to"))],
    "Limits": [_any(_given("at_least"), _given("at_most"))],
    "Lever": [
        _any(
            {"not": _given("offers")},
            _given("consent", "number"),
            _given("consent", "object", minProperties=1),
        )
    ],
    "Outcome": [_any(_given("of"), _ACTS)],
    "Scenario": NEEDED,
    "Recorded": [{"oneOf": [_given("dates"), _given("count")]}],
    "Watch": [_any(_WHEN, _given("lever"), _given("event"))],
}
"""What a whole file needs; in one that extends another, the other may have it."""


def json_schema() -> Schema:
    """Make the JSON schema (draft 2020-12) of a scenario file, or of a proposition.

    Ready to be written with :func:`json.dumps`.
    """
    whole = Description.model_json_schema(mode="validation")
    parts: dict[str, Schema] = whole.pop("$defs")
    parts["Scenario"] = whole
    wholes = {name: _whole(name, part) for name, part in parts.items()}
    changes = {
        f"{name}Change": _ruled(_change(part), _EXCLUDE.get(name, []))
        for name, part in wholes.items()
        if name not in _ALIKE
    }
    variation = changes.pop("ScenarioChange")
    variation["properties"]["extends"] = _EXTENDS
    variation["required"] = ["extends"]
    limits = _limited(phrases.CONDITIONS, {"$ref": "#/$defs/Limits"})
    claims = _claim_parts(variation, limits, _one_of(phrases.SHOWN))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Entente scenario",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/Variation"},
        "else": {
            "if": {"required": ["claim"]},
            "then": {"$ref": "#/$defs/Proposition"},
            "else": {"$ref": "#/$defs/Scenario"},
        },
        "$defs": {
            **{
                name: _ruled(part, [*_EXCLUDE.get(name, []), *_NEED.get(name, [])])
                for name, part in wholes.items()
            },
            **changes,
            "Variation": variation,
            **{name: plain(part) for name, part in claims.items() if "Claim" not in name},
            **{name: part for name, part in claims.items() if "Claim" in name},
            "Term": _any(PHRASE_SHOWN, {"type": "number"}, _FORMULA),
            "CameoCode": {"type": "string", "enum": list(CODES)},
        },
    }


def _ruled(part: Schema, rules: list[Schema]) -> Schema:
    return {**part, "allOf": rules} if rules else part


def _whole(name: str, part: Schema) -> Schema:
    """A type as a file may write it."""
    part = plain(part)
    properties: dict[str, Schema] = part.get("properties", {})
    for key, field in properties.items():
        if key == "source":
            properties[key] = dict(_SEVERAL)
        elif key == "cameo":
            properties[key] = _described({"$ref": "#/$defs/CameoCode"}, field)
        elif key == "lens":
            properties[key] = _described(LENS, field)
        elif (name, key) == ("Scenario", "relations"):
            properties[key] = _table(field, _RELATIONS)
        elif (name, key) in _KEYS:
            properties[key] = _table(field, {_KEYS[name, key]: _inner(field)})
        elif key in _CONDITIONS:
            limits = {"$ref": "#/$defs/Limits"}
            properties[key] = _table(field, _limited(_CONDITIONS[key], limits))
        elif (name, key) == ("Outcome", "of"):
            properties[key] = _described(_any(PHRASE_SHOWN, _FORMULA), field)
        elif (name, key) == ("OwnInterest", "of"):
            quantity = {"type": "string", "pattern": _one_of(phrases.STATE)}
            properties[key] = {**_any(quantity, _FORMULA), "description": field["description"]}
        elif name == "Formula":
            counts = {"minItems": 2, "maxItems": 2 if key in OF_TWO else MOST_TERMS}
            terms = {"type": "array", "items": {"$ref": "#/$defs/Term"}, **counts}
            properties[key] = _described({**terms, "contains": _NO_NUMBER}, field)
        elif (name, key) == ("Belief", "of"):
            field["pattern"] = _DOUBTED
        elif (name, key) == ("Scenario", "events"):
            taken = "|".join(on_shelf())
            events = {f"^(?!(?:{taken})$){ID}$": _inner(field), f"^(?:{taken})$": _PART_OF_EVENT}
            properties[key] = _table(field, events)
        elif key in _LOOSE and name != "Event":
            if key == "shocks":
                field["items"] = {"enum": list(on_shelf())}
            properties[key] = _id_or_ids(field)
        elif key in _ITEMS:
            field["items"]["pattern"] = _ITEMS[key]
    if name == "Arrangement":
        properties["parties"]["anyOf"] = [{"maxItems": 0}, {"minItems": 2}]
    if name == "Lever":
        properties["usual"]["minProperties"] = 1
        for key in ("usual", "consent"):
            words = {"description": properties[key].pop("description")}
            number = {"$ref": "#/$defs/Frequency"}
            properties[key] = {**_any(number, properties[key]), **words}
    if name == "History":
        properties["values"]["minProperties"] = 1
    if name == "Weights":
        part["patternProperties"] = {OWN_WEIGHT: part["additionalProperties"]}
        part["additionalProperties"] = False
    if name == "Spread":
        _sizes(properties)
    kind = getattr(field_types, name, None)
    if isinstance(kind, type) and issubclass(kind, Quantity):
        return _number_or(part, *kind.bounds)
    if name == "Brief":
        return {
            "description": part.pop("description", ""),
            "anyOf": [{"type": "string", "pattern": r"\S", "maxLength": 5000}, part],
        }
    return part


def _inner(field: Schema) -> Schema:
    """What a table holds under each of its keys."""
    inner: Schema = field.get("additionalProperties") or next(
        iter(field["patternProperties"].values())
    )
    return inner


def _table(field: Schema, keys: dict[str, Schema]) -> Schema:
    """A mapping whose keys are written so, and hold that."""
    kept: Schema = {
        key: field[key] for key in ("type", "description", "minProperties") if key in field
    }
    return {**kept, "patternProperties": keys, "additionalProperties": False}


def _described(kind: Schema, field: Schema) -> Schema:
    """A field that may be empty, with its description."""
    return {**_any(kind, {"type": "null"}), "description": field["description"]}


def _sizes(shapes: dict[str, Schema]) -> None:
    """What each shape of a spread holds, as far as one number at a time can say it."""
    shapes["normal"]["anyOf"][0]["minimum"] = 0
    for name in ("uniform", "triangular", "pert", "beta"):
        shapes[name]["anyOf"][0].update(minItems=2, maxItems=2)
    least, most = field_types.BETA_SHAPES
    shapes["beta"]["anyOf"][0]["items"].update(minimum=least, maximum=most)
    shapes["cases"]["anyOf"][0]["minItems"] = 1


def _number_or(part: Schema, low: float, high: float) -> Schema:
    ends: Schema = {}
    if math.isfinite(low):
        ends["minimum"] = low
    if math.isfinite(high):
        ends["maximum"] = high
    number: Schema = {"type": "number", **ends}
    properties = part["properties"]
    properties["value"] = {**number, "description": "the number"}
    within = {
        "properties": {
            name: {"items": dict(ends)} for name in ("uniform", "triangular", "pert", "cases")
        }
        if ends
        else {"beta": {"type": "null"}}
    }
    spread = {"allOf": [{"$ref": "#/$defs/Spread"}, within]}
    properties["spread"] = _described(spread, properties["spread"])
    return {"description": part.pop("description", ""), "anyOf": [number, part]}


def plain(node: Any) -> Any:
    """Defaults as a file would write them, texts and dates as they are read, no titles."""
    if isinstance(node, list):
        return [plain(item) for item in node]
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
        clean[key] = plain(value)
    if "patternProperties" in clean:
        clean["additionalProperties"] = False
    for key, name in (("ge", "minimum"), ("le", "maximum"), ("gt", "exclusiveMinimum")):
        if key in clean:  # a bound that Pydantic leaves as it is where a value may be missing
            clean[name] = clean.pop(key)
    if clean.get("format") == "date":
        clean["pattern"] = DATE
    if clean.get("minLength") == 1:
        clean["pattern"] = r"\S"
    return clean


def _change(node: Any) -> Any:
    """The same for a file that extends another: nothing required, ``null`` deletes.

    What a whole file cannot do without is not deleted.
    """
    if isinstance(node, list):
        return [_change(item) for item in node]
    if not isinstance(node, dict) or DATE in node.get("patternProperties", ()):
        return node
    needed = node.get("required", ())
    changed: Schema = {}
    for key, value in node.items():
        if key in ("required", "minProperties", "default"):
            continue
        if key in ("properties", "patternProperties"):
            changed[key] = {
                name: _change(inner) if name in needed else _deletable(_change(inner))
                for name, inner in value.items()
            }
        elif key == "$ref":
            changed[key] = value if value.split("/")[-1] in _ALIKE else f"{value}Change"
        else:
            changed[key] = _change(value)
    return changed


def _deletable(node: Schema) -> Schema:
    null = {"type": "null"}
    if node == null or null in node.get("anyOf", ()):
        return node
    described = {"description": node["description"]} if "description" in node else {}
    inner = {key: value for key, value in node.items() if key != "description"}
    return {"anyOf": [inner, null], **described}


def _claim_parts(variation: Schema, limits: dict[str, Schema], shown: str) -> dict[str, Schema]:
    """The definitions of a proposition, its arms, measures and moves.

    ``variation``: the schema of a file that extends another: what an arm may hold; ``limits``:
    conditions: what may stand under each key, by how the key is written; ``shown``: how a phrase
    that can be measured is written, as a regular expression.
    """
    claim = Proposition.model_json_schema(mode="validation")
    claim.pop("$defs")
    claim["properties"]["facts"] = _id_or_ids(claim["properties"]["facts"])
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
        **{key: _claim_part("ClaimArm", key) for key in ARMS},
        **{key: _claim_part("ClaimOver", key) for key in OVER},
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


def _claim_part(part: str, key: str) -> Schema:
    return {"$ref": f"#/$defs/{part}", "description": _MEANINGS[key]}


def _id_or_ids(field: Schema) -> Schema:
    """An id, or a list of ids."""
    several = {key: value for key, value in field.items() if key != "description"}
    return {"anyOf": [field["items"], several], "description": field["description"]}


def holds(key: str, **held: Any) -> Schema:
    """That a key stands there, and holds something."""
    return {"required": [key], "properties": {key: held or {"not": {"enum": [None, "", [], {}]}}}}


def _measure(limits: dict[str, Schema], shown: str) -> Schema:
    part = Measured.model_json_schema(mode="validation")
    part.pop("$defs")
    properties = part["properties"]
    for key in _LEVERS:
        properties[key] = _id_or_ids(properties[key])
    properties["when"] = {
        "type": "object",
        "description": properties["when"]["description"],
        "patternProperties": limits,
        "additionalProperties": False,
    }
    ways = [holds(way) for way in WAYS if way != "of"]
    ways.append({"allOf": [holds("of"), {"not": holds("interest")}]})
    limit = {"anyOf": [holds("at_least"), holds("at_most")]}
    bounded = holds("expect", enum=list(BOUNDED))
    actor, phrase = ({"properties": {"of": {"pattern": one}}} for one in (f"^{ID}$", shown))
    part["allOf"] = [
        {"oneOf": ways},
        {"oneOf": [holds("expect"), limit]},
        {"oneOf": [bounded, {"not": holds("by_more_than")}]},
        {"if": bounded, "then": holds("by_more_than", exclusiveMinimum=0)},
        {"if": holds("interest"), "then": {"allOf": [holds("of"), actor]}, "else": phrase},
        {
            "if": {"anyOf": [holds("by"), holds("toward")]},
            "then": {"anyOf": [holds(key) for key in _LEVERS]},
        },
    ]
    return part


def _move() -> Schema:
    part = Order.model_json_schema(mode="validation")
    period = {"anyOf": [holds("since"), holds("until")]}
    part["allOf"] = [{"not": {"allOf": [holds("on"), period]}}]
    return part
