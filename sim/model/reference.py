"""Ordinary times: what usual acts make of quantities, quarrels and worth.

What is usual is that of the reference: the base file of a scenario, or the scenario itself.
Equations: ``docs/model.md``, sections 6.5 and 6.6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.candidates import Sum, integers
from sim.model.choice import Choice
from sim.model.draws import Drawn, central
from sim.model.events import NEVER
from sim.model.theory import Levels, Saturation, Theory, start
from sim.model.utility import Evaluation, utility_parts
from sim.scenario.phrases import Kind
from sim.scenario.scenario import walk

if TYPE_CHECKING:
    from sim.model.compiled import CompiledDescription, CompiledScenario

RESTING: tuple[Kind, ...] = ("affinity", "tension", "ties", "support")
"""Kinds of quantity that the acts of ordinary times leave where they are."""
_TINY = np.finfo(float).tiny


class Single(NamedTuple):
    """What levers that are ``once`` are expected to bring in a round, as long as they are unused.

    Each entry is one lever's doing to one moving row: ``candidate`` and ``row`` of shape
    ``(entries,)``, ``change`` of shape ``(entries, runs)``. Candidate -1 is never used.
    """

    candidate: Ints
    row: Ints
    change: Floats


@dataclass(frozen=True)
class Reference:
    """What is usual, for the parameter values of each run.

    Attributes
    ----------
    answer, proposal : shape (candidates, runs)
        Worth of each candidate to its target, and to its actor.
    worn : shape (candidates, runs)
        How much of its effect each candidate has lost by usual use.
    change : shape (moving rows, runs)
        What usual acts, and what others make of them, bring in a round.
    single : Single
        The same of what can be done only once.
    sentiment : shape (candidates, runs)
        Affinity less tension of actor and target.
    balance, heat, tension : shape (pairs, runs)
        Pull of structural balance on each affinity; heat and tension of each pair.
    support, prosperity : shape (actors, runs)
    trust : shape (ordered pairs, runs)
        Share of promises that are kept.
    credence : shape (candidates, runs)
        The trust that weighs consent to each.
    parts : shape (candidates, 2, parts, runs), optional
        What worth in ordinary times is made of, where asked for.
    """

    answer: Floats
    proposal: Floats
    worn: Floats
    change: Floats
    single: Single
    sentiment: Floats
    balance: Floats
    heat: Floats
    tension: Floats
    support: Floats
    prosperity: Floats
    trust: Floats
    credence: Floats
    parts: Floats | None = None

    def levels(self, theory: Theory) -> Levels:
        """The levels of what counts for less the more there is of it."""
        return Levels(self.support, self.prosperity, theory.diminishing)


_AXES = {
    "candidates": ("answer", "proposal", "worn", "sentiment", "credence"),
    "rows": ("change",),
    "pairs": ("balance", "heat", "tension"),
    "actors": ("support", "prosperity"),
    "directions": ("trust",),
}
"""What the first axis of each array of a reference counts."""


class ReferenceModel:
    """What is usual at the start of one description."""

    def __init__(self, compiled: CompiledDescription) -> None:
        self._compiled = compiled
        table, layout = compiled.table, compiled.layout
        self._by_row = Sum(table.effect_row, layout.moving.stop)
        self._by_actor = Sum(table.actor, len(layout.actors))
        self._by_pair = Sum(table.pair, len(layout.pairs))
        self._resting = np.zeros((layout.moving.stop, 1))
        for kind in RESTING:
            self._resting[layout.rows(kind)] = 1
        single = np.isin(table.effect_candidate, table.once)
        self._single_effect = np.flatnonzero(single & (self._resting[table.effect_row, 0] > 0))

    def at_start(
        self,
        drawn: Drawn,
        runs: int,
        levels: Levels | None = None,
        trust: Floats | None = None,
        *,
        parts: bool = False,
    ) -> Reference:
        """What is usual at the start, for these parameter values.

        Levels of support and prosperity, and usual trust, are those of the start where none
        are given. Trust that the description states counts only beside a given one: at the
        reference it is as usual. ``parts`` keeps what worth is made of.
        """
        compiled, table = self._compiled, self._compiled.table
        layout, lasting = compiled.layout, compiled.lasting
        theory, choice = Theory(table, drawn), Choice(table, drawn)
        stated = trust is not None
        if trust is None:
            trust = self.usual_trust(drawn, runs)
        x = compiled.begin(drawn, runs, trust, stated=stated)
        unused = np.full((len(table), runs), NEVER)
        begun = np.repeat(np.where(lasting.start, 0, NEVER)[:, None], runs, axis=1)
        bounds = compiled.requirements.bounds(drawn)
        opened = compiled.requirements.hold(x, unused, 1, begun, bounds)
        lasting.close(lasting.start[:, None], opened)
        asked = choice.usual * opened
        single = asked[table.once]
        asked[table.once] = 0
        use = asked * choice.usual_agreement
        # What is never used is not worn, also where nothing recovers.
        renewed = np.maximum(1 - (1 - theory.recovery) * (1 - use), _TINY)
        worn = use * theory.wear / renewed
        levels = levels or compiled.utility.levels(x, theory)
        amounts = lasting.amounts(drawn) if layout.trusting else None
        pushes = None if amounts is None else lasting.pushes(x, amounts)
        found = compiled.utility.evaluate(x, worn, theory, levels, pushes, parts=parts)
        agree = choice.usual_agreement
        proposal = choice.worth(agree, found, theory)
        made_of = utility_parts(table, found, agree, proposal) if parts else None
        tied, tension = layout.rows("affinity"), x[layout.rows("tension")]
        change = self._change(use, asked, found, x[tied], theory)
        if amounts is not None:
            change += lasting.sum_flows(lasting.flows(x, amounts))
        credence = np.zeros((len(table), runs))
        credence[lasting.trusted] = lasting.credence(x[lasting.trust_rows])
        return Reference(
            answer=found.worth[1],
            proposal=proposal,
            worn=worn,
            change=change,
            single=self._single(single, choice, found, x[tied], theory),
            sentiment=(x[tied] - tension).take(table.pair, axis=0),
            balance=compiled.pull(x[tied], theory),
            heat=self._by_pair(use * table.heat) / (1 - theory.heat_persistence),
            tension=tension.copy(),
            support=levels.support,
            prosperity=levels.prosperity,
            trust=trust,
            credence=credence,
            parts=None if made_of is None else np.moveaxis(made_of, 2, 0),
        )

    def usual_trust(self, drawn: Drawn, runs: int) -> Floats:
        """Share of promises that are kept in ordinary times, ``(ordered pairs, runs)``."""
        choice, layout = Choice(self._compiled.table, drawn), self._compiled.layout
        shape = (len(layout.directions), runs)
        if not layout.trusting:
            return np.zeros(shape)
        found = self._compiled.lasting.usual_trust(choice.usual * choice.usual_agreement)
        return np.broadcast_to(found, shape).copy()

    def _change(
        self, use: Floats, asked: Floats, found: Evaluation, affinity: Floats, theory: Theory
    ) -> Floats:
        """Expected change of each moving row in a round, where it rests; else 0.

        ``use`` is how often each candidate is expected to take effect, ``asked`` how often it is
        proposed, agreed to or not: each proposal has its cost.
        """
        compiled, table, layout = self._compiled, self._compiled.table, self._compiled.layout
        change = self._by_row(found.change * use.take(table.effect_candidate, axis=0))
        warmth = compiled.warmth(found.reaction, found.answer, use, affinity)
        change[layout.rows("affinity")] += warmth
        costs = np.broadcast_to(theory.cost * asked, use.shape)
        change[layout.rows("support")] -= self._by_actor(costs)
        change *= self._resting
        return change

    def _single(
        self, asked: Floats, choice: Choice, found: Evaluation, affinity: Floats, theory: Theory
    ) -> Single:
        """What levers that are ``once`` are expected to bring, where they are still unused.

        ``asked`` are expected proposals, shape ``(levers that are once, runs)``.
        """
        compiled, table, layout = self._compiled, self._compiled.table, self._compiled.layout
        shape, rows, once = (len(table), affinity.shape[1]), layout.rows("affinity"), table.once
        proposed = np.zeros(shape)
        proposed[once] = asked
        use = proposed * choice.usual_agreement
        room = Saturation.of(affinity, layout.low[rows], layout.high[rows])

        effect, reactors = self._single_effect, compiled.reactors
        thirds = max(len(table.thirds.T), 1)
        felt = np.flatnonzero(np.isin(reactors.row // thirds, once))
        reacting = reactors.row[felt]
        push = found.reaction.reshape(-1, shape[1])[reacting] * reactors.share[felt, None]
        tie = layout.pair_number(reactors.third[felt], reactors.mover[felt])
        answering = table.pair[once]
        candidate = [table.effect_candidate[effect], reacting // thirds, once, once]
        row = [
            table.effect_row[effect],
            rows.start + tie,
            rows.start + answering,
            layout.rows("support").start + table.actor[once],
        ]
        change = [
            found.change[effect] * use[candidate[0]],
            room.at(tie).change(push) * use[candidate[1]],
            room.at(answering).change(found.answer[once]) * use[once],
            -np.broadcast_to(theory.cost, shape)[once] * proposed[once],
        ]
        return Single(*map(np.concatenate, (candidate, row, change)))


class CombinedReference:
    """What is usual in a scenario: that of its base; what the base has not got, its own."""

    def __init__(self, scenario: CompiledScenario, base: CompiledDescription) -> None:
        self._scenario, self._base = scenario, base
        own, other = scenario.layout, base.layout
        usable = other.trusting or not own.trusting  # where nobody trusts, nothing is missing
        self._places = {
            "candidates": _places(scenario.keys, base.keys),
            "rows": _places(own.phrases[own.moving], other.phrases[other.moving]),
            "pairs": _places(own.pairs, other.pairs),
            "actors": _places(own.actors, other.actors),
            "directions": _places(own.directions, other.directions if usable else ()),
        }

    def at_start(self, drawn: Drawn, runs: int, *, parts: bool = False) -> Reference:
        """What is usual, for the parameter values of each run."""
        base = self._base.usual.at_start(self._usual_values(drawn), runs, parts=parts)
        if self._base is self._scenario:
            return base
        places, lasting = self._places, self._scenario.lasting
        own = base
        if any((place < 0).any() for place in places.values()):
            levels, trust = self._levels(base, drawn, runs), self._trust(base, drawn, runs)
            own = self._scenario.usual.at_start(drawn, runs, levels, trust, parts=parts)
        found = {
            name: _filled(getattr(base, name), getattr(own, name), places[axis])
            for axis, names in _AXES.items()
            for name in names
        }
        if base.parts is not None and own.parts is not None:
            found["parts"] = _filled(base.parts, own.parts, places["candidates"])
        # A lever of the base is believed as is usual, also where it promises nothing there.
        known = places["candidates"][lasting.trusted] >= 0
        found["credence"][lasting.trusted[known]] = lasting.credence(found["trust"])[known]
        return Reference(single=self._singles(base.single, own.single), **found)

    def _singles(self, base: Single, own: Single) -> Single:
        """What the base's levers bring to rows that it has, and all levers to the others."""
        places, stop = self._places, self._base.layout.moving.stop
        candidate = _inverse(places["candidates"], len(self._base.table))[base.candidate]
        row = _inverse(places["rows"], stop)[base.row]
        known = row >= 0
        if own is base:
            return Single(candidate[known], row[known], base.change[known])
        new = places["rows"][own.row] < 0
        return Single(
            np.concatenate([candidate[known], own.candidate[new]]),
            np.concatenate([row[known], own.row[new]]),
            np.concatenate([base.change[known], own.change[new]]),
        )

    def _levels(self, base: Reference, drawn: Drawn, runs: int) -> Levels:
        """The base's levels of support and prosperity; the start's of actors it has not got."""
        scenario, place = self._scenario, self._places["actors"]
        x = start(scenario.description, scenario.layout, drawn, runs)
        own = scenario.utility.levels(x, Theory(scenario.table, drawn))
        return Levels(
            support=_filled(base.support, own.support, place),
            prosperity=_filled(base.prosperity, own.prosperity, place),
            offset=own.offset,
        )

    def _trust(self, base: Reference, drawn: Drawn, runs: int) -> Floats:
        """The base's usual trust; the scenario's between those whom the base has not got."""
        own = self._scenario.usual.usual_trust(drawn, runs)
        return _filled(base.trust, own, self._places["directions"])

    def _usual_values(self, drawn: Drawn) -> Drawn:
        shared = {path: drawn[path] for path in self._shared}
        return Drawn({**self._base_values, **shared})

    @cached_property
    def _base_values(self) -> Drawn:
        return central(self._base.description)

    @cached_property
    def _shared(self) -> tuple[str, ...]:
        """Parameters that take this run's draws at the reference, too.

        What is uncertain about the past is uncertain in ordinary times: the
        numbers that scenario and base have in common, and the theory's
        coefficients. What the scenario changes is a change, from the base's value.
        """
        here = self._scenario.source.parameters
        return tuple(
            parameter.path
            for parameter in walk(self._base.description)
            if parameter.path.startswith("coefficients.")
            or (
                parameter.path in here
                and parameter.path not in self._scenario.varied
                and parameter.same_number(here[parameter.path])
            )
        )


def _places(own: Iterable[object], base: Iterable[object]) -> Ints:
    """Where each of the own stands among those of the base; -1 where nowhere."""
    known = {one: place for place, one in enumerate(base)}
    return integers([known.get(one, -1) for one in own])


def _filled(base: Floats, own: Floats, place: Ints) -> Floats:
    """Rows of the base where it has them, else the scenario's own."""
    missing = place < 0
    found = np.empty((len(place), *base.shape[1:]))
    found[~missing] = base[place[~missing]]
    if missing.any():  # else what is handed over as the scenario's own is the base's
        found[missing] = own[missing]
    return found


def _inverse(place: Ints, size: int) -> Ints:
    """Who stands at each of so many places; -1 where nobody does."""
    found = np.full(size, -1)
    held = np.flatnonzero(place >= 0)
    found[place[held]] = held
    return found
