"""All benches of a lab: which are in memory, and which folder of the disk is whose."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from sim.lab.bench import Bench, RefusedError

IN_MEMORY = 100
"""Benches that are held in memory; of more, those not used for longest are read again."""
MOST = 400
"""Benches that are kept on disk."""
_ID = re.compile(r"owner|[0-9a-f]{32}")


class Benches:
    """The benches of a folder, each in a folder of its own.

    Parameters
    ----------
    folder : Path
        Made when the first bench is written.
    find : callable
        As :class:`sim.lab.bench.Bench` has it.
    most : int
        How many may be kept on disk.
    """

    def __init__(self, folder: Path, find: Callable[[str, Path], Path], most: int = MOST) -> None:
        self.folder, self._find, self._most = folder, find, most
        self._open: OrderedDict[str, Bench] = OrderedDict()

    def bench(self, id: str) -> Bench:
        """The bench of an id; a new one is empty.

        Raises
        ------
        RefusedError
            When there are too many.
        """
        if not _ID.fullmatch(id):
            raise ValueError(f"{id!r} names no bench")
        found = self._open.get(id)
        if found is None:
            path = self.folder / id
            if not path.is_dir() and len(self.all_ids()) >= self._most:
                raise RefusedError(
                    f"this lab keeps {self._most} benches, and all are taken: whoever runs it can "
                    "begin with an empty folder (--store)"
                )
            found = self._open[id] = Bench(id, path, self._find)
            self._make_room()
        self._open.move_to_end(id)
        return found

    def all_ids(self) -> list[str]:
        """The ids of all benches that are kept or open."""
        kept = {one.name for one in self.folder.glob("*") if _ID.fullmatch(one.name)}
        return sorted(kept | set(self._open))

    def all(self) -> list[Bench]:
        """All benches; those that are not in memory are read, and not held."""
        return [
            self._open.get(id) or Bench(id, self.folder / id, self._find) for id in self.all_ids()
        ]

    def write_again(self) -> None:
        """Write the benches that could not be written when they were changed."""
        for bench in list(self._open.values()):
            if bench.unwritten and not bench.save():
                break  # the disk is still full

    def _make_room(self) -> None:
        """Put benches out of memory that are on the disk as they are."""
        for id in list(self._open):
            if len(self._open) <= IN_MEMORY:
                break
            bench = self._open[id]
            if not bench.unwritten or bench.save():
                del self._open[id]
