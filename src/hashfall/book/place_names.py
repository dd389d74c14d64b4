"""Names of the places where machines stand, and which place holds which."""

from __future__ import annotations

from typing import Final

from hashfall.book.messages import nearest, shown
from hashfall.errors import InputError

__all__ = ["PLACES", "check_place", "holders"]

_COUNTRIES: Final = (
    "angola", "bhutan", "canada", "china", "ethiopia", "georgia", "germany", "iceland", "iran",
    "ireland", "kazakhstan", "kosovo", "kuwait", "laos", "malaysia", "norway", "oman", "paraguay",
    "russia", "sweden", "united_arab_emirates", "united_states", "venezuela", "rest_of_world",
)
_PARTS: Final = {
    "china": ("beijing", "inner_mongolia", "qinghai", "sichuan", "xinjiang", "yunnan",
              "china_other"),
    "russia": ("buryatia", "irkutsk", "zabaykalye", "russia_other"),
    "united_states": ("georgia_state", "kentucky", "new_york", "texas", "united_states_other"),
    "canada": ("manitoba", "quebec", "canada_other"),
}

PLACES: Final[dict[str, str | None]] = {
    "world": None,
    **dict.fromkeys(_COUNTRIES, "world"),
    **{part: whole for whole, parts in _PARTS.items() for part in parts},
}
"""Each place and the one that holds it; ``x_other`` is a country less its named parts."""


def check_place(place: str, file: str, where: str) -> None:
    """Refuse a place that is not known, with the nearest name.

    Examples
    --------
    >>> check_place("kazahstan", "a.toml", "network.window.0.place")
    Traceback (most recent call last):
        ...
    hashfall.errors.InputError: a.toml: network.window.0.place: expected a known place,
        found "kazahstan"; did you mean kazakhstan?
    """
    if place not in PLACES:
        raise InputError(file, where, "a known place", shown(place), nearest(place, PLACES))


def holders(place: str) -> tuple[str, ...]:
    """Places that hold a place, the smallest first.

    Examples
    --------
    >>> holders("texas")
    ('united_states', 'world')
    """
    found = []
    above = PLACES[place]
    while above is not None:
        found.append(above)
        above = PLACES[above]
    return tuple(found)
