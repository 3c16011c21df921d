"""The small set phrases by which a scenario names a quantity.

Scenario files say ``affinity of north and south`` or ``issue border``; this
module turns such a phrase into a :class:`Phrase` and back. There is no
expression language: a phrase is one quantity, nothing is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

StateKind = Literal["affinity", "tension", "commitment", "ties", "support", "power", "issue"]
LastingKind = Literal["in_force", "in_force_by", "begun", "begun_by", "trust", "office"]
ChangeKind = Literal[
    "change_affinity", "change_tension", "change_commitment", "change_ties",
    "change_support", "change_power", "change_issue", "change_trust",
]  # fmt: skip
Kind = Literal[
    StateKind, "position", "salience", "weight", "gap", "since", LastingKind, "uses", ChangeKind
]

ID = r"[a-z][a-z0-9_]*"
COMPONENTS = ("security", "prosperity", "issues", "standing", "support")
ROLES = ("actor", "target", "others")
ANYONE = "anyone"

Slot = Literal["actors", "issues", "levers", "components", "arrangements", "rounds"]
_PLACEHOLDERS: dict[str, Slot] = {
    "A": "actors",
    "B": "actors",
    "I": "issues",
    "LEVER": "levers",
    "COMPONENT": "components",
    "X": "arrangements",
    "N": "rounds",
}
_PLACEHOLDER = re.compile(rf"\b({'|'.join(_PLACEHOLDERS)})\b")
_NAMED = re.compile(rf"\b({'|'.join(one for one in _PLACEHOLDERS if one != 'N')})\b")
_QUANTITIES: tuple[tuple[Kind, str, float, float], ...] = (
    ("affinity", "affinity of A and B", -1, 1),
    ("tension", "tension of A and B", 0, 1),
    ("commitment", "commitment of A to B", 0, 1),
    ("ties", "ties of A to B", 0, 1),
    ("support", "support of A", 0, 1),
    ("power", "power of A", 1e-6, 1e6),
    ("issue", "issue I", 0, 100),
    ("position", "position of A on I", 0, 100),
    ("salience", "salience of A on I", 0, 1),
    ("weight", "weight of A on COMPONENT", 0, 1),
    ("gap", "gap on I", 0, 100),
    ("since", "rounds since LEVER", 1, 1e6),
    ("in_force", "in force X between A and B", 0, 1),
    ("in_force_by", "in force X by A toward B", 0, 1),
    ("begun", "rounds since X began between A and B", 0, 1e6),
    ("begun_by", "rounds since X began by A toward B", 0, 1e6),
    ("trust", "trust of A in B", 0, 1),
    ("office", "rounds in office of A", 0, 1e6),
    ("uses", "uses of LEVER by A toward B in N rounds", 0, 1e6),
    ("change_affinity", "change of affinity of A and B over N rounds", -2, 2),
    ("change_tension", "change of tension of A and B over N rounds", -1, 1),
    ("change_commitment", "change of commitment of A to B over N rounds", -1, 1),
    ("change_ties", "change of ties of A to B over N rounds", -1, 1),
    ("change_support", "change of support of A over N rounds", -1, 1),
    ("change_power", "change of power of A over N rounds", -1e6, 1e6),
    ("change_issue", "change of issue I over N rounds", -100, 100),
    ("change_trust", "change of trust of A in B over N rounds", -1, 1),
)
"""How each quantity is written, and its range in its unit (issues and positions: of 100)."""
_FORMS = {kind: form for kind, form, *_ in _QUANTITIES}
_ROUNDS = "[1-9][0-9]?"
"""How many rounds a phrase may look back: 1 to 99."""
_PATTERNS = {
    kind: re.sub(r"\bN rounds$", f"({_ROUNDS}) rounds?", _NAMED.sub(f"({ID})", form))
    for kind, form in _FORMS.items()
}
_COMPILED = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}
_LOOSE = {
    kind: re.compile(re.sub(r"\bN rounds$", r"(\\S+) rounds?", _NAMED.sub(r"(\\S+)", form)))
    for kind, form in _FORMS.items()
}
"""The same with any words for names and numbers, to say what is wrong with them."""
_BETWEEN = {kind: _PLACEHOLDER.sub("{}", form) for kind, form in _FORMS.items()}
"""What stands between the names of each quantity, for ``str.format``."""
SLOTS: dict[Kind, tuple[Slot, ...]] = {
    kind: tuple(_PLACEHOLDERS[one] for one in _PLACEHOLDER.findall(form))
    for kind, form in _FORMS.items()
}
"""What each name of a phrase is the name of."""
BOUNDS: dict[Kind, tuple[float, float]] = {
    kind: (float(low), float(high)) for kind, _, low, high in _QUANTITIES
}
"""The range of each quantity, in its unit."""

STATE: tuple[Kind, ...] = get_args(StateKind)
"""Quantities of the world's state."""
MOVED_BY_LEVERS: tuple[Kind, ...] = tuple(kind for kind in STATE if kind != "power")
"""Capability moves over decades: a scenario moves it by growth or an event."""
MOVED_BY_EVENTS: tuple[Kind, ...] = (*STATE, "position", "salience", "weight")
IN_FORCE_KINDS: tuple[Kind, ...] = ("in_force", "in_force_by")
LASTING: tuple[Kind, ...] = (*IN_FORCE_KINDS, "trust", "office")
"""What lasts beside the state: arrangements, trust and terms of office."""
BEGUN: tuple[Kind, ...] = ("begun", "begun_by")
CHANGE_OF: dict[Kind, Kind] = {
    kind: next(one for one in _FORMS if kind == f"change_{one}") for kind in get_args(ChangeKind)
}
"""The quantity whose change is asked for, by kind."""
LOOKING_BACK: tuple[Kind, ...] = ("uses", *CHANGE_OF)
"""What looks back over a number of rounds, the last of the names of its phrase."""
REQUIRED: tuple[Kind, ...] = (*STATE, *LASTING, *BEGUN, "gap", "since", *LOOKING_BACK)
SHOWN: tuple[Kind, ...] = (*STATE, *LASTING, "position", "salience")
"""What outcomes show, and claims measure."""
CONDITIONS: tuple[Kind, ...] = (*SHOWN, *BEGUN, *LOOKING_BACK)
"""What events and watched events wait for."""
OF_INSTANCES: tuple[Kind, ...] = (*IN_FORCE_KINDS, *BEGUN)
"""What speaks of an arrangement between two actors."""
ONE_SIDED: tuple[Kind, ...] = ("in_force_by", "begun_by")
SYMMETRIC: tuple[Kind, ...] = ("affinity", "tension")
DIRECTED: tuple[Kind, ...] = ("commitment", "ties")


