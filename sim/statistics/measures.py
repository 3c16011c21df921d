"""What outcomes and claims measure: quantity, unit, range and ends in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from sim.claims.measure import Target
from sim.remembered import remembered
from sim.scenario.conditions import Condition, Limits, choices, plain
from sim.scenario.formulas import Formula, phrases_of, scale, single
from sim.scenario.phrases import BEGUN, BOUNDS, IN_FORCE_KINDS, ROLES, Kind, Phrase, Slot, parse
from sim.scenario.schema import Description, Outcome
from sim.scenario.yaml_reader import read_data
from sim.text import MINUS, count, enough, listing, number, percent, sentence

# The middle of a scale, where its meaning turns: friendly or hostile, one half or the other.


@dataclass(frozen=True)
class Mark:
    """A value whose crossing is worth telling.

    Attributes
    ----------
    variable : str
        Its quantity in results.
    kind : str
    at : float
    above, below : str
        What is said of going above it, and below.
    """

    variable: str
    kind: Kind
    at: float
    above: str
    below: str

    @property
    def margin(self) -> float:
        """A fortieth of the range: a value that only trembles about a mark is no news."""
        low, high = BOUNDS[self.kind]
        return (high - low) / 40


_FILE = Path(__file__).with_name("measure_words.yaml")
_WORDS = read_data(_FILE)
MARKS: tuple[Mark, ...] = tuple(Mark(*one) for one in _WORDS["marks"])


def mark_of(outcome: Outcome) -> Mark | None:
    """The mark on an outcome's scale; ``None`` where its scale has none."""
    phrase = single(outcome.of)
    return next((one for one in MARKS if phrase is not None and one.kind == phrase.kind), None)


LISTED = 2
"""Most levers that are named in a count of acts; more are only numbered."""


@dataclass(frozen=True)
class Measure:
    """One reported outcome, in words.

    Attributes
    ----------
    id, name : str
        Its key in the scenario and the title of its chart.
    quantity : str
        What is measured, in at most a line: ``affinity of Northland and Southland``.
    short : str
        The quantity in a word or two, for an axis: ``affinity``.
    unit : str
        ``−1 to 1``, ``points of 100``, ``acts so far`` ...
    low, high : str
        What the two ends of its range mean; empty where nothing is said.
    bounds : (float, float) or None
        Its range, in its unit; ``None`` where it has no upper end.
    digits : int
        Decimals to show.
    whole : bool
        True for counts, which take whole values.
    share : bool
        True for what is or is not the case in a run: over runs, the share in which it is.
    detail : str
        A sentence that names what is counted, where ``quantity`` does not.
    """

    id: str
    name: str
    quantity: str
    short: str
    unit: str
    low: str = ""
    high: str = ""
    bounds: tuple[float, float] | None = None
    digits: int = 2
    whole: bool = False
    share: bool = False
    detail: str = ""

    @property
    def axis(self) -> str:
        """Title of its axis: quantity and unit."""
        return self.unit if self.whole or not self.short else f"{self.short} ({self.unit})"

    @property
    def ends(self) -> str:
        """A sentence on what its two ends mean; empty where nothing is said."""
        if not self.bounds or not (self.low or self.high):
            return ""
        low, high = (number(end, 0) for end in self.bounds)
        return f"{low} means “{self.low}”, {high} means “{self.high}”."

    @property
    def grain(self) -> float:
        """Half a unit of the last decimal that is shown: less is no news."""
        return 0.5 * 10.0**-self.digits

    def fitted(self, values: ArrayLike) -> Measure:
        """The same with decimals that suit the size of its values.

        Three digits that count where the range has no end of its own, as of power; on a
        scale with two ends, one decimal more where all values are close to zero.
        """
        found = np.asarray(values, dtype=np.float64)
        size = float(np.abs(found[np.isfinite(found)]).max(initial=0.0))
        if self.whole or self.share or not size:
            return self
        if self.bounds is None:
            return replace(self, digits=max(self.digits, 2 - math.floor(math.log10(size))))
        return replace(self, digits=self.digits + (size < 10.0 ** (1 - self.digits)))

    def telling(self, values: Iterable[float]) -> Measure:
        """The same with decimals that tell values apart, but for differences below its grain."""
        return replace(self, digits=enough(values, self.digits, self.grain))

    def show(self, value: float) -> str:
        """Write one of its values."""
        if self.share:
            return f"{MINUS if value < 0 else ''}{percent(abs(value))}"
        if self.whole and value == round(value):
            return number(value, 0)
        return number(value, self.digits)

    def of_run(self, value: float) -> str:
        """Write its value in a single run."""
        if self.share:
            return "in force" if value > 0.5 else "not in force"
        return self.show(value)


