#!/usr/bin/env bash
# Fuzzes the HTTP contract: the demo, on a fresh database, against its own OpenAPI document, for FUZZ_SECONDS seconds (60) from the seed
# FUZZ_SEED. The reports are in target/fuzz.
#
#   CHOT_BIN=PATH  the program (target/debug/chot)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

SCHEMATHESIS=4.32.5
venv=target/tools/schemathesis

die() { printf 'fuzz: %s\n' "$*" >&2; exit 1; }
command -v python3 >/dev/null || die "python3 is missing"

if [[ $("$venv/bin/st" --version 2>/dev/null || true) != *"$SCHEMATHESIS" ]]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$SCHEMATHESIS"
fi

# Once more, with a server of the demo beside it.
[[ -n ${CHOT_URL:-} ]] || CHOT_RATE_LIMITS=off exec scripts/with-demo.sh scripts/fuzz.sh

export CHOT_FUZZ_URL=$CHOT_URL CHOT_FUZZ_EMAIL=admin@demo.example.vn CHOT_FUZZ_PASSWORD=dung-thu-chot-2026
export HYPOTHESIS_STORAGE_DIRECTORY=target/fuzz/hypothesis PYTHONDONTWRITEBYTECODE=1
rm -rf target/fuzz

status=0
"$venv/bin/st" --config-file contract/schemathesis.toml run "$CHOT_URL/openapi.json" --url "$CHOT_URL" \
  --max-time "${FUZZ_SECONDS:-60}" --seed "${FUZZ_SEED:-20260101}" || status=$?

# A run whose user was locked out on the way met little but 401 after that, and proves nothing.
curl -sS --fail-with-body -o /dev/null "$CHOT_URL/api/v1/auth/login" \
  --json "{\"email\":\"$CHOT_FUZZ_EMAIL\",\"password\":\"$CHOT_FUZZ_PASSWORD\"}" || die "the fuzzing user was locked out"
exit "$status"
