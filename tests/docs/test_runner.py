"""The one command that runs all checks says how many tests passed."""

from __future__ import annotations

import pytest

from tests.__main__ import counts


@pytest.mark.parametrize(
    ("closing", "said"),
    [
        ("542 passed in 61.20s (0:01:01)", "542 passed, 0 failed"),
        ("2 failed, 540 passed, 3 skipped in 1.0s", "540 passed, 2 failed, 3 skipped"),
        ("= 1 failed, 9 passed, 2 errors in 0.1s =", "9 passed, 3 failed"),
        ("1 xfailed, 1 xpassed, 1 error in 0.1s", "1 passed, 1 failed, 1 skipped"),
        ("", "0 passed, 0 failed"),
    ],
)
def test_the_closing_line(closing: str, said: str) -> None:
    assert counts(closing) == said
