"""A scenario started from published data: actors, relations and usual frequencies up to a year."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

from sim.country_data import drawn, writing
from sim.country_data.drawn import Found, Number, Silent
from sim.country_data.evidence import STALE, Evidence
from sim.country_data.folder import read_folder
from sim.country_data.states import State, Unknown, plain, wanted_state
from sim.country_data.table import Wanted
from sim.errors import Fault, Place, ScenarioError, option
from sim.scenario.arguments import integer, names_of, path_of, text
from sim.scenario.field_types import shown
from sim.scenario.loading import build
from sim.scenario.scenario import Scenario
from sim.scenario.yaml_reader import parse, read_data
from sim.text import count, listing, sentence

JUDGEMENT = "JUDGEMENT, to be replaced"
"""How the reason of a number begins that no file gave."""
FIRST_YEAR, LAST_YEAR = 1816, 2100
"""Years that a start can be asked for."""
MOST_ACTORS = 20
_CRISIS = 0.25
"""Rise of tension over its start that is watched for as a crisis."""
_TENSE = 0.9
"""Tension at the start above which no crisis is watched for: it is there."""
_GIVEN = read_data(Path(__file__).with_name("start.yaml"))
_WITH_ARTICLE = re.compile(
    r"(?:United|Federated|Democratic|German|Central African|Dominican|Czech|Slovak) .+|"
    r"(?:Republic|Kingdom) of .+|.+ (?:Islands|Union|Republic|Federation|Empire)|"
    "Netherlands|Philippines|Bahamas|Gambia|Maldives|Comoros|Seychelles|Congo|US|USA|UK|UAE|USSR"
)
"""Names that stand with an article in a sentence."""
_RESERVED = frozenset(("actor", "target", "others", "anyone", "pass", "any"))


@dataclass(frozen=True)
class Member:
    """An actor of the scenario: its id, the name that was asked for, and the state."""

    id: str
    name: str
    state: State

    @property
    def number(self) -> int:
        """Number of the state in the list of the Correlates of War."""
        return self.state.number


@dataclass(frozen=True)
class Start:
    """A scenario from data, with an account of what it rests on.

    Attributes
    ----------
    year : int
        Nothing later is in any number.
    members : tuple of Member
        The actors.
    evidence : Evidence
        The files, what counts of them, and what was left out.
    document : dict
        What the scenario file holds, as plain data.
    library : dict
        What its sources file holds.
    missing : dict of (str, str) to list of str
        Of whom no file gave a number, by the kind of number and the reason.
    poor : dict of (str, str) to list of str
        Of whom a number rests on too little, by the kind of number and what it lacks.
    cited : set of str
        Ids of the sources that numbers cite.
    """

    year: int
    members: tuple[Member, ...]
    evidence: Evidence
    document: dict[str, Any] = field(default_factory=dict)
    library: dict[str, Any] = field(default_factory=dict)
    missing: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    poor: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    cited: set[str] = field(default_factory=set)

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario, ready to be run."""
        return self.check("start")

    def check(self, name: str) -> Scenario:
        """Read the scenario as it is written, so that no file with a fault is left behind."""
        return build(parse(self.text(name), name).plain(), name, self.library)

    def text(self, name: str) -> str:
        """The scenario file as text, with comments; ``name``: its name without ending."""
        return writing.scenario_text(self, name)

    @property
    def sources_text(self) -> str:
        """The sources file as text."""
        return writing.sources_text(self)

    @property
    def used(self) -> tuple[tuple[str, str, str], ...]:
        """What was used: the number of a scenario, the file, and its lines."""
        return writing.used(self)

    @property
    def not_used(self) -> dict[str, str]:
        """Files that no number rests on, and lines of the others, each with the reason."""
        return writing.not_used(self)

    @property
    def said_missing(self) -> tuple[str, ...]:
        """What is missing, a line for each kind of number and reason."""
        return self._said(self.missing)

    @property
    def said_poor(self) -> tuple[str, ...]:
        """What rests on too little, a line for each kind of number and reason."""
        return self._said(self.poor)

    def _said(self, told: Mapping[tuple[str, str], Sequence[str]]) -> tuple[str, ...]:
        return tuple(
            f"{what} of {self._who(what, who)}: {why}" for (what, why), who in told.items()
        )

    @property
    def strangers(self) -> tuple[str, ...]:
        """Pairs of which no file gave any number."""
        relations = self.document["relations"]
        pairs = []
        for one, other in combinations(self.members, 2):
            keys = (
                f"{one.id} and {other.id}",
                f"{one.id} to {other.id}",
                f"{other.id} to {one.id}",
            )
            numbers = [number for key in keys for number in relations[key].values()]
            # A treaty that is not there says nothing of a pair.
            if not any(number["value"] for number in numbers if "source" in number):
                pairs.append(_between(one, "and", other))
        return tuple(pairs)

    def _who(self, what: str, who: Sequence[str]) -> str:
        """Names in a row, or that it is all of them."""
        size = len(self.members)
        if what in ("power", "support"):
            return "every actor" if len(who) == size else listing(who)
        both = size * (size - 1) // (2 if what in ("affinity", "tension") else 1)
        return "every pair" if len(who) == both and both > 1 else "; ".join(who)


