"""What was measured as plain data: what tables are made of, and what the documents keep."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from sim.simulation.fingerprint import package_version
from sim.soundness.drift_at_rest import BUILT, Drift, Rest
from sim.soundness.measure import Soundness
from sim.soundness.neutral_cells import LEVER_KINDS, NeutralCell

Record = dict[str, Any]
_SHOWN = 10
"""Numbers and drifts of each scenario that are kept."""


def to_record(found: Soundness) -> Record:
    """Everything worth keeping of a measurement.

    ``form``; ``signs`` by list and row; ``cells`` of files and of scenarios without history, with
    those that are wrong; ``rest`` and ``edges`` by scenario; ``memory``: broken pacts,
    governments and leaders who meet years on.
    """
    drawn = {one.id for one in found.without_history}
    signs: dict[str, Record] = {}
    for one in found.signs:
        kept = _entry(one, "before", "after", "error", "hit", "right", "draws")
        signs.setdefault(one.sign.of, {})[one.sign.name] = kept
    every = (found.cells, found.interests)
    return {
        "form": found.form._asdict(),
        "signs": signs,
        "cells": {
            "files": _cells(*([c for c in cells if c.scenario not in drawn] for cells in every)),
            "generated": _cells(*([c for c in cells if c.scenario in drawn] for cells in every)),
        },
        "rest": {one.scenario.id: _rest(one) for one in found.rests},
        "edges": {
            name: [
                _entry(edge, "path", "value", "moved", "watch", "runs", "before", "after")
                | {"value": edge.value, **_entry(edge, "factor", "least")}
                for edge in edges[:_SHOWN]
            ]
            for name, edges in found.edges.items()
        },
        "memory": {
            "breaches": {
                one.scenario: _entry(one, "kept", "broken", "error", "falls")
                for one in found.breaches
            },
            "governments": {
                one.actor: _entry(one, "followed", "lasted", "thirds") for one in found.terms
            },
            "later": found.later
            and {"pair": " and ".join(found.later.pair), **_entry(found.later, "same", "met")},
        },
    }


def _entry(of: object, *names: str) -> Record:
    """Some attributes as plain values, numbers to four digits."""
    return {name: _plain(getattr(of, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _rest(one: Rest) -> Record:
    shares = []
    for share in one.shares:
        judged = _entry(share, "size", "least") if share.judged else {"size": None, "least": None}
        pair = {"pair": " and ".join(share.pair)}
        shares.append(pair | _entry(share, "windows", "growing") | judged)
    built = {kind: [drift for drift in one.built if drift.phrase.kind == kind] for kind in BUILT}
    return {
        "drifts": _drifts(one.drifts, _SHOWN),
        **{kind: _drifts(drifts, 5) for kind, drifts in built.items()},
        "shares": shares,
    }


def _drifts(drifts: Sequence[Drift], shown: int) -> list[Record]:
    """The largest."""
    largest = sorted(drifts, key=lambda drift: -drift.size)[:shown]
    return [
        {"of": str(drift.phrase), **_entry(drift, "start", "end", "size", "least")}
        for drift in largest
    ]


def _cells(cells: list[NeutralCell], interests: list[NeutralCell]) -> Record:
    kinds = {
        kind: {
            moved: [sum(one.right for one in here), len(here)]
            for moved in ("affinity", "tension")
            if (here := [one for one in cells if one.kind == kind and one.moved == moved])
        }
        for kind in LEVER_KINDS
    }
    wrong: dict[str, list[str]] = {}
    for one in cells:
        if not one.right:
            wrong.setdefault(one.scenario, []).append(f"{one.lever} ({one.kind}), {one.moved}")
    return {
        "right": sum(one.right for one in cells),
        "cells": len(cells),
        "interests": sum(one.right for one in interests),
        "kinds": {kind: found for kind, found in kinds.items() if found},
        "wrong": wrong,
    }


def version() -> str:
    """The name under which a record is kept: two numbers of the version, or ``today``."""
    found = re.match(r"\d+\.\d+", package_version())
    return found[0] if found else "today"


def load(path: Path) -> dict[str, Record]:
    """Records by version; none where there is no such file."""
    if not path.is_file():
        return {}
    found: dict[str, Record] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return found


def keep(found: Record, path: Path, name: str) -> None:
    """Put a record under a name in a file that keeps several, whole or not at all."""
    records: Mapping[str, Record] = {**load(path), name: found}
    write_yaml(records, path, "python -m sim.soundness --out; read docs/soundness.md")


def write_yaml(found: Mapping[str, Any], path: Path, made_by: str) -> None:
    """Write a record under a line that says what made it, whole or not at all."""
    text = yaml.safe_dump(dict(found), sort_keys=False, width=100, default_flow_style=None)
    part = path.with_suffix(".part")
    part.write_text(f"# Made by {made_by}. Do not edit.\n{text}", encoding="utf-8")
    part.replace(path)
