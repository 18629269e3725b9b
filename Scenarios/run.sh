#!/usr/bin/env bash
# Runs a scenario: bash Scenarios/run.sh [SCENARIO.yaml] [pushlab run options]
#
# Tests set PUSHLAB_CONFIGURATION to debug, and PUSHLAB_BUILD_OPTIONS, to use their build: the programs of a debug build
# count the same bytes, but their CPU times mean nothing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case " $* " in
*" -h "* | *" --help "*)
    echo "usage: bash Scenarios/run.sh [SCENARIO] [options of pushlab run]"
    echo "Installs missing packages, builds, and runs SCENARIO: a YAML file, or a name from this folder such as"
    echo "poll-interval. (default: quickstart) For the options: .build/release/pushlab run --help"
    exit
    ;;
esac
# shellcheck source=install.sh
. "$here/install.sh"
# shellcheck source=peers.sh
. "$here/peers.sh"

scenario="$here/quickstart.yaml"
if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then
    scenario=""
    for file in "$1" "$here/$1" "$here/$1.yaml"; do
        if [ -z "$scenario" ] && [ -f "$file" ]; then scenario=$(cd "$(dirname "$file")" && pwd)/$(basename "$file"); fi
    done
    if [ -z "$scenario" ]; then
        echo "$1: no such scenario; allowed a YAML file or $(cd "$here" && ls -- *.yaml | tr '\n' ' ')" >&2
        exit 2
    fi
    shift
fi

need_build_tools
# Set in the file or by --set.
need_proxies "$(cat "$scenario")" "$*"
need_scale_out "$(cat "$scenario")" "$*"
install_missing

# Run from the top folder, so that paths in the manifest and in the table are short.
cd "$here/.."
need_peers "$scenario" "$@"
configuration=${PUSHLAB_CONFIGURATION:-release}
read -ra options <<<"${PUSHLAB_BUILD_OPTIONS:-}"
build_with_progress ".build/$configuration-build.log" -c "$configuration" "${options[@]}"
status=0
".build/$configuration/pushlab" run "${scenario#"$PWD"/}" "$@" || status=$?
exit $status
