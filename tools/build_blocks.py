"""Build the shipped header times of single blocks.

    python tools/build_blocks.py DATA_DIR [--out DIR] [--date YYYY-MM-DD]

Reads ``blocks_recent.csv`` (height, time, ...) in DATA_DIR, holds its epoch ends
against the shipped history, and writes ``blocks.zlib`` and ``blocks.toml``: times
only, as differences in base 128. No randomness.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

from hashfall.ingest.blocks import BLOCKS_FILE, pack_runs, unpack_runs
from hashfall.ingest.history import load_history
from hashfall.model.consensus import BLOCKS_PER_EPOCH

INPUT = "blocks_recent.csv"
CASES = Path(__file__).resolve().parent.parent / "src" / "hashfall" / "cases"

METADATA = """\
# Metadata of blocks.zlib; written by tools/build_blocks.py, not by hand.

file = "blocks.zlib"
format = \"\"\"
zlib over runs of header times; per run: first height, number of blocks, differences of the \\
times, the first from 0; base 128, lowest digits first, difference d as 2d, or -2d - 1 below 0\"\"\"
runs = {runs}  # first height, last height
count = {count}
sha256 = "{sha256}"  # of the runs, unpacked
unit = "Unix s"
what = "header time of each block"
source = \"\"\"
block statistics of github m-marqx/BTC-RPC-Data, commit 34548a531d0438d4e2b5197801f9ce89521d5cd0 \\
(MIT), and, for heights 872,799 to 908,794, of the same author's github m-marqx/ML-Miner, commit \\
8caddd3715cc9f9695cb76a1bec2d36a6841f600 (no licence stated)\"\"\"
licence = "facts of the chain; sources MIT and none stated"
as_of = "block {last_height}, {last_day}"
missing = "heights 908,795 to 909,457 were not found"
checks = \"\"\"
{boundaries} times at ends of epochs equal those of the shipped history, which give the next bits \\
exactly\"\"\"

[birth]
script = "tools/build_blocks.py"
built = {built}
seed = "none: no randomness"

[birth.inputs]
"{input}" = "{input_sha256}"
"""


def _runs(rows: list[tuple[int, int]]) -> list[tuple[int, list[int]]]:
    """Unbroken runs: first height and times."""
    found: list[tuple[int, list[int]]] = []
    for height, time in rows:
        if not found or height != found[-1][0] + len(found[-1][1]):
            found.append((height, []))
        found[-1][1].append(time)
    return found


def _boundaries(rows: list[tuple[int, int]]) -> tuple[int, int]:
    """Times at both ends of epochs that the history also has, and how many differ."""
    history, times = load_history(), dict(rows)
    known = [(int(h), t) for h, t in zip(history.height_first, history.time_first, strict=True)]
    known += [
        (int(h) + BLOCKS_PER_EPOCH - 1, t)
        for h, t in zip(history.height_first, history.time_last, strict=True)
    ]
    shared = [(times[h], t) for h, t in known if t == t and h in times]
    return len(shared), sum(ours != theirs for ours, theirs in shared)


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
    with path.open(newline="", encoding="ascii") as file:
        rows = [(int(row["height"]), int(row["time"])) for row in csv.DictReader(file)]
    parts = _runs(rows)
    records = pack_runs(parts)
    boundaries, wrong = _boundaries(rows)
    back = [(run.first_height, run.time_s.astype(int).tolist()) for run in unpack_runs(records)]
    if back != parts or wrong:
        print(f"{INPUT}: expected the times of the history, {wrong} differ", file=sys.stderr)
        return 1
    packed = zlib.compress(records, 9)
    (args.out / BLOCKS_FILE).write_bytes(packed)
    text = METADATA.format(
        runs=[[height, height + len(times) - 1] for height, times in parts],
        count=len(rows),
        sha256=hashlib.sha256(records).hexdigest(),
        last_height=rows[-1][0],
        last_day=datetime.fromtimestamp(rows[-1][1], UTC).date(),
        boundaries=boundaries,
        built=date.fromisoformat(args.date),
        input=INPUT,
        input_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    (args.out / "blocks.toml").write_text(text, encoding="utf-8")
    print(f"{len(rows)} blocks, {len(packed)} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
