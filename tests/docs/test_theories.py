"""The document on theories has the figures that the theories come to."""

from __future__ import annotations

from typing import Any

import numpy as np

import sim
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


def test_the_page_says_which_sources_were_not_read() -> None:
    text = theories.DOCUMENT.read_text("utf-8").split("## Sources")[1]
    sources = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(sources) == 9
    assert all("checked" in line for line in sources)


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
