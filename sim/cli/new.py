"""Commands for a beginning: ``list``, ``new``, ``copy`` and ``schema``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from sim.cli import options
from sim.errors import SimError

PAPERS = Path("teaching")
"""Where copies of papers go."""
SCHEMA = "schema.json"
_UP = re.compile(r"\[([^\]]*)\]\(\.\./[^)]*\)")
"""A link to a page that is not copied along."""


@click.command("list")
@click.option("--propositions", "claims", is_flag=True, help="The propositions, too.")
def list_command(claims: bool) -> None:
    """List what comes with the program, by the names that commands take.

    A name works in every folder: 'run NAME', 'extends: NAME' in a file, and
    'copy NAME' for a file of your own.
    """
    from sim.cli.tables import show
    from sim.scenario.shipped import papers, propositions, records, scenarios
    from sim.scenario.shocks import check_shelf, shelf_file
    from sim.scenario.yaml_reader import read_yaml

    told = {path.stem: _told(path, "title") for path in scenarios()}
    show("Scenarios", ("name", "title"), [(name, title) for name, title in told.items() if title])
    files = propositions()
    if claims:
        show("Propositions", ("name", "claim"), [(one.stem, _told(one, "claim")) for one in files])
    outcomes = [(one.stem, _told(one, "title")) for one in records()]
    show("Records of what came: score SCENARIO --record NAME", ("name", "title"), outcomes)
    heads = {name: path.read_text("utf-8").split("\n", 1)[0] for name, path in papers().items()}
    show(
        "Outside shocks: taken by a scenario with 'shocks: [NAME]'",
        ("name", "what happens", "chance per year"),
        [
            (name, shock.name, f"{shock.chance_per_year.value:g}")
            for name, shock in check_shelf(read_yaml(shelf_file()).root).shocks.items()
        ],
    )
    rows = [(name, head.strip("# ")) for name, head in heads.items()]
    show("Papers for teachers", ("name", "title"), rows)
    program = options.program()
    if not claims and files:
        click.echo(f"{len(files)} propositions, too:  {program} list --propositions")
    click.echo(f"Run a scenario:  {program} run NAME")
    click.echo(f"Have a copy, to change or print:  {program} copy NAME")


def _told(path: Path, key: str) -> str:
    """What a file says under a key; nothing for a file of sources or of shocks."""
    from sim.errors import ScenarioError
    from sim.scenario.files import is_library
    from sim.scenario.shocks import is_shelf
    from sim.scenario.yaml_reader import read_yaml

    try:
        document = read_yaml(path)
    except ScenarioError:
        return f"(has faults: see 'validate {path.stem}')"
    if node := document.root.fields.get(key):
        return str(node.value)
    return "" if is_library(document) or is_shelf(document) else "(untitled)"


@click.command("new")
@click.argument("name")
@click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("scenarios"),
    help="Folder to write it into.",
)
@click.option(
    "--from-data",
    "data",
    type=click.Path(path_type=Path),
    help="Folder of published country data to start from; with --actors and --year.",
)
@click.option("--actors", help='With --from-data: the states, as "FIRST, SECOND".')
@click.option("--year", type=int, help="With --from-data: the last year of the data.")
@click.option(
    "--approval",
    "approvals",
    multiple=True,
    metavar="STATE=FILE",
    help="With --from-data: whose approval a file holds that does not say so.",
)
def new_command(
    name: str,
    folder: Path,
    data: Path | None,
    actors: str | None,
    year: int | None,
    approvals: tuple[str, ...],
) -> None:
    """Write a commented starter scenario, NAME.yaml, that runs as it is.

    Beside it goes schema.json, by which an editor completes and checks the file.

    With --from-data the scenario starts from files of published country data, as
    their makers publish them: power, support, relations and usual frequencies, each
    with its source in NAME-sources.yaml. What is missing is named and left as a
    marked judgement.
    """
    from importlib import resources

    stem = name.removesuffix(".yaml")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", stem):
        raise click.UsageError(
            f"{name!r} is not a name for a scenario; use letters, digits and hyphens, "
            "e.g. border-crisis"
        )
    path = folder / f"{stem}.yaml"
    if data is not None:
        if actors is None or year is None:
            raise click.UsageError("--from-data needs --actors and --year")
        _write_from_data(path, data, (actors, year), approvals)
    elif actors is not None or year is not None or approvals:
        raise click.UsageError("--actors, --year and --approval go with --from-data FOLDER")
    else:
        starter = (resources.files("sim.cli") / "starter.yaml").read_text(encoding="utf-8")
        _write([(path, starter)], schema=folder)
    click.echo(f"Wrote {path}. Open it in an editor, and run it with:")
    click.echo(f"    {options.program()} run {path}")


def _write_from_data(
    path: Path, data: Path, asked: tuple[str, int], approvals: tuple[str, ...]
) -> None:
    """Write a scenario from published data with its sources, and say what it rests on."""
    from sim.cli.tables import show
    from sim.country_data.start import start_from_data

    whose: dict[str, str] = {}
    for one in approvals:
        state, equals, file = (word.strip() for word in one.partition("="))
        if not (state and equals and file):
            raise click.UsageError(
                f"--approval {one!r} is not STATE=FILE, a state's name and a file of the folder"
            )
        if file in whose:
            raise click.UsageError(f"--approval names {file!r} twice")
        whose[file] = state
    start = start_from_data(data, *asked, whose)
    files = [
        (path, start.text(path.stem)),
        (path.with_name(f"{path.stem}-sources.yaml"), start.sources_text),
    ]
    start.check(path.stem)
    _write(files, schema=path.parent)
    show("Used", ("for", "file (layout)", "lines"), start.used)
    show("Not used", ("file", "why"), list(start.not_used.items()))
    pairs = [f"{pair}: no file in {data} says anything of the two" for pair in start.strangers]
    missing = [*start.said_missing, *pairs]
    for head, lines in (
        ("Drawn from too little:", start.said_poor),
        ("Missing, and left in the file as a marked judgement:", missing),
    ):
        if lines:
            click.echo(head)
            click.echo("".join(f"  - {line}\n" for line in lines), nl=False)
    if missing or start.poor:
        click.echo(f"Put files that have it into {data} and write it anew, or replace the numbers.")
        click.echo()


@click.command("copy")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder to write into. [default: scenarios, its propositions or records, or teaching]",
)
@click.option("--record", is_flag=True, help="The records of these names: what came, for 'score'.")
def copy_command(names: tuple[str, ...], folder: Path | None, record: bool) -> None:
    """Write copies of what comes with the program, to be changed or printed.

    NAME is a scenario, a proposition or a paper, as 'list' shows it; with --record
    it is a record of what came. From then on the name stands for the copy, in the
    folder where the copy was made.
    """
    from sim.scenario.shipped import PROPOSITIONS, SCENARIOS, papers, records, shipped

    outcomes = {path.stem: path for path in records()}
    if record:
        _copy_records(names, outcomes, folder)
        return
    known, files, schemas = papers(), [], []
    for name in dict.fromkeys(names):
        if path := shipped(name):
            claim = path.parent.name == PROPOSITIONS
            target = folder or Path(SCENARIOS, *([PROPOSITIONS] if claim else []))
            files.append((target / path.name, path.read_text("utf-8")))
            schemas += [] if claim else [target]
        elif paper := known.get(name):
            text = _UP.sub(r"\1", paper.read_text("utf-8"))
            files.append(((folder or PAPERS) / paper.name, text))
        else:
            raise SimError(_unknown(name, known))
    _write(files, schema=schemas[0] if schemas else None)
    for path, _ in files:
        click.echo(f"Wrote {path}.")
    for name in dict.fromkeys(names):
        if name in outcomes:
            click.echo(f"What came of it is a record: {options.program()} copy {name} --record")


def _copy_records(names: Iterable[str], outcomes: Mapping[str, Path], folder: Path | None) -> None:
    from sim.scenario.shipped import RECORDS, SCENARIOS
    from sim.text import did_you_mean

    target, files = folder or Path(SCENARIOS, RECORDS), []
    for name in dict.fromkeys(names):
        if name not in outcomes:
            remedy = did_you_mean(name, outcomes, "records")
            raise SimError(f"no record that comes with the program is named '{name}'; {remedy}")
        files.append((target / outcomes[name].name, outcomes[name].read_text("utf-8")))
    _write(files, target, record_schema_text)
    for path, _ in files:
        click.echo(f"Wrote {path}.")


def _unknown(name: str, papers: Iterable[str]) -> str:
    from sim.scenario.shipped import propositions, scenarios
    from sim.text import closest

    near = closest(name, {*papers, *(path.stem for path in (*scenarios(), *propositions()))})
    remedy = f"did you mean '{near}'?" if near else "'list' shows what there is"
    return f"nothing that comes with the program is named '{name}'; {remedy}"


def _write(
    files: list[tuple[Path, str]],
    schema: Path | None,
    text_of_schema: Callable[[], str] | None = None,
) -> None:
    """Write new files, all or none, and the schema, that of scenarios or another, into a folder.

    Raises ``SimError`` when one is there already or cannot be written.
    """
    made: list[Path] = []
    for path, _ in files:
        if path.parent.exists() and not path.parent.is_dir():
            raise SimError(f"{path.parent} is a file; name a folder (--in)")
    try:
        for path, text in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                made.append(path)
                file.write(text)
        if schema is not None:
            _put_schema(schema / SCHEMA, (text_of_schema or schema_text)())
    except OSError as error:
        for one in made:
            one.unlink(missing_ok=True)
        place = error.filename or path
        if isinstance(error, FileExistsError):
            raise SimError(f"{path} exists already; choose another name") from None
        raise SimError(f"{place}: cannot be written ({error.strerror})") from None


def _put_schema(path: Path, text: str) -> None:
    """Leave this version's schema beside a file; one that is something else stays."""
    from sim.reporting.html import write_page

    if path.exists():
        try:
            there = path.read_text("utf-8")
            if there == text or json.loads(there).get("title") != json.loads(text)["title"]:
                return
        except (UnicodeDecodeError, ValueError, AttributeError):
            return
    write_page(text, path)


@click.command("schema")
@click.option("--records", is_flag=True, help="That of records of dated outcomes instead.")
def schema_command(records: bool) -> None:
    """Print the JSON Schema of scenario files and propositions.

    An editor with the YAML language server completes and checks a file whose
    first line is: # yaml-language-server: $schema=schema.json
    """
    click.echo(record_schema_text() if records else schema_text(), nl=False)


def schema_text() -> str:
    """The JSON Schema as a file holds it."""
    from sim.claims.json_schema import json_schema

    return _as_file(json_schema())


def record_schema_text() -> str:
    """The JSON Schema of records as a file holds it."""
    from sim.evaluation.json_schema import record_schema

    return _as_file(record_schema())


def _as_file(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
