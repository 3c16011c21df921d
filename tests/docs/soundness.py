"""The tables of ``docs/soundness.md``, made from the record of what was measured.

``python -m sim.soundness --out scenarios/soundness/measured.yaml`` measures anew, and
``python -m tests.docs.soundness`` writes the tables between their markers; a test compares
what stands there with what would be written.
"""

from __future__ import annotations

import re

from sim.soundness import tables
from sim.soundness.record import load
from sim.soundness.signs import signs
from tests.fixtures.paths import ROOT

DOCUMENT = ROOT / "docs" / "soundness.md"
RECORD = ROOT / "scenarios" / "soundness" / "measured.yaml"
_MARKED = re.compile(r"(<!-- soundness: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def rewritten(text: str) -> str:
    """The document with its tables as the record has them."""
    records = load(RECORD)
    last = list(records.values())[-1]
    rows = {one.name: one.row for one in signs()}
    parts = {
        "signs": tables.signs(records, rows),
        "compared": tables.compared(records),
        **{name: getattr(tables, name)(last)
           for name in ("kinds", "interests", "wrong", "drifts", "built", "shares", "edges",
                        "memory")},
    }  # fmt: skip
    return _MARKED.sub(lambda match: f"{match[1]}{parts[match[2]].markdown}\n{match[3]}", text)


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8")), encoding="utf-8")
