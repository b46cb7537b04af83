#!/usr/bin/env bash
# Measures a release build on SQLite and on a real PostgreSQL with durable settings, and writes tests/bench/RESULTS.md anew. It takes
# some five minutes after the build. The logs of the servers are in target/bench/run.
#
#   CHOT_BIN=PATH  the program to measure; without it, one is built from here
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() { printf 'bench: %s\n' "$*" >&2; exit 1; }
[[ -r /proc/self/stat ]] || die "CPU times are read from /proc, which only Linux has"

if [[ -z ${CHOT_BIN:-} ]]; then
  cargo build --profile dist --locked --bin chot --target-dir target
fi
cargo build --release --locked --manifest-path tests/bench/Cargo.toml --target-dir target/bench

export CHOT_POSTGRES_SYNC=on
exec scripts/with-postgres.sh target/bench/release/bench run
