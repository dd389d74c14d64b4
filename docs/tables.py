"""Tables of the documentation that come from the package's own data files.

A page asks for one by a line such as ``{{ glossary }}`` or ``{{ options assess }}``.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable
from datetime import date
from importlib.resources import files
from inspect import Parameter
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["fill", "markdown_table", "options", "setup"]


def markdown_table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Table in Markdown, cells on one line each."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _read(package: str, name: str) -> dict[str, Any]:
    return tomllib.loads(files(package).joinpath(name).read_text(encoding="utf-8"))


def _history_columns() -> str:
    columns = _read("hashfall.cases", "history.toml")["columns"]
    rows = (
        (f"`{name}`", c["unit"], c["what"], c["source"], c["licence"], c["as_of"])
        for name, c in columns.items()
    )
    return markdown_table(("column", "unit", "what", "source", "licence", "as of"), rows)


def _headers() -> str:
    meta = _read("hashfall.cases", "headers.toml")
    shown = ("count", "first_height", "format", "source", "licence", "as_of", "checks")
    return markdown_table(("headers", ""), ((name, meta[name]) for name in shown))


def _fleet_parameters() -> str:
    from hashfall.ingest.network import FITTED

    text = files("hashfall.cases").joinpath("network_vintages.csv").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        cell = f"{float(row['value']):.3g} ({row['se_log']})"
        found.setdefault(row["vintage"], {"epochs": row["epochs"]})[row["name"]] = cell
    chosen = [v for v in found if v[:4] in ("2017", "2019", "2021", "2022", "2023", "2024", "2025")]
    rows = (
        (f"`{name}`", *(found[v].get(name, "") for v in chosen)) for name in (*FITTED, "epochs")
    )
    return markdown_table(("value (se)", *chosen), rows)


def _sizing_rules() -> str:
    rules = _read("hashfall.cases", "sizing_rules.toml")["rule"]
    rows = (
        (f"`{name}`", r["unit"], r["low"], r["mid"], r["high"], r["why"], r["source"])
        for name, r in rules.items()
    )
    return markdown_table(("rule", "unit", "low", "mid", "high", "why", "source"), rows)


def _share_estimators() -> str:
    estimators = _read("hashfall.cases", "shares.toml")["estimator"]
    rows = ((name, e["kind"], e["note"]) for name, e in estimators.items())
    return markdown_table(("estimator", "kind", "what to know"), rows)


def _share_sources() -> str:
    sources = _read("hashfall.cases", "shares.toml")["source"].values()
    rows = ((s["outlet"], s["published"] or "by row", s.get("note", "")) for s in sources)
    return markdown_table(("source", "public from", "note"), rows)


def _place_quantities() -> str:
    data = _read("hashfall.cases", "places.toml")
    rows = (
        (f"`{name}`", q["unit"], q["what"],
         sum(any(f["quantity"] == name for f in p["fact"]) for p in data["place"].values()))
        for name, q in data["quantity"].items()
    )
    return markdown_table(("quantity", "unit", "meaning", "places with a fact"), rows)


def _place_assumptions() -> str:
    data = _read("hashfall.cases", "places.toml")
    stand_ins = [(name, {"kind": "assumption", **a}) for name, a in data["assumption"].items()]
    rows = (
        (f"`{name}`", a["kind"], a.get("low", ""), a.get("mid", ""), a.get("high", ""),
         a.get("what", ""), a.get("why") or a["source"])
        for name, a in [*stand_ins, *data["relocation"].items()]
    )
    head = ("name", "kind", "low", "mid", "high", "meaning", "from")
    return markdown_table(head, rows)


def _checks() -> str:
    from hashfall.verify.registry import CHECKS

    return markdown_table(("id", "establishes"), ((f"`{c.id}`", c.about) for c in CHECKS))


def _glossary() -> str:
    from hashfall.book.glossary import terms

    rows = (
        (f"`{t.name}`", t.word, t.symbol, t.unit, t.meaning, t.source) for t in terms().values()
    )
    return markdown_table(("name", "word", "symbol", "unit", "meaning", "source"), rows)


def _suffixes() -> str:
    from hashfall.book.glossary import suffixes

    return markdown_table(
        ("name ends in", "unit"), ((f"`_{s}`", unit) for s, unit in suffixes().items())
    )


def _book_rules() -> str:
    from hashfall.book.consistency import RULES

    rows = ((f"`{name}`", (rule.__doc__ or "").strip()) for name, rule in RULES.items())
    return markdown_table(("rule", "says"), rows)


def _book_fields() -> str:
    from hashfall.book.fields import records_of
    from hashfall.book.record import Book

    return "\n\n".join(_record(record) for record in records_of(Book))


def _record(record: type[Any]) -> str:
    from hashfall.book.fields import specs

    rows = ((f"`{s.name}`", _kind(s), _default(s), s.description) for s in specs(record).values())
    table = markdown_table(("field", "holds", "default", "meaning"), rows)
    return f"### {record.__name__}\n\n{(record.__doc__ or '').strip()}\n\n{table}"


def _kind(spec: Any) -> str:
    """What a field of a book holds, in words."""
    if spec.quantity is not None:
        return f"{spec.quantity.unit}{', by name' if spec.kind == 'figures' else ''}"
    if spec.record is not None:
        name = spec.record.__name__
        link = f"[{name}](#{name.lower()})"
        return {"table": f"{link}, by name", "records": f"list of {link}"}.get(spec.kind, link)
    if get_origin(spec.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(spec.annotation))
    plain = {str: "text", int: "whole number", bool: "true or false", date: "date"}
    return "date" if spec.kind == "date" else plain.get(spec.annotation, "list of words")


def _default(spec: Any) -> str:
    if spec.required:
        return "*required*"
    if spec.record is not None or spec.default in (None, "", [], {}):
        return ""
    if isinstance(spec.default, bool):
        return str(spec.default).lower()
    return ", ".join(spec.default) if isinstance(spec.default, list) else str(spec.default)


def options(command: str) -> str:
    """Arguments and options of a command with their help, from the command line itself."""
    from hashfall.cli import build_app

    arguments = build_app()[command].assemble_argument_collection(parse_docstring=True)
    rows = (
        (f"`{' '.join(a.names)}`", a.parameter.help or "", _preset(a.field_info.default))
        for a in arguments
    )
    return markdown_table(("option", "meaning", "default"), rows)


def _preset(value: object) -> str:
    return "" if value in (None, False, Parameter.empty) else str(value)


_TABLES = {
    "book_fields": _book_fields,
    "book_rules": _book_rules,
    "checks": _checks,
    "fleet_parameters": _fleet_parameters,
    "glossary": _glossary,
    "headers": _headers,
    "history_columns": _history_columns,
    "place_assumptions": _place_assumptions,
    "place_quantities": _place_quantities,
    "share_estimators": _share_estimators,
    "share_sources": _share_sources,
    "sizing_rules": _sizing_rules,
    "suffixes": _suffixes,
}


def fill(text: str) -> str:
    """Text of a page with each table in the place of its name."""
    text = re.sub(r"^\{\{ options (\w+) \}\}$", lambda found: options(found[1]), text, flags=re.M)
    return re.sub(r"^\{\{ (\w+) \}\}$", lambda found: _TABLES[found[1]](), text, flags=re.M)


def _on_read(app: Sphinx, docname: str, source: list[str]) -> None:
    source[0] = fill(source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Fill the pages as they are read."""
    app.connect("source-read", _on_read)
    return {"parallel_read_safe": True}
