"""What a proposition measures: a quantity, acts, consent or an event, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, Self

from pydantic import Field, StrictFloat, StrictInt, model_validator

from sim.scenario.cameo import is_conflict
from sim.scenario.grounded import Date, Name, Names, Text
from sim.scenario.lookup import consent, usual
from sim.scenario.quantity import Frozen, fault
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Limits, Outcome, Watch

Number = StrictFloat | StrictInt
WORDS = ("any", "cooperation", "conflict")
"""Stand for all levers, or for those of one side of the CAMEO scale."""
WAYS = ("outcome", "of", "acts", "proposals", "consent", "watch", "when")
"""The ways to say what is measured; exactly one is taken."""


class Measured(Frozen):
    """One quantity to compare, and what the claim expects of it."""

    name: Text | None = Field(None, description="as it is shown, instead of the quantity itself")
    outcome: Name | None = Field(None, description="an outcome of the base scenario")
    of: str | None = Field(None, description="a quantity: 'ties of north to south'")
    acts: Names = Field(
        (),
        description="levers whose accepted uses are counted, or 'any', 'cooperation', 'conflict'",
    )
    proposals: Names = Field((), description="levers whose proposals are counted, agreed to or not")
    consent: Names = Field(
        (), description="levers of whose proposals the share agreed to is looked at"
    )
    watch: Name | None = Field(None, description="a watched event of the base scenario")
    when: dict[str, Limits] = Field(default={}, description="conditions: how often all come true")
    by: Name | None = Field(None, description="with levers: only those pulled by this actor")
    toward: Name | None = Field(None, description="with levers: only those toward this actor")
    at: Literal["end", "mean", "highest", "lowest"] = Field(
        "end", description="of a quantity: its last value, its mean, highest or lowest"
    )
    since: Date | None = Field(None, description="look only at the rounds from this date on")
    until: Date | None = Field(None, description="look only at the rounds up to this date")
    expect: Literal["rises", "falls", "unchanged"] | None = Field(
        None, description="what the intervention does to it, as the claim has it"
    )
    at_least: Number | None = Field(None, description="instead: it is at least this, by itself")
    at_most: Number | None = Field(None, description="instead: it is at most this, by itself")

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        given = [way for way in WAYS if getattr(self, way)]
        if len(given) != 1:
            found = ", ".join(given) if given else "none"
            raise fault(
                f"one thing is measured, here {found}", f"write exactly one of {', '.join(WAYS)}"
            )
        limits = self.at_least is not None or self.at_most is not None
        if limits == (self.expect is not None):
            raise fault(
                "a measure says what is expected, once",
                "write expect: rises, falls or unchanged; or at_least or at_most with a number",
            )
        counted = self.acts or self.proposals or self.consent
        if (self.by or self.toward) and not counted:
            raise fault("'by' and 'toward' say nothing without levers", "delete them")
        if self.is_share and any(not 0 <= limit <= 1 for limit in self._limits):
            raise fault("a probability lies between 0 and 1", "write 0.15 for 15 per cent")
        if len(self._limits) == 2 and self._limits[0] > self._limits[1]:
            raise fault(
                f"nothing is at least {self._limits[0]:g} and at most {self._limits[1]:g}",
                "write the lower number under at_least",
            )
        if self.by and self.by == self.toward:
            raise fault("an actor does nothing toward itself", "name another under 'toward'")
        if self.at != "end" and not (self.of or self.outcome):
            raise fault(f"'at: {self.at}' is for a quantity over time", "delete it")
        if self.since and self.until and self.since > self.until:
            raise fault("the period ends before it begins", "turn the dates round")
        return self

    @property
    def _limits(self) -> tuple[float, ...]:
        return tuple(limit for limit in (self.at_least, self.at_most) if limit is not None)

    @property
    def is_level(self) -> bool:
        """Whether it is held against a number, not against another arm."""
        return self.expect is None

    @property
    def is_share(self) -> bool:
        """Whether its values are probabilities: of an event, or of consent."""
        return bool(self.watch or self.when or self.consent)

    @property
    def levers(self) -> tuple[str, ...]:
        """The levers it looks at, by id or word."""
        return self.acts or self.proposals or self.consent


@dataclass(frozen=True)
class Target:
    """A measure with its names resolved in a scenario.

    Attributes
    ----------
    id : str
        Its key in the proposition.
    label : str
        Name under which an arm records it, unlike that of any other proposition's.
    measured : Measured
    levers : tuple of str
        The levers counted, words written out.
    outcome : Outcome or None
        The quantity or count as a scenario's outcome states it.
    watch : Watch or None
        The event as a scenario's watch list states it.
    """

    id: str
    label: str
    measured: Measured
    levers: tuple[str, ...] = ()
    outcome: Outcome | None = None
    watch: Watch | None = None


def resolve(owner: str, id: str, measured: Measured, description: Description) -> Target:
    """Write out what a measure means in a scenario whose names it was checked against.

    ``owner`` is the id of the proposition, ``id`` that of the measure.
    """
    levers = _levers(measured, description)
    outcome, watch = None, None
    if measured.outcome:
        outcome = description.outcomes[measured.outcome]
    elif measured.of:
        outcome = Outcome(name=measured.name or measured.of, of=measured.of)
    elif measured.acts:
        outcome = Outcome(
            name=measured.name or id, acts=levers, by=measured.by, toward=measured.toward
        )
    elif measured.watch:
        watch = description.watch[measured.watch]
    elif measured.when:
        watch = Watch(name=measured.name or id, when=measured.when)
    return Target(id, f"{owner} {id}", measured, levers, outcome, watch)


def recording(scenario: Scenario, targets: Iterable[Target]) -> Scenario:
    """The same scenario, with what the measures need among its outcomes and watched events."""
    described = scenario.description
    outcomes, watch = dict(described.outcomes), dict(described.watch)
    for target in targets:
        if target.outcome is not None:
            outcomes[target.label] = target.outcome
        if target.watch is not None:
            watch[target.label] = target.watch
    description = described.model_copy(update={"outcomes": outcomes, "watch": watch})
    return replace(scenario, description=description)


def _levers(measured: Measured, description: Description) -> tuple[str, ...]:
    named = measured.levers
    if not set(named) & set(WORDS):
        return named
    found = []
    for name, lever in description.levers.items():
        side = "conflict" if is_conflict(lever) else "cooperation"
        wanted = name in named or "any" in named or side in named
        asks = not measured.consent or bool(lever.consent)
        if wanted and asks and has_lever(name, measured, description):
            found.append(name)
    return tuple(found)


def has_lever(name: str, measured: Measured, description: Description) -> bool:
    """Whether the actors that the measure looks at have the lever at all."""
    lever = description.levers[name]
    actors = list(description.actors)
    return any(
        usual(lever, a, b) is not None
        and (not measured.consent or consent(lever, a, b) is not None)
        for a in actors
        for b in actors
        if a != b and measured.by in (None, a) and measured.toward in (None, b)
    )
