#!/usr/bin/env bash
# A/A test: does the comparison see a difference where there is none?
#
#     bash Tests/Benchmarks/aa.sh [SEEDS] [FOLDER]      20 seeds take about 20 minutes
#
# For every seed the same program measures the same scenario twice, in turns (see blocks.sh). Prints for how many seeds
# nothing differs, and the same for the blocks cut into a first and a second half, which is what two runs one after the
# other show. Ends with 1 if fewer than 19 in 20 of the comparisons in turns find nothing. A folder that holds blocks
# of an earlier call is continued.
set -euo pipefail
seeds=${1:-20}
folder=$(realpath -m "${2:-$(mktemp -d)/aa}")
. "$(dirname "${BASH_SOURCE[0]}")/blocks.sh"

nothing='In all: no detectable difference'
turns=0
halves=0
for seed in $(seq "$seeds"); do
    one="$folder/seed-$seed"
    measure "$one" "$seed"
    in_turns "$one"
    halves "$one"
    in_turns_says=$(verdict "$one" A B)
    halves_say=$(verdict "$one" first second)
    if [[ $in_turns_says == "$nothing"* ]]; then turns=$((turns + 1)); fi
    if [[ $halves_say == "$nothing"* ]]; then halves=$((halves + 1)); fi
    echo "seed $seed: in turns: ${in_turns_says#In all: }; one after the other: ${halves_say#In all: }"
done
echo "no detectable difference, in turns: $turns of $seeds; one after the other: $halves of $seeds"
echo "the blocks are in $folder"
[ $((20 * turns)) -ge $((19 * seeds)) ]
