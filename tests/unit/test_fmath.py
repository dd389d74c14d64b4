"""Elementary functions: accuracy against the C library, and the same bits when compiled."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

from hashfall.model import fmath, innovation, network, price, processes
from hashfall.model import jit as primitive

Floats = NDArray[np.float64]
RNG = np.random.default_rng(20260101)
COUNT = 20_000


def _worst(f: Callable[[float], float], g: Callable[[float], float], x: Floats,
           floor: float = 0.0) -> float:
    """Largest error relative to the size of the answer, or to `floor` where that is larger."""
    return max(abs(f(v) - g(v)) / max(abs(g(v)), floor) for v in x.tolist())


def test_exp() -> None:
    x = np.concatenate([np.linspace(-700, 700, 9001), np.linspace(-1, 1, 4001)])
    assert _worst(fmath.exp, math.exp, x) < 4e-16
    assert _worst(fmath.exp_near_zero, math.exp, np.linspace(-0.03, 0.03, 4001)) < 3e-16


def test_log() -> None:
    x = np.concatenate([np.exp(np.linspace(-700, 700, 6001)), np.linspace(0.25, 4, 6001)])
    assert _worst(fmath.log, math.log, x, floor=0.1) < 1e-15
    assert fmath.log(1.0) == 0.0


def _cos_turns(v: float) -> float:
    """Cosine by the nearest quarter turn, which takes the rounding of 2 pi v out."""
    k = round(4.0 * v)
    x = 2.0 * math.pi * (v - 0.25 * k)
    return (math.cos(x), -math.sin(x), -math.cos(x), math.sin(x))[k % 4]


def test_sine_and_cosine_of_turns() -> None:
    u = np.concatenate([np.linspace(0, 1, 8193), RNG.random(4000)])
    assert _worst(fmath.cos_turns, _cos_turns, u, floor=1.0) < 5e-16
    assert _worst(fmath.sin_turns, lambda v: _cos_turns(v - 0.25), u, floor=1.0) < 5e-16
    for quarter, cosine, sine in ((0.0, 1.0, 0.0), (0.25, 0.0, 1.0), (0.5, -1.0, 0.0)):
        assert fmath.cos_turns(quarter) == cosine
        assert fmath.sin_turns(quarter) == sine


def test_rounding() -> None:
    x = np.concatenate([RNG.uniform(-1e9, 1e9, 4000), np.arange(-50, 50) / 2.0])
    for v in x.tolist():
        assert fmath.floor(v) == math.floor(v)
        assert fmath.round_even(v) == round(v)


def test_fma_rounds_once() -> None:
    for a, b, c in RNG.normal(0, 1, (3000, 3)).tolist():
        exact = Fraction(a) * Fraction(b) + Fraction(c)
        assert primitive.fma(a, b, c) == float(exact)
        cancelled = Fraction(a) * Fraction(b) - Fraction(a * b)
        assert primitive.fma(a, b, -(a * b)) == float(cancelled)
    assert math.copysign(1.0, primitive.fma(0.0, -1.0, -0.0)) == -1.0


def test_a_float_is_its_fraction_and_exponent() -> None:
    for x in np.exp(RNG.uniform(-700, 700, 4000)).tolist():
        m, e = primitive.binary_fraction(x), primitive.binary_exponent(x)
        assert math.sqrt(0.5) <= m < math.sqrt(2.0)
        assert math.ldexp(m, int(e)) == x


def test_normals_follow_their_law() -> None:
    # A fine grid in place of draws: moments of the pair by the midpoint rule.
    u, v = np.meshgrid((np.arange(400) + 0.5) / 400, (np.arange(64) + 0.5) / 64)
    z = np.array([fmath.normal(a, b) for a, b in zip(u.flat, v.flat, strict=True)])
    w = np.array([fmath.second_normal(a, b) for a, b in zip(u.flat, v.flat, strict=True)])
    assert abs(z.mean()) < 1e-12
    assert abs((z * w).mean()) < 1e-12
    assert abs((z * z).mean() - 1.0) < 0.01
    assert abs((z**4).mean() - 3.0) < 0.1


_UNIT = (1e-9, 1.0)
_ARGUMENTS: dict[Callable[..., float], tuple[tuple[float, float], ...]] = {
    primitive.fma: ((-9, 9),) * 3,
    primitive.binary_exponent: ((1e-300, 1e300),),
    primitive.binary_fraction: ((1e-300, 1e300),),
    fmath.exp: ((-700, 700),),
    fmath.exp_near_zero: ((-0.03, 0.03),),
    fmath.log: ((1e-300, 1e5),),
    fmath.cos_turns: ((0, 1),),
    fmath.sin_turns: ((0, 1),),
    fmath.floor: ((-1e9, 1e9),),
    fmath.normal: (_UNIT, (0, 1)),
    price.t_squared_radius: ((-22, -1e-9), (-0.9, -1e-6), (0.1, 9), (4, 90)),
    price.t_return: ((1e-6, 0.07), (0, 90), (-1, 1)),
    price.garch_variance: ((1e-6, 0.07), (-0.5, 0.5), (1e-7, 1e-4), (0, 0.3), (0, 1), (0.01, 0.1)),
    price.convexity: ((1e-6, 0.07), (0, 1), (0, 1), (0, 1), (0, 1)),
    price.jump_uniform: (_UNIT, (1, 100)),
    price.jump_size: (_UNIT, _UNIT, (-22, 0), (-1, 1), (-0.1, 0.1), (0, 0.2)),
    price.price_step: ((1, 1e6), (-0.1, 0.1), (-2, 2)),
    price.bridge_return: ((-1, 1), (1, 14), (0, 0.1), (-6, 6)),
    processes.power_price: ((0.01, 0.1), (-2, 2), (0, 1), (0, 9)),
    processes.log_normal: (_UNIT, (0, 1), (-2, 3), (0, 1)),
    processes.capacity_growth: ((0, 9), (0, 999), (0, 0.01), (0, 0.01), (2, 5), (0, 0.01),
                                (0, 0.02), (-6, 6)),
    network.reward_per_ph_day: ((1e-15, 1e-13), (1, 50), (-9, 2)),
    network.ema_step: ((0, 9), (1e3, 1e6), (1e-5, 1e-2)),
    network.days_past_epoch: ((2015, 2500), (50, 300)),
}


def _compiled(function: Callable[..., float]) -> Any:
    """Lane loop over the columns of an array."""
    names = [f"x[{i}, k]" for i in range(len(_ARGUMENTS[function]))]
    text = "def loop(x, out):\n    for k in range(out.size):\n"
    text += f"        out[k] = f({', '.join(names)})\n"
    space: dict[str, Any] = {"f": function}
    exec(text, space)
    return njit(error_model="numpy")(space["loop"])


@pytest.mark.parametrize("function", _ARGUMENTS, ids=lambda f: f.__name__)
def test_compiled_formulas_give_the_same_bits(function: Callable[..., float]) -> None:
    spans = _ARGUMENTS[function]
    wide = [high > 1e100 for _, high in spans]
    x = np.array([
        np.exp(RNG.uniform(math.log(low), math.log(high), 4000)) if far
        else RNG.uniform(low, high, 4000)
        for (low, high), far in zip(spans, wide, strict=True)
    ])
    out = np.empty(x.shape[1])
    _compiled(function)(x, out)
    assert out.tolist() == [function(*column) for column in x.T.tolist()]


@pytest.mark.parametrize("nu", [2.6, 3.3, 4.0, 5.2, 30.0, 1e6])
def test_law_of_the_innovation(nu: float) -> None:
    law = innovation.radius_law(nu, 8.0)
    edges = np.concatenate([np.geomspace(1e-13, 1e-3, 15_001), np.linspace(1e-3, 1, 15_001)[1:]])
    u, w = 0.5 * (edges[1:] + edges[:-1]), np.diff(edges)
    square = np.array([
        price.t_squared_radius(fmath.log(v), law.power, law.scale, law.limit) for v in u.tolist()
    ])
    variance = float(w @ square) / 2.0
    assert variance == pytest.approx(1.0, abs=2e-4)
    if nu > 6.0:
        assert 0.375 * float(w @ square**2) == pytest.approx(3.0 + 6.0 / (nu - 4.0), rel=2e-3)


@pytest.mark.parametrize("nu", [3.3, 5.2, 1e6])
def test_convexity_is_the_log_of_a_mean(nu: float) -> None:
    law = innovation.radius_law(nu, 8.0)
    c = innovation.convexity_coefficients(law, 0.07)
    h = np.array([1e-4, 1e-3, 5e-3, 0.02, 0.069])
    exact = innovation.log_mean_exp(law, h)
    fitted = [price.convexity(v, *c) for v in h.tolist()]
    assert fitted == pytest.approx(exact.tolist(), rel=3e-8, abs=2e-9)
    # By brute force over radius and angle.
    u = (np.arange(20_000) + 0.5) / 20_000
    radius = np.sqrt(np.minimum(law.scale * np.expm1(law.power * np.log(u)), law.limit))
    angle = np.cos(2.0 * math.pi * (np.arange(64) + 0.5) / 64)
    for variance, value in zip(h.tolist(), exact.tolist(), strict=True):
        mean = np.exp(math.sqrt(variance) * radius[:, None] * angle).mean()
        assert math.log(mean) == pytest.approx(value, rel=3e-3)
