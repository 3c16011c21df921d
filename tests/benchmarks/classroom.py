"""How long pages take while a class of forty plays, and forecasts run beside it.

``python -m tests.benchmarks.classroom`` starts the classroom's own server on this
machine, lets computed students take every seat of ten tables, and a teacher open and
close twelve rounds of all tables at once, each with a forecast for each table. Every
page and every form is timed by the server itself (its ``Server-Timing``) and by who
waits for it. The clients run on the same machine and take their share of it.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.scenario.loading import load_scenario
from tests.benchmarks import classroom_tables, figures
from tests.benchmarks.machine import described, environment
from tests.benchmarks.web_students import Rehearsal, bots_for_all_seats
from tests.fixtures.browser import Browser, Reply, forms
from tests.fixtures.paths import ROOT

SCENARIO = ROOT / "scenarios" / "yamaguchi-2016.yaml"
LONGEST = 60.0
"""Seconds after which a class that does not come on is given up."""
PATIENCE = 30.0
"""Seconds for which a round waits for forecasts; one that is not there by then is late."""
WORKING = "data-working"


@dataclass(frozen=True)
class Served:
    """A server that runs, as its first lines say."""

    base: str
    key: str
    code: str


@contextmanager
def served(scenario: Path, tables: int) -> Iterator[Served]:
    """The classroom's server in a process of its own, with a store that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="entente-") as folder:
        command = [
            sys.executable, str(ROOT / "run.py"), "classroom", str(scenario), "--port", "0",
            "--tables", str(tables), "--store", str(Path(folder) / "sessions.sqlite"), "--quiet",
        ]  # fmt: skip
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=folder, env=environment()
        )
        try:
            yield _told(process)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


def _told(process: subprocess.Popen[str]) -> Served:
    assert process.stdout is not None
    lines = ""
    for line in process.stdout:
        lines += line
        if "Code:" in line:
            break
    patterns = (r"Students:\s+(\S+)", r"teacher#(\S+)", r"Code:\s+(\S+)")
    found = [re.search(pattern, lines) for pattern in patterns]
    if not all(found):
        raise SystemExit(f"the server did not start: {lines}")
    return Served(*(one[1] for one in found if one))


@dataclass
class Teacher:
    """One who opens and closes all tables at once, and looks at every table's forecast."""

    served: Served
    tables: int
    asked: list[tuple[str, Reply]] = field(default_factory=list)
    forecasts: list[float] = field(default_factory=list)
    late: int = 0

    def __post_init__(self) -> None:
        self.browser = Browser(self.served.base)
        self.browser.post("/teacher", {"key": self.served.key})

    def do(self, what: str) -> None:
        """Press a button for all tables."""
        reply = self.browser.post("/teacher/do", {"table": "all", "do": what})
        self.asked.append((f"{what} a round at all tables", reply))

    def console(self) -> str:
        """Look at the console."""
        reply = self.browser.get("/teacher")
        self.asked.append(("the console", reply))
        return reply.text

    def foresee(self) -> None:
        """Look at every table until its forecast is there, and note how long that took."""
        begun = time.perf_counter()
        waiting = set(range(1, self.tables + 1))
        while waiting and time.perf_counter() - begun < PATIENCE:
            for table in sorted(waiting):
                reply = self.browser.get(f"/teacher/table/{table}")
                self.asked.append(("a table with its forecast", reply))
                if WORKING not in reply.text:
                    waiting.discard(table)
                    self.forecasts.append(time.perf_counter() - begun)
            time.sleep(0.5)
        self.late += len(waiting)


def phases(console: str) -> set[str]:
    """The phases of the tables now."""
    return {
        seen.split()[1]
        for form in forms(console)
        if form.action == "/teacher/do" and form.first("table") not in ("", "all")
        if (seen := form.first("seen"))
    }


