"""The command ``play``: one person takes one seat, in the terminal."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import textwrap
import time
import webbrowser
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli import options, progress_bar, study_command

if TYPE_CHECKING:
    from sim.classroom.storage import Recorder, Store
    from sim.scenario.scenario import Scenario

KEPT = Path("reports") / "classroom" / "solo.sqlite"


@click.command("play")
@options.scenario_file
@click.option("--as", "actor", required=True, help="The actor whose seat you take.")
@options.seed
@options.changes
@click.option(
    "--store",
    "kept",
    type=click.Path(path_type=Path),
    help=f"File in which games are kept. [default: {KEPT.as_posix()}]",
)
@click.option("--resume", is_flag=True, help="Go on with the last game of this seat.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the debrief, instead of one in reports/.",
)
@click.option("--quiet", "-q", is_flag=True, help="No debrief at the end.")
@click.option("--open", "show", is_flag=True, help="Open the debrief in the browser.")
def play_command(
    file: Path,
    actor: str,
    seed: int | None,
    settings: tuple[str, ...],
    rounds: int | None,
    lens: str | None,
    kept: Path | None,
    resume: bool,
    out: Path | None,
    quiet: bool,
    show: bool,
) -> None:
    """Play one actor of a scenario in the terminal, against the model in all other seats.

    Every choice is kept: stop with q or Ctrl-C, and go on with --resume. At the end
    comes a debrief: what you did beside what the model would have done.
    """
    from sim.classroom.storage import Store, changes_since
    from sim.classroom.terminal import LeftError, Solo
    from sim.errors import ScenarioError
    from sim.scenario.scenario import folder_name
    from sim.simulation.branching import actor_faults

    scenario = options.read(file, settings, rounds, lens)
    if faults := actor_faults(actor, "--as", scenario.description):
        raise ScenarioError(faults)
    with closing(Store(kept or KEPT)) as store, ExitStack() as held:
        recorder = _last(store, scenario, actor) if resume else _begun(store, scenario, actor, seed)
        held.callback(recorder.release)
        for note in changes_since(recorder, scenario, file) if resume else ():
            click.echo(f"Note: {note}", err=True)
        played = folder_name(recorder.session.scenario)
        folder = study_command.folder(out, f"{played}-played-{actor}")
        game = Solo(recorder, _Typed(), time.time)
        try:
            game.play()
        except (LeftError, click.Abort, KeyboardInterrupt):
            at = recorder.session.tables[0].round
            click.echo(f"\nThe game is kept, in round {at}. Go on with:")
            store_option = f" --store {kept}" if kept else ""
            click.echo(
                f"  {options.program()} play {file.as_posix()} --as {actor}{store_option} --resume"
            )
            return
        if not quiet:
            _debrief(recorder, folder, show=show)


def _begun(store: Store, scenario: Scenario, actor: str, seed: int | None) -> Recorder:
    from sim.classroom.storage import begin_session
    from sim.classroom.terminal import take_seat

    recorder = begin_session(store, scenario, time.time(), seed=seed)
    nobodys = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
    take_seat(recorder, actor, nobodys, time.time())
    return recorder


def _last(store: Store, scenario: Scenario, actor: str) -> Recorder:
    """The last game of a scenario and seat; no other program can open it meanwhile.

    Raises
    ------
    ScenarioError
        When there is none.
    SimError
        When its log cannot be read, or another program has it open.
    """
    from sim.classroom.storage import Recorder
    from sim.classroom.terminal import ME
    from sim.errors import Fault, Place, ScenarioError

    for one in store.sessions():
        if one.scenario == scenario.id:
            me = Recorder(store, one.id).session.people.get(ME)
            if me is not None and me.actor == actor:
                return Recorder(store, one.id, alone=True)
    problem = f"there is no game of '{scenario.id}' as '{actor}' in {store.path}"
    raise ScenarioError([Fault(Place("--resume"), problem, "leave it out to begin one")])


def _debrief(recorder: Recorder, folder: Path, *, show: bool) -> None:
    """Write what was done beside what the model would have done."""
    from sim.classroom.briefs.printed import write_handout
    from sim.classroom.debrief.page import whole_debrief

    with progress_bar.status("Working out the debrief", False):
        page = whole_debrief(recorder.session)
    written = write_handout(page, folder, "debrief.html", "debrief", recorder.session.scenario)
    click.echo(f"Debrief: {written}")
    if show:
        webbrowser.open(written.absolute().as_uri())


class _Typed:
    """The terminal."""

    def say(self, text: str = "") -> None:
        indent = " " * (len(text) - len(text.lstrip(" -*")))
        wrapped = textwrap.fill(text, _width(), subsequent_indent=indent, drop_whitespace=True)
        click.echo(wrapped)

    def ask(self, prompt: str) -> str:
        found: str = click.prompt(prompt, default="", show_default=False, prompt_suffix="> ")
        return found

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        from sim.cli import tables

        tables.show(title, columns, rows)


def _width() -> int:
    return max(40, min(shutil.get_terminal_size((80, 24)).columns, 100))
