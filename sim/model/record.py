"""The record of a block of runs: every table and every number of the model, by name.

The files of the text each say which fields are theirs, and make the tables of them; here they
come together.
"""

from __future__ import annotations

from sim.model.arrangements import ArrangementFields
from sim.model.beliefs import BeliefFields
from sim.model.changes import ChangeFields
from sim.model.choice import ChoiceFields
from sim.model.conditions import ConditionFields
from sim.model.events import EventFields
from sim.model.formulas import FormulaFields
from sim.model.governments import GovernmentFields
from sim.model.interests import InterestFields
from sim.model.ledger import LedgerFields
from sim.model.look import LookFields
from sim.model.ordinary import OrdinaryFields
from sim.model.own_interests import OwnInterestFields
from sim.model.parts import PartFields
from sim.model.promises import PromiseFields
from sim.model.quantiles import ParameterFields, SpreadFields
from sim.model.reactions import ReactionFields
from sim.model.resolve import ResolveFields
from sim.model.rounds import RoundFields
from sim.model.security import SecurityFields
from sim.model.start import StartFields
from sim.model.supposed import SupposedFields
from sim.model.windows import WindowFields


class Model(
    StartFields,
    SpreadFields,
    ParameterFields,
    ConditionFields,
    WindowFields,
    ArrangementFields,
    PromiseFields,
    EventFields,
    FormulaFields,
    GovernmentFields,
    LookFields,
    ChangeFields,
    SecurityFields,
    InterestFields,
    OwnInterestFields,
    ReactionFields,
    ChoiceFields,
    BeliefFields,
    ResolveFields,
    PartFields,
    OrdinaryFields,
    LedgerFields,
    RoundFields,
    SupposedFields,
):
    """All that sections read and write."""
