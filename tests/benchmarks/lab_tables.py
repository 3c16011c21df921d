"""The table of the lab's measures beside what was to be reached."""

from __future__ import annotations

from statistics import median

from tests.benchmarks.figures import Part, Table, duration, figure, memory

REDRAWN, SERVED, LINK, EXPLORABLE = 0.150, 0.400, 500, 8e6
"""What was to be reached: seconds, seconds of the server's own, characters, bytes."""
MOST_ACTIONS = 60
"""Clicks, fields and choices to a first own scenario of three actors: fewer."""


def table(part: Part) -> Table:
    """Each measure, what was to be reached, and what came."""
    turned = part["turning"]
    redrawn, longest = median(turned["seconds"]), max(part["links"].values())
    size = part["explorable"]["bytes"]
    rows: list[tuple[str, ...]] = [
        (
            f"slider let go to all {turned['charts']} charts redrawn, 200 runs, "
            f"median of {len(turned['seconds'])} in Chromium",
            f"under {duration(REDRAWN)}",
            duration(redrawn),
            _kept(redrawn < REDRAWN),
        ),
        *(
            (
                f"{visited['visitors']} visitors, each moving a knob every "
                f"{figure(visited['thinking'] / 2)} s: the server's own time, 95 of 100",
                f"under {duration(SERVED)}",
                duration(visited["coarse"][1]),
                _kept(visited["coarse"][1] < SERVED),
            )
            for visited in part["visiting"]
        ),
        (
            "clicks, fields and choices from the first page to an own scenario of three, played",
            f"under {MOST_ACTIONS}",
            str(part["actions"]),
            _kept(part["actions"] < MOST_ACTIONS),
        ),
        (
            "characters of a link with five changes, the longest of all scenarios",
            f"under {LINK}",
            str(longest),
            _kept(longest < LINK),
        ),
        (
            f"explorable report of three knobs, {part['explorable']['places']} places",
            f"under {memory(EXPLORABLE)}",
            f"{size / 1e6:.1f} MB",
            _kept(size < EXPLORABLE),
        ),
    ]
    return Table(("measure", "to reach", "came", ""), rows)


def _kept(kept: bool) -> str:
    return "kept" if kept else "missed"


def findings(part: Part) -> list[str]:
    """What stands behind the table."""
    turned = part["turning"]
    redrawn, command = median(turned["seconds"]), median(turned["command_seconds"])
    return [
        f"Of the {len(turned['seconds'])} moves 95 of 100 were redrawn within "
        f"{duration(sorted(turned['seconds'])[int(0.95 * len(turned['seconds'])) - 1])}. "
        f"`run.py run --runs 200` takes {duration(command)} from start to end, "
        f"{figure(command / redrawn)} times as long as a move.",
        *map(_visited, part["visiting"]),
        f"The explorable report took {duration(part['explorable']['seconds'])} to write.",
    ]


def _visited(visited: Part) -> str:
    held, moves = visited["memory_bytes"], visited["moves"]
    return (
        f"{visited['visitors']} visitors with a move of each every "
        f"{figure(visited['thinking'] / 2)} s or so made {sum(moves)} in "
        f"{duration(visited['seconds'])}: half of them were answered within "
        f"{duration(visited['coarse'][0])} of the server's own time, the finer runs within "
        f"{duration(visited['fine'][0])}, and {visited['fine_shown']} finer ones came at "
        f"all. The visitor who waited longest had a median of "
        f"{duration(visited['slowest_median'])}; one made {min(moves)} moves at least and "
        f"{max(moves)} at most; {visited['wrong']} requests failed. The server held "
        f"{memory(held['before'])} when all were in, and {memory(held['most'])} at most."
    )
