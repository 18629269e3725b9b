#!/usr/bin/env bash
# Black-box checks of the built programs: bash Tests/Reliability/run.sh quick|long BINARIES [CHECK...]
#
# quick: a minute and a half; three checks at once, since they wait most of the time, without those that measure. long:
# everything, one check after the other.
# Prints what failed and a count for each check; non-zero when one failed. Soak and bytes are started by themselves.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

quick_checks=(freezes endings hostile_servers http2_frames http2_floods http2_fuzz full_disk files descriptors
    doors_requests doors_items)
checks=("${quick_checks[@]}" figures memory)
mode=${1:-} binaries=${2:-}
if [[ $mode != quick && $mode != long ]] || [ -z "$binaries" ]; then
    echo "usage: bash Tests/Reliability/run.sh quick|long BINARIES [CHECK...]; checks: ${checks[*]}" >&2
    exit 2
fi
case $binaries in /*) ;; *) binaries=$OLDPWD/$binaries ;; esac
shift 2
if [ $# -gt 0 ]; then
    checks=("$@")
elif [ "$mode" = quick ]; then
    checks=("${quick_checks[@]}")
fi
python=$(cd ../.. && pwd)/.build/venv/bin/python
[ -x "$python" ] || python=python3
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
failed=0

one() {
    local options=() limit=3600 began=$SECONDS
    if [ "$mode" = quick ]; then
        options=(--quick)
        limit=120
    fi
    # It has options of its own; a sanitizer keeps what was freed.
    if [ "$1" = http2_fuzz ]; then
        options=(--connections "$([ "$mode" = quick ] && echo 600 || echo 9000)")
        [ "${PUSHLAB_SANITIZED:-}" = 1 ] && options+=(--growth 1000)
    fi
    timeout --kill-after 10 "$limit" "$python" "$1.py" "${options[@]}" "$binaries" >"$results/$1" 2>&1
    echo $? >"$results/$1.code"
    echo $((SECONDS - began)) >"$results/$1.seconds"
}

tell() {
    local code
    code=$(<"$results/$1.code")
    echo "$1: $(tail -n 1 "$results/$1"), $(<"$results/$1.seconds") s"
    if [ "$code" -ne 0 ]; then
        failed=1
        grep -v '^ok ' "$results/$1" | head -n 100
        [ "$code" -eq 124 ] && echo "$1 was stopped: it took too long"
    else
        grep '^NOT RUN' "$results/$1"
    fi
    return 0
}

for check in "${checks[@]}"; do
    if [ ! -f "$check.py" ]; then
        echo "$check.py is not there" >&2
        failed=1
        continue
    fi
    if [ "$mode" = quick ]; then
        while [ "$(jobs -rp | wc -l)" -ge 3 ]; do wait -n; done
        one "$check" &
    else
        one "$check"
        tell "$check"
    fi
done
wait
if [ "$mode" = quick ]; then
    for check in "${checks[@]}"; do
        [ -f "$check.py" ] && tell "$check"
    done
fi
exit "$failed"
