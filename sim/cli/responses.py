"""The command ``responses``: how each actor's choices move with the state."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.scenario import Scenario
    from sim.studies.responses.charts import Answer
    from sim.studies.responses.probe import Probe

MOST_ACTORS, STRONGEST = 12, 6
"""Most actors of which all are shown; of more, how many of the strongest."""
MOST = 3
"""Most telling quantities that are shown of each actor."""


@click.command("responses")
@options.scenario_file
@click.option(
    "--actor",
    "actors",
    multiple=True,
    help="Only this actor. Repeatable. "
    f"[default: all, of more than {MOST_ACTORS} the {STRONGEST} with most power]",
)
@click.option(
    "--of", "phrases", multiple=True, metavar="PHRASE",
    help="Move this quantity, e.g. 'tension of north and south', "
    f"instead of the {MOST} that tell most. Repeatable.",
)  # fmt: skip
@click.option(
    "--runs",
    type=options.Whole(1, options.MOST_RUNS),
    help="Draws of the uncertain numbers to average over. [default: 256, fewer of many actors]",
)
@options.seed
@options.changes
@click.option(
    "--out", type=click.Path(path_type=Path),
    help="Folder to write. [default: reports/NAME-responses]",
)  # fmt: skip
def responses_command(
    file: Path,
    actors: tuple[str, ...],
    phrases: tuple[str, ...],
    runs: int | None,
    seed: int | None,
    settings: tuple[str, ...],
    rounds: int | None,
    lens: str | None,
    out: Path | None,
) -> None:
    """Show what each actor would do otherwise if one quantity stood otherwise.

    Nothing is played: the probabilities are those of the scenario's start.
    Writes responses.html into reports/NAME-responses.
    """
    from sim.scenario.scenario import folder_name
    from sim.studies.responses.probe import Probe

    scenario = options.read(file, settings, rounds, lens)
    seed = scenario.description.seed if seed is None else seed
    probe = Probe(scenario, runs, seed)
    runs = probe.runs
    asked = actors or _asked(scenario)
    found = [answer for actor in asked for answer in _answers(probe, actor, phrases)]
    if not found:
        click.echo("Nothing that moves here changes what an actor chooses.")
        return
    from sim.simulation.manifest import command
    from sim.studies.responses.page import contents, write_responses

    typed = command(scenario, seed, runs, "responses")
    typed += "".join(f" --actor {actor}" for actor in actors)
    typed += "".join(f' --of "{phrase}"' for phrase in dict.fromkeys(phrases))
    folder = out or Path("reports") / f"{folder_name(scenario)}-responses"
    page = contents(scenario, found, runs, seed, typed)
    # The page first: a reader of the tables may stop early, as in `responses ... | head`.
    written = write_responses(page, folder)
    _print(scenario, found)
    click.echo(f"Responses: {written}")


def _asked(scenario: Scenario) -> tuple[str, ...]:
    """All actors; of many the strongest, which is said."""
    every = scenario.description.actors
    if len(every) <= MOST_ACTORS:
        return tuple(every)
    chosen = sorted(every, key=lambda name: -every[name].power.value)[:STRONGEST]
    click.echo(
        f"Shown are the {STRONGEST} of {len(every)} actors with most power; "
        "--actor asks for others.",
        err=True,
    )
    return tuple(name for name in every if name in chosen)


def _answers(probe: Probe, actor: str, phrases: tuple[str, ...]) -> Iterator[Answer]:
    from sim.studies.responses.charts import Answer
    from sim.studies.responses.responses import near, ranked, response

    told = [near(probe, actor, phrase) for phrase in phrases] or ranked(probe, actor)[:MOST]
    for one in told:
        yield Answer(one, response(probe, actor, str(one.phrase)))


def _print(scenario: Scenario, found: list[Answer]) -> None:
    from sim.cli.tables import show
    from sim.studies.responses.page import row
    from sim.text import sentence

    description = scenario.description
    for actor, answers in groupby(found, key=lambda answer: answer.near.actor):
        rows = [row(answer, description) for answer in answers]
        show(
            f"{sentence(description.actors[actor].name)}: what moves its choices",
            ("when this rises", "changes", "it does more", "it does less"),
            [
                (f"{one.quantity}, {one.values}", one.moved,
                 "\n".join(one.more) or "-", "\n".join(one.less) or "-")
                for one in rows
            ],
        )  # fmt: skip
