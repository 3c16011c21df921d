"""States that have existed since 1816: their numbers, codes and names, and the years of each.

``states.csv`` has the members of the international system as the Correlates of War Project
counts them (*State System Membership List*, version 2016): its number and letters, and the
years of membership, compared with public copies of that list and of its country codes. The
numbers of Gleditsch and Ward ("A revised list of independent states since the congress of
Vienna", *International Interactions* 25, 1999) stand where the two lists part, and were compared
with a public copy, except for the island states. The codes of the International Organization
for Standardization (ISO 3166, with codes since withdrawn) and those of CAMEO where they differ
are from general knowledge; of the latter a few were seen in programs that read event data. None
was compared with its maker's own file.

A number or a code means a state in a year: DEU was West Germany until 1990 and is Germany
since. Names are matched whole, in any case and with or without accents, and never by likeness:
a name that is only similar to another state's finds nothing.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from sim.text import closest

Scheme = Literal["cow", "gleditsch-ward"]
"""Who numbered a state."""


@dataclass(frozen=True)
class State:
    """A state that has existed, or exists.

    Attributes
    ----------
    number : int
        Its number in the Correlates of War's list.
    name : str
        As texts show it.
    member : tuple of (int, int or None)
        First and last year of each time that it was a member; ``None`` while it is.
    iso3, cameo : tuple of str
        Its codes, the present one first; of a state that ended before there were codes none.
    names : tuple of str
        Every name that means it, its own first.
    """

    number: int
    name: str
    member: tuple[tuple[int, int | None], ...]
    iso3: tuple[str, ...]
    cameo: tuple[str, ...]
    names: tuple[str, ...]
    _others: tuple[tuple[int, int, int | None], ...] = ()

    def existed(self, year: int) -> bool:
        """Whether it was a member on some day of a year."""
        return any(first <= year and (last is None or year <= last) for first, last in self.member)

    def outlived(self, year: int) -> bool:
        """Whether it was still a member when a year ended."""
        return any(first <= year and (last is None or year < last) for first, last in self.member)

    def gleditsch_ward(self, year: int) -> int:
        """Its number in the list of Gleditsch and Ward in a year."""
        return next(
            (
                number
                for number, first, last in self._others
                if first <= year and (last is None or year <= last)
            ),
            self.number,
        )

    @property
    def years(self) -> str:
        """The years in which it was a member, as text: ``1816 to 1945, since 1990``."""
        return ", ".join(
            f"since {first}" if last is None else f"{first} to {last}"
            for first, last in self.member
        )


def _spells(text: str) -> tuple[tuple[int, int | None], ...]:
    ends = (spell.split("-") for spell in text.split())
    return tuple((int(first), int(last) if last else None) for first, last in ends)


def _numbers(text: str) -> tuple[tuple[int, int, int | None], ...]:
    parts = (part.split(":") for part in text.split())
    return tuple((int(number), *spell) for number, years in parts for spell in _spells(years))


def _states() -> tuple[State, ...]:
    with Path(__file__).with_name("states.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            State(
                int(row["cow"]),
                row["name"],
                _spells(row["member"]),
                tuple(row["iso3"].split()),
                tuple((row["cameo"] or row["iso3"]).split()),
                (row["name"], *(name for name in row["other_names"].split("; ") if name)),
                _numbers(row["gleditsch_ward"]),
            )
            for row in csv.DictReader(file)
        )


STATES = _states()
"""Every state, by its number."""
BY_NUMBER = {state.number: state for state in STATES}


_SHORT = {"rep": "republic", "dem": "democratic", "st": "saint", "&": "and"}
"""Words that are written short in names of states."""


def plain(name: str) -> str:
    """A name without accents, capitals, stops, brackets, article; short words in full."""
    letters = unicodedata.normalize("NFKD", name.replace("’", "'")).casefold()
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.sub(r"[(),]", " ", kept.replace(".", "")).split()
    return " ".join(_SHORT.get(word, word) for word in words[words[:1] == ["the"] :])


def _index(words: Iterable[tuple[str, State]]) -> dict[str, tuple[State, ...]]:
    found: dict[str, dict[int, State]] = defaultdict(dict)
    for word, state in words:
        found[word][state.number] = state
    return {word: tuple(states.values()) for word, states in found.items()}


_NAMES = _index((plain(name), state) for state in STATES for name in state.names)
_ISO3 = _index((code, state) for state in STATES for code in state.iso3)
_CAMEO = _index((code, state) for state in STATES for code in state.cameo)


def _in_year(states: tuple[State, ...], year: int) -> State | None:
    """The one of some states that existed in a year; of two, the one that outlived it."""
    if len(states) < 2:
        return states[0] if states else None
    there = [state for state in states if state.existed(year)]
    if len(there) > 1:
        there = [state for state in there if state.outlived(year)]
    return there[0] if len(there) == 1 else None


@lru_cache(maxsize=65_536)
def state_by_name(name: str, year: int) -> State | None:
    """The state that a name meant in a year; ``None`` where it meant none, or two."""
    return _in_year(_NAMES.get(plain(name), ()), year)


@lru_cache(maxsize=65_536)
def state_by_iso3(code: str, year: int) -> State | None:
    """The state that an ISO code of three letters meant in a year."""
    return _in_year(_ISO3.get(code, ()), year)


@lru_cache(maxsize=65_536)
def state_by_cameo(code: str, year: int) -> State | None:
    """The state that a country code of CAMEO meant in a year."""
    return _in_year(_CAMEO.get(code, ()), year)


def state_by_number(number: int, year: int, scheme: Scheme = "cow") -> State | None:
    """The state that a number meant in a year.

    Parameters
    ----------
    number, year : int
        255 is Germany in the Correlates of War's list, and until 1945 in the other's too,
        where Germany since 1990 has 260.
    scheme : {"cow", "gleditsch-ward"}
        Whose list the number is from.
    """
    if scheme == "cow":
        return BY_NUMBER.get(number)
    holding = [state for state in STATES if state.gleditsch_ward(year) == number]
    return next((state for state in holding if state.existed(year)), None)


@dataclass(frozen=True)
class Unknown:
    """Why a name, a number or a code finds no state: the problem and the remedy."""

    problem: str
    remedy: str


def wanted_state(text: str, year: int) -> State | Unknown:
    """The state that a user means, which must have existed when a year ended.

    Parameters
    ----------
    text : str
        A name, an ISO code, or a number of the Correlates of War.
    year : int
        The year.
    """
    word = text.strip()
    states = _NAMES.get(plain(word), ()) or _ISO3.get(word.upper(), ())
    if word.isascii() and word.isdigit() and int(word) in BY_NUMBER:
        states = (BY_NUMBER[int(word)],)
    if not states:
        near = closest(plain(word), _NAMES)
        offered = f"did you mean '{_NAMES[near][0].name}'? " if near else ""
        return Unknown(
            f"'{word}' is the name of no state",
            f"{offered}Write a name, an ISO code such as JPN, or a number of the "
            "Correlates of War; names that are only alike are not taken for one another",
        )
    there = [state for state in states if state.outlived(year)]
    if len(there) == 1:
        return there[0]
    if not there:
        spoken = "; ".join(f"{state.name}, {state.years}" for state in states)
        return Unknown(
            f"'{word}' was no state at the end of {year} ({spoken})",
            "choose another year, or the state that was there then",
        )
    which = " or ".join(f"'{_own_name(state, year)}'" for state in there)
    return Unknown(f"'{word}' meant more than one state in {year}", f"write {which}")


def _own_name(state: State, year: int) -> str:
    """A name that in a year meant this state alone."""
    return next(
        (name for name in state.names if state_by_name(name, year) is state), str(state.number)
    )
