"""The documents of the two formats say what the program accepts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.scenario.loading import load_scenario
from tests.docs import tables
from tests.docs.markdown import blocks, shown


@pytest.mark.parametrize(
    "document", [tables.DOCUMENT, tables.PROPOSITIONS, tables.SCORING], ids=shown
)
def test_the_tables_are_those_of_the_types(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    anew = tables.rewritten(text, document)
    assert text == anew, "write them anew with: python -m tests.docs.tables"


def test_every_part_has_its_table() -> None:
    text = tables.DOCUMENT.read_text(encoding="utf-8")
    found = set(re.findall(r"<!-- table: (\w+) -->", text))
    assert found == {*tables.parts(), *tables.SPECIAL}
    text = tables.PROPOSITIONS.read_text(encoding="utf-8")
    found = set(re.findall(r"<!-- table: (\w+) -->", text))
    assert found == {"Proposition", "Measured", "Order"}
    text = tables.SCORING.read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- table: (\w+) -->", text)) == {"Stated", "Question"}


def test_the_message_shown_is_the_one_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = blocks(tables.DOCUMENT)
    monkeypatch.chdir(tmp_path)
    Path("scenarios").mkdir()
    for block in found[:2]:
        (Path("scenarios") / str(block.name)).write_text(block.text, encoding="utf-8")
    path = Path("scenarios/strait.yaml")
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("position: 20, salience", "position: 20, salence"), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    message = next(block.text for block in found if block.text.startswith("2 faults found"))
    assert str(caught.value) == message.rstrip("\n")
