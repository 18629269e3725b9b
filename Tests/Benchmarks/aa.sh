#!/usr/bin/env bash
# A/A test: does the comparison report a difference between identical programs?
#
#     bash Tests/Benchmarks/aa.sh [SEEDS] [FOLDER]      20 seeds take about 20 minutes
#
# For every seed the same program measures the same scenario twice, interleaved (see blocks.sh). Prints for how many
# seeds no difference is detected, and the same with the blocks split into a first and a second half, which corresponds
# to two consecutive runs. Exits with 1 if fewer than 19 of 20 interleaved comparisons find no difference. With the
# folder of an earlier call it continues there.
set -euo pipefail
seeds=${1:-20}
folder=$(realpath -m "${2:-$(mktemp -d)/aa}")
. "$(dirname "${BASH_SOURCE[0]}")/blocks.sh"

nothing='Overall: no detectable difference'
interleaved=0
halves=0
for seed in $(seq "$seeds"); do
    one="$folder/seed-$seed"
    measure "$one" "$seed"
    interleave "$one"
    halves "$one"
    interleaved_verdict=$(verdict "$one" A B)
    halves_verdict=$(verdict "$one" first second)
    if [[ $interleaved_verdict == "$nothing"* ]]; then interleaved=$((interleaved + 1)); fi
    if [[ $halves_verdict == "$nothing"* ]]; then halves=$((halves + 1)); fi
    echo "seed $seed: interleaved: ${interleaved_verdict#Overall: }; consecutive: ${halves_verdict#Overall: }"
done
echo "no detectable difference: interleaved $interleaved of $seeds, consecutive $halves of $seeds"
echo "the blocks are in $folder"
[ $((20 * interleaved)) -ge $((19 * seeds)) ]
