"""Who plays which theory: what a user hands in, checked, as rules of decision and of answer."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.errors import Fault, Place, ScenarioError, option
from sim.text import did_you_mean
from sim.theories.from_file import Code, code_of, load_again
from sim.theories.protocol import Answer, Decision, Theories
from sim.theories.quantal import quantal
from sim.theories.registry import find, name_of

ALL = "all"
"""Stands for every actor that is not named."""


@dataclass(frozen=True)
class Used:
    """A theory as a record names it.

    Attributes
    ----------
    name : str
        By which it can be found again, where it is named; else that of the object.
    named : bool
        Whether it was handed in by its name, and not as an object of Python.
    code : Code or None
        The file it was loaded from.
    """

    name: str
    named: bool
    code: Code | None = None


@dataclass(frozen=True)
class Seats:
    """Rules by actor; who has none does as the file says, else as the built-in theory.

    Attributes
    ----------
    decisions : dict of actor to Decision
    answers : dict of actor to Answer
    used : dict of actor to Used
        What theory each plays, for the record, if it is not the built-in one.
    """

    decisions: dict[str, Decision] = field(default_factory=dict)
    answers: dict[str, Answer | None] = field(default_factory=dict)
    used: dict[str, Used] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Callable[..., Seats], tuple[list[Code], bytes]]:
        """Travel to other processes with the files of code that rules were loaded from."""
        codes = {one.code.module: one.code for one in self.used.values() if one.code}
        rules = pickle.dumps((self.decisions, self.answers, self.used))
        return _arrived, (list(codes.values()), rules)


def _arrived(codes: list[Code], rules: bytes) -> Seats:
    """Seats in another process, which has none of the files."""
    for code in codes:
        load_again(code)
    return Seats(*pickle.loads(rules))


NOBODY = Seats()
"""Where everybody plays the built-in theory."""


def seated(theories: Theories | None, actors: Collection[str]) -> Seats:
    """The rules of a scenario's actors.

    Parameters
    ----------
    theories : theory, or mapping of actor to theory, or None
        A theory is a name, a function of a view, or an object with ``choose``, ``answer`` or
        both. ``"all"`` in a mapping is every actor that is not named; one theory is for all.
    actors : collection of str

    Raises
    ------
    ScenarioError
        For an actor that the scenario does not have, and for what is no theory; all at once.
    """
    if theories is None:
        return NOBODY
    given = theories if isinstance(theories, Mapping) else {ALL: theories}
    faults: list[Fault] = []
    found: dict[str, Any] = {}
    for actor, theory in given.items():
        place = Place(option("--theory"), path="" if actor == ALL else str(actor))
        if actor != ALL and actor not in actors:
            remedy = did_you_mean(str(actor), actors, "actors")
            faults.append(Fault(place, f"there is no actor '{actor}'", remedy))
        try:
            found[actor] = find(theory, place) if isinstance(theory, str) else theory
        except ScenarioError as error:
            faults += error.faults
            continue
        faults += _wrong(found[actor], place)
    if faults:
        raise ScenarioError(faults)
    own = {actor: found.get(actor, found.get(ALL)) for actor in actors}
    said = {actor: given.get(actor, given.get(ALL)) for actor in actors}
    return Seats(
        {actor: rule for actor, one in own.items() if (rule := _part(one, "choose"))},
        {actor: rule for actor, one in own.items() if (rule := _part(one, "answer"))},
        {a: _used(said[a], own[a]) for a in actors if not (own[a] is None or own[a] is quantal)},
    )


def _used(said: Any, theory: Any) -> Used:
    code = code_of(theory)
    if isinstance(said, str):
        return Used(f"{code.file}:{said.rpartition(':')[2]}" if code else said, True, code)
    return Used(name_of(theory), False, code)


def _part(theory: Any, name: str) -> Any:
    """One rule of a theory; a plain function is that of choosing."""
    rule = getattr(theory, name, None)
    return theory if rule is None and name == "choose" and _is_function(theory) else rule


def _is_function(theory: Any) -> bool:
    return callable(theory) and not hasattr(theory, "answer")


def _wrong(theory: Any, place: Place) -> Iterator[Fault]:
    if isinstance(theory, type):
        remedy = f"give an object of it: {theory.__name__}()"
        yield Fault(place, f"{theory.__name__} is a class", remedy)
        return
    # NumPy's own objects have a method that is called 'choose'.
    ours = not isinstance(theory, np.ndarray | np.generic)
    rules = [rule for name in ("choose", "answer") if (rule := _part(theory, name)) is not None]
    if not ours or not rules or not all(map(callable, rules)):
        remedy = "give a name, a function of a view, or an object with 'choose' or 'answer'"
        yield Fault(place, f"{_shown(theory)} is no theory", remedy)


def _shown(theory: Any) -> str:
    text = repr(theory)
    return text if len(text) <= 40 else f"{text[:37]}..."
