#!/usr/bin/env bash
# Rebuilds the runs in this folder:
#
#     bash Results/reference/rebuild.sh [--check | --run] [PROGRAMS] [NAME...]
#
# Without an option: writes the reports, plots and tables of every run again from its CSV files, for example after a
# change of the report. PROGRAMS is .build/release unless given.
# --check  changes nothing, and ends with 1 if a file differs from what the report would write. Files that the report
#          writes and the folder lacks do not count: .gitignore keeps some out.
# The folder `benchmarks` is not a run of a scenario: Tests/Benchmarks/suite.py writes it, and makes its page.
# --run    runs the scenarios of these names again, or the library, and replaces their folders when all are done;
#          about two hours on two processors that do nothing else. Until then the runs are in Results/pending: after
#          Ctrl-C or a failure the same command goes on, and repeats only what is missing or invalid. The library is
#          Scenarios/ without those that check the instrument (aa) or whose question others answer (echo, every-way,
#          quantum, transports).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
reference=Results/reference
pending=Results/pending

mode=report
case ${1:-} in
--check | --run)
    mode=${1#--}
    shift
    ;;
-*)
    echo "usage: bash Results/reference/rebuild.sh [--check | --run] [PROGRAMS] [NAME...]" >&2
    exit 2
    ;;
esac
programs=.build/release
if [ -d "${1:-}" ]; then
    programs=$1
    shift
fi
names=("$@")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# Runs a scenario, or goes on with its run, until every row is valid; three attempts.
run_scenario() {
    local folder=$pending/$1 code attempt
    for attempt in 1 2 3; do
        code=0
        if [ -e "$folder" ]; then
            "$programs/pushlab" run --resume "$folder" || code=$?
        else
            bash Scenarios/run.sh "$1" --out "$folder" || code=$?
        fi
        case $code in
        # A finished run counts, whatever its conditions say.
        0 | 3 | 4) return 0 ;;
        1) ;;
        *) return "$code" ;;
        esac
    done
    return 1
}

run_scenarios() {
    local name failures=()
    mkdir -p "$pending"
    if [ ${#names[@]} -eq 0 ]; then
        mapfile -t names < <(basename -s .yaml Scenarios/*.yaml | grep -vxE 'aa|echo|every-way|quantum|transports')
    fi
    for name in "${names[@]}"; do
        local code=0
        run_scenario "$name" || code=$?
        case $code in
        0) ;;
        1) failures+=("$name") ;;
        *) return "$code" ;;
        esac
    done
    if [ ${#failures[@]} -gt 0 ]; then
        echo "failed or with invalid rows after three attempts: ${failures[*]}; nothing was replaced" >&2
        echo "the runs are in $pending; the same command goes on with them" >&2
        return 1
    fi
    # The manifest states whether the working tree is that of its revision, so the folders change after the last run.
    for name in "${names[@]}"; do
        rm -rf "${reference:?}/$name"
        mv "$pending/$name" "$reference/$name"
        prune "$reference/$name"
    done
    rebuild_reports
}

# Removes what would make the folders larger than 10 MB together, so that a report shows what a clone has. The quickstart
# keeps everything.
prune() {
    case ${1##*/} in
    quickstart) ;;
    # Their question is what happens over time.
    churn | reconnect-storm | resume | slow-clients) rm -f "$1"/*.hlog ;;
    *) rm -f "$1"/*.hlog "$1"/timeline.csv ;;
    esac
}

# The folder of the benchmark suite, if it is there.
benchmarks=$reference/benchmarks
make_page() {
    if [ -e "$benchmarks/benchmarks.csv" ]; then python3 Tests/Benchmarks/suite.py --page "$benchmarks" "$@"; fi
}

rebuild_reports() {
    local folder
    make_page
    for folder in "$reference"/*/; do
        if [ "${folder%/}" = "$benchmarks" ]; then continue; fi
        rm -rf "${folder}plots"
        "$programs/pushlab" report "$folder" >"$scratch/table"
    done
    index >"$reference/README.md"
}

check_reports() {
    local folder copy
    make_page --check || failed=1
    for folder in "$reference"/*/; do
        if [ "${folder%/}" = "$benchmarks" ]; then continue; fi
        copy=$scratch/$(basename "$folder")
        cp -a "$folder" "$copy"
        # An earlier report may have written other plots.
        rm -rf "$copy/plots"
        "$programs/pushlab" report "$copy" >"$scratch/table"
        if { diff -r --brief "$folder" "$copy" || true; } | grep -vF "Only in $copy"; then
            echo "$folder is not what the report writes; run: bash Results/reference/rebuild.sh" >&2
            failed=1
        fi
    done
}

# The list of the runs, each with its question and the verdicts on its claims, from its report.
index() {
    cat <<'TEXT'
# Reference runs

The scenarios of the library, run by `bash Results/reference/rebuild.sh --run`. Each folder is one run: `report.md` has
its answer, tables and plots, `manifest.json` the machine and the revision. `pushlab report FOLDER` also writes what is
not kept here, such as `report.html`. `benchmarks` is not a scenario: `Tests/Benchmarks/suite.py` makes it.

| run | question | claims |
|---|---|---|
TEXT
    local folder name verdict count verdicts
    for folder in "$reference"/*/; do
        name=$(basename "$folder")
        verdicts=''
        for verdict in '✓ holds' '✗ fails' '? open'; do
            count=$(grep -cF "| $verdict |" "${folder}report.md") || continue
            verdict=${verdict#* }
            verdicts+=", $count ${verdict%s}"
        done
        printf '| [%s](%s/report.md) | %s | %s |\n' "$name" "$name" \
            "$(sed -n '3s/^\*\(.*\)\*$/\1/p' "${folder}report.md")" "${verdicts#, }"
    done
}

case $mode in
run) run_scenarios ;;
check)
    check_reports
    if ! diff -q <(index) "$reference/README.md" >/dev/null; then
        echo "$reference/README.md is not the list of the runs; run: bash Results/reference/rebuild.sh" >&2
        failed=1
    fi
    ;;
report) rebuild_reports ;;
esac
exit "$failed"
