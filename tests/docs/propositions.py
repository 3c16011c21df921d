"""The results in ``docs/propositions.md``, made by testing every shipped claim in full.

``python -m tests.docs.propositions`` writes them anew between their markers
(two minutes); a test compares what stands there with what would be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sim.report.judged import Judged, judged, tally
from sim.runs.experiment import experiments
from sim.scenario.proposition import load_claims
from tests.docs.markdown import ROOT

DOCUMENT = ROOT / "docs" / "propositions.md"
_MARKED = re.compile(r"(<!-- results -->\n).*?(<!-- end -->)", re.DOTALL)


def tested() -> list[Judged]:
    """Every shipped claim with what comes of it, at its own number of pairs."""
    claims = load_claims([ROOT / "scenarios" / "propositions"])
    return [judged(experiment) for experiment in experiments(claims)]


def results(found: Iterable[Judged]) -> str:
    """The table of claims, and for each that is not supported the reason."""
    found = list(found)
    rows = ["| id | claim | measured | difference, 95 % interval | effect | verdict |",
            "|---|---|---|---|---|---|"]  # fmt: skip
    misses = []
    for one in found:
        facts = ", ".join(one.claim.stated.facts)
        revised = " †" if "Revised" in (one.claim.stated.note or "") else ""
        named = (f"{one.claim.id}{revised}", f"{one.claim.stated.claim} ({facts})")
        for row in one.rows:
            verdict = f"**{row.finding.verdict}**"
            rows.append(
                f"| {named[0]} | {named[1]} | {row.name}, expected {row.expected} "
                f"| {row.shown} | {row.effect or ' '} | {verdict} |"
            )
            named = ("", "")
            if row.why:
                misses.append(f"- **{one.claim.id}**, {row.name}: {row.why}")
    return "\n".join([tally(found), "", *rows, "", "Why the others fail:", "", *misses])


def rewritten(text: str, found: Iterable[Judged]) -> str:
    """The document with its results as the model has them now."""
    made = results(found)
    return _MARKED.sub(lambda match: f"{match[1]}{made}\n{match[2]}", text)


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8"), tested()), encoding="utf-8")
