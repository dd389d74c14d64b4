"""Exponential, logarithm, sine and cosine from + - * / and sqrt alone.

The C library's functions differ between machines in the last bit and stay
scalar; these do neither. Polynomials are Taylor or odd-power series after an
exact range reduction, so every coefficient is a stated rational number.
"""

from __future__ import annotations

import math

from hashfall.model.jit import exponent_of, formula, mantissa_of, power_of_two

__all__ = ["cos_turns", "exp", "floor", "log", "normal", "round_even", "second_normal", "sin_turns", "student_t"]

_MAGIC = 6755399441055744.0  # 1.5 * 2^52: adding and taking it away rounds to even
_LOG2_E = 1.4426950408889634
_LN2_HIGH = 0.6931471803691238  # upper 33 bits of ln 2, so n * high is exact
_LN2_LOW = 1.9082149292705877e-10
_HALF_PI = 1.5707963267948966


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
    """e to the power x, for x clipped to [-700, 700]; relative error below 4e-16.

    Examples
    --------
    >>> abs(exp(1.0) / 2.718281828459045 - 1.0) < 1e-15
    True
    """
    x = x if x < 700.0 else 700.0
    x = x if x > -700.0 else -700.0
    n = round_even(x * _LOG2_E)
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    p = 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    return (p * r * r + r + 1.0) * power_of_two(n)


@formula
def log(x: float) -> float:
    """Natural logarithm of a positive normal x; error below 1e-15 relative or 1e-16.

    Examples
    --------
    >>> abs(log(10.0) - 2.302585092994046) < 1e-15
    True
    """
    m = mantissa_of(x)
    e = exponent_of(x)
    big = 1.0 if m > 1.4142135623730951 else 0.0
    m = m * (1.0 - 0.5 * big)
    e = e + big
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    p = 1.0 / 21.0
    p = p * z + 1.0 / 19.0
    p = p * z + 1.0 / 17.0
    p = p * z + 1.0 / 15.0
    p = p * z + 1.0 / 13.0
    p = p * z + 1.0 / 11.0
    p = p * z + 1.0 / 9.0
    p = p * z + 1.0 / 7.0
    p = p * z + 1.0 / 5.0
    p = p * z + 1.0 / 3.0
    tail = 2.0 * s * z * p
    return e * _LN2_HIGH + (2.0 * s + (tail + e * _LN2_LOW))


@formula
def _cos_octant(r: float) -> float:
    """Cosine of r quarter turns, |r| <= 1/2."""
    z = r * r * 2.4674011002723395
    c = 1.0 / 20922789888000.0
    c = c * z - 1.0 / 87178291200.0
    c = c * z + 1.0 / 479001600.0
    c = c * z - 1.0 / 3628800.0
    c = c * z + 1.0 / 40320.0
    c = c * z - 1.0 / 720.0
    c = c * z + 1.0 / 24.0
    c = c * z - 0.5
    return c * z + 1.0


@formula
def _sin_octant(r: float) -> float:
    """Sine of r quarter turns, |r| <= 1/2."""
    x = r * _HALF_PI
    z = x * x
    s = 1.0 / 355687428096000.0
    s = s * z - 1.0 / 1307674368000.0
    s = s * z + 1.0 / 6227020800.0
    s = s * z - 1.0 / 39916800.0
    s = s * z + 1.0 / 362880.0
    s = s * z - 1.0 / 5040.0
    s = s * z + 1.0 / 120.0
    s = s * z - 1.0 / 6.0
    return (s * z + 1.0) * x


@formula
def cos_turns(u: float) -> float:
    """Cosine of an angle given in turns, 0 <= u <= 1; absolute error below 1e-15.

    Examples
    --------
    >>> cos_turns(0.0), abs(cos_turns(0.125) - 0.7071067811865476) < 1e-15
    (1.0, True)
    """
    k = round_even(4.0 * u)
    r = 4.0 * u - k
    odd = 1.0 if k == 1.0 else 0.0
    odd = -1.0 if k == 3.0 else odd
    even = 1.0 if k == 0.0 else 0.0
    even = 1.0 if k == 4.0 else even
    even = -1.0 if k == 2.0 else even
    return even * _cos_octant(r) - odd * _sin_octant(r)


@formula
def sin_turns(u: float) -> float:
    """Sine of an angle given in turns, 0 <= u <= 1; absolute error below 1e-15.

    Examples
    --------
    >>> sin_turns(0.0), abs(sin_turns(0.125) - 0.7071067811865476) < 1e-15
    (0.0, True)
    """
    k = round_even(4.0 * u)
    r = 4.0 * u - k
    odd = 1.0 if k == 1.0 else 0.0
    odd = -1.0 if k == 3.0 else odd
    even = 1.0 if k == 0.0 else 0.0
    even = 1.0 if k == 4.0 else even
    even = -1.0 if k == 2.0 else even
    return even * _sin_octant(r) + odd * _cos_octant(r)


@formula
def normal(u: float, v: float) -> float:
    """Standard normal from two uniforms, 0 < u < 1 and 0 <= v <= 1 (Box and Muller 1958).

    Notes
    -----
    With uniforms made from 32-bit words the value stays within 6.7.
    Source: doi:10.1214/aoms/1177706645.

    Examples
    --------
    >>> round(normal(0.5, 0.0), 6)
    1.17741
    """
    return math.sqrt(-2.0 * log(u)) * cos_turns(v)


@formula
def second_normal(u: float, v: float) -> float:
    """The other standard normal of the pair that `normal` takes its value from.

    Examples
    --------
    >>> round(second_normal(0.5, 0.25), 6)
    1.17741
    """
    return math.sqrt(-2.0 * log(u)) * sin_turns(v)


@formula
def student_t(u: float, v: float, nu: float) -> float:
    """Student t with nu > 0 degrees of freedom from two uniforms (Bailey 1994).

    Notes
    -----
    Tends to `normal` as nu grows; nu = 1e6 serves as the normal limit.
    Source: doi:10.1090/S0025-5718-1994-1219702-8.

    Examples
    --------
    >>> round(student_t(0.5, 0.0, 1e6), 4)
    1.1774
    """
    return math.sqrt(nu * (exp(-2.0 * log(u) / nu) - 1.0)) * cos_turns(v)
