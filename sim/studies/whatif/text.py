"""A forced choice in words: title, first sentences, what is left out."""

from __future__ import annotations

from collections.abc import Iterable

from sim.reporting.document import Exhibit
from sim.reporting.html import Prose
from sim.statistics.paired_difference import VISIBLE_SD, VISIBLE_SHARE
from sim.studies.whatif.result import Forced
from sim.text import listing

_SAID = Prose("sim.studies.whatif/sentences.j2")


def title(found: Forced) -> str:
    """Whose scenario, which run, when, and who toward whom."""
    actor, target = found.who
    fork = found.asked.fork
    past = "" if fork.run is None else f"run {fork.run}, "
    return (
        f"{found.scenario.description.title}: {past}round {fork.round} ({found.when}), "
        f"{actor} toward {target}, {fork.track}"
    )


def whatif_lead(found: Forced) -> str:
    """What was done where that is known, and what the choices change most."""
    return _SAID.lead(found)


def was_done(found: Forced) -> str:
    """What the run itself did in the round, and how it was answered."""
    return _SAID.was_done(found)


def choices_left_out(found: Forced) -> tuple[str, ...]:
    """Choices that are not drawn, and futures that failed."""
    return tuple(
        getattr(_SAID, kind)(found) for kind in ("closed", "few", "failed") if getattr(found, kind)
    )


def still(found: Forced, drawn: Iterable[Exhibit]) -> tuple[str, ...]:
    """What no choice moves clearly."""
    ids = {exhibit.id for exhibit in drawn}
    described = found.scenario.description
    quiet = [
        f"“{item.name}”"
        for kind, home in (("outcome", described.outcomes), ("event", described.watch))
        for key, item in home.items()
        if f"{kind}-{key}" not in ids
    ]
    if not quiet or not found.drawn:
        return ()
    return (
        f"No choice moves {listing(quiet, 'or')} clearly by {VISIBLE_SD} standard deviations or "
        f"{100 * VISIBLE_SHARE:.0f} percentage points: their numbers stand in the tables.",
    )