@remembered(16)
def measures(description: Description) -> Mapping[str, Measure]:
    """Say what each outcome of a scenario measures, by its id."""
    return MappingProxyType(
        {key: measure(key, item, description) for key, item in description.outcomes.items()}
    )


def measure(key: str, outcome: Outcome, description: Description) -> Measure:
    """Say what one outcome measures.

    Parameters
    ----------
    key : str
        Its id in the scenario.
    outcome : Outcome
        The outcome: a quantity, or acts to count.
    description : Description
        Gives the names of actors, issues and levers.
    """
    if isinstance(outcome.of, Formula):
        return _of_formula(key, outcome.name, outcome.of, description)
    phrase = parse(outcome.of) if outcome.of else None
    if phrase is None:
        acts, detail = _acts(outcome, description), _detail(outcome, description)
        words = key, outcome.name, acts, "acts", "acts so far"
        return Measure(*words, digits=1, whole=True, detail=detail)
    short, unit, low, high, digits = _WORDS["scales"][phrase.kind]
    if phrase.kind == "issue" and (issue := description.issues.get(phrase.names[0])):
        low, high = issue.low, issue.high
    counted = phrase.kind in ("since", "office", "uses", *BEGUN)
    bounded = not counted and phrase.kind != "power"
    bounds, share = BOUNDS[phrase.kind] if bounded else None, phrase.kind in IN_FORCE_KINDS
    names = key, outcome.name, quantity_text(phrase, description)
    scale = short, unit, low, high
    return Measure(*names, *scale, bounds, digits, whole=counted, share=share)


_FORMULAS: dict[str, list[str]] = _WORDS["formulas"]
_UNITS: dict[str, tuple[str, int]] = _WORDS["units"]


def _of_formula(key: str, name: str, of: Formula, description: Description) -> Measure:
    """Say what a formula measures; its ends mean something where all its quantities are alike."""
    own, kinds = scale(of), {phrase.kind for phrase in phrases_of(of)}
    unit, digits = _UNITS[own.unit]
    bounds = (own.low, own.high) if own.bounded else None
    if bounds and own.unit != "points of 100":
        unit = f"{number(own.low, 2)} to {number(own.high, 2)}".replace(".00", "")
    low, high = "", ""
    within = of.operation in ("mean", "least", "most")
    if within and len(kinds) == 1 and all(isinstance(term, str) for term in of.terms):
        _, _, low, high, _ = _WORDS["scales"][kinds.pop()]
    short, said = _FORMULAS[of.operation][0], formula_text(of, description)
    return Measure(key, name, said, short, unit, low, high, bounds, digits)


def formula_text(of: str | float | Formula, description: Description) -> str:
    """Write a formula with the names people know: ``mean of (tension of A and B; issue C)``."""
    if isinstance(of, str):
        phrase = parse(of)
        return quantity_text(phrase, description) if phrase else of
    if not isinstance(of, Formula):
        return f"{of:g}".replace("-", MINUS)
    terms = [formula_text(term, description) for term in of.terms]
    inner = [f"({said})" if isinstance(term, Formula) else said
             for said, term in zip(terms, of.terms, strict=True)]  # fmt: skip
    words = _FORMULAS[of.operation][1]
    return words.format(first=inner[0], last=inner[-1], all="; ".join(inner))


def quantity_text(phrase: Phrase, description: Description) -> str:
    """Write a quantity with the names people know instead of ids."""
    names = [_named(slot, name, description) for slot, name in phrase.slots]
    match phrase.kind:
        case "affinity" | "tension":
            return f"{phrase.kind} of {names[0]} and {names[1]}"
        case "commitment" | "ties":
            return f"{phrase.kind} of {names[0]} to {names[1]}"
        case "issue":
            return names[0]
        case "gap":
            return f"gap on {names[0]}"
        case "since":
            return f"rounds since “{names[0]}”"
        case "in_force" | "begun" | "in_force_by" | "begun_by":
            joint = "toward" if phrase.kind.endswith("_by") else "and"
            held = f"{names[0]} of {names[1]} {joint} {names[2]}"
            in_force = phrase.kind in IN_FORCE_KINDS
            return f"in force: {held}" if in_force else f"rounds since {held} began"
        case "uses":
            who = f"by {names[1]} toward {names[2]}"
            return f"uses of “{names[0]}” {who} in {count(phrase.rounds, 'round')}"
        case _ if phrase.rounds:
            inner = quantity_text(phrase.changing, description)
            inner = f"“{inner}”" if phrase.changing.kind == "issue" else inner
            return f"change of {inner} over {count(phrase.rounds, 'round')}"
        case "trust":
            return f"trust of {names[0]} in {names[1]}"
        case "office":
            return f"rounds in office of {names[0]}"
        case "position" | "salience" | "weight":
            return f"{phrase.kind} of {names[0]} on {names[1]}"
        case _:
            return f"{phrase.kind} of {names[0]}"


