"""The results in ``docs/propositions.md``, made by testing every shipped claim in full.

``python -m tests.docs.propositions`` writes them anew between their markers
(two minutes); a test compares what stands there with what would be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sim.claims.proposition import load_claims
from sim.studies.propositions.result import experiments
from sim.studies.propositions.text import Judged, MeasureRow, checks, judged, tally
from tests.fixtures.paths import ROOT

DOCUMENT = ROOT / "docs" / "propositions.md"
BEFORE = {
    "P1 parked": "supported", "P2 agreed": "supported", "P2 treaty": "supported",
    "P3 bond": "supported", "P4 reliance": "supported", "P4 far_east": "supported",
    "P5 far_east": "supported", "P5 bond": "no effect", "P6 bond": "supported",
    "P7 bond": "no effect", "P8 plan": "supported", "P8 islands": "supported",
    "P9 support": "supported", "P10 pressure": "supported", "P11 capital": "no effect",
    "P12 islands": "supported *", "P13 influence": "no effect", "P14 messages": "no effect",
    "P15 bond": "supported", "P16 pressure": "unclear", "P17 bond": "supported",
    "P18 warmth": "supported", "P19 forces": "no effect", "P20 deal": "no effect",
    "P21 access": "supported", "P22 pressure": "no effect *", "P23 pressure": "unclear",
}  # fmt: skip
"""What version 0.5 said of each measure; * of another form of the claim."""
_MARKED = re.compile(r"(<!-- results -->\n).*?(<!-- end -->)", re.DOTALL)


def tested() -> list[Judged]:
    """Every shipped claim with what comes of it, at its own number of pairs."""
    claims = load_claims([ROOT / "scenarios" / "propositions"])
    return [judged(experiment) for experiment in experiments(claims)]


def results(found: Iterable[Judged]) -> str:
    """The table of claims, why the others fail, and what null checks leave."""
    found = list(found)
    rows = ["| id | claim | measured | difference, 95 % interval | effect | verdict | 0.5 "
            "| null check |",
            "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    misses, left = [], []
    for one in found:
        facts = ", ".join(one.claim.stated.facts)
        revised = " †" if "Revised" in (one.claim.stated.note or "") else ""
        named = (f"{one.claim.id}{revised}", f"{one.claim.stated.claim} ({facts})")
        for row in one.rows:
            rows.append(_line(one, row, named))
            named = ("", "")
            if row.why:
                misses.append(f"- **{one.claim.id}**, {row.name}: {row.why}")
            if row.finding.null_check in ("failed", "unclear"):
                left.append(f"- **{one.claim.id}**, {row.name}: {row.null}")
    said = [f"{tally(found)} {checks(found)}", "", *rows, "", "Why the others fail:", "", *misses]
    if left:
        said += ["", "Null checks that were not passed:", "", *left]
    return "\n".join(said)


def _line(one: Judged, row: MeasureRow, named: tuple[str, str]) -> str:
    size = "; ".join(part for part in (row.effect, row.ratio) if part)
    null = "–" if row.finding.null_check == "nothing to check" else row.finding.null_check
    cells = (
        *named,
        f"{row.name}, expected {row.expected}",
        row.shown,
        size or " ",
        f"**{row.finding.verdict}**",
        BEFORE[f"{one.claim.id} {row.id}"],
        null,
    )
    return f"| {' | '.join(cells)} |"


def rewritten(text: str, found: Iterable[Judged]) -> str:
    """The document with its results as the model has them now."""
    made = results(found)
    return _MARKED.sub(lambda match: f"{match[1]}{made}\n{match[2]}", text)


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8"), tested()), encoding="utf-8")
