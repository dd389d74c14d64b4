"""Figures that a hashprice is made of: given, or taken from history at a date."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hashfall.errors import InputError
from hashfall.model import hashprice as hp
from hashfall.model.consensus import BLOCKS_PER_EPOCH, SAT_PER_BTC, subsidy_sat
from hashfall.model.consensus import difficulty as difficulty_of

if TYPE_CHECKING:
    from datetime import date as Date

    import numpy as np
    from numpy.typing import NDArray

    from hashfall.engine.snapshot import Snapshot

__all__ = ["GIVEN", "Inputs", "positive", "resolve"]

GIVEN = "given"
"""Origin of a figure that the user gave."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a hashprice is made of, and where each figure comes from.

    Attributes
    ----------
    date : datetime.date or None
        UTC day that figures of the history were taken for; None if none was.
    price_usd, difficulty, fees_btc_per_block, subsidy_btc : float
        Price [USD/BTC], difficulty [-], fees and subsidy of a block [BTC/block].
    height : int
        Height that was given, or that of the chain tip at the date. [blocks]
    origin : dict
        Where each figure comes from: ``given``, or what of the history it is.
    notes : tuple of str
        Remarks on what stood in for what.
    """

    date: Date | None
    price_usd: float
    difficulty: float
    fees_btc_per_block: float
    subsidy_btc: float
    height: int
    origin: dict[str, str]
    notes: tuple[str, ...]


def resolve(
    date: Date | None,
    price_usd: float | None,
    difficulty: float | None,
    fee_share: float | None,
    fees_btc_per_block: float | None,
    height: int | None,
) -> Inputs:
    """Figures as given, the missing ones from the shipped history at the date.

    Parameters
    ----------
    date : datetime.date or None
        UTC day; None for the last one that the history covers, or for the epoch of
        the height that is given.
    price_usd, difficulty, fee_share, fees_btc_per_block : float or None
        Price [USD/BTC], difficulty [-], share of fees in the reward [-] or fees of a
        block [BTC/block].
    height : int or None
        Block height; without a date, what is missing is that of its epoch. [blocks]

    Raises
    ------
    InputError
        If a figure is out of range, or fees are given twice.
    """
    _check(price_usd, difficulty, fee_share, fees_btc_per_block, height)
    if height is not None and date is None and _in_history(height):
        return _at_height(height, price_usd, difficulty, fee_share, fees_btc_per_block)
    fees_given = fee_share is not None or fees_btc_per_block is not None
    if price_usd is not None and difficulty is not None and fees_given and height is not None:
        state = None
    else:
        from hashfall.ingest.history import last_full_date, snapshot

        date = date or last_full_date()
        state = snapshot(date, price_usd)
    origin = dict.fromkeys(("price_usd", "difficulty", "fees_btc_per_block", "height"), GIVEN)
    beyond: tuple[str, ...] = ()
    if height is None:
        height, subsidy = _need(state).height, _need(state).subsidy_btc
        origin["height"] = "chain tip estimated from the shipped history"
    else:
        beyond = _check_against(height, state)
        subsidy = subsidy_sat(height) / SAT_PER_BTC
    if difficulty is None:
        difficulty = difficulty_of(_need(state).bits)
        origin["difficulty"] = "shipped history: bits in force"
    if price_usd is None:
        price_usd, origin["price_usd"] = _need(state).price_usd, _need(state).price_source
    if fee_share is not None:
        fees_btc_per_block = _fees(subsidy, fee_share)
    elif fees_btc_per_block is None:
        from hashfall.ingest.history import last_fees_btc_per_block

        fees_btc_per_block, epoch = last_fees_btc_per_block(_need(state).date)
        origin["fees_btc_per_block"] = f"shipped history: mean of epoch {epoch}"
    return Inputs(
        date=None if state is None else state.date,
        price_usd=price_usd,
        difficulty=difficulty,
        fees_btc_per_block=fees_btc_per_block,
        subsidy_btc=subsidy,
        height=height,
        origin=origin,
        notes=(*beyond, *((state.note,) if state is not None and state.note else ())),
    )


def _at_height(
    height: int, price_usd: float | None, difficulty: float | None, fee_share: float | None,
    fees_btc_per_block: float | None,
) -> Inputs:
    """Figures of the difficulty epoch that a block is in, but for those that are given."""
    from hashfall.ingest.history import load_history

    epoch, subsidy = height // BLOCKS_PER_EPOCH, subsidy_sat(height) / SAT_PER_BTC
    origin = dict.fromkeys(("price_usd", "difficulty", "fees_btc_per_block", "height"), GIVEN)
    if fee_share is not None:
        fees_btc_per_block = _fees(subsidy, fee_share)
    complete = None not in (price_usd, difficulty, fees_btc_per_block)
    history = load_history()

    def of_epoch(flag: str, key: str, values: NDArray[np.float64], what: str) -> float:
        # The newest epochs have no price or fees yet: then those of the last one that has.
        at = epoch
        while at >= 0 and not values[at] > 0.0:
            at -= 1
        if at < 0:
            raise InputError(flag, "", f"a figure: no {what} is on file up to epoch {epoch}",
                             "none given")
        origin[key] = f"shipped history: {what} of epoch {at}"
        return float(values[at])

    if difficulty is None:
        difficulty = of_epoch("--difficulty", "difficulty", history.difficulty, "difficulty")
    if price_usd is None:
        price_usd = of_epoch("--price-usd", "price_usd", history.price_usd, "mean price")
    if fees_btc_per_block is None:
        fees_btc_per_block = of_epoch("--fees-btc-per-block", "fees_btc_per_block",
                                      history.fees_btc_per_block, "mean fees")
    notes = () if complete else (
        f"no date given: what is missing is that of epoch {epoch}, in which block {height} is",)
    return Inputs(None, price_usd, difficulty, fees_btc_per_block, subsidy, height, origin, notes)


def _in_history(height: int) -> bool:
    """Whether the epoch of a block is in the shipped history."""
    from hashfall.ingest.history import load_history

    return height // BLOCKS_PER_EPOCH < len(load_history())


def _check_against(height: int, state: Snapshot | None) -> tuple[str, ...]:
    """Refuse a height of another time than the date; remark on one that is yet to come."""
    if state is None:
        return ()
    if not _in_history(height):
        return (f"block {height} lies beyond the shipped history: what is missing is that of "
                f"{state.date}",)
    # The height at a date is an estimate: a neighbouring epoch may still be right.
    if abs(height // BLOCKS_PER_EPOCH - state.height // BLOCKS_PER_EPOCH) > 1:
        raise InputError("--height", "", f"a block near {state.date}, about {state.height}",
                         str(height), "give either the height or the date")
    return ()


def _fees(subsidy: float, share: float) -> float:
    """Fees of a block from their share of the reward. [BTC]"""
    if subsidy == 0.0:
        raise InputError("--fee-share", "", "--fees-btc-per-block where the subsidy is 0",
                         str(share))
    return hp.fees_from_share(subsidy, share)


def _need(state: Snapshot | None) -> Snapshot:
    """The snapshot, which is there whenever a figure is missing."""
    if state is None:
        raise TypeError("expected a snapshot for what was not given")
    return state


def positive(flag: str, value: float | None) -> None:
    """Refuse a figure that is not a number above 0; None passes.

    Raises
    ------
    InputError
        If it is not.
    """
    if value is not None and not (math.isfinite(value) and value > 0.0):
        raise InputError(flag, "", "a number above 0", str(value))


def _check(
    price_usd: float | None, difficulty: float | None, fee_share: float | None,
    fees_btc_per_block: float | None, height: int | None,
) -> None:
    """Refuse figures that no network can have."""
    positive("--price-usd", price_usd)
    positive("--difficulty", difficulty)
    if fee_share is not None and fees_btc_per_block is not None:
        raise InputError("--fee-share", "", "either it or --fees-btc-per-block", "both")
    if fee_share is not None and not 0.0 <= fee_share < 1.0:
        raise InputError("--fee-share", "", "a share from 0 to below 1", str(fee_share))
    if fees_btc_per_block is not None and not 0.0 <= fees_btc_per_block <= 21e6:
        raise InputError(
            "--fees-btc-per-block", "", "fees in BTC, 0 or more", str(fees_btc_per_block)
        )
    if height is not None and height < 0:
        raise InputError("--height", "", "a block height, 0 or more", str(height))
