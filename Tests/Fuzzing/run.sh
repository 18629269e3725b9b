#!/usr/bin/env bash
# Fuzzes every parser of untrusted input: bash Tests/Fuzzing/run.sh [SECONDS] [TARGET...]
#
# Runs two targets in parallel. Non-zero if one fails; .build/fuzzing/findings then contains the input. Needs the debug
# build of the tests. Move a finding to the corpus and name it after the defect.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

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

# SwiftPM names the package after its folder, in lower case and as an identifier.
package=$(basename "$PWD" | tr '[:upper:]' '[:lower:]' | sed -E 's/[^a-z0-9]/_/g; s/^([0-9])/_\1/')

# Copies their sources without the imports of one another, and prints the paths.
sources() {
    local name=$1 target pattern copies=$out/sources/$1
    rm -rf "$copies"
    mkdir -p "$copies"
    pattern=$(fuzzed "$name" | tr ' ' '|')
    for target in $(fuzzed "$name"); do
        cp -r "Sources/$target" "$copies/"
    done
    find "$copies" -name '*.swift' -exec sed -i -E "s/^import ($pattern)\$//" {} +
    find "$copies" -name '*.swift'
}

build() {
    local name=$1 built=.build/debug flags=() objects=()
    # The list has the objects of the sources that exist. The folders also have those of renamed and deleted sources.
    local list=$built/pushlabPackageTests.product/Objects.LinkFileList
    # shellcheck disable=SC2046 # module names contain no space
    for library in $(imports "$name") Codecs NIOCore NIOConcurrencyHelpers _NIOBase64 _NIODataStructures DequeModule \
        InternalCollectionsUtilities ContainersPreview BasicContainers Atomics _AtomicsShims \
        CNIOAtomics CNIODarwin CNIOFreeBSD CNIOLinux CNIOOpenBSD CNIOWASI CNIOWindows; do
        while read -r object; do objects+=("$object"); done \
            < <(tr -d "'\"" <"$list" | sed -n "s|^.*/\($library\.build/.*\.o\)\$|$built/\1|p")
    done
    local sources=.build/checkouts
    for map in "$built"/CNIO*.build/module.modulemap "$sources"/swift-nio/Sources/CNIO*/include/module.modulemap \
        "$sources"/swift-{atomics/Sources/_Atomics,numerics/Sources/_Numerics}Shims/include/module.modulemap; do
        [ -e "$map" ] && flags+=(-Xcc "-fmodule-map-file=$map")
    done
    for headers in .build/checkouts/swift-nio/Sources/CNIO*/include; do flags+=(-Xcc -I -Xcc "$headers"); done
    # shellcheck disable=SC2046 # our file names contain no space
    swiftc -O -gline-tables-only -swift-version 6 -parse-as-library -wmo -use-ld=lld -sanitize=fuzzer,address \
        -module-name "${name}Fuzzing" -package-name "$package" -I "$built/Modules" "${flags[@]}" \
        -Xcc -fmodule-map-file=Sources/CZlib/module.modulemap -Xcc -fmodule-map-file=Sources/CCrypto/module.modulemap \
        $(sources "$name") \
        -D "${name^^}" Tests/Fuzzing/FuzzInput.swift Tests/Fuzzing/FuzzTarget.swift \
        $(for target in "${!program[@]}"; do
            [ "${program[$target]}" = "$name" ] && echo "Tests/Fuzzing/${target}Fuzzing.swift"
        done) \
        "${objects[@]}" -lz -lcrypto -o "$out/$name"
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
