"""The language of :mod:`sim.model.vectors` as Numba compiles it: a number is a vector of runs.

Here are the types, records and tables, in :mod:`sim.model.instructions` what is done to numbers,
in :mod:`sim.model.object_code` the whole of a unit. Only a process that compiles imports them
(:mod:`sim.model.native` starts it, and loads what it made without Numba).

A record is the address of its words. A field is a word that never changes while a section runs;
tables of different fields are known not to overlap. Nothing here lets LLVM change how a number
is rounded: there is no fast-math and no fused multiply-add.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import types
from numba.core.datamodel import models
from numba.core.typing.templates import (
    AbstractTemplate,
    AttributeTemplate,
    infer_getattr,
    infer_global,
    signature,
)
from numba.extending import (
    lower_builtin,
    lower_cast,
    lower_getattr_generic,
    register_model,
)

from sim.model import vectors
from sim.model.vectors import LANES, Record

DOUBLE = ir.DoubleType()
WORD = ir.IntType(64)
SHORT_WORD = ir.IntType(32)
NUMBERS = ir.VectorType(DOUBLE, LANES)
BITS = ir.VectorType(WORD, LANES)
MASKS = ir.VectorType(ir.IntType(1), LANES)
_ELEMENTS: dict[type, ir.Type] = {
    vectors.Flat: DOUBLE,
    vectors.Singles: ir.FloatType(),
    vectors.Shorts: ir.IntType(16),
    vectors.Bytes: ir.IntType(8),
}

# The types.


class NumberType(types.Type):
    """A vector of numbers; a single one becomes it, the same in every lane."""

    def __init__(self) -> None:
        super().__init__(name="Vector")

    def unify(self, typingctx: Any, other: types.Type) -> types.Type | None:
        """What a variable is that is sometimes this and sometimes the other."""
        return self if isinstance(other, types.Number | types.Boolean) else None


class MaskType(types.Type):
    """A vector of yes and no."""

    def __init__(self) -> None:
        super().__init__(name="Mask")

    def unify(self, typingctx: Any, other: types.Type) -> types.Type | None:
        """What a variable is that is sometimes this and sometimes the other."""
        return self if isinstance(other, types.Boolean) else None


class RecordType(types.Type):
    """A record of one class."""

    def __init__(self, record: type[Record]) -> None:
        self.record = record
        self.words = {
            name: (place, kind) for place, (name, kind) in enumerate(record.fields().items())
        }
        super().__init__(name=f"{record.__module__}.{record.__qualname__}")


def record_type(record: type[Record]) -> types.Type:
    """Numba's type of the records of a class."""
    return RecordType(record)


class TableType(types.Type):
    """A table of one kind, that of one field of a record."""

    def __init__(self, kind: type, field: str) -> None:
        self.kind = kind
        self.field = field
        super().__init__(name=f"{kind.__name__}({field})")


class RowsType(TableType):
    """Numbers by row."""


class IndexType(TableType):
    """Whole numbers."""


class WordsType(TableType):
    """Whole numbers of 64 bits."""


class NumbersType(TableType):
    """Numbers that are the same in every run."""


class FlatType(TableType):
    """Numbers of runs outside of the record."""


NUMBER = NumberType()
MASK = MaskType()
_TABLES: dict[type, type[TableType]] = {
    vectors.Rows: RowsType,
    vectors.Room: RowsType,
    vectors.Index: IndexType,
    vectors.Words: WordsType,
    vectors.Numbers: NumbersType,
}


def _model(element: Callable[[Any], ir.Type]) -> type[models.DataModel]:
    class Plain(models.PrimitiveModel):
        def __init__(self, manager: Any, kind: types.Type) -> None:
            super().__init__(manager, kind, element(kind))

    return Plain


register_model(NumberType)(_model(lambda kind: NUMBERS))
register_model(MaskType)(_model(lambda kind: MASKS))
register_model(RecordType)(_model(lambda kind: WORD.as_pointer()))
register_model(RowsType)(_model(lambda kind: NUMBERS.as_pointer()))
register_model(IndexType)(_model(lambda kind: SHORT_WORD.as_pointer()))
register_model(WordsType)(_model(lambda kind: WORD.as_pointer()))
register_model(NumbersType)(_model(lambda kind: DOUBLE.as_pointer()))
register_model(FlatType)(_model(lambda kind: _ELEMENTS[kind.kind].as_pointer()))


# A single number or answer becomes one in every lane.


def in_every_lane(builder: ir.IRBuilder, single: ir.Value) -> ir.Value:
    """The vector of one value."""
    vector = ir.VectorType(single.type, LANES)
    first = builder.insert_element(
        ir.Constant(vector, ir.Undefined), single, ir.Constant(ir.IntType(32), 0)
    )
    order = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), order)


@lower_cast(types.Number, NumberType)
@lower_cast(types.Boolean, NumberType)
def _number_of_one(context: Any, builder: Any, old: Any, new: Any, value: Any) -> Any:
    return in_every_lane(builder, context.cast(builder, value, old, types.float64))


@lower_cast(types.Boolean, MaskType)
def _mask_of_one(context: Any, builder: Any, old: Any, new: Any, value: Any) -> Any:
    return in_every_lane(builder, value)


def fits(given: types.Type, wanted: types.Type) -> bool:
    """Whether a value is what is wanted, or becomes it."""
    if wanted is NUMBER:
        return isinstance(given, NumberType | types.Number)
    if wanted is MASK:
        return isinstance(given, MaskType | types.Boolean)
    return isinstance(given, types.Integer)


# Records and their tables.


