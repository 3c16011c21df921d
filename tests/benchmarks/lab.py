"""The lab measured: a knob let go in a real browser, forty visitors at once, links, a report.

``python -m tests.benchmarks.lab`` prints the table; ``--json FILE`` puts the figures into a file.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

from sim.lab.link import write
from sim.lab.variant import Change, Variant
from sim.scenario.shipped import scenarios
from tests.benchmarks import figures, lab_tables
from tests.benchmarks.classroom_tables import quantiles
from tests.benchmarks.machine import described, environment
from tests.fixtures.browser import Browser, GoneError, Reply
from tests.fixtures.browsing import ARGUMENTS, NAMES
from tests.fixtures.lab_hand import Hand, build_three
from tests.fixtures.paths import ROOT
from tests.fixtures.served_lab import ServedLab, served_lab

SCENARIO = "yamaguchi-2016"
COMMAND_REPEATS = 7
FINE = "2000"
_RELEASE = """(value) => new Promise((done) => {
  const page = document.getElementById("turn");
  const knob = document.querySelector("#knobs input[type=range]");
  const was = knob.value;
  knob.value = value;
  if (knob.value === was) { done(null); return; }
  knob.dispatchEvent(new Event("input", { bubbles: true }));
  const before = page.dataset.shownRevision, begun = performance.now();
  const seen = new MutationObserver(() => {
    if (page.dataset.shownRevision === before) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
  });
  seen.observe(page, { attributes: true });
  knob.dispatchEvent(new Event("change", { bubbles: true }));
})"""
"""Lets a slider go; gives the milliseconds until all fans are redrawn and the frame is painted.

Nothing where the slider stands there already.
"""


def turning(times: int) -> dict[str, Any]:
    """Seconds from a slider let go to all fans redrawn, in Chromium, and those of the command."""
    from playwright.sync_api import expect, sync_playwright

    rng = random.Random(1)
    found: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        served_lab(Path(folder), SCENARIO, "--port", 0) as lab,
        sync_playwright() as running,
    ):
        browser = running.chromium.launch(executable_path=_program(), args=ARGUMENTS)
        page = lab.page(browser)
        slider = page.locator("#knobs input[type=range]").first
        slider.wait_for()
        low, high = (float(slider.get_attribute(end) or 0) for end in ("min", "max"))
        settled = page.locator(f"#turn[data-shown='{FINE}']")
        expect(settled).to_be_visible(timeout=60_000)
        while len(found) < times:
            value = low + (high - low) * rng.random()
            taken = page.evaluate(_RELEASE, f"{value:.4g}")
            if taken is not None:  # else it stood there already
                found.append(taken / 1000)
            expect(settled).to_be_visible(timeout=60_000)
        charts = page.locator("#fans svg").count()
        browser.close()
    command = [_command(Path(ROOT)) for _ in range(COMMAND_REPEATS)]
    return {
        "seconds": [round(one, 4) for one in found],
        "charts": charts,
        "command_seconds": [round(one, 3) for one in command],
    }


def _program() -> str:
    return next(path for name in NAMES if (path := shutil.which(name)))


def _command(root: Path) -> float:
    """Seconds of ``run.py run --runs 200``, from its start to its end."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(root / "run.py"), "run", SCENARIO, "--runs", "200",
                   "--out", f"{folder}/out"]  # fmt: skip
        begun = time.perf_counter()
        subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True)
        return time.perf_counter() - begun


class Visitor:
    """One who moves knobs at random, as the page does it.

    After each move the finer fans are asked for; the next move does not wait for them, and puts
    them out where they have not come.
    """

    def __init__(self, lab: ServedLab, nth: int, thinking: float) -> None:
        self.browser = Browser(lab.base)
        self._rng, self._thinking = random.Random(nth), thinking
        self.coarse: list[Reply] = []
        self.fine: list[Reply] = []
        assert self.browser.post("/enter", {"key": lab.code, "then": "/"}).status == 303
        fields = {"scenario": SCENARIO, "then": "/turn"}
        assert self.browser.post("/bench/open", fields).status == 303
        told = json.loads(self.browser.get("/turn/knobs").text)
        self._knobs = [one for one in told["knobs"] if one["kind"] == "number"]
        self._base = json.loads(self.browser.get("/turn/fans").text)["base"]
        self._following = Browser(lab.base)
        self._following.cookies = self.browser.cookies

    def play(self, until: float) -> None:
        """Go on until a time of the steady clock."""
        with ThreadPoolExecutor(4) as pool:
            while time.monotonic() < until:
                time.sleep(self._rng.uniform(0.2, self._thinking))
                knob = self._rng.choice(self._knobs)
                value = self._rng.uniform(knob["low"], knob["high"])
                fields = {"do": "set", "path": knob["path"], "value": f"{value:.4g}"}
                self.coarse.append(self.browser.post("/turn/move", {**fields, "base": self._base}))
                pool.submit(self._follow)

    def _follow(self) -> None:
        with suppress(GoneError):  # it did not come in time: the page would have gone on, too
            self.fine.append(self._following.get(f"/turn/fans?runs={FINE}&base={self._base}"))


