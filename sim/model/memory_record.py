"""The record of what happens and lasts."""

from __future__ import annotations

from sim.model.conditions import ConditionFields
from sim.model.lasting import LastingFields
from sim.model.promising import PromisingFields
from sim.model.shared_fields import SharedFields


class Model(SharedFields, ConditionFields, LastingFields, PromisingFields):
    """All fields that these parts read or write."""
