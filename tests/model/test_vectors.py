"""The language of the text: compiled, each number has the bits that NumPy gives it."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from numpy.random import Generator, Philox

from sim.model.native import Native, Sections
from sim.model.vectors import (
    LANES,
    Bytes,
    Field,
    Flat,
    Index,
    Numbers,
    Record,
    Room,
    Rows,
    Shorts,
    Singles,
    accumulate,
)
from tests.model import toy_text
from tests.model.toy_text import OPERATIONS, Toy

ROWS = 200
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 2.0**52 - 0.5, 2.0**53, np.nan, np.inf]
SPECIAL += [-np.inf, 5e-324, -5e-324, 2.2250738585072014e-308, 1e-310, 1.7976931348623157e308]


def toy_native() -> Native:
    return Native("tests.model.toy_text", "tests.model.toy_", [Path(toy_text.__file__)])


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Sections:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENTENTE_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("ENTENTE_COMPILED", raising=False)
        native = toy_native()
        sections = native.sections(wait=True)
    assert sections is not None, native.why_not()
    return sections


def toy(special: bool = False) -> Toy:
    """A record of drawn numbers: usual ones, or over all exponents with every special pair."""
    drawn = np.random.default_rng(1)
    count = ROWS * LANES
    scale = np.where(drawn.random((2, count)) < 0.5, 2.0, 200.0)
    numbers = drawn.normal(size=(2, count))
    if special:
        numbers *= 2.0 ** np.rint(drawn.normal(size=(2, count)) * scale)
        pairs = np.array([(a, b) for a in SPECIAL for b in SPECIAL]).T
        numbers[:, : pairs.shape[1]] = pairs
    whole = drawn.integers(-1022, 1023, size=(ROWS, LANES)).astype(float)
    room = numbers.reshape(2 * ROWS, LANES)
    values: dict[str, Field] = {
        "size": ROWS,
        "room": Room(room),
        "a": Rows(room[:ROWS]),
        "b": Rows(room[ROWS:]),
        "out": Rows(np.zeros((ROWS * OPERATIONS, LANES))),
        "order": Index(drawn.permutation(ROWS)),
        "fixed": Numbers(drawn.normal(size=ROWS)),
        "whole": Rows(whole),
        "doubles": Flat(np.full(64, 9.0)),
        "singles": Singles(np.full(64, 9.0, np.float32)),
        "shorts": Shorts(np.full(64, 9, np.int16)),
        "bytes_": Bytes(np.full(64, 9, np.int8)),
    }
    return Toy(LANES, values)


def bits(array: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
    # Which nan it is, is nobody's business.
    return np.where(np.isnan(array), np.nan, array).view(np.uint64)


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("operate", ()),
        ("gather", (1,)),
        ("gather", (4,)),
        ("draw", (16, 3)),
        ("keep", (21,)),
        ("overlap", ()),
        ("everything", (24,)),
    ],
)
def test_compiled_text_has_the_bits_of_the_uncompiled(
    compiled: Sections, name: str, numbers: tuple[int, ...]
) -> None:
    special = name == "operate"
    ours, theirs = toy(special), toy(special)
    with np.errstate(all="ignore"):
        getattr(toy_text, name)(theirs, *numbers)
    compiled[name](ours, *numbers)
    changed = bits(ours.out.array) != bits(theirs.out.array)
    assert not changed.any(), sorted({int(row) % OPERATIONS for row in np.nonzero(changed)[0]})
    for table in ("a", "b", "doubles", "singles", "shorts", "bytes_"):
        a, b = getattr(ours, table).array, getattr(theirs, table).array
        assert a.tobytes() == b.tobytes(), table
    assert np.unique(ours.out.array).size > 2


def test_draws_are_those_of_numpys_generator(compiled: Sections) -> None:
    record = toy()
    compiled["draw"](record, 2**33 + 8, 7)
    for row in (0, 3, ROWS - 1):
        key = np.array([record.order[row] * 77777, 5 - row], dtype=np.int64).view(np.uint64)
        counter = np.array([(2**33 + 8) // 4, 7, 0, 0], dtype=np.uint64)
        wanted = Generator(Philox(key=key, counter=counter)).random(LANES)
        assert record.out.array[row].tolist() == wanted.tolist()


def test_numbers_in_a_record_differ_by_lane_alone(compiled: Sections) -> None:
    # Lanes turned round give the same numbers turned round.
    straight, turned = toy(), toy()
    for table in ("a", "b", "whole"):
        getattr(turned, table).array[:] = getattr(straight, table).array[:, ::-1]
    compiled["gather"](straight, 2)
    compiled["gather"](turned, 2)
    # But for `any_lane`, which looks at all of them.
    assert (bits(straight.out.array[:1]) == bits(turned.out.array[:1, ::-1])).all()


def test_sums_over_runs_are_the_same_however_many_lanes_there_are() -> None:
    class Wide(Record):
        size: int

    drawn = np.random.default_rng(2)
    runs = drawn.normal(size=40 * LANES) * 2.0 ** drawn.integers(-20, 20, 40 * LANES)
    sums = [Flat(np.linspace(0, 1, 3)) for _ in range(4)]
    for table, width in zip(sums, (1, 2, 5, 40), strict=True):
        record = Wide(width * LANES, {"size": 0})
        for piece in runs.reshape(-1, width * LANES):
            accumulate(table, 1, piece, record)
    by_hand = 0.5
    for group in runs.reshape(-1, LANES):
        each = group.tolist()
        while len(each) > 1:
            half = len(each) // 2
            each = [one + other for one, other in zip(each[:half], each[half:], strict=True)]
        by_hand += each[0]
    for table in sums:
        assert table.array.tolist() == [0.0, by_hand, 1.0]


def test_a_section_takes_its_own_records_only(compiled: Sections) -> None:
    class Other(Record):
        size: int

    with pytest.raises(TypeError, match="a Toy is wanted, not a Other"):
        compiled["operate"](Other(LANES, {"size": 3}))
    with pytest.raises(TypeError, match="a int is wanted"):
        compiled["gather"](toy(), 1.0)


def test_tables_that_overlap_are_found() -> None:
    class Two(Record):
        one: Rows
        other: Rows

    room = np.zeros((5, LANES))
    Two(LANES, {"one": Rows(room[:3]), "other": Rows(room[3:])})
    with pytest.raises(ValueError, match="one and other overlap"):
        Two(LANES, {"one": Rows(room[:3]), "other": Rows(room[2:])})
    with pytest.raises(ValueError, match=f"of {LANES} lanes"):
        Two(LANES, {"one": Rows(room[:3, :4]), "other": Rows(room[3:])})


_DIGEST = """
import hashlib, sys
from tests.model.test_vectors import bits, toy, toy_native
native = toy_native()
sections = native.sections(wait=True)
assert sections, native.why_not()
record = toy()
sections["everything"](record, 24)
print(hashlib.sha256(bits(record.out.array).tobytes()).hexdigest())
"""


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="processors of one kind")
def test_older_processors_give_the_same_bits(tmp_path: Path) -> None:
    import llvmlite.binding as llvm

    digests = {}
    for cpu in ("", "haswell", "x86-64"):
        if cpu == "haswell" and not llvm.get_host_cpu_features().get("avx2"):
            continue
        told = {**os.environ, "ENTENTE_CACHE": str(tmp_path / cpu), "ENTENTE_COMPILED": "1"}
        told |= {"NUMBA_CPU_NAME": cpu} if cpu else {}
        asked = [sys.executable, "-c", _DIGEST]
        digests[cpu] = subprocess.run(asked, env=told, check=True, capture_output=True).stdout
    assert len(set(digests.values())) == 1, digests


@pytest.mark.parametrize(
    ("kind", "cpu"),
    [
        ("aarch64-unknown-linux-gnu", "generic"),
        ("aarch64-unknown-linux-gnu", "neoverse-n1"),
        ("arm64-apple-darwin", "apple-m1"),
        ("x86_64-unknown-linux-gnu", "x86-64"),
        ("x86_64-unknown-linux-gnu", "haswell"),
        ("x86_64-unknown-linux-gnu", "skylake-avx512"),
        ("x86_64-pc-windows-msvc", "haswell"),
    ],
)
def test_code_for_any_processor_fuses_nothing_and_asks_no_library(kind: str, cpu: str) -> None:
    import llvmlite.binding as llvm

    from sim.model.object_code import machine_of, module_of

    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine = machine_of(cpu, "", kind)
    code = machine.emit_assembly(module_of("tests.model.toy_text", machine))
    assert re.search(r"\b(v?mulpd|fmul)\b", code)
    assert not re.findall(r"\bv?f[n]?m(?:add|sub|la|ls)\w*", code)
    # By its name, or by its whole address in a register.
    called = re.findall(r"^\s+(?:bl|callq?)\s+_?([A-Za-z]\w+)", code, re.MULTILINE)
    called += re.findall(r"^\s+movabsq\s+\$_?([A-Za-z]\w+)", code, re.MULTILINE)
    assert "uniforms_of_lanes" in called
    # Filling a table with zeros is nobody's rounding.
    allowed = ("entente_", "uniforms_of", "memset", "bzero")
    assert not [name for name in called if not name.startswith(allowed)]
