#!/usr/bin/env bash
# Checks the teaching page, and browsers as clients: bash Tests/Browser/run.sh BINARIES [CHECK...]
#
# Needs chromium-driver and firefox-esr, and the virtual environment of requirements.txt in .build/venv. Prints the last
# line of each check, and the output of a check that fails; non-zero if one fails. `changes` and `faults` are long
# checks: they run only if they are named.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

checks=(lanes clients layout inspector)
binaries=${1:-}
if [ -z "$binaries" ]; then
    echo "usage: bash Tests/Browser/run.sh BINARIES [CHECK...]; checks: ${checks[*]} changes faults" >&2
    exit 2
fi
shift
[ $# -eq 0 ] || checks=("$@")
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

run() {
    local check=$1 began=$SECONDS code=0
    timeout --kill-after 10 600 .build/venv/bin/python "Tests/Browser/${check}_check.py" "$binaries" \
        >"$results/$check" 2>&1 || code=$?
    if [ "$code" = 0 ]; then
        grep '^NOT RUN' "$results/$check"
        echo "$check: $(tail -n 1 "$results/$check"), $((SECONDS - began)) s"
    else
        { echo "$check FAILED (exit code $code), $((SECONDS - began)) s" && grep -v '^ok ' "$results/$check"; } >&2
    fi
    return "$code"
}

# These measure delays, so they run alone.
failed=0
for check in "${checks[@]}"; do
    if [[ $check = lanes || $check = clients || $check = changes || $check = faults ]]; then
        while [ -n "$(jobs -p)" ]; do wait -n || failed=1; done
        run "$check" || failed=1
    else
        run "$check" &
    fi
done
while [ -n "$(jobs -p)" ]; do wait -n || failed=1; done
exit "$failed"
