"""Records of a volume that is not yet full, so that they outlive the process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.errors import ResultsError, option
from sim.results.block import ARRAYS, Block, joined


def write(blocks: Sequence[Block], folder: Path) -> None:
    """Write consecutive blocks as one file of plain arrays, whole or not at all.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    block = joined(blocks)
    path = folder / f"runs-{block.first:010}.npz"
    draft = path.with_name(path.name + ".part")
    arrays = {name: getattr(block, name) for name in ARRAYS}
    drawn = np.stack([*block.drawn.values()]) if block.drawn else np.empty((0, block.runs))
    reasons = json.dumps(block.reasons)
    try:
        with draft.open("wb") as file:
            np.savez(file, first=block.first, drawn=drawn, reasons=reasons, **arrays)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read(folder: Path, like: Block) -> list[Block]:
    """The blocks that are there, in the order of their runs.

    Parameters
    ----------
    folder : Path
    like : Block
        Of the same scenario: gives the names of the rows.

    Raises
    ------
    ResultsError
        When a file is damaged.
    """
    return [_read(path, like) for path in _files(folder)]


def _read(path: Path, like: Block) -> Block:
    try:
        # Opened here: of a damaged file NumPy would leave it open.
        with path.open("rb") as file, np.load(file) as held:
            arrays = {name: held[name] for name in ARRAYS}
            drawn = dict(zip(like.drawn, held["drawn"], strict=True))
            reasons = {int(run): why for run, why in json.loads(str(held["reasons"])).items()}
            first = int(held["first"])
    except Exception as error:  # the libraries raise nearly any for a damaged file
        raise ResultsError(
            f"{path}: damaged ({' '.join(str(error).split())}); "
            f"start the run over with {option('--restart')}"
        ) from None
    return replace(like, first=first, drawn=drawn, reasons=reasons, **arrays)


def remove(folder: Path) -> None:
    """Remove the files: their runs have found their place."""
    for path in _files(folder):
        path.unlink()


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("runs-*.npz"))
