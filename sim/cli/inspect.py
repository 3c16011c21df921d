"""Commands that look without running: ``validate``, ``describe``, ``lenses``, ``codes``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from sim.cli import options, scenario_notes
from sim.errors import Fault, ScenarioError, SimError

if TYPE_CHECKING:
    from sim.scenario.conditions import Condition
    from sim.scenario.field_types import Frequency
    from sim.scenario.scenario import Scenario
    from sim.scenario.schema import Description, Lever

_COUNTED = ("actors", "relations", "issues", "levers", "arrangements", "events", "outcomes")
"""Sections of which one line on a scenario says how many parts they have."""
PAIRS = 6
"""Most pairs that a cell names."""


@click.command("validate")
@options.scenario_files(required=True)
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

    A sources file too, and the shelves of shocks and acts, as ``scenarios/*.yaml`` will name them.
    """
    from sim.lab.acts import check_acts, is_acts
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
    if is_acts(document):
        return None, f"ok - {len(check_acts(document.root).acts)} ready acts for the lab's builder"
    scenario = load_scenario(file)
    if strict and (faults := unsourced(scenario, file)):
        raise ScenarioError(faults)
    return scenario, f"ok - {contents(scenario.description)}"


def contents(description: Description) -> str:
    """One line on what a scenario holds."""
    from sim.text import NBSP, count

    calendar = description.calendar
    parts = [
        count(len(getattr(description, part)), part.removesuffix("s"))
        for part in _COUNTED
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

    Arrangements, promises, governments, theories, beliefs, and interests and lenses of
    the file's own too, where there are any.
    """
    from sim.cli.tables import show
    from sim.reporting.beliefs import number_in_words
    from sim.reporting.sources import groups, origins
    from sim.scenario.beliefs import beliefs_of
    from sim.scenario.cameo import goldstein
    from sim.scenario.lenses import lens_of, weights_of
    from sim.scenario.lookup import components_of, theories_of
    from sim.statistics.measures import formula_text, measures
    from sim.text import laid_out

    scenario = options.read(file, settings, rounds, lens)
    described = scenario.description
    click.echo(contents(described))
    if described.summary:
        click.echo(f"\n{described.summary}\n")
    found = scenario_notes.noted(scenario, file, notes)
    for line in scenario_notes.lines(scenario, found) if notes else ():
        click.echo(line)
    values = {
        "g": lambda quantity: f"{quantity.value:g}",
        "by": lambda quantity: f"{quantity.value:+g}",
        "described": described,
        "parameters": scenario.parameters,
        "lens_of": lens_of,
        "weights_of": weights_of,
        "parts": components_of(described),
        "theories": theories_of(described),
        "formula_text": formula_text,
        "beliefs": beliefs_of(described),
        "number_in_words": number_in_words,
        "goldstein": goldstein,
        "last_day": described.calendar.start - timedelta(days=1),
        "agreed": _agreed,
        "between": _between,
        "begun_or_ended": _begun_or_ended,
        "waits_for": _waits_for,
        "measured": measures(described),
        "groups": groups(scenario),
        "origins": origins(scenario),
    }
    for table in laid_out("sim.cli/describe.txt.j2", values):
        show(*table)
        if table.title == "Levers":
            scenario_notes.used(scenario, found)


def _agreed(lever: Lever, way: str) -> Frequency | None:
    from sim.scenario.lookup import consent

    first, second = way.split(" to ")
    found = consent(lever, first, second)
    return found[1] if found else None


def _waits_for(when: Mapping[str, Condition]) -> list[str]:
    """What an event waits for: the phrases, and between which of them there is a choice."""
    from sim.scenario.conditions import choices, plain

    told = [*plain(when)]
    for sort, tables in choices(when):
        told.append(f"{sort.replace('_', ' ')}: {'; or '.join(map(' and '.join, tables))}")
    return told


def _between(id: str, described: Description) -> str:
    """Who can hold an arrangement; first those between whom it is in force."""
    from sim.scenario.lookup import at_start, beginning

    found = [
        one.label.partition(": ")[2] + (" (in force)" if at_start(described, one) else "")
        for one in beginning(described)
        if one.name == id
    ]
    found.sort(key=lambda text: not text.endswith(")"))
    more = f"; {len(found) - PAIRS} more" if len(found) > PAIRS else ""
    return "; ".join(found[:PAIRS]) + more if found else "nobody"


def _begun_or_ended(id: str, described: Description) -> Iterator[tuple[str, list[str]]]:
    """What begins an arrangement, ends it and so on, with the levers and events that do."""
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
            yield key, doers


@click.command("lenses")
@options.optional_file
def lenses_command(file: Path | None) -> None:
    """Show the lenses (schools of thought) that actors can be given, and their weights.

    With a FILE, its own lenses too.
    """
    from sim.cli.tables import show
    from sim.scenario.lenses import LENSES, lenses_of
    from sim.scenario.lookup import components_of
    from sim.scenario.phrases import COMPONENTS

    described = options.read(file).description if file else None
    lenses = lenses_of(described) if described else LENSES
    parts = components_of(described) if described else COMPONENTS

    show(
        "Lenses: named sets of weights",
        ("lens", *parts),
        [
            (name, *(f"{lens.weights.of(part).value:g}" for part in parts))
            for name, lens in lenses.items()
        ],
    )
    for lens in lenses.values():
        told = f"{lens.about} {f'({lens.source})' if lens.source else ''}".strip()
        click.echo(f"{lens.title}: {told or 'the file does not say what it stands for'}\n")
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
