"""The tables of ``docs/theories.md``, made by the theories beside what was printed of them.

``python -m tests.docs.theories`` writes them between their markers, where the published tables
lie beside the checkout; a test compares what stands there with what would be written. With
``--play`` every theory plays every shipped scenario first (:mod:`tests.docs.theories_played`).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sim.arrays import Floats
from sim.text import TextTable
from sim.theories.challenge import outlook, risk_exponents
from sim.theories.compromise import compromise
from sim.theories.expected_utility import DISSERTATION, play
from sim.theories.median import weighted_median
from sim.theories.nash_bargaining import on_a_line
from sim.theories.offers import accepted, offers
from sim.theories.positions import Positions
from tests.docs import theories_played
from tests.fixtures.paths import ROOT
from tests.theories import fitted
from tests.theories.published import column, emissions, printed, rows

DOCUMENT = ROOT / "docs" / "theories.md"
REAL = 8.833
"""Years that the standards were delayed."""
DRAWN = 2000
"""Runs of the rules that decide contests by chance."""
SEED = 1994
_MARKED = re.compile(r"(<!-- theories: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def forecasts() -> str:
    """What each theory says of the case, beside what came."""
    actors, last = emissions(), play(emissions(), 9)[-1]
    drawn = _drawn()[-1]
    original = rows("ec_published_original_median_mean")[-1]
    found = {
        "expected utility (as printed in 1994), mean": float(original["original_mean_years"]),
        "expected utility (as printed in 1994), median": float(original["original_median_years"]),
        "compromise": float(compromise(actors)),
        "median": float(weighted_median(actors)),
        "Nash bargaining, no agreement as bad as the far end": float(on_a_line(actors)),
        "expected utility (replication), mean": float(compromise(last)),
        "expected utility (replication), median": float(weighted_median(last)),
        "expected utility (dissertation), mean": float(compromise(drawn).mean()),
        "expected utility (dissertation), median": float(weighted_median(drawn).mean()),
    }
    lines = [
        (name, f"{value:.2f}", f"{value - REAL:+.2f}")
        for name, value in sorted(found.items(), key=lambda item: abs(item[1] - REAL))
    ]
    return _table(("theory", "forecast, years", "error"), lines)


def rounds() -> str:
    """Means and medians by round: printed, replication, dissertation."""
    table = rows("ec_published_original_median_mean")
    drawn = _drawn()
    lines = []
    for step, (row, one) in enumerate(zip(table, play(emissions(), len(table) - 1), strict=True)):
        other = drawn[step]
        lines.append(
            (
                str(step),
                row["original_mean_years"],
                f"{float(compromise(one)):.2f}",
                f"{compromise(other).mean():.2f}",
                row["original_median_years"],
                f"{float(weighted_median(one)):.2f}",
                f"{weighted_median(other).mean():.2f}",
            )
        )
    head = ("round", "mean, printed", "replication", "dissertation",
            "median, printed", "replication", "dissertation")  # fmt: skip
    return _table(head, lines)


def checks() -> str:
    """Each published table, and how far what is computed is from it."""
    actors = emissions()
    seen = outlook(actors, DISSERTATION.votes)
    apart = ~np.eye(len(actors.names), dtype=bool)
    eu = np.abs(seen.own - printed("ec_masad_dissertation_eu_step0", "source", actors.names))
    risk = risk_exponents(actors, DISSERTATION.votes)
    table = rows("ec_published_original_median_mean")
    course = play(actors, len(table) - 1)
    mean = np.abs([float(compromise(one)) for one in course] - column(table, "original_mean_years"))
    median = np.abs(
        [float(weighted_median(one)) for one in course] - column(table, "original_median_years")
    )
    sender = accepted(actors, seen, offers(actors, seen, contests=True), DISSERTATION.choice)
    taken = {row["agent"]: row["accepted_offer_from"] for row in
             rows("ec_masad_dissertation_accepted_offers")}  # fmt: skip
    same = sum(
        taken.get(name) == (actors.names[one] if one >= 0 else None)
        for name, one in zip(actors.names, sender, strict=True)
    )
    off = np.flatnonzero(median > 0.1)
    printed_risk = column(rows("ec_masad_dissertation_agents_r0"), "risk_exponent_r0")
    lines = [
        ("10 risk exponents (Masad)", "0.005: two decimals", _largest(risk - printed_risk)),
        ("90 expected utilities (Masad)", "0.005: two decimals", _largest(eu[apart])),
        ("offers that 10 actors accept (Masad)", "all", f"{same} of {len(actors.names)}"),
        ("mean of rounds 0 to 9 (1994)", "0.07", _largest(mean)),
        (
            "median of rounds 0 to 9 (1994)",
            "0.1, but for 2 and 9, where no replication has it",
            f"{_largest(np.delete(median, off))}; off in {' and '.join(map(str, off))}, "
            f"by {' and '.join(f'{median[one]:.2f}' for one in off)}",
        ),
    ]
    return _table(("printed", "to reach", "largest difference"), lines)


def rewritten(text: str) -> str:
    """The document with its tables as the theories have them."""
    parts = {
        "forecasts": forecasts,
        "rounds": rounds,
        "checks": checks,
        "reactions": fitted.table,
        **PLAYED,
    }
    return filled(text, parts)


PLAYED = {
    "compared": theories_played.compared,
    "foretold": theories_played.foretold,
    "widest": theories_played.widest,
    "scored": theories_played.scored,
    "scored_slow": theories_played.scored_slow,
}
"""Tables that need no published ones."""


def filled(text: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """The document with these tables written anew."""
    return _MARKED.sub(
        lambda match: (
            f"{match[1]}{parts[match[2]]()}\n{match[3]}" if match[2] in parts else match[0]
        ),
        text,
    )


def _drawn() -> list[Positions]:
    """The dissertation's rules over many runs, where contests are decided by chance."""
    one = emissions()
    many = Positions(one.names, np.repeat(one.position[:, None], DRAWN, axis=1), one.salience,
                     one.power)  # fmt: skip
    draws = np.random.Generator(np.random.Philox(SEED)).random((9, *many.position.shape))
    return play(many, 9, DISSERTATION, draws)


def _largest(differences: Floats) -> str:
    return f"{np.abs(differences).max():.4f}"


def _table(head: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> str:
    return TextTable("", head, tuple(lines)).markdown


if __name__ == "__main__":
    if "--play" in sys.argv:
        theories_played.RECORD.write_text(
            theories_played.written(theories_played.record()), encoding="utf-8"
        )
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8")), encoding="utf-8")
