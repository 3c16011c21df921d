"""What drives each reported outcome and each watched event of a result.

Everything is named by the path of the parameter that holds it, so that a reader
can go on from a curve to the source of each number behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from sim.scenario.conditions import Condition, every, texts_in
from sim.scenario.formulas import Formula, phrases_of, single
from sim.scenario.lookup import consent, instances, place_of, promises, relation, usual
from sim.scenario.phrases import (
    ANYONE,
    IN_FORCE_KINDS,
    SYMMETRIC,
    Kind,
    Phrase,
    expand,
    parse,
    range_width,
    same_quantity,
)
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description, Event, Outcome
from sim.statistics.conduct import ends_of, lever_use, playing
from sim.statistics.summary import complete_runs

# What moves a quantity: where it starts, levers, events, each counted in the runs.

Way = tuple[str, str]
"""Actor and target of a lever."""
_RULING = tuple(f"actors.{{0}}.government.{key}" for key in ("cost_of_ruling", "loses", "hazard"))
_KEPT_UP = ("coefficients.horizon", "coefficients.breach", "arrangements.{0}.solemnity")
_OWN: dict[Kind, tuple[str, ...]] = {
    "support": (
        *(f"actors.{{0}}.{key}" for key in ("support", "support_trend", "audience_cost")),
        *_RULING,
    ),
    "office": _RULING,
    "power": ("actors.{0}.power", "actors.{0}.power_growth"),
    "issue": tuple(f"issues.{{0}}.{k}" for k in ("outcome", "trend", "reversion", "volatility")),
    "position": ("issues.{1}.stances.{0}.position",),
    "salience": ("issues.{1}.stances.{0}.salience",),
    "in_force": _KEPT_UP,
    "in_force_by": _KEPT_UP,
    "trust": ("relations.{0} to {1}.trust",),
}
"""By kind, the paths of where a quantity starts and of what moves it, by the names in it."""
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
    """The uses and events of a result, without failed runs, counted once for all quantities."""

    def __init__(self, whole: xr.Dataset, scenario: Scenario) -> None:
        self._description = description = scenario.description
        self._parameters = scenario.parameters
        self._instances = instances(description)
        pairs = list(permutations(description.actors, 2))
        self._ways = {
            name: [way for way in pairs if usual(lever, *way)]
            for name, lever in description.levers.items()
        }
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
        kind, names = phrase.kind, phrase.names
        paths = [path.format(*names) for path in _OWN.get(kind, ())]
        if kind in ("affinity", "tension", "commitment", "ties"):
            start = relation(self._description, kind, *names)
            joint = "and" if kind in SYMMETRIC else "to"
            ways = (names, names[::-1]) if kind in SYMMETRIC else (names,)
            paths = [start[0]] if start else []
            paths += [f"relations.{a} {joint} {b}.{kind}_trend" for a, b in ways]
        paths += self._while_in_force(phrase)
        paths += [f"coefficients.{rule}" for rule in _RULES.get(kind, ())]
        return tuple(path for path in paths if self._counts(path))

    def _counts(self, path: str) -> bool:
        found = self._parameters.get(path)
        return found is not None and (found.stated or found.value != 0)

    def _while_in_force(self, phrase: Phrase) -> list[str]:
        """Paths of what arrangements change in each round in force."""
        found = []
        for one in self._instances:
            turns = [one.parties[:2]] if one.one_sided else list(permutations(one.parties[:2]))
            for text in self._description.arrangements[one.name].effects:
                if any(self._acts(text, (a, t), phrase) for a, t in turns):
                    found.append(f"arrangements.{one.name}.effects.{text}")
        return list(dict.fromkeys(found))

    def _acts(self, text: str, way: Way, phrase: Phrase) -> bool:
        """Whether an effect, between these two, is one on a quantity."""
        effect, actors = parse(text), self._description.actors
        return effect is not None and any(same(one, phrase) for one in expand(effect, *way, actors))

    def levers(self, phrase: Phrase) -> tuple[LeverDriver, ...]:
        """The levers whose stated effects, or cost, act on a quantity.

        Of what is in force those that begin, end, suspend or resume it; of trust those that
        promise something to the one who trusts, and that keep it.
        """
        return tuple(
            driver for lever in self._description.levers for driver in self._of(lever, phrase)
        )

    def _of(self, lever: str, phrase: Phrase) -> Iterator[LeverDriver]:
        described = self._description.levers[lever]
        for text, amount in described.effects.items():
            if ways := [way for way in self._ways[lever] if self._acts(text, way, phrase)]:
                path, width = f"levers.{lever}.effects.{text}", range_width(phrase.kind)
                yield replace(self._driver(lever, ways, path), size=amount.value, range=width)
        # What a lever costs, its actor pays with every proposal.
        cost = described.cost.value
        ways = [way for way in self._ways[lever] if Phrase("support", way[:1]) == phrase]
        if cost and ways:
            made = sum(self._proposals[lever, actor, target] for actor, target in ways)
            driver = self._driver(lever, ways, f"levers.{lever}.cost")
            yield replace(driver, uses=made, size=-cost, proposed=True)
        if ways := self._arranging(lever, phrase):
            yield self._driver(lever, ways, *limits(f"levers.{lever}.requires", described.requires))

    def _arranging(self, lever: str, phrase: Phrase) -> list[Way]:
        """By whom and toward whom a lever changes what is in force, or is about trust."""
        described, ways = self._description.levers[lever], self._ways[lever]
        if phrase.kind in IN_FORCE_KINDS:
            number = place_of(phrase, self._instances)
            named = (*described.begins, *described.ends, *described.suspends, *described.resumes)
            meant = number >= 0 and phrase.names[0] in named
            return [way for way in ways if meant and self._instances[number].concerns(*way)]
        if phrase.kind != "trust":
            return []
        kept = {
            by
            for one in promises(self._description)
            if any((creditor, debtor) == phrase.names for debtor, creditor in one.owed)
            for by in ((one.lever, one.actor, one.target), *one.by)
        }
        return [way for way in ways if (lever, *way) in kept]

    def counted(
        self, lever: str, by: str | None, toward: str | None, *, effects: bool
    ) -> LeverDriver:
        """A lever whose accepted uses by and toward someone are looked at themselves.

        ``effects`` says whether to list its effects too.
        """
        ways = [
            (actor, target)
            for actor, target in self._ways[lever]
            if by in (None, actor) and toward in (None, target)
        ]
        described = self._description.levers[lever]
        numbers = [*limits(f"levers.{lever}.requires", described.requires)]
        if effects:
            numbers += [f"levers.{lever}.effects.{text}" for text in described.effects]
        return self._driver(lever, ways, *numbers)

    def uses(self, phrase: Phrase) -> LeverDriver:
        """The lever whose uses a phrase counts."""
        lever, by, toward, _ = phrase.names
        who, whom = (None if name == ANYONE else name for name in (by, toward))
        return self.counted(lever, who, whom, effects=False)

    def _driver(self, lever: str, ways: Sequence[Way], *numbers: str) -> LeverDriver:
        """A lever with how often it is used by these, and how usual that is, most used first."""
        described = self._description.levers[lever]
        ranked = sorted(ways, key=lambda way: -self._uses[lever, way[0], way[1]])
        habits = [
            f"levers.{lever}.{table}.{found[0]}"
            for table, look_up in (("usual", usual), ("consent", consent))
            for way in ranked
            if (found := look_up(described, *way))
        ]
        uses = sum(self._uses[lever, actor, target] for actor, target in ways)
        return LeverDriver(lever, numbers, tuple(dict.fromkeys(habits)), uses)

    def events(self, phrase: Phrase) -> tuple[EventDriver, ...]:
        """The events that change a quantity, in the order of the scenario file."""
        found = []
        for name, event in self._description.events.items():
            texts = [text for text in event.changes if same(parse(text), phrase)]
            if self._begins_or_ends(event, phrase):
                texts.append("")
            found += [self.event(name, text) for text in texts]
        return tuple(found)

    def _begins_or_ends(self, event: Event, phrase: Phrase) -> bool:
        """Whether an event begins or ends an arrangement, or brings a new government."""
        if phrase.kind in ("office", "support"):
            return event.government == phrase.names[0]
        if phrase.kind not in IN_FORCE_KINDS:
            return False
        named = (parse(f"in force {text}") for text in (*event.begins, *event.ends))
        numbers = {place_of(one, self._instances) for one in named if one is not None}
        return place_of(phrase, self._instances) in numbers

    def event(self, name: str, text: str = "") -> EventDriver:
        """One event, with what it does to the quantity that ``text`` names."""
        event = self._description.events[name]
        paths = [f"events.{name}.changes.{text}.{key}" for key in ("by", "to") if text]
        if event.chance.value < 1:
            paths.append(f"events.{name}.chance")
        paths = [path for path in paths if path in self._parameters]
        conditions = limits(f"events.{name}.when", event.when)
        return EventDriver(name, (*paths, *conditions), self._happened[name])


def limits(path: str, conditions: Mapping[str, Condition]) -> Iterator[str]:
    """Paths of the limits that conditions state."""
    for steps, text, limit in every(conditions):
        for key in ("at_least", "at_most"):
            if getattr(limit, key) is not None:
                yield ".".join((path, *map(str, steps), text, key))


def same(one: Phrase | None, other: Phrase) -> bool:
    """Whether two phrases name one quantity."""
    return one is not None and same_quantity(one) == same_quantity(other)


# Which uncertain numbers the end of the runs goes with: rank correlations.

_LEVEL = 0.05
"""Chance that anything is told where no end goes with any number."""
MOST_NUMBERS = 6
"""Most numbers that are told of one end."""
_RANK_TIES = 1e-9


@dataclass(frozen=True)
class Associated:
    """An uncertain number, by its path, and its rank correlation with an end."""

    path: str
    rho: float


def associations(
    drawn: xr.DataArray, ends: Mapping[str, ArrayLike]
) -> dict[str, tuple[Associated, ...]]:
    """Find the uncertain numbers that ends go with over the runs, by name of the end.

    ``drawn`` is what each run drew, ``(run, parameter)``, of runs that did not fail; an end
    is a value of each run: where an outcome ended, or whether an event happened. The
    strongest numbers come first; none for an end that is the same in all runs, or with
    fewer than 3 runs.
    """
    paths = [str(path) for path in drawn["parameter"].values]
    ranks, varies = _ranks(drawn.transpose("run", "parameter").values)
    least = critical_rho(len(ranks), int(varies.sum()) * len(ends))
    found = {}
    for name, values in ends.items():
        end, differs = _ranks(np.asarray(values, dtype=np.float64)[:, None])
        rho = ranks.T @ end[:, 0] if differs[0] else np.zeros(len(paths))
        strongest = np.argsort(-np.abs(rho), kind="stable")[:MOST_NUMBERS]
        found[name] = tuple(
            Associated(paths[place], float(np.clip(rho[place], -1, 1)))
            for place in strongest
            if abs(rho[place]) > least
        )
    return found


def critical_rho(runs: int, tried: int) -> float:
    """The rank correlation that chance alone seldom exceeds anywhere.

    ``tried`` pairs of a number and an end were looked at; with fewer than 3 runs nothing
    exceeds it.
    """
    if runs < 3 or tried == 0:
        return 1.0
    t = -float(stdtrit(runs - 2, _LEVEL / 2 / tried))
    return t / float(np.sqrt(runs - 2 + t**2))


def _ranks(columns: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Ranks by column as vectors of length 1 around 0, and which columns vary."""
    if not columns.size:
        return np.zeros(columns.shape), np.zeros(columns.shape[1], dtype=np.bool_)
    ranks = np.empty(columns.shape)
    for start in range(0, columns.shape[1], _STRIPE):  # in stripes, to bound memory
        ranks[:, start : start + _STRIPE] = _ranked(columns[:, start : start + _STRIPE])
    ranks -= ranks.mean(axis=0)
    length = np.sqrt((ranks**2).sum(axis=0))
    varies = length > _RANK_TIES
    return np.divide(ranks, length, out=np.zeros_like(ranks), where=varies), varies


