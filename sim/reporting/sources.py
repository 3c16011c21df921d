"""Where each number of a scenario comes from, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.scenario import schema_paths
from sim.scenario.field_types import Spread
from sim.scenario.lenses import canonical, lenses_of
from sim.scenario.phrases import pair, parse
from sim.scenario.scenario import Origin, Parameter, Scenario, changes, origin
from sim.scenario.schema import Description, Library
from sim.scenario.yaml_reader import read_data
from sim.statistics.measures import component_text, quantity_text
from sim.text import MINUS, listing, number, percent, sentence

_SAID = read_data(Path(__file__).with_name("parameter_words.yaml"))
MEANINGS: dict[str, str] = _SAID["coefficients"]
"""What the theory's numbers mean, for readers who have not read the theory."""
FAMILIES: dict[str, str] = _SAID["families"]
"""By the name of a group of coefficients that mean the same of different things."""
ORIGIN_WORDS: dict[Origin, str] = _SAID["origins"]
_LEADING = ("effect on", "requires", "change of", "when")
"""Words of a path that the next word follows without a comma."""


def explained(paths: Iterable[str], description: Description) -> tuple[tuple[str, str], ...]:
    """Those of some parameters that are the theory's, each in words and with its meaning."""
    found = {}
    for path in paths:
        match path.split("."):
            case ["coefficients", name]:
                found[parameter(path, description)] = MEANINGS[name]
            case ["coefficients", family, what]:
                said = FAMILIES[family].format(what.replace("_", " "))
                found[parameter(path, description)] = said
    return tuple(found.items())


