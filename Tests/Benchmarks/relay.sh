#!/usr/bin/env bash
# The cost of the simulated network: its own added latency, and its CPU time with many connections.
#
#     bash Tests/Benchmarks/relay.sh [CLIENTS] [SECONDS]      5000 clients and 20 s take about a minute
#
# Fails if
# - with 100 connections at 10 items/s the relay adds 100 µs or more in the median, or 1 ms or more in the 99th
#   percentile;
# - with CLIENTS connections at 1 item/s not every item arrives once, or the relay needs 60 % of a processor or more.
# Needs the release build; PUSHLAB names another program.
set -euo pipefail
clients=${1:-5000}
seconds=${2:-20}
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
pushlab=${PUSHLAB:-.build/release/pushlab}
folder=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; rm -rf "$folder"' EXIT

# begin NAME COMMAND...: starts a program that prints its address; sets `port` and `pid`.
begin() {
    local name=$1
    rm -f "$folder/$1"
    shift
    "$@" >"$folder/$name" &
    pid=$!
    pids+=("$pid")
    for _ in {1..100}; do
        if [ -s "$folder/$name" ]; then break; fi
        sleep 0.05
    done
    port=$(sed -n 's/.*"port":\([0-9]*\).*/\1/p' "$folder/$name")
}

# CPU time of a process, in clock ticks.
ticks() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }

# measure CLIENTS RATE WARM-UP: measures raw TCP through the relay; prints load's row, and the relay's cost in `cost`.
measure() {
    begin server "${pushlab}-server" --rate "$2" --history 1000
    local server=$pid
    begin relay "$pushlab" relay --listen 127.0.0.1:0 --to "127.0.0.1:$port" --rtt 50ms --jitter 2ms
    local relay=$pid
    "$pushlab" load --url "http://127.0.0.1:$port" --transport raw-tcp --clients "$1" --warmup "$3" \
        --duration "${seconds}s" --out "$folder/out" --quiet &
    local load=$!
    sleep 10
    local before after
    before=$(ticks "$relay")
    sleep 5
    after=$(ticks "$relay")
    wait "$load" || true
    kill -INT "$relay" && wait "$relay"
    kill "$server" && wait "$server" || true
    share=$(awk -v ticks=$((after - before)) -v rate="$(getconf CLK_TCK)" 'BEGIN { printf "%.1f", 20 * ticks / rate }')
    latency=$(sed -n 's/.*itself: //p' "$folder/relay")
    python3 - "$folder/out/summary.csv" <<'PYTHON'
import csv
import sys

row = next(csv.DictReader(open(sys.argv[1], newline="")))
print(" ".join(f"{name}={row[name]}" for name in ("expected", "unique", "missed", "duplicate", "latency_p50_us",
                                                   "latency_p99_us", "bytes_valid", "invalid_reason")))
sys.exit(row["expected"] != row["unique"] or row["duplicate"] != "0" or row["bytes_valid"] != "true")
PYTHON
    rm -rf "$folder/out"
}

failed=0
fail() {
    echo "FAILED: $1"
    failed=1
}

echo "== 100 connections at 10 items/s"
measure 100 10/s 2s || fail "not every item arrived once"
echo "relay: $latency; CPU $share %"
read -r median high < <(sed 's/p50 \([0-9]*\) µs, p99 \([0-9]*\) µs.*/\1 \2/' <<<"$latency")
[ "$median" -lt 100 ] || fail "the median is $median µs; allowed is less than 100 µs"
[ "$high" -lt 1000 ] || fail "the 99th percentile is $high µs; allowed is less than 1 ms"

echo "== $clients connections at 1 item/s"
measure "$clients" 1/s 5s || fail "not every item arrived once"
echo "relay: $latency; CPU $share %"
awk -v share="$share" 'BEGIN { exit !(share < 60) }' || fail "the relay needs $share % of a processor; allowed is 60 %"
exit "$failed"
