"""The tables and charts of ``docs/performance.md``, made from ``tests/benchmarks/measured.json``.

``python -m tests.docs.performance`` writes them anew; a test compares the tables
with what would be written, and asks the charts what they were drawn from.
"""

from __future__ import annotations

import re
from typing import Any

from tests.benchmarks import (
    before,
    classroom_tables,
    figures,
    lab_tables,
    scaling_tables,
    sections,
)
from tests.benchmarks.figures import Part
from tests.fixtures.paths import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"
MEASURED = ROOT / "tests" / "benchmarks" / "measured.json"
_OWN: dict[str, Any] = {
    "before": before,
    "classroom": classroom_tables,
    "lab": lab_tables,
    "sections": sections,
}
_MARKED = re.compile(r"(<!-- performance: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def rewritten(text: str, found: Part) -> str:
    """The document with its tables as the file of figures has them."""
    return _MARKED.sub(lambda match: f"{match[1]}{section(match[2], found)}\n{match[3]}", text)


def section(name: str, found: Part) -> str:
    """A part's table, what it comes to, and what it was measured on."""
    part = found.get(name)
    if part is None:
        return "Not measured."
    if name == "suite":
        table, told = figures.contestants(part), figures.told(part)
    elif name in _OWN:
        table, told = _OWN[name].table(part), _OWN[name].findings(part)
    else:
        table = scaling_tables.TABLES[name](part)
        told = scaling_tables.findings(name, part)
    words = " ".join([*told, figures.machine(part["made"])])
    return f"{table.markdown()}\n\n{words}"


if __name__ == "__main__":
    from tests.benchmarks import charts

    measured = figures.read(MEASURED)
    DOCUMENT.write_text(
        rewritten(DOCUMENT.read_text("utf-8"), measured), encoding="utf-8", newline="\n"
    )
    charts.write(measured, DOCUMENT.parent)
