"""The shipped history in the form that observation and forecasts take."""

from __future__ import annotations

from functools import lru_cache

from hashfall.ingest.history import load_history
from hashfall.model.epochs import EpochSeries

__all__ = ["epoch_series"]


@lru_cache(maxsize=1)
def epoch_series() -> EpochSeries:
    """Complete epochs of the shipped history.

    Examples
    --------
    >>> series = epoch_series()
    >>> len(series), len(series.difficulty)
    (473, 474)
    """
    history = load_history()
    whole = len(history) - 1
    return EpochSeries(
        first=0,
        start_s=history.start_s,
        difficulty=history.difficulty,
        span_s=history.span_s[:whole],
        price_usd=history.price_usd[:whole],
        fee_ratio=(history.fees_btc_per_block / history.subsidy_btc)[:whole],
    )
