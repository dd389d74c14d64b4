"""Size of a block of paths and of a slab of days; the rows of a world by their names.

The rows stand in `hashfall.model.layout`, which kernels and their twins share.
"""

from __future__ import annotations

from typing import Final

from hashfall.model.layout import (
    COHORTS,
    CURVE_STEP,
    KNOTS,
    MAX_FX,
    MAX_REGIONS,
    Epoch,
    WorldFixed,
    WorldParam,
    WorldRow,
    WorldState,
)

__all__ = [
    "COHORTS",
    "CURVE_STEP",
    "KNOTS",
    "LANES",
    "MAX_FX",
    "MAX_REGIONS",
    "SLAB_DAYS",
    "Epoch",
    "WorldFixed",
    "WorldParam",
    "WorldRow",
    "WorldState",
]

LANES: Final = 128
"""Paths of a block."""
SLAB_DAYS: Final = 32
"""Days of a world that are held at a time."""
