"""Collecting what is wrong with a description, part by part."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import cast

from sim.errors import Fault
from sim.scenario.node import Node, Path
from sim.scenario.phrases import (
    BOUNDS,
    COMPONENTS,
    ROLES,
    SLOTS,
    SYMMETRIC,
    Kind,
    Phrase,
    forms,
    parse,
)
from sim.scenario.quantity import Quantity, within
from sim.scenario.schema import Description, Limits
from sim.scenario.wording import closest, did_you_mean, listing

_JOINTS = ("of", "and", "to", "on", "with", "for", "&", "+", "since")
"""Words between the names of a phrase."""


@dataclass
class Report:
    """The faults and notes found so far, and what is needed to find more.

    Attributes
    ----------
    description : Description
        What is checked.
    root : Node
        The document it was read from, for places.
    mended : collection of path
        Where the file says something else that has a fault of its own.
    faults : list of Fault
        What must be mended.
    notes : list of str
        What the author should know.
    """

    description: Description
    root: Node
    mended: Collection[Path] = ()
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(
        self,
        path: Path,
        problem: str,
        remedy: str,
        at_key: bool = False,
        *,
        lacks: Path | None = None,
    ) -> None:
        """Add a fault at a path, unless the part that ``lacks`` something has it, but faulty."""
        if lacks is not None and any(one[: len(lacks)] == lacks for one in self.mended):
            return
        self.faults.append(Fault(self.root.place(path, at_key), problem, remedy))

    def known(self, slot: str) -> Collection[str]:
        """The names that are defined: of ``actors``, ``issues``, ``components`` ..."""
        if slot == "components":
            return COMPONENTS
        names: Collection[str] = getattr(self.description, slot)
        return names

    def name(self, path: Path, name: str, slot: str, at_key: bool = False) -> bool:
        """Check that a name is defined."""
        names = self.known(slot)
        if name in names:
            return True
        one = slot.removesuffix("s")
        self.fault(
            path, f"the {one} '{name}' is not defined", did_you_mean(name, names, slot), at_key
        )
        return False

    def phrase(
        self,
        path: Path,
        text: str,
        kinds: tuple[Kind, ...],
        use: str,
        roles: tuple[str, ...] = (),
        at_key: bool = True,
    ) -> Phrase | None:
        """Check a quantity phrase.

        Parameters
        ----------
        path : Path
            Where it stands.
        text : str
            The phrase.
        kinds : tuple of Kind
            Which quantities are allowed here.
        use : str
            What is done with it here, for the message: ``moved by a lever``.
        roles : tuple of str
            Which roles may stand for an actor.
        at_key : bool
            Whether the phrase is the key at the path.
        """
        phrase = parse(text)
        allowed = f"write one of {forms(kinds)}"
        if roles:
            allowed += f"; A and B: ids of actors, or {listing(roles)}"
        if phrase is None:
            near = self._meant(text, kinds, roles)
            remedy = f"did you mean '{near}'? {allowed}" if near else allowed
            self.fault(path, f"'{text}' is not a quantity", remedy, at_key)
            return None
        if phrase.kind not in kinds:
            self.fault(path, f"'{text}' cannot be {use}", allowed, at_key)
            return None
        sound = True
        for slot, name in phrase.slots:
            if slot == "actors" and name in ROLES:
                if name in self.description.actors:
                    sound = False  # its own fault says that no actor can be called so
                elif name not in roles:
                    what = f"write an actor or {' or '.join(roles)}" if roles else "name an actor"
                    self.fault(path, f"'{name}' stands for nobody here", what, at_key)
                    sound = False
            else:
                sound = self.name(path, name, slot, at_key) and sound
        if SLOTS[phrase.kind] == ("actors", "actors") and phrase.names[0] == phrase.names[1]:
            self.fault(
                path, f"'{text}' stands between one and the same", "name two different ones", at_key
            )
            sound = False
        return phrase if sound else None

    def _meant(self, text: str, kinds: tuple[Kind, ...], roles: tuple[str, ...]) -> str | None:
        """The phrase that a key which is none was probably meant for."""
        first, _, rest = text.partition(" ")
        if not rest and "issue" in kinds:
            issues = self.description.issues
            if issue := first if first in issues else closest(first, issues):
                return f"issue {issue}"
        near = closest(first.lower(), kinds)
        if near is None:
            return None
        kind = cast(Kind, near)
        if rest:
            names = tuple(word for word in rest.lower().split() if word not in _JOINTS)
            better = str(Phrase(kind, names)) if len(names) == len(SLOTS[kind]) else ""
            return better if parse(better) else None
        form = forms((kind,)).strip("'")
        if "target" in roles:
            form = re.sub(r"\bB\b", "target", re.sub(r"\bA\b", "actor", form))
        return form

    def conditions(
        self,
        path: Path,
        limits: dict[str, Limits],
        kinds: tuple[Kind, ...],
        use: str,
        roles: tuple[str, ...] = (),
    ) -> None:
        """Check conditions: their phrases, and their limits against the range."""
        for text, limit in limits.items():
            here = (*path, text)
            phrase = self.phrase(here, text, kinds, use, roles)
            least, most = limit.at_least, limit.at_most
            if least is None and most is None:
                self.fault(
                    here,
                    "the condition has no limit",
                    "write at_least, at_most or both",
                    True,
                    lacks=here,
                )
            if phrase:
                self.range((*here, "at_least"), least, *BOUNDS[phrase.kind])
                self.range((*here, "at_most"), most, *BOUNDS[phrase.kind])
            if least and most and least.value > most.value:
                self.fault(
                    here,
                    f"nothing is at least {least.value:g} and at most {most.value:g}",
                    "write the lower number under at_least",
                    True,
                )

    def range(self, path: Path, quantity: Quantity | None, low: float, high: float) -> None:
        """Check that a number, and the ends of its spread, lie in a range."""
        if quantity is None:
            return
        ends = quantity.spread.ends() if quantity.spread else None
        for number in (quantity.value, *(ends or ())):
            if not low <= number <= high:
                self.fault(path, f"{number:g} is out of range", f"write {within(low, high)}")
                return


def same_quantity(phrase: Phrase) -> Phrase:
    """The one way to write it: names in alphabetical order where it is symmetric."""
    if phrase.kind in SYMMETRIC:
        return Phrase(phrase.kind, tuple(sorted(phrase.names)))
    return phrase


def reach(kind: Kind) -> float:
    """Largest change of a quantity that makes sense: the width of its range."""
    low, high = BOUNDS[kind]
    return high - low
