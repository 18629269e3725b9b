#!/usr/bin/env bash
# Is a server that is 20 % slower found out?
#
#     bash Tests/Benchmarks/slower.sh [FOLDER]          about 2 minutes
#
# Reads the median delay of WebSocket push from one run, then measures the program in turns with itself, publishing
# each item a fifth of that delay late (--fault-publish-delay). Ends with 1 unless the comparison says that WebSocket's
# median delay is worse.
set -euo pipefail
folder=$(realpath -m "${1:-$(mktemp -d)/slower}")
REPEATS=${REPEATS:-12}
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
in_turns "$folder"
verdict "$folder" A B
sed -n '/websocket/,$p' "$folder/A-B.txt"
sed -n '/websocket/,$p' "$folder/A-B.txt" | grep -q '^  latency_p50_us *worse'
