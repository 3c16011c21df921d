"""The JSON schema of records, by which an editor completes and checks them.

What a question shares with a proposition's measure, an outcome or a history is that of
:mod:`sim.claims.json_schema`; names and dates of a scenario only the reader can know.
"""

from __future__ import annotations

import json
import re
from itertools import combinations

from sim.claims.json_schema import PHRASE_SHOWN, Schema, holds, json_schema, plain
from sim.evaluation.record import DIRECTIONS, WAYS, Stated


def record_schema() -> Schema:
    """Make the JSON schema (draft 2020-12) of a record of dated outcomes."""
    whole: dict[str, Schema] = json_schema()["$defs"]
    record: Schema = plain(Stated.model_json_schema(mode="validation"))
    question = record.pop("$defs")["Question"]
    keys = question["properties"]
    measured, history = (whole[name]["properties"] for name in ("Measured", "History"))
    came = [{"type": "boolean"}, {"type": "number"}, {"enum": list(DIRECTIONS)}, {"type": "null"}]
    forms: dict[str, Schema] = {
        **{key: measured[key] for key in ("acts", "by", "toward", "when")},
        "of": {"anyOf": [PHRASE_SHOWN, {"type": "null"}]},
        "source": history["source"],
        "series": {key: part for key, part in history["values"].items() if key != "minProperties"},
        "came": {"anyOf": came},
    }
    for key, form in forms.items():
        keys[key] = {**form, "description": keys[key]["description"]}
    several = record["properties"]["beyond"]
    record["properties"]["beyond"] = {**measured["acts"], "description": several["description"]}
    question["allOf"] = [
        {"anyOf": [holds(key) for key in ("name", *WAYS)]},
        *({"not": {"allOf": [holds(one), holds(other)]}} for one, other in combinations(WAYS, 2)),
    ]
    record["properties"]["questions"]["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **record,
        "title": "Entente record of dated outcomes",
        "$defs": {"Question": question, **_named_in(question, whole)},
    }


def _named_in(part: Schema, known: dict[str, Schema]) -> dict[str, Schema]:
    """The definitions that a part refers to, and those that they refer to in turn."""
    found: dict[str, Schema] = {}
    left = [part]
    while left:
        for name in re.findall(r'"#/\$defs/(\w+)"', json.dumps(left.pop())):
            if name not in found:
                found[name] = known[name]
                left.append(known[name])
    return found
