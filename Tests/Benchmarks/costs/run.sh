#!/usr/bin/env bash
# Counts the instructions and the allocations of encoding, decoding, counting and parsing:
#
#     bash Tests/Benchmarks/costs/run.sh [--write]
#
# Compiles the layers Codecs, Measurement, HTTP, WebSocketProtocol and WireAccounting with optimization into one module,
# with NIO's ByteBuffer and the HDR histogram, because the debug build has those without. callgrind counts instructions,
# so the result does not depend on the machine's speed or load. Fails if an operation takes more than limits.csv allows.
# --write makes limits.csv of this revision: 10 % more instructions, and not one allocation more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
# shellcheck source=../../modules.sh
. Tests/modules.sh

here=Tests/Benchmarks/costs
out=.build/costs
count=1000
nio=$checkouts/swift-nio/Sources/NIOCore
mkdir -p "$out"

copied_sources "$out/sources" Codecs Measurement HTTP WebSocketProtocol WireAccounting >"$out/list"
cp "$nio"/ByteBuffer-*.swift "$nio"/{CircularBuffer,IntegerBitPacking,IntegerTypes}.swift "$here"/*.swift \
    "$out/sources/"
cp -r "$checkouts/hdrhistogram-swift/Sources/Histogram" "$out/sources/"
mapfile -t files < <(find "$out/sources" -name '*.swift' | sort)
sed -i -E '/^import (NIOCore|Measurement|Histogram)$/d' "${files[@]}"
# Without information for debuggers, which callgrind cannot read. Warnings are those of the packages.
compile_with "Numerics RealModule ComplexModule _NumericsShims _NIOBase64 CNIOLinux" -num-threads 2 -suppress-warnings \
    -enable-experimental-feature Lifetimes -Xlinker --strip-debug -module-name Costs "${files[@]}" -o "$out/costs"
cc -O2 -Wall -Wextra -shared -fPIC -o "$out/counting_allocator.so" "$here/counting_allocator.c"

# Hash tables take the same way in each run.
export SWIFT_DETERMINISTIC_HASHING=1
LD_PRELOAD=$PWD/$out/counting_allocator.so "$out/costs" "$count" >"$out/allocations"
rm -f "$out"/callgrind*
# Counts only within this function, and writes one file at the end of each call.
function=$(nm "$out/costs" | grep -o '[^ ]*12measuredLoop[^ ]*')
valgrind --tool=callgrind --collect-atstart=no "--toggle-collect=$function" "--dump-after=$function" \
    --callgrind-out-file="$out/callgrind" "$out/costs" "$count" >"$out/names" 2>"$out/valgrind" || {
    tail -n 20 "$out/valgrind" >&2
    exit 1
}
python3 "$here/limits.py" "$out" "$count" "$@"
