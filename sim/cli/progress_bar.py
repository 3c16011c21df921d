"""What a command shows on a terminal while it works: a progress bar, a status."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Show = Callable[[str, int, int], None]
"""Called with what is being run, how much of it is done, and out of how much."""


@contextmanager
def progress(title: str, total: int, quiet: bool) -> Iterator[Show]:
    """Show a progress bar on standard error, if that is a terminal, while the block runs."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_interactive,
    )
    shown: list[Any] = [title, None]
    with bar:
        shown[1] = bar.add_task(title, total=total)

        def show(what: str, done: int, out_of: int) -> None:
            if what != shown[0]:
                # A new task has its own pace, by which the time left is told.
                bar.remove_task(shown[1])
                shown[:] = [what, bar.add_task(what, total=out_of)]
            bar.update(shown[1], completed=done)

        yield show


@contextmanager
def status(doing: str, quiet: bool) -> Iterator[None]:
    """Say on standard error, if that is a terminal, what is being done."""
    from rich.console import Console

    console = Console(stderr=True)
    if quiet or not console.is_interactive:
        yield
        return
    with console.status(doing):
        yield
