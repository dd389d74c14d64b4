"""The compiled kernels in one place; each is compiled when it is first called."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

__all__ = ["Kernels", "kernels"]


@dataclass(frozen=True)
class Kernels:
    """Kernels that Python calls.

    Attributes
    ----------
    block : callable
        One block of paths: the world, every ledger on it, the reduction
        (`hashfall.engine.block.block`).
    world : callable
        The world alone over a slab of days (`hashfall.engine.world.world`).
    words : callable
        Uniforms of one day and factor (`hashfall.engine.world_price.words`).
    """

    block: Any
    world: Any
    words: Any


@lru_cache(maxsize=1)
def kernels() -> Kernels:
    """Kernels of this process. They come from the disk cache where one holds them."""
    from hashfall.engine.block import block
    from hashfall.engine.world import words_kernel, world_kernel

    return Kernels(block, world_kernel(), words_kernel())
