#!/usr/bin/env bash
# Lints openapi/openapi.json with Spectral and Redocly; an error or a warning of either fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

document="$PWD/openapi/openapi.json"
die() { printf 'lint-contract: %s\n' "$*" >&2; exit 1; }
for tool in node npm; do
  command -v "$tool" >/dev/null || die "$tool is missing: install Node.js 20.19 or newer with npm"
done
[[ -f $document ]] || die "there is no $document"

cd contract
# npm writes this copy of the lock file last, so it tells whether what is installed is what is asked for.
if [[ ! -f node_modules/.package-lock.json || package-lock.json -nt node_modules/.package-lock.json ]]; then
  npm ci --silent || die "npm ci failed: see the log that npm names"
fi
export PATH="$PWD/node_modules/.bin:$PATH"
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

failed=
spectral lint --ruleset spectral.yaml --fail-severity=hint "$document" || failed=yes

# Redocly exits with 0 on warnings, so they are counted here. What it says on stderr is of interest only where it has no verdict.
# shellcheck disable=SC2016 # the dollars are JavaScript's
verdict='
  const { totals, problems } = JSON.parse(require("fs").readFileSync(0, "utf8"));
  for (const { severity, ruleId, message, location } of problems)
    console.log(`${severity} ${ruleId} ${location[0]?.pointer ?? ""}: ${message}`);
  console.log(`redocly: ${totals.errors} errors, ${totals.warnings} warnings`);
  process.exit(totals.errors + totals.warnings > 0 ? 1 : 0);
'
noise="$(mktemp)"
trap 'rm -f "$noise"' EXIT
report="$(redocly lint --config redocly.yaml --format=json "$document" 2>"$noise")" || failed=yes
[[ $report == "{"* ]] || { cat "$noise" >&2; die "redocly gave no verdict"; }
node -e "$verdict" <<<"$report" || failed=yes

[[ -z $failed ]] || die "the contract has findings"
