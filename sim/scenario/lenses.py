"""Schools of international relations as sets of weights.

A lens says how much an actor cares for each component of interest. The figures
are judgement: each school ranks the components, none of them gives numbers. The
same five parts are weighed in all, so that two lenses differ in nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.scenario.schema import Description
from sim.scenario.schema_wants import Weights
from sim.scenario.yaml_reader import read_data

_JUDGEMENT = "judgement: the school ranks the components, the figures are ours"


@dataclass(frozen=True)
class Lens:
    """A named set of weights, with the school that it stands for.

    ``about`` says in a paragraph what the school holds, ``source`` names the works that
    state it.
    """

    id: str
    title: str
    about: str
    source: str
    weights: Weights


def _read_lenses() -> dict[str, Lens]:
    stated = read_data(Path(__file__).with_name("lenses.yaml"))
    for lens in stated.values():
        lens["weights"] = Weights(**lens["weights"], why=_JUDGEMENT)
    return {id: Lens(id, **lens) for id, lens in stated.items()}


LENSES = _read_lenses()
"""The lenses that come with the program, by id."""


def lenses_of(description: Description) -> dict[str, Lens]:
    """Every lens that a scenario may name, by id: those shipped, then those of its file."""
    own = {
        id: Lens(id, lens.name, lens.about or "", ", ".join(lens.source), lens.weights)
        for id, lens in description.lenses.items()
    }
    return {**LENSES, **own}


def canonical(name: str) -> str:
    """Write a lens as its id: ``two-level`` and ``Two-level`` are ``two_level``."""
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def lens_of(actor: str, description: Description) -> str | None:
    """Id of the lens an actor is viewed through: the scenario's before its own."""
    return description.lens or description.actors[actor].lens


def weights_of(actor: str, description: Description) -> Weights:
    """Weights of an actor as stated: the scenario's lens, else its own lens, else its weights."""
    lens = lens_of(actor, description)
    return lenses_of(description)[lens].weights if lens else description.actors[actor].weights


def weights_path(actor: str, description: Description) -> str:
    """Path of these weights among a scenario's numbers; empty for those of a shipped lens."""
    lens = lens_of(actor, description)
    if lens in LENSES:
        return ""
    return f"lenses.{lens}.weights" if lens else f"actors.{actor}.weights"


def seen_through(description: Description, lens: str | None, of: Description) -> Description:
    """A description, every actor viewed through a lens that may be one of another's own."""
    known = {**description.lenses, **of.lenses}
    return description.model_copy(update={"lens": lens, "lenses": known})
