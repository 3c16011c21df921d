"""CAMEO event codes: which of four classes an act belongs to."""

from __future__ import annotations

from typing import Literal

QuadClass = Literal[
    "verbal cooperation", "material cooperation", "verbal conflict", "material conflict"
]
QUAD_CLASSES: tuple[QuadClass, ...] = (
    "verbal cooperation", "material cooperation", "verbal conflict", "material conflict",
)  # fmt: skip
_LAST_ROOT = (5, 8, 13, 20)


def quad_class(cameo: str) -> QuadClass:
    """Class of a CAMEO event code, by its root (the first two digits)."""
    root = int(cameo[:2])
    return next(
        (name for name, last in zip(QUAD_CLASSES, _LAST_ROOT, strict=True) if root <= last),
        "material conflict",
    )


def is_conflict(cameo: str) -> bool:
    """Whether a CAMEO code stands for conflict, in words or in deeds."""
    return quad_class(cameo).endswith("conflict")
