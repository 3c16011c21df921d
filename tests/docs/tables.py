"""The tables of the two formats' documents, made from the types.

``python -m tests.docs.tables`` writes them anew between their markers; a test
compares what stands there with what would be written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.claims import measure, proposition
from sim.evaluation import record
from sim.scenario import (
    beliefs,
    coefficients,
    conditions,
    field_types,
    files,
    formulas,
    lenses,
    node,
    phrases,
    schema,
    schema_paths,
    schema_wants,
    yaml_reader,
)
from sim.scenario.field_types import Grounded, Quantity
from sim.scenario.lookup import DOES
from tests.fixtures.paths import ROOT

DOCUMENT = ROOT / "docs" / "scenario-format.md"
PROPOSITIONS = ROOT / "docs" / "propositions.md"
SCORING = ROOT / "docs" / "scoring.md"

_HOMES = (
    *(schema, schema_wants, beliefs, coefficients),
    *(conditions, field_types, formulas, proposition, measure, record),
)
_TINY, _NO_END = 1e-6, 1e6
_KEYS = {
    "knobs": "path",
    "relations": "pair",
    "recorded": "pair",
    "articles": "id",
    "facts": "id",
    "data": "id",
}
_MARKED = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

# The types say these by their names alone; a table wants a few words.
_WORDS: dict[tuple[str, str], str] = {
    ("Weights", "security"): "being able to prevail in a quarrel, and quarrelling little",
    ("Weights", "prosperity"): "gains from exchange, less what hangs on a single partner",
    ("Weights", "issues"): "issues standing where the actor wants them",
    ("Weights", "standing"): "the regard of the others, the powerful above all",
    ("Weights", "support"): "backing at home",
    ("Limits", "at_least"): "the quantity is this or more",
    ("Limits", "at_most"): "the quantity is this or less",
    ("Article", "authors"): "who wrote it",
    ("Article", "title"): "its title",
    ("Article", "published"): "where it appeared",
    ("Article", "date"): "when",
    ("Dataset", "name"): "name of the data set or table",
    ("Dataset", "year"): "year, or years, that the figures are of",
    ("Dataset", "about"): "what it holds and how a figure is made from it",
    ("Library", "articles"): "articles by id",
    ("Library", "facts"): "facts by id",
    ("Library", "data"): "data sets by id",
    ("Description", "calendar"): "start, length and number of rounds",
    ("Description", "coefficients"): "structural coefficients of the theory",
    ("Description", "actors"): "who acts, two or more",
    ("Description", "issues"): "what they disagree about",
    ("Description", "levers"): "what they can do",
    ("Description", "events"): "what befalls them",
    ("Description", "outcomes"): "what the report shows, one or more",
    ("Description", "watch"): "what the report gives a probability for",
    ("Coefficients", "reversion"): "way back to the baseline, by kind of quantity",
    ("Coefficients", "noise"): "random change, by kind of quantity",
    ("Coefficients", "effect_scale"): "scale of effects, by kind of act",
}
_SECTIONS = {
    "Calendar": ("a calendar", "calendar"),
    "Actor": ("an actor", "actors"),
    "Brief": ("a text, or a brief", "actors"),
    "Weights": ("weights", "actors"),
    "OwnInterest": ("an interest", "interests-of-your-own"),
    "OwnLens": ("a lens", "lenses-of-your-own"),
    "Government": ("a government", "governments"),
    "Successor": ("what a new one wants", "governments"),
    "Relation": ("a relation", "relations"),
    "Issue": ("an issue", "issues"),
    "Stance": ("a stance", "issues"),
    "Lever": ("a lever", "levers"),
    "Recorded": ("a record", "the-record"),
    "Arrangement": ("an arrangement", "arrangements"),
    "Delivery": ("a promise", "promises"),
    "Limits": ("limits", "conditions"),
    "Event": ("an event", "events"),
    "Change": ("a change", "events"),
    "Belief": ("a belief", "beliefs"),
    "Outcome": ("an outcome", "outcomes"),
    "Formula": ("a phrase, or a formula", "formulas"),
    "Watch": ("a watched event", "watch-and-stop"),
    "History": ("a history", "history"),
    "KnobRange": ("a knob", "knobs"),
    "Spread": ("a spread", "spreads"),
    "Coefficients": ("coefficients", "coefficients"),
    "Reversion": ("by quantity", "coefficients"),
    "Noise": ("by quantity", "coefficients"),
    "EffectScale": ("by kind of act", "coefficients"),
    "Measured": ("a measure", "measures"),
    "Question": ("a question", "questions"),
    "Article": ("an article", "the-sources-file"),
    "Fact": ("a fact", "the-sources-file"),
    "Dataset": ("a data set", "the-sources-file"),
}
"""How a table names a part, and the heading under which it is described."""
_ELSEWHERE = {"Measured": PROPOSITIONS, "Question": SCORING}
"""Parts that are described in another document than that of scenario files."""
_OF_EACH = {
    "Reversion": "share of the way back to its baseline, per round",
    "Noise": "standard deviation of its random change, per round",
    "EffectScale": "scale of such acts' effects",
}


def fields(model: type[BaseModel]) -> str:
    """A table of a type's own fields."""
    grounded = issubclass(model, Grounded)
    rows = [
        (f"`{name}`", _meaning(model, name, field), _wanted(name, field), _absent(field))
        for name, field in model.model_fields.items()
        if not (grounded and name in ("source", "why"))
    ]
    return _table(("field", "meaning", "what may stand there", "if absent"), rows)


