"""Codes and keys that people type: the class's code, and the teacher's one-time keys."""

from __future__ import annotations

import secrets

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Of join codes: without vowels no code is a word, and nobody mistakes I or O for a number."""
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP = 3, 4


def join_code() -> str:
    """Four letters for a class to type: short, since guesses are counted (160,000 codes)."""
    return "".join(secrets.choice(LETTERS) for _ in range(4))


def one_time_key() -> str:
    """A key of 59 bits that lets one device of the teacher's in: ``k7qm-4tzx-9dpw``."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def plain(typed: str) -> str:
    """A key as it was typed, without the blanks and hyphens that people add or leave out."""
    return "".join(sign for sign in typed.lower() if sign.isalnum())
