"""The page: eight sections, every figure, nothing loaded, nothing injected."""

from __future__ import annotations

import html
import json
import re
import runpy
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from hashfall.report.page import page, parts
from hashfall.report.records import command_line

Result = dict[str, Any]
_SECTIONS = ["answer", "due", "cash", "causes", "routes", "network", "gaps", "sources"]
_VOID = {"meta", "br", "wbr", "link", "img", "input", "hr"}


class Reader(HTMLParser):
    """Collects tags, links, ids and text, and notes what is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def script(root: Path) -> dict[str, Any]:
    return runpy.run_path(str(root / "tests/data/make_sample_result.py"))


@pytest.fixture(scope="module")
def sample(root: Path) -> Result:
    result: Result = json.loads((root / "tests/data/sample_result.json").read_text())
    return result


@pytest.fixture(scope="module")
def text(sample: Result) -> str:
    return page(sample)


def _read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_the_eight_sections_are_there_in_order(sample: Result, text: str) -> None:
    assert [s.id for s in parts(sample)] == _SECTIONS
    assert re.findall(r'<section id="(\w+)">', text) == _SECTIONS


def test_each_chart_has_a_caption_and_its_table_behind_a_click(text: str) -> None:
    figures = re.findall(r"<figure.*?</figure>", text, re.S)
    assert len(figures) == 9
    for figure in figures:
        assert figure.count("<svg") == 2
        assert re.search(r"<figcaption>[A-Z].{40,}", figure)
        assert re.search(r"<details.*<tbody>\s*<tr", figure, re.S)


def test_nothing_is_loaded_and_nothing_runs(text: str) -> None:
    reader = _read(text)
    for tag, attributes in reader.tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in {"src", "href", "xlink:href", "data", "action"} and tag != "a":
                assert (value or "").startswith("#")
            if name == "href" and not (value or "").startswith("#"):
                assert (value or "").startswith(("http://", "https://"))
    css = "".join(re.findall(r"<style>(.*?)</style>", text, re.S))
    assert "http" not in css
    assert "@import" not in css
    assert not re.findall(r"url\((?!#)", text)
    assert "default-src 'none'" in text


def test_links_inside_the_page_arrive(text: str) -> None:
    reader = _read(text)
    ids = [a["id"] for _, a in reader.tags if "id" in a]
    assert len(ids) == len(set(ids))
    inside = {(a["href"] or "")[1:] for t, a in reader.tags
              if t == "a" and (a.get("href") or "").startswith("#")}
    assert inside
    assert inside <= set(ids)


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part, key)
    elif isinstance(value, str) and value not in ("", "-"):
        yield key, value


def test_every_word_of_the_result_is_on_the_page(sample: Result, text: str) -> None:
    words = " ".join(html.unescape(text.replace("<wbr>", "")).lower().split())
    assert not [(k, v) for k, v in _leaves(sample) if " ".join(v.lower().split()) not in words]


def test_every_key_of_the_contract_leaves_a_trace(sample: Result) -> None:
    """Changing a figure changes the page: no key is silently left out."""
    plain = _without_charts(sample)
    changes: dict[str, Any] = {
        "trapped_btc": 99.9, "realised_over_spot": 0.123, "paths": 12345, "seed": 987,
        "draws": 33, "inner": 222, "horizon_days": 1000, "seconds": 77.7,
    }
    for key, value in changes.items():
        assert _without_charts({**sample, key: value}) != plain, key


def _without_charts(result: Result) -> str:
    return repr([s.blocks for s in parts(result)])


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_the_ends_print(end: float, script: dict[str, Any]) -> None:
    text = page(script["certain"](end))
    words = "no payment within 12 months" if end == 0 else "on every simulated path"
    assert words in text
    _read(text)


def test_words_of_a_book_cannot_break_out(script: dict[str, Any]) -> None:
    result = script["long_names"]()
    text = page(result)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "javascript:" not in re.findall(r'href="([^"]*)"', text)
    assert not [h for h in re.findall(r'href="([^"]*)"', text) if h.startswith("javascript")]
    _read(text)


def test_the_page_says_how_to_run_it_again(sample: Result, text: str) -> None:
    line = command_line(sample)
    assert line.startswith("hashfall assess example_miner ")
    assert "--seed 7" in line
    assert "--paths 24576" in line
    assert html.escape(line) in text
    assert "hashfall rerun" in text


def test_every_open_field_leads_to_where_it_can_be_changed(sample: Result, text: str) -> None:
    for path in [a["path"] for a in sample["assumptions"]] + [m["path"] for m in sample["missing"]]:
        place = "field-" + path.replace(".", "-").replace("_", "-")
        assert f'href="#{place}"' in text
        assert f'id="{place}"' in text
