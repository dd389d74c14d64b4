"""One text per formula: a plain Python function that compiled kernels inline.

A function under `formula` runs as written when Python calls it, and is inlined
when a compiled lane loop calls it. No fastmath, no contraction, no libm: both
forms give the same bits. The few operations that Python and a vector unit
spell differently stand here, each with both spellings.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from llvmlite import ir
from numba import types
from numba.core.compiler import Flags, compile_internal
from numba.extending import lower_builtin, register_jitable, type_callable

__all__ = [
    "binary_exponent",
    "binary_fraction",
    "float_bits",
    "fma",
    "formula",
    "part",
    "power_of_two",
    "unit_interval",
]

F = TypeVar("F", bound=Callable[..., Any])

_MAGIC: Final = 6755399441055744.0  # 1.5 * 2^52: a whole number added stays in the low bits
_ROOT_HALF: Final = 0x3FE6A09E667F3BCD  # bits of sqrt(1/2)
_ONE: Final = 0x3FF0000000000000  # bits of 1.0
_FRACTION: Final = 0x000FFFFFFFFFFFFF  # the 52 bits below the exponent
_RESULTS: Final = {"None": types.none, "int": types.int64, "float": types.float64}
_PARTS: Final[WeakKeyDictionary[Any, dict[Any, Any]]] = WeakKeyDictionary()


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
    if set(function.__annotations__.values()) <= {"float", float}:
        kinds = (types.float64,) * function.__code__.co_argcount
        _teach(function, lambda *found: types.float64(*kinds), _call(function, inline=True), *kinds)
        return function
    inlined: F = register_jitable(
        forceinline=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True
    )(function)
    return inlined


def part(function: F) -> F:
    """Mark a function of arrays and numbers as a part that compiled kernels call.

    It must return what its annotation says: None, int or float. Python runs it as
    written.

    Notes
    -----
    A part is compiled into the code of the kernel that calls it. The compiler's own
    way gives each function code of its own, optimised and emitted again at every
    level of calls: half as long again for the kernels here.
    """
    says = function.__annotations__["return"]
    result = _RESULTS[getattr(says, "__name__", str(says))]

    def typed(*found: Any) -> Any:
        # As plain numbers: a literal would be compiled anew for each value.
        return result(*(types.unliteral(kind) for kind in found))

    _teach(function, typed, _call(function, inline=False), types.VarArg(types.Any))
    return function


def _teach(function: Callable[..., Any], typed: Callable[..., Any], lower: Callable[..., Any],
           *arguments: Any) -> None:
    """Tell the compiler how a call of `function` is typed and emitted."""
    # Carries the names of the arguments.
    named = wraps(function)(typed)
    type_callable(function)(lambda context: named)
    lower_builtin(function, *arguments)(lower)


class _PartFlags(Flags):  # type: ignore[misc]  # numba ships no types
    """Options of a part, compared by what is set: the compiler does so for every operation."""

    def __hash__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _PartFlags) and bool(self._values == other._values)


def _call(function: Callable[..., Any], inline: bool) -> Callable[..., Any]:
    """Emit a call of `function`, compiled once into the library at hand."""

    def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        library = context.active_code_library
        known = _PARTS.setdefault(library, {})
        key = (function, signature.args)
        if key not in known:
            flags = _PartFlags()
            flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
            flags.error_model, flags.forceinline = "numpy", inline
            made = compile_internal(
                context.typing_context, context, library, function, signature.args,
                signature.return_type, flags, {},
            ).fndesc
            # Dropped from the code once every call of it is inlined; a part never is: its loops
            # know less of their arrays inside a long function, and run a tenth slower.
            emitted = library._final_module.get_function(made.llvm_func_name)
            emitted.linkage = "linkonce_odr"
            if not inline:
                emitted.add_function_attribute("noinline")
            known[key] = made
        return context.call_internal(builder, known[key], signature, args)

    return lower


def fma(a: float, b: float, c: float) -> float:
    """a b + c, rounded once.

    Examples
    --------
    >>> fma(0.1, 10.0, -1.0) == 2.0**-54
    True
    """
    # By exact ratios: math.fma came with Python 3.13, and the quotient of two
    # whole numbers is rounded correctly.
    an, ad = a.as_integer_ratio()
    bn, bd = b.as_integer_ratio()
    cn, cd = c.as_integer_ratio()
    top = an * bn * cd + cn * ad * bd
    return top / (ad * bd * cd) if top else a * b + c


def power_of_two(x: float) -> float:
    """Two to a whole power given as a float, -1022 <= x <= 1023.

    Examples
    --------
    >>> power_of_two(3.0)
    8.0
    """
    return math.ldexp(1.0, int(x))


def float_bits(x: float) -> int:
    """Bits of a float as a signed whole number of 64 bits.

    Examples
    --------
    >>> hex(float_bits(1.0)), float_bits(-0.0) < 0
    ('0x3ff0000000000000', True)
    """
    return int(struct.unpack("<q", struct.pack("<d", x))[0])


def binary_exponent(x: float) -> float:
    """Exponent e of a positive normal x = m 2^e with sqrt(1/2) <= m < sqrt(2).

    Examples
    --------
    >>> binary_exponent(10.0), binary_exponent(12.0)
    (3.0, 4.0)
    """
    return float(((float_bits(x) + (_ONE - _ROOT_HALF)) >> 52) - 1023)


def binary_fraction(x: float) -> float:
    """Fraction m of a positive normal x = m 2^e with sqrt(1/2) <= m < sqrt(2).

    Examples
    --------
    >>> binary_fraction(10.0), binary_fraction(12.0)
    (1.25, 0.75)
    """
    low = ((float_bits(x) + (_ONE - _ROOT_HALF)) & _FRACTION) + _ROOT_HALF
    return float(struct.unpack("<d", struct.pack("<q", low))[0])


def unit_interval(x: int) -> float:
    """Uniform in (0, 1) from a 32-bit word: the middle of one of 2^32 equal parts.

    Examples
    --------
    >>> unit_interval(0) == 2.0**-33, unit_interval(4294967295) < 1.0
    (True, True)
    """
    return (float(x) + 0.5) * 2.0**-32


_I64 = ir.IntType(64)
_F64 = ir.DoubleType()


def _whole(value: int) -> Any:
    return ir.Constant(_I64, value)


def _real(value: float) -> Any:
    return ir.Constant(_F64, value)


def _emit_power_of_two(b: Any, x: Any) -> Any:
    bits = b.bitcast(b.fadd(x, _real(_MAGIC + 1023.0)), _I64)
    return b.bitcast(b.shl(bits, _whole(52)), _F64)


def _emit_exponent(b: Any, x: Any) -> Any:
    # By bits: conversions of 64-bit whole numbers are slow or scalar on many machines.
    moved = b.add(b.bitcast(x, _I64), _whole(_ONE - _ROOT_HALF))
    tagged = b.or_(b.lshr(moved, _whole(52)), _whole(0x4330000000000000))
    return b.fsub(b.bitcast(tagged, _F64), _real(2.0**52 + 1023.0))


def _emit_fraction(b: Any, x: Any) -> Any:
    moved = b.add(b.bitcast(x, _I64), _whole(_ONE - _ROOT_HALF))
    return b.bitcast(b.add(b.and_(moved, _whole(_FRACTION)), _whole(_ROOT_HALF)), _F64)


def _emit_unit_interval(b: Any, word: Any) -> Any:
    # 1 + word 2^-32 by bits, less 1 - 2^-33: exact.
    bits = b.or_(b.shl(word, _whole(20)), _whole(_ONE))
    return b.fsub(b.bitcast(bits, _F64), _real(1.0 - 2.0**-33))


def _spell(function: Callable[..., Any], emit: Callable[..., Any], *arguments: Any,
           result: Any = types.float64) -> None:
    """Tie the compiled spelling of an operation to its Python function."""
    kinds = arguments or (types.float64,) * function.__code__.co_argcount

    def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return emit(builder, *args)

    _teach(function, lambda *found: result(*kinds), lower, *kinds)


_spell(fma, lambda b, x, y, z: b.fma(x, y, z))
_spell(float_bits, lambda b, x: b.bitcast(x, _I64), result=types.int64)
_spell(power_of_two, _emit_power_of_two)
_spell(binary_exponent, _emit_exponent)
_spell(binary_fraction, _emit_fraction)
_spell(unit_interval, _emit_unit_interval, types.uint64)
