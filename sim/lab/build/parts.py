"""New parts of a scenario, as the builder proposes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.errors import Fault, Place, ScenarioError
from sim.lab.acts import acts, lever_of
from sim.lab.build.cards import example
from sim.lab.build.edits import SECTIONS, add, fresh_id
from sim.lab.build.phrase_lists import conditions
from sim.lab.build.proposed import ends_of
from sim.lab.build.room import with_room
from sim.lab.build.sheet import Sheet
from sim.lab.build.starter import WHY, new_actor, new_issue, new_relations, places, presses
from sim.lab.build.values import Path, is_of_pair, read_number, split, table
from sim.lab.knobs import Knob
from sim.lab.screening import Effect
from sim.scenario.phrases import ANYONE

_KINDS: dict[str, tuple[dict[str, float], float, str]] = {
    "friendly": ({"affinity of actor and target": 0.02}, 1.0, "warms the two a little"),
    "neutral": ({"ties of actor to target": 0.01}, 0.0, "brings the two a little closer in trade"),
    "hostile": (
        {"affinity of actor and target": -0.02, "tension of actor and target": 0.03},
        -2.0,
        "cools the two a little, and adds to the tension",
    ),
}
"""Effects, Goldstein value and reason of a new lever, by how it is meant."""


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
    if section == "issues":
        return _with_issue(sheet, id, name, given)
    return add(sheet, section, id, _plain(sheet, section, name, given))


def _with_issue(sheet: Sheet, id: str, name: str, given: Mapping[str, str]) -> Sheet:
    """An issue, with levers that move it where they are asked for."""
    usual_low, usual_high = ends_of(name)
    low = " ".join(given.get("low", "").split()) or usual_low
    high = " ".join(given.get("high", "").split()) or usual_high
    positions = places(list(sheet.table("actors")))
    sheet = add(sheet, "issues", id, new_issue(name, low, high, positions))
    if given.get("press"):
        for key, lever in presses(id, low, high, positions, sheet.unit).items():
            levers = sheet.table("levers")
            fitting = with_room(levers, lever, list(positions))
            sheet = add(sheet, "levers", fresh_id(key, "levers", levers), fitting)
    return sheet


def _lever(sheet: Sheet, name: str, given: Mapping[str, str]) -> dict[str, Any]:
    """A lever of the visitor's own, friendly, hostile or neither, of whom they say."""
    actors = {*sheet.table("actors"), ANYONE}
    ends = [given.get(key, ANYONE) for key in ("by", "toward")]
    by, toward = (one if one in actors else ANYONE for one in ends)
    if by == toward != ANYONE:
        problem = f"'{sheet.name('actors', by)}' would do it to itself"
        raise _refused("levers", problem, "choose two actors, or anyone")
    usual = {"value": 0.05, "why": WHY + "once in twenty rounds"}
    kind = given.get("kind", "friendly")
    effects, goldstein, said = _KINDS.get(kind, _KINDS["friendly"])
    lever = {"name": name, "usual": usual, "goldstein": goldstein, "effects": effects}
    if (by, toward) != (ANYONE, ANYONE):
        lever["usual"] = {f"{by} to {toward}": usual}
    return {**lever, "why": WHY + said}


def _plain(sheet: Sheet, section: str, name: str, given: Mapping[str, str]) -> dict[str, Any]:
    phrase = given.get("phrase", "")
    known = [key for key, _ in conditions(sheet)]
    phrase = phrase if phrase in known else known[0] if known else ""
    if section == "levers":
        return _lever(sheet, name, given)
    if section == "events":
        chance = {"value": 0.05, "why": WHY + "one round in twenty"}
        change = {phrase: {"by": {"value": 0.02, "why": WHY + "a small step"}}} if phrase else {}
        return {"name": name, "chance": chance, "changes": change}
    if section == "arrangements":
        effects = {"tension of actor and target": -0.01}
        return {"name": name, "effects": effects, "why": WHY + "calms the two a little"}
    if section == "watch":
        bound = given.get("bound", "").strip()
        if not bound:
            return {"name": name, "when": {phrase: example(("watch", "when", phrase))}}
        sense = "at_most" if given.get("sense") == "at_most" else "at_least"
        limit = {"value": read_number(bound), "why": f"what counts as '{name}'"}
        return {"name": name, "when": {phrase: {sense: limit}}}
    return {"name": name, "of": phrase}


def _with_knob(sheet: Sheet, path: str, knobs: Iterable[Knob]) -> Sheet:
    knob = next((one for one in knobs if one.path == path.strip()), None)
    if knob is None:
        problem = f"there is no number '{path}' to turn"
        raise _refused("knobs", problem, "choose one of the list")
    return add(sheet, "knobs", knob.path, {"low": knob.low, "high": knob.high})


def new_knobs(sheet: Sheet, knobs: Iterable[Effect]) -> Sheet:
    """Add knobs that are not there yet."""
    for knob in knobs:
        if knob.path not in sheet.table("knobs"):
            sheet = add(sheet, "knobs", knob.path, {"low": knob.low, "high": knob.high})
    return sheet


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
