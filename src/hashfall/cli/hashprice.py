"""``hashfall hashprice``: hashprice and break-evens, at a date or from the user's figures."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from cyclopts import Parameter

from hashfall.cli.hashprice_inputs import GIVEN, Inputs, positive, resolve
from hashfall.cli.output import emit_json, note, number, percent, read_date, row, rule, say, table
from hashfall.errors import InputError
from hashfall.model import hashprice as hp

__all__ = ["hashprice"]

SCHEMA = "hashfall.hashprice/1"
"""Schema of the machine output."""

_POWER_PRICES = (0.03, 0.04, 0.05, 0.06, 0.07, 0.08)
_EFFICIENCIES = (15.0, 17.5, 20.0, 25.0, 30.0, 38.0)
_AT_DATE, _AT_HEIGHT, _FROM_USER = "epoch-last", "epoch-mean", "expected-144"


def hashprice(
    *,
    date: str | None = None,
    price_usd: float | None = None,
    difficulty: float | None = None,
    fee_share: float | None = None,
    fees_btc_per_block: float | None = None,
    height: int | None = None,
    definition: str | None = None,
    power_price_usd_per_kwh: float = 0.05,
    j_per_th: float = 20.0,
    json: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    quiet: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Print hashprice and break-evens; what is not given is taken from history.

    Parameters
    ----------
    date : str, optional
        UTC day, such as 2022-09-30; nothing later is used. Without it, the epoch of
        --height, or the last day that the shipped history covers.
    price_usd : float, optional
        Price of a coin. [USD/BTC]
    difficulty : float, optional
        Network difficulty. [-]
    fee_share : float, optional
        Fees over subsidy and fees, from 0 to below 1. [-]
    fees_btc_per_block : float, optional
        Mean fees of a block, instead of --fee-share. [BTC/block]
    height : int, optional
        Block height, which says the subsidy and, without a date, the epoch whose
        difficulty, mean price and mean fees are used. [blocks]
    definition : str, optional
        Id of the definition: expected-144, luxor-fpps, futures-144, realised-day,
        realised-24h, epoch-mean or epoch-last.
    power_price_usd_per_kwh : float
        Power price of the break-even efficiency. [USD/kWh]
    j_per_th : float
        Efficiency of the break-even power price, overhead included. [J/TH]
    json : str, optional
        File for the machine output; - for stdout.
    quiet : bool
        No notes on stderr.

    Raises
    ------
    InputError
        If a figure is out of range or two contradict each other.
    """
    command = {k: v for k, v in locals().items() if k not in ("json", "quiet")}
    for flag, value in (("--power-price-usd-per-kwh", power_price_usd_per_kwh),
                        ("--j-per-th", j_per_th)):
        positive(flag, value)
    inputs = resolve(
        read_date("--date", date), price_usd, difficulty, fee_share, fees_btc_per_block, height
    )
    chosen = _definition(definition, inputs)
    document = _document(inputs, chosen, power_price_usd_per_kwh, j_per_th, command)
    for text in document["notes"]:
        note(text, quiet)
    say(_lines(document), json)
    emit_json(document, json)


def _definition(id: str | None, inputs: Inputs) -> hp.Definition:
    """Definition asked for, or the one that fits where the figures come from."""
    if id is None:
        own = inputs.origin["fees_btc_per_block"] == inputs.origin["price_usd"] == GIVEN
        id = _FROM_USER if own else _fitting(inputs)
    try:
        return hp.definition(id)
    except ValueError as problem:
        ids = ", ".join(d.id for d in hp.DEFINITIONS)
        raise InputError("--definition", "", f"one of {ids}", repr(id)) from problem


def _fitting(inputs: Inputs) -> str:
    """Definition that figures of the history are of."""
    return _AT_HEIGHT if inputs.date is None else _AT_DATE


def _remarks(inputs: Inputs, chosen: hp.Definition) -> list[str]:
    """Where the figures at hand are not what the definition asks for."""
    remarks = list(inputs.notes)
    for what, key, wanted in (("fees", "fees_btc_per_block", chosen.fee_window),
                              ("price", "price_usd", chosen.price_source)):
        origin = inputs.origin[key]
        fits = (chosen.id not in (_AT_DATE, _AT_HEIGHT) if origin == GIVEN
                else chosen.id == _fitting(inputs))
        if not fits:
            remarks.append(f"definition {chosen.id}: {what} {wanted}; used instead: {origin}")
    if chosen.basis == "realised":
        remarks.append("luck drops out of a realised hashprice: blocks found scale reward and "
                       "hashrate alike")
    return remarks


