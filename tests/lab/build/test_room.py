"""What the grid of a lever offers: only what still fits into a round, and told in words."""

from __future__ import annotations

import html
import re

import sim
from tests.fixtures.lab_room import LabRoom, room
from tests.lab.build.test_build_pages import draft_file, started

__all__ = ["room"]
FILE = "a-first-one"


def offered(page: str, lever: str, way: str) -> list[str]:
    """What can be chosen for a pair."""
    name = re.escape(f"levers.{lever}.usual.{way}|often")
    found = re.search(rf'<select [^>]*name="{name}".*?</select>', page, re.DOTALL)
    assert found, name
    return re.findall(r'<option value="([^"]*)"', found[0])


def choose(room: LabRoom, who: str, where: str, lever: str, said: str) -> None:
    """Say how often Ada does something toward Ben."""
    name = f"levers.{lever}.usual.ada to ben|often"
    page = room.get(f"{where}?part=levers&card=levers.{lever}", who).text
    found = re.search(rf'name="{re.escape(name)}" data-was="([^"]*)"', page)
    assert found
    room.ask(f"{where}/fields", who, fields={name: said}, was={name: html.unescape(found[1])})


def test_whatever_is_offered_fits(room: LabRoom) -> None:
    """The most that is offered is no fault, whatever else was chosen; the room is said beside."""
    who = room.owner()
    where = started(room, who)
    for lever in ("talks", "visit", "negotiate", "criticise"):
        page = room.get(f"{where}?part=levers&card=levers.{lever}", who).text
        assert "Ada toward Ben 0" in page
        words = [one for one in offered(page, lever, "ada to ben") if one != "other"]
        assert "each round" not in words
        choose(room, who, where, lever, words[-1])
        sim.load_scenario(draft_file(room, FILE))
    page = room.get(f"{where}?part=levers&card=levers.tariff", who).text
    assert "twice a year" in offered(page, "tariff", "ada to ben")


def test_what_does_not_fit_is_told_with_names(room: LabRoom) -> None:
    """Names of actors and levers, after an actor was renamed."""
    who = room.owner()
    where = started(room, who)
    room.ask(
        f"{where}/fields", who, fields={"actors.ada.name": "Highland"},
        was={"actors.ada.name": "Ada"},
    )  # fmt: skip
    choose(room, who, where, "talks", "each round")
    choose(room, who, where, "visit", "twice a year")
    told = room.get(f"{where}/state", who).json()
    crowded = next(one for one in told["faults"] if "once a round" in one["problem"])
    assert crowded["problem"].startswith(
        "what Highland says to Ben comes to more than once a round"
    )
    assert "(1.66 times), most of it by 'hold working talks' (0.95)" in crowded["problem"]
    assert "ada" not in crowded["problem"] + crowded["where"] + crowded["remedy"]
