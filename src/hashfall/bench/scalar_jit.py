"""How the scalar opponent is compiled: as fast as the compiler makes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

__all__ = ["called", "inlined"]

F = TypeVar("F", bound=Callable[..., Any])

# Reference counts of the arrays would cost more than the ledger itself: nothing is
# allocated here, so none are kept.
_OPTIONS = {"error_model": "numpy", "nogil": True, "_nrt": False}


def inlined(function: F) -> F:
    """Compile a step of a path's day that is put into its caller."""
    compiled: F = njit(forceinline=True, **_OPTIONS)(function)
    return compiled


def called(function: F) -> F:
    """Compile a step that is rare, or the whole loop."""
    compiled: F = njit(**_OPTIONS)(function)
    return compiled