def phrase_forms() -> str:
    """A table of the phrases, their ranges, and where each may stand."""
    rows = []
    for kind, form in phrases._FORMS.items():
        uses = {
            "lever": kind in phrases.MOVED_BY_LEVERS,
            "event": kind in phrases.MOVED_BY_EVENTS,
            "`requires`": kind in phrases.REQUIRED,
            "`when`": kind in phrases.CONDITIONS,
            "outcome": kind in phrases.SHOWN,
        }
        used = ", ".join(use for use, allowed in uses.items() if allowed)
        rows.append((f"`{form}`", _between_ends(*phrases.BOUNDS[kind]).removeprefix("of "), used))
    return _table(("phrase", "range", "may stand in"), rows)


def lens_weights() -> str:
    """A table of the lenses."""
    rows = [
        (
            f"`{lens.id}`",
            lens.title,
            *(f"{getattr(lens.weights, part).value:.2f}" for part in phrases.COMPONENTS),
        )
        for lens in lenses.LENSES.values()
    ]
    return _table(("lens", "title", *phrases.COMPONENTS), rows)


def limits() -> str:
    """A table of the bounds of a file."""
    rows = [
        ("bytes of a file", f"{yaml_reader.MAX_BYTES:,}"),
        ("brackets and indents inside one another", f"{node.MAX_DEPTH}"),
        ("values in a file", f"{yaml_reader.MAX_NODES:,}"),
        ("characters of one text", f"{yaml_reader.MAX_SCALAR:,}"),
        ("files that extend one another", f"{files.MAX_CHAIN}"),
    ]
    return _table(("what", "at most"), rows)


SPECIAL: dict[str, Callable[[], str]] = {
    "phrases": phrase_forms,
    "lenses": lens_weights,
    "limits": limits,
}


def parts() -> set[str]:
    """Names of all types that a scenario or a sources file is made of."""
    elsewhere = set(_ELSEWHERE)
    return {"Description", "Library", "Quantity"} | set(_SECTIONS) - elsewhere


def rewritten(text: str, document: Path = DOCUMENT) -> str:
    """A document with every table as the types have it now."""

    def anew(match: re.Match[str]) -> str:
        name = match[2]
        if name in SPECIAL:
            made = SPECIAL[name]()
        else:
            home = next(found for found in _HOMES if name in vars(found))
            made = fields(vars(home)[name])
        made = made.replace(f"]({document.name}#", "](#")
        return f"{match[1]}{made}\n{match[3]}"

    return _MARKED.sub(anew, text)


def _meaning(model: type[BaseModel], name: str, field: FieldInfo) -> str:
    words = field.description or _WORDS.get((model.__name__, name)) or _OF_EACH[model.__name__]
    return re.sub(r"(?<!\w)'([^']+)'(?!\w)", r"`\1`", words)


