"""Definitions of what an assessment reports, in the words that go with the figures."""

from __future__ import annotations

from typing import Final

__all__ = ["DEFINITIONS", "VERSION"]

VERSION: Final = "hashfall.definitions/1"
"""Version of the definitions, carried by every result."""
DEFINITIONS: Final = {
    "d1": "payment default: an amount due stays unpaid after its grace although every liquid "
    "means of the book was used; coins count only at the money that routes deliver in time. "
    "Recourse obligations of the group; amounts overdue at as_of are printed apart.",
    "d2": "distressed hand-back: first weekly test, within 90 days before D1, at which the lender "
    "secured on machines does better by taking them now than by waiting a quarter.",
    "d3": "covenant breach: first failed test of a covenant listed in the book.",
    "d4": "insolvency: first day on which cash, frozen cash, money under way, receivables, coins "
    "after the best route, machines at resale and sites at stated salvage are below everything "
    "owed, awards included.",
    "probability": "value: mean over book draws and paths. se: Monte Carlo error. low-high: 5-95% "
    "over book draws after simulation noise is taken out.",
    "drift": "0 means that the expected coin price stays at today's price, jumps compensated.",
    "runway_days": "first day on which the balance cannot meet what is due, grace not counted; "
    "cash_only sells no coin, cash_and_coins uses routes but no funding; paths that never run "
    "short count at the horizon.",
    "cause": "first in the order price, hashprice, power, fx, freeze, route, claim_or_award, "
    "debt_due, tax, customer_loss, site_ban, margin_call, fixed_cost whose removal alone avoids "
    "D1 on the same path within the horizon; else joint. Told on the first draws of the book: "
    "se is the error of the simulation alone.",
    "break_even": "constant level from day 1 at which the expected cash flow of 12 months is "
    "zero: income of operations, coins at the best route's net price, less everything that "
    "falls due in that time; what was overdue at as_of and funding are left out.",
    "effect": "12-month PD with the unknown at its 95% point less PD with it at its 5% point, "
    "everything else drawn as before on the same paths: a screening, not an attribution.",
    "trapped_btc": "mean coins unsold at D1 or at the horizon: those that no route took in time "
    "and those that the treasury policy keeps.",
    "unsellable_btc": "mean coins unsold at D1 or at the horizon that the policy or a need of "
    "money wanted sold: no route took them; kept_btc is the rest.",
    "taken_share": "coins sold over coins sold and still wanted sold at the horizon.",
    "time_to_money_days": "days from sale to money, weighted with the coins sold.",
    "realised_over_spot": "sum of net proceeds over the sum of their spot value.",
    "liquid means": "cash, money under way, coins that open routes take within the look-ahead, "
    "and foreign cash, less what is unpaid.",
}
"""What each figure of an assessment means."""
