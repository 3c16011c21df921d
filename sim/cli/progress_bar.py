"""What a command shows on a terminal while it works: a progress bar, a status."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


class Bar:
    """A progress bar.

    Called with what is being done, how much of it is done, and out of how much.
    """

    def __init__(self, bar: Progress, title: str, total: int) -> None:
        self._bar, self._title, self._total = bar, title, total
        self._task = bar.add_task(title, total=total)

    def __call__(self, title: str, done: int, total: int) -> None:
        """Show a stage; a new one has its own pace, by which the time left is told."""
        if title != self._title:
            self._bar.remove_task(self._task)
            self._title, self._task = title, self._bar.add_task(title, total=total)
        self._bar.update(self._task, completed=done)

    def count(self, done: int) -> None:
        """Show how much is done of the only stage."""
        self(self._title, done, self._total)


@contextmanager
def progress(title: str, total: int, quiet: bool) -> Iterator[Bar]:
    """Show a progress bar on standard error, if that is a terminal, while the block runs."""
    from rich import progress as bars
    from rich.console import Console

    console = Console(stderr=True)
    bar = bars.Progress(
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_interactive,
    )
    with bar:
        yield Bar(bar, title, total)


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
