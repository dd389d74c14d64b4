"""The command line.

`main` reads the arguments, runs one command and returns its exit code: 0 on
success, 1 where a check did not hold, 2 on bad input, 3 on an unavailable
source, 130 when interrupted. Commands are named here by import string and
loaded when they run, so that ``hashfall --help`` needs nothing but the standard
library.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from hashfall import __version__
from hashfall.errors import HashfallError, InputError

if TYPE_CHECKING:
    from cyclopts import App

__all__ = ["COMMANDS", "Command", "build_app", "help_text", "main"]

INTERRUPTED = 130
"""Exit code after an interrupt from the keyboard."""


class Command(NamedTuple):
    """One command: its name, where its function is, and one line of help."""

    name: str
    target: str
    help: str


_TABLE = (
    ("assess", "assess:assess", "How likely a miner runs out of money, when, of what"),
    ("describe", "describe:describe", "A book in words and tables, without a run"),
    ("schema", "describe:schema", "JSON Schema of a book file"),
    ("rerun", "rerun:rerun", "Reproduce a result file and compare it bit for bit"),
    ("history", "history:history", "Network history shipped with the package"),
    ("hashprice", "hashprice:hashprice", "Hashprice and break-evens at a date"),
    ("network", "network:network", "What the network does, with and without an exit"),
    ("replay", "replay:replay", "Retargets after dated events, predicted and observed"),
    ("forecast", "forecast:forecast", "Forecasts of difficulty, scored out of sample"),
    ("cashout", "cashout:cashout", "Coins to money: by when, through what, until what halts"),
    ("screen", "screen:screen", "Sanction lists: exposure with reasons, routes lost"),
    ("verify", "verify:verify", "Checks against closed forms and published numbers"),
    ("bench", "bench:bench", "Speed as ratios measured in one run"),
)
COMMANDS = tuple(Command(name, f"hashfall.cli.{where}", text) for name, where, text in _TABLE)
"""Every command, in the order in which help lists them."""


def help_text() -> str:
    """What ``hashfall --help`` prints.

    Examples
    --------
    >>> help_text().splitlines()[0]
    'hashfall: solvency and contagion risk of Bitcoin mining companies'
    """
    lines = [
        "hashfall: solvency and contagion risk of Bitcoin mining companies",
        "",
        "Usage: hashfall COMMAND [ARGUMENTS]",
        "",
        "Commands:",
        *(f"  {c.name:<11}{c.help}" for c in COMMANDS),
        "",
        "hashfall COMMAND --help tells the arguments of one command.",
        "hashfall --version prints the version.",
        "",
        "Start with: hashfall assess bitriver",
    ]
    return "\n".join(lines)


def build_app() -> App:
    """The cyclopts application with every command, none of them imported yet."""
    from cyclopts import App, Parameter

    app = App(
        name="hashfall",
        help=help_text().splitlines()[0],
        version=__version__,
        suppress_keyboard_interrupt=False,
        help_formatter="plain",  # read in pipes and by ear: no boxes
        default_parameter=Parameter(negative=()),
    )
    for command in COMMANDS:
        app.command(command.target, name=command.name)
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process when left out.

    Examples
    --------
    >>> main(["--version"])
    0.1.0
    0
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        _survive_odd_terminals()
        code = _dispatch(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader went away (`| head`): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except HashfallError as problem:
        print(f"hashfall: {problem}", file=sys.stderr)
        return problem.exit_code
    return code


def _survive_odd_terminals() -> None:
    """Print a question mark where a terminal has no such letter, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("--help", "-h", "help"):
        print(help_text())
        return 0
    if arguments[0] == "--version":
        print(__version__)
        return 0
    names = [c.name for c in COMMANDS]
    if arguments[0] not in names:
        raise _unknown(arguments[0], names)
    return _run(arguments)


def _unknown(word: str, names: list[str]) -> InputError:
    from difflib import get_close_matches

    near = get_close_matches(word, names, 1)
    hint = f"did you mean {near[0]}?" if near else "see hashfall --help"
    return InputError("command line", "", "a command", repr(word), hint)


def _run(arguments: list[str]) -> int:
    from cyclopts import CycloptsError

    result: Any
    try:
        result = build_app()(
            arguments,
            exit_on_error=False,
            print_error=False,
            verbose=False,
            result_action="return_value",
        )
    except CycloptsError as problem:
        text = " ".join(str(problem).split())
        hint = f"see hashfall {arguments[0]} --help"
        raise _ArgumentError(f"{arguments[0]}: {text.rstrip('.')}; {hint}") from problem
    return result if isinstance(result, int) else 0


class _ArgumentError(HashfallError):
    """Arguments that the command line could not read."""

    exit_code = 2
