"""Rules of formulas: their quantities exist, and can be put together."""

from __future__ import annotations

from pydantic_core import PydanticCustomError

from sim.scenario.checker import Checker
from sim.scenario.formulas import FARTHEST, Formula, Scale, scale
from sim.scenario.node import Path
from sim.scenario.phrases import Kind


def check_formula(
    checker: Checker,
    path: Path,
    of: str | Formula,
    kinds: tuple[Kind, ...],
    use: str,
    roles: tuple[str, ...] = (),
) -> Scale | None:
    """Check a phrase, or a formula of phrases; ``use`` says what is done with it.

    Parameters
    ----------
    checker : Checker
        Takes the faults.
    path : tuple of str and int
        Where it stands.
    of : str or Formula
        What is checked.
    kinds : tuple of str
        The quantities that may stand there.
    use : str
        What is done with them, for messages: ``an outcome``.
    roles : tuple of str, optional
        The roles that may stand for actors.

    Returns
    -------
    Scale or None
        Its unit and range; ``None`` where it has a fault.
    """
    if isinstance(of, Formula):
        here = (*path, of.operation)
        sound = [
            check_formula(checker, (*here, place), term, kinds, use, roles) is not None
            for place, term in enumerate(of.terms)
            if not isinstance(term, float)
        ]
        if not all(sound):
            return None
    elif checker.phrase(path, of, kinds, use, roles, at_key=False) is None:
        return None
    try:
        found = scale(of)
    except PydanticCustomError as error:
        words = error.context or {}
        checker.fault(path, str(words["problem"]), str(words["remedy"]))
        return None
    if max(abs(found.low), abs(found.high)) > FARTHEST:
        checker.refuse("too far", path, farthest=FARTHEST)
        return None
    return found
