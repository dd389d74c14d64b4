"""Chart and one-file page of the network history."""

from __future__ import annotations

import html as markup
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hashfall.cli.output import write_text
from hashfall.errors import InputError
from hashfall.report.draw import png, svg
from hashfall.report.theme import COLOURS, css_variables, themed

__all__ = ["history_spec", "plot_suffix", "write_page", "write_plot"]

_PANELS = (
    ("difficulty", "difficulty", "blue", "~s"),
    ("hashrate_eh_s", "realised hashrate, EH/s", "teal", "~g"),
    ("price_usd", "price, USD/BTC, mean of the epoch", "amber", "~s"),
    ("hashprice_usd_ph_day", "hashprice, USD/PH/day, definition epoch-mean", "rust", "~s"),
    ("fee_share", "fees over subsidy and fees", "plum", ".0%"),
)
_LINEAR = {"fee_share"}

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>hashfall: network history</title>
<style>
:root{{color-scheme:light dark;{light}}}
@media (prefers-color-scheme:dark){{:root{{{dark}}}}}
@media print{{:root{{{light}}}}}
body{{background:var(--paper);color:var(--ink);font:16px/1.5 sans-serif;margin:0 auto;
max-width:46rem;padding:1rem}}
svg{{display:block;width:100%;height:auto}}
pre{{overflow-x:auto;font-size:.8rem;line-height:1.25;background:var(--panel);padding:.6rem}}
dt{{font-weight:bold;margin-top:.6rem}}dd{{margin:0;overflow-wrap:anywhere}}
summary{{cursor:pointer}}
</style></head><body>
<h1>Network history, epochs {first} to {last}</h1>
<p>One point for each difficulty epoch of 2,016 blocks, {begin} to {end}.
Logarithmic scales, except for the share of fees.</p>
<figure aria-label="Difficulty, hashrate, price, hashprice and fee share by epoch">{chart}</figure>
<details><summary>The same as a table</summary><pre>{table}</pre></details>
<details><summary>Sources and licences of each column</summary><dl>{sources}</dl></details>
</body></html>
"""


def history_spec(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Vega-Lite specification: one panel for each quantity, over one axis of time.

    Parameters
    ----------
    records : sequence of mapping
        What `hashfall.cli.history.epoch_records` gives, or some of it.
    """
    import altair as alt

    from hashfall.report.theme import config

    panels = []
    for key, title, colour, form in _PANELS:
        points = [
            {"begins": r["start"][:19], "value": float(f"{r[key]:.6g}")}
            for r in records if r[key] is not None and (key in _LINEAR or r[key] > 0.0)
        ]
        if not points:
            continue
        scale = alt.Scale(zero=False) if key in _LINEAR else alt.Scale(type="log")
        axis = alt.Axis(format=form, title=None, tickCount=4)
        panels.append(
            alt.Chart(alt.InlineData(values=points), title=title, width=640, height=90)
            .mark_line(interpolate="step-after", color=COLOURS[colour][0], strokeWidth=1.5)
            .encode(
                x=alt.X("begins:T", title=None, scale=alt.Scale(type="utc")),
                y=alt.Y("value:Q", axis=axis, scale=scale),
            )
        )
    chart = alt.vconcat(*panels, spacing=14).resolve_scale(x="shared")
    spec: dict[str, Any] = chart.to_dict()
    return spec | {"config": config(narrow=False), "padding": 8}


def plot_suffix(path: str) -> str:
    """Kind of picture that a file name asks for, ``.svg`` or ``.png``.

    Raises
    ------
    InputError
        If it asks for another.

    Examples
    --------
    >>> plot_suffix("out/History.PNG")
    '.png'
    """
    suffix = Path(path).suffix.lower()
    if suffix not in (".svg", ".png"):
        raise InputError("--plot", "", "a file name that ends in .svg or .png", repr(path))
    return suffix


def write_plot(records: Sequence[Mapping[str, Any]], path: str) -> None:
    """Write the chart as a picture.

    Parameters
    ----------
    records : sequence of mapping
        Epochs to draw.
    path : str
        File that ends in .svg or .png.

    Raises
    ------
    InputError
        If the file cannot be written or names another kind of picture.
    """
    spec = history_spec(records)
    if plot_suffix(path) == ".svg":
        write_text(path, svg(spec))
    else:
        _write_bytes(path, png(spec))


def _write_bytes(path: str, data: bytes) -> None:
    """Write beside the target, then rename over it."""
    target = Path(path)
    beside = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(target)
    except OSError as problem:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        found = problem.strerror or str(problem)
        raise InputError(path, "", "a file that can be written", found) from problem


def write_page(
    records: Sequence[Mapping[str, Any]],
    table: Sequence[str],
    sources: Sequence[Mapping[str, str]],
    path: str,
) -> None:
    """Write one HTML file with chart, table and sources; it needs no network.

    Parameters
    ----------
    records : sequence of mapping
        Epochs to draw.
    table : sequence of str
        The same as text.
    sources : sequence of mapping
        What `hashfall.cli.history.history_sources` gives.
    path : str
        File to write.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    entries = "".join(
        f"<dt>{markup.escape(s['column'])} [{markup.escape(s['unit'])}]</dt>"
        f"<dd>{markup.escape(s['source'])}. Licence: {markup.escape(s['licence'])}. "
        f"As of {markup.escape(s['as_of'])}.</dd>"
        for s in sources
    )
    page = _PAGE.format(
        light=css_variables(dark=False),
        dark=css_variables(dark=True),
        first=records[0]["epoch"],
        last=records[-1]["epoch"],
        begin=records[0]["start"][:10],
        end=records[-1]["start"][:10],
        chart=themed(svg(history_spec(records)), "history"),
        table=markup.escape("\n".join(table)),
        sources=entries,
    )
    write_text(path, page)
