"""Formulas of the cash ledger: margin, payment, sale, tax, clients, clocks."""

from __future__ import annotations

from hashfall.model.jit import formula

__all__ = [
    "client_margin", "first_day", "mining_margin", "pay", "resale_factor", "run_length",
    "sale_btc", "tax_assessed",
]


@formula
def mining_margin(
    price: float, reward: float, pool_fee: float, kwh: float, power: float, take_or_pay: float
) -> float:
    """What a PH earns in a day above the power it can avoid. [currency of price and power]

    Parameters
    ----------
    price : float
        Coin price. [currency/BTC]
    reward : float
        Reward before pool fee. [BTC/PH/day]
    kwh : float
        Energy with overhead. [kWh/PH/day]
    power : float
        Power price. [currency/kWh]
    take_or_pay : float
        Share of power paid even when off, 0 to 1.

    Examples
    --------
    >>> round(mining_margin(20000.0, 0.004, 0.0, 720.0, 0.05, 0.0), 6)
    44.0
    """
    return price * reward * (1.0 - pool_fee) - kwh * power * (1.0 - take_or_pay)


@formula
def client_margin(
    price: float, reward: float, pool_fee: float, kwh: float, tariff: float
) -> float:
    """A hosting client's margin per PH and day at the hosting price. [currency of price]

    Examples
    --------
    >>> client_margin(20000.0, 0.002, 0.0, 720.0, 0.0625)
    -5.0
    """
    return price * reward * (1.0 - pool_fee) - kwh * tariff


@formula
def run_length(days: float, holds: float) -> float:
    """Length of the run of days on which a condition holds. [days]

    Examples
    --------
    >>> run_length(3.0, 1.0), run_length(3.0, 0.0)
    (4.0, 0.0)
    """
    return (days + 1.0) * holds


@formula
def pay(due: float, available: float) -> float:
    """What is paid of a due amount out of what is available, never negative.

    Examples
    --------
    >>> pay(10.0, 4.0), pay(10.0, -1.0), pay(10.0, 40.0)
    (4.0, 0.0, 10.0)
    """
    x = due if due < available else available
    return x if x > 0.0 else 0.0


@formula
def sale_btc(wanted_money: float, to_sell: float, coins: float, cap: float, net: float) -> float:
    """Coins sold today: for the policy or for money, whichever is more. [BTC]

    Parameters
    ----------
    wanted_money : float
        Money still looked for. [currency]
    to_sell : float
        Coins that the policy sells. [BTC]
    coins : float
        Coins at hand. [BTC]
    cap : float
        Route capacity left today. [BTC]
    net : float
        Money that the route delivers per coin, > 0. [currency/BTC]

    Examples
    --------
    >>> sale_btc(100.0, 0.0, 5.0, 9.0, 50.0), sale_btc(0.0, 3.0, 5.0, 1.0, 50.0)
    (2.0, 1.0)
    """
    need = wanted_money / net
    x = need if need > to_sell else to_sell
    x = x if x < coins else coins
    x = x if x < cap else cap
    return x if x > 0.0 else 0.0


@formula
def tax_assessed(base: float, rate: float) -> float:
    """Profit tax on a period's base; nothing on a loss. [currency]

    Examples
    --------
    >>> tax_assessed(100.0, 0.25), tax_assessed(-100.0, 0.25)
    (25.0, 0.0)
    """
    return rate * base if base > 0.0 else 0.0


@formula
def first_day(recorded: float, day: float, happens: float) -> float:
    """Keep the first day on which something happens (a later record is 1e9).

    Examples
    --------
    >>> first_day(1e9, 5.0, 1.0), first_day(3.0, 5.0, 1.0), first_day(1e9, 5.0, 0.0)
    (5.0, 3.0, 1000000000.0)
    """
    now = day if happens > 0.0 else 1e9
    return now if now < recorded else recorded


@formula
def resale_factor(hashprice: float, hashprice0: float, decay: float) -> float:
    """Machine resale value over its value at `as_of`: moves with hashprice and age.

    Examples
    --------
    >>> resale_factor(40.0, 80.0, 0.9)
    0.45
    """
    return decay * hashprice / hashprice0
