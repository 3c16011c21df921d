"""What a proposition measures: a quantity, an interest, acts, consent or an event, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal, NamedTuple, Self

from pydantic import StrictFloat, StrictInt, model_validator

from sim.scenario.cameo import is_conflict
from sim.scenario.conditions import Conditions
from sim.scenario.field_types import Date, Frozen, Name, Names, Text, fault, optional
from sim.scenario.formulas import texts
from sim.scenario.lookup import components_of, consent, usual
from sim.scenario.phrases import IN_FORCE_KINDS, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Outcome, Watch

_Number = StrictFloat | StrictInt
WORDS = ("any", "cooperation", "conflict")
"""Stand for all levers, or for those of one side of the CAMEO scale."""
WAYS = ("outcome", "of", "interest", "acts", "proposals", "consent", "promises", "watch", "when")
"""The ways to say what is measured; exactly one is taken, but that 'interest' needs 'of'."""
BOUNDED = {"not lower": -1, "not higher": 1}
"""Expectations with a margin, and the direction in which it must not be passed."""


class Measured(Frozen):
    """One quantity to compare, and what the claim expects of it."""

    name: Text | None = optional("as it is shown, instead of the quantity itself")
    outcome: Name | None = optional("an outcome of the base scenario")
    of: str | None = optional("a quantity: 'ties of north to south'; with 'interest' an actor")
    interest: Literal["security", "prosperity", "issues", "standing", "support", "all"] | None = (
        optional(
            "how well off the actor under 'of' is: a component of its interest, "
            "or 'all' of them by its weights, in points"
        )
    )
    acts: Names = optional(
        "levers whose accepted uses are counted, or 'any', 'cooperation', 'conflict'", ()
    )
    proposals: Names = optional("levers whose proposals are counted, agreed to or not", ())
    consent: Names = optional("levers of whose proposals the share agreed to is looked at", ())
    promises: Names = optional(
        "levers with 'delivers': how many of their promises come to 'verdict'", ()
    )
    verdict: Literal["kept", "late", "broken"] = optional(
        "with 'promises': kept in time, delivered late, or broken", "kept"
    )
    watch: Name | None = optional("a watched event of the base scenario")
    when: Conditions = optional("conditions: how often all come true", {})
    by: Name | None = optional("with levers: only those pulled by this actor")
    toward: Name | None = optional("with levers: only those toward this actor")
    at: Literal["end", "mean", "highest", "lowest"] = optional(
        "of a quantity: its last value, its mean, highest or lowest", "end"
    )
    since: Date | None = optional("look only at the rounds from this date on")
    until: Date | None = optional("look only at the rounds up to this date")
    expect: Literal["rises", "falls", "unchanged", "not lower", "not higher"] | None = optional(
        "what the intervention does to it, as the claim has it"
    )
    by_more_than: _Number | None = optional("with 'not lower' and 'not higher': by more than this")
    at_least: _Number | None = optional("instead: it is at least this, by itself")
    at_most: _Number | None = optional("instead: it is at most this, by itself")

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        given = [way for way in WAYS if getattr(self, way)]
        if self.interest and not self.of:
            raise fault("it is not said whose interest is measured", "add of: with an actor")
        if self.interest:
            given.remove("of")
        if len(given) != 1:
            found = ", ".join(given) if given else "none"
            raise fault(
                f"one thing is measured, here {found}", f"write exactly one of {', '.join(WAYS)}"
            )
        limits = self.at_least is not None or self.at_most is not None
        if limits == (self.expect is not None):
            raise fault(
                "a measure says what is expected, once",
                "write expect: rises, falls, unchanged, not lower or not higher; "
                "or at_least or at_most with a number",
            )
        self._margin()
        if self.verdict != "kept" and not self.promises:
            raise fault("'verdict' says nothing without 'promises'", "delete it")
        counted = self.acts or self.proposals or self.consent or self.promises
        if (self.by or self.toward) and not counted:
            raise fault("'by' and 'toward' say nothing without levers", "delete them")
        if self.is_share and any(not 0 <= limit <= 1 for limit in self._limits):
            raise fault("a probability lies between 0 and 1", "write 0.15 for 15 per cent")
        if len(self._limits) == 2 and self._limits[0] > self._limits[1]:
            problem = f"nothing is at least {self._limits[0]:g} and at most {self._limits[1]:g}"
            raise fault(problem, "write the lower number under at_least")
        if self.by and self.by == self.toward:
            raise fault("an actor does nothing toward itself", "name another under 'toward'")
        if self.at != "end" and not (self.of or self.outcome):
            raise fault(f"'at: {self.at}' is for a quantity over time", "delete it")
        if self.since and self.until and self.since > self.until:
            raise fault("the period ends before it begins", "turn the dates round")
        return self

    def _margin(self) -> None:
        """A margin belongs to 'not lower' and 'not higher', and is more than nothing."""
        margin = self.by_more_than
        if (margin is None) != (self.expect not in BOUNDED):
            if margin is None:
                remedy = "add by_more_than: with the largest difference that does not matter"
                raise fault(f"'{self.expect}' does not say by how much", remedy)
            problem = "'by_more_than' is for what is not lower or not higher"
            raise fault(problem, "write expect: not lower, or expect: not higher; or delete it")
        if margin is not None and margin <= 0:
            raise fault(f"{margin:g} leaves no room", "write a number above 0")
        if margin is not None and self.is_share and margin >= 1:
            raise fault(
                "a probability lies between 0 and 1", "write 0.05 for five percentage points"
            )

    @property
    def _limits(self) -> tuple[float, ...]:
        return tuple(limit for limit in (self.at_least, self.at_most) if limit is not None)

    @property
    def is_level(self) -> bool:
        """Whether it is held against a number, not against another arm."""
        return self.expect is None

    @property
    def is_share(self) -> bool:
        """Whether its values are shares of one: of an event, of consent, of what is in force."""
        phrase = parse(self.of) if self.of and not self.interest else None
        in_force = phrase is not None and phrase.kind in IN_FORCE_KINDS
        return bool(self.watch or self.when or self.consent or in_force)

    @property
    def levers(self) -> tuple[str, ...]:
        """The levers it looks at, by id or word."""
        return self.acts or self.proposals or self.consent or self.promises


class Interest(NamedTuple):
    """A component of an actor's interest, or ``all`` of them."""

    actor: str
    component: str


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
    interest : Interest or None
        Whose interest is measured.
    """

    id: str
    label: str
    measured: Measured
    levers: tuple[str, ...] = ()
    outcome: Outcome | None = None
    watch: Watch | None = None
    interest: Interest | None = None

    @property
    def is_counted(self) -> bool:
        """Whether its values are whole numbers: of acts, of proposals, or of promises."""
        return bool(self.measured.proposals or self.measured.promises) or (
            self.outcome is not None and bool(self.outcome.acts)
        )


def resolve(owner: str, id: str, measured: Measured, description: Description) -> Target:
    """Write out what a measure means in a scenario whose names it was checked against.

    ``owner`` is the id of the proposition, ``id`` that of the measure.
    """
    levers = _levers(measured, description)
    outcome, watch, interest = None, None, None
    if measured.interest:
        interest = Interest(str(measured.of), measured.interest)
    elif measured.outcome:
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
    return Target(id, f"{owner} {id}", measured, levers, outcome, watch, interest)


def recording(scenario: Scenario, targets: Iterable[Target]) -> Scenario:
    """The same scenario, with what the measures need among its outcomes and watched events."""
    described = scenario.description
    outcomes, watch = dict(described.outcomes), dict(described.watch)
    for target in targets:
        if target.outcome is not None:
            outcomes[target.label] = target.outcome
        if target.watch is not None:
            watch[target.label] = target.watch
        if target.interest is not None:
            outcomes |= {
                text: Outcome(name=text, of=text)
                for text in wants(target.interest.actor, described)
            }
    description = described.model_copy(update={"outcomes": outcomes, "watch": watch})
    return replace(scenario, description=description)


def wants(actor: str, description: Description) -> tuple[str, ...]:
    """What an actor wants, as phrases: results keep it only where an outcome names it."""
    stances = (f"{kind} of {actor} on {{}}" for kind in ("position", "salience"))
    return (
        *(form.format(issue) for form in stances for issue in description.issues),
        *(f"weight of {actor} on {component}" for component in components_of(description)),
    )


def weighed(interest: Interest, description: Description) -> tuple[str, ...]:
    """The quantities that an interest is made of, as phrases (``docs/model.md``, section 6.3)."""
    actor, component = interest
    others = [name for name in description.actors if name != actor]
    pairs = list(combinations(description.actors, 2))
    powers = [f"power of {name}" for name in description.actors]
    tension = [f"tension of {actor} and {other}" for other in others]
    affinity = [f"affinity of {one} and {other}" for one, other in pairs]
    pledging = [(one, two) for one in others for two in (actor, *others) if one != two]
    commitment = [f"commitment of {one} to {two}" for one, two in pledging]
    stances = [key for key, issue in description.issues.items() if actor in issue.stances]
    wanted = wants(actor, description)
    weights = [text for text in wanted if text.startswith("weight")]
    parts = {
        "security": [*tension, *affinity, *commitment, *powers],
        "prosperity": [f"ties of {actor} to {other}" for other in others],
        "issues": [f"issue {issue}" for issue in stances]
        + [text for text in wanted if text not in weights],
        "standing": [f"affinity of {actor} and {other}" for other in others] + powers,
        "support": [f"support of {actor}"],
        **{name: list(texts(own.of)) for name, own in description.interests.items()},
    }
    if component != "all":
        return tuple(parts[component])
    return tuple(dict.fromkeys((*(text for part in parts.values() for text in part), *weights)))


def _levers(measured: Measured, description: Description) -> tuple[str, ...]:
    named = measured.levers
    if not set(named) & set(WORDS):
        return named
    found = []
    for name, lever in description.levers.items():
        side = "conflict" if is_conflict(lever) else "cooperation"
        wanted = name in named or "any" in named or side in named
        asks = not measured.consent or bool(lever.consent)
        asks &= not measured.promises or lever.delivers is not None
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
        and (not measured.promises or lever.delivers is not None)
        for a in actors
        for b in actors
        if a != b and measured.by in (None, a) and measured.toward in (None, b)
    )
