"""What the language may do with numbers, in LLVM's instructions.

None of them lets a number's rounding differ from processor to processor, and none calls a
library: what LLVM would ask a library for on some processors is written out.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin

from sim.model import vectors
from sim.model.lowering import (
    BITS,
    MASK,
    NUMBER,
    NUMBERS,
    WORD,
    MaskType,
    NumberType,
    RecordType,
    fits,
    in_every_lane,
)
from sim.model.vectors import LANES

Instructions = Callable[..., ir.Value]

# Operations: how each is typed, and the instructions that it is.


INSTEAD: list[tuple[Any, types.Type]] = []
"""Functions whose types Numba must not look up among its own."""


def _operation(
    of: Any, takes: tuple[types.Type, ...], gives: types.Type
) -> Callable[[Instructions], Instructions]:
    """Register the instructions of a function or operator; operators leave plain numbers alone."""
    own = not of.__module__.endswith("operator")

    class Typed(AbstractTemplate):
        key = of

        def generic(self, args: Any, kws: Any) -> Any:
            mine = own or any(isinstance(a, NumberType | MaskType) for a in args)
            if mine and len(args) == len(takes) and all(map(fits, args, takes)):
                return signature(gives, *takes)
            return None

    if of.__module__ == "builtins":
        INSTEAD.append((of, types.Function(Typed)))
    else:
        infer_global(of)(Typed)

    def register(instructions: Instructions) -> Instructions:
        def lowered(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            return instructions(builder, *args)

        lower_builtin(of, *takes)(lowered)
        return instructions

    return register


_TWO = (NUMBER, NUMBER)

for _name, _instruction in {"add": "fadd", "sub": "fsub", "mul": "fmul", "truediv": "fdiv"}.items():
    for _of in (getattr(operator, _name), getattr(operator, f"i{_name}")):
        _operation(_of, _TWO, NUMBER)(lambda b, x, y, name=_instruction: getattr(b, name)(x, y))

for _of, _sign in {
    operator.lt: "<",
    operator.le: "<=",
    operator.gt: ">",
    operator.ge: ">=",
    operator.eq: "==",
}.items():
    _operation(_of, _TWO, MASK)(lambda b, x, y, sign=_sign: b.fcmp_ordered(sign, x, y))

_operation(operator.ne, _TWO, MASK)(lambda b, x, y: b.fcmp_unordered("!=", x, y))
for _of, _sign in {min: "<", max: ">"}.items():
    _operation(_of, (types.int64, types.int64), types.int64)(
        lambda b, x, y, sign=_sign: b.select(b.icmp_signed(sign, x, y), x, y)
    )
_operation(operator.neg, (NUMBER,), NUMBER)(lambda b, x: b.fneg(x))
for _of in (operator.and_, operator.iand):
    _operation(_of, (MASK, MASK), MASK)(lambda b, x, y: b.and_(x, y))
for _of in (operator.or_, operator.ior):
    _operation(_of, (MASK, MASK), MASK)(lambda b, x, y: b.or_(x, y))
_operation(operator.invert, (MASK,), MASK)(lambda b, x: b.not_(x))


def _all(value: float) -> ir.Constant:
    return ir.Constant(NUMBERS, [value] * LANES)


def _all_bits(value: int) -> ir.Constant:
    return ir.Constant(BITS, [value] * LANES)


def _intrinsic(builder: ir.IRBuilder, name: str, x: ir.Value) -> ir.Value:
    kind = ir.FunctionType(NUMBERS, [NUMBERS])
    function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v{LANES}f64")
    return builder.call(function, [x])


@_operation(vectors.select, (MASK, NUMBER, NUMBER), NUMBER)
def _select(builder: Any, mask: Any, yes: Any, no: Any) -> Any:
    return builder.select(mask, yes, no)


@_operation(vectors.minimum, _TWO, NUMBER)
def _minimum(builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered("<", a, b), a, b)


@_operation(vectors.maximum, _TWO, NUMBER)
def _maximum(builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", a, b), a, b)


@_operation(vectors.absolute, (NUMBER,), NUMBER)
def _absolute(builder: Any, a: Any) -> Any:
    return _intrinsic(builder, "fabs", a)


@_operation(vectors.square_root, (NUMBER,), NUMBER)
def _square_root(builder: Any, a: Any) -> Any:
    return _intrinsic(builder, "sqrt", a)


@_operation(vectors.nearest, (NUMBER,), NUMBER)
def _nearest(builder: Any, a: Any) -> Any:
    # Added to 2**52 a number has no room for a fraction. LLVM's own rounding would call a
    # library on processors without such an instruction.
    size = _absolute(builder, a)
    sign = builder.and_(builder.bitcast(a, BITS), _all_bits(-(2**63)))
    edge = _all(2.0**52)
    whole = builder.fsub(builder.fadd(size, edge), edge)
    signed = builder.bitcast(builder.or_(builder.bitcast(whole, BITS), sign), NUMBERS)
    return builder.select(builder.fcmp_ordered("<", size, edge), signed, a)


@_operation(vectors.below, (NUMBER,), NUMBER)
def _below(builder: Any, a: Any) -> Any:
    return builder.bitcast(builder.sub(builder.bitcast(a, BITS), _all_bits(1)), NUMBERS)


@_operation(vectors.power_of_two, (NUMBER,), NUMBER)
def _power_of_two(builder: Any, a: Any) -> Any:
    # The last bits of a sum with 2**52 are the whole number itself.
    biased = builder.bitcast(builder.fadd(a, _all(2.0**52 + 1023)), BITS)
    return builder.bitcast(builder.shl(biased, _all_bits(52)), NUMBERS)


@_operation(vectors.exponent, (NUMBER,), NUMBER)
def _exponent(builder: Any, a: Any) -> Any:
    biased = builder.lshr(builder.bitcast(a, BITS), _all_bits(52))
    above = builder.or_(biased, _all_bits((1023 + 52) << 52))
    return builder.fsub(builder.bitcast(above, NUMBERS), _all(2.0**52 + 1023))


@_operation(vectors.finite, (NUMBER,), MASK)
def _finite(builder: Any, a: Any) -> Any:
    return builder.fcmp_ordered("<", _absolute(builder, a), _all(float("inf")))


@_operation(vectors.number, (MASK,), NUMBER)
def _number(builder: Any, mask: Any) -> Any:
    return builder.select(mask, _all(1.0), _all(0.0))


@_operation(vectors.any_lane, (MASK,), types.boolean)
def _any_lane(builder: Any, mask: Any) -> Any:
    bits = builder.bitcast(mask, ir.IntType(LANES))
    return builder.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(LANES), 0))


@_operation(vectors.lane_of, (types.int64, types.int64, NUMBER), NUMBER)
def _lane_of(builder: Any, first: Any, wanted: Any, number: Any) -> Any:
    lane = builder.and_(builder.sub(wanted, first), ir.Constant(WORD, LANES - 1))
    return in_every_lane(builder, builder.extract_element(number, lane))


# Philox4x64-10 (Salmon et al. 2011).

_MULTIPLIERS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
_STEPS = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
_TIMES = 10


def _whole(value: int) -> ir.Constant:
    return ir.Constant(WORD, value)


def _product(builder: ir.IRBuilder, word: ir.Value, factor: int) -> tuple[ir.Value, ir.Value]:
    """Upper and lower half."""
    wide = ir.IntType(128)
    product = builder.mul(builder.zext(word, wide), ir.Constant(wide, factor))
    upper = builder.lshr(product, ir.Constant(wide, 64))
    return builder.trunc(upper, WORD), builder.trunc(product, WORD)


def _block(
    builder: ir.IRBuilder, keys: list[ir.Value], count: ir.Value, round: ir.Value
) -> list[ir.Value]:
    """The four words of a counter."""
    words = [count, round, _whole(0), _whole(0)]
    for time in range(_TIMES):
        if time:
            keys = [builder.add(k, _whole(s)) for k, s in zip(keys, _STEPS, strict=True)]
        upper_0, lower_0 = _product(builder, words[0], _MULTIPLIERS[0])
        upper_2, lower_2 = _product(builder, words[2], _MULTIPLIERS[1])
        words = [
            builder.xor(builder.xor(upper_2, words[1]), keys[0]),
            lower_2,
            builder.xor(builder.xor(upper_0, words[3]), keys[1]),
            lower_0,
        ]
    return words


def _philox(module: ir.Module) -> ir.Function:
    """The function of a module that draws, written once and called."""
    kind = ir.FunctionType(NUMBERS, [WORD] * 4)
    function = cgutils.get_or_insert_function(module, kind, "uniforms_of_lanes")
    if not function.is_declaration:
        return function
    function.linkage = "linkonce_odr"
    function.attributes.add("noinline")
    low, high, first, round = function.args
    builder = ir.IRBuilder(function.append_basic_block())
    count = builder.lshr(first, _whole(2))
    draws = ir.Constant(BITS, ir.Undefined)
    for lane in range(0, LANES, 4):
        next_count = builder.add(count, _whole(1 + lane // 4))
        for word, value in enumerate(_block(builder, [low, high], next_count, round)):
            draws = builder.insert_element(draws, value, ir.Constant(ir.IntType(32), lane + word))
    upper = builder.lshr(draws, _all_bits(11))
    builder.ret(builder.fmul(builder.sitofp(upper, NUMBERS), _all(2.0**-53)))
    return function


@infer_global(vectors.uniforms)
class _Uniforms(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if all(isinstance(a, types.Integer) for a in args[:4]):
            return signature(NUMBER, *(types.int64,) * 4, args[4])
        return None


@lower_builtin(vectors.uniforms, *(types.Integer,) * 4, RecordType)
def _uniforms(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.call(_philox(builder.module), args[:4])
