"""One measurement in a process of its own: ``python -m tests.benchmarks.child JOB``.

It makes ready, says so, waits for a line, plays, and prints what it took as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.contestants import CONTESTANTS, INNER
from tests.benchmarks.machine import peak_memory

READY = "ready"
NO_MEMORY = "out of memory"


@dataclass(frozen=True)
class Job:
    """What a child is to do.

    Attributes
    ----------
    contestant : str
        Key in the table of contestants.
    scenario : str
        Path of a scenario file.
    runs : int
    times : int
        How often it plays them.
    rounds : int, optional
        Instead of the scenario's.
    block : int, optional
        Runs per block, of this engine.
    warm : bool
        Play one run before, untimed.
    most_bytes : int, optional
        Memory that it may ask for.
    """

    contestant: str
    scenario: str
    runs: int
    times: int = 1
    rounds: int | None = None
    block: int | None = None
    warm: bool = True
    most_bytes: int | None = None

    def written(self) -> str:
        """As an argument of a command."""
        return json.dumps(asdict(self))


def perform(job: Job) -> dict[str, Any]:
    """Do it.

    Returns
    -------
    dict
        ``seconds`` and ``cpu_seconds`` of each time, ``ready_seconds``, the peak of
        memory in bytes ``before_bytes`` the first run and in all ``peak_bytes``.
    """
    from sim.scenario.loading import load_scenario

    if job.most_bytes:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (job.most_bytes, job.most_bytes))
    changes = {} if job.rounds is None else {"calendar.rounds": job.rounds}
    scenario = load_scenario(Path(job.scenario), changes)
    contestant = {**CONTESTANTS, **INNER}[job.contestant]
    contestant.import_needs()
    start = time.perf_counter()
    play = contestant.ready(scenario, job.block)
    if job.warm:
        play(1)
    ready = time.perf_counter() - start
    before = peak_memory()
    print(READY, flush=True)
    sys.stdin.readline()
    seconds, cpu = [], []
    for _ in range(job.times):
        start, busy = time.perf_counter(), time.process_time()
        play(job.runs)
        seconds.append(time.perf_counter() - start)
        cpu.append(time.process_time() - busy)
    return {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "ready_seconds": ready,
        "before_bytes": before,
        "peak_bytes": peak_memory(),
    }


def main() -> None:
    """Read the job, do it, print what came out."""
    try:
        found = perform(Job(**json.loads(sys.argv[1])))
    except MemoryError:
        found = {"failed": NO_MEMORY}
    except Exception as error:  # whatever it is: the one who measures is told, in one line
        told = " ".join(str(error).split())
        found = {"failed": f"{type(error).__name__}: {told}"}
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
