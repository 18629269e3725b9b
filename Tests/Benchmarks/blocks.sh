# Sourced by aa.sh and slower.sh: measures two versions of one scenario, interleaved.
#
# The speed of a machine drifts with its load, its temperature and its neighbours, so two consecutive runs see different
# conditions. Each version therefore runs in blocks of one repeat, in the order A B B A A B B A …, and `pushlab merge`
# combines the blocks into two runs.

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scenario=Scenarios/aa.yaml
repeats=${REPEATS:-8}

if [ -z "${PUSHLAB:-}" ]; then
    swift build -c release 2>&1 | tail -n 1 >&2
    PUSHLAB=.build/release/pushlab
fi

# letter N: the version of block N, counted from 1.
letter() {
    case $(($1 % 4)) in
    1 | 0) echo A ;;
    *) echo B ;;
    esac
}

# measure FOLDER SEED [OPTION...]: runs all blocks; the options apply to version B. Keeps existing blocks.
measure() {
    local folder=$1 seed=$2 n block options
    shift 2
    mkdir -p "$folder"
    for n in $(seq $((2 * repeats))); do
        block=$(printf '%s/block-%02d' "$folder" "$n")
        if [ -e "$block/report.md" ]; then continue; fi
        rm -rf "$block"
        options=()
        if [ "$(letter "$n")" = B ]; then options=("$@"); fi
        # A run with an invalid repeat exits with 1; the comparison skips that repeat. So the test is a complete folder.
        "$PUSHLAB" run "$scenario" --repeats 1 --seed $((1000 * seed + (n + 1) / 2)) --out "$block" --quiet \
            ${options[@]+"${options[@]}"} || [ -e "$block/report.md" ]
    done
}

# merge FOLDER NAME N...: merges the blocks with these numbers into one run.
merge() {
    local folder=$1 name=$2 n
    shift 2
    rm -rf "${folder:?}/$name"
    "$PUSHLAB" merge $(for n in "$@"; do printf '%s/block-%02d ' "$folder" "$n"; done) --out "$folder/$name" >/dev/null
}

# interleave FOLDER: merges the blocks of each version into the runs A and B.
interleave() {
    local n a=() b=()
    for n in $(seq $((2 * repeats))); do
        if [ "$(letter "$n")" = A ]; then a+=("$n"); else b+=("$n"); fi
    done
    merge "$1" A "${a[@]}"
    merge "$1" B "${b[@]}"
}

# halves FOLDER: merges the first and the second half of the blocks, like two consecutive runs.
halves() {
    merge "$1" first $(seq "$repeats")
    merge "$1" second $(seq $((repeats + 1)) $((2 * repeats)))
}

# verdict FOLDER ONE OTHER: compares two runs, stores the text in FOLDER, prints its summary line.
verdict() {
    "$PUSHLAB" compare "$1/$2" "$1/$3" >"$1/$2-$3.txt"
    grep '^Overall: ' "$1/$2-$3.txt"
}
