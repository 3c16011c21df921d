"""Everything about a scenario that is the same in every run, made once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.bonds import Bonds
from sim.model.candidates import Sum, Table, integers
from sim.model.choice import Choice
from sim.model.conditions import NEVER, Conditions
from sim.model.events import Events, Watches
from sim.model.governments import Governments
from sim.model.layout import Layout
from sim.model.ordinary import Ordinary, Single, Usual, heating
from sim.model.theory import Theory, start
from sim.model.uncertain import Drawn, central
from sim.model.utility import Interests, Look
from sim.model.utility_breakdown import parts_of_worth
from sim.model.utility_components import Levels, Room
from sim.scenario.cameo import TRACKS
from sim.scenario.parameters import walk
from sim.scenario.phrases import Phrase, parse
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description

CACHED = 2**18
"""Numbers in an array of which a processor's cache holds a few."""
HELD = 2**23
"""Numbers in an array of which memory holds some tens."""
RECORDED = 2**26
"""Bytes that the records of a block may take."""


class Stage:
    """A description as index arrays: its layout, candidates and interests."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self.layout = layout = Layout.of(description)
        self.table = table = Table(description, layout)
        self.bonds = Bonds(description, table)
        self.interests = Interests(table, self.bonds)
        self.usual = Usual(table, layout)
        self.requirements = Conditions(
            table,
            [
                (
                    f"levers.{c.name}.requires",
                    c.lever.requires,
                    layout.actors[c.actor],
                    layout.actors[c.target],
                )
                for c in table.rows
            ],
        )
        self._reactions()
        self._triads()

    def at_start(
        self,
        drawn: Drawn,
        runs: int,
        levels: Levels | None = None,
        trust: Floats | None = None,
    ) -> Ordinary:
        """What is usual at the start, for these parameter values.

        Levels of support and prosperity, and usual trust, are those of the start where none
        are given. Trust that the description states counts only beside a given one: at the
        reference it is as usual.
        """
        layout, usual, bonds = self.layout, self.usual, self.bonds
        theory, choice = Theory(self.table, drawn), Choice(self.table, drawn)
        stated = trust is not None
        if trust is None:
            trust = self.usual_trust(drawn, runs)
        x = self.begin(drawn, runs, trust, stated=stated)
        unused = np.full((len(self.table), runs), NEVER)
        begun = np.where(bonds.start, 0, NEVER)[:, None]
        opened = self.requirements.hold(
            x, unused, 1, self.requirements.bounds(drawn), np.repeat(begun, runs, axis=1)
        )
        for candidates, holds in bonds.opening(bonds.start[:, None]):
            np.logical_and.at(opened, candidates, holds)
        asked = choice.usual * opened
        single = asked[usual.once]
        asked[usual.once] = 0
        use = asked * choice.usual_agreement
        worn = usual.worn(use, theory)
        levels = levels or self.interests.levels(x, theory)
        amounts = bonds.amounts(drawn) if layout.trusting else None
        pushes = None if amounts is None else bonds.pushes(x, amounts)
        look = self.interests.look(x, worn, theory, levels, pushes)
        worth = choice.reference(look, theory)
        tied, tension = layout.rows("affinity"), x[layout.rows("tension")]
        change = usual.change(
            use, asked, look, self.warmth(look.reaction, look.answer, use, x[tied]), theory
        )
        if amounts is not None:
            change += bonds.sum_flows(bonds.flows(x, amounts))
        credence = np.zeros((len(self.table), runs))
        credence[bonds.trusted] = bonds.credence(x)
        return Ordinary(
            answer=worth.answer,
            proposal=worth.proposal,
            worn=worn,
            change=change,
            single=self._single(single, choice, look, x[tied], theory),
            sentiment=(x[tied] - tension).take(self.table.pair, axis=0),
            balance=self.pull(x[tied], theory),
            heat=usual.conflict(use) / (1 - theory.heat_persistence),
            tension=tension.copy(),
            support=levels.support,
            prosperity=levels.prosperity,
            trust=trust,
            credence=credence,
        )

    def usual_trust(self, drawn: Drawn, runs: int) -> Floats:
        """Share of promises that are kept in ordinary times, ``(ordered pairs, runs)``."""
        choice, shape = Choice(self.table, drawn), (len(self.layout.directions), runs)
        if not self.layout.trusting:
            return np.zeros(shape)
        found = self.bonds.usual_trust(choice.usual * choice.usual_agreement)
        return np.broadcast_to(found, shape).copy()

    def begin(self, drawn: Drawn, runs: int, trust: Floats, *, stated: bool = True) -> Floats:
        """The state at the start; trust is as usual where none is ``stated``."""
        x = start(self.description, self.layout, drawn, runs)
        rows = self.layout.rows("trust")
        if self.layout.trusting:
            x[rows] = np.where(np.isnan(x[rows]) | (not stated), trust, x[rows])
        return x

    def parts_at_start(
        self,
        drawn: Drawn,
        runs: int,
        levels: Levels | None = None,
        trust: Floats | None = None,
    ) -> Floats:
        """What worth in ordinary times is made of, shape ``(candidates, 2, parts, runs)``."""
        theory, choice = Theory(self.table, drawn), Choice(self.table, drawn)
        ordinary = self.at_start(drawn, runs, levels, trust)
        x = self.begin(drawn, runs, ordinary.trust, stated=trust is not None)
        pushes = None
        if self.layout.trusting:
            pushes = self.bonds.pushes(x, self.bonds.amounts(drawn))
        levels = ordinary.levels(theory)
        look = self.interests.look(x, ordinary.worn, theory, levels, pushes, parts=True)
        parts = parts_of_worth(self.table, look, choice.usual_agreement, ordinary.proposal)
        return np.moveaxis(parts, 2, 0)

    @cached_property
    def keys(self) -> dict[Key, int]:
        """Number of each candidate by lever, actor and target."""
        names = self.layout.actors
        return {(c.name, names[c.actor], names[c.target]): k for k, c in enumerate(self.table.rows)}

    def _reactions(self) -> None:
        """Add reactions up by pair, half and half where two take part."""
        table = self.table
        row = np.arange(table.thirds.size)
        third, candidate = (
            table.thirds.ravel(),
            np.repeat(np.arange(len(table)), len(table.thirds.T)),
        )
        asked = np.flatnonzero(table.asks[candidate, 0])
        self.reactors = Reactors(
            row=np.concatenate([row, asked]),
            third=np.concatenate([third, third[asked]]),
            mover=np.concatenate([table.actor[candidate], table.target[candidate[asked]]]),
            share=np.where(np.isin(row, asked), 0.5, 1.0)[np.concatenate([row, asked])],
        )
        self._react_pair = Sum(
            self.layout.pair_number(self.reactors.third, self.reactors.mover),
            len(self.layout.pairs),
            of=self.reactors.row,
            rows=len(row),
            sign=self.reactors.share,
        )
        self._answer_pair = Sum(table.pair, len(self.layout.pairs))

    def warmth(self, reaction: Floats, answer: Floats, use: Floats, affinity: Floats) -> Floats:
        """Change of each affinity by what others make of acts, ``(pairs, runs)``.

        Parameters
        ----------
        use : shape (candidates, runs)
            Which acts took effect, or how often they are expected to.
        affinity : shape (pairs, runs)
            As it stands: what fades, fades push by push.
        """
        felt = reaction * use[:, None]
        felt = felt.reshape(-1, felt.shape[-1])
        answered = answer * use
        rows = self.layout.rows("affinity")
        room = Room.of(affinity, self.layout.low[rows], self.layout.high[rows])
        up, down = (
            self._react_pair(limit(felt, 0)) + self._answer_pair(limit(answered, 0))
            for limit in (np.maximum, np.minimum)
        )
        found: Floats = room.rise * up + room.fall * down
        return found

    def _single(
        self, asked: Floats, choice: Choice, look: Look, affinity: Floats, theory: Theory
    ) -> Single:
        """What levers that are ``once`` are expected to bring, where they are still unused.

        Parameters
        ----------
        asked : shape (levers that are once, runs)
            Expected proposals.
        """
        table, layout, once = self.table, self.layout, self.usual.once
        shape, rows = (len(table), affinity.shape[1]), layout.rows("affinity")
        proposed = np.zeros(shape)
        proposed[once] = asked
        use = proposed * choice.usual_agreement
        room = Room.of(affinity, layout.low[rows], layout.high[rows])

        effect = self.usual.single_effect
        reactors, thirds = self.reactors, max(len(table.thirds.T), 1)
        felt = np.flatnonzero(np.isin(reactors.row // thirds, once))
        reacting = reactors.row[felt]
        push = look.reaction.reshape(-1, shape[1])[reacting] * reactors.share[felt, None]
        tie = layout.pair_number(reactors.third[felt], reactors.mover[felt])
        answering = table.pair[once]
        candidate = [table.effect_candidate[effect], reacting // thirds, once, once]
        return Single(
            candidate=np.concatenate(candidate),
            row=np.concatenate(
                [
                    table.effect_row[effect],
                    rows.start + tie,
                    rows.start + answering,
                    layout.rows("support").start + table.actor[once],
                ]
            ),
            change=np.concatenate(
                [
                    look.change[effect] * use[candidate[0]],
                    room.at(tie).change(push) * use[candidate[1]],
                    room.at(answering).change(look.answer[once]) * use[once],
                    -np.broadcast_to(theory.cost, shape)[once] * proposed[once],
                ]
            ),
        )

    def _triads(self) -> None:
        layout = self.layout
        thirds = layout.others(*layout.pair_ends)
        one, other = (layout.pair_number(thirds, end[:, None]) for end in layout.pair_ends)
        self._triad = Sum(np.repeat(np.arange(len(thirds)), len(thirds.T)), len(thirds))
        self._triad_sides = one.ravel(), other.ravel()
        self._thirds = max(len(layout.actors) - 2, 1)

    def pull(self, affinity: Floats, theory: Theory) -> Floats:
        """Pull of structural balance on each affinity in a round, ``(pairs, runs)``.

        The mean product of the pair's affinities with third actors (Heider 1946).
        """
        one, other = self._triad_sides
        mean = self._triad(affinity[one] * affinity[other]) / self._thirds
        found: Floats = theory.balance * (1 - affinity * affinity) * mean
        return found


Key = tuple[str, str, str]
AXES = {
    "answer": "candidates", "proposal": "candidates", "worn": "candidates", "change": "rows",
    "sentiment": "candidates", "balance": "pairs", "heat": "pairs", "tension": "pairs",
    "support": "actors", "prosperity": "actors", "trust": "directions",
    "credence": "candidates",
}  # fmt: skip
"""What the first axis of each array of ordinary times counts."""


def _at(names: Sequence[object], name: object) -> int:
    return names.index(name) if name in names else -1


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


class Reactors(NamedTuple):
    """Who reacts to whom: number of the reaction, third party, mover, share that falls on it."""

    row: Ints
    third: Ints
    mover: Ints
    share: Floats


class Setting(Stage):
    """A scenario as index arrays, shared by all of its runs.

    Parameters
    ----------
    scenario : Scenario
    varied : collection of str
        Paths of parameters that a study sets, as a change from ordinary times.
    """

    def __init__(self, scenario: Scenario, varied: Collection[str] = ()) -> None:
        super().__init__(scenario.description)
        self._varied = frozenset(varied)
        self.source = scenario
        description, table, layout = self.description, self.table, self.layout
        self.governments = Governments(description, table)
        self.events = Events(description, table)
        self.watches = Watches(description, table, self.events)
        self._once()
        self.sum_changes = Sum(table.effect_row, layout.moving.stop)
        self.sum_heat = Sum(table.pair, len(layout.pairs))
        self.heating = heating(table)
        self.slots = tuple((way, track) for way in layout.directions for track in TRACKS)
        self.slot_names = tuple(f"{a} to {t}, {track}" for (a, t), track in self.slots)
        self.sum_costs = Sum(np.repeat(layout.direction_ends[0], len(TRACKS)), len(layout.actors))

    @cached_property
    def block(self) -> int:
        """Runs that are best played together: a power of two, from 4 to 4,096.

        So many that calls cost little beside the work in them, and so few that the
        largest array stays in a processor's cache; where already a few runs are too
        much for that, so few that it stays in memory, as do the records of all rounds.
        It depends on the scenario alone, and no run depends on it.
        """
        rows = max(self.interests.rows, 1)
        moves = 3 * len(self.slots) + len(self.events.names)
        recorded = (self.description.calendar.rounds + 1) * (4 * len(self.recorded) + moves)
        fitting = min(max(CACHED // rows, min(32, HELD // rows)), RECORDED // recorded)
        return 2 ** min(max(fitting, 4).bit_length() - 1, 12)

    @cached_property
    def _base(self) -> Stage:
        same = self.source.reference is self.source.description
        return self if same else Stage(self.source.reference)

    def ordinary(self, drawn: Drawn, runs: int) -> Ordinary:
        """What is usual: that of the base; what it has not got, that of the scenario."""
        base = self._base.at_start(self._usual_values(drawn), runs)
        if self._base is self:
            return base
        places = self._in_base
        missing = any((place < 0).any() for place in places.values())
        own = base
        if missing:
            levels, trust = self._levels(base, drawn, runs), self._trust(base, drawn, runs)
            own = self.at_start(drawn, runs, levels, trust)
        found = {
            name: _filled(getattr(base, name), getattr(own, name), places[axis])
            for name, axis in AXES.items()
        }
        # A lever of the base is believed as is usual, also where it promises nothing there.
        known = places["candidates"][self.bonds.trusted] >= 0
        believed = self.bonds.trusted[known]
        found["credence"][believed] = self.bonds.credited(found["trust"])[known]
        return Ordinary(single=self._singles(base.single, own.single), **found)

    def _singles(self, base: Single, own: Single) -> Single:
        """What the base's levers bring to rows that it has, and all levers to the others."""
        places, stage = self._in_base, self._base
        candidate = _inverse(places["candidates"], len(stage.table))[base.candidate]
        row = _inverse(places["rows"], stage.layout.moving.stop)[base.row]
        known = row >= 0
        if own is base:
            return Single(candidate[known], row[known], base.change[known])
        new = places["rows"][own.row] < 0
        return Single(
            np.concatenate([candidate[known], own.candidate[new]]),
            np.concatenate([row[known], own.row[new]]),
            np.concatenate([base.change[known], own.change[new]]),
        )

    def reference_parts(self, drawn: Drawn, runs: int) -> Floats:
        """What worth in ordinary times is made of, shape ``(2, parts, candidates, runs)``."""
        values = self._usual_values(drawn)
        found = self._base.parts_at_start(values, runs)
        place = self._in_base["candidates"]
        own = found
        if (place < 0).any():
            base = self._base.at_start(values, runs)
            levels, trust = self._levels(base, drawn, runs), self._trust(base, drawn, runs)
            own = self.parts_at_start(drawn, runs, levels, trust)
        return np.moveaxis(_filled(found, own, place), 0, 2)

    def _levels(self, base: Ordinary, drawn: Drawn, runs: int) -> Levels:
        """The base's levels of support and prosperity; the start's of actors it has not got."""
        theory, place = Theory(self.table, drawn), self._in_base["actors"]
        x = start(self.description, self.layout, drawn, runs)
        own = self.interests.levels(x, theory)
        return Levels(
            support=_filled(base.support, own.support, place),
            prosperity=_filled(base.prosperity, own.prosperity, place),
            offset=own.offset,
        )

    def _trust(self, base: Ordinary, drawn: Drawn, runs: int) -> Floats:
        """The base's usual trust; the scenario's between those whom the base has not got."""
        return _filled(base.trust, self.usual_trust(drawn, runs), self._in_base["directions"])

    def _usual_values(self, drawn: Drawn) -> Drawn:
        shared = {path: drawn[path] for path in self._shared}
        return Drawn({**self._base_values, **shared})

    @cached_property
    def _in_base(self) -> dict[str, Ints]:
        """Place of everything in the base, by kind; -1 where the base has not got it."""
        own, base = self.layout, self._base.layout
        keys = self._base.keys
        moving = {phrase: row for row, phrase in enumerate(base.phrases[base.moving])}
        usable = base.trusting or not own.trusting  # where nobody trusts, nothing is missing
        return {
            "candidates": integers([keys.get(key, -1) for key in self.keys]),
            "rows": integers([moving.get(phrase, -1) for phrase in own.phrases[own.moving]]),
            "pairs": integers([_at(base.pairs, pair) for pair in own.pairs]),
            "actors": integers([_at(base.actors, actor) for actor in own.actors]),
            "directions": integers(
                [_at(base.directions, way) if usable else -1 for way in own.directions]
            ),
        }

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
        here = self.source.parameters
        return tuple(
            parameter.path
            for parameter in walk(self._base.description)
            if parameter.path.startswith("coefficients.")
            or (
                parameter.path in here
                and parameter.path not in self._varied
                and parameter.same_number(here[parameter.path])
            )
        )

    @cached_property
    def recorded(self) -> tuple[int, ...]:
        """Rows of the state that results keep: what moves, and what outcomes name."""
        rows = list(range(self.layout.moving.stop))
        rows += range(self.layout.in_force.start, len(self.layout.phrases))
        for outcome in self.description.outcomes.values():
            phrase = parse(outcome.of) if outcome.of else None
            if phrase is not None and (row := self.layout.row(phrase)) not in rows:
                rows.append(row)
        return tuple(rows)

    @cached_property
    def recorded_phrases(self) -> tuple[Phrase, ...]:
        """The quantity on each recorded row."""
        return tuple(self.layout.phrases[row] for row in self.recorded)

    def _once(self) -> None:
        """Candidates that can be used once, and the same lever of the target, which closes them."""
        names = self.layout.actors
        self.once = integers([k for k, c in enumerate(self.table.rows) if c.lever.once])
        self.returned = integers(
            [
                self.keys.get((c.name, names[c.target], names[c.actor]), k)
                for k, c in enumerate(self.table.rows)
                if c.lever.once
            ]
        )
        both = self.once < self.returned  # each two once; a lever of one side meets only itself
        self.crossing = np.stack([self.once[both], self.returned[both]])
        self.crossing_slots = self.table.slot[self.crossing]
