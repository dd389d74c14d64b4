"""Rules that hold between the fields of a book, one small function each.

A rule yields what breaks it; `check` raises the first with the name of the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from hashfall.book import rules_dates, rules_money, rules_references, rules_routes
from hashfall.book.problem import Problem
from hashfall.book.record import Book
from hashfall.errors import InputError

__all__ = ["RULES", "check", "check_known", "problems"]

BookRule = Callable[[Book], Iterator[Problem]]

RULES: Mapping[str, BookRule] = {
    **rules_references.RULES,
    **rules_money.RULES,
    **rules_routes.RULES,
    **rules_dates.RULES,
}
"""Every rule by its name, in the order in which they run."""


def problems(book: Book) -> Iterator[tuple[str, Problem]]:
    """Name of the rule and problem, for everything that breaks a rule."""
    for name, rule in RULES.items():
        for problem in rule(book):
            yield name, problem


def check(book: Book, file: str | None = None) -> None:
    """Refuse a book that breaks a rule.

    Parameters
    ----------
    book : Book
        A valid book.
    file : str, optional
        Its file, for the message; the id of the book where left out.

    Raises
    ------
    InputError
        At the first rule that does not hold.
    """
    for name, problem in problems(book):
        raise _as_error(name, problem, file or book.id)


def check_known(book: Book, file: str | None = None) -> None:
    """Refuse a book that holds what was published after its `known_by`.

    A file may carry the whole record of a case; `hashfall.book.library.at` takes
    off what came out later. A book that is drawn must have gone through it.

    Raises
    ------
    InputError
        At the first figure or entry that looks ahead.
    """
    for problem in rules_dates.look_ahead(book):
        raise _as_error("look_ahead", problem, file or book.id)


def _as_error(rule: str, problem: Problem, file: str) -> InputError:
    hint = f"{problem.hint} (rule {rule})" if problem.hint else f"rule {rule}"
    return InputError(file, problem.place, problem.expected, problem.found, hint)
