#!/usr/bin/env bash
# Runs a command against the demo: with-demo.sh COMMAND [ARG...]
#
# A server with the demo's records, on a fresh folder and a free port, is gone when COMMAND ends. COMMAND finds its address in CHOT_URL.
#
#   CHOT_BIN=PATH  the program (target/debug/chot)
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

die() { printf 'with-demo: %s\n' "$*" >&2; exit 1; }
(($#)) || die "usage: with-demo.sh COMMAND [ARG...]"
bin="${CHOT_BIN:-$root/target/debug/chot}"
[[ -x $bin ]] || die "there is no $bin: build it first"
command -v curl >/dev/null || die "curl is missing"

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

export CHOT_URL="http://127.0.0.1:$port"
export CHOT_DATABASE_URL="sqlite://$home/chot.db" CHOT_LISTEN="127.0.0.1:$port" CHOT_ATTACHMENTS="$home/attachments"
log="$home/server.log"
"$bin" demo >"$log" 2>&1 || { cat "$log" >&2; die "the demo cannot be loaded"; }
"$bin" serve --demo >>"$log" 2>&1 &
server=$!

ready() { curl -sf -o /dev/null "$CHOT_URL/health/ready"; }
for _ in {1..300}; do
  if ready || ! kill -0 "$server" 2>/dev/null; then break; fi
  sleep 0.1
done
ready || { cat "$log" >&2; die "the server does not start"; }

status=0
"$@" || status=$?
kill -0 "$server" 2>/dev/null || { tail -50 "$log" >&2; die "the server died"; }
exit "$status"
