"""Where compiled kernels are kept between runs.

The compiler's own cache looks only at the file of the kernel, so it would serve
an old kernel after an edit of a formula in another file. The directory here is
named by a digest of every file of `model` and `engine`, of versions and of the
processor: an edit, an upgrade or another machine has another directory.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Final

__all__ = ["kernel_cache_dir", "kernel_digest"]

_KEPT: Final = 8  # directories of earlier digests, about 2 MB each
_ROOMS: Final = ("model", "engine")


@lru_cache(maxsize=1)
def kernel_digest() -> str:
    """Digest of all that a compiled kernel depends on. [hex]"""
    import llvmlite
    import numba
    import numpy as np
    from llvmlite import binding

    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for path in sorted(p for room in _ROOMS for p in (package / room).rglob("*.py")):
        digest.update(str(path.relative_to(package)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    features = numba.config.CPU_FEATURES or binding.get_host_cpu_features().flatten()
    name = numba.config.CPU_NAME or binding.get_host_cpu_name()
    versions = (sys.version, numba.__version__, np.__version__, llvmlite.__version__)
    digest.update("\n".join((*versions, name, features)).encode())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def kernel_cache_dir() -> Path | None:
    """Directory for compiled kernels; None where nothing can be written.

    ``HASHFALL_CACHE_DIR`` names another place than the user's cache directory.
    """
    import platformdirs

    given = os.environ.get("HASHFALL_CACHE_DIR")
    root = Path(given) if given else Path(platformdirs.user_cache_dir("hashfall"))
    directory = root / "kernels" / kernel_digest()[:24]
    try:
        new = not directory.exists()
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
        if new:
            _drop_old(directory.parent, directory)
    except OSError:
        return None
    return directory


def _drop_old(parent: Path, current: Path) -> None:
    """Keep the directories of the last few digests."""
    others = sorted((p for p in parent.iterdir() if p != current), key=lambda p: p.stat().st_mtime)
    for old in others[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
