"""Errors of hashfall, one base class.

::

    HashfallError
    ├── InputError        what a user gave cannot be used            (exit code 2)
    ├── CheckError        a check that ran did not hold              (exit code 1)
    └── SourceError       an outside source could not be had         (exit code 3)
"""

from __future__ import annotations

__all__ = ["CheckError", "HashfallError", "InputError", "SourceError"]


class HashfallError(Exception):
    """Base of every error that hashfall raises on purpose."""

    exit_code = 1


class InputError(HashfallError):
    """What a user gave cannot be used; the text is one line.

    Parameters
    ----------
    file : str
        File, flag or argument at fault.
    place : str
        Path inside it, such as ``debts.galaxy.principal`` (empty if the whole).
    expected, found : str
        What would have been right and what was there.
    hint : str
        What to do about it (may be empty).

    Examples
    --------
    >>> str(InputError("a.toml", "accounts.main.balance", "a number >= 0", "-5"))
    'a.toml: accounts.main.balance: expected a number >= 0, found -5'
    """

    exit_code = 2

    def __init__(
        self, file: str, place: str, expected: str, found: str, hint: str = ""
    ) -> None:
        self.file, self.place = file, place
        self.expected, self.found, self.hint = expected, found, hint
        where = f"{file}: {place}" if place else file
        text = f"{where}: expected {expected}, found {found}"
        if hint:
            text += f"; {hint}"
        super().__init__(" ".join(text.split()))


class CheckError(HashfallError):
    """A check that ran did not hold."""

    exit_code = 1


class SourceError(HashfallError):
    """An outside source could not be had."""

    exit_code = 3
