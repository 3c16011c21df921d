"""Rules for beliefs: each doubts a number that another actor has, from a mean in its range."""

from __future__ import annotations

from sim.scenario.beliefs import FORMS, doubted
from sim.scenario.checker import Checker


def check_beliefs(checker: Checker) -> None:
    """Check who doubts what, the range of the mean, and that nobody doubts two of one other."""
    first: dict[tuple[str, str], str] = {}
    for name, belief in checker.description.beliefs.items():
        path = ("beliefs", name)
        known = checker.name((*path, "by"), belief.by, "actors")
        about = doubted(belief.of)
        if about is None:
            of = (*path, "of")
            checker.refuse("nothing to doubt", of, lacks=of, text=belief.of, forms=FORMS)
            continue
        known = checker.name((*path, "of"), about.actor, "actors") and known
        if about.issue is not None:
            known = checker.name((*path, "of"), about.issue, "issues") and known
        if not known:
            continue
        if about.actor == belief.by:
            checker.refuse("doubts itself", (*path, "of"), by=belief.by)
            continue
        issue = checker.description.issues.get(about.issue or "")
        if issue is not None and about.actor not in issue.stances:
            checker.refuse("no stance to doubt", (*path, "of"), actor=about.actor,
                           issue=about.issue)  # fmt: skip
        checker.range((*path, "mean"), belief.mean, 0.0, about.most)
        before = first.setdefault((belief.by, about.actor), name)
        if before != name:
            checker.refuse("doubted twice", (*path, "of"), by=belief.by, other=about.actor,
                           before=before)  # fmt: skip
