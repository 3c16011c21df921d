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
    turned, visited = part["turning"], part["visiting"]
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
        (
            f"{visited['visitors']} visitors, a move answered: the server's own time, 95 of 100",
            f"under {duration(SERVED)}",
            duration(visited["coarse"][1]),
            _kept(visited["coarse"][1] < SERVED),
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
    turned, visited = part["turning"], part["visiting"]
    redrawn, command = median(turned["seconds"]), median(turned["command_seconds"])
    held, moves = visited["memory_bytes"], visited["moves"]
    return [
        f"Of the {len(turned['seconds'])} moves 95 of 100 were redrawn within "
        f"{duration(sorted(turned['seconds'])[int(0.95 * len(turned['seconds'])) - 1])}. "
        f"`run.py run --runs 200` takes {duration(command)} from start to end, "
        f"{figure(command / redrawn)} times as long as a move.",
        f"{visited['visitors']} visitors moved a knob each every {figure(visited['thinking'] / 2)} "
        f"seconds or so for {duration(visited['seconds'])}, {sum(moves):,} moves in all, and after "
        f"each waited for the finer ensemble: a median of {duration(visited['coarse'][0])} of the "
        f"server's own time for the 200 runs, {duration(visited['fine'][0])} for the 2,000 "
        f"({duration(visited['fine'][1])} for 95 of 100). The visitor who waited longest had a "
        f"median of {duration(visited['slowest_median'])}; the fewest moves of one were "
        f"{min(moves)}, the most {max(moves)}; {visited['wrong']} requests failed.",
        f"The server held {memory(held['before'])} when all were in, {memory(held['after'])} at "
        f"the end and {memory(held['most'])} at most.",
        f"The explorable report took {duration(part['explorable']['seconds'])} to write.",
    ]
