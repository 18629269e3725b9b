#!/usr/bin/env bash
# Fuzzes every parser of untrusted input: bash Tests/Fuzzing/run.sh [SECONDS] [TARGET...]
#
# Runs two targets in parallel. Non-zero if one fails; .build/fuzzing/findings then contains the input. Needs the debug
# build of the tests. Move a finding to the corpus and name it after the defect.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=../modules.sh
. Tests/modules.sh

seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(Answers Capture Decoder Deflate Dissector Explain Handshake Hold Request)
# Longest input in bytes: just above the limits of the target.
declare -A longest=([Decoder]=1500 [Deflate]=4096 [Handshake]=1500 [Request]=17000 [Answers]=4096 [Hold]=4096)
longest+=([Capture]=4096 [Dissector]=4096 [Explain]=4096)
out=.build/fuzzing
mkdir -p "$out/findings"

# Two programs: targets of the same sources share one program, because the sources take most of the build time.
declare -A program=([Decoder]=Wire [Deflate]=Wire [Handshake]=Wire [Request]=Wire [Answers]=Client [Hold]=Client)
program+=([Capture]=Client [Dissector]=Client [Explain]=Client)

# The package targets to fuzz: their sources are compiled with the sanitizers, into one module.
fuzzed() {
    case $1 in
    Client) echo HTTP Link WebSocketProtocol WebSocketDrafts Transports Dissection ;;
    Wire) echo HTTP WebSocketProtocol ;;
    esac
}

# Their imports: modules and objects of the debug build, in addition to those of NIO.
imports() {
    case $1 in
    Client)
        echo Feed Measurement WireAccounting Histogram Numerics RealModule ComplexModule _NumericsShims
        echo NIOHPACK NIOHTTP1 CNIOLLHTTP
        ;;
    esac
}

build() {
    local name=$1
    # shellcheck disable=SC2046 # module names and our file names contain no space
    compile_with "$(imports "$name") Codecs $nio_modules" -sanitize=fuzzer,address -module-name "${name}Fuzzing" \
        $(copied_sources "$out/sources/$name" $(fuzzed "$name")) \
        -D "${name^^}" Tests/Fuzzing/FuzzInput.swift Tests/Fuzzing/FuzzTarget.swift \
        $(for target in "${!program[@]}"; do
            [ "${program[$target]}" = "$name" ] && echo "Tests/Fuzzing/${target}Fuzzing.swift"
        done) \
        -o "$out/$name"
}

# New inputs go to the build folder; the corpus in the repository grows only by hand. A minute for one input, because
# Tests/run.sh leaves the CPU to its tests.
fuzz() {
    local name=$1
    mkdir -p "$out/new/$name"
    SWIFT_BACKTRACE=enable=no "$out/$name" "$out/new/$name" "Tests/Fuzzing/corpus/$name" \
        -max_total_time="$seconds" -max_len="${longest[$name]}" -rss_limit_mb=1024 \
        -timeout=60 -artifact_prefix="$out/findings/$name-" -print_final_stats=1 \
        >"$out/$name.log" 2>&1
}

report() {
    local name=$1 status=$2 executions
    executions=$(awk '/number_of_executed_units/ {print $2}' "$out/$name.log")
    if [ "$status" = 0 ] && [ "${executions:-0}" -gt 0 ]; then
        echo "$name: $executions executions, no findings"
    else
        echo "$name: FOUND SOMETHING (status $status), see $out/$name.log and $out/findings"
        tail -n 40 "$out/$name.log"
        failed=1
    fi
}

failed=0
# A failing build ends the script. A program fuzzes the target that its name selects.
jobs=()
for name in $(for target in "${targets[@]}"; do echo "${program[$target]}"; done | sort -u); do
    build "$name" &
    jobs+=($!)
done
for job in "${jobs[@]}"; do wait "$job"; done
for target in "${targets[@]}"; do ln -sf "${program[$target]}" "$out/$target"; done
for ((index = 0; index < ${#targets[@]}; index += 2)); do
    pair=("${targets[@]:index:2}") jobs=()
    for name in "${pair[@]}"; do
        fuzz "$name" &
        jobs+=($!)
    done
    for place in "${!pair[@]}"; do
        status=0
        wait "${jobs[place]}" || status=$?
        report "${pair[place]}" "$status"
    done
done
exit "$failed"
