#!/usr/bin/env bash
# Checks every dependency against the RustSec advisories, which it fetches: this one wants the network.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/licenses.sh" advisories
