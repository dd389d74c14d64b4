"""One text per formula: a plain Python function that compiled kernels inline.

A function under `formula` runs as written when Python calls it, and is inlined
when a compiled lane loop calls it. No fastmath, no contraction, no libm: both
forms give the same bits.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any, TypeVar

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload, register_jitable

__all__ = ["exponent_of", "formula", "mantissa_of", "power_of_two", "word_to_float"]

F = TypeVar("F", bound=Callable[..., Any])

_INLINE = {"forceinline": True, "error_model": "numpy"}


def formula(function: F) -> F:
    """Mark a scalar function as a formula that kernels inline.

    Examples
    --------
    >>> @formula
    ... def double(x: float) -> float:
    ...     return 2.0 * x
    >>> double(3.0)
    6.0
    """
    marked: F = register_jitable(**_INLINE)(function)
    return marked


def power_of_two(n: float) -> float:
    """Two to an integer power given as a float, -1022 <= n <= 1023.

    Examples
    --------
    >>> power_of_two(3.0)
    8.0
    """
    return math.ldexp(1.0, int(n))


def exponent_of(x: float) -> float:
    """Binary exponent e of a positive normal x = m 2^e with 1 <= m < 2.

    Examples
    --------
    >>> exponent_of(12.0)
    3.0
    """
    bits = int(struct.unpack("<q", struct.pack("<d", x))[0])
    return float((bits >> 52) - 1023)


def mantissa_of(x: float) -> float:
    """Mantissa m of a positive normal x = m 2^e with 1 <= m < 2.

    Examples
    --------
    >>> mantissa_of(12.0)
    1.5
    """
    bits = int(struct.unpack("<q", struct.pack("<d", x))[0])
    low = (bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000
    return float(struct.unpack("<d", struct.pack("<q", low))[0])


def word_to_float(word: int) -> float:
    """Whole number in [0, 2^52) as a float.

    Examples
    --------
    >>> word_to_float(7)
    7.0
    """
    return float(word)


_I64 = ir.IntType(64)
_F64 = ir.DoubleType()


def _small_to_float(builder: Any, whole: Any) -> Any:
    """Whole number below 2^52 to float by bits: 64-bit conversions stay scalar on AVX2."""
    tagged = builder.or_(whole, ir.Constant(_I64, 0x4330000000000000))
    return builder.fsub(builder.bitcast(tagged, _F64), ir.Constant(_F64, 4503599627370496.0))


@intrinsic  # type: ignore[untyped-decorator]  # numba ships no types
def _word_to_float(typing_context: Any, word: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _small_to_float(builder, args[0])

    return types.float64(types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba ships no types
def _power_of_two(typing_context: Any, n: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        # Adding 1.5 * 2^52 leaves the whole number in the low mantissa bits.
        biased = builder.fadd(args[0], ir.Constant(_F64, 6755399441055744.0 + 1023.0))
        bits = builder.bitcast(biased, _I64)
        return builder.bitcast(builder.shl(bits, ir.Constant(_I64, 52)), _F64)

    return types.float64(types.float64), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba ships no types
def _exponent_of(typing_context: Any, x: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        bits = builder.bitcast(args[0], _I64)
        raw = builder.lshr(bits, ir.Constant(_I64, 52))
        return builder.fsub(_small_to_float(builder, raw), ir.Constant(_F64, 1023.0))

    return types.float64(types.float64), generate


@intrinsic  # type: ignore[untyped-decorator]  # numba ships no types
def _mantissa_of(typing_context: Any, x: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        bits = builder.bitcast(args[0], _I64)
        low = builder.and_(bits, ir.Constant(_I64, 0xFFFFFFFFFFFFF))
        return builder.bitcast(builder.or_(low, ir.Constant(_I64, 0x3FF0000000000000)), _F64)

    return types.float64(types.float64), generate


@overload(word_to_float, jit_options=_INLINE)
def _word_to_float_overload(word: Any) -> Any:
    def inlined(word: Any) -> Any:
        return _word_to_float(word)

    return inlined


@overload(power_of_two, jit_options=_INLINE)
def _power_of_two_overload(n: Any) -> Any:
    def inlined(n: Any) -> Any:
        return _power_of_two(n)

    return inlined


@overload(exponent_of, jit_options=_INLINE)
def _exponent_of_overload(x: Any) -> Any:
    def inlined(x: Any) -> Any:
        return _exponent_of(x)

    return inlined


@overload(mantissa_of, jit_options=_INLINE)
def _mantissa_of_overload(x: Any) -> Any:
    def inlined(x: Any) -> Any:
        return _mantissa_of(x)

    return inlined
