"""The document on soundness says what was measured."""

from __future__ import annotations

import hashlib
import json

import yaml

from sim.soundness.expected_signs import LISTS, signs
from sim.soundness.record import load
from tests.docs import soundness

MEMORY = ["hollow_plan", "kept_plan", "doubted_offer", "believed_offer"]
PUBLISHED = "2afc699c92716bdaa3b39cd2ef3236c2b69418462d706b7e7723f4e8380cf919"


def test_the_tables_are_those_of_the_record() -> None:
    text = soundness.DOCUMENT.read_text("utf-8")
    assert text == soundness.rewritten(text), "write: python -m tests.docs.soundness"


def test_the_record_holds_every_row_of_the_sign_table() -> None:
    rows = signs()
    *earlier, last = load(soundness.RECORD).values()
    for found, lists in [*((one, LISTS[:2]) for one in earlier), (last, LISTS)]:
        for of in lists:
            assert list(found["signs"][of]) == [one.name for one in rows if one.of == of]


def test_the_rows_are_as_they_were_published() -> None:
    # None is changed or taken out, whatever it turned out to say; a remark may be added.
    table = yaml.safe_load((soundness.RECORD.parent / "signs.yaml").read_text("utf-8"))
    assert list(table.pop("memory")) == MEMORY  # which came later
    assert {of: len(rows) for of, rows in table.items()} == {"handed": 12, "own": 29}
    for row in (row for rows in table.values() for row in rows.values()):
        row.pop("remark", None)
    text = json.dumps(table, sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest() == PUBLISHED
