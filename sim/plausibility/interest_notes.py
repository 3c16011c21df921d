"""Notes on interests of a file's own: what nobody weighs, and what no lever serves."""

from __future__ import annotations

from collections.abc import Iterator

from sim.model.compiled import CompiledScenario
from sim.plausibility.note import Note, note
from sim.scenario.formulas import phrases_of
from sim.scenario.lenses import weights_of
from sim.scenario.phrases import parse
from sim.scenario.schema import Description


def unweighed(description: Description) -> Iterator[Note]:
    """Interests that no actor weighs, nor may come to weigh."""
    for id in description.interests:
        stated = [weights_of(actor, description) for actor in description.actors]
        stated += [lens.weights for lens in description.lenses.values()]
        weighed = any(one.of(id).value > 0 or one.of(id).spread for one in stated)
        ruling = [actor.government for actor in description.actors.values() if actor.government]
        weighed |= any(id in one.successor.weights for one in ruling)
        weighed |= any(_weighs(text, id) for e in description.events.values() for text in e.changes)
        if not weighed:
            yield note(description, "unweighed", ("interests", id))


def _weighs(text: str, id: str) -> bool:
    phrase = parse(text)
    return phrase is not None and phrase.kind == "weight" and phrase.names[1] == id


def unserved(compiled: CompiledScenario) -> Iterator[Note]:
    """Interests of which no lever moves any quantity, so that they count in no choice."""
    layout, moved = compiled.layout, set(compiled.table.effect_row.tolist())
    for id, interest in compiled.description.interests.items():
        if not moved & {layout.row(phrase) for phrase in phrases_of(interest.of)}:
            yield note(compiled.description, "unserved", ("interests", id))
