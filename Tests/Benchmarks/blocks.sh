# Sourced by aa.sh and slower.sh: two versions of one scenario, measured in turns.
#
# A machine drifts: neighbours come and go, clocks speed up and slow down. Two runs one after the other meet two
# machines. So each version is run in blocks of one repeat, in the order A B B A A B B A …, and `pushlab merge` makes
# two runs of the blocks.

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scenario=Scenarios/aa.yaml
repeats=${REPEATS:-8}

if [ -z "${PUSHLAB:-}" ]; then
    swift build -c release 2>&1 | tail -n 1 >&2
    PUSHLAB=.build/release/pushlab
fi

# letter N: which version block N is of, counted from 1.
letter() {
    case $(($1 % 4)) in
    1 | 0) echo A ;;
    *) echo B ;;
    esac
}

# measure FOLDER SEED [OPTION...]: all blocks; the options go to version B. Blocks that are there are kept.
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
        # An invalid repeat ends with 1 and is left out by the comparison; only a whole folder counts here.
        "$PUSHLAB" run "$scenario" --repeats 1 --seed $((1000 * seed + (n + 1) / 2)) --out "$block" --quiet \
            ${options[@]+"${options[@]}"} || [ -e "$block/report.md" ]
    done
}

# merge FOLDER NAME N...: makes one run of the blocks with these numbers.
merge() {
    local folder=$1 name=$2 n
    shift 2
    rm -rf "${folder:?}/$name"
    "$PUSHLAB" merge $(for n in "$@"; do printf '%s/block-%02d ' "$folder" "$n"; done) --out "$folder/$name" >/dev/null
}

# in_turns FOLDER: merges the blocks into A and B.
in_turns() {
    local n a=() b=()
    for n in $(seq $((2 * repeats))); do
        if [ "$(letter "$n")" = A ]; then a+=("$n"); else b+=("$n"); fi
    done
    merge "$1" A "${a[@]}"
    merge "$1" B "${b[@]}"
}

# halves FOLDER: merges the first half of the blocks and the second, as two runs one after the other would be.
halves() {
    merge "$1" first $(seq "$repeats")
    merge "$1" second $(seq $((repeats + 1)) $((2 * repeats)))
}

# verdict FOLDER ONE OTHER: compares, keeps the text beside, prints its summary line.
verdict() {
    "$PUSHLAB" compare "$1/$2" "$1/$3" >"$1/$2-$3.txt"
    grep '^In all: ' "$1/$2-$3.txt"
}
