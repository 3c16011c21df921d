"""Its sentences."""

from __future__ import annotations

import numpy as np

from sim.text import count, percent, sentence
from tests.studies.toy.result import Waiting


def lead(found: Waiting) -> str:
    """The event that comes most often."""
    most = int(found.came.argmax())
    share = percent(found.came[most] / len(found.first))
    return f"{sentence(found.names[most])} comes in {share} of {count(len(found.first), 'run')}."


def wait(found: Waiting, nth: int) -> str:
    """How long one waits for an event, where it comes."""
    rounds = found.first[found.first[:, nth] >= 0, nth]
    return f"round {np.median(rounds):g}" if len(rounds) else "–"
