#!/usr/bin/env bash
# Runs a scenario: bash Scenarios/run.sh [SCENARIO.yaml] [pushlab run options]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=install.sh
. "$here/install.sh"

scenario="$here/quickstart.yaml"
if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then
    if [ ! -f "$1" ]; then
        echo "$1: no such scenario; allowed: $(cd "$here" && ls -- *.yaml | tr '\n' ' ')" >&2
        exit 2
    fi
    scenario=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
    shift
fi

need_build_tools
# Set in the file or by --set.
if grep -Eq "through: *[\"']?nginx" "$scenario" || [[ "$*" =~ through=\"?nginx ]]; then need_nginx; fi
install_missing

# Run from the top folder, so that paths in the manifest and in the table are short.
cd "$here/.."
build .build/release-build.log -c release
status=0
.build/release/pushlab run "${scenario#"$PWD"/}" "$@" || status=$?
exit $status
