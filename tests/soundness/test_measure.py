"""The measures together: what is measured of what, the record, and the verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.soundness import measure
from sim.soundness.measure import Form, measured, soundness_of
from sim.soundness.record import Record, keep, load, to_record
from sim.soundness.tables import compared, details, measures, summary
from tests.fixtures.scenarios import DUEL, QUIET, changed, scenario
from tests.soundness.test_edges import EDGY

TINY = Form(2, 4, 40, 4, 60, 1, 0)


def of(**worlds: Any) -> Record:
    return to_record(measured(tuple(worlds.values()), (), (), TINY))


def test_a_quiet_scenario_misses_nothing() -> None:
    found = of(quiet=scenario(QUIET))
    assert all(one.met is not False for one in measures(found))
    assert not found["edges"]["sample"]


def test_a_knife_edge_is_a_miss() -> None:
    found = to_record(measured((scenario(EDGY),), (), (), TINY._replace(edge_runs=200)))
    (factor,) = [one for one in measures(found) if "factor" in one.name]
    assert factor.met is False
    assert "salience of south on border" in factor.found


def test_a_base_is_measured_once_for_its_family() -> None:
    from dataclasses import replace

    base = scenario(DUEL)
    other = replace(scenario(changed(DUEL, actors__north__support=0.3), DUEL), id="other")
    found = of(base=base, other=other)
    assert list(found["rest"]) == ["sample"]
    assert set(found["edges"]) == {"sample", "other"}


def test_a_mapping_can_be_measured_and_signs_are_read_where_a_table_names_it() -> None:
    found = soundness_of(DUEL, runs=16)
    assert found.signs == ()
    assert found.form.runs == 16
    assert found.form.pairs == 8
    named = soundness_of("two-neighbours", runs=16)
    assert [one.sign.name for one in named.signs] == ["trade_follows_flag", "stronger_marches"]


@pytest.mark.parametrize("runs", [1, 1.5, "many"])
def test_wrong_runs(runs: Any) -> None:
    with pytest.raises(ScenarioError, match="runs"):
        soundness_of(DUEL, runs=runs)


def test_a_large_scenario_is_played_less_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "WORK", 4000)
    found = measured((scenario(EDGY),), (), (), TINY)
    assert found.cut == ("sample",)
    assert found.edges == {"sample": ()}
    assert to_record(found)["rest"]["sample"]["drifts"]


def test_a_record_is_kept_beside_others(tmp_path: Path) -> None:
    path = tmp_path / "measured.yaml"
    one = of(duel=scenario(DUEL))
    keep(one, path, "0.5")
    keep(of(quiet=scenario(QUIET)), path, "0.6")
    keep(one, path, "0.5")
    found = load(path)
    assert found["0.5"] == one
    assert list(found) == ["0.5", "0.6"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["measured.yaml"]
    table = compared(found)
    assert table.columns == ("measure", "0.5", "0.6", "bound", "verdict")
    assert len(table.rows) == len(summary(one).rows) == 8


def test_a_higher_estimate_that_is_less_sure_is_told() -> None:
    found = of(quiet=scenario(QUIET))
    edge = {"path": "actors.north.weights.security", "watch": "w"}
    found["edges"]["sample"] = [
        edge | {"factor": 2.5, "least": 2.0}, edge | {"factor": 4.2, "least": 1.5},
    ]  # fmt: skip
    said = measures(found)[-1]
    assert said.found == (
        "2.5, at least 2.0 (weight of north on security, sample); "
        "the highest estimate, less sure, is 4.2"
    )
    assert said.met
    assert said.verdict == "unclear"


def test_tables_without_rows_are_left_out() -> None:
    found = of(quiet=scenario(QUIET))
    assert [table.title for table in details(found, {})] == [
        "Drift at rest", "Pledges and issues in ordinary times",
        "Conflict at rest over 100 rounds",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("size", "least", "met", "verdict"),
    [
        (0.009, 0.006, True, "met"),
        (0.012, 0.008, True, "unclear"),
        (0.015, 0.012, False, "missed"),
    ],
)
def test_an_estimate_beyond_its_bound_is_not_called_met(
    size: float, least: float, met: bool, verdict: str
) -> None:
    found = of(quiet=scenario(QUIET))
    drift = {"of": "support of north", "start": 0.5, "end": 0.5 + size}
    found["rest"]["sample"]["drifts"] = [drift | {"size": size, "least": least}]
    (said,) = [one for one in measures(found) if one.name == "largest drift in 16 rounds"]
    assert (said.met, said.verdict) == (met, verdict)
