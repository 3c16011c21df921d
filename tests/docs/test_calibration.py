"""The documents and the base scenario say what the calibration found."""

from __future__ import annotations

import yaml

from sim.calibration.record import as_scenario
from sim.scenario.loading import load_scenario
from tests.docs import calibration, theory
from tests.fixtures.paths import ROOT


def test_the_tables_are_those_of_the_record() -> None:
    text = calibration.DOCUMENT.read_text("utf-8")
    assert text == calibration.rewritten(text), "write: python -m tests.docs.calibration"


def test_the_base_scenario_has_the_posterior_as_its_spread() -> None:
    base = ROOT / "scenarios" / "northeast-asia-2016.yaml"
    stated = yaml.safe_load(base.read_text("utf-8"))["coefficients"]
    for name, fitted in yaml.safe_load(as_scenario(calibration.record()))["coefficients"].items():
        # Beside the fitted ones, the file gives reasons for those that are not.
        assert stated[name] == fitted or fitted.items() <= stated[name].items(), name
    # What the file states is what is run.
    scenario = load_scenario(base)
    for name, quantity in calibration.record()["coefficients"].items():
        parameter = scenario.parameters[f"coefficients.{name}"]
        assert parameter.value == quantity["value"]
        assert parameter.source == ("calibration-2016",)
        assert parameter.quantity.spread is not None
        assert parameter.quantity.spread.pert == quantity["spread"]["pert"]


def test_the_table_of_coefficients_is_that_of_the_program() -> None:
    text = theory.DOCUMENT.read_text("utf-8")
    assert text == theory.rewritten(text), "write: python -m tests.docs.theory"
