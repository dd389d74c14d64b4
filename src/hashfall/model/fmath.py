"""Exponential, logarithm, sine and cosine from + - * / sqrt and fma alone.

The C library's functions differ between machines in the last bit and stay
scalar; these do neither. Polynomials are Taylor or odd-power series after an
exact range reduction, so every coefficient is a stated rational number.
"""

from __future__ import annotations

import math

from hashfall.model.jit import binary_exponent, binary_fraction, fma, formula, power_of_two

__all__ = [
    "cos_turns",
    "exp",
    "exp_near_zero",
    "floor",
    "log",
    "normal",
    "polar_normal",
    "round_even",
    "second_normal",
    "sin_turns",
]

_MAGIC = 6755399441055744.0  # 1.5 * 2^52: adding and taking it away rounds to even
_LOG2_E = 1.4426950408889634
_LN2_HIGH = 0.6931471805599453
_LN2_LOW = 2.3190468138462996e-17
_TAU = 6.283185307179586


@formula
def round_even(x: float) -> float:
    """Nearest whole number, ties to even, for ``|x| < 2^51``.

    Examples
    --------
    >>> round_even(2.5), round_even(-1.2)
    (2.0, -1.0)
    """
    return (x + _MAGIC) - _MAGIC


@formula
def floor(x: float) -> float:
    """Largest whole number not above x, for ``|x| < 2^51``, as a float.

    Examples
    --------
    >>> floor(2.9), floor(-1.2), floor(3.0)
    (2.0, -2.0, 3.0)
    """
    n = round_even(x)
    return n - 1.0 if n > x else n


@formula
def exp(x: float) -> float:
    """e to the power x, for ``|x| <= 700``, which is not checked; error below 4e-16 of it.

    Examples
    --------
    >>> exp(1.0)
    2.718281828459045
    """
    n = round_even(x * _LOG2_E)
    r = fma(-n, _LN2_LOW, fma(-n, _LN2_HIGH, x))
    p = fma(r, 1.0 / 479001600.0, 1.0 / 39916800.0)
    p = fma(p, r, 1.0 / 3628800.0)
    p = fma(p, r, 1.0 / 362880.0)
    p = fma(p, r, 1.0 / 40320.0)
    p = fma(p, r, 1.0 / 5040.0)
    p = fma(p, r, 1.0 / 720.0)
    p = fma(p, r, 1.0 / 120.0)
    p = fma(p, r, 1.0 / 24.0)
    p = fma(p, r, 1.0 / 6.0)
    p = fma(p, r, 0.5)
    return fma(fma(p, r, 1.0), r, 1.0) * power_of_two(n)


@formula
def exp_near_zero(x: float) -> float:
    """e to the power x, for ``|x| <= 0.03``; relative error below 3e-16.

    Examples
    --------
    >>> exp_near_zero(0.02) == exp(0.02)
    True
    """
    p = fma(x, 1.0 / 5040.0, 1.0 / 720.0)
    p = fma(p, x, 1.0 / 120.0)
    p = fma(p, x, 1.0 / 24.0)
    p = fma(p, x, 1.0 / 6.0)
    p = fma(p, x, 0.5)
    return fma(fma(p, x, 1.0), x, 1.0)


@formula
def log(x: float) -> float:
    """Natural logarithm of a positive normal x; error below 1e-15 relative or 1e-16.

    Examples
    --------
    >>> log(10.0)
    2.302585092994046
    """
    e = binary_exponent(x)
    m = binary_fraction(x)
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    p = fma(z, 1.0 / 21.0, 1.0 / 19.0)
    p = fma(p, z, 1.0 / 17.0)
    p = fma(p, z, 1.0 / 15.0)
    p = fma(p, z, 1.0 / 13.0)
    p = fma(p, z, 1.0 / 11.0)
    p = fma(p, z, 1.0 / 9.0)
    p = fma(p, z, 1.0 / 7.0)
    p = fma(p, z, 1.0 / 5.0)
    p = fma(p, z, 1.0 / 3.0)
    twice = s + s
    return fma(e, _LN2_HIGH, twice + fma(twice * z, p, e * _LN2_LOW))


@formula
def _quarter_sine(x: float) -> float:
    """Sine of x turns, |x| <= 1/4."""
    y = x * _TAU
    z = y * y
    p = fma(z, 1.0 / 51090942171709440000.0, -1.0 / 121645100408832000.0)
    p = fma(p, z, 1.0 / 355687428096000.0)
    p = fma(p, z, -1.0 / 1307674368000.0)
    p = fma(p, z, 1.0 / 6227020800.0)
    p = fma(p, z, -1.0 / 39916800.0)
    p = fma(p, z, 1.0 / 362880.0)
    p = fma(p, z, -1.0 / 5040.0)
    p = fma(p, z, 1.0 / 120.0)
    p = fma(p, z, -1.0 / 6.0)
    return fma(p * z, y, y)


@formula
def cos_turns(u: float) -> float:
    """Cosine of an angle given in turns, 0 <= u <= 1; absolute error below 5e-16.

    Examples
    --------
    >>> cos_turns(0.5), abs(cos_turns(0.125) - 0.7071067811865476) < 1e-15
    (-1.0, True)
    """
    return _quarter_sine(abs(u - 0.5) - 0.25)


@formula
def sin_turns(u: float) -> float:
    """Sine of an angle given in turns, 0 <= u <= 1; absolute error below 5e-16.

    Examples
    --------
    >>> sin_turns(0.0), abs(sin_turns(0.125) - 0.7071067811865476) < 1e-15
    (0.0, True)
    """
    return _quarter_sine(abs(abs(u - 0.25) - 0.5) - 0.25)


@formula
def polar_normal(log_u: float, cosine: float) -> float:
    """Standard normal from the log of a uniform and a cosine of a uniform angle.

    With the sine of the same angle it gives a second, independent one (Box and
    Muller 1958). With uniforms made from 32-bit words it stays within 6.7.
    Source: doi:10.1214/aoms/1177706645.

    Examples
    --------
    >>> polar_normal(-2.0, 0.5)
    1.0
    """
    return math.sqrt(-2.0 * log_u) * cosine


@formula
def normal(u: float, v: float) -> float:
    """Standard normal from two uniforms, 0 < u < 1 and 0 <= v <= 1.

    Examples
    --------
    >>> round(normal(0.5, 0.0), 6)
    1.17741
    """
    return polar_normal(log(u), cos_turns(v))


@formula
def second_normal(u: float, v: float) -> float:
    """The other standard normal of the pair that `normal` takes its value from.

    Examples
    --------
    >>> round(second_normal(0.5, 0.25), 6)
    1.17741
    """
    return polar_normal(log(u), sin_turns(v))
