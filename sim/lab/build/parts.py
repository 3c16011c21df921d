"""New parts of a scenario, as the builder proposes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.errors import Fault, Place, ScenarioError
from sim.lab.acts import acts, lever_of
from sim.lab.build.cards import example
from sim.lab.build.edits import SECTIONS, add, fresh_id
from sim.lab.build.phrase_lists import conditions
from sim.lab.build.room import with_room
from sim.lab.build.sheet import Sheet
from sim.lab.build.starter import WHY, new_actor, new_issue, new_relations
from sim.lab.build.values import Path, is_of_pair, split, table
from sim.lab.knobs import Knob


def new_part(sheet: Sheet, section: str, given: Mapping[str, str], knobs: Iterable[Knob]) -> Sheet:
    """Add a part that a form asks for.

    ``given``: its fields: ``name``; ``phrase`` of an outcome or a watched event, ``path`` of a
    knob; ``knobs``: all numbers that can be one.

    Raises
    ------
    ScenarioError
        When its name is empty, or there is nothing of that path.
    """
    if section == "knobs":
        return _with_knob(sheet, given.get("path", ""), knobs)
    name = " ".join(given.get("name", "").split())
    if not name:
        raise _refused(section, "the new part has no name", "fill in its name")
    id = fresh_id(name, section, sheet.table(section))
    actors = list(sheet.table("actors"))
    if section == "actors":
        sheet = add(sheet, section, id, new_actor(name, len(actors) + 1))
        found = new_relations([*actors, id], [id])
        for key, relation in found.items():
            sheet = add(sheet, "relations", key, relation)
        return sheet
    return add(sheet, section, id, _plain(sheet, section, name, given.get("phrase", "")))


def _plain(sheet: Sheet, section: str, name: str, phrase: str) -> dict[str, Any]:
    known = [key for key, _ in conditions(sheet)]
    phrase = phrase if phrase in known else known[0] if known else ""
    if section == "issues":
        places = dict.fromkeys(sheet.table("actors"), 50.0)
        return new_issue(name, f"least of {name}", f"most of {name}", places)
    if section == "levers":
        usual = {"value": 0.05, "why": WHY + "once in twenty rounds"}
        effects = {"affinity of actor and target": 0.02}
        why = WHY + "warms the two a little"
        return {"name": name, "usual": usual, "effects": effects, "why": why}
    if section == "events":
        chance = {"value": 0.05, "why": WHY + "one round in twenty"}
        change = {phrase: {"by": {"value": 0.02, "why": WHY + "a small step"}}} if phrase else {}
        return {"name": name, "chance": chance, "changes": change}
    if section == "arrangements":
        effects = {"tension of actor and target": -0.01}
        return {"name": name, "effects": effects, "why": WHY + "calms the two a little"}
    if section == "watch":
        return {"name": name, "when": {phrase: example(("watch", "when", phrase))}}
    return {"name": name, "of": phrase}


def _with_knob(sheet: Sheet, path: str, knobs: Iterable[Knob]) -> Sheet:
    knob = next((one for one in knobs if one.path == path.strip()), None)
    if knob is None:
        problem = f"there is no number '{path}' to turn"
        raise _refused("knobs", problem, "choose one of the list")
    return add(sheet, "knobs", knob.path, {"low": knob.low, "high": knob.high})


def new_acts(sheet: Sheet, ids: Iterable[str]) -> Sheet:
    """Take acts off the shelf: each becomes a lever, as often as the rounds have room for."""
    for id in ids:
        if id in acts():
            levers = sheet.table("levers")
            lever = with_room(levers, lever_of(acts()[id], sheet.unit), list(sheet.table("actors")))
            sheet = add(sheet, "levers", fresh_id(id, "levers", levers), lever)
    return sheet


def new_row(sheet: Sheet, name: str, key: str) -> Sheet:
    """Add a row to a table of a part: an effect, a condition, a change."""
    where, _ = split(name)
    path: Path = (*where, " ".join(key.split()))
    if not path[-1] or sheet.get(path) is not None:
        return sheet
    if is_of_pair(path):
        now = {**table(sheet.get(where)), path[-1]: example(path)}
        return sheet.with_text(sheet.own.with_value(where, now, SECTIONS))
    return sheet.with_text(sheet.own.with_value(path, example(path)))


def _refused(section: str, problem: str, remedy: str) -> ScenarioError:
    return ScenarioError([Fault(Place("the form", path=section), problem, remedy)])
