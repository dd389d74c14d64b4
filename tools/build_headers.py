"""Build the shipped run of block headers: 48-byte records and the first parent hash.

    python tools/build_headers.py DATA_DIR [--out DIR] [--date YYYY-MM-DD]

Reads ``headers_822528_830592.hex`` (one raw header a line) in DATA_DIR, checks the
chain, drops each parent hash, which the header before gives again, and writes
``headers.zlib`` and ``headers.toml``. No randomness.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

from hashfall.ingest.headers import HEADERS_FILE, check_chain, join_headers
from hashfall.model.header import compact_header, parse_header

INPUT = "headers_822528_830592.hex"
FIRST_HEIGHT = 822_528
CASES = Path(__file__).resolve().parent.parent / "src" / "hashfall" / "cases"

METADATA = """\
# Metadata of headers.zlib; written by tools/build_headers.py, not by hand.

file = "headers.zlib"
format = "zlib over 48-byte records: version, merkle root, time, bits, nonce, as on the wire"
first_height = {first_height}
count = {count}
first_parent = "{first_parent}"  # wire order
sha256 = "{sha256}"  # of the records, unpacked
last_hash = "{last_hash}"  # wire order
unit = "-"
source = \"\"\"
raw headers, github EthanYuan/ckb-bitcoin-spv-testdata, \\
commit df333093dae580ff94388bc33040375a5cb630dd\"\"\"
licence = "WTFPL 2; headers are facts of the chain"
as_of = "block {last_height}, 2024-02-15"
checks = \"\"\"
each header meets its target, names the hash before it, is later than the median of the 11 before \\
and carries the bits that the retarget rule gives\"\"\"

[birth]
script = "tools/build_headers.py"
built = {built}
seed = "none: no randomness"

[birth.inputs]
"{input}" = "{input_sha256}"
"""


def main(argv: list[str] | None = None) -> int:
    """Build the two files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help=f"directory that holds {INPUT}")
    parser.add_argument("--out", type=Path, default=CASES, help="where to write")
    parser.add_argument("--date", default=str(datetime.now(UTC).date()), help="date of the build")
    args = parser.parse_args(argv)
    path = args.data / INPUT
    if not path.is_file():
        print(f"{args.data}: expected {INPUT}, found none", file=sys.stderr)
        return 2
    raw = [bytes.fromhex(line) for line in path.read_text(encoding="ascii").split()]
    records = b"".join(compact_header(header) for header in raw)
    headers = join_headers(records, parse_header(raw[0]).parent, FIRST_HEIGHT)
    report = check_chain(headers)
    if list(headers.raw) != raw or not report.holds:
        print(f"{INPUT}: expected a valid chain, found {report}", file=sys.stderr)
        return 1
    packed = zlib.compress(records, 9)
    (args.out / HEADERS_FILE).write_bytes(packed)
    text = METADATA.format(
        first_height=FIRST_HEIGHT,
        count=len(raw),
        first_parent=parse_header(raw[0]).parent.hex(),
        sha256=hashlib.sha256(records).hexdigest(),
        last_hash=headers.last_hash.hex(),
        last_height=FIRST_HEIGHT + len(raw) - 1,
        built=date.fromisoformat(args.date),
        input=INPUT,
        input_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    (args.out / "headers.toml").write_text(text, encoding="utf-8")
    print(f"{len(raw)} headers, {len(packed)} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