def _document(
    inputs: Inputs, chosen: hp.Definition, power_price: float, j_per_th: float,
    command: dict[str, Any],
) -> dict[str, Any]:
    """Machine output."""
    from hashfall.cli.history import history_sources, provenance

    btc = hp.hashprice_btc_ph_day(
        inputs.subsidy_btc, inputs.fees_btc_per_block, inputs.difficulty, chosen.pool_fee
    )
    usd = hp.hashprice_usd_ph_day(btc, inputs.price_usd)
    power = hp.break_even_power_price_usd_per_kwh
    return {
        "schema": SCHEMA,
        "date": inputs.date,
        "definition": chosen.id,
        "definition_detail": asdict(chosen),
        "hashprice_usd_ph_day": usd,
        "hashprice_btc_ph_day": btc,
        "hashprice_usd_th_day": hp.per_th(usd),
        "hashprice_btc_th_day": hp.per_th(btc),
        "break_even_j_th": hp.break_even_j_per_th(usd, power_price),
        "power_price_usd_per_kwh": power_price,
        "break_even_power_price_usd_per_kwh": power(usd, j_per_th),
        "break_even_price_usd": hp.break_even_price_usd(
            hp.hashcost_usd_ph_day(j_per_th, power_price), btc
        ),
        "j_per_th": j_per_th,
        "break_evens": {
            "j_th_by_power_price": [
                {"power_price_usd_per_kwh": p, "j_th": hp.break_even_j_per_th(usd, p)}
                for p in _POWER_PRICES
            ],
            "power_price_by_j_th": [
                {"j_th": e, "power_price_usd_per_kwh": power(usd, e)} for e in _EFFICIENCIES
            ],
        },
        "price_usd": inputs.price_usd,
        "difficulty": inputs.difficulty,
        "hashrate_eh_s": hp.hashrate_eh_s(inputs.difficulty),
        "height": inputs.height,
        "subsidy_btc": inputs.subsidy_btc,
        "fees_btc_per_block": inputs.fees_btc_per_block,
        "fee_share": _share(inputs),
        "origin": inputs.origin,
        "notes": _remarks(inputs, chosen),
        "sources": history_sources() if set(inputs.origin.values()) != {GIVEN} else [],
        "provenance": provenance(command, chosen.id),
    }


def _share(inputs: Inputs) -> float:
    reward = inputs.subsidy_btc + inputs.fees_btc_per_block
    return inputs.fees_btc_per_block / reward if reward > 0.0 else 0.0


def _lines(d: dict[str, Any]) -> list[str]:
    """The answer as a person reads it."""
    detail, origin = d["definition_detail"], d["origin"]
    usd, fees = d["hashprice_usd_ph_day"], d["fees_btc_per_block"]
    found = {k: f"  ({v})" for k, v in origin.items()}
    fee_text = GIVEN if origin["fees_btc_per_block"] == GIVEN else detail["fee_window"]
    price_text = GIVEN if origin["price_usd"] == GIVEN else detail["price_source"]
    fee = f"pool fee {percent(detail['pool_fee'])}" if detail["pool_fee"] else "no pool fee"
    head = f"Hashprice   {d['date'] or 'block ' + format(d['height'], ',')}"
    text = [head, rule()]
    for label, value in (
        ("Hashprice", f"{usd:,.2f} USD/PH/day   {d['hashprice_btc_ph_day']:.8f} BTC/PH/day"),
        ("", f"{d['hashprice_usd_th_day']:.5f} USD/TH/day   "
             f"{d['hashprice_btc_th_day']:.3e} BTC/TH/day"),
        ("Definition", f"{d['definition']}: fees {fee_text}; {detail['basis']}; "
                       f"price {price_text}; {fee}"),
        ("Price", f"{number(d['price_usd'], 6)} USD/BTC{found['price_usd']}"),
        ("Difficulty", f"{number(d['difficulty'], 6)}, {number(d['hashrate_eh_s'], 4)} EH/s"
                       f"{found['difficulty']}"),
        ("Reward", f"{number(d['subsidy_btc'], 6)} + {number(fees, 4)} BTC/block, "
                   f"fees {percent(d['fee_share'])}{found['fees_btc_per_block']}"),
        ("Break-even", f"{number(d['break_even_j_th'], 4)} J/TH at "
                       f"{number(d['power_price_usd_per_kwh'])} USD/kWh"),
        ("", f"{d['break_even_power_price_usd_per_kwh']:.4f} USD/kWh at "
             f"{number(d['j_per_th'])} J/TH"),
        ("", f"{d['break_even_price_usd']:,.0f} USD/BTC at both"),
    ):  # fmt: skip
        text += row(label, value)
    pairs = zip(d["break_evens"]["j_th_by_power_price"], d["break_evens"]["power_price_by_j_th"],
                strict=True)
    cells = [
        [f"{a['power_price_usd_per_kwh']:.3f}", f"{a['j_th']:.1f}", f"{b['j_th']:.1f}",
         f"{b['power_price_usd_per_kwh']:.4f}"]
        for a, b in pairs
    ]
    head_row = ("power USD/kWh", "breaks even at J/TH", "J/TH", "breaks even at USD/kWh")
    return [*text, rule(), *table(head_row, cells, left=0)]