@dataclass(frozen=True)
class Phrase:
    """One quantity: its kind and the names it stands between.

    ``names`` holds actors, roles (``actor``, ``target``, ``others``), issues,
    components or levers, in the order of the phrase; ``anyone`` where anybody's uses of a
    lever are counted; and of what looks back the number of rounds, last.
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

    @property
    def rounds(self) -> int:
        """Over how many rounds it looks back; 0 where it does not."""
        return int(self.names[-1]) if self.kind in LOOKING_BACK else 0

    @property
    def changing(self) -> Phrase:
        """The quantity whose change is asked for; itself where it is none."""
        return Phrase(CHANGE_OF[self.kind], self.names[:-1]) if self.kind in CHANGE_OF else self

    def __str__(self) -> str:
        return _BETWEEN[self.kind].format(*self.names)


def forms(kinds: tuple[Kind, ...]) -> str:
    """Say which phrases are allowed, for a message."""
    return ", ".join(f"'{form}'" for kind, form in _FORMS.items() if kind in kinds)


def patterns(kinds: Iterable[Kind]) -> list[str]:
    """How phrases of some kinds are written, as regular expressions with single spaces."""
    wanted = set(kinds)
    return [re.sub(r"[()]", "", _PATTERNS[kind]) for kind in _FORMS if kind in wanted]


@lru_cache(maxsize=4096)
def parse(text: str) -> Phrase | None:
    """Read a phrase; ``None`` where the words are not one."""
    words = " ".join(text.split())
    for kind, pattern in _COMPILED.items():
        if match := pattern.fullmatch(words):
            return Phrase(kind, match.groups())
    return None


def broken_rule(text: str, kinds: Iterable[Kind]) -> str:
    """Which rule words break that look back as a phrase does; empty where they do not.

    ``kinds``: what may be written here.
    """
    words, wanted = " ".join(text.split()), set(kinds)
    for kind in LOOKING_BACK:
        match = _LOOSE[kind].fullmatch(words)
        if match is None or kind not in wanted:
            continue
        *names, rounds = match.groups()
        odd = [name for name in names if not re.fullmatch(ID, name)]
        said = [f"'{name}' is no id: these have small letters, digits and '_'" for name in odd]
        if not re.fullmatch(_ROUNDS, rounds):
            said.append(f"write a whole number of rounds from 1 to 99, not '{rounds}'")
        return "; ".join(said)
    changing = re.fullmatch("change of (.+?)( over .+)?", words)
    if changing and wanted & CHANGE_OF.keys():
        allowed = ", ".join(f"'{_FORMS[kind]}'" for kind in CHANGE_OF.values())
        if (found := parse(changing[1])) is None:
            return f"'{changing[1]}' is no quantity whose change can be asked for: {allowed}"
        if found.kind not in CHANGE_OF.values():
            return f"the change of '{found}' cannot be asked for; that of these can: {allowed}"
        return f"say over how many rounds: 'change of {found} over 4 rounds'"
    if words.startswith("uses of ") and "uses" in wanted:
        return f"write '{_FORMS['uses']}', N from 1 to 99; A or B may be '{ANYONE}'"
    return ""


def expand(phrase: Phrase, actor: str, target: str, actors: Iterable[str]) -> list[Phrase]:
    """The quantities that a phrase with roles names for one actor and one target.

    ``phrase``: names may be the roles ``actor``, ``target`` and ``others``; ``actor``, ``target``:
    who does something, and toward whom; ``actors``: all actors; ``others`` stands for each of them
    but these two. Gives phrases without roles; one that would join an actor to itself is left out.
    """
    kind, slots = phrase.kind, SLOTS[phrase.kind]
    of_actors = [place for place, slot in enumerate(slots) if slot == "actors"]
    roles = {"actor": actor, "target": target}
    others = [place for place in of_actors if phrase.names[place] == "others"]
    thirds = [name for name in actors if name not in (actor, target)] if others else [""]
    names = list(phrase.names)
    for place in of_actors:
        names[place] = roles.get(names[place], names[place])
    found = []
    for other in thirds:
        for place in others:
            names[place] = other
        named = [names[place] for place in of_actors if names[place] != ANYONE]
        if len(set(named)) == len(named):
            found.append(Phrase(kind, tuple(names)))
    return found


def pair(text: str) -> tuple[str, str, str] | None:
    """Read ``A and B`` or ``A to B`` as (first, joint, second)."""
    match = re.fullmatch(rf"({ID}) (and|to) ({ID})", " ".join(text.split()))
    return (match[1], match[2], match[3]) if match else None


def move(text: str) -> tuple[str, str] | None:
    """Read ``LEVER by A`` as (lever, actor)."""
    match = re.fullmatch(rf"({ID}) by ({ID})", " ".join(text.split()))
    return (match[1], match[2]) if match else None


def same_quantity(phrase: Phrase) -> Phrase:
    """The one way to write it: names in alphabetical order where it is symmetric."""
    if phrase.kind in SYMMETRIC:
        return Phrase(phrase.kind, tuple(sorted(phrase.names)))
    if phrase.kind in CHANGE_OF:
        return Phrase(phrase.kind, (*same_quantity(phrase.changing).names, phrase.names[-1]))
    if phrase.kind in OF_INSTANCES and phrase.kind not in ONE_SIDED:
        return Phrase(phrase.kind, (phrase.names[0], *sorted(phrase.actors)))
    return phrase


def range_width(kind: Kind) -> float:
    """Largest change of a quantity that makes sense: the width of its range."""
    low, high = BOUNDS[kind]
    return high - low
