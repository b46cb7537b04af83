#!/usr/bin/env bash
# Runs the steps of the tests, names each as it begins, and says at the end how long each took: test.sh STEP...
#
#   format    formatting
#   lint      lints; warnings are errors
#   build     the program and all tests
#   rules     the tests of single rules, without a server
#   sqlite    the tests over HTTP, on SQLite
#   postgres  the same tests on a real PostgreSQL
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

format() { cargo fmt --all --check; }
lint() { cargo clippy --workspace --all-targets -- -D warnings; }
build() { cargo build --workspace --all-targets; }
rules() { cargo test --quiet --workspace --lib; }
sqlite() { CHOT_TEST_DATABASE=sqlite cargo test --quiet --workspace --test it; }
postgres() { CHOT_TEST_DATABASE=postgres scripts/with-postgres.sh cargo test --quiet --workspace --test it; }

title() {
  case $1 in
    format) echo "formatting" ;;
    lint) echo "lints" ;;
    build) echo "build of the program and its tests" ;;
    rules) echo "rules without a server" ;;
    sqlite) echo "HTTP on SQLite" ;;
    postgres) echo "HTTP on PostgreSQL" ;;
    *) printf 'test: there is no step %s\n' "$1" >&2 && exit 2 ;;
  esac
}

minutes() { printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); }

times=
for step in "$@"; do title "$step" >/dev/null; done
for at in $(seq $#); do
  name="$(title "${!at}")"
  printf '\n== %d of %d: %s\n' "$at" $# "$name"
  begun=$SECONDS
  "${!at}"
  times+="$(printf '  %-36s %s' "$name" "$(minutes $((SECONDS - begun)))")"$'\n'
done
printf '\nAll steps passed:\n%s  %-36s %s\n' "$times" "together" "$(minutes $SECONDS)"
