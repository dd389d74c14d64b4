"""Kernels work on whole vectors: a silent fall to scalar code fails here."""

from __future__ import annotations

import math
import platform
from typing import Any

import numpy as np
import pytest
from numba import njit

from hashfall.engine.assembly import count_arithmetic, kernel_assembly, packed_share
from hashfall.engine.kernels import kernels
from hashfall.engine.layout import LANES, SLAB_DAYS, WorldFixed, WorldParam, WorldRow, WorldState

pytestmark = pytest.mark.skipif(
    platform.machine().lower() not in {"x86_64", "amd64", "aarch64", "arm64"},
    reason="knows the instructions of x86-64 and AArch64",
)


@pytest.fixture(scope="module")
def world() -> Any:
    kernel = kernels().world
    state = np.ones(int(WorldState.COUNT) * LANES)
    out = np.zeros((SLAB_DAYS, int(WorldRow.COUNT) * LANES))
    fixed = np.zeros((2, int(WorldFixed.COUNT)))
    kernel(state, np.zeros(int(WorldParam.COUNT)), np.zeros((1, 4)), fixed, out, 0, 1, 1, 7)
    return kernel


def test_instructions_are_told_apart() -> None:
    text = """
\tvfmadd213pd\t(%rax), %zmm1, %zmm2
\tvdivpd\t%ymm1, %ymm2, %ymm3
\taddpd\t%xmm1, %xmm2
\tvsqrtsd\t%xmm1, %xmm2, %xmm3
\tvfnmadd231sd\t%xmm1, %xmm2, %xmm3
\tvpaddq\t%zmm1, %zmm2, %zmm3
\tfmul\tv0.2d, v1.2d, v2.2d
\tfadd\td0, d1, d2
"""
    assert count_arithmetic(text) == (4, 3)


def test_a_path_by_path_loop_is_seen() -> None:
    @njit(error_model="numpy")  # type: ignore[untyped-decorator]  # numba
    def walk(x: float, n: int) -> float:
        for _ in range(n):
            x = math.sqrt(x * 1.5 + 1.0) / (x + 2.0)
        return x

    walk(1.0, 3)
    assert packed_share(walk) < 0.2


def test_a_kernel_that_never_ran_is_refused() -> None:
    @njit  # type: ignore[untyped-decorator]  # numba
    def idle(x: float) -> float:
        return x

    with pytest.raises(ValueError, match="never compiled"):
        packed_share(idle)


def test_the_world_works_on_whole_vectors(world: Any) -> None:
    # What is left: one lane at a time from a list (retarget), and unused fall-backs.
    assert packed_share(world) > 0.75
    for part in ("5words", "7normals", "5radii", "5garch", "7network", "5sizes"):
        assert packed_share(world, part) > 0.95, part


def test_the_world_calls_no_c_library(world: Any) -> None:
    assembly = kernel_assembly(world)
    for name in ("exp", "log", "sin", "cos", "pow", "fma", "floor"):
        assert f"\t{name}@" not in assembly
        assert f"${name}," not in assembly
        assert f"callq\t{name}\n" not in assembly
