"""Formulas of the cash ledger: margin, payment, sale, tax, clients, loans on coins."""

from __future__ import annotations

from hashfall.model.fmath import exp, log
from hashfall.model.jit import formula

__all__ = [
    "anyone", "blocks_found", "client_margin", "client_share", "equity_factor", "frozen",
    "liquidated", "log_ratio", "margin_call", "mine", "mining_margin", "need_ahead", "pay",
    "remainder", "run_length", "sale_btc", "smooth", "taken", "tax_assessed", "tax_base",
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
def remainder(due: float, paid: float, owed: float, money: float) -> float:
    """What is left of a due amount; exactly nothing once the whole is paid.

    Parameters
    ----------
    due, paid : float
        Due and paid. [currency of the payment]
    owed, money : float
        The same in the functional currency, so that a rounded rate leaves no remainder.

    Examples
    --------
    >>> remainder(10.0, 4.0, 20.0, 8.0), remainder(0.3, 0.3000001, 0.6, 0.6)
    (6.0, 0.0)
    """
    left = due - paid
    return 0.0 if money >= owed else left


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
def mine(
    ph: float, price: float, reward: float, pool_fee: float, kwh: float, power: float,
    take_or_pay: float,
) -> tuple[float, float]:
    """Coins credited and power cost of a fleet's day; off when power costs more. [BTC, currency]

    Parameters
    ----------
    ph : float
        Hashrate that could run. [PH/s]
    price, reward, pool_fee, kwh, power, take_or_pay : float
        As in `mining_margin`.

    Examples
    --------
    >>> mine(2.0, 20000.0, 0.004, 0.0, 720.0, 0.05, 0.5)
    (0.008, 72.0)
    >>> mine(2.0, 20000.0, 0.0005, 0.0, 720.0, 0.05, 0.5)
    (0.0, 36.0)
    """
    on = 1.0 if mining_margin(price, reward, pool_fee, kwh, power, take_or_pay) > 0.0 else 0.0
    coins = ph * reward * (1.0 - pool_fee) * on
    cost = ph * kwh * power * (on + take_or_pay * (1.0 - on))
    return coins, cost


@formula
def client_share(
    present: float, negative_days: float, positive_days: float, leave_after: float,
    leave: float, return_after: float, back: float, most: float,
) -> float:
    """Share of a contract that clients still take: they leave late and come back later.

    Parameters
    ----------
    present, most : float
        Share taken now, and the most that is ever taken.
    negative_days, positive_days : float
        Length of the run of days with a negative and with a positive client margin.
    leave_after, return_after : float
        Days before they start to move. [days]
    leave, back : float
        Share of those who could that moves in a day.

    Examples
    --------
    >>> client_share(0.8, 30.0, 0.0, 30.0, 0.5, 60.0, 0.1, 1.0)
    0.4
    >>> client_share(0.5, 0.0, 60.0, 30.0, 0.5, 60.0, 0.5, 1.0)
    0.75
    """
    gone = leave * present if negative_days >= leave_after else 0.0
    come = back * (most - present) if positive_days >= return_after else 0.0
    return present - gone + (come if come > 0.0 else 0.0)


@formula
def smooth(old: float, value: float, weight: float) -> float:
    """Exponential smoothing.

    Examples
    --------
    >>> smooth(1.0, 3.0, 0.5)
    2.0
    """
    return old + weight * (value - old)


@formula
def need_ahead(
    unpaid: float, ahead: float, days: float, burn: float, cash: float, pending: float
) -> float:
    """Money to look for: what is unpaid or falls due soon beyond cash at hand and under way.

    Examples
    --------
    >>> need_ahead(10.0, 5.0, 10.0, 1.0, 12.0, 3.0), need_ahead(0.0, 0.0, 10.0, -5.0, 1.0, 0.0)
    (10.0, 0.0)
    """
    outflow = days * burn if burn > 0.0 else 0.0
    x = unpaid + ahead + outflow - cash - pending
    return x if x > 0.0 else 0.0


@formula
def taken(need: float, most: float) -> float:
    """Money drawn from a source: what is looked for, up to what it gives.

    Examples
    --------
    >>> taken(5.0, 3.0), taken(5.0, 9.0), taken(0.0, 9.0)
    (3.0, 5.0, 0.0)
    """
    return pay(need, most)


@formula
def frozen(money: float, share: float, left: float, held: float, up_to: float) -> float:
    """Part of money that a freeze holds, up to the amount it was ordered for. [currency]

    Parameters
    ----------
    money : float
        Money that the share is taken of. [currency]
    share : float
        Share that comes in on the frozen account, 0 to 1.
    left : float
        What other freezes have left of the money. [currency]
    held, up_to : float
        Held before, and the most that is held. [currency]

    Examples
    --------
    >>> frozen(100.0, 0.5, 100.0, 0.0, 1e18), frozen(100.0, 0.5, 100.0, 30.0, 40.0)
    (50.0, 10.0)
    >>> frozen(100.0, 0.5, 20.0, 0.0, 1e18)
    20.0
    """
    return pay(pay(money * share, up_to - held), left)


@formula
def tax_base(base: float, loss: float, carry: float) -> tuple[float, float]:
    """Taxable profit of a period and the losses left over. [currency, currency]

    Parameters
    ----------
    base : float
        Profit of the period, negative for a loss.
    loss : float
        Losses carried in, not negative.
    carry : float
        Share of a profit that losses may set off.

    Examples
    --------
    >>> tax_base(100.0, 80.0, 0.5), tax_base(-10.0, 5.0, 0.5)
    ((50.0, 30.0), (0.0, 15.0))
    """
    profit = base if base > 0.0 else 0.0
    used = pay(loss, profit * carry)
    return profit - used, loss - used + (profit - base)


@formula
def margin_call(
    principal: float, collateral_value: float, call: float, target: float
) -> float:
    """Money or coin value needed to bring a loan back to its target ratio. [currency]

    Zero while principal over collateral is at or below the call ratio.

    Examples
    --------
    >>> margin_call(60.0, 100.0, 0.7, 0.5), margin_call(80.0, 100.0, 0.7, 0.5)
    (0.0, 30.0)
    """
    x = principal - target * collateral_value
    return x if principal > call * collateral_value else 0.0


@formula
def liquidated(owed: float, collateral: float, price: float) -> tuple[float, float]:
    """Coins that a lender sells for what it is owed, and what it gets for them. [BTC, currency]

    Parameters
    ----------
    owed : float
        Principal. [currency]
    collateral : float
        Coins pledged. [BTC]
    price : float
        Price of a forced sale, > 0. [currency/BTC]

    Examples
    --------
    >>> liquidated(50.0, 2.0, 100.0), liquidated(50.0, 0.25, 100.0)
    ((0.5, 50.0), (0.25, 25.0))
    """
    needed = owed / price
    sold = needed if needed < collateral else collateral
    return sold, owed if needed <= collateral else collateral * price


@formula
def anyone(x: float) -> int:
    """1 for a positive amount, else 0 (counts lanes that still owe).

    Examples
    --------
    >>> anyone(0.5), anyone(0.0)
    (1, 0)
    """
    return 1 if x > 0.0 else 0


@formula
def log_ratio(value: float, value0: float) -> float:
    """Logarithm of a value relative to another; both > 0.

    Examples
    --------
    >>> round(log_ratio(100.0, 50.0), 6)
    0.693147
    """
    return log(value / value0)


@formula
def equity_factor(log_price: float, beta: float) -> float:
    """Traded volume relative to `as_of`: a power of the coin price, at most 2.

    Parameters
    ----------
    log_price : float
        Logarithm of the coin price relative to `as_of`.
    beta : float
        Power.

    Examples
    --------
    >>> round(equity_factor(log_ratio(50.0, 100.0), 1.0), 12)
    0.5
    """
    x = exp(beta * log_price)
    return x if x < 2.0 else 2.0


@formula
def blocks_found(u: float, expected: float) -> float:
    """Blocks found in a day by a miner who expects `expected` of them: Poisson by inversion.

    Parameters
    ----------
    u : float
        Uniform in (0, 1).
    expected : float
        Mean number of blocks, 0 to 40; the count is cut at 127.

    Examples
    --------
    >>> blocks_found(0.5, 1.0), blocks_found(0.3, 1.0), blocks_found(0.99, 1.0)
    (1.0, 0.0, 4.0)
    """
    p = exp(-expected)
    cdf = p
    n = 0.0
    for i in range(1, 128):
        n = n + (1.0 if u > cdf else 0.0)
        p = p * expected / float(i)
        cdf = cdf + p
    return n
