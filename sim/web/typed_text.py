"""What people type, as it is kept: composed, without signs that cannot be seen."""

from __future__ import annotations

import re
import unicodedata

_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
"""Signs that nobody sees although they count as letters, marks or symbols."""


def one_line(typed: str) -> str:
    """A name: on one line, with single spaces; empty where no letter or digit is left."""
    composed = unicodedata.normalize("NFC", _BLANK.sub("", typed))
    seen = "".join(" " if sign.isspace() else sign for sign in composed)
    seen = "".join(sign for sign in seen if unicodedata.category(sign)[0] != "C")
    text = " ".join(seen.split())
    return text if any(sign.isalnum() for sign in text) else ""


def many_lines(typed: str) -> str:
    """A text with its lines."""
    composed = unicodedata.normalize("NFC", typed).replace("\r\n", "\n")
    return "".join(
        sign for sign in composed if sign == "\n" or unicodedata.category(sign)[0] != "C"
    ).strip()
