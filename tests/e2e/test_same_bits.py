"""The world has the same bits on a processor without fused multiply-add or wide vectors."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import hashlib
import numpy as np
from hashfall.engine.kernels import kernels
from hashfall.engine.layout import LANES, WorldFixed, WorldParam, WorldRow, WorldState
from hashfall.model.innovation import radius_law

P, S = WorldParam, WorldState
digest = hashlib.sha256()
for mode in (0.0, 1.0):
    p, start = np.zeros(int(P.COUNT)), np.zeros(int(S.COUNT))
    p[P.T_POWER : P.T_LIMIT + 1] = p[P.FEE_POWER : P.FEE_LIMIT + 1] = radius_law(4.0, 8.0)
    for place, value in ((P.OMEGA, 1e-5), (P.ALPHA, 0.16), (P.BETA, 0.83), (P.CAP, 0.07),
                         (P.C1, 0.5), (P.JUMP_P, 0.1), (P.JUMP_SD, 0.04), (P.FEE_SD, 0.3),
                         (P.FEE_LOW, -7.0), (P.FEE_HIGH, 2.0), (P.CAP_SD, 0.017), (P.MODE, mode),
                         (P.BOOT_ROWS, 3.0), (P.BOOT_BLOCK, 2.0), (P.REGIONS, 3.0),
                         (P.CURRENCIES, 2.0), (P.FX_SD, 0.01), (P.FX_SD + 1, 0.02)):
        p[place] = value
    p[P.POWER : P.POWER + 18] = [0.05, 0.1, 0.2, 0.05, 1.0, 0.5] * 3
    for row, value in ((S.PRICE, 1e5), (S.VARIANCE, 1e-3), (S.FEE_X, -4.0), (S.HASHRATE, 900.0),
                       (S.EMA_LOG_HP, 3.9), (S.MANTISSA, 142004.0), (S.SIZE, 23.0),
                       (S.INV_DIFFICULTY, 8e-15), (S.BLOCKS, 1900.0), (S.ELAPSED, 13.0),
                       (S.TO_HALVING, 3000.0), (S.SUBSIDY, 3.125), (S.FX, 80.0), (S.FX + 1, 500.0)):
        start[row] = value
    table = np.array([[0.1, 0.03, -3.0, 0.002], [-0.2, 0.05, -4.0, -0.01], [0.0, 0.02, -2.0, 0.0]])
    fixed, out = np.zeros((97, int(WorldFixed.COUNT))), np.zeros((32, WorldRow.COUNT * LANES))
    state = np.repeat(start, LANES)
    for day in (1, 33, 65):
        kernels().world(state, p, table, fixed, out, 640, day, 32, 99)
        digest.update(out.tobytes())
print(digest.hexdigest())
"""

PROCESSORS = {
    "this one": {},
    "no vectors beyond SSE2, no fused multiply-add": {"NUMBA_CPU_NAME": "x86-64"},
}


@pytest.mark.skipif(
    platform.machine().lower() not in {"x86_64", "amd64"}, reason="names processors of x86-64"
)
def test_every_processor_gives_the_same_bits(root: Path, tmp_path: Path) -> None:
    digests = {}
    for name, target in PROCESSORS.items():
        features = {"NUMBA_CPU_FEATURES": ""} if target else {}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(root / "src"), **target, **features},
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        digests[name] = done.stdout
    assert len(set(digests.values())) == 1
