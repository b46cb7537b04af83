#!/usr/bin/env bash
# Checks the licences, bans and sources of every dependency against deny.toml: licenses.sh [CHECK...]
# Needs no more than the crates.io index; the checks that need more are named in scripts/audit.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

VERSION=0.20.2
tool=target/tools/bin/cargo-deny

if [[ $("$tool" --version 2>/dev/null || true) != "cargo-deny $VERSION" ]]; then
  # Built apart from the project: a tool's crates have no place among ours.
  scratch="$(mktemp -d)"
  trap 'rm -rf "$scratch"' EXIT
  CARGO_TARGET_DIR="$scratch" cargo install cargo-deny --version "$VERSION" --locked --force --root target/tools
fi

(($#)) || set -- bans licenses sources
"$tool" --locked check "$@"
