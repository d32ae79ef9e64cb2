#!/usr/bin/env bash
# Builds the command line of a checkout, as its lock file says, unless it is built: what the action runs.
set -euo pipefail
cd "$1"
[ ! -e dist/bin/dgx-patch.js ] || exit 0
npm ci --ignore-scripts --no-audit --no-fund
npm run build --silent
