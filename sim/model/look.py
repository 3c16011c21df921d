"""The look: the value of every candidate to every actor, at the state now.

Text: ``docs/model.md``, sections 6.1 to 6.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.arrangements import lasting_pushes
from sim.model.changes import find_changes
from sim.model.interests import find_care, find_values, find_weights
from sim.model.reactions import find_prices, find_reactions, find_worth
from sim.model.security import find_odds
from sim.model.vectors import section

if TYPE_CHECKING:
    from sim.model.record import Model


@section
def look(m: Model) -> None:
    """The value of every candidate to every actor, at the state now (6.1 to 6.4)."""
    find_odds(m)
    find_weights(m)
    lasting_pushes(m)
    weigh(m)


@section
def weigh(m: Model) -> None:
    """The same once it is found who leans to whom, what actors want, and what lasts."""
    find_changes(m)
    find_values(m)
    find_care(m)
    find_reactions(m)
    find_prices(m)
    find_worth(m)
