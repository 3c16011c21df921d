"""Words that messages share."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to a misspelt one, if any is near."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.65)
    return near[0] if near else None


def did_you_mean(word: str, known: Iterable[str], what: str) -> str:
    """A remedy: the nearest known word, then all of them (at most twelve).

    Parameters
    ----------
    word : str
        As it was written.
    known : iterable of str
        What could have been meant.
    what : str
        What the known words are, in the plural: ``actors``.
    """
    names = sorted(known)
    if not names:
        return f"there are no {what} in this scenario"
    near = closest(word, names)
    rest = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    listed = f"known {what}: {rest}"
    return f"did you mean '{near}'? {listed}" if near else listed


def listing(names: Iterable[str]) -> str:
    """Names in a row: ``'a', 'b' and 'c'``."""
    quoted = [f"'{name}'" for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]
