"""Build the shipped records of places: prices, building, delays, duties, risk, events.

    python tools/build_places.py DATA_DIR [--out DIR] [--date YYYY-MM-DD]

Reads ``power_by_jurisdiction.csv``, ``relocation_facts.csv``,
``jurisdiction_profiles.csv`` and ``jurisdiction_events.csv`` in DATA_DIR and
``places_spec.toml`` beside this script, which picks rows and says in own words what
they are and when they were public. Writes ``places.toml``. No randomness.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

TABLES = {
    "power": "power_by_jurisdiction.csv",
    "relocation": "relocation_facts.csv",
    "profiles": "jurisdiction_profiles.csv",
    "events": "jurisdiction_events.csv",
}
VALUES = {"power": ("usd_low", "usd_per_kwh", "usd_high"), "relocation": ("low", "value", "high")}
WGI = {"rl": "rule_of_law", "pv": "political_stability", "ge": "government_effectiveness",
       "rq": "regulatory_quality", "cc": "control_of_corruption"}
WGI_SOURCE = "World Bank, World Governance Indicators, update of 2024 (CC BY 4.0)"
Z95 = 1.6449
OUT = "places.toml"
SPEC = Path(__file__).with_name("places_spec.toml")
CASES = Path(__file__).resolve().parent.parent / "src" / "hashfall" / "cases"
Row = dict[str, str]


def read(data: Path, name: str) -> list[Row]:
    """Rows of a table."""
    with (data / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def the_row(tables: dict[str, list[Row]], fact: dict[str, Any]) -> Row:
    """The one row that a fact names."""
    wanted = fact["row"].items()
    found = [r for r in tables[fact["table"]] if all(r[k] == v for k, v in wanted)]
    if len(found) != 1:
        raise SystemExit(f"{fact['table']} {fact['row']}: expected one row, found {len(found)}")
    return found[0]


def values(fact: dict[str, Any], row: Row) -> dict[str, float]:
    """Low, mid and high of a fact: from its row, or from the text that was read there."""
    own = {key: float(fact[key]) for key in ("low", "mid", "high") if key in fact}
    if own:
        return own
    scale = float(fact.get("scale", 1.0))
    columns = zip(("low", "mid", "high"), VALUES[fact["table"]], strict=True)
    return {key: float(f"{float(row[c]) * scale:.12g}") for key, c in columns if row[c]}


def line(entry: dict[str, Any], join: str = "\n") -> str:
    """Keys and values of one table of TOML."""
    return join.join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in entry.items() if value not in ("", None, [])
    )


def risk(profile: Row) -> list[dict[str, Any]]:
    """Governance indicators of a place, 5 to 95% by their standard error."""
    facts = []
    for short, quantity in WGI.items():
        value, se = (float(profile[f"wgi2023_{short}{end}"]) for end in ("", "_se"))
        facts.append({
            "quantity": quantity, "basis": "index", "low": round(value - Z95 * se, 3),
            "mid": value, "high": round(value + Z95 * se, 3), "as_of": "2023",
            "published": "2024-12-11", "source": WGI_SOURCE, "quality": "high",
        })
    return facts


def facts_of(
    spec: dict[str, Any], tables: dict[str, list[Row]], place: str
) -> list[dict[str, Any]]:
    """Facts of one place in the order of the spec, then its governance."""
    facts = []
    for fact in (f for f in spec["fact"] if f["place"] == place):
        row = the_row(tables, fact)
        kept = {k: fact[k] for k in ("as_of", "published", "source")}
        quality = fact.get("quality") or row["quality"]
        facts.append({"quantity": fact["quantity"], "basis": fact["basis"], **values(fact, row),
                      **kept, "quality": quality, "note": fact.get("note", "")})
    profile = spec["place"][place].get("profile")
    if profile:
        facts += risk(the_row(tables, {"table": "profiles", "row": {"jurisdiction": profile}}))
    return facts


def number(text: str) -> float | None:
    """A number, or nothing where the cell is empty or holds a range."""
    try:
        return float(text)
    except ValueError:
        return None


def events(spec: dict[str, Any], tables: dict[str, list[Row]]) -> list[tuple[str, dict[str, Any]]]:
    """Events by id: dates and figures of the table, own words."""
    names = {p["name"]: id for id, p in spec["place"].items()}
    found = []
    for row in tables["events"]:
        own = spec["event"][row["event_id"]]
        block = number(row["difficulty_block"])
        found.append((row["event_id"], {
            "place": own.get("place") or names[row["jurisdiction"]], "kind": own["kind"],
            "date": row["date"], "date_end": row["date_end"],
            "region": row["region"].split(" (")[0].removeprefix("national"),
            "text": own["text"], "load_mw": number(row["capacity_mw_affected"]),
            "network_change_percent": number(row["network_change_pct"]),
            "difficulty_change_percent": number(row["difficulty_change_pct"]),
            "difficulty_block": int(block) if block else None, "closes": own.get("closes", False),
            "published": own.get("published") or row["source_date"], "source": own["source"],
            "grade": row["confidence"],
        }))
    return found


def render(spec: dict[str, Any], tables: dict[str, list[Row]], data: Path, built: date) -> str:
    """Text of ``places.toml``."""
    parts = ["# Places: what is known of power, building, borders, risk and events, with sources.",
             "# Written by tools/build_places.py, not by hand; what no source gives is absent.", "",
             "[birth]", 'script = "tools/build_places.py"', f"built = {built}",
             'seed = "none: no randomness"', "", "[birth.inputs]"]
    parts += [f'"{name}" = "{hashlib.sha256((data / name).read_bytes()).hexdigest()}"'
              for name in TABLES.values()]
    for kind in ("quantity", "assumption", "relocation"):
        for name, entry in spec[kind].items():
            parts += ["", f"[{kind}.{name}]", line(entry)]
    for id, place in spec["place"].items():
        kept = {k: place.get(k, "") for k in ("name", "aliases", "iso3", "legal", "conversion")}
        kept["country"] = place.get("country", place["name"])
        row = next((r for r in tables["profiles"] if r["jurisdiction"] == place.get("profile")), {})
        kept["described"] = place.get("described") or row["as_of"]
        kept["law_area"] = place.get("law_area", kept["country"])
        parts += ["", f"[place.{id}]", line(kept)]
        facts = facts_of(spec, tables, id)
        parts += ["fact = [", *(f"  {{ {line(fact, ', ')} }}," for fact in facts), "]"]
    for id, event in events(spec, tables):
        parts += ["", f"[event.{id}]", line({k: v for k, v in event.items() if v is not False})]
    return "\n".join(parts) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Build the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="directory that holds the tables")
    parser.add_argument("--out", type=Path, default=CASES, help="where to write")
    parser.add_argument("--date", default=str(datetime.now(UTC).date()), help="date of the build")
    args = parser.parse_args(argv)
    missing = [name for name in TABLES.values() if not (args.data / name).is_file()]
    if missing:
        print(f"{args.data}: expected {', '.join(missing)}, found none", file=sys.stderr)
        return 2
    spec = tomllib.loads(SPEC.read_text(encoding="utf-8"))
    tables = {short: read(args.data, name) for short, name in TABLES.items()}
    text = render(spec, tables, args.data, date.fromisoformat(args.date))
    tomllib.loads(text)
    (args.out / OUT).write_text(text, encoding="utf-8")
    print(f"{len(spec['place'])} places, {text.count('  { quantity')} facts")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
