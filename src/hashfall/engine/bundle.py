"""Several packed ledgers as one set of flat arrays, so that one call runs them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hashfall.engine.calendar import Floats
from hashfall.engine.pack import Packed

__all__ = ["Bundle", "bundle"]

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Bundle:
    """Flat arrays of J ledgers; ``*_at`` of shape (J + 1,) says where each begins."""

    heads: Ints  # (J, header)
    ints: Ints
    ints_at: Ints
    values: Floats
    values_at: Ints
    schedule: Floats
    schedule_at: Ints
    state: Floats
    state_at: Ints
    live: Ints
    live_at: Ints
    months: int

    @property
    def count(self) -> int:
        """Number of ledgers."""
        return len(self.heads)


def _join(parts: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], Ints]:
    at = np.zeros(len(parts) + 1, np.int64)
    at[1:] = np.cumsum([part.size for part in parts])
    return np.concatenate([part.ravel() for part in parts]), at


def bundle(packs: Sequence[Packed]) -> Bundle:
    """Flat arrays of packed ledgers that share one calendar.

    Raises
    ------
    ValueError
        If there is none, or their lengths differ.
    """
    if not packs or len({len(p.schedule) for p in packs}) != 1:
        raise ValueError("bundle: expected one or more ledgers of one length")
    calendar = packs[0].calendar
    arrays: dict[str, NDArray[Any]] = {}
    for name in ("ints", "values", "schedule", "state"):
        arrays[name], arrays[f"{name}_at"] = _join([getattr(p, name) for p in packs])
    arrays["live"], arrays["live_at"] = _join([p.live() for p in packs])
    return Bundle(
        heads=np.stack([p.head for p in packs]),
        months=calendar.months if calendar is not None else 0, **arrays,
    )
