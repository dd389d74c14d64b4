"""Formulas of a day of routes: what opens and closes, what a slice takes, what nobody took."""

from __future__ import annotations

from hashfall.model.fmath import floor, log
from hashfall.model.jit import formula

__all__ = ["days_to_change", "room", "sold_btc", "still_needed", "unsellable"]


@formula
def days_to_change(u: float, per_log: float) -> float:
    """Days until what is open closes, or what is closed opens: 1 or more.

    Parameters
    ----------
    u : float
        Uniform in (0, 1).
    per_log : float
        1 over the logarithm of the chance that a day changes nothing, < 0.

    Notes
    -----
    A geometric waiting time by inversion: the same law as a chance on every day. Waits
    beyond 10^9 days are that long.

    Examples
    --------
    >>> days_to_change(0.9, -1.0), days_to_change(0.1, -10.0), days_to_change(0.5, -1e18)
    (1.0, 24.0, 1000000000.0)
    """
    x = floor(log(u) * per_log) + 1.0
    return x if x < 1e9 else 1e9


@formula
def room(slice_left: float, venue_left: float, rail_left: float, per_money: float) -> float:
    """Coins that a slice still takes today. [BTC]

    Parameters
    ----------
    slice_left, venue_left : float
        What slice and venue still take. [BTC]
    rail_left : float
        What the rail still carries. [currency]
    per_money : float
        Coins whose sale brings a unit of money to the rail. [BTC/currency]

    Examples
    --------
    >>> room(5.0, 3.0, 9.0, 1.0), room(5.0, 8.0, 100.0, 0.0125)
    (3.0, 1.25)
    """
    x = slice_left if slice_left < venue_left else venue_left
    most = rail_left * per_money
    return x if x < most else most


@formula
def sold_btc(asked: float, to_sell: float, coins: float, most: float) -> float:
    """Coins sold by a way: for the policy or for money, whichever is more. [BTC]

    Parameters
    ----------
    asked : float
        Coins that would bring the money looked for. [BTC]
    to_sell : float
        Coins that the policy sells. [BTC]
    coins, most : float
        Coins at hand, and what the way takes. [BTC]

    Examples
    --------
    >>> sold_btc(2.0, 0.5, 5.0, 9.0), sold_btc(0.0, 3.0, 5.0, 1.0)
    (2.0, 1.0)
    """
    x = asked if asked > to_sell else to_sell
    x = x if x < coins else coins
    x = x if x < most else most
    return x if x > 0.0 else 0.0


@formula
def still_needed(need: float, asked: float, sold: float, money: float) -> float:
    """Money still looked for after a sale; exactly nothing where enough was sold. [currency]

    Parameters
    ----------
    need, money : float
        Looked for before, and what the sale brings. [currency]
    asked, sold : float
        Coins that would bring it, and coins sold. [BTC]

    Examples
    --------
    >>> still_needed(30.0, 3.0, 2.0, 20.0), still_needed(0.3, 0.1, 0.1, 0.29999)
    (10.0, 0.0)
    """
    left = need - money
    left = left if left > 0.0 else 0.0
    return 0.0 if sold >= asked else left


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
