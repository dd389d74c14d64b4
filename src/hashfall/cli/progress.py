"""A bar on a terminal, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Report", "progress_bar"]

Report = Callable[[str, float], None]
"""Takes what is being done and the share of it that is done, 0 to 1."""


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[Report]:
    """Function that shows progress on stderr while a run lasts.

    Parameters
    ----------
    quiet : bool
        Show nothing, as when stderr is not a terminal.

    Examples
    --------
    >>> with progress_bar(quiet=True) as report:
    ...     report("world and ledgers", 0.5)
    """
    if quiet or not sys.stderr.isatty():
        yield _ignore
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def report(what: str, share: float) -> None:
            bar.update(task, description=what, completed=min(1.0, max(0.0, share)))

        yield report


def _ignore(what: str, share: float) -> None:
    """Nobody is looking."""
