"""The theory's constants, the state at the start, and how quantities saturate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.arrays import Floats, Ints
from sim.model.candidates import CandidateTable
from sim.model.draws import Drawn
from sim.model.layout import Layout
from sim.scenario.field_types import Quantity
from sim.scenario.lenses import lens_of, weights_of
from sim.scenario.lookup import at_start
from sim.scenario.phrases import SYMMETRIC, Kind, Phrase
from sim.scenario.schema import Description

REVERTING: tuple[Kind, ...] = ("affinity", "tension", "commitment", "ties", "support")


class Theory:
    """Everything that stays the same through a run, as arrays.

    Each has one column where nothing about it is uncertain, else one per run.
    Values of interest are in hundredths: ``docs/model.md`` writes the factor
    100 into the choice rule, here ``sharpness`` carries it.

    Attributes
    ----------
    sharpness : shape (cols,)
        Logit slope per unit of value: 100 x rationality.
    felt_scale : shape (cols,)
        Change of value that is felt half.
    discount : dict of kind -> shape (actors, cols)
        Discounted future of a change in that kind of quantity, by actor.
    discount_issue : shape (actors x issues, cols)
    size : shape (effects, cols)
        Stated sizes times the scale of their quad class.
    burden : shape (candidates, cols)
        What the cost of proposing it takes from its actor's support, as it is felt.
    reversion, noise, trend : shape (moving rows, cols)
    learning, credence, review, forgetting : shape (cols,)
        Of trust, and of new governments.
    patience : shape (actors, cols)
        At the start.
    toward : Ints, shape (effects,)
        The moving row that each pushes up, or, counted on from the last, down.
    wavering : Ints
        Effects that push one way in some runs and another in others, or so far that
        the end of the range may stop them.
    """

    def __init__(self, table: CandidateTable, drawn: Drawn) -> None:
        layout = table.layout

        def coefficient(name: str) -> Floats:
            return drawn[f"coefficients.{name}"]

        self.sharpness = 100 * coefficient("rationality")
        self.felt_scale = coefficient("felt_scale") / 100
        self.loss_aversion = coefficient("loss_aversion")
        self._averse = bool((self.loss_aversion >= 1).all())
        self.regard = coefficient("regard")
        self.reciprocity = coefficient("reciprocity")
        self.reaction_scale = coefficient("reaction_scale") / 100
        self.balance = coefficient("balance")
        self.concentration = coefficient("concentration")
        self.wear = coefficient("wear")
        self.recovery = coefficient("recovery")
        self.diminishing = coefficient("diminishing")
        self.sentiment = coefficient("sentiment")
        self.heat = coefficient("heat")
        self.heat_persistence = coefficient("heat_persistence")
        self.incident_heat = coefficient("incident_heat")

        actors = layout.actors
        self.patience = drawn.stack(f"actors.{a}.patience" for a in actors)
        self.audience = drawn.stack(f"actors.{a}.audience_cost" for a in actors)
        self._back = {kind: coefficient(f"reversion.{kind}") for kind in REVERTING}
        self._back_issue = drawn.stack(f"issues.{i}.reversion" for i in layout.issues)
        self.learning = coefficient("learning")
        self.credence = coefficient("credence")
        self.review = coefficient("review")
        self.forgetting = coefficient("reversion.trust")

        # Row 0 is the silent effect that carries an audience cost only.
        sizes = drawn.also("", np.zeros(1)).stack(e.path for _, e in table.effects)
        scales = drawn.stack(f"coefficients.effect_scale.{c.quad_class}" for c in table.rows)
        self.size = sizes * scales[table.effect_candidate]
        least, most = self.size.min(axis=1, initial=0), self.size.max(axis=1, initial=0)
        self.toward = table.effect_row + np.where(least < 0, layout.moving.stop, 0)
        # A push of no more than half the range stays in it, since it fades; on support none does.
        half = (layout.high - layout.low)[table.effect_row, 0] / 2
        far = np.maximum(most, -least) > 0.99 * half
        far[table.of_kind("support")] = True
        self.wavering = np.flatnonzero((least < 0) & (most > 0) | far)
        self.cost = drawn.stack(f"levers.{c.name}.cost" for c in table.rows)
        self._actor = table.actor
        self.look_ahead(self.patience)

        self.reversion = _by_moving_row(layout, drawn, "reversion", "reversion")
        self.noise = _by_moving_row(layout, drawn, "noise", "volatility")
        self.trend_damping = coefficient("trend_damping")
        self.trend = _trends(layout, drawn)

    def look_ahead(self, patience: Floats) -> None:
        """Discount the future by the patience of those who govern, ``(actors, cols)``."""
        self.discount = {kind: 1 / (1 - patience * (1 - back)) for kind, back in self._back.items()}
        back = self._back_issue
        every = np.repeat(patience, len(back), axis=0)
        self.discount_issue = 1 / (1 - every * (1 - np.tile(back, (len(patience), 1))))
        # A cost is a loss, and weighs like one.
        self.burden = -self.loss_aversion * self.discount["support"][self._actor] * self.cost

    def loss_averse(self, change: Floats) -> Floats:
        """Losses weigh more than gains (Tversky and Kahneman 1992); shape ``(..., runs)``."""
        felt = change * self.loss_aversion
        if self._averse:
            return np.minimum(change, felt, out=felt)
        return np.where(change < 0, felt, change)

    def felt(self, change: Floats) -> Floats:
        """Change of log-odds for a change of value against ordinary times."""
        slowed = np.abs(change)
        slowed /= self.felt_scale
        slowed += 1
        felt = change * self.sharpness
        felt /= slowed
        return felt


def _by_moving_row(layout: Layout, drawn: Drawn, coefficient: str, of_issue: str) -> Floats:
    values = drawn.also("", np.zeros(1))
    paths = {
        **{kind: f"coefficients.{coefficient}.{kind}" for kind in REVERTING},
        "power": "",
    }
    return values.stack(
        f"issues.{phrase.names[0]}.{of_issue}" if phrase.kind == "issue" else paths[phrase.kind]
        for phrase in layout.phrases[layout.moving]
    )


def _trends(layout: Layout, drawn: Drawn) -> Floats:
    values = drawn.also("", np.zeros(1))

    def path(phrase: Phrase) -> str:
        kind, names = phrase.kind, phrase.names
        if kind == "power":
            return f"actors.{names[0]}.power_growth"
        if kind == "support":
            tries = [f"actors.{names[0]}.support_trend"]
        elif kind == "issue":
            tries = [f"issues.{names[0]}.trend"]
        else:
            tries = _of_relation(phrase, "_trend")
        return next((path for path in tries if path in drawn), "")

    return values.stack(path(phrase) for phrase in layout.phrases[layout.moving])


def _of_relation(phrase: Phrase, ending: str = "") -> list[str]:
    """The paths under which a quantity of two actors may stand."""
    names = phrase.names
    if phrase.kind in SYMMETRIC:
        return [f"relations.{a} and {b}.{phrase.kind}{ending}" for a, b in (names, names[::-1])]
    return [f"relations.{names[0]} to {names[1]}.{phrase.kind}{ending}"]


def start(description: Description, layout: Layout, drawn: Drawn, runs: int) -> Floats:
    """The state at the start of each run, shape ``(rows, runs)``."""
    columns = np.empty((len(layout.phrases), runs))
    for row, phrase in enumerate(layout.phrases):
        columns[row] = _initial(phrase, description, layout, drawn)
    return columns


def _initial(
    phrase: Phrase, description: Description, layout: Layout, drawn: Drawn
) -> Floats | float:
    kind, names = phrase.kind, phrase.names
    if kind == "weight":
        if lens_of(names[0], description):
            stated: Quantity = getattr(weights_of(names[0], description), names[1])
            return stated.value
        return drawn[f"actors.{names[0]}.weights.{names[1]}"]
    if kind in ("support", "power"):
        return drawn[f"actors.{names[0]}.{kind}"]
    if kind == "issue":
        return drawn[f"issues.{names[0]}.outcome"]
    if kind in ("in_force", "in_force_by"):
        return float(at_start(description, layout.instances[layout.instance(phrase)]))
    if kind == "office":
        ruling = description.actors[names[0]].government
        return float(ruling.in_office) if ruling else 0.0
    if kind in ("position", "salience"):
        # An actor without a stance does not care, so its position does not matter.
        silent = 50.0 if kind == "position" else 0.0
        path = f"issues.{names[1]}.stances.{names[0]}.{kind}"
        return drawn[path] if path in drawn else silent  # noqa: SIM401
    # Trust that is not stated is what promises come to in ordinary times.
    silent = np.nan if kind == "trust" else 0.0
    return next((drawn[path] for path in _of_relation(phrase) if path in drawn), silent)


_NO_ROWS = slice(0, 0)


@dataclass(frozen=True)
class Levels:
    """What counts for less the more there is of it, in ordinary times.

    Attributes
    ----------
    support, prosperity : shape (actors, cols)
    offset : shape (cols,)
        The coefficient ``diminishing``.
    """

    support: Floats
    prosperity: Floats
    offset: Floats

    def felt_support(self, level: Floats, actors: Ints | slice = slice(None)) -> Floats:
        """Support as it counts: 0 in ordinary times, where its slope is 1."""
        return _diminishing(level, self.support[actors], self.offset)

    def felt_prosperity(self, level: Floats, actors: Ints | slice = slice(None)) -> Floats:
        """Prosperity as it counts: 0 in ordinary times, where its slope is 1."""
        return _diminishing(level, self.prosperity[actors], self.offset)

    def slope_of_support(self, level: Floats) -> Floats:
        """What a little more support counts, against ordinary times."""
        found: Floats = (self.support + self.offset) / (level + self.offset)
        return found


def _diminishing(level: Floats, ordinary: Floats, offset: Floats) -> Floats:
    whole = ordinary + offset
    felt: Floats = whole * np.log((level + offset) / whole)
    return felt


@dataclass(frozen=True)
class Saturation:
    """How far quantities may still move, each of shape ``(quantities, runs)``.

    Attributes
    ----------
    up, down
        The most it may rise, and fall (0 or less).
    rise, fall
        Share of a push upward, and downward, that takes effect: all of it in the
        nearer half of the range, less and less in the other.
    """

    up: Floats
    down: Floats
    rise: Floats
    fall: Floats

    @classmethod
    def of(cls, x: Floats, low: Floats, high: Floats, sheer: slice | Ints = _NO_ROWS) -> Saturation:
        """Saturation of quantities at ``x``; those in ``sheer`` fall in full."""
        up, down, half = high - x, low - x, (high - low) / 2
        fall = np.minimum(down / -half, 1)
        fall[sheer] = 1
        return cls(up, down, np.minimum(up / half, 1), fall)

    def at(self, rows: Ints) -> Saturation:
        """That of some of the quantities, as often as they are named."""
        every = (self.up, self.down, self.rise, self.fall)
        return Saturation(*(one.take(rows, axis=0) for one in every))

    def change(self, push: Floats) -> Floats:
        """Change that a push brings: full inside, fading in the outer half of the range."""
        change = np.where(push > 0, self.rise, self.fall)
        change *= push
        np.minimum(change, self.up, out=change)
        return np.maximum(change, self.down, out=change)