def component_text(component: str, description: Description) -> str:
    """A component of interest as texts name it: one of the file's own by its name."""
    own = description.interests.get(component)
    return f"“{own.name}”" if own else component


def _named(slot: Slot, name: str, description: Description) -> str:
    if slot == "components":
        return component_text(name, description)
    if slot == "rounds":
        return name
    if slot == "actors" and name in ROLES:
        return "others" if name == "others" else f"the {name}"
    return str(getattr(getattr(description, slot).get(name), "name", name))


def _acts(outcome: Outcome, description: Description) -> str:
    if len(outcome.acts) > LISTED:
        levers = f"any of {len(outcome.acts)} levers"
    else:
        levers = listing([f"“{_named('levers', lever, description)}”" for lever in outcome.acts])
    by = f" by {_named('actors', outcome.by, description)}" if outcome.by else ""
    toward = f" toward {_named('actors', outcome.toward, description)}" if outcome.toward else ""
    return f"uses of {levers}{by}{toward}"


def _detail(outcome: Outcome, description: Description) -> str:
    if len(outcome.acts) <= LISTED:
        return ""
    return f"Counted: {listing([_named('levers', lever, description) for lever in outcome.acts])}."


# The name of what a claim measures, in a few words.

INTERESTS: dict[str, tuple[str, str, int]] = _WORDS["interests"]
"""By component of interest: its name, unit and decimals."""
BECAME = {"kept": "kept", "late": "delivered late", "broken": "broken"}


def measure_name(target: Target, description: Description) -> str:
    """A measure in a few words: ``Affinity of North and South``."""
    measured = target.measured
    if measured.name:
        return sentence(measured.name)
    if target.interest:
        return sentence(interest_name(target, description))
    if target.watch:
        return sentence(target.watch.name)
    if target.outcome and not target.outcome.acts:
        item = measure(target.id, target.outcome, description)
        return sentence(item.quantity if measured.of else item.name)
    if measured.outcome and target.outcome:
        return sentence(target.outcome.name)
    if measured.consent:
        return f"Share agreed to of proposals: {lever_names(target, description)}"
    if measured.promises:
        return f"Promises {BECAME[measured.verdict]}: {lever_names(target, description)}"
    kind = "proposals" if measured.proposals else "uses"
    counted = lever_names(target, description)
    return f"{sentence(kind)} of {counted}"


def conditions_text(when: Mapping[str, Condition], description: Description) -> str:
    """Conditions in words: ``tension of North and South at least 0.5``."""
    said = [_limits(text, limits, description) for text, limits in plain(when).items()]
    for sort, tables in choices(when):
        ways = [conditions_text(table, description) for table in tables]
        said.append(f"{'none' if sort == 'none_of' else 'one'} of these: {'; '.join(ways)}")
    return listing(said)


def _limits(text: str, limits: Limits, description: Description) -> str:
    phrase = parse(text)
    least, most = (end.value if end else None for end in (limits.at_least, limits.at_most))
    said = quantity_text(phrase, description) if phrase else text
    if phrase is not None and phrase.kind in IN_FORCE_KINDS:
        return f"not {said}" if least is None else said
    return f"{said} {between_text(least, most)}"


def between_text(least: float | None, most: float | None) -> str:
    """Limits in words, one of them at least: ``between 1 and 2``."""
    if least is not None and most is not None:
        return f"between {least:g} and {most:g}"
    return f"at least {least:g}" if least is not None else f"at most {most:g}"


def interest_name(target: Target, description: Description) -> str:
    """The interest that is measured."""
    actor, component = target.interest or ("", "all")
    return INTERESTS[component][0].format(description.actors[actor].name)


def lever_names(target: Target, description: Description) -> str:
    """The levers that are counted, by whom and toward whom."""
    measured = target.measured
    levers = target.levers or (target.outcome.acts if target.outcome else ())
    by = measured.by or (target.outcome.by if target.outcome else None)
    toward = measured.toward or (target.outcome.toward if target.outcome else None)
    names = [f"“{description.levers[lever].name}”" for lever in levers]
    said = ", ".join(names) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} others"
    said += f" by {description.actors[by].name}" if by else ""
    return said + (f" toward {description.actors[toward].name}" if toward else "")