def changes_in_words(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """What was changed in a scenario's file: each in words, and as a command has it."""
    stated = changes(scenario)
    worn = len(stated) - len(scenario.overrides)
    words = (_change_in_words(path, value, scenario) for path, value in scenario.overrides)
    return tuple(zip((*stated[:worn], *words), stated, strict=True))


def _change_in_words(path: str, value: str, scenario: Scenario) -> str:
    described = scenario.description
    match path.split("."):
        case ["events", event] if value == "null":
            return f"“{event.replace('_', ' ')}” does not happen"
        case ["lens"] if found := lenses_of(described).get(canonical(value)):
            return f"lens: {found.title}"
    knob = described.knobs.get(path)
    return f"{(knob and knob.title) or parameter(path, described)} = {value}"


# The name of an uncertain number, where it stands beside what comes of it.


def parameter(path: str, description: Description) -> str:
    """A parameter in words that tell it from what comes of it."""
    words = path_in_words(path, description)
    match path.split("."):
        case ["coefficients", *_]:
            return f"Theory: {words[:1].lower()}{words[1:]}"
        case ["issues", _, "outcome"]:
            return f"{words.removesuffix('outcome')}where it stands at first"
        case _:
            return words


@dataclass(frozen=True)
class Cited:
    """A fact or data set.

    Attributes
    ----------
    id, work, place, says : str
        Its id, the work it is from, where there, and our words.
    short : str
        Work and place in a few words, as they stand behind a sentence.
    """

    id: str
    work: str
    place: str
    says: str
    short: str


@dataclass(frozen=True)
class Row:
    """One parameter as the table shows it."""

    path: str
    words: str
    value: str
    spread: str
    origin: Origin
    cited: tuple[Cited, ...]
    why: str

    @property
    def anchor(self) -> str:
        """Id of its row on the page; the dots keep it apart from all other ids."""
        return re.sub(r"\s+", "-", self.path)


@dataclass(frozen=True)
class Group:
    """Parameters of one part of the scenario."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class OriginShare:
    """How many parameters rest on one kind of origin."""

    origin: Origin
    words: str
    parameters: int
    share: float

    @property
    def shown(self) -> str:
        """The share, as it is shown."""
        return percent(self.share)


def groups(scenario: Scenario) -> tuple[Group, ...]:
    """List every parameter with value, spread and origin, by part of the scenario."""
    parts: dict[str, list[Row]] = {}
    for path, parameter in scenario.parameters.items():
        part = _SAID["parts"].get(path.split(".")[0], "Other")
        parts.setdefault(part, []).append(_row(parameter, scenario))
    order = [*_SAID["parts"].values(), "Other"]
    return tuple(
        Group(name, tuple(parts[name]))
        for name in sorted(parts, key=lambda name: order.index(name))
    )


def origins(scenario: Scenario) -> tuple[OriginShare, ...]:
    """Count the parameters by origin; kinds that do not occur are left out."""
    found = [
        origin(parameter, scenario.library.facts, scenario.library.data)
        for parameter in scenario.parameters.values()
    ]
    return tuple(
        OriginShare(kind, words, found.count(kind), found.count(kind) / len(found))
        for kind, words in ORIGIN_WORDS.items()
        if kind in found
    )


def cited(scenario: Scenario) -> tuple[tuple[str, tuple[Cited, ...]], ...]:
    """List what any parameter cites, by the article it is from; data come last."""
    ids = {source for parameter in scenario.parameters.values() for source in parameter.source}
    works: dict[str, list[Cited]] = {}
    for source in sorted(ids, key=lambda one: (one not in scenario.library.facts, one)):
        found = citation(source, scenario)
        works.setdefault(found.work, []).append(found)
    return tuple((work, tuple(facts)) for work, facts in works.items())


def citation(source: str, scenario: Scenario) -> Cited:
    """What one id of a scenario's sources stands for."""
    return cited_in(source, scenario.library)


def cited_in(source: str, library: Library) -> Cited:
    """What one id of a sources file stands for."""
    if fact := library.facts.get(source):
        article = library.articles.get(fact.article)
        work = (
            f"{article.authors}, “{article.title}”, {article.published}, {article.date}"
            if article
            else fact.article
        )
        when = article.date.split(",")[0] if article else ""
        by = f"{article.authors}, {when}" if article else fact.article
        place = f"paragraph {fact.paragraph}"
        return Cited(source, work, f"{place}, {fact.date}", fact.says, f"{by}, {place}")
    if data := library.data.get(source):
        name = f"{data.name}, {data.year}"
        return Cited(source, "Data", name, data.about, name)
    return Cited(source, "Not in the sources file", "", "", "")


def _row(parameter: Parameter, scenario: Scenario) -> Row:
    spread = parameter.quantity.spread
    return Row(
        path=parameter.path,
        words=path_in_words(parameter.path, scenario.description),
        value=_exact(parameter.value),
        spread=_spread(spread) if spread else "",
        origin=origin(parameter, scenario.library.facts, scenario.library.data),
        cited=tuple(citation(source, scenario) for source in parameter.source),
        why=parameter.why or "" if parameter.stated else _default(parameter.why),
    )


def _default(why: str | None) -> str:
    return f"not in the file: the model's default, {why}" if why else "the model's default"


def _exact(value: float) -> str:
    return f"{value:.6g}".replace("-", MINUS)


def _spread(spread: Spread) -> str:
    match spread.shape:
        case "normal":
            return f"normal, standard deviation {_exact(spread.normal or 0.0)}"
        case "beta":
            a, b = spread.beta or (0.0, 0.0)
            return f"beta({_exact(a)}, {_exact(b)}) over its range"
        case "cases":
            return f"one of {listing([_exact(case) for case in spread.cases or ()], 'or')}"
        case shape:
            low, high = spread.ends() or (0.0, 0.0)
            return f"{shape.replace('pert', 'PERT')} from {_exact(low)} to {_exact(high)}"


def path_in_words(path: str, description: Description) -> str:
    """Write a parameter's path with names instead of ids.

    ``actors.north.power`` becomes ``Northland: power``.
    """
    part, *rest = path.split(".")
    home = getattr(description, part, None)
    if not rest:
        return sentence(part)
    if isinstance(home, dict) and rest[0] in home:
        name = getattr(home[rest[0]], "name", None) or _named(rest[0], description)
        return f"{sentence(str(name))}: {steps_in_words(path, 2, description)}"
    return sentence(steps_in_words(path, 1, description))


def steps_in_words(path: str, first: int, description: Description) -> str:
    """Write the last steps of a path, from a place on: ``usual``, ``north to south``."""
    steps = path.split(".")
    if len(steps) == 5 and steps[0] == "issues" and first == 2:
        return f"{steps[4]} of {_named(steps[3], description)}"
    if steps[2:4] == ["government", "successor"] and first == 2:
        return f"a new government's {_drawn(steps[4:], description)}"
    if steps[0] == "beliefs" and steps[2:] and first == 2:
        holder = description.actors[description.beliefs[steps[1]].by].name
        return f"{steps[2]} of what {holder} believes"
    if steps[0] == "events" and steps[-1] == "by":
        return f"{steps_in_words('.'.join(steps[:-1]), first, description)}, by"
    text, joint = "", ""
    for place in range(first, len(steps)):
        step = steps[place]
        own = schema_paths.is_word(steps[: place + 1])
        if own:
            said = _SAID["words"].get(step, step.replace("_", " "))
        elif steps[place - 1] == "weights":
            said = component_text(step, description)
        else:
            said = _named(step, description)
        text += f"{joint}{said}"
        joint = " " if own and said in _LEADING else ", "
    return text


def _drawn(steps: list[str], description: Description) -> str:
    """What a new government draws: ``position on the border``."""
    kind, *of = steps
    if kind == "weights":
        return f"weight of {component_text(of[0], description)}"
    words = kind.removesuffix("s") if of else kind
    names = {key: issue.name for key, issue in description.issues.items()}
    return f"{words} on “{names.get(of[0], of[0])}”" if of else words


def _named(step: str, description: Description) -> str:
    """What the author named: a quantity, a pair or an actor, with the names of actors."""
    names = {key: actor.name for key, actor in description.actors.items()}
    if phrase := parse(step):
        return quantity_text(phrase, description)
    if ends := pair(step):
        first, joint, second = ends
        return f"{names.get(first, first)} {joint} {names.get(second, second)}"
    return names.get(step, step.replace("_", " "))


_ELSEWHERE = ("command", "events", "format", "overrides", "title")
"""Entries of a manifest that the page shows in another place, or not."""


def reproduction(manifest: dict[str, object]) -> tuple[tuple[str, str], ...]:
    """Flatten a manifest to names and values, long contents left out."""
    words = _SAID["manifest"]
    shown = [(key, _flat(key, value)) for key, value in manifest.items() if key not in _ELSEWHERE]
    return tuple(
        (sentence(words.get(key, key.replace("_", " "))), text)
        for key, text in shown
        if 0 < len(text) <= 1000
    )


def _flat(key: str, value: object) -> str:
    """A value of a manifest in one line; nothing where it is of several levels."""
    if key == "seconds" and isinstance(value, (int, float)):
        return f"{number(float(value), 1)} seconds"
    if not isinstance(value, (dict, list, tuple)):
        return "" if value is None else str(value)
    inner = value.values() if isinstance(value, dict) else value
    if not all(isinstance(one, (str, int, float)) for one in inner):
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{name} {one}" for name, one in value.items())
    return " ".join(map(str, value))
