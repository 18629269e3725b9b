#!/usr/bin/env bash
# Do the exit codes of `compare --fail-on` protect a release?
#
#     bash Tests/Benchmarks/gate.sh [FOLDER]          about 14 minutes
#
# Reads the median delay of WebSocket push from one run. Three times, measures the program interleaved with a version
# that publishes each item late by this delay (--fault-publish-delay): `compare --fail-on worse` must end with 3 each
# time. Ten times, measures the program interleaved with itself: `compare --fail-on any` must end with 0 in at least 9.
# With the folder of an earlier call it continues there.
set -euo pipefail
folder=$(realpath -m "${1:-$(mktemp -d)/gate}")
# Two cases need 7 valid repeats per run.
REPEATS=${REPEATS:-9}
. "$(dirname "${BASH_SOURCE[0]}")/blocks.sh"

mkdir -p "$folder"
if [ ! -e "$folder/baseline/report.md" ]; then
    rm -rf "${folder:?}/baseline"
    "$PUSHLAB" run "$scenario" --seed 1 --repeats 3 --out "$folder/baseline" --quiet
fi
delay=$("$PUSHLAB" report "$folder/baseline" --format json | python3 -c '
import json, sys
cases = json.load(sys.stdin)["results"]["cases"]
print(round(next(c for c in cases if c["transport"] == "websocket")["columns"]["latency_p50_us"]["median"]))')
echo "the median delay of WebSocket is $delay us"

# compared FOLDER VERDICT: the exit code of compare; its text is stored in the folder.
compared() {
    local code=0
    "$PUSHLAB" compare "$1/A" "$1/B" --fail-on "$2" >"$1/A-B.txt" || code=$?
    echo "$code"
}

slower=0
for seed in 1 2 3; do
    one="$folder/slower-$seed"
    measure "$one" "$((100 + seed))" --fault-publish-delay "${delay}us"
    interleave "$one"
    code=$(compared "$one" worse)
    if [ "$code" = 3 ]; then slower=$((slower + 1)); fi
    echo "twice the delay, seed $seed: exit code $code; $(grep '^Overall: ' "$one/A-B.txt")"
done

equal=0
for seed in $(seq 10); do
    one="$folder/equal-$seed"
    measure "$one" "$((200 + seed))"
    interleave "$one"
    code=$(compared "$one" any)
    if [ "$code" = 0 ]; then equal=$((equal + 1)); fi
    echo "the same program, seed $seed: exit code $code; $(grep '^Overall: ' "$one/A-B.txt")"
done
echo "exit code 3 for the slower server: $slower of 3; exit code 0 for the same: $equal of 10; blocks in $folder"
[ "$slower" = 3 ] && [ "$equal" -ge 9 ]