def start_from_data(
    folder: str | Path,
    actors: str | Sequence[str],
    year: int,
    approval: Mapping[str, str] | None = None,
) -> Start:
    """Make a scenario from files of published data.

    Parameters
    ----------
    folder : str or Path
        Files as their makers publish them; folders below it and zip files are read too.
    actors : str or sequence of str
        States by name, ISO code or number of the Correlates of War; as one text, separated by
        commas. Two to twenty.
    year : int
        The last year of the data; the scenario begins on the first day of the next. 1816 to 2100.
    approval : mapping of str to str, optional
        Whose approval a file holds that does not say so: state by file name.

    Returns
    -------
    Start
        The scenario and what it rests on.

    Raises
    ------
    ScenarioError
        All faults: names of no state in that year, files of no known layout, cells that cannot
        be read, a state of which no file says anything.
    SimError
        The folder is missing or has no table.
    """
    year = _year(year)
    members = _members(actors, year)
    series = _approval(approval)
    whose = _whose(series, year)
    wanted = Wanted(frozenset(one.number for one in members), year)
    evidence = Evidence(read_folder(path_of("folder", folder), wanted), year, whose)
    _refuse_strangers(evidence, members, series)
    start = Start(year, members, evidence)
    _Draft(start).fill()
    return start


def _year(given: int) -> int:
    place = Place(option("--year"))
    year = integer(place.file, given)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        problem = f"{year} is no year from {FIRST_YEAR} to {LAST_YEAR}"
        raise ScenarioError([Fault(place, problem, "write the last year of data")])
    return year


def _members(actors: str | Sequence[str], year: int) -> tuple[Member, ...]:
    """The actors, or every fault in how they are given."""
    faults = []
    place = Place(option("--actors"))
    given = names_of(place.file, actors)
    separator = ";" if isinstance(actors, str) and ";" in actors else ","
    words = actors.split(separator) if isinstance(actors, str) else given
    found: list[Member] = []
    for word in (word.strip() for word in words):
        state = wanted_state(word, year)
        if isinstance(state, Unknown):
            faults.append(Fault(place, state.problem, state.remedy))
            continue
        if twice := next((one for one in found if one.state is state), None):
            problem = f"'{word}' and '{twice.name}' are the same state"
            faults.append(Fault(place, problem, "name each state once"))
            continue
        name = _name(word, state)
        found.append(Member(_id(name), _shown(name), state))
    if not faults and not 2 <= len(found) <= MOST_ACTORS:
        remedy = 'separate names by commas: "FIRST, SECOND"'
        faults.append(
            Fault(
                place, f"{count(len(found), 'state')} given, 2 to {MOST_ACTORS} are needed", remedy
            )
        )
    if faults:
        raise ScenarioError(faults)
    return tuple(found)


def _name(word: str, state: State) -> str:
    """What an actor is called: as the user wrote it, but for codes, articles and small letters."""
    if word.isdigit() or word.upper() in state.iso3:
        return state.name
    if word.islower():
        return next((name for name in state.names if plain(name) == plain(word)), state.name)
    return re.sub(r"^the\s+", "", word, flags=re.IGNORECASE)


def _shown(name: str) -> str:
    """A name as sentences have it: ``the United States``."""
    return f"the {name}" if _WITH_ARTICLE.fullmatch(name) else name