def visiting(visitors: int, seconds: float, thinking: float) -> dict[str, Any]:
    """Visitors who move knobs at once: times of the server's own, and its memory."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served_lab(Path(folder), SCENARIO, "--host", "0.0.0.0", "--port", 0) as lab,
    ):
        class_ = [Visitor(lab, nth, thinking) for nth in range(visitors)]
        before = _memory(lab.process.pid, "VmRSS")
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=one.play, args=(until,)) for one in class_]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        after, most = (_memory(lab.process.pid, what) for what in ("VmRSS", "VmHWM"))
    fine = [one for seen in class_ for one in seen.fine if '"superseded":' not in one.text]
    return {
        "visitors": visitors,
        "seconds": seconds,
        "thinking": thinking,
        "moves": [len(one.coarse) for one in class_],
        "slowest_median": round(max(median(_seconds(one.coarse)) for one in class_), 4),
        "coarse": quantiles([one.server for seen in class_ for one in seen.coarse]),
        "coarse_client": quantiles([s for seen in class_ for s in _seconds(seen.coarse)]),
        "fine": quantiles([one.server for one in fine]),
        "fine_shown": len(fine),
        "wrong": sum(one.status != 200 for seen in class_ for one in (*seen.coarse, *seen.fine)),
        "memory_bytes": {"before": before, "after": after, "most": most},
    }


def _seconds(replies: list[Reply]) -> list[float]:
    return [one.seconds for one in replies]


def _memory(process: int, what: str) -> int:
    """Bytes that a process holds, or held at most."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0
    line = next(one for one in status.read_text("ascii").splitlines() if one.startswith(what))
    return 1024 * int(line.split()[1])


def building() -> int:
    """Clicks, fields and choices from the first page to a valid own scenario that is played."""
    from playwright.sync_api import expect, sync_playwright

    with (
        tempfile.TemporaryDirectory() as folder,
        served_lab(Path(folder), "--port", 0) as lab,
        sync_playwright() as running,
    ):
        browser = running.chromium.launch(executable_path=_program(), args=ARGUMENTS)
        hand = Hand(lab.page(browser))
        build_three(hand)
        expect(hand.page.get_by_text("None: it can be run.")).to_be_visible()
        hand.click(hand.button("Turn it"))
        expect(hand.page.locator("#fans svg").first).to_be_visible(timeout=60_000)
        browser.close()
    return hand.actions


def links() -> dict[str, int]:
    """Characters of the whole address with five changes of the longest paths, by scenario."""
    found = {}
    for path in scenarios(shelves=False):
        numbers = Variant(path).base_scenario().parameters
        longest = sorted(numbers, key=len)[-5:]
        changes = (Change(one, f"{numbers[one].value * 0.97 + 1.23e-3:.4g}") for one in longest)
        text = write(Variant(path, tuple(changes), "what if it were different"))
        found[path.stem] = len(f"http://192.168.100.100:12345/open#{text}")
    return found


def explorable() -> dict[str, float]:
    """Bytes of an explorable report of three knobs, and seconds to write it."""
    knobs = list(Variant(Path(SCENARIO)).base_scenario().description.knobs.items())[:3]
    words = [word for path, one in knobs for word in ("--knob", f"{path}={one.low}:{one.high}:5")]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(ROOT / "run.py"), "explorable", SCENARIO, *words,
                   "--out", f"{folder}/out", "--quiet"]  # fmt: skip
        begun = time.perf_counter()
        subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True)
        seconds = time.perf_counter() - begun
        size = Path(folder, "out", "report.html").stat().st_size
        return {"bytes": size, "seconds": round(seconds, 1), "places": 5 ** len(knobs)}


def main() -> None:
    """Measure, print a table and, if asked, put the figures into a file."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.lab", description=__doc__)
    parser.add_argument("--moves", type=int, default=50, help="sliders let go in the browser")
    parser.add_argument("--visitors", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=60.0, help="for which they move knobs")
    parser.add_argument("--thinking", type=float, nargs="+", default=[10.0, 20.0],
                        help="most seconds between moves of one, for each class")  # fmt: skip
    parser.add_argument("--json", type=Path, help="file of figures to put them into")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *told: sys.exit(143))
    part: figures.Part = {
        "made": described(),
        "scenario": SCENARIO,
        "turning": turning(options.moves),
        "visiting": [
            visiting(options.visitors, options.seconds, thinking) for thinking in options.thinking
        ],
        "actions": building(),
        "links": links(),
        "explorable": explorable(),
    }
    print(figures.machine(part["made"]))
    print(lab_tables.table(part).plain())
    print("\n".join(lab_tables.findings(part)))
    if options.json:
        figures.keep(options.json, "lab", part)


if __name__ == "__main__":
    main()