def _wanted(name: str, field: FieldInfo) -> str:
    if name == "cameo":
        return "one of the [codes](#codes), in quotes"
    if name == "came":
        return "`true` or `false`, a number, `rises`, `falls` or `unchanged`"
    options = _options(field.annotation) or _options(schema_paths.bare(field.annotation))
    if options:
        return ", ".join(f"`{option}`" for option in options)
    kind = schema_paths.bare(field.annotation)
    if schema_paths.is_quantity(kind):
        return _range(kind)
    if schema_paths.is_frequencies(kind):
        return f"{_range(schema_paths.bare(get_args(kind)[1]))}, or one for each `A to B`"
    if schema_paths.is_table(kind):
        inner = schema_paths.bare(get_args(kind)[1])
        if inner is float:
            return "a number for each date"
        if inner is str:
            return "a text for each [note](#notes)"
        by = _KEYS.get(name, "phrase" if get_args(kind)[0] is str else "id")
        if schema_paths.is_quantity(inner):
            return f"a number for each {by}"
        return f"{_link(inner)} for each {by}"
    if schema_paths.is_part(kind):
        return _link(kind)
    bounds = {
        side: getattr(found, side)
        for found in field.metadata
        for side in ("ge", "le")
        if getattr(found, side, None) is not None
    }
    plain = {bool: "`true` or `false`", str: "text", int: "a whole number", float: "a number"}
    if kind in plain:
        return plain[kind] + _between(bounds)
    origin: Any = get_origin(kind)
    if origin is tuple:
        if name in formulas.OPERATIONS:
            return "two terms" if name in formulas.OF_TWO else "two terms or more"
        if name == "shocks":
            return "names on the [shelf](#outside-shocks)"
        if name in ("elections", "dates"):
            return "dates: `[2016-12-15]`"
        loose = ("source", "facts", "acts", "also", "proposals", "consent", "promises", "parties")
        if name in DOES and get_args(kind)[0] is not str:
            return "an id, or a list of ids"
        return "an id, or a list of ids" if name in loose else "a list"
    if origin is list:
        return "numbers: `[1, 2]`"
    return "a date: `2016-12-15`"


def _range(kind: type[Quantity]) -> str:
    return f"a number {_between_ends(*kind.bounds)}" if kind.bounds[0] > -math.inf else "a number"


def _between_ends(low: float, high: float) -> str:
    """A range in words; a millionth and a million stand for no bound."""
    if low <= -_NO_END and high >= _NO_END:
        return "any number"
    if high >= _NO_END:
        return "above 0" if low == _TINY else f"of {low:g} or more"
    return f"above 0, up to {high:g}" if low == _TINY else f"from {low:g} to {high:g}"


def _between(bounds: dict[str, Any]) -> str:
    if {"ge", "le"} <= set(bounds):
        most = f"{bounds['le']:,}" if bounds["le"] < 10**12 else "2^63 - 1"
        return f" from {bounds['ge']:,} to {most}"
    return f", {bounds['ge']:,} or more" if "ge" in bounds else ""


def _options(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _link(part: type[BaseModel]) -> str:
    title, anchor = _SECTIONS[part.__name__]
    home = _ELSEWHERE.get(part.__name__, DOCUMENT)
    return f"[{title}]({home.name}#{anchor})"


def _absent(field: FieldInfo) -> str:
    if field.is_required():
        return "**must be given**"
    default = field.get_default(call_default_factory=True)
    if isinstance(default, dict) and "value" in default:  # a number with its reason
        return f"{default['value']:g}"
    if isinstance(default, bool):
        return "`true`" if default else "`false`"
    if isinstance(default, int):
        return f"{default:,}"
    if isinstance(default, str):
        return f"`{default}`"
    return "as listed there" if isinstance(default, BaseModel) else "none"


def _table(head: tuple[str, ...], rows: list[Any]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    for place in (DOCUMENT, PROPOSITIONS, SCORING):
        anew = rewritten(place.read_text(encoding="utf-8"), place)
        place.write_text(anew, encoding="utf-8", newline="\n")