def _id(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    plain = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")
    return f"{plain}_state" if plain in _RESERVED else plain


def _approval(approval: Mapping[str, str] | None) -> dict[str, str]:
    """The state that each approval file is said to be of, by file."""
    name = option("--approval")
    if approval is not None and not isinstance(approval, Mapping):
        problem = f"{shown(approval)} is no mapping"
        raise ScenarioError([Fault(Place(name), problem, "give the state by the file's name")])
    return {text(name, file): text(name, state) for file, state in (approval or {}).items()}


def _whose(approval: Mapping[str, str], year: int) -> dict[str, int]:
    faults, found = [], {}
    for file, name in approval.items():
        state = wanted_state(name, year)
        if isinstance(state, Unknown):
            faults.append(Fault(Place(option("--approval")), state.problem, state.remedy))
        else:
            found[file] = state.number
    if faults:
        raise ScenarioError(faults)
    return found


def _refuse_strangers(
    evidence: Evidence, members: Sequence[Member], approval: Mapping[str, str]
) -> None:
    """Refuse states of which no file says anything, and approval files that are not there."""
    faults = []
    tables = evidence.folder.tables
    known = {number for table in tables for row in table.rows for number in row[1:3]}
    known |= set(evidence.approval)
    for member in members:
        if member.number not in known:
            problem = f"no file says anything of {member.name} up to {evidence.year}"
            remedy = (
                f"leave it out, choose a later year, or put files into {evidence.folder.path} that "
                "have it"
            )
            if evidence.nobodys:
                file = evidence.nobodys[0]
                remedy += f'; {option("--approval")} "{member.name}={file}" says whose {file} is'
            faults.append(Fault(Place(option("--actors")), problem, remedy))
    names = {table.file for table in tables if table.kind == "approval"}
    for file in approval:
        if file not in names:
            there = f"there are: {', '.join(sorted(names))}" if names else "there is none"
            problem = f"'{file}' is no approval series in the folder"
            faults.append(Fault(Place(option("--approval")), problem, there))
    if faults:
        raise ScenarioError(faults)


class _Draft:
    """The scenario while it is put together."""

    def __init__(self, start: Start) -> None:
        self.start = start
        self.evidence = start.evidence
        self.cited = start.cited

    def fill(self) -> None:
        """Put all parts into the start."""
        members, year = self.start.members, self.start.year
        names = listing([one.name for one in members])
        actors, relations = self._actors(), self._relations()
        self.start.document.update(
            {
                "title": sentence(f"{names}, from data up to {year}"),
                "summary": (
                    f"Started from published data up to {year}: what the files say became power, "
                    "support, relations and usual frequencies, each with its source. What acts "
                    "change and what actors want is judgement, and so is each number whose reason "
                    f"begins with {JUDGEMENT}."
                ),
                "calendar": {"start": f"{year + 1}-01-01", "round": "quarter", "rounds": 12},
                "runs": 1000,
                "actors": actors,
                "relations": relations,
                "levers": self._levers(),
                **self._shown(relations),
            }
        )
        if not self.cited:
            raise ScenarioError([self._nothing()])
        self.start.library.update(writing.library(self.start))

    def _nothing(self) -> Fault:
        """That the files have rows of the states, and none that makes a number."""
        last = max(row.year for table in self.evidence.folder.tables for row in table.rows)
        place, year = Place(option("--year")), self.start.year
        if last > year - STALE:
            return Fault(
                place,
                f"no number can be drawn of {year}: {'; '.join(self.start.said_missing)}",
                f"add files to {self.evidence.folder.path} that have one of these",
            )
        return Fault(
            place,
            f"no number can be drawn: the last row of these states that could be used is of {last}",
            f"choose a year up to {last + STALE - 1}, or add files that reach {year}",
        )

    def _take(
        self, what: str, who: str, found: Found | None, judged: Mapping[str, Any] | None = None
    ) -> dict[str, Any] | None:
        """A number as the file states it; where the evidence is silent, a marked judgement."""
        if found is None:
            return None
        if isinstance(found, Number):
            self.cited.update(found.sources)
            if found.lacks:
                _tell(self.start.poor, (what, found.lacks), who)
            sources = list(found.sources)
            return {
                "value": _rounded(found.value),
                **({"spread": dict(found.spread)} if found.spread else {}),
                "source": sources[0] if len(sources) == 1 else sources,
                "why": found.why,
            }
        _tell(self.start.missing, (what, found.why), who)
        return {**(judged or _GIVEN["judgement"][what]), "why": f"{JUDGEMENT}: {found.why}"}

    def _actors(self) -> dict[str, Any]:
        powers = {one.id: drawn.power(self.evidence, one.number) for one in self.start.members}
        known = sorted(one.value for one in powers.values() if isinstance(one, Number))
        middle = known[len(known) // 2] if known else 1 / len(powers)
        actors = {}
        for one in self.start.members:
            own = {"value": _rounded(middle)}
            state = one.number
            parts = {
                "power": self._take("power", one.name, powers[one.id], own),
                "power_growth": self._take(
                    "trend", one.name, drawn.power_growth(self.evidence, state)
                ),
                "support": self._take("support", one.name, drawn.support(self.evidence, state)),
                "support_trend": self._take(
                    "trend", one.name, drawn.support_trend(self.evidence, state)
                ),
            }
            actors[one.id] = {
                "name": one.name,
                **{key: value for key, value in parts.items() if value is not None},
                "weights": dict(_GIVEN["weights"]),
            }
        return actors

    def _relations(self) -> dict[str, Any]:
        relations: dict[str, Any] = {}
        parts: tuple[tuple[str, str, Callable[..., Any], Callable[..., Any]], ...] = (
            ("and", "affinity", drawn.affinity, combinations),
            ("and", "affinity_trend", drawn.affinity_trend, combinations),
            ("and", "tension", drawn.tension, combinations),
            ("to", "ties", drawn.ties, permutations),
            ("to", "ties_trend", drawn.ties_trend, permutations),
            ("to", "commitment", drawn.commitment, permutations),
        )
        for joint, key, draw, pairs in parts:
            for one, other in pairs(self.start.members, 2):
                found = draw(self.evidence, one.number, other.number)
                number = self._take(key, _between(one, joint, other), found)
                if number is not None:
                    relations.setdefault(f"{one.id} {joint} {other.id}", {})[key] = number
        return relations

    def _levers(self) -> dict[str, Any]:
        usual: dict[str, dict[str, Any]] = {}
        for one, other in permutations(self.start.members, 2):
            found = drawn.usual(self.evidence, one.number, other.number)
            for kind, judged in _GIVEN["judgement"]["usual"].items():
                number: Found | None
                number = found if isinstance(found, Silent) else found.get(kind)
                taken = self._take(
                    "usual frequencies",
                    _between(one, "to", other),
                    number,
                    {"value": judged},
                )
                if taken is not None:
                    usual.setdefault(kind, {})[f"{one.id} to {other.id}"] = taken
        if not self.evidence.has_visits and self.evidence.events:
            usual.pop("visits", None)
        return {
            name: {
                **{key: lever[key] for key in ("name", "says")},
                "usual": usual[lever["kind"]],
                "why": _GIVEN["why"],
                **{key: lever[key] for key in ("cameo", "effects")},
            }
            for name, lever in _GIVEN["levers"].items()
            if lever["kind"] in usual
        }

    def _shown(self, relations: Mapping[str, Any]) -> dict[str, Any]:
        """Outcomes and watched events: how each two stand, and whether a crisis comes."""
        outcomes, watch = {}, {}
        for one, other in combinations(self.start.members, 2):
            pair, names = f"{one.id} and {other.id}", f"{one.name} and {other.name}"
            key = f"{one.id}_{other.id}"
            for what in ("affinity", "tension"):
                outcomes[f"{what}_{key}"] = {
                    "name": f"{what.capitalize()} of {names}",
                    "of": f"{what} of {pair}",
                }
            if limit := _crisis(relations[pair]["tension"]["value"]):
                why = f"judgement: {_CRISIS:g} above the start, or half of the way to 1"
                watch[f"crisis_{key}"] = {
                    "name": f"a crisis between {names}",
                    "when": {f"tension of {pair}": {"at_least": limit, "why": why}},
                }
        return {"outcomes": outcomes, "watch": watch}


def _crisis(tension: float) -> float | None:
    """The tension that is watched for as a crisis; ``None`` where there is no room above."""
    limit = round(min(tension + _CRISIS, (tension + 1) / 2), 2)
    return limit if limit > tension and tension <= _TENSE else None


def _between(one: Member, joint: str, other: Member) -> str:
    return f"{one.name} {joint} {other.name}"


def _rounded(value: float) -> float:
    """Three digits, which is more than any of these data bear."""
    return float(f"{value:.3g}")


def _tell(told: dict[tuple[str, str], list[str]], key: tuple[str, str], who: str) -> None:
    """Note of whom something is told, once."""
    names = told.setdefault(key, [])
    if who not in names:
        names.append(who)