def _mark(builder: ir.IRBuilder, access: Any, table: TableType) -> None:
    """Tell LLVM that tables of different fields do not overlap."""
    if table.kind is vectors.Room:
        return
    module = builder.module
    root = module.add_metadata([ir.MetaDataString(module, "entente")])
    zero = ir.Constant(WORD, 0)
    name = module.add_metadata([ir.MetaDataString(module, table.field), root, zero])
    access.set_metadata("tbaa", module.add_metadata([name, name, zero]))


def _constant_load(builder: ir.IRBuilder, address: ir.Value) -> ir.Value:
    value = builder.load(address)
    value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value


@infer_getattr
class _Fields(AttributeTemplate):
    key = RecordType

    def generic_resolve(self, record: RecordType, name: str) -> types.Type | None:
        if name not in record.words:
            return None
        kind = record.words[name][1]
        return types.int64 if kind is int else _TABLES.get(kind, FlatType)(kind, name)


@lower_getattr_generic(RecordType)
def _field(context: Any, builder: Any, record: RecordType, value: Any, name: str) -> Any:
    place, kind = record.words[name]
    address = builder.gep(value, [ir.Constant(ir.IntType(32), place)])
    if kind is int:
        return _constant_load(builder, address)
    table = context.get_value_type(_TABLES.get(kind, FlatType)(kind, name))
    return _constant_load(builder, builder.bitcast(address, table.as_pointer()))


_GIVES = {
    RowsType: NUMBER,
    IndexType: types.int64,
    WordsType: types.int64,
    NumbersType: types.float64,
}


@infer_global(operator.getitem)
class _Read(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        for table, gives in _GIVES.items():
            if isinstance(args[0], table) and isinstance(args[1], types.Integer):
                return signature(gives, args[0], types.int64)
        return None


@infer_global(operator.setitem)
class _Write(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        rows, place, number = args
        if isinstance(rows, RowsType) and isinstance(place, types.Integer) and fits(number, NUMBER):
            return signature(types.none, rows, types.int64, NUMBER)
        return None


@lower_builtin(operator.getitem, RowsType, types.Integer)
def _read_row(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    value = builder.load(builder.gep(args[0], [args[1]]), align=8)
    _mark(builder, value, sig.args[0])
    return value


@lower_builtin(operator.getitem, IndexType, types.Integer)
def _read_index(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.sext(_constant_load(builder, builder.gep(args[0], [args[1]])), WORD)


@lower_builtin(operator.getitem, WordsType, types.Integer)
@lower_builtin(operator.getitem, NumbersType, types.Integer)
def _read_fixed(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return _constant_load(builder, builder.gep(args[0], [args[1]]))


@lower_builtin(operator.setitem, RowsType, types.Integer, NumberType)
def _write_row(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    stored = builder.store(args[2], builder.gep(args[0], [args[1]]), align=8)
    _mark(builder, stored, sig.args[0])
    return context.get_dummy_value()


# Numbers of runs outside of the record.


@infer_global(vectors.fetch)
class _Fetch(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        table, place, record = args
        if isinstance(table, FlatType) and isinstance(place, types.Integer):
            return signature(NUMBER, table, types.int64, record)
        return None


@infer_global(vectors.accumulate)
@infer_global(vectors.put)
class _Put(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        table, place, number, record = args
        if (
            isinstance(table, FlatType)
            and isinstance(place, types.Integer)
            and fits(number, NUMBER)
        ):
            return signature(types.none, table, types.int64, NUMBER, record)
        return None


def _several(builder: ir.IRBuilder, table: FlatType, start: Any, place: Any) -> tuple[Any, int]:
    """Address of as many numbers as there are lanes, and the size of one."""
    element = _ELEMENTS[table.kind]
    address = builder.gep(start, [place])
    size = {DOUBLE: 8, ir.FloatType(): 4}.get(element) or element.width // 8
    return builder.bitcast(address, ir.VectorType(element, LANES).as_pointer()), size


@lower_builtin(vectors.fetch, FlatType, types.Integer, RecordType)
def _fetched(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    table = sig.args[0]
    address, size = _several(builder, table, args[0], args[1])
    value = builder.load(address, align=size)
    _mark(builder, value, table)
    if table.kind is vectors.Flat:
        return value
    return (builder.fpext if table.kind is vectors.Singles else builder.sitofp)(value, NUMBERS)


@lower_builtin(vectors.put, FlatType, types.Integer, NumberType, RecordType)
def _stored(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    table = sig.args[0]
    address, size = _several(builder, table, args[0], args[1])
    value = args[2]
    if table.kind is vectors.Singles:
        value = builder.fptrunc(value, address.type.pointee)
    elif table.kind is not vectors.Flat:
        whole = builder.fptosi(value, ir.VectorType(ir.IntType(32), LANES))
        value = builder.trunc(whole, address.type.pointee)
    _mark(builder, builder.store(value, address, align=size), table)
    return context.get_dummy_value()


@lower_builtin(vectors.accumulate, FlatType, types.Integer, NumberType, RecordType)
def _accumulated(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    table, each, width = sig.args[0], args[2], LANES
    while width > 1:
        width //= 2
        halves = [
            builder.shuffle_vector(
                each,
                ir.Constant(each.type, ir.Undefined),
                ir.Constant(ir.VectorType(ir.IntType(32), width), list(places)),
            )
            for places in (range(width), range(width, 2 * width))
        ]
        each = builder.fadd(*halves)
    address = builder.gep(args[0], [args[1]])
    before = builder.load(address)
    _mark(builder, before, table)
    whole = builder.fadd(before, builder.extract_element(each, ir.Constant(ir.IntType(32), 0)))
    _mark(builder, builder.store(whole, address), table)
    return context.get_dummy_value()
