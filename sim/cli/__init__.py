"""Commands: the only place that prints or exits."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; exits 0, 1 (fault in the input), 2 (usage) or 130."""
    from sim.cli import process

    process.prepare()
    try:
        from sim.cli.app import execute

        code = execute(sys.argv[1:], process.name())
    except KeyboardInterrupt:
        code = process.INTERRUPTED
    process.ignore_signals()
    sys.exit(code)
