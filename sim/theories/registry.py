"""Theories by name: those that come with the program, and those of installed packages.

A package offers one by an entry point of the group ``entente.theories``. Its code is imported
only when the theory is used.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import PurePath
from typing import Any

from sim.errors import Fault, Place, ScenarioError, in_words, option, stopped_by_user
from sim.text import did_you_mean, sentence
from sim.theories.bargaining import BARGAINING
from sim.theories.best_response import best_response
from sim.theories.experience_weighted_attraction import ExperienceWeightedAttraction
from sim.theories.fictitious_play import FictitiousPlay
from sim.theories.from_file import code_of, load
from sim.theories.look_ahead import LookAhead
from sim.theories.quantal import quantal
from sim.theories.reaction import Reaction
from sim.theories.tit_for_tat import tit_for_tat

GROUP = "entente.theories"
QUANTAL = "quantal"
"""The built-in theory, by which the model decides by itself."""
OWN: dict[str, Any] = {
    QUANTAL: quantal,
    "best_response": best_response,
    "tit_for_tat": tit_for_tat,
    "look_ahead": LookAhead(2),
    "look_ahead_3": LookAhead(3),
    "fictitious_play": FictitiousPlay(),
    "experience_weighted_attraction": ExperienceWeightedAttraction(),
    "reaction": Reaction(),
    **BARGAINING,
}
"""Those that come with the program."""

LONG = ("look_ahead", "look_ahead_3", "fictitious_play")
"""Those that take at least twenty times as long as the built-in one (``docs/theories.md``)."""


def names() -> tuple[str, ...]:
    """All theories that can be named here."""
    return tuple(dict.fromkeys([*OWN, *(point.name for point in _offered())]))


def title(name: str) -> str:
    """A theory as texts call it: ``Tit for tat``; one of a file without the folder."""
    if name in OWN:
        return sentence(name.replace("_", " "))
    return PurePath(name).name if ".py:" in name else name


def name_of(theory: Any) -> str:
    """The name of a theory, or of a rule of it: ``tit_for_tat``, ``FILE.py:NAME``, ``Mine``."""
    whole = getattr(theory, "__self__", theory)
    for name, one in OWN.items():
        if type(one) is type(whole) and one == whole:
            return name
    module = sys.modules.get(str(getattr(whole, "__module__", None)))
    home = dict(vars(module)) if module else {}
    held = (name for name, one in home.items() if one is whole and not name.startswith("_"))
    name = next(held, None) or getattr(whole, "__qualname__", None) or type(whole).__qualname__
    code = code_of(whole)
    return f"{code.file}:{name}" if code else name


def find(name: str, place: Place) -> Any:
    """A theory by its name, or by ``FILE.py:NAME``.

    Raises
    ------
    ScenarioError
        Where there is none of that name, two packages offer it, or it cannot be imported.
    """
    if name in OWN:
        return OWN[name]
    if ":" in name:
        return load(name, place)
    found = [point for point in _offered() if point.name == name]
    if not found:
        remedy = did_you_mean(name, names(), "theories")
        if name.endswith(".py"):
            remedy = f"name the theory in the file: {name}:NAME"
        if "," in name:
            remedy = (
                f"give one; 'compare' holds several against one another ({option('--theory A,B')})"
            )
        raise ScenarioError([Fault(place, f"there is no theory '{name}'", remedy)])
    if len(found) > 1:
        packages = " and ".join(sorted(point.dist.name if point.dist else "?" for point in found))
        remedy = "uninstall all but one of them"
        raise ScenarioError([Fault(place, f"'{name}' is offered by {packages}", remedy)])
    try:
        return found[0].load()
    except BaseException as error:  # whatever the package's code may raise, SystemExit too
        if stopped_by_user(error):
            raise
        problem = f"the theory '{name}' cannot be imported ({in_words(error)})"
        remedy = f"mend or uninstall {found[0].value.partition(':')[0]}"
        raise ScenarioError([Fault(place, problem, remedy)]) from error


def _offered() -> Iterator[EntryPoint]:
    """Theories of installed packages; a name of our own is never theirs."""
    return (point for point in entry_points(group=GROUP) if point.name not in OWN)
