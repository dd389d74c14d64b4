"""What stands beside a replay: attribution of the step, exits planted in quiet epochs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from hashfall.engine.attribution import Attribution
    from hashfall.ingest.event_records import Event
    from hashfall.model.attribution import ClaimedEvent

__all__ = ["PLANTED_EH_S", "PLANTED_EPOCHS", "attribution_of", "beside_of", "day_of",
           "planted_rows", "views_of"]

PLANTED_EPOCHS: Final = (306, 451)
"""Quiet epochs of December 2019 and of August 2025."""
PLANTED_EH_S: Final = 18.0
"""Hashrate that leaves. [EH/s]"""


def day_of(height: int) -> str | None:
    """UTC day on which an epoch began, None where it is not on record.

    Examples
    --------
    >>> day_of(687456)
    '2021-06-13'
    """
    from hashfall.ingest.history import load_history

    start = load_history().start_s
    if height // 2016 >= len(start):
        return None
    return dt.datetime.fromtimestamp(float(start[height // 2016]), dt.UTC).date().isoformat()


def views_of(event: Event) -> tuple[str, ...]:
    """Views of an event's shares that differ: ``latest`` alone, or with ``before``.

    Examples
    --------
    >>> from hashfall.ingest.events import load_event
    >>> views_of(load_event("china-2021")), views_of(load_event("iran-2025"))
    (('latest', 'before'), ('latest',))
    """
    before = event.shares(event.first_date - dt.timedelta(1))
    here = set(event.places())
    known = here <= before.keys()
    differ = known and any(before[place] != event.shares()[place] for place in here)
    return ("latest", "before") if differ else ("latest",)


def beside_of(event: Event) -> list[str]:
    """Ids of the shipped events that are scored on one of its retargets.

    Examples
    --------
    >>> from hashfall.ingest.events import load_event
    >>> beside_of(load_event("fern-2026"))
    ['bitriver-2026']
    """
    from hashfall.ingest.events import event_ids, load_event

    mine = set(event.retargets.scored)
    return [name for name in event_ids()
            if name != event.id and mine & set(load_event(name).retargets.scored)]


def attribution_of(name: str, event: Event) -> dict[str, Any]:
    """How much of the step an event explains, as the page on observation defines it.

    Parameters
    ----------
    name : str
        Id or file of the event.
    event : Event
        The same, read.

    Raises
    ------
    InputError
        If the event lies outside the record.
    """
    from hashfall.engine.attribution import attribute
    from hashfall.ingest.blocks import runs
    from hashfall.ingest.claims import claims
    from hashfall.ingest.events import event_ids
    from hashfall.ingest.series import epoch_series

    known = claims()
    claim = known[name] if name in event_ids() else _own(name)
    beside = [known[other] for other in beside_of(event)]
    found = attribute(epoch_series(), claim, beside, list(known.values()), runs())
    return {**_record(found), "beside": [other.id for other in beside]}


def _own(name: str) -> ClaimedEvent:
    """Claim of an event file that is not shipped."""
    from hashfall.book.load import parse_toml, read_text
    from hashfall.ingest.claims import claim_of

    return claim_of(parse_toml(read_text(name), name), name)


def _record(found: Attribution) -> dict[str, Any]:
    """An attribution with units in its names."""
    return {
        "value": found.value, "low": found.low, "high": found.high,
        "verdict": str(found.verdict), "masked": found.masked,
        "p_step": found.p_step, "p_claim": found.p_claim,
        "step_log": found.step, "expected_log": found.expected,
        "concurrent_log": found.concurrent, "net_log": found.net, "claim_log": found.claim,
        "noise_sd_log": found.noise_sd, "detectable_share": found.detectable_share,
        "epochs": list(found.epochs), "controls": found.controls, "blocks": found.blocks,
    }


def planted_rows() -> list[dict[str, Any]]:
    """An exit planted where it is large and where it is small, and whether it is found."""
    import numpy as np

    from hashfall.engine.planted import planted_exit
    from hashfall.ingest.blocks import runs
    from hashfall.ingest.claims import claims
    from hashfall.ingest.series import epoch_series

    series, dated = epoch_series(), list(claims().values())
    rows = []
    for epoch in PLANTED_EPOCHS:
        found = planted_exit(series, runs(), epoch, PLANTED_EH_S, dated)
        hashrate = float(np.exp(series.log_hashrate[epoch - series.first]))
        rows.append({
            "epoch": epoch, "date": day_of(2016 * epoch), "exit_eh_s": PLANTED_EH_S,
            "network_eh_s": hashrate, "share": PLANTED_EH_S / hashrate,
            "found": str(found.verdict) == "high", "attribution": _record(found),
        })
    return rows
