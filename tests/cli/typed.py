"""What a typed command answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Typed:
    """Exit code, standard output and standard error of a command."""

    code: int
    out: str
    err: str


Entente = Callable[..., Typed]


def left_in(folder: Path) -> set[str]:
    """Every file and folder below a folder, hidden ones too."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
