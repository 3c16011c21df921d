"""Groups of numbers that share a source or a reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from sim.scenario.phrases import NAME
from sim.scenario.quantity import Frozen

Name = Annotated[str, StringConstraints(pattern=f"^{NAME}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Sources = Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]


class Grounded(Frozen):
    """A group of numbers; its source and reason hold for each number inside."""

    source: Sources = Field((), description="ids of facts or data for the numbers inside")
    why: Text | None = Field(None, description="the reason, where the figures are judgement")
