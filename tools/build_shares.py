"""Build the shipped shares of hashrate: by country, region, pool and owner, point in time.

    python tools/build_shares.py DATA_DIR [--out DIR] [--date YYYY-MM-DD]

Reads ``hashrate_by_country.csv``, ``jurisdiction_profiles.csv``,
``pool_share_by_epoch.csv`` and ``miner_panel.csv`` in DATA_DIR and
``shares_spec.toml`` beside this script, which says when each map was published.
Writes ``shares.csv`` and ``shares.toml``. No randomness.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hashfall.ingest.history import epoch_at, load_history
from hashfall.ingest.shares_table import COLUMNS, SHARES_FILE

TABLES = ("hashrate_by_country.csv", "jurisdiction_profiles.csv", "pool_share_by_epoch.csv",
          "miner_panel.csv")
SPEC = Path(__file__).with_name("shares_spec.toml")
CASES = Path(__file__).resolve().parent.parent / "src" / "hashfall" / "cases"
Row = dict[str, str]


def read(data: Path, name: str) -> list[Row]:
    """Rows of a table."""
    with (data / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def percent(text: str) -> str:
    """A share of one from a percentage; an empty cell stays empty."""
    return f"{float(text) / 100:.6g}" if text else ""


def row(spec: dict[str, Any], **cells: str) -> Row:
    """One line, with the day its source was published where it has no other."""
    line = dict.fromkeys(COLUMNS, "") | cells
    line["published"] = line["published"] or spec["source"][line["source"]]["published"]
    return line


def source_of(spec: dict[str, Any], text: str) -> str:
    """Id of the source that a cell names."""
    for name, source in spec["source"].items():
        if any(text.startswith(start) for start in source.get("match", ())):
            return str(name)
    raise SystemExit(f"shares_spec.toml: no source for {text!r}")


def countries(spec: dict[str, Any], rows: list[Row]) -> Iterator[Row]:
    """Country and region rows of the table of maps."""
    out = spec["left_out"]
    for r in rows:
        if r["country"] in out["countries"] or r["estimator"] in out["estimators"]:
            continue
        whole = not r["region"]
        cells = {
            "as_of": r["month"], "estimator": r["estimator"], "share": percent(r["share_pct"]),
            "low": percent(r["share_low_pct"]), "high": percent(r["share_high_pct"]),
            "source": source_of(spec, r["source"]), "basis": r["share_basis"],
        }
        if r["region"] == "public companies only":  # says how much there is at least
            cells |= {"share": "", "low": cells["share"], "basis": "lower bound"}
            whole = True
        where = (
            {"dimension": "country", "name": r["country"]} if whole
            else {"dimension": "region", "name": r["region"], "part_of": r["country"]}
        )
        yield row(spec, **cells, **where)


def added(spec: dict[str, Any], profiles: list[Row]) -> Iterator[Row]:
    """Rows of maps that stand outside the table of maps."""
    for figures in spec["figures"]:
        for name, share in figures["share"].items():
            yield row(spec, dimension="country", name=name, share=f"{share:.6g}", basis="network",
                      **{key: figures[key] for key in ("as_of", "estimator", "source")})
    for figure in spec["region_figures"]:
        yield row(spec, dimension="region", **figure)
    p = spec["profiles"]
    for r in profiles:
        if r["jurisdiction"] in p["rows"]:
            yield row(spec, dimension="country", name=p["rows"][r["jurisdiction"]],
                      share=percent(r["hashrate_share_pct"]), basis="network",
                      **{key: p[key] for key in ("as_of", "estimator", "source")})


def pools(spec: dict[str, Any], rows: list[Row]) -> Iterator[Row]:
    """Blocks by pool: labelled epochs, and shares that were quoted."""
    p = spec["pools"]
    for r in rows:
        if int(r["epoch"]) in p["epochs"] and r["pool"] not in p["unnamed"]:
            yield row(spec, dimension="pool", as_of=f"epoch {r['epoch']}", name=r["pool"],
                      share=r["share"], blocks=r["blocks"], basis="blocks",
                      estimator=p["estimator"], source=p["source"])
    for figures in spec["pool_figures"]:
        blocks = figures.get("blocks", {})
        for name, share in figures["share"].items():
            yield row(spec, dimension="pool", name=name, share=f"{share:.6g}",
                      blocks=str(blocks.get(name, "")), basis="blocks" if blocks else "network",
                      **{key: figures[key] for key in ("as_of", "estimator", "source")})


def owners(spec: dict[str, Any], rows: list[Row]) -> Iterator[Row]:
    """Hashrate that listed companies run for themselves, over that of the network."""
    o = spec["owners"]
    history = load_history()
    for text in o["dates"]:
        day = date.fromisoformat(text)
        network = float(history.hashrate_eh_s[epoch_at(day)])
        latest: dict[str, Row] = {}
        for r in rows:
            gap = day - date.fromisoformat(r["date"])
            recent = timedelta(0) <= gap <= timedelta(o["within_days"])
            newer = r["date"] > latest.get(r["company"], {"date": ""})["date"]
            if r["item"] == "hashrate_self" and recent and newer:
                latest[r["company"]] = r
        for company, r in sorted(latest.items()):
            known = r["published"] or str(date.fromisoformat(r["date"]) + timedelta(60))
            known = max(known, text[: len(known)])  # not before the network's hashrate was
            yield row(spec, dimension="owner", as_of=text, name=company, published=known,
                      share=f"{float(r['value']) / network:.5f}", basis="network",
                      estimator=o["estimator"], source=o["source"])


def metadata(spec: dict[str, Any], text: str, count: int, data: Path, built: date) -> str:
    """Text of ``shares.toml``."""
    lines = ["# Metadata of shares.csv; written by tools/build_shares.py, not by hand.", "",
             f'file = "{SHARES_FILE}"', f"rows = {count}",
             f'sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"',
             'licence = "facts with their source; the maps stay with their owners"', "",
             "[birth]", 'script = "tools/build_shares.py"', f"built = {built}",
             'seed = "none: no randomness"', "", "[birth.inputs]"]
    lines += [f'"{name}" = "{hashlib.sha256((data / name).read_bytes()).hexdigest()}"'
              for name in TABLES]
    for kind in ("estimator", "source"):
        for name, entry in spec[kind].items():
            lines += ["", f"[{kind}.{json.dumps(name)}]"]
            lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}"
                      for key, value in entry.items() if key != "match"]
    for name, reason in spec["not_available"].items():
        lines += ["", f"[not_available.{name}]", f"reason = {json.dumps(reason)}"]
    lines += ["", "[law_area]  # countries that share one"]
    lines += [f"{json.dumps(area)} = {json.dumps(names)}"
              for area, names in spec["law_area"].items()]
    return "\n".join(lines) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Build the two files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help=f"directory that holds {', '.join(TABLES)}")
    parser.add_argument("--out", type=Path, default=CASES, help="where to write")
    parser.add_argument("--date", default=str(datetime.now(UTC).date()), help="date of the build")
    args = parser.parse_args(argv)
    missing = [name for name in TABLES if not (args.data / name).is_file()]
    if missing:
        print(f"{args.data}: expected {', '.join(TABLES)}, missing {', '.join(missing)}",
              file=sys.stderr)
        return 2
    spec = tomllib.loads(SPEC.read_text(encoding="utf-8"))
    found = [
        *countries(spec, read(args.data, TABLES[0])), *added(spec, read(args.data, TABLES[1])),
        *pools(spec, read(args.data, TABLES[2])), *owners(spec, read(args.data, TABLES[3])),
    ]
    whole = {(r["as_of"], r["estimator"], r["name"]) for r in added(spec, [])}
    seen: dict[tuple[str, ...], Row] = {}
    for r in found:
        key = (r["dimension"], r["as_of"], r["estimator"], r["name"])
        if key in seen and (key[1:] not in whole):
            raise SystemExit(f"two shares of {key}")
        seen[key] = r
    for r in spec["ranges"]:
        cells = {"low": f"{r['low']:.6g}", "high": f"{r['high']:.6g}"}
        seen["country", r["as_of"], r["estimator"], r["name"]].update(cells)
    lines = sorted(seen.values(), key=lambda r: (r["dimension"], r["as_of"], r["estimator"],
                                                 -float(r["share"] or 0), r["name"]))
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    built = date.fromisoformat(args.date)
    (args.out / SHARES_FILE).write_text(out.getvalue(), encoding="utf-8")
    meta = metadata(spec, out.getvalue(), len(lines), args.data, built)
    (args.out / "shares.toml").write_text(meta, encoding="utf-8")
    print(f"{len(lines)} shares")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
