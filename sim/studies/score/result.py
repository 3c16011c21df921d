"""What forecasts came to beside the record, as data."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import xarray as xr

from sim.evaluation.forecast import Item
from sim.evaluation.record import Record
from sim.evaluation.rivals import SCENARIO
from sim.evaluation.scores import scored
from sim.evaluation.skill import Bin, Skill, reliability, skills
from sim.scenario.scenario import Scenario, SourceFile
from sim.statistics.summary import Trajectory


@dataclass(frozen=True)
class Made:
    """Where forecasts come from.

    Attributes
    ----------
    title, id, sha256 : str
        The scenario's.
    runs, seed : int
    version : str
        Of the program.
    start : date
        The first day of the scenario, from which everything is a forecast.
    frozen : date or None
        The day on which they were written down, where they are read from a file.
    after_the_fact : bool
        Whether some outcomes were known by then.
    digest : str
        Of the file of frozen forecasts, else empty.
    """

    title: str
    id: str
    sha256: str
    runs: int
    seed: int
    version: str
    start: datetime.date
    frozen: datetime.date | None = None
    after_the_fact: bool = False
    digest: str = ""


@dataclass(frozen=True, eq=False)
class Held:
    """Forecasts held against a record.

    Attributes
    ----------
    record : Record
    made : Made
    items : tuple of Item
        The questions with what each forecaster says.
    missing : dict of question -> str
        What is missing for those that the scenario cannot speak to.
    names : dict of question -> str
        Each as it is shown.
    scenario : Scenario or None
        ``None`` where the forecasts were frozen.
    fans : dict of question -> Trajectory
        The course of what has one.
    moved : dict of question -> tuple of str
        Dated events of the scenario that move what is asked.
    failed : int
        Runs that failed, with the theory and without.
    read_too : tuple of SourceFile
        Files that were read beside the record and the scenario's.
    """

    record: Record
    made: Made
    items: tuple[Item, ...]
    missing: Mapping[str, str]
    names: Mapping[str, str]
    scenario: Scenario | None = None
    fans: Mapping[str, Trajectory] = field(default_factory=dict)
    moved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    failed: int = 0
    read_too: tuple[SourceFile, ...] = ()

    @cached_property
    def scores(self) -> xr.Dataset:
        """Every forecast with its scores (:func:`sim.evaluation.scores.scored`)."""
        return scored(self.items)

    @cached_property
    def skills(self) -> tuple[Skill, ...]:
        """The scenario's skill beside each rival."""
        return skills(self.scores, self.made.seed)

    @cached_property
    def bins(self) -> tuple[Bin, ...]:
        """How often what it gave about the same probability came true."""
        return reliability(self.scores, SCENARIO, self.made.seed)

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """What was read."""
        scenario = self.scenario.files if self.scenario else ()
        return self.record.file, *self.read_too, *scenario

    def skill(self, score: str, rival: str) -> Skill | None:
        """The skill in a score beside a rival; ``None`` where no question has both."""
        return next((s for s in self.skills if (s.score, s.rival) == (score, rival)), None)
