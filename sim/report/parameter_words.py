"""The name of an uncertain number, where it stands beside what comes of it."""

from __future__ import annotations

from sim.report.sources import path_in_words
from sim.scenario.schema import Description


def parameter(path: str, description: Description) -> str:
    """A parameter in words that tell it from what comes of it."""
    words = path_in_words(path, description)
    match path.split("."):
        case ["coefficients", *_]:
            return f"Theory: {words[:1].lower()}{words[1:]}"
        case ["issues", _, "outcome"]:
            return f"{words.removesuffix('outcome')}where it stands at first"
        case _:
            return words
