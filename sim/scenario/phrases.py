"""The small set phrases by which a scenario names a quantity.

Scenario files say ``affinity of north and south`` or ``issue border``; this
module turns such a phrase into a :class:`Phrase` and back. There is no
expression language: a phrase is one quantity, nothing is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "affinity", "tension", "commitment", "ties", "support", "power", "issue",
    "position", "salience", "weight", "gap", "since",
    "in_force", "in_force_by", "begun", "begun_by", "trust", "office",
]  # fmt: skip

NAME = r"[a-z][a-z0-9_]*"
COMPONENTS = ("security", "prosperity", "issues", "standing", "support")
ROLES = ("actor", "target", "others")
ANYONE = "anyone"

_FORMS: tuple[tuple[Kind, str, str], ...] = (
    ("affinity", rf"affinity of ({NAME}) and ({NAME})", "affinity of A and B"),
    ("tension", rf"tension of ({NAME}) and ({NAME})", "tension of A and B"),
    ("commitment", rf"commitment of ({NAME}) to ({NAME})", "commitment of A to B"),
    ("ties", rf"ties of ({NAME}) to ({NAME})", "ties of A to B"),
    ("support", rf"support of ({NAME})", "support of A"),
    ("power", rf"power of ({NAME})", "power of A"),
    ("issue", rf"issue ({NAME})", "issue I"),
    ("position", rf"position of ({NAME}) on ({NAME})", "position of A on I"),
    ("salience", rf"salience of ({NAME}) on ({NAME})", "salience of A on I"),
    ("weight", rf"weight of ({NAME}) on ({NAME})", "weight of A on COMPONENT"),
    ("gap", rf"gap on ({NAME})", "gap on I"),
    ("since", rf"rounds since ({NAME})", "rounds since LEVER"),
    ("in_force", rf"in force ({NAME}) between ({NAME}) and ({NAME})", "in force X between A and B"),
    ("in_force_by", rf"in force ({NAME}) by ({NAME}) toward ({NAME})", "in force X by A toward B"),
    (
        "begun",
        rf"rounds since ({NAME}) began between ({NAME}) and ({NAME})",
        "rounds since X began between A and B",
    ),
    (
        "begun_by",
        rf"rounds since ({NAME}) began by ({NAME}) toward ({NAME})",
        "rounds since X began by A toward B",
    ),
    ("trust", rf"trust of ({NAME}) in ({NAME})", "trust of A in B"),
    ("office", rf"rounds in office of ({NAME})", "rounds in office of A"),
)

STATE: tuple[Kind, ...] = (
    "affinity", "tension", "commitment", "ties", "support", "power", "issue",
)  # fmt: skip
"""Quantities of the world's state."""
MOVED_BY_LEVERS: tuple[Kind, ...] = tuple(kind for kind in STATE if kind != "power")
"""Capability moves over decades: a scenario moves it by growth or an event."""
MOVED_BY_EVENTS: tuple[Kind, ...] = (*STATE, "position", "salience", "weight")
IN_FORCE: tuple[Kind, ...] = ("in_force", "in_force_by")
LASTING: tuple[Kind, ...] = (*IN_FORCE, "trust", "office")
"""What lasts beside the state: arrangements, trust and terms of office."""
BEGUN: tuple[Kind, ...] = ("begun", "begun_by")
REQUIRED: tuple[Kind, ...] = (*STATE, *LASTING, *BEGUN, "gap", "since")
SHOWN: tuple[Kind, ...] = (*STATE, *LASTING, "position", "salience")
"""What outcomes show, and claims measure."""
CONDITIONS: tuple[Kind, ...] = (*SHOWN, *BEGUN)
"""What events and watched events wait for."""
OF_INSTANCES: tuple[Kind, ...] = (*IN_FORCE, *BEGUN)
"""What speaks of an arrangement between two actors."""
ONE_SIDED: tuple[Kind, ...] = ("in_force_by", "begun_by")
SYMMETRIC: tuple[Kind, ...] = ("affinity", "tension")
DIRECTED: tuple[Kind, ...] = ("commitment", "ties")

Slot = Literal["actors", "issues", "levers", "components", "arrangements"]
SLOTS: dict[Kind, tuple[Slot, ...]] = {
    "affinity": ("actors", "actors"),
    "tension": ("actors", "actors"),
    "commitment": ("actors", "actors"),
    "ties": ("actors", "actors"),
    "support": ("actors",),
    "power": ("actors",),
    "issue": ("issues",),
    "position": ("actors", "issues"),
    "salience": ("actors", "issues"),
    "weight": ("actors", "components"),
    "gap": ("issues",),
    "since": ("levers",),
    "in_force": ("arrangements", "actors", "actors"),
    "in_force_by": ("arrangements", "actors", "actors"),
    "begun": ("arrangements", "actors", "actors"),
    "begun_by": ("arrangements", "actors", "actors"),
    "trust": ("actors", "actors"),
    "office": ("actors",),
}
"""What each name of a phrase is the name of."""

