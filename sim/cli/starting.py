"""Commands for a beginning: ``new`` and ``schema``."""

from __future__ import annotations

import re
from pathlib import Path

import click

from sim.cli import options
from sim.errors import SimError


@click.command("new")
@click.argument("name")
@click.option(
    "--in", "folder", type=click.Path(path_type=Path), default=Path("scenarios"),
    help="Folder to write it into.",
)  # fmt: skip
def new_command(name: str, folder: Path) -> None:
    """Write a commented starter scenario, NAME.yaml, that runs as it is."""
    from importlib import resources

    stem = name.removesuffix(".yaml")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", stem):
        raise click.UsageError(
            f"{name!r} is not a name for a scenario; use letters, digits and hyphens, "
            "e.g. border-crisis"
        )
    path = folder / f"{stem}.yaml"
    starter = (resources.files("sim.cli") / "starter.yaml").read_text(encoding="utf-8")
    if folder.exists() and not folder.is_dir():
        raise SimError(f"{folder} is a file; name a folder (--in)")
    made = False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            made = True
            file.write(starter)
    except FileExistsError:
        raise SimError(f"{path} exists already; choose another name") from None
    except OSError as error:
        if made:
            path.unlink(missing_ok=True)
        raise SimError(f"{path}: cannot be written ({error.strerror})") from None
    click.echo(f"Wrote {path}. Open it in an editor, and run it with:")
    click.echo(f"    {options.program()} run {path}")


@click.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of scenario files.

    An editor with the YAML language server completes and checks a file whose
    first line is: # yaml-language-server: $schema=schema.json
    """
    import json

    from sim.scenario.json_schema import json_schema

    click.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))
