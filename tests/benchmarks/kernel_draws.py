"""The keyed draws of four neighbouring runs, in machine code.

The same numbers as :class:`sim.model.streams.Streams` gives: Philox4x64-10
(Salmon et al. 2011), of which one count serves four runs, and the inverse
normal distribution by Wichura's algorithm AS 241 (1988).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np

from tests.benchmarks.kernel_compiler import compiled

_types: Any = import_module("numba").types
_extending: Any = import_module("numba.extending")
_ir: Any = import_module("llvmlite.ir")

LANES = 4
"""Runs that share one count of the generator."""
_FACTORS = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
_STEPS = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
_F0, _F1 = _FACTORS
_W0, _W1 = _STEPS
_ZERO, _ELEVEN = np.uint64(0), np.uint64(11)
_LEAST = 2.0**-54


@_extending.intrinsic  # type: ignore[untyped-decorator]
def _high(typing: Any, a: Any, b: Any) -> Any:
    """Upper half of the product of two 64-bit numbers, which Numba has no word for."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        wide = _ir.IntType(128)
        one, other = (builder.zext(argument, wide) for argument in arguments)
        half = builder.lshr(builder.mul(one, other), _ir.Constant(wide, 64))
        return builder.trunc(half, _ir.IntType(64))

    return _types.uint64(_types.uint64, _types.uint64), generate


def keys(seed: int, names: Sequence[tuple[str, str]]) -> Any:
    """Key of each stream, by purpose and name; uint64, shape ``(streams, 2)``."""
    texts = (f"{seed}\x1f{purpose}\x1f{name}".encode() for purpose, name in names)
    hashed = b"".join(hashlib.blake2b(text, digest_size=16).digest() for text in texts)
    return np.frombuffer(hashed, dtype=np.uint64).reshape(-1, 2)


@compiled
def fill(keys: Any, group: Any, draws: Any) -> Any:
    """Uniform draws of the runs ``4 group .. 4 group + 3``.

    Parameters
    ----------
    keys : uint64, shape (streams, 2)
    draws : float64, shape (4, rounds + 1, streams)
        Filled for the rounds from 1 on.
    """
    unit = 1.0 / 9007199254740992.0
    for now in range(1, draws.shape[1]):
        for stream in range(keys.shape[0]):
            k0, k1 = keys[stream, 0], keys[stream, 1]
            # NumPy counts up before it draws.
            c0, c1, c2, c3 = np.uint64(group + 1), np.uint64(now), _ZERO, _ZERO
            for _ in range(10):
                high0, low0 = _high(_F0, c0), _F0 * c0
                high1, low1 = _high(_F1, c2), _F1 * c2
                c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
                k0 += _W0
                k1 += _W1
            draws[0, now, stream] = (c0 >> _ELEVEN) * unit
            draws[1, now, stream] = (c1 >> _ELEVEN) * unit
            draws[2, now, stream] = (c2 >> _ELEVEN) * unit
            draws[3, now, stream] = (c3 >> _ELEVEN) * unit


@compiled
def normal(uniform: Any) -> Any:
    """Standard normal value at a uniform draw, to the last few bits of a double."""
    q = uniform - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        above = (((((((2.50908_09287_30122_6727e+3 * r + 3.34305_75583_58812_8105e+4) * r
                + 6.72657_70927_00870_0853e+4) * r + 4.59219_53931_54987_1457e+4) * r
                + 1.37316_93765_50946_1125e+4) * r + 1.97159_09503_06551_4427e+3) * r
                + 1.33141_66789_17843_7745e+2) * r + 3.38713_28727_96366_6080e+0) * q  # fmt: skip
        below = (((((((5.22649_52788_52854_5610e+3 * r + 2.87290_85735_72194_2674e+4) * r
                + 3.93078_95800_09271_0610e+4) * r + 2.12137_94301_58659_5867e+4) * r
                + 5.39419_60214_24751_1077e+3) * r + 6.87187_00749_20579_0830e+2) * r
                + 4.23133_30701_60091_1252e+1) * r + 1.0)  # fmt: skip
        return above / below
    r = max(uniform, _LEAST) if q < 0 else 1.0 - uniform
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        above = (((((((7.74545_01427_83414_07640e-4 * r + 2.27238_44989_26918_45833e-2) * r
                + 2.41780_72517_74506_11770e-1) * r + 1.27045_82524_52368_38258e+0) * r
                + 3.64784_83247_63204_60504e+0) * r + 5.76949_72214_60691_40550e+0) * r
                + 4.63033_78461_56545_29590e+0) * r + 1.42343_71107_49683_57734e+0)  # fmt: skip
        below = (((((((1.05075_00716_44416_84324e-9 * r + 5.47593_80849_95344_94600e-4) * r
                + 1.51986_66563_61645_71966e-2) * r + 1.48103_97642_74800_74590e-1) * r
                + 6.89767_33498_51000_04550e-1) * r + 1.67638_48301_83803_84940e+0) * r
                + 2.05319_16266_37758_82187e+0) * r + 1.0)  # fmt: skip
    else:
        r -= 5.0
        above = (((((((2.01033_43992_92288_13265e-7 * r + 2.71155_55687_43487_57815e-5) * r
                + 1.24266_09473_88078_43860e-3) * r + 2.65321_89526_57612_30930e-2) * r
                + 2.96560_57182_85048_91230e-1) * r + 1.78482_65399_17291_33580e+0) * r
                + 5.46378_49111_64114_36990e+0) * r + 6.65790_46435_01103_77720e+0)  # fmt: skip
        below = (((((((2.04426_31033_89939_78564e-15 * r + 1.42151_17583_16445_88870e-7) * r
                + 1.84631_83175_10054_68180e-5) * r + 7.86869_13114_56132_59100e-4) * r
                + 1.48753_61290_85061_48525e-2) * r + 1.36929_88092_27358_05310e-1) * r
                + 5.99832_20655_58879_37690e-1) * r + 1.0)  # fmt: skip
    return -above / below if q < 0 else above / below
