"""A folder of list files: each is known by its content and used whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hashfall.errors import InputError
from hashfall.ingest.lists.entities import read_entities
from hashfall.ingest.lists.eu import read_eu
from hashfall.ingest.lists.ofac import read_ofac
from hashfall.ingest.lists.opensanctions import read_simple
from hashfall.ingest.lists.source import AGAIN, SanctionList
from hashfall.ingest.lists.uk import read_uk_csv, read_uk_xml

__all__ = ["FORMATS", "SUMS", "format_of", "read_lists"]

FORMATS: Final[dict[str, Callable[[Path], SanctionList]]] = {
    "ofac-advanced": read_ofac,
    "opensanctions-csv": read_simple,
    "opensanctions-entities": read_entities,
    "eu-fsf": read_eu,
    "uk-csv": read_uk_csv,
    "uk-ofsi-xml": read_uk_xml,
}
"""Reader of each form that is known."""
SUMS: Final = "SHA256SUMS"
"""Name of a file with the digests that the lists must have, in the form of sha256sum."""

_ROOTS: Final = {"Sanctions": "ofac-advanced", "export": "eu-fsf",
                 "ArrayOfFinancialSanctionsTarget": "uk-ofsi-xml"}
_ROOT: Final = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_HEAD: Final = 65536
_OTHERS: Final = (
    (b"\x1f\x8b", "a gzip file", "unpack it"), (b"PK\x03\x04", "a zip file", "unpack it"),
    (b"BZh", "a bzip2 file", "unpack it"), (b"\xfd7zXZ", "an xz file", "unpack it"),
    (b"\xff\xfe", "text in UTF-16", "save it as UTF-8"),
    (b"\xfe\xff", "text in UTF-16", "save it as UTF-8"), (b"%PDF", "a PDF file", ""),
)
_KNOWN: Final = ("OFAC advanced XML, OpenSanctions targets.simple.csv or entities.ftm.json, "
                 "EU FSF XML 1.1, UK CSV or XML")


def format_of(path: Path) -> str:
    """Form of a list file by its first bytes, a key of `FORMATS`.

    Raises
    ------
    InputError
        If the file cannot be read or is in no known form.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(_HEAD)
    except OSError as problem:
        raise InputError(str(path), "", "a file that can be read",
                         problem.strerror or "an error") from problem
    for start, what, hint in _OTHERS:
        if raw.startswith(start):
            raise InputError(str(path), "", "a list file as text", what, hint)
    text = raw.decode("utf-8", errors="replace").lstrip("\ufeff").lstrip()
    first = text.partition("\n")[0].strip()
    shown = repr(first[:40]) if first else "an empty file"
    if text.startswith("<"):
        found = _ROOT.search(re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))
        if found and found[1] in _ROOTS:
            return _ROOTS[found[1]]
        shown = f"<{found[1]}>" if found else shown
    elif text.startswith("{") and ('"id"' in first or '"schema"' in first):
        return "opensanctions-entities"
    elif first.lower().lstrip('"').startswith(("last updated,", "last updated\",", "report date")):
        return "uk-csv"
    elif first.replace('"', "").startswith("id,schema,"):
        return "opensanctions-csv"
    raise InputError(str(path), "", "a list in a known form", shown,
                     f"known: {_KNOWN}; take other files out of the folder")


def read_lists(folder: Path) -> tuple[SanctionList, ...]:
    """Every list of a folder, in the order of file names.

    Parameters
    ----------
    folder : Path
        Folder with list files and nothing else, but for a file ``SHA256SUMS`` and files
        whose names start with a dot.

    Raises
    ------
    InputError
        If there is no such folder or no list in it, a file is in no known form, is not
        whole, stands there twice or has another digest than `SUMS` says.

    Notes
    -----
    A line-based file that was cut between two lines looks whole. `SUMS` tells; without it
    the number of entries and the date of each list are what a reader can check.
    """
    if not folder.is_dir():
        found = "a file" if folder.exists() else "no such folder"
        raise InputError(str(folder), "", "a folder of list files", found)
    files = sorted(file for file in folder.iterdir() if not file.name.startswith("."))
    sums = _sums(folder / SUMS) if folder / SUMS in files else None
    files = [file for file in files if file.name != SUMS]
    if not files:
        raise InputError(str(folder), "", "a list file at least", "none", f"known: {_KNOWN}")
    found_lists: list[SanctionList] = []
    digests: dict[str, str] = {}
    for file in files:
        if file.is_dir():
            raise InputError(str(file), "", "a list file", "a folder")
        read = FORMATS[format_of(file)](file)
        if read.sha256 in digests:
            twin = f"the bytes of {digests[read.sha256]}"
            raise InputError(str(file), "", "each list once", twin)
        digests[read.sha256] = file.name
        found_lists.append(read)
    if sums is not None:
        _compare(folder, sums, {name: digest for digest, name in digests.items()})
    return tuple(found_lists)


def _sums(path: Path) -> dict[str, str]:
    out = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(str(path), "", "lines of sha256sum", str(problem)) from problem
    for number, line in enumerate(lines, 1):
        found = re.fullmatch(r"([0-9a-fA-F]{64}) [ *](.+)", line)
        if not found:
            raise InputError(str(path), f"line {number}", "a SHA-256, two spaces, a file name",
                             repr(line[:40]))
        out[found[2]] = found[1].lower()
    return out


def _compare(folder: Path, sums: dict[str, str], digests: dict[str, str]) -> None:
    for name in sorted(sums.keys() | digests.keys()):
        if name not in sums:
            raise InputError(str(folder / SUMS), "", f"the digest of {name}", "none")
        if name not in digests:
            raise InputError(str(folder / name), "", f"the file that {SUMS} names", "no such file")
        if sums[name] != digests[name]:
            raise InputError(str(folder / name), "", f"the digest {sums[name][:12]}...",
                             f"{digests[name][:12]}...", AGAIN)
