"""Tax that falls due when coins are credited, before they are money: what it destroys.

Under Russian law (418-FZ, from 1 January 2025) profit tax is due on the market value of
coins on the day on which they are credited, whatever a sale brings later. A coin that
sells below that value is taxed on money that nobody got.
"""

from __future__ import annotations

from hashfall.model.jit import formula

__all__ = ["destroyed_per_coin", "poison_net", "value_per_coin"]


@formula
def value_per_coin(net: float, rise: float, cost: float, rate: float, at_crediting: float,
                   relief: float) -> float:
    """What a coin leaves after cost and tax. [share of its spot value at crediting]

    Parameters
    ----------
    net : float
        Money a sale brings over spot on its day, 1 less haircut and fees.
    rise : float
        Spot at the sale over spot at crediting.
    cost : float
        Deductible cost of the coin over its spot value at crediting.
    rate : float
        Profit tax.
    at_crediting : float
        1 when spot at crediting is taxed, 0 when the proceeds are.
    relief : float
        Share of the loss at the sale that is set off against other profit, 0 to 1.

    Notes
    -----
    At crediting: ``n g - c - r (1 - c) + r R max(0, 1 - n g)``; at the sale:
    ``n g - c - r (n g - c)``. Losses of operation are set off in full.

    Examples
    --------
    A coin worth 100 that costs 60 and sells for 80: tax of 10 on 40, or of 5 on 20.

    >>> round(value_per_coin(0.8, 1.0, 0.6, 0.25, 1.0, 0.0), 6)
    0.1
    >>> round(value_per_coin(0.8, 1.0, 0.6, 0.25, 0.0, 0.0), 6)
    0.15
    """
    money = net * rise
    loss = 1.0 - money
    loss = loss if loss > 0.0 else 0.0
    taxed = at_crediting + (1.0 - at_crediting) * money
    return money - cost - rate * (taxed - cost) + at_crediting * rate * relief * loss


@formula
def destroyed_per_coin(net: float, rise: float, rate: float, relief: float) -> float:
    """What taxing a coin at crediting costs against taxing its sale. [share of spot]

    Parameters
    ----------
    net, rise, rate, relief : float
        As in `value_per_coin`.

    Notes
    -----
    ``r (1 - n g) (1 - R)`` where the coin sells below its value at crediting; a gain,
    below 0, where it sells above: ``r (1 - n g)``.

    Examples
    --------
    >>> round(destroyed_per_coin(0.8, 1.0, 0.25, 0.0), 6), destroyed_per_coin(0.8, 1.0, 0.25, 1.0)
    (0.05, 0.0)
    """
    loss = 1.0 - net * rise
    kept = 1.0 - relief if loss > 0.0 else 1.0
    return rate * loss * kept


@formula
def poison_net(rise: float, cost: float, rate: float, at_crediting: float) -> float:
    """Net share of spot below which a coin mined takes value away, no relief. [share]

    Parameters
    ----------
    rise, cost, rate, at_crediting : float
        As in `value_per_coin`.

    Notes
    -----
    ``(c + r (1 - c)) / g`` when taxed at crediting, ``c / g`` when taxed at the sale.

    Examples
    --------
    >>> round(poison_net(1.0, 0.6, 0.25, 1.0), 6), poison_net(1.0, 0.6, 0.25, 0.0)
    (0.7, 0.6)
    """
    return (cost + at_crediting * rate * (1.0 - cost)) / rise
