"""Outcomes made of several quantities: their values, bins, words, and files that extend others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.evaluation.questions import _width_of
from sim.model.compiled import CompiledScenario
from sim.results.bounded_tally import bins, tally
from sim.results.dataset import assemble, reported
from sim.scenario.formulas import Formula, scale, signs
from sim.scenario.phrases import parse
from sim.simulation.block import simulate
from sim.statistics.drivers import find_drivers
from sim.statistics.measures import measures
from tests.fixtures.scenarios import LASTING, changed, scenario
from tests.fixtures.world_file import WORLD, load

SHOWN: dict[str, Any] = {
    "mean": {"mean": ["affinity of north and south", "affinity of south and west"]},
    "warmth": {"difference": ["affinity of north and south", "tension of north and south"]},
    "times": {"ratio": ["power of north", {"sum": ["power of south", "power of west"]}]},
    "share": {"share": ["ties of south to west", "ties of south to north"]},
    "most": {"most": ["support of north", "support of south", 0.55]},
    "bonds": {"sum": ["in force peace between west and north",
                      "in force sanctions by west toward south"]},
    "gap": {"distance": ["power of south", "power of west"]},
}  # fmt: skip
FILE = changed(LASTING, outcomes={k: {"name": k, "of": of} for k, of in SHOWN.items()}, watch={})
FILE.pop("stop", None)
FILE.pop("knobs", None)
FILE.pop("history", None)
MADE = scenario(FILE)


def test_the_values_are_those_of_the_quantities_in_the_same_run_and_round() -> None:
    (block,) = (simulate(CompiledScenario(MADE), 3, 0, 24),)
    data = assemble(MADE, block, {})
    told = {key: data["reported"].sel(outcome=key).values for key in SHOWN}
    pair = {name: data[name].sel(pair=["north and south", "south and west"]).values
            for name in ("affinity", "tension")}  # fmt: skip
    power = data["power"]
    north, south, west = (power.sel(actor=one).values for one in ("north", "south", "west"))
    ties = data["ties"].sel(direction=["south to west", "south to north"]).values
    support = data["support"].sel(actor=["north", "south"]).values

    def near(key: str, wanted: Any) -> None:
        np.testing.assert_allclose(told[key], wanted, rtol=1e-5, atol=1e-6, err_msg=key)

    near("mean", pair["affinity"].mean(axis=-1))
    near("warmth", pair["affinity"][..., 0] - pair["tension"][..., 0])
    near("times", north / (south + west))
    whole = ties.sum(axis=-1)
    near("share", np.divide(ties[..., 0], whole, out=np.zeros_like(whole), where=whole > 0))
    near("most", np.maximum(support.max(axis=-1), 0.55))
    near("gap", np.abs(south - west))
    assert set(np.unique(told["bonds"])) <= {0.0, 1.0, 2.0}
    assert told["bonds"].max() == 2.0


def test_a_tally_knows_their_quantiles_to_within_a_bin() -> None:
    block = simulate(CompiledScenario(MADE), 3, 0, 41)
    found, values = tally(MADE, block), reported(MADE, block).astype(np.float64)
    for place, key in enumerate(SHOWN):
        own = bins(MADE, key)
        exact = np.quantile(values[:, place], [0.05, 0.5, 0.95], axis=-1, method="inverted_cdf")
        told = found.quantiles(key, [0.05, 0.5, 0.95])
        at = np.clip(np.searchsorted(own.ends, exact, side="right") - 1, 0, own.number - 1)
        assert (np.abs(told - exact) <= np.diff(own.ends)[at] * (1 + 1e-9)).all(), key
        assert (values[:, place] >= own.low).all(), key
        assert (values[:, place] <= own.high).all(), key


def test_they_are_told_with_names_units_and_ranges() -> None:
    told = measures(MADE.description)
    assert told["warmth"].quantity == "affinity of North and South less tension of North and South"
    assert told["warmth"].unit == "−2 to 1"
    assert told["warmth"].bounds == (-2, 1)
    assert told["mean"].ends == "−1 means “opposed”, 1 means “aligned”."
    assert told["times"].quantity == (
        "power of North divided by (sum of (power of South; power of West))"
    )
    assert (told["times"].unit, told["times"].bounds) == ("times", None)
    assert told["bonds"].show(2.0) == "2.00"
    assert told["bonds"].bounds == (0, 2)


def test_what_drives_them_are_the_drivers_of_their_quantities() -> None:
    block = simulate(CompiledScenario(MADE), 3, 0, 12)
    found, _ = find_drivers(assemble(MADE, block, {}), MADE)
    assert "relations.north and south.affinity" in found["warmth"].own
    assert "relations.north and south.tension" in found["warmth"].own
    assert len(found["warmth"].own) == len(set(found["warmth"].own))


@pytest.mark.parametrize(
    ("written", "raising", "lowering"),
    [
        ({"difference": ["support of north", {"mean": ["support of south", 0.5]}]}, 1, 1),
        ({"ratio": ["support of north", -2]}, 0, 1),
        ({"share": ["ties of north to south", "ties of south to north", 0.2]}, 1, 1),
        ({"distance": ["support of north", "support of south"]}, 0, 0),
    ],
)
def test_which_quantities_raise_and_lower_a_formula(
    written: dict[str, Any], raising: int, lowering: int
) -> None:
    found = [sign for _, sign in signs(Formula.model_validate(written))]
    assert (found.count(1.0), found.count(-1.0)) == (raising, lowering)


def test_the_width_of_a_ratio_of_powers_is_its_size_in_the_file() -> None:
    of = MADE.description.outcomes["times"].of
    assert isinstance(of, Formula)
    powers = {name: actor.power.value for name, actor in MADE.description.actors.items()}
    wanted = powers["north"] / (powers["south"] + powers["west"])
    assert _width_of(of, MADE.description) == pytest.approx(wanted)
    assert scale(of).unit == "ratio"


BASE = WORLD.replace(
    "outcomes:", "outcomes:\n  heat: {name: Heat, of: {mean: [tension of north and south, 0.2]}}"
)


def test_a_variation_replaces_a_formula_whole(tmp_path: Path) -> None:
    text = "extends: base.yaml\noutcomes: {heat: {of: {sum: [support of north, 0.1]}}}\n"
    heat = load(tmp_path, text, base=BASE).description.outcomes["heat"]
    assert isinstance(heat.of, Formula)
    assert (heat.of.operation, heat.of.terms) == ("sum", ("support of north", 0.1))


def test_a_formula_goes_with_what_it_is_made_of(tmp_path: Path) -> None:
    gone = load(tmp_path, "extends: base.yaml\nactors: {south: null}\n", base=BASE)
    assert "heat" not in gone.description.outcomes
    assert parse("tension of north and south") is not None
    assert any("outcome 'heat' fell away" in note for note in gone.notes)


def test_the_history_of_a_formula_lies_in_its_range(tmp_path: Path) -> None:
    history = "history: {heat: {why: counted, values: {2016-11-01: VALUE}}}\n"
    fits = load(tmp_path, BASE + history.replace("VALUE", "0.6"))
    assert fits.description.history["heat"].values
    with pytest.raises(Exception, match=r"0\.7 is out of range\n.*from 0\.1 to 0\.6"):
        load(tmp_path, BASE + history.replace("VALUE", "0.7"))
