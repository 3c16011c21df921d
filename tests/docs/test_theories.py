"""The document on theories has the figures that the theories come to."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np
import pytest

import sim
import sim.theories
from sim.model.candidates import friendliness
from sim.model.compiled import CompiledScenario
from sim.theories.registry import OWN
from tests.docs import conduct, theories, theories_played
from tests.fixtures.shipped import loaded
from tests.theories.published import needs_tables


@needs_tables
def test_the_tables_are_those_of_the_theories() -> None:
    text = theories.DOCUMENT.read_text("utf-8")
    assert text == theories.rewritten(text), "write: python -m tests.docs.theories"


_YEAR = re.compile(r"\([^()]*\b(?:1[89]|20)\d\d\b")
_SAID = re.compile(r"\b(?:[Cc]hecked|read)\b")
_HOUSEHOLD = {"from_file", "positions", "protocol", "registry", "seating"}
"""Modules beside the theories, which state none."""


def _all_said(sources: str) -> bool:
    """Whether after the last of some sources stands what of them was checked or read."""
    years = list(_YEAR.finditer(sources))
    return not years or bool(_SAID.search(sources, years[-1].end()))


def test_the_page_says_of_each_source_whether_it_was_read() -> None:
    text = theories.DOCUMENT.read_text("utf-8").split("## Sources")[1]
    sources = [line for line in text.splitlines() if line.startswith("- ")]
    assert sources
    assert [line for line in sources if not (_YEAR.search(line) and _all_said(line))] == []
    assert not _all_said("- Black, D. (1948). On the rationale of decisions of committees.")


@pytest.mark.parametrize(
    "name",
    [one.name for one in iter_modules(sim.theories.__path__) if one.name not in _HOUSEHOLD],
)
def test_a_theory_states_its_source_and_its_published_check(name: str) -> None:
    told = import_module(f"sim.theories.{name}").__doc__ or ""
    found = re.search(r"\nSource\n-+\n(.+?)\n\nPublished check\n-+\n(.+)", told, re.DOTALL)
    assert found, "it has no section on its source, or none on its published check"
    assert [text for text in found[1].split("\n\n") if not _all_said(text)] == []


def test_what_theories_bring_is_what_the_page_says() -> None:
    text = theories.DOCUMENT.read_text("utf-8").split("<!-- conduct -->")[1]
    valley = CompiledScenario(loaded("two-neighbours"))
    for theory in ("look_ahead", "reaction"):
        row = next(line for line in text.splitlines() if line.startswith(f"| `{theory}`"))
        assert row.split(" | ")[1] == conduct.gain(valley, theory, "north")


def test_the_tables_of_theories_that_play_are_those_that_were_recorded() -> None:
    text = theories.DOCUMENT.read_text("utf-8")
    assert text == theories.filled(text, theories.PLAYED), "write: python -m tests.docs.theories"
    for table in theories.PLAYED:
        assert f"<!-- theories: {table} -->" in text
    runs, seed, few = theories_played.RUNS, theories_played.SEED, theories_played.FEWER
    assert f"--set theory=median --runs {runs} --seed {seed}`" in text
    assert f"{few} runs of the same seed" in text


def test_theories_play_as_they_did_when_the_tables_were_written() -> None:
    recorded = theories_played.recorded()
    assert list(recorded["base"]) == list(OWN)
    assert theories_played.few() == recorded["few"], "write: python -m tests.docs.theories --play"


def test_the_first_example_does_what_its_words_say() -> None:
    text = theories.DOCUMENT.read_text("utf-8")
    names: dict[str, Any] = {}
    exec(text.split("```python\n")[1].split("```")[0], names)
    scenario = loaded("two-neighbours")
    tone = {name: friendliness(lever) for name, lever in scenario.description.levers.items()}
    data = sim.run(scenario, runs=100, seed=3, theories={"south": names["wary"]}).data
    levers = [str(name) for name in data["lever"].values]
    friendly, hostile = (
        [n for n, name in enumerate(levers) if sign * tone[name] > 0] for sign in (1, -1)
    )
    deeds = data.sel(direction="north to south", track="deeds")
    before = np.isin(deeds["choice"].values, hostile) & deeds["accepted"].values
    done = np.isin(data["choice"].sel(direction="south to north").values, friendly)
    assert before.any()
    assert done.any()
    assert not (done[:, 1:] & before[:, :-1, None]).any()  # run, round, track
