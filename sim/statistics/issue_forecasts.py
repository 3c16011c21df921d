"""Where theories of bargaining forecast the issues of a scenario, by its numbers at the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.model.snapshot import all_begin_at
from sim.scenario.phrases import Kind, Phrase, parse
from sim.scenario.schema import Description
from sim.theories.bargaining import BARGAINING
from sim.theories.positions import Positions


@dataclass(frozen=True)
class IssueForecast:
    """The forecasts of one issue, from 0 to 100.

    Attributes
    ----------
    issue, name : str
        Its id, and as it is shown.
    start : float
        Where it stands at the start.
    by_theory : dict of theory to float
        Where it ends by each theory.
    outcome : str or None
        Id of the outcome that reports it; ``None`` where none does.
    """

    issue: str
    name: str
    start: float
    by_theory: dict[str, float]
    outcome: str | None


def issue_forecasts(description: Description) -> tuple[IssueForecast, ...]:
    """Forecast each issue on which two actors or more have a position and some weight.

    Positions, saliences and powers are the central ones at the start. Expected utility bargains
    for as many rounds as the scenario has.
    """
    reported: dict[str, str] = {}
    for id, outcome in description.outcomes.items():
        phrase = parse(outcome.of) if isinstance(outcome.of, str) else None
        if phrase is not None and phrase.kind == "issue":
            reported.setdefault(phrase.names[0], id)
    found = []
    for issue, described in description.issues.items():
        actors = _positions(issue, description)
        if actors is None:
            continue
        rounds = description.calendar.rounds
        by_theory = {name: float(one.foretold(actors, rounds)) for name, one in BARGAINING.items()}
        (start,) = all_begin_at([Phrase("issue", (issue,))], description)
        found.append(IssueForecast(issue, described.name, start, by_theory, reported.get(issue)))
    return tuple(found)


def _positions(issue: str, description: Description) -> Positions | None:
    """Who wants what on an issue at the start; ``None`` where nobody has to agree with anybody."""
    names = tuple(sorted(description.issues[issue].stances))
    if len(names) < 2:
        return None
    kinds: tuple[Kind, ...] = ("position", "salience")
    phrases = [Phrase(kind, (name, issue)) for kind in kinds for name in names]
    phrases += [Phrase("power", (name,)) for name in names]
    numbers = np.array(all_begin_at(phrases, description)).reshape(3, -1)
    actors = Positions(names, *numbers)
    return actors if actors.weight.sum() > 0 else None
