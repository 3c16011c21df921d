"""Commands that look without running: ``validate``, ``describe``, ``lenses``, ``codes``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from sim.cli import options, scenario_notes
from sim.errors import Fault, ScenarioError, SimError

if TYPE_CHECKING:
    from sim.scenario.field_types import Frequency
    from sim.scenario.scenario import Scenario
    from sim.scenario.schema import Arrangement, Description, Event, Government, Issue, Lever


# Tables of what lasts, for ``describe``: arrangements, promises and governments.

PAIRS = 6
"""Most pairs that a cell names."""


def show_arrangements(described: Description) -> None:
    """Show each arrangement: who can hold it, how it begins and ends, what it does."""
    from sim.cli.tables import show

    if not described.arrangements:
        return
    show(
        "Arrangements",
        ("arrangement", "between", "begins and ends", "in each round in force"),
        [
            (
                f"{id}: {arrangement.name}",
                _between(id, described),
                "; ".join(_course(id, arrangement, described)),
                "; ".join(f"{key} {by.value:+g}" for key, by in arrangement.effects.items()),
            )
            for id, arrangement in described.arrangements.items()
        ],
    )


def _between(id: str, described: Description) -> str:
    from sim.scenario.lookup import at_start, beginning

    found = [
        one.label.partition(": ")[2] + (" (in force)" if at_start(described, one) else "")
        for one in beginning(described)
        if one.name == id
    ]
    found.sort(key=lambda text: not text.endswith(")"))
    more = f"; {len(found) - PAIRS} more" if len(found) > PAIRS else ""
    return "; ".join(found[:PAIRS]) + more if found else "nobody"


def _course(id: str, arrangement: Arrangement, described: Description) -> Iterator[str]:
    from sim.scenario.lookup import DOES, parse_instance

    for key in DOES:
        levers = [name for name, lever in described.levers.items() if id in getattr(lever, key)]
        events = [
            name
            for name, event in described.events.items()
            for text in getattr(event, key, ())
            if (named := parse_instance(text)) and named[0] == id
        ]
        if doers := [*levers, *dict.fromkeys(events)]:
            yield f"{', '.join(doers)} {key[:-1] if len(doers) > 1 else key} it"
    if arrangement.term:
        yield f"runs out after {arrangement.term} rounds"
    if not arrangement.one_sided:
        yield f"solemnity {arrangement.solemnity.value:g}"


def promised(described: Description) -> None:
    """Show which levers promise which others."""
    from sim.cli.tables import show

    rows = [
        (f"{id}: {lever.name}", lever.delivers.lever, str(lever.delivers.within), lever.delivers.by)
        for id, lever in described.levers.items()
        if lever.delivers
    ]
    if rows:
        show("Promises", ("lever", "promises", "within rounds", "owed by"), rows)


def governments(described: Description) -> None:
    """Show how governments may change hands."""
    from sim.cli.tables import show

    rows = [
        (
            actor.name,
            str(actor.government.in_office),
            "; ".join(_changes(actor.government)),
            f"{actor.government.cost_of_ruling.value:g}",
            "; ".join(_wants(actor.government)) or "drawn as at the start",
        )
        for actor in described.actors.values()
        if actor.government
    ]
    if rows:
        show(
            "Governments",
            ("of", "rounds in office", "changes", "cost of ruling", "a new one wants"),
            rows,
        )


def _changes(ruling: Government) -> Iterator[str]:
    if ruling.elections and ruling.loses:
        dates = ", ".join(map(str, ruling.elections))
        every = f", then every {ruling.every} rounds" if ruling.every else ""
        yield f"elections on {dates}{every}; lost with chance {ruling.loses.value:g}"
    if ruling.limit:
        yield f"none is won after {ruling.limit} rounds in office"
    if ruling.hazard:
        yield f"falls in any round with chance {ruling.hazard.value:g}"


def _wants(ruling: Government) -> Iterator[str]:
    successor = ruling.successor
    for key in ("support", "patience"):
        if number := getattr(successor, key):
            yield f"{key} {number.value:g}"
    for key in ("positions", "saliences", "weights"):
        for name, number in getattr(successor, key).items():
            yield f"{key.removesuffix('s')} on {name} {number.value:g}"


@click.command("validate")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    callback=options.named_in_text,
)
@click.option("--strict", is_flag=True, help="A number without source or reason is a fault too.")
@scenario_notes.option
def validate_command(files: tuple[Path, ...], strict: bool, notes: bool) -> None:
    """Check scenario files: all faults of all files, or what each contains.

    Notes say what is allowed in a file and perhaps not meant. They are no faults: the
    exit code stays 0.
    """
    faults: list[Fault] = []
    hint = ""
    for file in files:
        try:
            scenario, found = _check(file, strict)
        except ScenarioError as error:
            faults += error.faults
            continue
        click.echo(f"{file}: {found}")
        if scenario is not None and notes:
            said = scenario_notes.noted(scenario, file)
            for line in scenario_notes.lines(scenario, said):
                click.echo(indent(line, "    "))
            hint = scenario_notes.hint(said) if said else hint
    if faults:
        raise ScenarioError(faults)
    if hint:
        click.echo(hint)


def _check(file: Path, strict: bool) -> tuple[Scenario | None, str]:
    """The scenario in a file, if it is one, and what it contains.

    A sources file too, and the shelf of shocks, as ``scenarios/*.yaml`` will name them.
    """
    from sim.scenario.files import is_library, library, unsourced
    from sim.scenario.loading import load_scenario
    from sim.scenario.shipped import find_file
    from sim.scenario.shocks import check_shelf, is_shelf
    from sim.scenario.yaml_reader import read_yaml

    document = read_yaml(find_file(file))
    if {"claim", "measures"} & set(document.root.fields):
        from sim.claims.proposition import load_proposition

        claim = load_proposition(file)
        return None, f"ok - proposition {claim.id}: {claim.stated.claim}"
    if is_library(document):
        part, faults = library(document.root)
        if part is None or faults:
            raise ScenarioError(faults)
        held = f"{len(part.articles)} articles, {len(part.facts)} facts, {len(part.data)} data"
        return None, f"ok - sources for scenarios to cite: {held}"
    if is_shelf(document):
        names = ", ".join(check_shelf(document.root).shocks)
        return None, f"ok - outside shocks for scenarios to take: {names}"
    scenario = load_scenario(file)
    if strict and (faults := unsourced(scenario, file)):
        raise ScenarioError(faults)
    return scenario, f"ok - {contents(scenario.description)}"


_COUNTED = ("actors", "relations", "issues", "levers", "arrangements", "events", "outcomes")


def contents(description: Description) -> str:
    """One line on what a scenario holds."""
    from sim.text import NBSP, count

    calendar = description.calendar
    parts = [
        count(len(getattr(description, part)), part.removesuffix("s"))
        for part in (
            "actors",
            "relations",
            "issues",
            "levers",
            "arrangements",
            "events",
            "outcomes",
        )
        if part != "arrangements" or description.arrangements
    ]
    times = f"{count(calendar.rounds, 'round')} of a {calendar.round} from {calendar.start}"
    return f"{description.title}: {', '.join(parts)}; {times}".replace(NBSP, " ")


@click.command("describe")
@options.scenario_file
@options.changes
@scenario_notes.option
def describe_command(
    file: Path, settings: tuple[str, ...], rounds: int | None, lens: str | None, notes: bool
) -> None:
    """Show actors, relations, issues, levers, events and sources as tables.

    Arrangements, promises and governments too, where there are any.
    """
    from sim.cli.tables import show
    from sim.scenario.cameo import goldstein

    scenario = options.read(file, settings, rounds, lens)
    described = scenario.description
    click.echo(contents(described))
    if described.summary:
        click.echo(f"\n{described.summary}\n")
    found = scenario_notes.noted(scenario, file, notes)
    for line in scenario_notes.lines(scenario, found) if notes else ():
        click.echo(line)
    _actors(scenario)
    show(
        "Relations",
        ("between", "quantity", "value"),
        [
            (key, kind, f"{quantity.value:g}")
            for key, relation in described.relations.items()
            for kind in ("affinity", "tension", "commitment", "ties", "trust")
            if (quantity := getattr(relation, kind)) is not None
        ],
    )
    show(
        "Issues",
        ("issue", "0 means", "100 means", "now", "wanted (how much an actor cares)"),
        [
            (
                f"{id}: {issue.name}",
                issue.low,
                issue.high,
                f"{issue.outcome.value:g}",
                "; ".join(_wanted(issue, described)),
            )
            for id, issue in described.issues.items()
        ],
    )
    show(
        "Levers",
        ("lever", "usual per round (agreed)", "effects", "CAMEO", "Goldstein"),
        [
            (
                f"{name}: {lever.name}",
                "; ".join(_uses(lever)),
                "; ".join(f"{key} {effect.value:+g}" for key, effect in lever.effects.items()),
                lever.cameo or "",
                "" if (value := goldstein(lever)) is None else f"{value:g}",
            )
            for name, lever in described.levers.items()
        ],
    )
    scenario_notes.used(scenario, found)
    show_arrangements(described)
    promised(described)
    governments(described)
    _events(described)
    _history(described)
    _sources(scenario)


def _wanted(issue: Issue, described: Description) -> Iterator[str]:
    for actor, stance in issue.stances.items():
        name = described.actors[actor].name
        yield f"{name} {stance.position.value:g} ({stance.salience.value:g})"
    if len(issue.stances) < len(described.actors):
        yield "the others have no stake" if issue.stances else "nobody has a stake"


def _uses(lever: Lever) -> list[str]:
    return [
        f"{way} {quantity.value:g}"
        + (f" ({agreed.value:g})" if (agreed := _agreed(lever, way)) else "")
        for way, quantity in lever.usual.items()
    ]


def _agreed(lever: Lever, way: str) -> Frequency | None:
    from sim.scenario.lookup import consent

    first, second = way.split(" to ")
    found = consent(lever, first, second)
    return found[1] if found else None


def _actors(scenario: Scenario) -> None:
    from sim.cli.tables import show
    from sim.scenario.lenses import lens_of, weights_of
    from sim.scenario.phrases import COMPONENTS

    described = scenario.description
    show(
        "Actors",
        ("actor", "power", "support", "patience", "lens"),
        [
            (
                f"{id}: {actor.name}",
                f"{actor.power.value:g}",
                f"{actor.support.value:g}",
                f"{actor.patience.value:g}",
                lens_of(id, described) or "own weights",
            )
            for id, actor in described.actors.items()
        ],
    )
    show(
        "Weights of each actor's interests",
        ("actor", *COMPONENTS),
        [
            (
                actor.name,
                *(f"{getattr(weights_of(id, described), part).value:g}" for part in COMPONENTS),
            )
            for id, actor in described.actors.items()
        ],
    )


def _events(described: Description) -> None:
    from sim.cli.tables import show

    show(
        "Events",
        ("event", "when", "changes"),
        [
            (f"{name}: {event.name}", _when(name, event, described), "; ".join(_brings(event)))
            for name, event in described.events.items()
        ],
    )


def _when(name: str, event: Event, described: Description) -> str:
    if event.government:
        found = f"when the government of {described.actors[event.government].name} changes"
    elif event.on:
        found = f"on {event.on}"
    else:
        found = f"chance {event.chance.value:g} per round"
    found += f" when {', '.join(event.when)}" if event.when else ""
    return found + ("; an outside shock" if name in described.shocks else "")


def _brings(event: Event) -> Iterator[str]:
    for key, change in event.changes.items():
        yield (
            f"{key} {'to ' + format(change.to.value, 'g') if change.to else ''}"
            f"{format(change.by.value, '+g') if change.by else ''}"
        )
    for word, texts in (("begins", event.begins), ("ends", event.ends)):
        yield from (f"{word} {text}" for text in texts)


def _history(described: Description) -> None:
    from sim.cli.tables import show
    from sim.statistics.measures import measures

    if not described.history:
        return
    measured = measures(described)
    show(
        "What really happened: shown beside results, never used in them",
        ("outcome", "values by date", "cited", "how it was found"),
        [
            (
                f"{name}: {measured[name].name}",
                "; ".join(f"{date} {value:g}" for date, value in history.values.items()),
                ", ".join(history.source),
                history.why or "",
            )
            for name, history in described.history.items()
        ],
    )


def _sources(scenario: Scenario) -> None:
    from sim.cli.tables import show
    from sim.reporting.sources import groups, origins

    show(
        "Parameters and where they come from",
        ("parameter", "value", "uncertainty", "origin", "cited, or why"),
        [
            (
                row.path,
                row.value,
                row.spread,
                row.origin,
                ", ".join(cited.id for cited in row.cited) or row.why,
            )
            for group in groups(scenario)
            for row in group.rows
        ],
    )
    show(
        "Origin of the parameters",
        ("origin", "parameters", "share"),
        [(share.words, str(share.parameters), share.shown) for share in origins(scenario)],
    )


@click.command("lenses")
def lenses_command() -> None:
    """Show the theories that an actor can be viewed through, and their weights."""
    from sim.cli.tables import show
    from sim.scenario.lenses import LENSES
    from sim.scenario.phrases import COMPONENTS

    show(
        "Lenses: named sets of weights",
        ("lens", *COMPONENTS),
        [
            (name, *(f"{getattr(lens.weights, part).value:g}" for part in COMPONENTS))
            for name, lens in LENSES.items()
        ],
    )
    for lens in LENSES.values():
        click.echo(f"{lens.title}: {lens.about} ({lens.source})\n")
    click.echo(f"Put one on with:  {options.program()} run FILE --lens realist")


@click.command("codes")
@click.argument("words", nargs=-1, metavar="[WORD]...")
def codes_command(words: tuple[str, ...]) -> None:
    """Show CAMEO event codes: all in outline, or those that a word or a first digit finds."""
    from sim.cli.tables import show
    from sim.scenario.cameo import CODES, matching_codes, suggested_code

    text = " ".join(words)
    outline = tuple(code for code in CODES.values() if len(code.code) < 4)
    likely = suggested_code(text)
    listed = matching_codes(text) or ((likely,) if likely else ()) if text else outline
    if not listed:
        raise SimError(
            f"no code is named so: '{text}'; try one plain word, such as 'sanctions', "
            "or the first two digits of a code"
        )
    show(
        f"CAMEO codes{f': {text}' if text else ', without the finer ones of four digits'}",
        ("code", "what is done", "Goldstein"),
        [(one.code, one.name, f"{one.goldstein:+g}" if one.goldstein else "0") for one in listed],
    )
    click.echo(f"Find more with:  {options.program()} codes WORD")
    click.echo(f'In a lever:      cameo: "{listed[0].code}"')
