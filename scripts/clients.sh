#!/usr/bin/env bash
# Generates a TypeScript and a Python client from openapi/openapi.json, compiles and installs them, and runs a program with each against
# the demo. The clients are in target/clients.
#
#   CHOT_BIN=PATH  the program (target/debug/chot)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() { printf 'clients: %s\n' "$*" >&2; exit 1; }
for tool in node npm python3; do
  command -v "$tool" >/dev/null || die "$tool is missing: Node.js 20.19 or newer with npm, and Python 3.11 or newer, are needed"
done
document="$PWD/openapi/openapi.json"
tests="$PWD/tests/clients"
clients="$PWD/target/clients"
venv="$PWD/target/tools/clients"
mkdir -p "$clients"

typescript() {
  local home="$clients/typescript"
  mkdir -p "$home"
  cp "$tests/typescript/"{package.json,package-lock.json,.npmrc,tsconfig.json,five-leads.ts} "$home"
  cd "$home"
  # npm writes this copy of the lock file last, so it tells whether what is installed is what is asked for.
  if ! cmp -s package-lock.json installed-lock.json; then
    npm ci --silent || die "npm ci failed: see the log that npm names"
    cp package-lock.json installed-lock.json
  fi
  npx --no-install openapi-typescript "$document" --output contract.ts >/dev/null
  npx --no-install tsc
}

python() {
  local wanted="$tests/python/requirements.txt" said
  if ! cmp -s "$wanted" "$venv/installed.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted"
    cp "$wanted" "$venv/installed.txt"
  fi
  # It ends well although it leaves things out, and says so; its formatter has to be found.
  said="$(PATH="$venv/bin:$PATH" "$venv/bin/openapi-python-client" generate --path "$document" --output-path "$clients/python" --overwrite 2>&1)" ||
    { printf '%s\n' "$said" >&2; die "no Python client"; }
  if grep -qE 'Warning|WARNING|Unable|Skipping' <<<"$said"; then
    printf '%s\n' "$said" >&2
    die "the Python client is not whole"
  fi
  "$venv/bin/pip" install --quiet --disable-pip-version-check --force-reinstall --no-deps "$clients/python"
  # Every module has to be importable, not only those that the program uses.
  "$venv/bin/python" -m compileall -q "$clients/python/chot_crm_api_client"
  "$venv/bin/python" - <<'PYTHON'
import importlib, pkgutil
import chot_crm_api_client as client
modules = [module.name for module in pkgutil.walk_packages(client.__path__, "chot_crm_api_client.")]
assert len(modules) > 300, modules
for name in modules:
    importlib.import_module(name)
PYTHON
}

(typescript)
python
scripts/with-demo.sh bash -c "node '$clients/typescript/build/five-leads.js' && '$venv/bin/python' '$tests/python/five_leads.py'"
