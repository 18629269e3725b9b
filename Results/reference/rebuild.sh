#!/usr/bin/env bash
# Rebuilds the runs in this folder:
#
#     bash Results/reference/rebuild.sh [--check | --run] [PROGRAMS] [NAME...]
#
# Without an option: writes the reports, plots and tables of every run again from its CSV files, for example after a
# change of the report. PROGRAMS is .build/release unless given.
# --check  changes nothing, and ends with 1 if a file differs from what the report would write. Files that the report
#          writes and the folder lacks do not count: .gitignore keeps some out.
# --run    runs the scenarios of these names again, or the library, and replaces their folders when all are done;
#          about 90 minutes on two processors that do nothing else. The library is Scenarios/ without those that check
#          the instrument (aa) or whose question others answer (echo, every-way, quantum, transports).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
reference=Results/reference

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

# A finished run counts, whatever its conditions say (exit codes 3 and 4).
run_scenarios() {
    local name code
    if [ ${#names[@]} -eq 0 ]; then
        mapfile -t names < <(basename -s .yaml Scenarios/*.yaml | grep -vxE 'aa|echo|every-way|quantum|transports')
    fi
    # The manifest states whether the working tree is that of its revision, so the folders change after the last run.
    for name in "${names[@]}"; do
        code=0
        bash Scenarios/run.sh "$name" --out "$scratch/$name" || code=$?
        case $code in
        0 | 3 | 4) ;;
        *)
            echo "$name: the run failed with exit code $code; nothing was replaced" >&2
            return 1
            ;;
        esac
    done
    for name in "${names[@]}"; do
        rm -rf "${reference:?}/$name"
        mv "$scratch/$name" "$reference/$name"
    done
}

check_reports() {
    local folder copy
    for folder in "$reference"/*/; do
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

case $mode in
run) run_scenarios ;;
check) check_reports ;;
report)
    for folder in "$reference"/*/; do
        rm -rf "${folder}plots"
        "$programs/pushlab" report "$folder" >"$scratch/table"
    done
    ;;
esac
exit "$failed"
