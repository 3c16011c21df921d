"""What is fitted to what: the targets file as types."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, StrictBool, StrictFloat, StrictInt, model_validator

from sim.arrays import Floats
from sim.errors import ScenarioError
from sim.scenario.field_types import Frozen, Name, Sources, Text, fault
from sim.scenario.loading import load_scenario
from sim.scenario.scenario import Scenario
from sim.scenario.type_validation import validate
from sim.scenario.yaml_reader import read_yaml

_Number = StrictFloat | StrictInt
_Two = Annotated[tuple[str, ...], BeforeValidator(tuple), Field(min_length=2, max_length=2)]

Years = Literal["until_2009", "from_2010"]
"""Years before and after a split: one fits, the other tests."""
TARGETS = Path("scenarios/calibration/targets.yaml")
_STATISTICS = ("share", "swing", "after", "change", "uses", "ever")


class FitTarget(Frozen):
    """A figure from data: what it is of, its value, and how closely it is known.

    Exactly one of ``share`` (conflict share of an ordered pair), ``swing``
    (relative covariance of the yearly conflict of two pairs), ``after``
    (conflict in the year after an event, over that in other times), ``change``
    (root mean square change of a kind of quantity), ``uses`` (accepted uses of
    a lever per round) and ``ever`` (a lever's use at any time) is given.
    """

    share: str | None = None
    swing: _Two | None = None
    after: Name | None = Field(None, description="an event: conflict in the year after it")
    change: str | None = None
    of: str | None = Field(None, description="with 'change': only this actor")
    over: _Number = Field(1, gt=0, description="with 'change': years between the two values")
    mean_of: _Number = Field(
        1, gt=0, description="with 'change': years that each value is a mean of"
    )
    uses: Name | None = None
    between: str | None = Field(
        None, description="with 'uses' and 'after': the two, in either direction"
    )
    ever: Name | None = None
    value: _Number
    tolerance: _Number = Field(gt=0, description="one standard deviation of what may be off")
    until_2009: _Number | None = Field(None, description="the same of data up to 2009 alone")
    from_2010: _Number | None = Field(None, description="the same of data of 2010 to 2016 alone")
    source: Sources = Field(min_length=1)
    fitted: StrictBool = Field(True, description="false: shown beside the others, not fitted")
    why: Text | None = Field(None, description="the reason, where it is not fitted")

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in _STATISTICS if getattr(self, name)]
        if len(given) != 1:
            problem = f"a target has one statistic, here {len(given)}"
            raise fault(problem, f"write one of {', '.join(_STATISTICS)}")
        return self


class Prior(Frozen):
    """What was thought of a coefficient before the data: one shape, and why."""

    uniform: tuple[_Number, _Number] | None = None
    log_uniform: tuple[_Number, _Number] | None = None
    triangular: tuple[_Number, _Number, _Number] | None = Field(None, description="low, mode, high")
    why: Text

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest value."""
        found = self.uniform or self.log_uniform or self.triangular or (0.0, 1.0)
        return float(found[0]), float(found[-1])

    def quantile(self, u: Floats) -> Floats:
        """Inverse distribution function."""
        low, high = self.ends
        if self.log_uniform:
            return np.asarray(low * (high / low) ** u)
        if self.triangular:
            mode = (float(self.triangular[1]) - low) / (high - low)
            rising, falling = np.sqrt(u * mode), 1 - np.sqrt((1 - u) * (1 - mode))
            return np.asarray(low + (high - low) * np.where(u < mode, rising, falling))
        return low + (high - low) * u


class CalibrationPlan(Frozen):
    """The targets file: base scenario, targets, and priors of coefficients."""

    base: Text
    targets: dict[Name, FitTarget] = Field(min_length=1)
    priors: dict[str, Prior] = Field(min_length=1)

    def of_years(self, years: Years) -> CalibrationPlan:
        """The same plan with the figures of some years alone, for a fit that is tested on others.

        Fitted are the targets that have a figure of both; conflict shares are not, for the
        usual frequencies of the base are set to those of 2010 to 2014.
        """
        found = {}
        for name, one in self.targets.items():
            value = getattr(one, years)
            both = one.until_2009 is not None and one.from_2010 is not None
            fitted = one.fitted and both and one.share is None
            update = {"value": one.value if value is None else value, "fitted": fitted}
            found[name] = one.model_copy(update=update)
        return self.model_copy(update={"targets": found})

    def away(self, figures: Floats) -> Floats:
        """Distance of the figures from the targets that are fitted, in tolerances."""
        every = self.targets.values()
        wanted = np.array([one.value for one in every], dtype=np.float64)
        tolerance = np.array([one.tolerance for one in every], dtype=np.float64)
        fitted = [one.fitted for one in every]
        away: Floats = ((figures - wanted) / tolerance)[:, fitted]
        return away


def load_plan(path: Path) -> CalibrationPlan:
    """Read a targets file; all faults come together."""
    plan, faults = validate(CalibrationPlan, read_yaml(path).root)
    if plan is None or faults:
        raise ScenarioError(faults)
    return plan


def load_base(path: Path) -> tuple[CalibrationPlan, Scenario]:
    """Read a targets file, and the base scenario that it names."""
    plan = load_plan(path)
    return plan, load_scenario(path.parent.parent / plan.base)
