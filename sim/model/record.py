"""The record of a block of runs: every table and every number of the model, by name.

The files of the text each say which fields are theirs, and make the tables of them; here they
come together.
"""

from __future__ import annotations

from sim.model.beginning import BeginningFields
from sim.model.changes import ChangeFields
from sim.model.choosing import ChoosingFields
from sim.model.conditions import ConditionFields
from sim.model.disputes import DisputeFields
from sim.model.foresight import ForesightFields
from sim.model.happenings import HappeningFields
from sim.model.interests import InterestFields
from sim.model.lasting import LastingFields
from sim.model.ordinary import OrdinaryFields
from sim.model.promising import PromisingFields
from sim.model.resolving import ResolvingFields
from sim.model.rounds import RoundFields
from sim.model.ruling import RulingFields


class Model(
    BeginningFields,
    ConditionFields,
    LastingFields,
    PromisingFields,
    HappeningFields,
    RulingFields,
    ChangeFields,
    DisputeFields,
    InterestFields,
    ForesightFields,
    ChoosingFields,
    ResolvingFields,
    OrdinaryFields,
    RoundFields,
):
    """All that sections read and write."""
