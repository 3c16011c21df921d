"""The page on the backtest says what its record holds."""

from __future__ import annotations

from sim.backtest.plan import AT_REST, MODEL
from tests.docs import backtest


def test_the_tables_are_those_of_the_record() -> None:
    text = backtest.DOCUMENT.read_text("utf-8")
    assert text == backtest.rewritten(text), "write: python -m tests.docs.backtest"


def test_the_first_sentence_is_on_the_theory() -> None:
    found = backtest.record()
    opening = backtest.DOCUMENT.read_text("utf-8").split("\n\n")[1]
    assert backtest.verdict(found) in opening
    for sign in (1, -1):
        for kind in ("conflict", "affinity"):
            of_kind = found["periods"]["test"]["kinds"][kind]["theory"]
            of_kind[MODEL]["mean"] = of_kind[AT_REST]["mean"] = [sign * 0.1] * 3
        said = backtest.verdict(found)
        assert ("did not forecast" in said) == (sign < 0)
        assert ("worse, and the interval" in said) == (sign < 0)
