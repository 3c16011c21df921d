"""The table of ``docs/theories.md`` that says what each theory of conduct brings its actor.

``python -m tests.docs.conduct`` plays it (a minute) and writes it between its markers; a test plays
a part of it again.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

import sim
from sim.model.compiled import CompiledScenario
from sim.model.world import World
from sim.text import TextTable, signed
from sim.theories.seating import seated
from tests.fixtures.paths import ROOT

DOCUMENT = ROOT / "docs" / "theories.md"
RUNS, SEED = 512, 1
PLAYED = {"two-neighbours": ("north", "south"), "northeast-asia-2016": ("japan", "russia")}
THEORIES = ("best_response", "look_ahead", "look_ahead_3", "tit_for_tat", "reaction",
            "fictitious_play", "experience_weighted_attraction")  # fmt: skip
_MARKED = re.compile(r"(<!-- conduct -->\n).*?(<!-- end -->)", re.DOTALL)


def gain(compiled: CompiledScenario, theory: str, actor: str) -> str:
    """How much better off an actor is by a theory, over all rounds, with half its interval."""
    rules = seated({actor: theory}, compiled.layout.actors).decisions
    courses = []
    for decisions in ({}, rules):
        world = World(compiled, SEED, 0, RUNS, decisions, interests=True)
        world.play()
        number = compiled.layout.actors.index(actor)
        courses.append(world.records.interest[1:, number].mean(axis=0))
    more: Any = courses[1] - courses[0]
    return f"{signed(float(more.mean()), 2)} ± {1.96 * np.std(more) / RUNS**0.5:.2f}"


def table() -> str:
    """All theories by all actors."""
    every = {name: CompiledScenario(sim.load_scenario(name)) for name in PLAYED}
    seats = [(name, actor) for name, actors in PLAYED.items() for actor in actors]
    lines = [
        (f"`{theory}`", *(gain(every[name], theory, actor) for name, actor in seats))
        for theory in THEORIES
    ]
    named = [every[name].description.actors[actor].name for name, actor in seats]
    return TextTable("", ("theory", *named), tuple(lines)).markdown


if __name__ == "__main__":
    text = DOCUMENT.read_text("utf-8")
    written = _MARKED.sub(lambda match: f"{match[1]}{table()}\n{match[2]}", text)
    DOCUMENT.write_text(written, encoding="utf-8")
