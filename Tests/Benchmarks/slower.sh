#!/usr/bin/env bash
# Does `compare` detect a server that is 20 % slower?
#
#     bash Tests/Benchmarks/slower.sh [FOLDER]          about 3 minutes
#
# Reads the median delay of WebSocket push from one run. Then measures the program interleaved with a version that
# publishes each item late by a fifth of that delay (--fault-publish-delay). Exits with 1 unless the comparison reports
# that the median delay of WebSocket is worse.
set -euo pipefail
folder=$(realpath -m "${1:-$(mktemp -d)/slower}")
REPEATS=${REPEATS:-20}
. "$(dirname "${BASH_SOURCE[0]}")/blocks.sh"

rm -rf "${folder:?}"
mkdir -p "$folder"
"$PUSHLAB" run "$scenario" --seed 1 --repeats 3 --out "$folder/baseline" --quiet
delay=$(python3 - "$folder/baseline/summary.csv" <<'PYTHON'
import csv, statistics, sys
rows = csv.DictReader(open(sys.argv[1], newline=""))
p50 = statistics.median(float(row["latency_p50_us"]) for row in rows if row["transport"] == "websocket")
print(round(p50 / 5))
PYTHON
)
echo "a fifth of the median delay is $delay us"
measure "$folder" 1 --fault-publish-delay "${delay}us"
interleave "$folder"
verdict "$folder" A B
sed -n '/websocket/,$p' "$folder/A-B.txt"
sed -n '/websocket/,$p' "$folder/A-B.txt" | grep -q '^  latency_p50_us *worse'
