"""The tables of ``docs/soundness.md``, made from the record of what was measured.

``python -m sim.soundness --out scenarios/soundness/measured.yaml`` measures anew, and
``python -m tests.docs.soundness`` writes the tables between their markers; a test compares
what stands there with what would be written.
"""

from __future__ import annotations

import re

from sim.soundness import tables
from sim.soundness.expected_signs import signs
from sim.soundness.record import load
from tests.fixtures.paths import ROOT

DOCUMENT = ROOT / "docs" / "soundness.md"
RECORD = ROOT / "scenarios" / "soundness" / "measured.yaml"
TITLES = {
    "signs": "Signs",
    "kinds": "Cells in the right direction",
    "interests": "Cells by interests alone",
    "wrong": "Cells in the wrong direction",
    "drifts": "Drift at rest",
    "built": "Pledges and issues in ordinary times",
    "shares": "Conflict at rest over 100 rounds",
    "edges": "Knife edges",
    "memory": "Memory",
}
"""The table that stands at each marker, by its title."""
_MARKED = re.compile(r"(<!-- soundness: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def rewritten(text: str) -> str:
    """The document with its tables as the record has them."""
    records = load(RECORD)
    rows = {one.name: one.row for one in signs()}
    found = {table.title: table for table in tables.every_table(records, rows)}
    parts = {name: found[title] for name, title in TITLES.items()}
    parts["compared"] = tables.compared(records)
    return _MARKED.sub(lambda match: f"{match[1]}{parts[match[2]].markdown}\n{match[3]}", text)


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8")), encoding="utf-8")
