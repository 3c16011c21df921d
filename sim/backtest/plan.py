"""What the backtest does: the plan file as types."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictFloat, StrictInt, StringConstraints, model_validator

from sim.calibration.plan import Prior
from sim.errors import ScenarioError
from sim.scenario.field_types import Frozen, Name, Share, Text, fault
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import read_yaml

PLAN = Path("scenarios/calibration/backtest-plan.yaml")
MODEL, AT_REST, WITHOUT_THEORY = "model", "model at rest", "without theory"
"""The model as the plan has it; with each pair at rest at its own mean, as in scenarios that ship;
and with the coefficients of the theory at 0."""
AHEAD = (1, 2, 3)
"""Years ahead of a start that are forecast."""

Kind = Literal["conflict", "affinity", "ties", "support"]
"""What is forecast: conflict shares, affinities, ties, and support."""
State = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
"""A state by its ISO 3166 code."""
Counted = Literal[
    "verbal cooperation", "material cooperation", "verbal conflict", "material conflict"
]
"""What event counts are sorted into."""


class PlanLever(Frozen):
    """One kind of act: what the event data count as it, and what it changes."""

    name: Text
    counted: Counted
    cameo: str
    effects: dict[str, StrictFloat | StrictInt] = Field(min_length=1)


class BacktestPlan(Frozen):
    """The plan file: states, years, what scenarios are made of, and priors of what is fitted.

    Names of priors are coefficients of the theory, or begin with ``start.`` (what a scenario is
    made of) or ``swings.`` (the noise of a year's conflict share). They stand under the kind of
    quantity that they are fitted to.
    """

    states: list[State] = Field(min_length=2)
    approval: dict[State, Name] = Field({}, description="file of monthly approval, by state")
    first_start: StrictInt = Field(description="first year at whose end a forecast is made")
    last_start: StrictInt
    fitted_until: StrictInt = Field(description="last year whose outcomes enter the fit")
    levers: dict[Name, PlanLever] = Field(min_length=1)
    active: Share
    patience: Share
    audience_cost: Share
    pledge: Share
    alike: Share = Field(description="how far ordinary affinities are drawn to their mean")
    coefficients: dict[str, Any] = Field({}, description="drawn anew in every run")
    theory: list[str] = Field(min_length=1, description="coefficients that are 0 without theory")
    left_out: dict[str, list[str]] = Field(
        {}, description="numbers that are set to 0 after the fit, by what they stand for"
    )
    priors: dict[Kind, dict[str, Prior]] = Field(description="by what they are fitted to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.first_start < self.fitted_until < self.last_start:
            raise fault(
                f"the fit ends in {self.fitted_until}, "
                f"and starts are from {self.first_start} to {self.last_start}",
                "let it end after the first start and before the last",
            )
        return self

    @model_validator(mode="after")
    def _known(self) -> Self:
        named = {one for group in (self.theory, *self.left_out.values()) for one in group}
        if unknown := sorted(named - set(self.fitted)):
            raise fault(f"nothing of the name '{unknown[0]}' is fitted", "name one of the priors")
        return self

    @property
    def starts(self) -> range:
        """Years at whose end forecasts are made."""
        return range(self.first_start, self.last_start + 1)

    @property
    def fitted(self) -> dict[str, Prior]:
        """The prior of every number that is fitted, by name."""
        return {name: one for group in self.priors.values() for name, one in group.items()}

    @property
    def forms(self) -> dict[str, BacktestPlan]:
        """The forms of the model that are fitted and forecast, by name."""
        rest = self.alike.model_copy(update={"value": 0.0})
        return {
            MODEL: self,
            AT_REST: self.model_copy(update={"alike": rest}),
            WITHOUT_THEORY: self.without_theory(),
        }

    def without_theory(self) -> BacktestPlan:
        """The same without priors of the theory: its coefficients are then 0."""
        left = {
            kind: {name: one for name, one in group.items() if name not in self.theory}
            for kind, group in self.priors.items()
        }
        return self.model_copy(update={"priors": left})


def load_plan(path: Path) -> BacktestPlan:
    """Read a plan file; all faults come together."""
    plan, faults = validate(BacktestPlan, read_yaml(path).root)
    if plan is None or faults:
        raise ScenarioError(faults)
    return plan
