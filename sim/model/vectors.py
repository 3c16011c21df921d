"""The language in which a round is written: records of numbers, each number a vector of runs.

The text of the model (the sections of ``docs/model.md``, in this folder) is written once. It is
flat loops over index tables; a number in it stands for the same number in several runs, its
*lanes*. Compiled, a number is a vector of :data:`LANES` doubles (:mod:`sim.model.lowering` is the
only file that knows how); uncompiled, it is a NumPy array of as many runs as there are. Both give
the same bits, since nothing here but ``+ - * /``, square roots, comparisons and whole steps of
the exponent touches a number: these are rounded alike on every processor.

The rules of the text, so that it can be compiled:

- A *section* takes records and whole numbers, and gives nothing. A *helper* takes and gives
  anything, and is written into whoever calls it.
- Loops are ``for i in range(...)``; an ``if`` asks whole numbers, or ``any_lane(mask)``.
  Of whole numbers there is ``min`` and ``max``, too, of two.
- ``record.field[i]`` reads and writes one number, or reads one of a table that stays as it is.
- ``select``, ``minimum``, ``maximum`` and masks (``&``, ``|``, ``~``) take the place of an ``if``
  on the numbers of runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, Self, TypeVar, get_type_hints

import numpy as np
import numpy.typing as npt
from numpy.random import Generator, Philox

LANES = 16
"""Runs to a vector, where the text is compiled."""

Vector = npt.NDArray[np.float64]
"""One number in each lane."""
Mask = npt.NDArray[np.bool_]
"""Yes or no in each lane."""


class Rows:
    """A table of numbers, one a row; read a row, or write one."""

    def __init__(self, array: npt.NDArray[np.float64]) -> None:
        self.array = array

    def __getitem__(self, row: int) -> Vector:
        # A copy: compiled, what was read does not change when the row is written.
        return self.array[row].copy()

    def __setitem__(self, row: int, number: Vector | float) -> None:
        self.array[row] = number

    def __len__(self) -> int:
        return len(self.array)


class Room(Rows):
    """All rows of a workspace, of which others are cut: only it may overlap other tables."""


class Index:
    """A table of whole numbers below 2^31."""

    kind: type[np.signedinteger[Any]] = np.int32

    def __init__(self, values: npt.ArrayLike) -> None:
        self.array = np.ascontiguousarray(values, dtype=self.kind).reshape(-1)

    @cached_property
    def _list(self) -> list[int]:
        return self.array.tolist()

    def __getitem__(self, place: int) -> int:
        return self._list[place]

    def write(self, values: npt.ArrayLike) -> None:
        """Put other numbers in their place, between calls of the text."""
        self.array[:] = values
        self._list = self.array.tolist()

    def __len__(self) -> int:
        return len(self.array)


class Words(Index):
    """A table of whole numbers of 64 bits."""

    kind = np.int64


class Numbers:
    """A table of numbers that are the same in every run."""

    def __init__(self, values: npt.ArrayLike) -> None:
        self.array = np.ascontiguousarray(values, dtype=np.float64).reshape(-1)

    def __getitem__(self, place: int) -> float:
        return float(self.array[place])

    def __len__(self) -> int:
        return len(self.array)


class Flat:
    """Numbers of many runs outside of the record, run beside run: float64, float32, int16, int8.

    ``fetch`` and ``put`` read and write as many of them as there are lanes.
    """

    kind: type[np.generic] = np.float64

    def __init__(self, array: npt.NDArray[Any]) -> None:
        if array.size and not (array.flags.c_contiguous and array.dtype == self.kind):
            raise ValueError(f"it must be {self.kind.__name__}, and lie in one piece")
        self.array = array.reshape(-1)


class Singles(Flat):
    """Of float32."""

    kind = np.float32


class Shorts(Flat):
    """Of int16."""

    kind = np.int16


class Bytes(Flat):
    """Of int8."""

    kind = np.int8


Field = Rows | Index | Numbers | Flat | int


class Record:
    """Named tables and whole numbers: what sections read and write.

    A class derived from it annotates its fields as ``Rows``, ``Room``, ``Index``, ``Words``,
    ``Numbers``, ``Flat``, ``Singles``, ``Shorts``, ``Bytes`` or ``int``. Compiled, it is an array
    of 64-bit words, one for each field in the order of :meth:`fields`: the address of its first
    number, or the whole number itself. No two tables of rows or runs may overlap, but for a
    ``Room``: compiled, to write one leaves what was read of another as it was.
    """

    lanes: int
    _kept: object

    def __init__(self, lanes: int, values: Mapping[str, Field]) -> None:
        self.lanes = lanes
        kinds = self.fields()
        if values.keys() != kinds.keys():
            odd = sorted(values.keys() ^ kinds.keys())
            raise ValueError(f"missing or unknown fields: {', '.join(odd)}")
        words = np.empty(len(kinds), dtype=np.int64)
        for place, (name, kind) in enumerate(kinds.items()):
            value = values[name]
            if not isinstance(value, kind):
                raise TypeError(f"{name} is {type(value).__name__}, not {kind.__name__}")
            if isinstance(value, Rows) and value.array.size:
                _check_rows(name, value.array, lanes)
            setattr(self, name, value)
            words[place] = value if isinstance(value, int) else value.array.ctypes.data
        _check_apart({n: v for n, v in values.items() if kinds[n] is not Room})
        self.words = words
        self.address = words.ctypes.data

    @classmethod
    def of_words(cls, lanes: int, words: npt.NDArray[np.int64], kept: object) -> Self:
        """A record for compiled sections alone: its words, and what must live as long as these."""
        found = cls.__new__(cls)
        found.lanes, found.words, found.address = lanes, words, words.ctypes.data
        found._kept = kept
        return found

    @classmethod
    @cache
    def fields(cls) -> dict[str, type]:
        """The kind of each field, those of base classes first, each class in its own order."""
        hints = get_type_hints(cls).items()
        return {name: kind for name, kind in hints if name != "lanes" and name[0] != "_"}


def _check_rows(name: str, array: npt.NDArray[Any], lanes: int) -> None:
    whole = array.flags.c_contiguous and array.dtype == np.float64
    if not whole or array.shape[1:] != (lanes,):
        raise ValueError(f"rows of {name} must be float64, of {lanes} lanes, and lie in one piece")


def _check_apart(values: Mapping[str, Field]) -> None:
    tables = ((n, v.array) for n, v in values.items() if isinstance(v, Rows | Flat))
    spans = sorted((a.ctypes.data, a.ctypes.data + a.nbytes, n) for n, a in tables if a.size)
    for (_, stop, name), (start, _, other) in pairwise(spans):
        if start < stop:
            raise ValueError(f"{name} and {other} overlap, and neither is a Room")


_Text = TypeVar("_Text", bound=Callable[..., Any])

SECTIONS: dict[str, Callable[..., None]] = {}
"""By name, what can be called from outside when it is compiled."""
SYMBOL = "entente_"
"""What the name of a section begins with in object code."""
HELPERS: list[Callable[..., Any]] = []
"""What is written into its callers."""


def section(text: _Text) -> _Text:
    """Mark a function over records (annotated) and whole numbers as one that is compiled."""
    if text.__name__ in SECTIONS:
        raise ValueError(f"two sections are called {text.__name__}")
    SECTIONS[text.__name__] = text
    return text


def helper(text: _Text) -> _Text:
    """Mark a function that sections, and other helpers, call."""
    HELPERS.append(text)
    return text


def arguments(section: Callable[..., None]) -> list[type]:
    """What a section takes: classes of records, and int."""
    # A class may be imported for the checker of types alone: any record's name is known here.
    hints = get_type_hints(section, localns=_records(Record))
    return [kind for name, kind in hints.items() if name != "return"]


def _records(kind: type[Record]) -> dict[str, type[Record]]:
    found = {kind.__name__: kind}
    for derived in kind.__subclasses__():
        found |= _records(derived)
    return found


# What the text may do with numbers, as it is done uncompiled.


def select(mask: Mask, yes: Vector | float, no: Vector | float) -> Vector:
    """The one number where the mask says yes, else the other."""
    return np.where(mask, yes, no)


def minimum(a: Vector | float, b: Vector | float) -> Vector:
    """The smaller number: ``b`` unless ``a < b``, so that it is the same for nan and -0."""
    return np.where(np.less(a, b), a, b)


def maximum(a: Vector | float, b: Vector | float) -> Vector:
    """The larger number: ``b`` unless ``a > b``."""
    return np.where(np.greater(a, b), a, b)


def absolute(a: Vector) -> Vector:
    """The number without its sign."""
    return np.abs(a)


def square_root(a: Vector) -> Vector:
    """The square root."""
    return np.sqrt(a)


def nearest(a: Vector) -> Vector:
    """The nearest whole number, the even one of two."""
    return np.rint(a)


def below(a: Vector) -> Vector:
    """The next number toward 0 of a positive number."""
    return np.nextafter(a, 0)


def power_of_two(a: Vector) -> Vector:
    """2 to the power of a whole number from -1022 to 1023, exactly; 0 of -1023."""
    power = np.where(np.less(np.abs(a), 1024), a, 0).astype(np.int64)
    return np.where(power < -1022, 0.0, np.ldexp(1.0, power))


def exponent(a: Vector) -> Vector:
    """The power of two of a positive normal number: that e with ``1 <= a / 2**e < 2``."""
    return (np.frexp(a)[1] - 1).astype(np.float64)


def finite(a: Vector) -> Mask:
    """Where it is a number, and not nan or without end."""
    return np.isfinite(a)


def number(mask: Mask) -> Vector:
    """1 where the mask says yes, else 0."""
    return np.asarray(mask).astype(np.float64)


def any_lane(mask: Mask) -> bool:
    """Whether the mask says yes in any lane: a plain bool, for an ``if``."""
    return bool(np.any(mask))


def fetch(table: Flat, place: int, record: Record) -> Vector:
    """As many numbers from a place on as the record has lanes."""
    return table.array[place : place + record.lanes].astype(np.float64)


def put(table: Flat, place: int, number: Vector, record: Record) -> None:
    """Write as many numbers from a place on as the record has lanes, cut to the table's type."""
    table.array[place : place + record.lanes] = number


