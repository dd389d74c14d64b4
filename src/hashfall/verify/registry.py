"""The checks in their fixed order, and how a chosen few are run.

A check is named here by import string and loaded when it runs, so that asking
for one does not import, or compile, what the others need.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

from hashfall.errors import InputError
from hashfall.verify.check import FAIL, Check

__all__ = ["CHECKS", "Progress", "Registered", "ids", "run"]

Progress = Callable[[str, int, int], None]
"""Called before each check with its id, the number already done and the number to do."""


class Registered(NamedTuple):
    """One id: where its function is, and in a few words what it establishes."""

    id: str
    target: str
    about: str


CHECKS = (
    Registered("retarget-history", "chain:retarget_history",
               "every retarget of the shipped history, bit for bit"),
    Registered("retarget-vectors", "chain:retarget_vectors",
               "retarget vectors of Bitcoin Core and of public explorers"),
    Registered("header-chain", "chain:header_chain",
               "shipped block headers: proof of work, links, bits"),
    Registered("retarget-kernel", "network:check_retarget_kernel",
               "the simulation's retarget against the protocol's integers"),
    Registered("retarget-outage", "network:check_outage",
               "an outage inside an epoch moves difficulty by a harmonic mean"),
    Registered("observation", "observation:check_observation",
               "luck of blocks, intervals, band of the next retarget, change points"),
    Registered("scores", "observation:check_scores",
               "scores of forecasts and Diebold-Mariano: closed forms and worked cases"),
    Registered("hashprice", "network:check_hashprice",
               "hashprice, hashrate and break-evens: identities and published prints"),
    Registered("concentration", "concentration:check_concentration",
               "HHI, entropy, Gini, Nakamoto coefficient; maps with a rest; sampling error"),
    Registered("censorship", "concentration:check_censorship",
               "delay behind a filter, chance to overtake confirmed blocks"),
    Registered("attack-cost", "concentration:check_attack_cost",
               "cost of an attack follows revenue and does not know efficiency"),
    Registered("noda", "noda:check_noda",
               "difficulty rules under elastic supply: the published table by simulation"),
    Registered("winning-rate", "noda:check_winning_rate",
               "difficulty at which blocks take ten minutes, at published prices"),
    Registered("supply-curve", "mining:check_supply_curve",
               "share of a lognormal fleet that runs, elasticity, rest after lost revenue"),
    Registered("contest", "mining:check_contest",
               "shares of miners with different costs: published theorem, no gain by another hash"),
    Registered("single-plant", "mining:check_single_plant",
               "best and break-even size of a plant against the published case"),
    Registered("cbeci", "mining:check_cbeci",
               "threshold, machines and power bounds by the rules of the Cambridge index"),
    Registered("free-entry", "options:check_free_entry",
               "barrier of revenue per hash; a machine bought there is worth its cost"),
    Registered("real-options", "options:check_real_options",
               "triggers of entry and exit, exchange and spread options of the tables"),
    Registered("machine-strip", "options:check_machine_strip",
               "a machine as a strip of daily options: frozen values and limits"),
    Registered("albrecher-goffard", "ruin:check_closed_forms",
               "ruin of a solo miner: closed forms against the published grid"),
    Registered("albrecher-goffard-event-time", "ruin:check_event_time",
               "the same by simulation from block to block"),
    Registered("albrecher-goffard-daily", "ruin:check_daily",
               "ruin looked for at day ends: exact recursion, and the ledger against it"),
    Registered("first-passage", "passage:check_first_passage",
               "first passage of cash and of firm value, growing barriers, option tables"),
    Registered("monitoring", "passage:check_monitoring",
               "a barrier looked at daily or weekly against one watched always"),
    Registered("merton", "passage:check_merton",
               "default on the last day, told apart from running out before"),
    Registered("ledger-passage", "ledger:check_ledger_passage",
               "the ledger on a Brownian price: D1 at maturity, D4 looked at daily"),
    Registered("garch-term", "price:check_garch_term",
               "term structure, half-life and forecasts of the variance"),
    Registered("world-price", "price:check_world_price",
               "the compiled world: mean variance, mean price, reward of a day"),
    Registered("world-plan", "plan:check_world_plan",
               "the shipped world keeps the expected price, power price and exchange rate"),
    Registered("cashout-frozen", "cashout:check_frozen",
               "coins to money through seven nodes: most, least cost, each venue removed"),
    Registered("cashout-random", "cashout:check_random",
               "random networks against a slow twin: cost, most and cut, convexity, removals"),
    Registered("ledger-flow", "ledger_flow:check_flow",
               "the ledger's sales by shared routes against the flow that sees ahead"),
    Registered("streams", "streams:check_streams",
               "known answers of the generator, moments and independence"),
    Registered("fleet", "fleet:check_fleet",
               "the fleet in the world kernel: curves, fixed points, same bits as its twin"),
    Registered("twin", "twins:check_twin",
               "compiled kernels give the bits of their readable twins"),
    Registered("conservation", "ledger_twin:check_conservation",
               "the ledger's money, coins and debts: every entry added again"),
)
"""All checks, in the order in which they run and print."""


def ids() -> list[str]:
    """Ids of all checks in their fixed order.

    Examples
    --------
    >>> ids()[0]
    'retarget-history'
    """
    return [item.id for item in CHECKS]


def run(only: Sequence[str] | None = None, progress: Progress | None = None) -> list[Check]:
    """Rows of all checks, or of the chosen ones, in the fixed order.

    Parameters
    ----------
    only : sequence of str, optional
        Ids to run; all when left out or empty.
    progress : callable, optional
        Told the id before each check; see `Progress`.

    Raises
    ------
    InputError
        If an id is unknown.

    Notes
    -----
    A check that cannot run has not held: whatever it raises becomes a failing row.

    Examples
    --------
    >>> {row.verdict for row in run(["merton", "first-passage"])}
    {'pass'}
    """
    for id in only or ():
        if id not in ids():
            raise InputError("--only", "", f"one of {', '.join(ids())}", repr(id))
    chosen = [item for item in CHECKS if not only or item.id in only]
    rows: list[Check] = []
    for done, item in enumerate(chosen):
        if progress is not None:
            progress(item.id, done, len(chosen))
        rows += _run_one(item)
    return rows


def _run_one(item: Registered) -> list[Check]:
    module, _, name = item.target.partition(":")
    try:
        function = getattr(import_module(f"hashfall.verify.{module}"), name)
        rows = list(function())
    except Exception as problem:
        text = " ".join(f"{type(problem).__name__}: {problem}".split())
        return [Check(item.id, "a check that runs", text, "", FAIL, item.about, "stopped")]
    if not rows:
        return [Check(item.id, "at least one row", "none", "", FAIL, item.about, "empty")]
    return rows
