"""``hashfall history``: the shipped history of the network as table, chart and JSON."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hashfall import __version__
from hashfall.cli.output import emit_json, note, percent, read_date, rule, say, table
from hashfall.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["epoch_records", "history", "history_sources", "lines", "provenance", "sparkline"]

SCHEMA = "hashfall.history/1"
"""Schema of the machine output."""

_BARS = " ▁▂▃▄▅▆▇█"
_CHART = 50  # columns of a sparkline
_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"))
_HEAD = ("epoch", "begins", "difficulty", "change", "EH/s", "USD/BTC", "fees", "USD/PH/day")


def history(
    *,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    last: int | None = None,
    json: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    html: str | None = None,
    plot: str | None = None,
    quiet: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Print the network history that ships with the package, by difficulty epoch.

    Parameters
    ----------
    from_ : str, optional
        Date; epochs that began on it or later.
    to : str, optional
        Date; epochs that began on it or earlier.
    last : int, optional
        Only so many epochs at the end (20 unless --from or --to is given).
    json : str, optional
        File for the machine output; - for stdout.
    html : str, optional
        File for a page with chart, table and sources.
    plot : str, optional
        File for the chart alone: .svg or .png.
    quiet : bool
        No notes on stderr.

    Raises
    ------
    InputError
        If a date, a number or a file cannot be used, or no epoch is left.
    """
    records = _chosen(read_date("--from", from_), read_date("--to", to), last)
    if plot is not None:
        from hashfall.cli.history_chart import plot_suffix

        plot_suffix(plot)
    say([*lines(records), "", *_legend()], json)
    if plot is not None or html is not None:
        from hashfall.cli.history_chart import write_page, write_plot

        if plot is not None:
            write_plot(records, plot)
            note(f"chart: {plot}", quiet)
        if html is not None:
            write_page(records, lines(records), history_sources(), html)
            note(f"page: {html}", quiet)
    emit_json(_document(records, {"from": from_, "to": to, "last": last}), json)


def _chosen(first: date | None, final: date | None, last: int | None) -> list[dict[str, Any]]:
    """Records of the epochs that were asked for."""
    if last is not None and last < 1:
        raise InputError("--last", "", "a number of epochs, 1 or more", str(last))
    records = [
        r for r in epoch_records()
        if (first is None or r["start"][:10] >= str(first))
        and (final is None or r["start"][:10] <= str(final))
    ]
    if not records:
        raise InputError(
            "--from and --to", "", "dates between which an epoch began",
            f"{first or 'the start'} to {final or 'the end'}",
        )
    if last is None and first is None and final is None:
        last = 20
    return records if last is None else records[-last:]


def epoch_records() -> list[dict[str, Any]]:
    """One record per difficulty epoch of the shipped history; None where unknown.

    Notes
    -----
    ``start_basis`` tells a header's own time from one read back from the
    retarget, which is good to about an hour. Hashprice is of definition
    ``epoch-mean``.
    """
    from hashfall.ingest.history import load_history
    from hashfall.model.hashprice import fee_share

    h = load_history()
    share = fee_share(h.subsidy_btc, h.fees_btc_per_block)
    return [
        {
            "epoch": int(h.epoch[i]),
            "height_first": int(h.height_first[i]),
            "start": datetime.fromtimestamp(float(h.start_s[i]), UTC).isoformat(timespec="seconds"),
            "start_basis": "header" if math.isfinite(h.time_first[i]) else "retarget",
            "time_first": _whole(h.time_first[i]),
            "time_last": _whole(h.time_last[i]),
            "bits": f"{int(h.bits[i]):08x}",
            "difficulty": float(h.difficulty[i]),
            "change": float(h.difficulty[i] / h.difficulty[i - 1]) - 1.0 if i else None,
            "hashrate_eh_s": _known(h.hashrate_eh_s[i]),
            "price_usd": _known(h.price_usd[i]),
            "price_source": h.price_source[i] or None,
            "price_days": int(h.price_days[i]),
            "price_sd": _known(h.price_sd[i]),
            "subsidy_btc": float(h.subsidy_btc[i]),
            "fees_btc": _known(h.fees_btc[i]),
            "fees_basis": h.fees_basis[i] or None,
            "fee_share": _known(share[i]),
            "hashprice_usd_ph_day": _known(h.hashprice_usd_ph_day[i]),
            "hashprice_btc_ph_day": _known(h.hashprice_btc_ph_day[i]),
        }
        for i in range(len(h))
    ]


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _whole(value: float) -> int | None:
    return int(value) if math.isfinite(value) else None


