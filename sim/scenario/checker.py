"""The checker of a description: collects what is wrong with it, part by part."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from sim.errors import Fault
from sim.scenario import phrases
from sim.scenario.conditions import Condition, Limits, every
from sim.scenario.field_types import Quantity, within
from sim.scenario.lookup import Instance, beginning, components_of, has_trust, parse_instance
from sim.scenario.node import Node, Path
from sim.scenario.phrases import (
    ANYONE,
    ROLES,
    Kind,
    Phrase,
    forms,
    parse,
    range_width,
    same_quantity,
)
from sim.scenario.schema import Description
from sim.scenario.yaml_reader import read_data
from sim.text import closest, did_you_mean, quoted

_FAULTS: dict[str, dict[str, str]] = read_data(pathlib.Path(__file__).with_name("faults.yaml"))
"""The problem and the remedy of each rule."""
_JOINTS = ("of", "and", "to", "on", "with", "for", "&", "+", "since")
"""Words between the names of a phrase."""


@dataclass
class Checker:
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

    def refuse(
        self,
        rule: str,
        path: Path,
        at_key: bool | None = None,
        /,
        *,
        lacks: Path | None = None,
        **words: Any,
    ) -> None:
        """Add the fault of a broken rule, in the words of ``faults.yaml``.

        There ``id`` is the part that breaks it, and ``key`` the last step of the path.
        """
        if at_key is None:
            at_key = _FAULTS[rule].get("at") == "key"
        said, words = _FAULTS[rule], {"id": path[1:2] and path[1], "key": path[-1], **words}
        problem, remedy = (said[part].format(**words) for part in ("problem", "remedy"))
        self.fault(path, problem, remedy, at_key, lacks=lacks)

    def name(self, path: Path, name: str, slot: str, at_key: bool = False) -> bool:
        """Check that a name is defined, of ``actors``, ``issues``, ``components`` ..."""
        described = self.description
        names = components_of(described) if slot == "components" else getattr(described, slot)
        if name in names:
            return True
        sort, meant = slot.removesuffix("s"), did_you_mean(name, names, slot)
        self.refuse("not defined", path, at_key, sort=sort, name=name, meant=meant)
        return False

    def each(self, path: Path, names: Sequence[str], slot: str) -> None:
        """Check that the names in a list are defined."""
        for index, name in enumerate(names):
            self.name((*path, index), name, slot)

    def once(self, path: Path, names: Sequence[str]) -> None:
        """Check that no name comes twice in a list."""
        for index, name in enumerate(names):
            if name in names[:index]:
                self.refuse("named twice", (*path, index), name=name)

    def reserved(self, path: Path, words: Collection[str], what: str) -> None:
        """Check that a key is no word that has a meaning of its own."""
        if path[-1] in words:
            self.refuse("reserved word", path, what=what)

    def needless(self, path: Path, key: str, needed: str) -> None:
        """Add the fault of a key that needs another one beside it."""
        self.refuse("needless key", (*path, key), lacks=path, needed=needed)

    def phrase(
        self,
        path: Path,
        text: str,
        kinds: tuple[Kind, ...],
        use: str,
        roles: tuple[str, ...] = (),
        at_key: bool = True,
    ) -> Phrase | None:
        """Check a quantity phrase; ``use`` says what is done with it: ``moved by a lever``."""
        phrase = parse(text)
        allowed = f"write one of {forms(kinds)}"
        if roles:
            allowed += f"; A and B: ids of actors, or {quoted(roles)}"
        if phrase is None:
            near = self._meant(text, kinds, roles)
            remedy = f"did you mean '{near}'? {allowed}" if near else allowed
            remedy = phrases.broken_rule(text, kinds) or remedy
            self.refuse("no quantity", path, at_key, text=text, remedy=remedy)
            return None
        if phrase.kind not in kinds:
            self.refuse("wrong quantity", path, at_key, text=text, use=use, allowed=allowed)
            return None
        sound = True
        for slot, name in phrase.slots:
            if slot == "rounds" or (phrase.kind == "uses" and name == ANYONE):
                continue
            if slot == "actors" and name in ROLES:
                if name in self.description.actors:
                    sound = False  # its own fault says that no actor can be called so
                elif name not in roles:
                    written = " or ".join(f"'{role}'" for role in roles)
                    what = f"name an actor, or write {written}" if roles else "name an actor"
                    self.refuse("nobody here", path, at_key, name=name, what=what)
                    sound = False
            else:
                sound = self.name(path, name, slot, at_key) and sound
        named = [name for name in phrase.actors if phrase.kind != "uses" or name != ANYONE]
        if len(named) == 2 and named[0] == named[1]:
            self.refuse("one and the same", path, at_key, text=text)
            sound = False
        sound = sound and self._lasts(path, text, phrase, at_key)
        return phrase if sound else None

    @cached_property
    def beginning(self) -> tuple[Instance, ...]:
        """The arrangements that are in force at the start or can be begun."""
        return beginning(self.description)

    @cached_property
    def _can_be(self) -> dict[str, list[Instance]]:
        found: dict[str, list[Instance]] = {}
        for one in self.beginning:
            found.setdefault(one.name, []).append(one)
        return found

    def can_be(self, name: str, actor: str, target: str) -> bool:
        """Whether an arrangement may ever be in force between two, or by one toward the other."""
        return any(one.concerns(actor, target) for one in self._can_be.get(name, ()))

    @cached_property
    def arrangements_sound(self) -> bool:
        """Whether all is sound by which arrangements begin: else a fault would tell of another."""
        parts = ("levers", "arrangements", "events", "actors")
        if any(path[0] in parts for path in self.mended):
            return False
        known = self.description.arrangements
        begun = [name for lever in self.description.levers.values() for name in lever.begins]
        for event in self.description.events.values():
            begun += [named[0] if (named := parse_instance(text)) else "" for text in event.begins]
        return all(name in known for name in begun)

    def form(self, path: Path, text: str, phrase: Phrase, at_key: bool) -> bool:
        """Check that an arrangement is written as one of its sort: 'between', or 'by' one."""
        name, first, second = phrase.names
        one_sided = self.description.arrangements[name].one_sided
        if one_sided == (phrase.kind in phrases.ONE_SIDED):
            return True
        right = "by {} toward {}" if one_sided else "between {} and {}"
        sort = "one-sided" if one_sided else "held by both"
        better = re.sub(r"(between|by) \S+ (and|toward) \S+", right.format(first, second), text)
        self.refuse("wrong form", path, at_key, name=name, sort=sort, text=text, better=better)
        return False

    def exists(self, path: Path, name: str, pair: Iterable[str], at_key: bool) -> bool:
        """Check that an arrangement may come into force between two named actors."""
        first, second = pair
        if self.can_be(name, first, second) or not self.arrangements_sound:
            return True
        labels = [one.label.partition(": ")[2] for one in self._can_be.get(name, ())]
        where = f"it can be in force for: {'; '.join(labels[:8])}" if labels else ""
        where += "; ..." if len(labels) > 8 else ""
        joint = "toward" if self.description.arrangements[name].one_sided else "and"
        ends, where = f"{first} {joint} {second}", where or "nothing begins it at all"
        self.refuse("never in force", path, at_key, name=name, ends=ends, where=where)
        return False

    def _lasts(self, path: Path, text: str, phrase: Phrase, at_key: bool) -> bool:
        """Check what a phrase of arrangements, trust and governments needs."""
        description = self.description
        if phrase.kind in phrases.OF_INSTANCES:
            if not self.form(path, text, phrase, at_key):
                return False
            if set(phrase.actors) & set(ROLES):
                return True
            return self.exists(path, phrase.names[0], phrase.actors, at_key)
        if phrase.kind == "office" and phrase.names[0] in ROLES:
            return True  # who that may be is looked at with the lever
        if phrase.changing.kind == "trust" and not has_trust(description):
            rule = "no trust"
        elif phrase.kind == "office" and not description.actors[phrase.names[0]].government:
            rule = "no government"
        else:
            return True
        if self.arrangements_sound:
            self.refuse(rule, path, at_key, text=text, actor=phrase.names[0])
        return False

    def _meant(self, text: str, kinds: tuple[Kind, ...], roles: tuple[str, ...]) -> str | None:
        """The phrase that a key which is none was probably meant for."""
        first, _, rest = text.partition(" ")
        if lasting := self.lasting(text, kinds) or self._in_force(text, kinds, roles):
            return lasting
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
            better = str(Phrase(kind, names)) if len(names) == len(phrases.SLOTS[kind]) else ""
            return better if parse(better) else None
        form = forms((kind,)).strip("'")
        if "target" in roles:
            form = re.sub(r"\bB\b", "target", re.sub(r"\bA\b", "actor", form))
        return form

    def _in_force(self, text: str, kinds: tuple[Kind, ...], roles: tuple[str, ...]) -> str | None:
        """The phrase of an arrangement that is named without those between whom it is."""
        words = re.findall(r"[a-z0-9_]+", text.lower())
        named = [word for word in words if word in self.description.arrangements]
        if words[:2] != ["in", "force"] or len(words) != 3 or not named:
            return None
        ends = ("actor", "target") if "target" in roles else ("A", "B")
        return self._of_arrangement(named[0], ends, "in_force", kinds)

    def _of_arrangement(
        self, name: str, ends: Iterable[str], stem: str, kinds: tuple[Kind, ...]
    ) -> str | None:
        """The phrase of an arrangement of either sort, where it may stand."""
        one_sided = self.description.arrangements[name].one_sided
        kind = cast(Kind, f"{stem}_by" if one_sided else stem)
        return str(Phrase(kind, (name, *ends))) if kind in kinds else None

    def lasting(self, text: str, kinds: tuple[Kind, ...]) -> str | None:
        """The phrase of an arrangement, of trust or of a term of office that was meant."""
        words = re.findall(r"[a-z0-9_]+", text.lower())
        actors = [word for word in words if word in self.description.actors or word in ROLES]
        named = [word for word in words if word in self.description.arrangements]
        if named and len(actors) == 2:
            stem = "begun" if {"since", "began", "begun", "begins"} & set(words) else "in_force"
            return self._of_arrangement(named[0], actors, stem, kinds)
        if "trust" in words and len(actors) == 2 and "trust" in kinds:
            return str(Phrase("trust", (actors[0], actors[1])))
        if "office" in words and len(actors) == 1 and "office" in kinds:
            return str(Phrase("office", (actors[0],)))
        return None

    def conditions(
        self,
        path: Path,
        stated: Mapping[str, Condition],
        kinds: tuple[Kind, ...],
        use: str,
        roles: tuple[str, ...] = (),
    ) -> None:
        """Check conditions: their phrases, and their limits against the range."""
        for steps, text, limit in every(stated):
            here = (*path, *steps, text)
            phrase = self.phrase(here, text, kinds, use, roles)
            least, most = limit.at_least, limit.at_most
            if least is None and most is None:
                self.refuse("no limit", here, lacks=here)
            if phrase:
                self.range((*here, "at_least"), least, *phrases.BOUNDS[phrase.kind])
                self.range((*here, "at_most"), most, *phrases.BOUNDS[phrase.kind])
                self._truth_values(here, text, phrase, limit)
            if least and most and least.value > most.value:
                self.refuse("limits turned round", here, least=least.value, most=most.value)

    def _truth_values(self, path: Path, text: str, phrase: Phrase, limit: Limits) -> None:
        """What is in force or not is asked by true or false, and nothing else is."""
        found, node = self.root.find(path)
        plain = node.value if found == path else None
        if phrase.kind not in phrases.IN_FORCE_KINDS:
            if isinstance(plain, bool):
                said = str(plain).lower()
                self.refuse("number asked by truth", path, text=text, said=said)
            return
        for key, wanted, always in (("at_least", limit.at_least, 0), ("at_most", limit.at_most, 1)):
            if wanted is not None and wanted.value == always:
                self.refuse("limit always holds", (*path, key), always=always)

    def effects(
        self, path: Path, effects: Mapping[str, Quantity], use: str, roles: tuple[str, ...]
    ) -> list[tuple[str, Phrase]]:
        """Check the phrases and sizes of effects; give those that are sound, with their text."""
        found = []
        for text, amount in effects.items():
            here = (*path, text)
            if phrase := self.phrase(here, text, phrases.MOVED_BY_LEVERS, use, roles):
                found.append((text, phrase))
                limit = range_width(phrase.kind)
                self.range(here, amount, -limit, limit)
        return found

    def twice(
        self,
        path: Path,
        moved: Iterable[tuple[str, Phrase]],
        met: set[frozenset[str]],
        where: str,
        remedy: str,
    ) -> None:
        """Find effects on one quantity, where some actors have them.

        ``moved`` has each effect as written, with a quantity that it moves there; ``met``
        what was told already, to which is added.
        """
        firsts: dict[Phrase, str] = {}
        for text, phrase in moved:
            quantity = same_quantity(phrase)
            first = firsts.setdefault(quantity, text)
            both = frozenset((first, text))
            if first != text and both not in met:
                met.add(both)
                words: dict[str, Any] = {"first": first, "quantity": quantity, "where": where}
                self.refuse("same quantity", (*path, text), remedy=remedy, **words)

    def range(self, path: Path, quantity: Quantity | None, low: float, high: float) -> None:
        """Check that a number, and the ends of its spread, lie in a range."""
        if quantity is not None:
            ends = quantity.spread.ends() if quantity.spread else None
            self.in_range(path, (quantity.value, *(ends or ())), low, high)

    def in_range(self, path: Path, numbers: Iterable[float], low: float, high: float) -> None:
        """Check that numbers lie in a range; of several the first is told that does not."""
        if out := [number for number in numbers if not low <= number <= high]:
            self.refuse("out of range", path, number=out[0], range=within(low, high))
