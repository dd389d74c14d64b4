"""What a kernel became in machine code: how much of its arithmetic works on whole vectors."""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ["count_arithmetic", "kernel_assembly", "packed_share"]

# x86-64 packed and scalar doubles, then the same of AArch64.
_PACKED: Final = re.compile(
    r"^\s+(?:v?(?:add|sub|mul|div|sqrt|min|max)pd|vfn?m(?:add|sub)\d+pd"
    r"|f(?:add|sub|mul|div|sqrt|mla|mls|min|max)\s+v\d+\.2d)\b",
    re.MULTILINE,
)
_SCALAR: Final = re.compile(
    r"^\s+(?:v?(?:add|sub|mul|div|sqrt|min|max)sd|vfn?m(?:add|sub)\d+sd"
    r"|f(?:add|sub|mul|div|sqrt|madd|msub|min|max)\s+d\d+)\b",
    re.MULTILINE,
)


def count_arithmetic(assembly: str) -> tuple[int, int]:
    """Arithmetic instructions on doubles: those on vectors, those on single numbers.

    Examples
    --------
    >>> count_arithmetic("\\tvaddpd %zmm0, %zmm1, %zmm2\\n\\tmulsd %xmm0, %xmm1\\n\\tret\\n")
    (1, 1)
    """
    return len(_PACKED.findall(assembly)), len(_SCALAR.findall(assembly))


def kernel_assembly(kernel: Any) -> str:
    """Machine code of a compiled kernel, as text.

    Parameters
    ----------
    kernel : numba dispatcher
        Kernel that has run at least once. One that came from the disk cache is
        compiled again, since the cache keeps no text.

    Raises
    ------
    ValueError
        If the kernel has not been compiled.
    """
    from numba import njit

    from hashfall.engine.compiled import OPTIONS

    if not kernel.signatures:
        raise ValueError("kernel: expected one that has run, found one that was never compiled")
    signature = kernel.signatures[0]
    if sum(kernel.stats.cache_hits.values()):
        fresh = njit(**OPTIONS)(kernel.py_func)
        fresh.compile(signature)
        return str(fresh.inspect_asm(signature))
    return str(kernel.inspect_asm(signature))


def packed_share(kernel: Any, part: str = "") -> float:
    """Share of a compiled kernel's arithmetic on doubles that works on whole vectors, 0 to 1.

    Parameters
    ----------
    kernel : numba dispatcher
        Kernel that has run at least once.
    part : str
        Count only functions in whose symbol this name stands, such as ``7network``: a
        symbol writes the length of a name before it. Empty for all.
    """
    assembly = kernel_assembly(kernel)
    chosen = "".join(text for name, text in _functions(assembly) if part in name)
    packed, scalar = count_arithmetic(chosen)
    return packed / max(packed + scalar, 1)


def _functions(assembly: str) -> list[tuple[str, str]]:
    """Symbols and the text that follows each."""
    pieces = re.split(r"^([A-Za-z_]\S*):.*$", assembly, flags=re.MULTILINE)
    return list(zip(pieces[1::2], pieces[2::2], strict=True))
