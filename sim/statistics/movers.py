"""What moves a quantity: where it starts, levers, events, each counted in the runs.

Every number is named by its path among the parameters of the scenario.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

import xarray as xr

from sim.scenario.instances import instances, place_of, promises
from sim.scenario.lookup import consent, relation, usual
from sim.scenario.phrases import (
    IN_FORCE,
    SYMMETRIC,
    Kind,
    Phrase,
    expand,
    parse,
    range_width,
    same_quantity,
)
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Event, Limits
from sim.statistics.conduct import ends_of, lever_use, playing

Way = tuple[str, str]
"""Actor and target of a lever."""
_RULES: dict[Kind, tuple[str, ...]] = {
    "affinity": ("reversion.affinity", "noise.affinity", "balance", "reciprocity"),
    "tension": ("reversion.tension", "noise.tension"),
    "commitment": ("reversion.commitment", "noise.commitment"),
    "ties": ("reversion.ties", "noise.ties"),
    "support": ("reversion.support", "noise.support"),
    "trust": ("learning", "reversion.trust"),
    "office": ("accountability",),
}
"""Coefficients of the theory that move a quantity in every round."""


@dataclass(frozen=True)
class LeverDriver:
    """A lever that moves a quantity, or that is itself counted.

    Attributes
    ----------
    lever : str
        Its id.
    numbers : tuple of str
        Paths of what it does: the size of its effect (or its cost), or, of a
        counted lever, what it requires and, where asked for, all its effects.
    habits : tuple of str
        Paths of its usual frequencies and chances of consent, for those actors
        and targets by whom it counts here; the most used first.
    uses : float
        Mean uses per run, accepted where it asks for consent.
    size : float or None
        What a use adds to the quantity as stated, in its unit, before wear and
        saturation; ``None`` where the acts themselves are counted.
    range : float
        Width of the quantity's range, in the same unit.
    proposed : bool
        True where every proposal counts, accepted or not: a cost.
    """

    lever: str
    numbers: tuple[str, ...]
    habits: tuple[str, ...]
    uses: float
    size: float | None = None
    range: float = 1.0
    proposed: bool = False

    @property
    def push(self) -> float:
        """Stated size times mean uses per run."""
        return self.uses * (0.0 if self.size is None else self.size)

    @property
    def strength(self) -> float:
        """Size of the push, as a share of the quantity's range."""
        return abs(self.push) / self.range


@dataclass(frozen=True)
class EventDriver:
    """An event that changes a quantity, and the share of runs in which it happened.

    ``numbers`` are the paths of its change, its chance and its conditions.
    """

    event: str
    numbers: tuple[str, ...]
    share: float


