#!/bin/sh
# Write the hashed lock files from pyproject.toml (needs uv). Plain pip can install from them,
# on Python 3.11 to 3.13; they name no registry. Arguments go to uv: --upgrade takes the newest.
set -eu
cd -- "$(dirname -- "$0")/.."
lock() { # FILE INPUT OPTION...
    file=$1 input=$2
    shift 2
    uv pip compile "$input" "$@" --universal --python-version 3.11 --generate-hashes \
        --no-annotate --no-emit-index-url --no-header --quiet --output-file "$file" >/dev/null
}
lock requirements.lock pyproject.toml --group build "$@"
lock requirements-dev.lock pyproject.toml --group build --group docs --group test "$@"
echo uv | lock requirements-uv.lock - "$@"
