"""The results in ``docs/propositions.md``, made by testing every shipped claim in full.

``python -m tests.docs.propositions`` writes them anew between their markers (two minutes),
and beside this module what the same claims come to in a few pairs of runs. The tests play
those few pairs: a model, or words, that came to anything else in full would do so there.
CI plays all of them: ``python -m tests.docs.propositions --check``.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sim.claims.proposition import Claim, load_claims
from sim.studies.propositions.result import experiments
from sim.studies.propositions.text import Judged, MeasureRow, checks, judged, tally
from tests.fixtures.paths import ROOT

DOCUMENT = ROOT / "docs" / "propositions.md"
RECORD = Path(__file__).with_suffix(".json")
FEW = 40
"""Pairs of runs that the tests play of each claim."""
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
_MARKED = re.compile(r"(<!-- results -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def judged_claims(claims: Sequence[Claim], pairs: int | None = None) -> list[Judged]:
    """Claims with what comes of them; at their own numbers of pairs where none is given."""
    return [judged(experiment) for experiment in experiments(claims, pairs)]


def record(whole: Sequence[Judged], few: Sequence[Judged]) -> dict[str, Any]:
    """What the tests hold against the document and the model."""
    return {
        "document": digest(results(whole)),
        "pairs": min(row.finding.pairs for one in whole for row in one.rows),
        "verdicts": {one.claim.id: one.verdict for one in whole},
        "few": results(few).splitlines(),
    }


def digest(text: str) -> str:
    """A fingerprint of results as the document has them."""
    return hashlib.sha256(text.encode()).hexdigest()


def published() -> str:
    """The results that stand in the document."""
    found = _MARKED.search(DOCUMENT.read_text("utf-8"))
    assert found is not None
    return found[2].removesuffix("\n")


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


def main(words: Sequence[str]) -> int:
    """Write the document and the record; with ``--check`` only say whether they would change."""
    claims = load_claims([ROOT / "scenarios" / "propositions"])
    whole = judged_claims(claims)
    made = (
        json.dumps(record(whole, judged_claims(claims, FEW)), indent=1, ensure_ascii=False) + "\n"
    )
    before = DOCUMENT.read_text("utf-8")
    text = _MARKED.sub(lambda match: f"{match[1]}{results(whole)}\n{match[3]}", before)
    if "--check" in words:
        same = text == before and RECORD.is_file() and RECORD.read_text("utf-8") == made
        print("docs/propositions.md is up to date" if same else "python -m tests.docs.propositions")
        return not same
    DOCUMENT.write_text(text, encoding="utf-8")
    RECORD.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