BOUNDS: dict[Kind, tuple[float, float]] = {
    "affinity": (-1.0, 1.0),
    "tension": (0.0, 1.0),
    "commitment": (0.0, 1.0),
    "ties": (0.0, 1.0),
    "support": (0.0, 1.0),
    "power": (1e-6, 1e6),
    "issue": (0.0, 100.0),
    "position": (0.0, 100.0),
    "salience": (0.0, 1.0),
    "weight": (0.0, 1.0),
    "gap": (0.0, 100.0),
    "since": (1.0, 1e6),
    "in_force": (0.0, 1.0),
    "in_force_by": (0.0, 1.0),
    "begun": (0.0, 1e6),
    "begun_by": (0.0, 1e6),
    "trust": (0.0, 1.0),
    "office": (0.0, 1e6),
}
"""The range of each quantity, in its unit (issues and positions: points of 100)."""


@dataclass(frozen=True)
class Phrase:
    """One quantity: its kind and the names it stands between.

    ``names`` holds actors, roles (``actor``, ``target``, ``others``), issues,
    components or levers, in the order of the phrase.
    """

    kind: Kind
    names: tuple[str, ...]

    @property
    def slots(self) -> tuple[tuple[Slot, str], ...]:
        """Each name with what it is the name of."""
        return tuple(zip(SLOTS[self.kind], self.names, strict=True))

    @property
    def actors(self) -> tuple[str, ...]:
        """Those names that stand for actors, roles among them."""
        return tuple(name for slot, name in self.slots if slot == "actors")

    def __str__(self) -> str:
        form = next(form for kind, _, form in _FORMS if kind == self.kind)
        words = iter(self.names)
        return re.sub(r"\b(A|B|I|COMPONENT|LEVER|X)\b", lambda _: next(words), form)


def forms(kinds: tuple[Kind, ...]) -> str:
    """Say which phrases are allowed, for a message."""
    return ", ".join(f"'{form}'" for kind, _, form in _FORMS if kind in kinds)


def patterns(kinds: Iterable[Kind]) -> list[str]:
    """How phrases of some kinds are written, as regular expressions with single spaces."""
    wanted = set(kinds)
    return [
        re.sub(r"[()]", "", pattern)
        if kind != "weight"
        else f"weight of {NAME} on (?:{'|'.join(COMPONENTS)})"
        for kind, pattern, _ in _FORMS
        if kind in wanted
    ]


def parse(text: str) -> Phrase | None:
    """Read a phrase; ``None`` where the words are not one."""
    words = " ".join(text.split())
    for kind, pattern, _ in _FORMS:
        if match := re.fullmatch(pattern, words):
            return Phrase(kind, match.groups())
    return None


def expand(phrase: Phrase, actor: str, target: str, actors: Iterable[str]) -> list[Phrase]:
    """The quantities that a phrase with roles names for one actor and one target.

    Parameters
    ----------
    phrase : Phrase
        Names may be the roles ``actor``, ``target`` and ``others``.
    actor, target : str
        Who does something, and toward whom.
    actors : iterable of str
        All actors; ``others`` stands for each of them but these two.

    Returns
    -------
    list of Phrase
        Without roles; one that would join an actor to itself is left out.
    """
    thirds = [name for name in actors if name not in (actor, target)]
    found = []
    for other in thirds if "others" in phrase.actors else [""]:
        roles = {"actor": actor, "target": target, "others": other}
        names = tuple(
            roles.get(name, name) if slot == "actors" else name for slot, name in phrase.slots
        )
        made = Phrase(phrase.kind, names)
        if len(set(made.actors)) == len(made.actors):
            found.append(made)
    return found


def pair(text: str) -> tuple[str, str, str] | None:
    """Read ``A and B`` or ``A to B`` as (first, joint, second)."""
    match = re.fullmatch(rf"({NAME}) (and|to) ({NAME})", " ".join(text.split()))
    return (match[1], match[2], match[3]) if match else None


def move(text: str) -> tuple[str, str] | None:
    """Read ``LEVER by A`` as (lever, actor)."""
    match = re.fullmatch(rf"({NAME}) by ({NAME})", " ".join(text.split()))
    return (match[1], match[2]) if match else None
