"""Theories agree where they see the same difference, and disagree where they do not."""

from __future__ import annotations

import numpy as np
import pytest

from sim.statistics.paired_difference import Z95, paired
from sim.studies.comparison.contrasts import Contrast
from sim.studies.comparison.result import View, agreement

DATES = np.array(["2020-01-01"], dtype="datetime64[ns]")


def contrast(gap: float, noise: float = 0.01) -> Contrast:
    """An outcome of standard deviation 1 whose pairs differ by about ``gap``."""
    reference = np.linspace(-1.7, 1.7, 100)[:, None]
    changed = reference + gap + noise * np.cos(np.arange(100))[:, None]
    found = paired(reference, changed)
    difference = float(found.difference[0])
    low, high = (float(end[0]) for end in found.interval())
    return Contrast(
        id="it",
        name="It",
        measure=None,
        dates=DATES,
        reference=reference.mean(axis=0),
        changed=changed.mean(axis=0),
        paired=found,
        limit=Z95,
        difference=difference,
        low=low,
        high=high,
        effect=difference / float(found.spread[0]),
        above=0.0,
        below=0.0,
    )


@pytest.fixture(autouse=True)
def outcomes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Contrast, "event", property(lambda _: False))


@pytest.mark.parametrize(
    ("gaps", "kind"),
    [
        ((0.5, 0.6), "all"), ((0.5, -0.6), "opposite"), ((0.5, 0.05), "some"),
        ((0.05, -0.05), "none"), ((0.0, 0.0), "none"),
    ],
)  # fmt: skip
def test_agreement_is_of_what_is_clear_and_visible(gaps: tuple[float, float], kind: str) -> None:
    found = agreement(dict(zip("ab", map(contrast, gaps), strict=True)))
    assert found.kind == kind


def test_of_a_large_difference_that_is_not_clear_nobody_can_tell() -> None:
    found = agreement({"a": contrast(0.5), "b": contrast(0.5, noise=30)})
    assert (found.kind, found.rises, found.still, found.open) == ("partly", ("a",), (), ("b",))
    assert agreement({"b": contrast(0.5, noise=30)}).kind == "unclear"


def test_differences_of_one_measure_are_written_with_as_many_decimals() -> None:
    by_lens = {"a": contrast(0.5, noise=0), "b": contrast(0.125), "c": contrast(0.5, noise=30)}
    gaps = View("It", agreement(by_lens), by_lens).gaps
    assert len({len(gap.removesuffix(" points").partition(".")[2]) for gap in gaps.values()}) == 1
