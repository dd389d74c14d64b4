"""Options that every command which opens a company takes, with their meaning."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

__all__ = ["Answer", "AsOf", "Company", "Html", "Json", "KnownBy", "Paths", "Quiet", "Scenarios",
           "Seed", "Sets", "Threads", "Years"]

Company = Annotated[str, Parameter(help="Case id such as bitriver, or a book file (.toml).")]
"""Which company."""
AsOf = Annotated[str | None, Parameter(help="Date of the balances; moves the cut-off of "
                                       "information with it.")]
"""Date of the balances."""
KnownBy = Annotated[str | None, Parameter(help="Cut-off of information alone.")]
"""Cut-off of information."""
Scenarios = Annotated[list[str] | None, Parameter(
    name="--scenario", negative="", help="Scenario file; may be given several times.")]
"""Scenario files in order."""
Sets = Annotated[list[str] | None, Parameter(
    name="--set", negative="", help="PATH=VALUE, changes one field of the book; may be given "
    "several times.")]
"""Changes of single fields."""
Years = Annotated[float, Parameter(help="Horizon in years.")]
"""Horizon. [years]"""
Paths = Annotated[int | None, Parameter(help="Simulated paths in all, over every draw of the "
                                        "book; rounded up to draws x a multiple of 128.")]
"""Number of paths."""
Seed = Annotated[int, Parameter(help="Seed of the random numbers.")]
"""Seed."""
Threads = Annotated[int | None, Parameter(help="Processor threads; the result does not depend "
                                          "on it.")]
"""Number of threads."""
Answer = Annotated[bool, Parameter(
    negative="--no-network", help="Let the world's hashrate answer to hashprice; without it "
                                  "hashrate grows by itself.")]
"""Whether the network answers."""
Json = Annotated[str | None, Parameter(allow_leading_hyphen=True,
                                       help="File for the machine output; - for stdout.")]
"""Target of the machine output."""
Html = Annotated[str | None, Parameter(help="File for the page.")]
"""Target of the page."""
Quiet = Annotated[bool, Parameter(negative="", help="No progress and no notes.")]
"""Whether stderr stays silent."""
