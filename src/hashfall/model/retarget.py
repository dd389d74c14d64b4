"""The difficulty retarget inside a daily simulation, by the protocol's rule.

Blocks are a fluid within the day; the target is held as the mantissa and size
of its compact form, so that the rule of the protocol (span of 2,015 intervals
in whole seconds, clamp, limit, truncation to compact form) comes out in exact
whole numbers held in floats: every product in use stays below 2^46, and a quotient of
two such numbers is never close enough to a whole number for rounding to carry
it there. Valid for compact forms that the protocol writes (mantissa 2^15 to
2^23 - 1) with size 4 to 29. Oracle: `hashfall.model.consensus.retarget`.
"""

from __future__ import annotations

from hashfall.model.fmath import floor
from hashfall.model.jit import formula

__all__ = ["clamp_span", "retarget_mantissa", "retarget_size", "scaled_mantissa"]

TARGET_SPAN_S = 1209600.0


@formula
def clamp_span(span_s: float) -> float:
    """Measured span in whole seconds, kept within a factor four of two weeks. [s]

    Parameters
    ----------
    span_s : float
        Time between the first and the last block of an epoch; may be negative. [s]

    Examples
    --------
    >>> clamp_span(100.9), clamp_span(1e9), clamp_span(1209600.7)
    (302400.0, 4838400.0, 1209600.0)
    """
    s = floor(span_s)
    s = s if s < 4838400.0 else 4838400.0
    return s if s > 302400.0 else 302400.0


@formula
def scaled_mantissa(mantissa: float, span_s: float) -> float:
    """Mantissa times span over two weeks, before it is normalised. [-]

    Parameters
    ----------
    mantissa : float
        Leading three bytes of the compact target, a whole number below 2^23. [-]
    span_s : float
        What `clamp_span` gives. [s]

    Examples
    --------
    >>> scaled_mantissa(65535.0, 1209600.0)
    65535.0
    """
    return mantissa * span_s / TARGET_SPAN_S


@formula
def retarget_size(mantissa: float, size: float, span_s: float) -> float:
    """Size byte of the next compact target, proof-of-work limit included. [bytes]

    Parameters
    ----------
    mantissa, size : float
        Compact target of the epoch that ends, as whole numbers. [-], [bytes]
    span_s : float
        What `clamp_span` gives. [s]

    Examples
    --------
    >>> retarget_size(65535.0, 29.0, 4838400.0)
    29.0
    """
    m = scaled_mantissa(mantissa, span_s)
    up = 1.0 if m >= 8388608.0 else 0.0
    down = 1.0 if m < 32768.0 else 0.0
    new = size + up - down
    return new if new < 29.0 else 29.0


@formula
def retarget_mantissa(mantissa: float, size: float, span_s: float) -> float:
    """Mantissa of the next compact target, truncated as the protocol does. [-]

    Parameters
    ----------
    mantissa, size : float
        Compact target of the epoch that ends, as whole numbers. [-], [bytes]
    span_s : float
        What `clamp_span` gives. [s]

    Examples
    --------
    The first retarget that changed difficulty, 1d00ffff to 1d00d86a:

    >>> hex(int(retarget_mantissa(65535.0, 29.0, 1262152739.0 - 1261130161.0)))
    '0xd86a'
    """
    m = scaled_mantissa(mantissa, span_s)
    up = 1.0 if m >= 8388608.0 else 0.0
    down = 1.0 if m < 32768.0 else 0.0
    new_size = size + up - down
    # Shifting left must multiply before the division to stay exact.
    wide = mantissa * 256.0 * span_s / TARGET_SPAN_S
    plain = floor(m)
    value = floor(m * 0.00390625) if up > 0.0 else plain
    value = floor(wide) if down > 0.0 else value
    over = 1.0 if new_size > 29.0 else 0.0
    at_limit = 1.0 if (new_size == 29.0 and value > 65535.0) else 0.0
    return 65535.0 if over + at_limit > 0.0 else value
