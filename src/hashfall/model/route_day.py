"""Formulas of a day of routes: what opens and closes, what a slice takes, what nobody took."""

from __future__ import annotations

from hashfall.model.jit import formula

__all__ = ["room", "turned", "unsellable"]


@formula
def turned(is_open: float, u: float, closes: float, reopens: float) -> float:
    """Whether a route is open today: 1 or 0.

    Parameters
    ----------
    is_open : float
        1 if it was open yesterday, else 0.
    u : float
        Uniform in (0, 1).
    closes, reopens : float
        Chance of a day that it closes, and that it opens again.

    Examples
    --------
    >>> turned(1.0, 0.3, 0.5, 0.1), turned(1.0, 0.6, 0.5, 0.1), turned(0.0, 0.05, 0.5, 0.1)
    (0.0, 1.0, 1.0)
    """
    turns = u < (closes if is_open > 0.0 else reopens)
    return 1.0 - is_open if turns else is_open


@formula
def room(slice_left: float, venue_left: float, rail_left: float, per_through: float) -> float:
    """Coins that a slice still takes today. [BTC]

    Parameters
    ----------
    slice_left, venue_left : float
        What slice and venue still take. [BTC]
    rail_left : float
        What the rail still carries. [BTC at spot]
    per_through : float
        1 over the share of spot that enters the rail.

    Examples
    --------
    >>> room(5.0, 3.0, 9.0, 1.0), room(5.0, 8.0, 1.0, 1.25)
    (3.0, 1.25)
    """
    x = slice_left if slice_left < venue_left else venue_left
    most = rail_left * per_through
    return x if x < most else most


@formula
def unsellable(to_sell: float, need: float, price: float, coins: float) -> float:
    """Coins that nobody took although the firm wanted to sell them. [BTC]

    Parameters
    ----------
    to_sell : float
        Coins that the treasury policy still wants sold. [BTC]
    need : float
        Money still looked for. [currency]
    price : float
        Coin price, > 0. [currency/BTC]
    coins : float
        Coins at hand. [BTC]

    Examples
    --------
    >>> unsellable(2.0, 0.0, 100.0, 5.0), unsellable(2.0, 300.0, 100.0, 5.0)
    (2.0, 3.0)
    >>> unsellable(0.0, 900.0, 100.0, 5.0)
    5.0
    """
    asked = need / price
    x = asked if asked > to_sell else to_sell
    return x if x < coins else coins
