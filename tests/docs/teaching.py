"""The figures in ``docs/teaching``, made by playing the exercises' scenarios.

``python -m tests.docs.teaching`` writes them anew between their markers (some ten
seconds); a test compares what stands there with what would be written.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.docs import teaching_faults, teaching_islands, teaching_valley, teaching_yamaguchi
from tests.fixtures.paths import ROOT

FOLDER = ROOT / "docs" / "teaching"
_MARKED = re.compile(r"(<!-- teaching: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

TABLES: dict[str, Callable[[], str]] = {
    "valley-ways": teaching_valley.ways,
    "valley-choices": teaching_valley.choices,
    "valley-alone": teaching_valley.alone,
    "yamaguchi-watched": teaching_yamaguchi.watched,
    "yamaguchi-outcomes": teaching_yamaguchi.outcomes,
    "yamaguchi-lines": teaching_yamaguchi.lines,
    "yamaguchi-choices": teaching_yamaguchi.choices,
    "yamaguchi-injects": teaching_yamaguchi.injects,
    "yamaguchi-luck": teaching_yamaguchi.luck,
    **teaching_islands.TABLES,
    "week-faults": teaching_faults.faults,
}
"""What may stand between two markers, by the word in the first."""


def rewritten(text: str) -> str:
    """A document with its figures as the program gives them now."""
    return _MARKED.sub(lambda match: f"{match[1]}{TABLES[match[2]]()}\n{match[3]}", text)


if __name__ == "__main__":
    for document in sorted(FOLDER.glob("*.md")):
        document.write_text(rewritten(document.read_text("utf-8")), encoding="utf-8")
