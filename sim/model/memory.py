"""How the process holds on to the memory that rounds use again and again."""

from __future__ import annotations

import numpy as np


def keep_freed_memory() -> None:
    """Have the C library hand freed arrays out again rather than return them to the system.

    A round makes and drops some hundred arrays of up to a megabyte, and to have
    the system map their pages anew each time takes up to a tenth of it. glibc
    keeps arrays up to the size of the largest it has seen freed, at most 32 MiB;
    other libraries have their own ways, and lose nothing by this.
    """
    np.empty(31 * 2**20, dtype=np.uint8)
