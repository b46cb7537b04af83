#!/usr/bin/env bash
# Opens Swagger UI of the demo in a real browser, signs in, and executes operations as a newcomer would. The pictures are in target/docs.
#
#   CHOT_BIN=PATH       the program (target/debug/chot)
#   CHOT_CHROMIUM=PATH  the browser
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() { printf 'test-docs: %s\n' "$*" >&2; exit 1; }
for tool in node npm; do
  command -v "$tool" >/dev/null || die "$tool is missing: install Node.js 20.19 or newer with npm"
done

find_chromium() {
  local name
  for name in "${CHOT_CHROMIUM:-chromium}" chromium-browser google-chrome; do
    if command -v "$name"; then return; fi
  done
  return 1
}

if ! CHOT_CHROMIUM="$(find_chromium)"; then
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
  fi
  CHOT_CHROMIUM="$(find_chromium)" || die "no browser: install Chromium or name one in CHOT_CHROMIUM"
fi
export CHOT_CHROMIUM

# npm writes this copy of the lock file last, so it tells whether what is installed is what is asked for.
if [[ ! -f tests/docs/node_modules/.package-lock.json || tests/docs/package-lock.json -nt tests/docs/node_modules/.package-lock.json ]]; then
  (cd tests/docs && npm ci --silent) || die "npm ci failed: see the log that npm names"
fi

mkdir -p target/docs
exec scripts/with-demo.sh node tests/docs/swagger-ui.mjs target/docs
