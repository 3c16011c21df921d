"""Rules of what actors want: interests and lenses of a file's own, and what is weighed."""

from __future__ import annotations

from sim.scenario.checker import Checker
from sim.scenario.cross_checks_formulas import check_formula
from sim.scenario.formulas import MOST_TERMS, UNITS
from sim.scenario.lenses import LENSES
from sim.scenario.lookup import components_of
from sim.scenario.node import Path, tidy
from sim.scenario.phrases import BOUNDS, COMPONENTS, STATE
from sim.scenario.schema_wants import Weights
from sim.scenario.type_validation import unknown_key

_RESERVED = (
    *(*COMPONENTS, "all", "source", "why"),
    *("regard", "reactions", "consent", "cost", "sentiment", "heat", "trust", "review"),
)
"""Words that stand beside interests, in files and in results."""


def check_interests(checker: Checker) -> None:
    """Check that interests are made of quantities of the state, and have ends that mean something.

    Parameters
    ----------
    checker : Checker
        Takes the faults.
    """
    for name, interest in checker.description.interests.items():
        path = ("interests", name)
        checker.reserved(path, _RESERVED, "an interest")
        found = check_formula(checker, (*path, "of"), interest.of, STATE, "what an actor wants")
        if found is None or found.bounded:
            continue
        if found.unit == UNITS["power"]:
            checker.refuse("interest in capability", (*path, "of"))
        elif found.low == found.high:
            checker.refuse("constant interest", (*path, "of"), value=found.low)
        else:
            most = BOUNDS["issue"][1] * MOST_TERMS
            checker.refuse("interest without end", (*path, "of"), most=most)


def check_lenses(checker: Checker) -> None:
    """Check that a file's own lenses can be told from those shipped, and weigh something."""
    titles = {lens.title.casefold(): id for id, lens in LENSES.items()}
    for name, lens in checker.description.lenses.items():
        path = ("lenses", name)
        if name in LENSES:
            checker.refuse("shipped lens", path, title=LENSES[name].title)
        elif shipped := titles.get(tidy(lens.name).casefold()):
            checker.refuse("name of a shipped lens", (*path, "name"), shipped=shipped)
        check_weights(checker, path, lens.weights, "lens")


def check_weights(checker: Checker, path: Path, weights: Weights, sort: str) -> None:
    """Check that a part weighs what there is, and wants anything at all.

    Parameters
    ----------
    checker : Checker
        Takes the faults.
    path : tuple of str
        Where the part stands whose weights they are.
    weights : Weights
        What is checked.
    sort : str
        What the part is, for messages: ``actor`` or ``lens``.
    """
    known = components_of(checker.description)
    for name in weights.model_extra or ():
        if name not in known:
            problem, remedy = unknown_key(name, ["source", "why", *known])
            checker.fault((*path, "weights", name), problem, remedy, at_key=True)
    if all(weights.of(component).value == 0 for component in known):
        checker.refuse("nothing wanted", (*path, "weights"), sort=sort)
