"""A note: something in a scenario that is allowed, and perhaps not meant."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, overload

from sim.errors import Place

if TYPE_CHECKING:
    import pandas as pd

MOST_NOTES = 8
"""Most notes that are shown of a scenario."""


@dataclass(frozen=True)
class Note:
    """Something that is allowed, and perhaps not meant.

    Attributes
    ----------
    name : str
        Its kind and what it is about, ``carried talks``: the key under ``notes`` by
        which a scenario answers it.
    place : Place
        File, line, column and path of the number to look at; line 0 where there is
        no file.
    value : float
        The number that tells, in the unit that ``text`` names.
    weight : float
        How much it matters, from 0 to 1.
    text : str
        What is odd.
    remedy : str
        What to write instead.
    answer : str
        The scenario's reason why it is meant so; empty where it gives none.
    """

    name: str
    place: Place
    value: float
    weight: float
    text: str
    remedy: str
    answer: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.text}\n    {self.remedy} [{self.name}]"

    @property
    def where(self) -> str:
        """Its place without the folder, for a page that is passed on."""
        file = PurePath(self.place.file).name
        spot = f"{file}:{self.place.line}" if self.place.line else file
        return f"{spot}: {self.place.path}"


@dataclass(frozen=True)
class Use:
    """How often an actor will use a lever toward another.

    Attributes
    ----------
    lever, actor, target : str
        Ids.
    usual : float
        Proposals in a run at the usual frequency.
    used : float
        Uses in a run, accepted where the target is asked: the mean of the short runs.
    """

    lever: str
    actor: str
    target: str
    usual: float
    used: float


@dataclass(frozen=True)
class Notes(Sequence[Note]):
    """The notes on a scenario, the weightiest first.

    Attributes
    ----------
    notes : tuple of Note
        Those that nobody has answered, at most :data:`MOST_NOTES` of them.
    left_out : int
        How many more there are.
    answered : tuple of Note
        Those that the scenario answers, each with its reason.
    uses : tuple of Use
        How often each lever will be used, by pair; empty where the scenario is too
        large for short runs.
    runs : int
        How many short runs were played; 0 where the scenario is too large.
    """

    notes: tuple[Note, ...] = ()
    left_out: int = 0
    answered: tuple[Note, ...] = ()
    uses: tuple[Use, ...] = ()
    runs: int = 0

    def __len__(self) -> int:
        return len(self.notes)

    def __iter__(self) -> Iterator[Note]:
        return iter(self.notes)

    @overload
    def __getitem__(self, index: int) -> Note: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Note, ...]: ...
    def __getitem__(self, index: int | slice) -> Note | tuple[Note, ...]:
        return self.notes[index]

    def __str__(self) -> str:
        return "\n".join(map(str, self.notes)) or "no notes"

    def to_dataframe(self) -> pd.DataFrame:
        """The notes, one row each.

        The columns are name, file, line, path, value, weight, text, remedy and answer;
        those that the scenario answers come last.
        """
        import pandas as pd

        rows = [vars(one) | vars(one.place) for one in (*self.notes, *self.answered)]
        columns = "name file line path value weight text remedy answer"
        return pd.DataFrame(rows, columns=columns.split())

    def _repr_html_(self) -> str:
        if not self.notes:
            return "<p>no notes</p>"
        items = "".join(
            f"<li><strong>{html.escape(one.text)}</strong><br>{html.escape(one.remedy)} "
            f"<code>{html.escape(str(one.place))}</code></li>"
            for one in self.notes
        )
        return f"<ol>{items}</ol>"


NO_NOTES = Notes()
"""Nothing is noted, or nobody has looked."""
