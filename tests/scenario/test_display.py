"""A scenario shows its numbers with their sources, as a table and in a notebook's cell."""

from __future__ import annotations

from pathlib import Path

from sim.scenario.loading import load_scenario
from tests.cli.conftest import put_world
from tests.fixtures.bonds_file import bound


def test_the_table_has_every_number_with_its_origin(tmp_path: Path) -> None:
    put_world(tmp_path)
    scenario = load_scenario(tmp_path / "world.yaml", {"actors.north.power": 2})
    frame = scenario.to_dataframe().set_index("path")
    assert list(frame.index) == list(scenario.parameters)
    assert frame.loc["actors.north.power", "value"] == 2
    assert frame.loc["actors.north.power", "why"] == "set by hand"
    cited = {id for one in scenario.parameters.values() for id in one.source}
    assert cited == {id for text in frame["source"] for id in text.split(", ") if id}
    assert not frame["stated"].all()


def test_the_display_is_small_and_escaped(tmp_path: Path) -> None:
    put_world(tmp_path)
    shown = load_scenario(tmp_path / "world.yaml", {"title": "A <b> & B"})._repr_html_()
    assert "A &lt;b&gt; &amp; B" in shown
    assert "title = A" in shown
    assert len(shown) < 5000


def test_what_can_be_in_force_is_named_where_there_is_any(tmp_path: Path) -> None:
    put_world(tmp_path)
    assert "Arrangements" not in load_scenario(tmp_path / "world.yaml")._repr_html_()
    assert "the peace, the embargo, the club" in bound(tmp_path)._repr_html_()
