#!/usr/bin/env bash
# Checks the built programs with third-party programs and raw sockets: bash Tests/Interop/run.sh BINARIES [CHECK...]
#
# Runs three checks in parallel, because they mostly wait. Prints the last line of each check, and the output of a check
# that fails; non-zero if one fails. Needs the virtual environment of requirements.txt in .build/venv.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# The longest checks first. bad_input measures the delay of a listener's items, so it runs alone.
checks=(
    peers example_servers nginx network_paths redis conformance programs differential socketio terminal websocket
    http2_websocket curl hlog
)
alone=(bad_input)
binaries=${1:-}
if [ -z "$binaries" ]; then
    echo "usage: bash Tests/Interop/run.sh BINARIES [CHECK...]; checks: ${checks[*]} ${alone[*]}" >&2
    exit 2
fi
shift
[ $# -eq 0 ] || checks=("$@") alone=()
python=.build/venv/bin/python
# Debian's folder for nginx is not on every user's PATH.
PATH=$PATH:/usr/sbin
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

run() {
    local check=$1 arguments=("$binaries") began=$SECONDS code=0
    # Without a folder this check reads logs that the unit tests write.
    [ "$check" = hlog ] && arguments=()
    timeout --kill-after 10 300 "$python" "Tests/Interop/${check}_check.py" "${arguments[@]}" >"$results/$check" 2>&1 ||
        code=$?
    if [ "$code" = 0 ]; then
        grep '^NOT RUN' "$results/$check"
        echo "$check: $(tail -n 1 "$results/$check"), $((SECONDS - began)) s"
    else
        { echo "$check FAILED (exit code $code), $((SECONDS - began)) s" && head -n 100 "$results/$check"; } >&2
    fi
    return "$code"
}

failed=0
for check in "${checks[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge 3 ]; do wait -n || failed=1; done
    run "$check" &
done
while [ -n "$(jobs -p)" ]; do wait -n || failed=1; done
for check in "${alone[@]}"; do run "$check" || failed=1; done
exit "$failed"
