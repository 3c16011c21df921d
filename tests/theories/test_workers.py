"""Theories travel to other processes, also those whose code only this process has read."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.errors import SimError
from sim.simulation.executors.processes import Processes
from sim.theories.seating import seated
from tests.fixtures.shipped import loaded
from tests.theories.test_protocol import VALLEY

CODE = """
import numpy as np

FEW = 3


def rule(view):
    return np.where(view.open.any(axis=0) & (view.draw < 0.3), view.open.argmax(axis=0), -1)


class Grudge:
    def choose(self, view):
        memory = view.around.memory
        count = memory.get("crossed", np.zeros(len(view.draw)))
        memory["crossed"] = count + view.around.acts(view.target, view.actor, "words").accepted
        return np.where(view.open.any(axis=0) & (count >= FEW), view.open.argmax(axis=0), -1)

    def answer(self, proposal):
        return proposal.chance > 0.5
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("theories") / "mine.py"
    made.write_text(CODE, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def crew() -> Iterator[Processes]:
    with Processes(2) as found:
        yield found


def test_a_theory_from_a_file_plays_the_same_in_other_processes(
    file: Path, crew: Processes
) -> None:
    theories = {"north": f"{file}:rule", "south": f"{file}:Grudge"}
    here = sim.run(loaded(VALLEY), runs=30, seed=3, theories=theories)
    there = sim.run(loaded(VALLEY), runs=30, seed=3, theories=theories, workers=crew)
    assert np.array_equal(here["choice"], there["choice"])
    assert not np.array_equal(here["choice"], sim.run(loaded(VALLEY), runs=30, seed=3)["choice"])


def test_it_travels_to_a_process_that_knows_nothing_of_the_file(file: Path) -> None:
    parcel = pickle.dumps(seated({"north": f"{file}:rule"}, ["north", "south"]))
    code = "import pickle, sys; print(pickle.loads(sys.stdin.buffer.read()).used['north'].name)"
    done = subprocess.run([sys.executable, "-c", code], input=parcel, capture_output=True)
    assert (done.stdout.decode().strip(), done.stderr.decode()) == ("mine.py:rule", "")


def test_what_cannot_travel_is_said(crew: Processes) -> None:
    with pytest.raises(SimError, match="cannot be sent to workers"):
        sim.run(loaded(VALLEY), runs=30, theories=lambda view: -view.open[0], workers=crew)
