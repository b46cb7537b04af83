#!/usr/bin/env bash
# Fuzzes the HTTP contract: a real server on a fresh SQLite database against its own OpenAPI document, for FUZZ_SECONDS seconds
# (60) from the seed FUZZ_SEED. The reports and the server's log are in target/fuzz.
#
#   CHOT_BIN=PATH  the server to fuzz (target/debug/chot)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

SCHEMATHESIS=4.32.5
bin="${CHOT_BIN:-target/debug/chot}"
venv=target/tools/schemathesis

die() { printf 'fuzz: %s\n' "$*" >&2; exit 1; }
[[ -x $bin ]] || die "there is no $bin: build it first"
for tool in curl python3; do
  command -v "$tool" >/dev/null || die "$tool is missing"
done

if [[ $("$venv/bin/st" --version 2>/dev/null || true) != *"$SCHEMATHESIS" ]]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$SCHEMATHESIS"
fi

home="$(mktemp -d)"
server=
# shellcheck disable=SC2317 # the trap calls it
finish() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$home"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

port=$((20000 + RANDOM % 12000)) # below the ports that outgoing connections borrow
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done

export CHOT_FUZZ_URL="http://127.0.0.1:$port" CHOT_FUZZ_EMAIL=admin@example.vn
CHOT_FUZZ_PASSWORD="$(head -c 24 /dev/urandom | base64)"
export CHOT_FUZZ_PASSWORD
export CHOT_DATABASE_URL="sqlite://$home/chot.db" CHOT_LISTEN="127.0.0.1:$port" CHOT_RATE_LIMITS=off

export HYPOTHESIS_STORAGE_DIRECTORY=target/fuzz/hypothesis PYTHONDONTWRITEBYTECODE=1

rm -rf target/fuzz
mkdir -p target/fuzz
log=target/fuzz/server.log
{
  "$bin" init --playbook icheck
  printf %s "$CHOT_FUZZ_PASSWORD" | "$bin" user add --email "$CHOT_FUZZ_EMAIL" --name Admin --role admin --password-stdin
} >"$log" 2>&1 || { cat "$log" >&2; die "the database cannot be set up"; }
"$bin" serve >>"$log" 2>&1 &
server=$!

ready() { curl -sf -o /dev/null "$CHOT_FUZZ_URL/health/ready"; }
for _ in {1..300}; do
  if ready || ! kill -0 "$server" 2>/dev/null; then break; fi
  sleep 0.1
done
ready || { cat "$log" >&2; die "the server does not start"; }

# Prints an access token, or fails where the administrator can no longer sign in.
sign_in() {
  local answer
  answer="$(curl -sS --fail-with-body "$CHOT_FUZZ_URL/api/v1/auth/login" \
    --json "{\"email\":\"$CHOT_FUZZ_EMAIL\",\"password\":\"$CHOT_FUZZ_PASSWORD\"}")" || return 1
  python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])' <<<"$answer"
}

# A few records, so that lists are not empty from the start.
# A few records of each kind, so that there is something to read, link and convert.
seed() {
  local code
  post() {
    curl -sS --fail-with-body -o /dev/null "$CHOT_FUZZ_URL/api/v1/$1" -H "Authorization: Bearer $token" --json "$2" || die "no record in $1"
  }
  for code in 0100112437 0312687878 0314409058; do
    post leads "{\"name\":\"Công ty $code\",\"phone\":\"09${code:2:8}\",\"tax_code\":\"$code\"}"
  done
  post accounts '{"name":"Công ty Sông Hồng","tax_code":"0100047516"}'
  post products '{"code":"TRUYXUAT","name":"Truy xuất nguồn gốc","vat_code":"8"}'
  post lead-forms '{"name":"Trang đích","source":"website","field_map":{"ho_ten":"name","sdt":"phone"}}'
}

token="$(sign_in)" || die "the administrator cannot sign in"
seed

status=0
"$venv/bin/st" --config-file contract/schemathesis.toml run "$CHOT_FUZZ_URL/openapi.json" --url "$CHOT_FUZZ_URL" \
  --max-time "${FUZZ_SECONDS:-60}" --seed "${FUZZ_SEED:-20260101}" || status=$?

# A run whose user was locked out on the way met little but 401 after that, and proves nothing.
kill -0 "$server" 2>/dev/null || { tail -50 "$log" >&2; die "the server died"; }
sign_in >/dev/null || die "the fuzzing user was locked out"
exit "$status"