def play(options: argparse.Namespace) -> dict[str, Any]:
    """Play the rounds, and give back all times."""
    description = load_scenario(options.scenario).description
    with served(options.scenario, options.tables) as found:
        bots = bots_for_all_seats(found.base, found.code, description, options.tables, options.seed)
        failed: list[str] = []
        rehearsal = Rehearsal(
            bots, random.Random(options.seed), thinking=(0.2, options.thinking),
            at_once=options.at_once, failed=failed.append,
        )  # fmt: skip
        teacher = Teacher(found, options.tables)
        rehearsal.start()
        try:
            _until(lambda: teacher.console().count("Computed student") >= len(bots), failed)
            begun = time.perf_counter()
            for _ in range(options.rounds):
                _round(teacher, options.thinking, failed)
            seconds = time.perf_counter() - begun
        finally:
            rehearsal.stop()
    asked = [one for bot in bots for one in bot.asked] + teacher.asked
    return {"students": len(bots), "seconds": seconds, "forecasts": teacher.forecasts,
            "late": teacher.late, "pages": _by_kind(asked)}  # fmt: skip


def _round(teacher: Teacher, thinking: float, failed: list[str]) -> None:
    """One round of all tables: opened, foreseen while students choose, closed, answered."""
    teacher.do("open")
    teacher.console()
    looking = threading.Thread(target=teacher.foresee)
    looking.start()
    time.sleep(thinking + 1)
    looking.join(LONGEST)
    teacher.do("close")
    if "answering" in phases(teacher.console()):
        time.sleep(thinking + 0.5)
        if "answering" in phases(teacher.console()):
            teacher.do("close")
    _until(lambda: phases(teacher.console()) <= {"closed", "over"}, failed)


def _until(met: Any, failed: list[str]) -> None:
    begun = time.perf_counter()
    while not met():
        if failed or time.perf_counter() - begun > LONGEST:
            raise SystemExit("; ".join(failed) or "the class does not come on")
        time.sleep(0.5)


def _by_kind(asked: list[tuple[str, Reply]]) -> dict[str, dict[str, Any]]:
    """Seconds by what was asked for, as the server and as the client measured them."""
    found: dict[str, dict[str, Any]] = {}
    for what, reply in asked:
        row = found.setdefault(what, {"server": [], "client": [], "wrong": 0})
        row["wrong"] += reply.status >= 400
        row["server"].append(round(reply.server, 5))
        row["client"].append(round(reply.seconds, 5))
    return found


def summed(played: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    """What is kept of a play: few figures of many times."""
    pages = played["pages"]
    whole = {key: [s for row in pages.values() for s in row[key]] for key in ("server", "client")}
    return {
        "made": described(),
        "scenario": options.scenario.stem,
        "students": played["students"],
        "tables": options.tables,
        "rounds": options.rounds,
        "seconds": round(played["seconds"], 1),
        "forecasts_late": played["late"],
        "forecast_seconds": [round(seconds, 2) for seconds in played["forecasts"]],
        "rows": [
            {"page": name, "count": len(row["server"]), "wrong": row["wrong"],
             **{key: classroom_tables.quantiles(row[key]) for key in ("server", "client")}}
            for name, row in sorted(pages.items())
        ]
        + [
            {"page": classroom_tables.ALL, "count": len(whole["server"]),
             "wrong": sum(row["wrong"] for row in pages.values()),
             **{key: classroom_tables.quantiles(whole[key]) for key in whole}}
        ],
    }  # fmt: skip


def main() -> None:
    """Measure, print a table and, if asked, put the figures into a file."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.classroom",
                                     description=__doc__)  # fmt: skip
    parser.add_argument("--scenario", type=Path, default=SCENARIO)
    parser.add_argument("--tables", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--thinking", type=float, default=6.0,
                        help="most seconds from a changed page to what a student does")  # fmt: skip
    parser.add_argument("--at-once", type=int, default=8, help="requests at the same time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="file of figures to put them into")
    options = parser.parse_args()
    # The server must not outlive a script that is told to stop.
    signal.signal(signal.SIGTERM, lambda *told: sys.exit(143))
    part = summed(play(options), options)
    print(figures.machine(part["made"]))
    print(classroom_tables.table(part).plain())
    print("\n".join(classroom_tables.findings(part)))
    if options.json:
        figures.keep(options.json, "classroom", part)


if __name__ == "__main__":
    main()
