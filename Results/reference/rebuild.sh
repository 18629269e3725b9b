#!/usr/bin/env bash
# Rebuilds the reports and plots of the runs in this folder from their CSV files:
#
#     bash Results/reference/rebuild.sh [--check] [PROGRAMS]      PROGRAMS is .build/release unless given
#
# Run it after a change of the report. --check changes nothing and ends with 1 if a file differs from what the report
# would write.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

check=0
if [ "${1:-}" = --check ]; then
    check=1
    shift
fi
programs=${1:-.build/release}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

failed=0
for folder in Results/reference/*/; do
    rebuilt=$folder
    if [ "$check" = 1 ]; then
        rebuilt=$scratch/$(basename "$folder")
        cp -a "$folder" "$rebuilt"
    fi
    "$programs/pushlab" report "$rebuilt" >"$scratch/table"
    if [ "$check" = 1 ] && ! diff -r --brief "$folder" "$rebuilt"; then
        echo "$folder is not what the report writes; run: bash Results/reference/rebuild.sh" >&2
        failed=1
    fi
done
exit "$failed"
