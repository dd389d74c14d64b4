"""``hashfall cashout``: what a miner's coins are worth in money that can pay, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hashfall.cli.options import (
    AsOf,
    Html,
    Json,
    KnownBy,
    Quiet,
    Scenarios,
    Seed,
    Sets,
    Threads,
)
from hashfall.cli.output import (
    STDOUT,
    check_targets,
    emit_json,
    note,
    provenance,
    say,
    write_text,
)
from hashfall.cli.progress import progress_bar
from hashfall.errors import InputError

if TYPE_CHECKING:
    from hashfall.book.prepare import Prepared
    from hashfall.engine.assess import AssessOptions
    from hashfall.engine.cashout import Asked

__all__ = ["SURFACE_SCHEMA", "cashout", "company_answer", "company_document", "surface_document"]

SURFACE_SCHEMA = "hashfall.surface/1"
"""Schema of the machine output of the default surface."""
_PATHS, _SURFACE_DRAWS = 8192, 24

Case = Annotated[str | None, Parameter(help="Case id such as intelion, or a book file (.toml).")]
Need = Annotated[str | None, Parameter(
    allow_leading_hyphen=True, help="Money needed by --by, such as 5e6USD; USD where "
    "no currency is named.")]
By = Annotated[str | None, Parameter(help="Last day of the money by date; 90 days after the date "
                                     "of the balances where left out.")]
Close = Annotated[list[str] | None, Parameter(
    name="--close", negative="", help="Route, venue or rail that is shut; may be given several "
    "times.")]
Freeze = Annotated[list[str] | None, Parameter(
    name="--freeze", negative="", help="ACCOUNT, ACCOUNT:SOURCE or all:SOURCE; sources are "
    "domestic_court, tax_office, foreign_bank, exchange, sanction_list; may be given several "
    "times.")]
Lists = Annotated[str | None, Parameter(help="Folder with your copies of sanction lists: the "
                                        "parties of the case are looked for as known by its "
                                        "known_by, and routes that policies lose are shut.")]
Policies = Annotated[str | None, Parameter(help="TOML with what venues refuse, with --lists; "
                                           "replaces the policies of the case's venues of the "
                                           "same name.")]
Graph = Annotated[str | None, Parameter(help="CSV time,source,target,amount_btc, with --lists: "
                                        "transfers for hops and taint of the parties' addresses.")]
Owners = Annotated[str | None, Parameter(help="CSV owner,owned,percent, with --lists: stakes that "
                                         "you know of, beside those of the book.")]
Share = Annotated[float, Parameter(help="Share of each account that --freeze holds.")]
From = Annotated[str | None, Parameter(name="--from", help="First day of --freeze; the date of "
                                       "the balances where left out.")]
Days = Annotated[int | None, Parameter(help="Days for which --freeze stands; to the end of the "
                                       "run where left out.")]
Surface = Annotated[bool, Parameter(negative="", help="Default surface of a generic miner over "
                                    "efficiency, haircut and capacity; without a case.")]
Paths = Annotated[int, Parameter(help="Simulated paths of the ledger in all, over every draw of "
                                 "the book; rounded up to draws x a multiple of 128.")]


def cashout(
    case: Case = None,
    /,
    *,
    need: Need = None,
    by: By = None,
    close: Close = None,
    freeze: Freeze = None,
    share: Share = 1.0,
    from_: From = None,
    days: Days = None,
    lists: Lists = None,
    policies: Policies = None,
    graph: Graph = None,
    owners: Owners = None,
    surface: Surface = False,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    scenario: Scenarios = None,
    set_: Sets = None,
    paths: Paths = _PATHS,
    seed: Seed = 7,
    threads: Threads = None,
    json: Json = None,
    html: Html = None,
    quiet: Quiet = False,
) -> None:
    """Say how much money a miner's coins deliver by a date, what holds it back, and what halts it.

    Money by date is a flow over the routes of the book; days to halt and default
    probabilities run on the ledger, each source of a freeze in a row of its own. With
    ``--lists`` the parties of the case are screened and the routes that they lose shut.

    Raises
    ------
    InputError
        If the book, a scenario or an option cannot be used.
    """
    check_targets(json, html)
    given = {"need": need, "by": by, "close": close or [], "freeze": freeze or [],
             "share": share, "from": from_, "days": days, "lists": lists, "policies": policies,
             "graph": graph, "owners": owners, "as_of": as_of, "known_by": known_by,
             "scenario": scenario or [], "set": set_ or [], "paths": paths, "seed": seed}
    _check_case(case, surface, given)
    with progress_bar(quiet) as report:
        if surface:
            result = surface_document(paths=paths, seed=seed, threads=threads, report=report)
        else:
            result = company_document(str(case), threads=threads, report=report, **given)
    if result["paths"] != paths and not surface:
        note(f"--paths {paths:,}: run with {result['paths']:,}, {result['draws']} draws of the "
             f"book x {result['inner']:,} (a multiple of 128)", quiet)
    result["provenance"]["command"] = (
        {"surface": True, "paths": paths, "seed": seed} if surface else {"case": case, **{
            k: v for k, v in given.items() if (k, v) != ("share", 1.0)}})
    _show(result, surface, json, html)


def _check_case(case: str | None, surface: bool, given: Mapping[str, Any]) -> None:
    if surface and case is not None:
        raise InputError("cashout", "", "no case with --surface", repr(case),
                         "the surface is that of a generic miner")
    if not surface and case is None:
        raise InputError("cashout", "", "a case or a book file", "none",
                         "or --surface for the generic miner")
    if surface:
        flags = [k for k, v in given.items() if k not in ("paths", "seed", "share") and v]
        if flags:
            raise InputError(f"--{flags[0].replace('_', '-')}", "", "a case", "--surface")


def _show(result: Mapping[str, Any], surface: bool, json: str | None, html: str | None) -> None:
    if html is not None:
        from hashfall.report.cashout_page import cashout_page, surface_page

        write_text(html, (surface_page if surface else cashout_page)(result))
    emit_json(result, json)
    if json == STDOUT:
        return
    from hashfall.report.cashout import cashout_lines
    from hashfall.report.cashout_surface import surface_lines

    say((surface_lines if surface else cashout_lines)(result, html), json)


def company_document(case: str, *, threads: int | None = None, report: Any = None,
                     **given: Any) -> dict[str, Any]:
    """The answer for a company as ``--json`` writes it.

    Parameters
    ----------
    case : str
        Case id or book file.
    threads : int, optional
        Threads.
    report : callable, optional
        Takes the step and the share of it that is done.
    **given
        Options by name, as typed.
    """
    from hashfall.book.parts import parts
    from hashfall.cli.cashout_inputs import asked_of
    from hashfall.cli.company import open_company, run_options
    from hashfall.cli.screen_inputs import screened_case
    from hashfall.ingest.freezes import freeze_rules

    prepared = open_company(case, as_of=given.get("as_of"), known_by=given.get("known_by"),
                            scenarios=given.get("scenario") or [], sets=given.get("set") or [])
    options = run_options(years=1.0, paths=given.get("paths", _PATHS),
                          seed=given.get("seed", 7), threads=threads)
    screened = screened_case(parts(prepared.book)[0], case=case, **{
        key: given.get(key) for key in ("lists", "policies", "graph", "owners")})
    lost = screened["routes_lost"] if screened else []
    asked = asked_of(prepared.book, ["USD", *prepared.book.market.fx], freeze_rules(),
                     need=given.get("need"), by=given.get("by"),
                     close=[*(given.get("close") or ()), *lost],
                     freeze=given.get("freeze") or (), share=given.get("share", 1.0),
                     from_=given.get("from"), days=given.get("days"))
    return company_answer(prepared, asked, options=options, report=report, screened=screened)


def company_answer(prepared: Prepared, asked: Asked, *, options: AssessOptions,
                   report: Any = None, screened: Mapping[str, Any] | None = None
                   ) -> dict[str, Any]:
    """The answer for a book that is open, as ``--json`` writes it.

    Parameters
    ----------
    prepared : Prepared
        Book and what scenarios say of the world.
    asked : Asked
        Need, closures and orders.
    options : AssessOptions
        How the ledger runs.
    report : callable, optional
        Takes the step and the share of it that is done.
    screened : mapping, optional
        What screening shut (`hashfall.cli.screen_inputs.screened_case`); its routes are
        among the closures already.
    """
    from hashfall.engine.cashout import cashout as run
    from hashfall.ingest.freezes import FREEZES_FILE, freeze_rules
    from hashfall.ingest.market import market_inputs

    market = market_inputs(prepared.book, True, prepared.world, 1.0)
    result = run(prepared, market, freeze_rules(), asked, options=options, progress=report)
    result["provenance"]["inputs"] += _digests(FREEZES_FILE)
    result["closed_by_screening"] = screened["closed_by_screening"] if screened else []
    result["screened"] = screened
    if screened:
        result["provenance"]["inputs"] += screened["inputs"]
        result["provenance"]["screened"] = screened
    return result


def _digests(*names: str) -> list[dict[str, str]]:
    from hashfall.cli.inputs import case_digests

    return [{"name": name, "sha256": digest} for name, digest in case_digests(names).items()]


def surface_document(*, paths: int = _PATHS, seed: int = 7, threads: int | None = None,
                     report: Any = None) -> dict[str, Any]:
    """The default surface of the generic miner as ``--json`` writes it.

    Parameters
    ----------
    paths : int
        Bounds the number of draws: 128 paths each, 24 draws at most.
    seed : int
        Seed.
    threads : int, optional
        Threads.
    report : callable, optional
        Takes the step and the share of it that is done.
    """
    import time

    from hashfall.book.prepare import prepare
    from hashfall.cli.company import run_options
    from hashfall.engine.assess import study
    from hashfall.engine.cashout_surface import first_failing, mined_btc_per_day, surface
    from hashfall.engine.definitions import VERSION
    from hashfall.engine.layout import LANES
    from hashfall.engine.sources import sources_of
    from hashfall.ingest.market import market_inputs
    from hashfall.ingest.surface import (
        GENERIC_FILE,
        SURFACE_FILE,
        axes,
        generic_book,
        surface_metadata,
    )

    began = time.perf_counter()
    options = run_options(years=1.0, paths=paths, seed=seed, threads=threads)
    prepared = prepare(generic_book())
    market = market_inputs(prepared.book, True, prepared.world, 1.0)
    s = study(prepared.book, market, options, 366, prepared.world)
    found = axes()
    draws = min(_SURFACE_DRAWS, s.draws, max(1, paths // LANES))
    rows = surface(s, found, draws, None if report is None else
                   lambda done: report("surface", done))
    inputs = {**{f"cases/{k}": v for k, v in market.digests.items()}, **{
        row["name"]: row["sha256"] for row in _digests(SURFACE_FILE, GENERIC_FILE,
                                                       "sizing_rules.toml")}}
    return {
        "schema": SURFACE_SCHEMA, "name": prepared.book.name,
        "as_of": prepared.book.as_of.isoformat(), "paths": draws * LANES, "draws": draws,
        "inner": LANES, "seed": seed, "hashprice_usd_ph_day": s.frame.hashprice_usd_ph_day,
        "price_usd": s.frame.price_usd, "mined_btc_per_day": mined_btc_per_day(s, s.draw(0)),
        "axes": {k: surface_metadata()[k] for k in ("efficiency", "haircut", "capacity")},
        "plausible": surface_metadata()["plausible"], "fails": surface_metadata()["fails"],
        "points": rows, "first_failing": first_failing(rows, found),
        "assumptions": [{"name": d.name, "low": d.low, "mid": d.mid, "high": d.high,
                         "unit": d.unit, "source": d.source} for d in s.drawer.drivers],
        "seconds": round(time.perf_counter() - began, 2), "sources": sources_of(prepared.book),
        "provenance": {**provenance({}, inputs, VERSION, seed), "options": {"paths": paths}},
    }
