"""What may be told of an error that nobody expected."""

from __future__ import annotations

import traceback
from pathlib import Path


def where(error: Exception) -> str:
    """An error's kind and the place of it, without its text: that may hold what was typed."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-4:]]
    return f"{type(error).__name__} at {' > '.join(places)}"
