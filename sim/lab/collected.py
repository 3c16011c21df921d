"""What all visitors have pinned of one scenario, and what comes of each: for a class to look at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass

from sim.errors import ScenarioError, SimError
from sim.lab.bench import Bench
from sim.lab.cost import affordable
from sim.lab.difference_words import difference
from sim.lab.ensembles import COARSE, Ensembles, Fans, PlayedRuns
from sim.lab.variant import Variant
from sim.lab.work import Check, SupersededError, Work
from sim.text import NBSP, month, number

MOST = 200
"""Variants that are shown."""
EVENTS, SAID = 4, 2
"""Watched events that have a column, and differences that are told of each variant."""
_KEPT = 400
"""Variants whose results are kept; each is some numbers and sentences."""


@dataclass(frozen=True)
class Outcome:
    """What came of a variant.

    Attributes
    ----------
    chances : tuple of str
        Of each watched event, its probability and the difference to the scenario as it is.
    said : tuple of str
        What differs most, in sentences; or why there is nothing to tell.
    """

    chances: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Collected:
    """A pinned variant.

    Attributes
    ----------
    visitor, name : str
    words : tuple of str
        Its changes.
    outcome : Outcome or None
        None until it is worked out.
    """

    visitor: str
    name: str
    words: tuple[str, ...]
    outcome: Outcome | None


class Collection:
    """Plays what visitors pin, beside what they ask for, and keeps what came of it."""

    def __init__(self, work: Work, ensembles: Ensembles) -> None:
        self._work, self._ensembles = work, ensembles
        self._kept: OrderedDict[tuple[object, ...], Future[Outcome]] = OrderedDict()

    def rows(self, benches: Iterable[Bench], of: Bench) -> list[Collected]:
        """What is pinned of the scenario that is open on one bench, in the visitors' order."""
        found: list[Collected] = []
        scenario, base = of.opened, of.variant.base
        for bench in sorted(benches, key=lambda one: (one.visitor.casefold(), one.id)):
            for variant in bench.pinned_of(scenario):
                # Drafts of two visitors may have the same name.
                if variant.base == base and len(found) < MOST:
                    found.append(self._row(bench.visitor or "A visitor without a name", variant))
        return found

    def _row(self, visitor: str, variant: Variant) -> Collected:
        try:
            words = tuple(variant.in_words())
        except SimError:
            said = ("The scenario's file has changed, and this cannot be done with it any more.",)
            return Collected(visitor, variant.name, (), Outcome(said=said))
        asked = self._asked(variant)
        if not asked.done():
            return Collected(visitor, variant.name, words, None)
        if error := asked.exception():
            why = _why(error)
            return Collected(visitor, variant.name, words, Outcome(said=(why,)))
        return Collected(visitor, variant.name, words, asked.result())

    def base(self, variant: Variant) -> tuple[list[str], list[str]]:
        """Names of the watched events, and how likely they are in the scenario as it is."""
        scenario = variant.base_scenario()
        runs = affordable(COARSE, scenario)
        played = self._ensembles.runs_of(scenario, runs, scenario.description.seed)
        return [one.name for one in played.summary.watched[:EVENTS]], _chances(played)

    def _asked(self, variant: Variant) -> Future[Outcome]:
        key = str(variant.base), variant.changes, variant.base_scenario().sha256
        known = self._kept.get(key)
        if known is None or (known.done() and isinstance(known.exception(), SupersededError)):
            known = self._kept[key] = self._work.ask(
                "all variants", str(hash(key)), key, lambda check: self._played(variant, check)
            )
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return known

    def _played(self, variant: Variant, check: Check) -> Outcome:
        fans = self._ensembles.play(variant, COARSE, check)
        said = (*(one.text for one in fans.in_words(SAID)[:SAID]), *fans.faults())
        return Outcome(tuple(_beside(fans)), said)


def _why(error: BaseException) -> str:
    """What went wrong, without the folders of the machine."""
    if isinstance(error, ScenarioError):
        return "; ".join(one.problem for one in error.faults)
    return str(error) if isinstance(error, SimError) else type(error).__name__


def _chances(played: PlayedRuns) -> list[str]:
    return [
        f"{number(100 * float(one.probability[-1]), 0)}{NBSP}%"
        for one in played.summary.watched[:EVENTS]
    ]


def _beside(fans: Fans) -> list[str]:
    """How likely each watched event is, with the difference in percentage points.

    Both are those of the last date that the two have.
    """
    found: list[str] = []
    contrasts = {one.id: one for one in fans.contrasts if one.event}
    now = {one.id: one for one in fans.now.summary.watched}
    for one in fans.base.summary.watched[:EVENTS]:
        contrast = contrasts.get(one.id)
        if one.id not in now:
            found.append("–")
        elif contrast is None:
            found.append(f"{number(100 * float(now[one.id].probability[-1]), 0)}{NBSP}%")
        else:
            chance = f"{number(100 * float(contrast.changed[-1]), 0)}{NBSP}%"
            sooner = contrast.dates[-1] != fans.base.summary.trajectories[0].dates[-1]
            when = f" by {month(contrast.dates[-1])}" if sooner else ""
            found.append(f"{chance}{when}: {difference(contrast)}")
    return found
