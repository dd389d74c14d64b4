"""Pages of a cash-out and of the default surface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hashfall.report.blocks import Block, Chart, Prose, Section, Table, outside
from hashfall.report.cashout_amounts import coin_price, overdue_words, short_words
from hashfall.report.cashout_charts import charts, surface_charts
from hashfall.report.cashout_halts import halt_section
from hashfall.report.cashout_screened import screened_sections
from hashfall.report.cashout_surface import surface_answer
from hashfall.report.cashout_words import (
    answer,
    change,
    cut_name,
    cut_words,
    made_of,
    unfrozen_by,
    wait_words,
)
from hashfall.report.sheet import Sheet, again, provenance_blocks, sheet_page
from hashfall.report.text import money, number, percent, probability

__all__ = ["cashout_page", "sheet_of", "surface_page", "surface_sheet"]

Result = Mapping[str, Any]


def cashout_page(result: Result) -> str:
    """HTML text of a cash-out.

    Parameters
    ----------
    result : mapping
        What ``hashfall cashout --json`` writes.
    """
    return sheet_page(sheet_of(result), charts(result))


def sheet_of(r: Result) -> Sheet:
    """Head and sections of the page."""
    p = r["provenance"]
    return Sheet(
        kicker="from coins to money that can pay", title=r["name"], answer=answer(r),
        facts=[("books", r["as_of"]), ("known by", r["known_by"]),
               *([("coin at", coin_price(r))] if coin_price(r) else []),
               ("paths", f"{r['paths']:,}"), ("seed", str(r["seed"]))],
        notes=r["notes"],
        sections=[_money(r), _flow(r), *screened_sections(r), _routes(r), halt_section(r),
                  _tax(r), _sources(r)],
        footer=f"Made by hashfall {p['version']} on {p['created']} · {r['paths']:,} paths · "
               f"seed {r['seed']} · {r['seconds']:.1f} s",
    )


def _changed(r: Result) -> bool:
    return bool(r["asked"]["close"] or r["asked"]["freeze"])


def _money(r: Result) -> Section:
    made = made_of(r["deliverable"])
    rows = [[x["date"], str(x["day"]), money(x["usd"]), money(x["low"]), money(x["high"]),
             money(x["from_coins_usd"]), money(x["cash_usd"]),
             *(money(values[i]) for values in made.values()),
             money(x["usd_before"]), money(x["due_usd"])] for i, x in enumerate(r["deliverable"])]
    head = ["date", "day", "most money, USD", "5%", "95%", "of it coins", "cash", *made,
            "as in the book", "due by then"]
    caption = ("The line is the most money that can be there at the end of a day for the middle of "
               "the book, the band 5 to 95% of its draws"
               + (" and of closures by chance" if r["closures_by_chance"] else "")
               + ", the steps in red what falls due by then"
               + (", the dashed line is as in the book" if _changed(r) else "")
               + ". Prices are those of the date of the books.")
    blocks: list[Block] = [Chart("money", caption, Table(head, rows, 2))]
    need = r["need"]
    if need is not None:
        missing = short_words(need, r["asked"]["currency"])
        blocks.append(Prose(
            f"Needed: {money(r['asked']['need'], r['asked']['currency'])} by {need['by']}; met in "
            f"{percent(need['met_share'])} of the draws of the book"
            f"{f'; {missing}' if missing else ''}."))
    late = overdue_words(r)
    if late:
        blocks.append(Prose(f"Overdue already: {late}, not in the due column."))
    due = [[x["date"], x["class"], money(x["amount"], x["currency"]), money(x["usd"]),
            ", ".join(x["names"])] for x in r["obligations"]]
    if due:
        blocks.append(Table(["due", "class", "amount", "USD", "entries of the book"], due, 2,
                            "What falls due, market standing still", "Payments by date"))
    return Section("money", "Money by date", blocks)


def _flow(r: Result) -> Section:
    caption = ("Heights are USD up to the last day. A route marked as binding is too narrow: more "
               "of it would be more money. Hatched: coins that find no route in time, and money "
               "that a freeze holds.")
    blocks: list[Block] = []
    cells = [[cut_name(x), x["kind"], money(x["usd"]), str(x["first_day"]), str(x["last_day"])]
             for x in r["cut"]]
    table = Table(["what bounds the money", "kind", "USD", "from day", "to day"], cells, 2)
    if _changed(r):
        before = [[cut_name(x), x["kind"], money(x["usd"]), str(x["first_day"]),
                   str(x["last_day"])] for x in r["cut_before"]]
        blocks.append(Chart("flow-before", f"Before. {caption}", Table(table.head, before, 2)))
        blocks.append(Chart("flow-after", f"After. {caption}", table))
    else:
        blocks.append(Chart("flow-after", caption, table))
    blocks.append(Prose(f"The money is bounded by: {cut_words(r['cut'])}."))
    if r["convertible_share"]:
        shares = [[x["date"], percent(x["share"]), percent(x["low"]), percent(x["high"])]
                  for x in r["convertible_share"]]
        blocks.append(Prose(
            f"Time to cash: {wait_words(r['time_to_cash_days'], unfrozen_by(r))}."))
        free = f" and not frozen by {unfrozen_by(r)}" if unfrozen_by(r) else ""
        head = ["by", f"share of the coins that is money{free}", "5%", "95%"]
        blocks.append(Table(head, shares,
                            title="Convertible share, as fast as the routes allow"))
    return Section("flow", "From coins to money, and what holds it back", blocks)


def _routes(r: Result) -> Section:
    pd = {x["route"]: x for x in r["routes"]}
    rows = []
    for x in r["marginal_value"]:
        of = pd.get(x["route"], {})
        rows.append([x["route"], x["kind"], number(x["moved"]), money(x["lost_usd"]),
                     money(x["without_usd"]), money(x["doubled_usd"]),
                     f"{money(x['usd_per_unit'])} a {x['unit']}" if x["usd_per_unit"] else "0",
                     *(change(of.get(k)) for k in ("remove", "copy", "double"))])
    head = ["route", "kind", "moved", "lost, USD", "USD without", "USD doubled",
            "USD by a unit more", "PD without", "PD with a copy", "PD doubled"]
    caption = ("Change of default within 12 months when a route is taken out, copied or doubled, "
               "in points, on the same paths; bars are two standard errors of the simulation. A "
               "route more can do harm: it sells earlier what a margin call asks for later, or "
               "ties money up on the way.")
    table = Table(head, rows, 2)
    blocks: list[Block] = [Chart("routes", caption, table)] if r["routes"] else [
        Prose("The company sells no coins of its own: taking its routes out changes nothing."),
        *([table] if rows else [])]
    facts = [["default within 12 months", f"{probability(r['pd_12m'])} "
              f"±{100 * r['pd_12m']['se']:.1f}%", ""]]
    for key, words in (("all_routes_closed", "its own routes all shut"),
                       ("wholly_convertible", "coins sold at spot, at once, without limit"),
                       ("clients_routes_closed", "its clients' routes all shut")):
        if r[key] is not None:
            facts.append([words, probability(r[key]["pd"]), change(r[key]["change"])])
    blocks.append(Table(["", "default within 12 months", "change, points"], facts, 1,
                        "What convertibility does to default"))
    ratio = r["realised_over_spot"]
    blocks.append(Prose(
        f"On the paths of the ledger sales bring {percent(ratio)} of spot; "
        f"{number(r['trapped_btc'])} BTC are unsold at the default or the end."
        if ratio is not None else "No coin is sold on any path."))
    return Section("routes", "What each route is worth", blocks)


def _tax(r: Result) -> Section:
    tax = r["tax_at_crediting"]
    if tax is None:
        return Section("tax", "Tax at crediting", [
            Prose("No profit tax on coins of its own in the book.")])
    rows = [[x["what"], percent(x["net_over_spot"]), f"{100 * x['destroyed_share']:.2f}%",
             money(x["destroyed_usd_per_btc"])] for x in tax["rows"]]
    poison = [[percent(x["cost_share"]), percent(x["haircut_at_crediting"]),
               percent(x["haircut_at_sale"])] for x in tax["poison"]]
    when = "is taxed" if tax["at_crediting"] else "would be taxed"
    return Section("tax", "Tax at crediting", [
        Prose(f"A coin {when} at {percent(tax['rate'])} of its spot value when it is credited, "
              "and sold later for less: tax falls on money that nobody got."),
        Table(["sold at", "net over spot", "value destroyed", "USD a coin"], rows,
              title="Value destroyed per coin"),
        Table(["deductible cost over spot", "taxed at crediting", "taxed at the sale"], poison,
              title="Haircut from which a coin mined takes value away"),
    ])


def _sources(r: Result) -> Section:
    command = dict(r["provenance"].get("command") or {})
    case = command.pop("case", r["case"])
    rows = [[outside(s["id"], s.get("url")), s["outlet"], s["date"], s["grade"]]
            for s in r["sources"]]
    words = ["cashout", str(case)]
    for name in ("close", "freeze", "scenario", "set"):
        for value in command.pop(name, []) or []:
            words += [f"--{name}", str(value)]
    return Section("sources", "Sources, provenance, how to run it again", [
        Table(["source", "outlet", "date", "grade"], rows, 4, "Sources of the book"),
        again(words, command), *provenance_blocks(r),
    ])


def surface_page(result: Result) -> str:
    """HTML text of the default surface.

    Parameters
    ----------
    result : mapping
        What ``hashfall cashout --surface --json`` writes.
    """
    return sheet_page(surface_sheet(result), surface_charts(result))


def surface_sheet(r: Result) -> Sheet:
    """Head and sections of the page of the surface."""
    p = r["provenance"]
    return Sheet(
        kicker="default surface of a generic miner", title=r["name"], answer=surface_answer(r),
        facts=[("date", r["as_of"]), ("paths a point", f"{r['paths']:,}"),
               ("seed", str(r["seed"]))],
        sections=[_pictures(r), _first(r), _bound(r), _again(r)],
        footer=f"Made by hashfall {p['version']} on {p['created']} · seed {r['seed']} · "
               f"{r['seconds']:.1f} s",
    )


def _pictures(r: Result) -> Section:
    blocks: list[Block] = []
    for i, capacity in enumerate(r["axes"]["capacity"]["values"]):
        rows = [[f"{x['j_per_th']:g}", percent(x["haircut"]), probability(x["pd"]),
                 f"±{100 * x['pd']['se']:.1f}%"] for x in r["points"] if x["capacity"] == capacity]
        caption = (f"Share of paths in default within 12 months where the only route takes "
                   f"{percent(capacity)} of what is mined; framed where it fails "
                   f"({percent(r['fails']['share'])} or more).")
        blocks.append(Chart(f"surface-{i}", caption, Table(
            ["J/TH", "haircut", "default [5-95% of the books]", "simulation error"], rows)))
    return Section("surface", "Default over efficiency, haircut and capacity", blocks)


def _first(r: Result) -> Section:
    rows = [[f"{x['j_per_th']:g}", percent(x["capacity"]),
             "none of the grid" if x["haircut"] is None else percent(x["haircut"]),
             probability(x["pd_at_spot"]), "yes" if x["below_bound"] else "no"]
            for x in r["first_failing"]]
    head = ["J/TH", "route's capacity over mining", "fails from a haircut of", "default at spot",
            "below the bound"]
    return Section("first", "Least haircut at which each fleet fails", [Table(head, rows, 2)])


def _bound(r: Result) -> Section:
    b = r["plausible"]
    rows = [[k, ", ".join(f"{v:g}" for v in x["values"]), x["unit"], x["source"]]
            for k, x in r["axes"].items()]
    open_ = [[a["name"], f"{a['low']:g}", f"{a['mid']:g}", f"{a['high']:g}", a["unit"],
              a["source"]] for a in r["assumptions"]]
    return Section("bound", "The bound, the axes and the miner", [
        Prose(f"{b['why']} {b['source']}."), Prose(r["fails"]["why"], "small"),
        Table(["axis", "values", "unit", "source"], rows, 4, "Axes"),
        Table(["what the generic book leaves open", "low", "mid", "high", "unit", "source"],
              open_, 1, "What the generic book leaves open"),
    ])


def _again(r: Result) -> Section:
    command = dict(r["provenance"].get("command") or {})
    return Section("sources", "Provenance, how to run it again", [
        again(["cashout"], command), *provenance_blocks(r)])
