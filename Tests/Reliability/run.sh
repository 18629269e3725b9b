#!/usr/bin/env bash
# Black-box checks of the built programs: bash Tests/Reliability/run.sh quick|long BINARIES [CHECK...]
#
# quick: about 90 seconds; three checks in parallel, because they mostly wait, without the checks that measure.
# long: every check in full, one after the other.
# Prints failures and a count per check; non-zero if one failed. Run soak.py, bytes.py and scale.py directly.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

quick_checks=(freezes server_exits hostile_servers http2_frames http2_floods http2_fuzz full_disk files descriptors
    http_requests item_sources)
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
    # This check has other options. A sanitizer keeps freed memory, so it gets a higher limit.
    if [ "$1" = http2_fuzz ]; then
        options=(--connections "$([ "$mode" = quick ] && echo 600 || echo 9000)")
        [ "${PUSHLAB_SANITIZED:-}" = 1 ] && options+=(--growth 1000)
    fi
    timeout --kill-after 10 "$limit" "$python" "$1.py" "${options[@]}" "$binaries" >"$results/$1" 2>&1
    echo $? >"$results/$1.code"
    echo $((SECONDS - began)) >"$results/$1.seconds"
}

report() {
    local code
    code=$(<"$results/$1.code")
    echo "$1: $(tail -n 1 "$results/$1"), $(<"$results/$1.seconds") s"
    if [ "$code" -ne 0 ]; then
        failed=1
        grep -v '^ok ' "$results/$1" | head -n 100
        [ "$code" -eq 124 ] && echo "$1 was stopped after its limit"
    else
        grep '^NOT RUN' "$results/$1"
    fi
    return 0
}

for check in "${checks[@]}"; do
    if [ ! -f "$check.py" ]; then
        echo "there is no check $check; checks: ${quick_checks[*]} figures memory" >&2
        failed=1
        continue
    fi
    if [ "$mode" = quick ]; then
        while [ "$(jobs -rp | wc -l)" -ge 3 ]; do wait -n; done
        one "$check" &
    else
        one "$check"
        report "$check"
    fi
done
wait
if [ "$mode" = quick ]; then
    for check in "${checks[@]}"; do
        [ -f "$check.py" ] && report "$check"
    done
fi
exit "$failed"