def lines(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Table of the epochs and sparklines under it. [lines of 78 columns]

    Parameters
    ----------
    records : sequence of mapping
        Some of `epoch_records`, in order.
    """
    rows = [
        [
            str(r["epoch"]),
            r["start"][:10] + ("~" if r["start_basis"] == "retarget" else " "),
            _short(r["difficulty"]),
            "" if r["change"] is None else f"{r['change']:+.1%}",
            _short(r["hashrate_eh_s"]),
            _short(r["price_usd"]),
            "" if r["fee_share"] is None else percent(r["fee_share"]),
            _short(r["hashprice_usd_ph_day"]),
        ]
        for r in records
    ]
    text = [*table(_HEAD, rows, left=0), rule()]
    for name, key in (("difficulty", "difficulty"), ("EH/s", "hashrate_eh_s"),
                      ("USD/BTC", "price_usd"), ("USD/PH/day", "hashprice_usd_ph_day")):
        text += _spark_row(name, [r[key] for r in records])
    return text


def _short(value: float | None) -> str:
    """Number as it fits into a narrow column."""
    if value is None:
        return ""
    for floor, letter in _UNITS:
        if value >= floor:
            return f"{value / floor:,.2f}{letter}"
    if value >= 1e3:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1.0 else f"{value:.1e}" if value < 1e-2 else f"{value:.3f}"


def _spark_row(name: str, values: Sequence[float | None]) -> list[str]:
    """Two lines: the curve, with its lowest and highest value beside it."""
    known = [v for v in values if v is not None]
    if not known:
        return []
    upper, lower = sparkline(values, _CHART)
    low, high = (_short(x) for x in (min(known), max(known)))
    return [f"{'':<19}{upper:<{_CHART}} {high}", f"{name:<11}{low:>7} {lower}".rstrip()]


def sparkline(values: Sequence[float | None], width: int) -> tuple[str, str]:
    """Upper and lower line of a curve in block letters, on a logarithmic scale.

    Parameters
    ----------
    values : sequence of float or None
        Positive values; None leaves a gap.
    width : int
        Most columns. Fewer values are stretched, more are averaged in the log.

    Examples
    --------
    >>> for line in sparkline([1.0, 2.0, 4.0, None, 4.0], 5):
    ...     print(repr(line))
    ' ▁█ █'
    '▁██ █'
    """
    logs = [math.nan if v is None or v <= 0.0 else math.log(v) for v in values]
    stretch = max(1, width // len(logs))
    columns = min(len(logs), width)
    edges = [i * len(logs) // columns for i in range(columns + 1)]
    bins = [[x for x in logs[a:b] if not math.isnan(x)] for a, b in pairwise(edges)]
    means = [sum(b) / len(b) if b else math.nan for b in bins]
    known = [m for m in means if not math.isnan(m)]
    low, span = min(known), (max(known) - min(known)) or 1.0
    steps = 2 * (len(_BARS) - 1)
    levels = [0 if math.isnan(m) else 1 + round((m - low) / span * (steps - 1)) for m in means]
    half = steps // 2
    upper = "".join(_BARS[max(0, v - half)] * stretch for v in levels)
    lower = "".join(_BARS[min(v, half)] * stretch for v in levels)
    return upper, lower


def _legend() -> list[str]:
    return [
        "~ begins: read back from the retarget, good to about an hour.",
        "EH/s: realised over the epoch. USD/BTC: mean of daily closes, whole dollars.",
        "fees: share of subsidy and fees. USD/PH/day: definition epoch-mean.",
        "Curves: logarithmic, lowest value at the left, highest at the right.",
        "Sources and licences of each column: --json or the documentation.",
    ]


def history_sources() -> list[dict[str, str]]:
    """Source, licence and date of each shipped column."""
    from hashfall.ingest.history import history_metadata

    return [
        {
            "column": name,
            **{k: " ".join(str(c[k]).split()) for k in ("unit", "source", "licence", "as_of")},
        }
        for name, c in history_metadata()["columns"].items()
    ]


def provenance(command: Mapping[str, Any], definitions: str) -> dict[str, Any]:
    """Provenance of an answer that rests on the shipped history alone.

    Parameters
    ----------
    command : mapping
        Options as given.
    definitions : str
        Id of the definitions that the answer uses.
    """
    import platform

    from hashfall.ingest.history import history_metadata

    return {
        "version": __version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": None,  # nothing random
        "command": dict(command),
        "inputs": [{"name": "cases/history.csv", "sha256": history_metadata()["sha256"]}],
        "definitions": definitions,
        "environment": {"python": platform.python_version(), "machine": platform.machine()},
    }


def _document(records: Sequence[Mapping[str, Any]], command: Mapping[str, Any]) -> dict[str, Any]:
    from hashfall.ingest.history import history_metadata

    return {
        "schema": SCHEMA,
        "definition": "epoch-mean",
        "epochs": list(records),
        "checks": history_metadata()["checks"],
        "sources": history_sources(),
        "provenance": provenance(command, "epoch-mean"),
    }
