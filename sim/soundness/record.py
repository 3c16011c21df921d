"""What was measured as plain data: what tables are made of, and what the documents keep."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from sim.simulation.block import package_version
from sim.soundness.cells import KINDS, Cell
from sim.soundness.edges import SHOWN
from sim.soundness.measure import Soundness
from sim.soundness.rest import BUILT, Drift

Record = dict[str, Any]
_HEAD = "# Made by python -m sim.soundness --out; read docs/soundness.md. Do not edit.\n"


def record(found: Soundness) -> Record:
    """Everything worth keeping of a measurement.

    Parameters
    ----------
    found : Soundness

    Returns
    -------
    dict
        ``form``; ``signs`` by list and row; ``cells`` of files and of scenarios without
        history, with those that are wrong; ``rest`` and ``edges`` by scenario; ``memory``:
        broken pacts, governments and leaders who meet years on.
    """
    drawn = {one.id for one in found.without_history}
    return {
        "form": found.form._asdict(),
        "signs": {
            of: {
                one.sign.name: {
                    "before": _short(one.before),
                    "after": _short(one.after),
                    "error": _short(one.error),
                    "hit": one.hit,
                    "right": one.right,
                    "draws": None if one.draws is None else _short(one.draws),
                }
                for one in found.signs
                if one.sign.of == of
            }
            for of in dict.fromkeys(one.sign.of for one in found.signs)
        },
        "cells": {
            where: _cells(
                *(
                    [one for one in cells if (one.scenario in drawn) is of_drawn]
                    for cells in (found.cells, found.interests)
                )
            )
            for where, of_drawn in (("files", False), ("generated", True))
        },
        "rest": {
            one.scenario.id: {
                "drifts": _drifts(one.drifts, SHOWN),
                **{
                    kind: _drifts([drift for drift in one.built if drift.phrase.kind == kind], 5)
                    for kind in BUILT
                },
                "shares": [
                    {
                        "pair": " and ".join(share.pair),
                        "windows": [_short(window) for window in share.windows],
                        "growing": [_short(window) for window in share.growing],
                        "size": _short(share.size) if share.judged else None,
                        "least": _short(share.least) if share.judged else None,
                    }
                    for share in one.shares
                ],
            }
            for one in found.rests
        },
        "edges": {
            name: [
                {
                    "path": edge.path,
                    "value": edge.value,
                    "moved": _short(edge.moved),
                    "watch": edge.watch,
                    "runs": edge.runs,
                    "before": edge.before,
                    "after": edge.after,
                    "factor": _short(edge.factor),
                    "least": _short(edge.least),
                }
                for edge in edges[:SHOWN]
            ]
            for name, edges in found.edges.items()
        },
        "memory": {
            "breaches": {
                one.scenario: {
                    "kept": _short(one.kept),
                    "broken": _short(one.broken),
                    "error": _short(one.error),
                    "falls": one.falls,
                }
                for one in found.breaches
            },
            "governments": {
                one.actor: {
                    "followed": one.governments,
                    "lasted": _short(one.share),
                    "thirds": [_short(third) for third in one.thirds],
                }
                for one in found.survivals
            },
            "later": None
            if found.later is None
            else {
                "pair": " and ".join(found.later.pair),
                "same": _short(found.later.same),
                "met": _short(found.later.met),
            },
        },
    }


def _drifts(drifts: Sequence[Drift], shown: int) -> list[Record]:
    """The largest."""
    return [
        {
            "of": str(drift.phrase),
            "start": _short(drift.start),
            "end": _short(drift.end),
            "size": _short(drift.size),
            "least": _short(drift.least),
        }
        for drift in sorted(drifts, key=lambda drift: -drift.size)[:shown]
    ]


def _cells(cells: list[Cell], interests: list[Cell]) -> Record:
    kinds = {
        kind: {
            moved: [sum(one.right for one in here), len(here)]
            for moved in ("affinity", "tension")
            if (here := [one for one in cells if one.kind == kind and one.moved == moved])
        }
        for kind in KINDS
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
    """Put a record under a name in a file that keeps several, whole or not at all.

    Raises
    ------
    OSError
        Where the file cannot be written.
    """
    records: Mapping[str, Record] = {**load(path), name: found}
    text = _HEAD + yaml.safe_dump(records, sort_keys=False, width=100, default_flow_style=None)
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _short(value: float, digits: int = 4) -> float:
    return float(f"{value:.{digits}g}")
