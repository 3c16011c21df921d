"""Uncertain parameters by what they rest on: a fact of an article, a data set, judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.reporting.sources import cited
from sim.scenario.scenario import Scenario
from sim.text import sentence

MOST_GROUPS = 16
"""Most groups that stand by themselves; the rest are one."""
OTHER = "all other sources"
_PARTS = {"levers": "what levers change", "coefficients": "the theory"}
"""Parts of a scenario whose name does not say what judgement there is about."""


@dataclass(frozen=True)
class SourceGroup:
    """Parameters that rest first of all on the same.

    Attributes
    ----------
    id : str
        The fact or data set; for judgement, the part of the scenario.
    says : str
        Our sentence for the fact, or what the group is.
    place : str
        Where it stands: author, year and paragraph; empty for judgement.
    paths : tuple of str
        Its parameters.
    """

    id: str
    says: str
    place: str
    paths: tuple[str, ...]

    @property
    def name(self) -> str:
        """The sentence and its place, in a line."""
        return f"{self.says} ({self.place})" if self.place else self.says


def by_source(scenario: Scenario, paths: Sequence[str]) -> tuple[SourceGroup, ...]:
    """Group parameters by the fact that they rest on.

    A parameter that cites several goes with the first fact of an article that
    it names, else with the first data set. One that cites nothing is judgement,
    and goes with the others of its part of the scenario.
    """
    known = {one.id: one for _, facts in cited(scenario) for one in facts}
    facts, data = scenario.library.facts, scenario.library.data
    groups: dict[str, SourceGroup] = {}
    for path in paths:
        source = scenario.parameters[path].source
        own = next(
            (one for home in (facts, data) for one in source if one in home), path.split(".")[0]
        )
        if own in known:
            said = known[own]
            words = (said.says, said.short) if own in facts else (said.short, "")
            made = SourceGroup(own, *words, ())
        else:
            made = SourceGroup(own, f"Judgement about {_PARTS.get(own, own)}", "", ())
        held = groups.get(own, made)
        groups[own] = replace(held, paths=(*held.paths, path))
    return tuple(groups.values())


def merged(
    groups: Sequence[SourceGroup], scores: Mapping[str, float], most: int = MOST_GROUPS
) -> tuple[SourceGroup, ...]:
    """Keep the groups whose parameters score highest in sum, and make one of the rest."""
    if len(groups) <= most + 1:
        return tuple(groups)
    score = {group.id: sum(scores[path] for path in group.paths) for group in groups}
    kept = set(sorted(score, key=lambda id: -score[id])[:most])
    rest = [group for group in groups if group.id not in kept]
    paths = tuple(path for group in rest for path in group.paths)
    other = SourceGroup(OTHER, sentence(OTHER), "", paths)
    return (*(group for group in groups if group.id in kept), other)
