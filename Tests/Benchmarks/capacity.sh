#!/usr/bin/env bash
# Does `pushlab capacity` find the capacity of a server whose capacity is known? On a quiet machine, about 12 minutes:
#   bash Tests/Benchmarks/capacity.sh [.build/release] [seed...]
#
# The server spends 1 ms on each item for each client, so one event loop carries 1,000 items per second: 50 clients at
# 20 items per second. At 20/s the last client gets an item 50 ms after it was due at most; beyond the capacity, delays
# grow by N · r · D - 1 seconds per second, and pass 100 ms within the 4 s of a run at 52 clients.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
programs=$(cd "${1:-.build/release}" && pwd)
shift || true
seeds=("$@")
[ ${#seeds[@]} -gt 0 ] || seeds=(1 2 3)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat > "$scratch/knee.yaml" <<'SCENARIO'
name: knee
question: At how many clients does a server with a known time per item reach its capacity?
feeds: [{source: synthetic, rate: 20/s, payload: 64B}]
clients: 20
transports: [{use: websocket}, {use: sse}, {use: long-poll}]
warmup: 1s
duration: 3s
SCENARIO

failed=0
for seed in "${seeds[@]}"; do
    "$programs/pushlab" capacity "$scratch/knee.yaml" --raise clients --precision 3% \
        --until 'latency_p99_us > 100ms or missed > 0' --test-delay-per-item 1ms \
        --set "seed=$seed" --out "$scratch/$seed" --quiet || failed=1
    python3 - "$scratch/$seed/capacity.csv" <<'CHECK' || failed=1
import csv, sys

expected, allowed = 50, 0.1
last = {row["search"]: row for row in csv.DictReader(open(sys.argv[1], newline=""))}
found = [(row["transport"], float(row["answer"] or 0)) for row in last.values()]
wrong = [f"{name} {load:g}" for name, load in found if abs(load / expected - 1) > allowed]
print("  ".join(f"{name} {load:g} ({load / expected - 1:+.0%})" for name, load in found), "expected", expected)
if wrong:
    sys.exit(f"FAILED: more than {allowed:.0%} away: " + ", ".join(wrong))
CHECK
done
exit "$failed"