def accumulate(table: Flat, place: int, number: Vector, record: Record) -> None:
    """Add the numbers of all lanes to one sum outside, :data:`LANES` of them at a time.

    Of these the one half is added to the other, and so on: however many lanes a record has, the
    sum is the same to the last bit.
    """
    each = np.broadcast_to(number, record.lanes).reshape(-1, LANES)
    while each.shape[1] > 1:
        half = each.shape[1] // 2
        each = each[:, :half] + each[:, half:]
    terms = np.append(table.array[place], each)
    table.array[place] = np.add.accumulate(terms)[-1]


def uniforms(low: int, high: int, first: int, round: int, record: Record) -> Vector:
    """Uniform draws on [0, 1) of the runs from ``first`` on, a multiple of 4, one each lane.

    Philox (Salmon et al. 2011), four draws to a count: run r has word ``r % 4`` of the block
    that the counter ``(r // 4 + 1, round, 0, 0)`` gives under the key ``(low, high)``, two words
    of 64 bits handed over as signed numbers; of its 53 upper bits. As NumPy's generator has it.
    """
    key = np.array([low, high], dtype=np.int64).view(np.uint64)
    counter = np.array([first // 4, round, 0, 0], dtype=np.uint64)
    return Generator(Philox(key=key, counter=counter)).random(record.lanes)


def lane_of(first: int, wanted: int, number: Vector) -> Vector:
    """In every lane, the number of run ``wanted`` among the lanes that begin with ``first``."""
    return np.full_like(number, number[wanted - first])