_STRIPE = 16
"""Columns that are ranked at once."""


def _ranked(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """The place of each value in its column, from 1 on; equal ones share the mean of theirs."""
    order = np.argsort(columns, axis=0)
    rising = np.take_along_axis(columns, order, axis=0)
    differs = rising[1:] != rising[:-1]
    place, last = np.arange(len(columns))[:, None], len(columns) - 1
    edge = np.ones((1, columns.shape[1]), dtype=np.bool_)
    first = np.maximum.accumulate(np.where(np.concatenate([edge, differs]), place, 0), axis=0)
    ends = np.where(np.concatenate([differs, edge]), place, last)
    final = np.minimum.accumulate(ends[::-1], axis=0)[::-1]
    found = np.empty(columns.shape)
    np.put_along_axis(found, order, (first + final) / 2 + 1, axis=0)
    return found


MOST_LEVERS = 8
"""Most levers that are listed of one curve."""


@dataclass(frozen=True)
class Drivers:
    """All that drives one curve.

    Attributes
    ----------
    own : tuple of str
        Paths of where it starts and of what moves it in every round, or, of a
        watched condition, of its limits.
    levers : tuple of LeverDriver
        The strongest first, at most :data:`MOST_LEVERS`.
    left_out : int
        Effects of levers that also move it and are not listed.
    events : tuple of EventDriver
        In the order of the scenario file.
    uncertain : tuple of Associated
        Uncertain numbers that its end goes with, the strongest first.
    outcomes : tuple of str
        Outcomes that show what a watched condition looks at, or what a formula is made
        of: what drives them is listed there.
    """

    own: tuple[str, ...]
    levers: tuple[LeverDriver, ...]
    left_out: int
    events: tuple[EventDriver, ...]
    uncertain: tuple[Associated, ...]
    outcomes: tuple[str, ...] = ()


def find_drivers(
    dataset: xr.Dataset, scenario: Scenario
) -> tuple[dict[str, Drivers], dict[str, Drivers]]:
    """List what drives each outcome and each watched event, by id; nothing if every run failed."""
    whole = complete_runs(dataset)
    if not whole.sizes["run"]:
        return {}, {}
    description = scenario.description
    last, seen = whole["reported"].isel(round=-1), whole["watched"] >= 0
    movers, drawn = Movers(whole, scenario), whole["drawn"]
    ends = {f"outcome {key}": last.sel(outcome=key).values for key in description.outcomes}
    ends |= {f"watch {key}": seen.sel(watch=key).values for key in description.watch}
    found = associations(drawn, ends)
    return (
        {
            key: _outcome(outcome, movers, found[f"outcome {key}"], description)
            for key, outcome in description.outcomes.items()
        },
        {key: _watch(key, description, movers, found[f"watch {key}"]) for key in description.watch},
    )


def _outcome(
    outcome: Outcome,
    movers: Movers,
    uncertain: tuple[Associated, ...],
    description: Description,
) -> Drivers:
    if isinstance(outcome.of, Formula):
        return _several(phrases_of(outcome.of), (), movers, uncertain, description)
    if phrase := parse(outcome.of) if outcome.of else None:
        levers, events = movers.levers(phrase), movers.events(phrase)
        return _listed(movers.own(phrase), levers, events, uncertain)
    by, toward = outcome.by, outcome.toward
    acts = [movers.counted(lever, by, toward, effects=False) for lever in outcome.acts]
    return _listed((), acts, (), uncertain)


def _watch(
    key: str, description: Description, movers: Movers, uncertain: tuple[Associated, ...]
) -> Drivers:
    watch = description.watch[key]
    if watch.lever:
        acts = movers.counted(watch.lever, watch.by, watch.toward, effects=True)
        return _listed((), [acts], (), uncertain)
    if watch.event:
        return _listed((), (), [movers.event(watch.event)], uncertain)
    phrases = [phrase for text in texts_in(watch.when) if (phrase := parse(text))]
    stated = limits(f"watch.{key}.when", watch.when)
    return _several(phrases, stated, movers, uncertain, description)


def _several(
    phrases: Iterable[Phrase],
    stated: Iterable[str],
    movers: Movers,
    uncertain: tuple[Associated, ...],
    description: Description,
) -> Drivers:
    """What drives several quantities together: of those that an outcome shows, that outcome."""
    named = list(phrases)
    shown = {
        one.changing: _showing(one.changing, description) for one in named if one.kind != "uses"
    }
    unshown = [phrase for phrase in shown if not shown[phrase]]
    counted = [movers.uses(phrase) for phrase in named if phrase.kind == "uses"]
    own = dict.fromkeys(path for phrase in unshown for path in movers.own(phrase))
    return _listed(
        [*stated, *own],
        [*counted, *(driver for phrase in unshown for driver in movers.levers(phrase))],
        [driver for phrase in unshown for driver in movers.events(phrase)],
        uncertain,
        tuple(dict.fromkeys(outcome for outcome in shown.values() if outcome)),
    )


def _showing(phrase: Phrase, description: Description) -> str:
    """The outcome that shows a quantity; empty where none does."""
    outcomes = description.outcomes.items()
    shown = (key for key, one in outcomes if same(single(one.of), phrase))
    return next(shown, "")


def _listed(
    own: Iterable[str],
    levers: Iterable[LeverDriver],
    events: Iterable[EventDriver],
    uncertain: tuple[Associated, ...],
    outcomes: tuple[str, ...] = (),
) -> Drivers:
    """Put the strongest levers first and cut the list."""
    order = sorted(levers, key=lambda one: (-one.strength, -one.uses, one.lever, one.numbers))
    left = len(order) - MOST_LEVERS
    return Drivers(
        tuple(own), tuple(order[:MOST_LEVERS]), max(left, 0), tuple(events), uncertain, outcomes
    )