class Movers:
    """The uses and events of a result, counted once for all quantities.

    Parameters
    ----------
    whole : Dataset
        Labelled results without the runs that failed; at least one run.
    scenario : Scenario
        What was run.
    """

    def __init__(self, whole: xr.Dataset, scenario: Scenario) -> None:
        self._description = scenario.description
        self._parameters = scenario.parameters
        use = lever_use(whole)
        rounds = playing(whole).sum() / whole.sizes["run"]
        self._uses, self._proposals = (
            {
                (lever, *ends_of(direction)): float(shares[place, nth] * rounds)
                for place, direction in enumerate(use.directions)
                for nth, lever in enumerate(use.levers)
            }
            for shares in (use.done, use.proposed)
        )
        happened = whole["happened"].any("round").mean("run").values
        self._happened = dict(zip(whole["event"].values, happened.tolist(), strict=True))

    def own(self, phrase: Phrase) -> tuple[str, ...]:
        """Paths of where a quantity starts, and of what moves it in every round.

        Defaults that do nothing are left out.
        """
        names = phrase.names
        paths: list[str] = []
        match phrase.kind:
            case "affinity" | "tension" | "commitment" | "ties":
                start = relation(self._description, phrase.kind, *names)
                joint = "and" if phrase.kind in SYMMETRIC else "to"
                ways = (names, names[::-1]) if phrase.kind in SYMMETRIC else (names,)
                trends = (f"relations.{a} {joint} {b}.{phrase.kind}_trend" for a, b in ways)
                paths = [*([start[0]] if start else []), *trends]
            case "support":
                home = ("support", "support_trend", "audience_cost")
                paths = [f"actors.{names[0]}.{key}" for key in home]
            case "power":
                paths = [f"actors.{names[0]}.{key}" for key in ("power", "power_growth")]
            case "issue":
                keys = ("outcome", "trend", "reversion", "volatility")
                paths = [f"issues.{names[0]}.{key}" for key in keys]
            case "position" | "salience":
                paths = [f"issues.{names[1]}.stances.{names[0]}.{phrase.kind}"]
            case "in_force" | "in_force_by":
                paths = ["coefficients.horizon", "coefficients.breach"]
                paths.append(f"arrangements.{names[0]}.solemnity")
            case "trust":
                paths = [f"relations.{names[0]} to {names[1]}.trust"]
        if phrase.kind in ("support", "office"):
            ruling = ("cost_of_ruling", "loses", "hazard")
            paths += [f"actors.{names[0]}.government.{key}" for key in ruling]
        paths += self._while_in_force(phrase)
        paths += [f"coefficients.{rule}" for rule in _RULES.get(phrase.kind, ())]
        return tuple(path for path in paths if self._says(path))

    def _while_in_force(self, phrase: Phrase) -> list[str]:
        """Paths of what arrangements change in each round in force."""
        found = []
        for one in instances(self._description):
            turns = [one.parties[:2]] if one.one_sided else list(permutations(one.parties[:2]))
            for text in self._description.arrangements[one.name].effects:
                effect = parse(text)
                if effect and any(self._acts(effect, (a, t), phrase) for a, t in turns):
                    found.append(f"arrangements.{one.name}.effects.{text}")
        return list(dict.fromkeys(found))

    def levers(self, phrase: Phrase) -> tuple[LeverDriver, ...]:
        """The levers whose stated effects, or cost, act on a quantity.

        Of what is in force those that begin, end, suspend or resume it; of trust those that
        promise something to the one who trusts, and that keep it.
        """
        return tuple(
            driver
            for lever in self._description.levers
            for driver in (
                *self._effects(lever, phrase),
                *self._cost(lever, phrase),
                *self._arranging(lever, phrase),
            )
        )

    def events(self, phrase: Phrase) -> tuple[EventDriver, ...]:
        """The events that change a quantity, in the order of the scenario file."""
        changing = (
            (name, text)
            for name, event in self._description.events.items()
            for text in (*(t for t in event.changes if same(parse(t), phrase)),
                         *([""] if self._befalls(event, phrase) else []))
        )  # fmt: skip
        return tuple(self.event(name, text) for name, text in changing)

    def _befalls(self, event: Event, phrase: Phrase) -> bool:
        """Whether an event begins or ends an arrangement, or brings a new government."""
        if phrase.kind in ("office", "support"):
            return event.government == phrase.names[0]
        if phrase.kind not in IN_FORCE:
            return False
        found = instances(self._description)
        named = (parse(f"in force {text}") for text in (*event.begins, *event.ends))
        numbers = {place_of(one, found) for one in named if one is not None}
        return place_of(phrase, found) in numbers

    def _arranging(self, lever: str, phrase: Phrase) -> Iterator[LeverDriver]:
        described = self._description.levers[lever]
        if phrase.kind in IN_FORCE:
            found = instances(self._description)
            number = place_of(phrase, found)
            named = (*described.begins, *described.ends, *described.suspends, *described.resumes)
            if number < 0 or phrase.names[0] not in named:
                return
            ways = [way for way in self._ways(lever) if found[number].concerns(*way)]
        elif phrase.kind == "trust":
            kept = {
                by for one in promises(self._description)
                for debtor, creditor in one.owed if (creditor, debtor) == phrase.names
                for by in ((one.lever, one.actor, one.target), *one.by)
            }  # fmt: skip
            ways = [way for way in self._ways(lever) if (lever, *way) in kept]
        else:
            return
        if ways:
            uses = sum(self._uses[lever, actor, target] for actor, target in ways)
            numbers = tuple(limits(f"levers.{lever}.requires", described.requires))
            yield LeverDriver(lever, numbers, self._habits(lever, ways), uses)

    def event(self, name: str, text: str = "") -> EventDriver:
        """One event, with what it does to the quantity that ``text`` names."""
        event = self._description.events[name]
        paths = [f"events.{name}.changes.{text}.{key}" for key in ("by", "to") if text]
        if event.chance.value < 1:
            paths.append(f"events.{name}.chance")
        paths = [path for path in paths if path in self._parameters]
        conditions = limits(f"events.{name}.when", event.when)
        return EventDriver(name, (*paths, *conditions), self._happened[name])

    def counted(
        self, lever: str, by: str | None, toward: str | None, *, effects: bool
    ) -> LeverDriver:
        """A lever whose accepted uses are looked at themselves.

        Parameters
        ----------
        lever : str
            Its id.
        by, toward : str or None
            Only uses by this actor, and toward this one.
        effects : bool
            Whether to list its effects too.
        """
        ways = [
            (actor, target)
            for actor, target in self._ways(lever)
            if by in (None, actor) and toward in (None, target)
        ]
        described = self._description.levers[lever]
        numbers = [*limits(f"levers.{lever}.requires", described.requires)]
        if effects:
            numbers += [f"levers.{lever}.effects.{text}" for text in described.effects]
        uses = sum(self._uses[lever, actor, target] for actor, target in ways)
        return LeverDriver(lever, tuple(numbers), self._habits(lever, ways), uses)

    def _says(self, path: str) -> bool:
        found = self._parameters.get(path)
        return found is not None and (found.stated or found.value != 0)

    def _effects(self, lever: str, phrase: Phrase) -> Iterator[LeverDriver]:
        for text, amount in self._description.levers[lever].effects.items():
            effect = parse(text)
            ways = [way for way in self._ways(lever) if effect and self._acts(effect, way, phrase)]
            if ways:
                uses = sum(self._uses[lever, actor, target] for actor, target in ways)
                numbers, habits = (f"levers.{lever}.effects.{text}",), self._habits(lever, ways)
                width = range_width(phrase.kind)
                yield LeverDriver(lever, numbers, habits, uses, amount.value, width)

    def _acts(self, effect: Phrase, way: Way, phrase: Phrase) -> bool:
        return any(same(one, phrase) for one in expand(effect, *way, self._description.actors))

    def _cost(self, lever: str, phrase: Phrase) -> Iterator[LeverDriver]:
        """What a lever costs, its actor pays with every proposal."""
        cost = self._description.levers[lever].cost.value
        ways = [way for way in self._ways(lever) if Phrase("support", way[:1]) == phrase]
        if cost and ways:
            made = sum(self._proposals[lever, actor, target] for actor, target in ways)
            numbers, habits = (f"levers.{lever}.cost",), self._habits(lever, ways)
            yield LeverDriver(lever, numbers, habits, made, -cost, proposed=True)

    def _ways(self, lever: str) -> list[Way]:
        """Who uses a lever, and toward whom."""
        described = self._description.levers[lever]
        pairs = permutations(self._description.actors, 2)
        return [(actor, target) for actor, target in pairs if usual(described, actor, target)]

    def _habits(self, lever: str, ways: Iterable[Way]) -> tuple[str, ...]:
        described = self._description.levers[lever]
        ranked = sorted(ways, key=lambda way: -self._uses[lever, way[0], way[1]])
        paths = [
            f"levers.{lever}.{table}.{found[0]}"
            for table, look_up in (("usual", usual), ("consent", consent))
            for way in ranked
            if (found := look_up(described, *way))
        ]
        return tuple(dict.fromkeys(paths))


def limits(path: str, conditions: Mapping[str, Limits]) -> Iterator[str]:
    """Paths of the limits that conditions state."""
    for text, limit in conditions.items():
        for key in ("at_least", "at_most"):
            if getattr(limit, key) is not None:
                yield f"{path}.{text}.{key}"


def same(one: Phrase | None, other: Phrase) -> bool:
    """Whether two phrases name one quantity."""
    return one is not None and same_quantity(one) == same_quantity(other)
