"""How kernels are compiled: options, vector width, disk cache, bare views of lane arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from llvmlite import binding
from numba import config, njit, types
from numba.extending import lower_builtin, type_callable

from hashfall.engine.cache import kernel_cache_dir
from hashfall.model.jit import part

__all__ = ["OPTIONS", "entry_kernel", "lane_kernel", "tail"]

F = TypeVar("F", bound=Callable[..., Any])

OPTIONS: Final = {
    "error_model": "numpy", "nogil": True, "no_cfunc_wrapper": True, "_nrt": False,
}
"""How kernels are compiled. No reference counts: they allocate nothing, the caller holds all."""


def _use_wide_vectors() -> None:
    """Let the compiler use 512-bit vectors where the processor has them.

    LLVM keeps to 256 bits on several processors on which lane loops of doubles run a
    third faster at 512. The bits of a result do not depend on it.
    """
    if config.CPU_NAME is None and config.CPU_FEATURES is None and config.ENABLE_AVX:
        features = binding.get_host_cpu_features()
        if features.get("avx512f"):
            config.CPU_FEATURES = f"{features.flatten()},-prefer-256-bit"


_use_wide_vectors()


@contextmanager
def _cache_at(directory: str) -> Iterator[None]:
    """Let the compiler choose `directory` for a kernel that is declared inside."""
    before = config.CACHE_DIR
    config.CACHE_DIR = directory
    try:
        yield
    finally:
        config.CACHE_DIR = before


def lane_kernel(function: F) -> F:
    """Mark a part of a kernel, which other kernels call; Python runs it as written."""
    return part(function)


def entry_kernel(function: Callable[..., Any]) -> Any:
    """Compile a kernel that runs call, and keep it on disk.

    A closure is not kept: the compiler keys its cache by the cells, and those that
    hold other kernels differ in every process.
    """
    directory = kernel_cache_dir()
    if directory is None or function.__closure__ is not None:
        return njit(**OPTIONS)(function)
    with _cache_at(str(directory)):
        return njit(**OPTIONS, cache=True)(function)


def tail(array: Any, start: int) -> Any:
    """View of a flat contiguous array from an element on.

    In a kernel it is a bare address: no bounds, no length, no reference count.
    Takes the offset of a row out of a lane loop, without which the loop stays scalar.

    Examples
    --------
    >>> tail([1.0, 2.0, 3.0], 1)
    [2.0, 3.0]
    """
    return array[start:]


@type_callable(tail)  # type: ignore[untyped-decorator]  # no types
def _type_tail(context: Any) -> Any:
    def typed(array: Any, start: Any) -> Any:
        # A bare address: kernels pass many views, and an array is seven numbers to pass.
        return types.CPointer(array.dtype)(array, types.intp)

    return typed


@lower_builtin(tail, types.Array, types.intp)  # type: ignore[untyped-decorator]  # no types
def _emit_tail(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, args[0])
    return builder.gep(array.data, [args[1]])


@lower_builtin(tail, types.CPointer, types.intp)  # type: ignore[untyped-decorator]  # no types
def _emit_tail_of_tail(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    return builder.gep(args[0], [args[1]])
