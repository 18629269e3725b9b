#!/usr/bin/env bash
# Runs the suites of tests that depend on time: bash Tests/clock.sh [SUITE...]; a suite is TARGET.TYPE.
# With --targets it prints the pattern of their targets.
#
# Each suite is a separate process that runs its tests one after the other. Four suites run in parallel: they wait most
# of the time. Prints what failed; non-zero if a test failed or did not run. Needs the debug build of the tests.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

targets='^(ContractTests|EndToEndTests|FeedServerTests|HostTests|LabTests|LinkRelayTests|LoadGeneratorTests)\.'
if [ "${1:-}" = --targets ]; then
    echo "$targets"
    exit
fi
tests=(.build/debug/pushlabPackageTests.xctest --testing-library swift-testing)
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# TARGET.TYPE/function() of every test.
"${tests[@]}" --list-tests 2>"$logs/list.err" | grep -E "$targets" | sort >"$logs/list" || true
suites=("$@")
[ ${#suites[@]} -gt 0 ] || mapfile -t suites < <(sed -E 's#[/(].*##' "$logs/list" | uniq)
if [ ! -s "$logs/list" ]; then
    cat "$logs/list.err" >&2
    echo "cannot list the tests; build them: swift build --build-tests" >&2
    exit 1
fi

# The pattern ends where a function name begins, because a nested suite has a longer name. A test outside suites runs as
# a suite.
run() {
    local suite=$1 code
    "${tests[@]}" --no-parallel --filter "^${suite//./\\.}[/(]" >"$logs/$suite.log" 2>&1 && return
    code=$?
    if [ "$code" = 1 ] && [ -z "${2:-}" ] && was_disturbed "$logs/$suite.log"; then
        echo "$suite" >>"$logs/again"
        return
    fi
    echo "$suite FAILED (exit code $code)"
    sed 's/\x1b\[[0-9;]*m//g' "$logs/$suite.log" | grep -vE '^. (Suite|Test) .* (started|passed)' | head -n 60
    return 1
}

# Whether each test that failed has a result that a pause of the machine made invalid: Tool.Running.wait() says so.
was_disturbed() {
    sed 's/\x1b\[[0-9;]*m//g' "$1" | awk '
        / Test .* started\.$/ { disturbed = 0 }
        /^DISTURBED/ { disturbed = 1 }
        / Test .* failed after / && !/ Test run with / { if (disturbed) some = 1; else others = 1 }
        END { exit !some || others }'
}

# It needs an otherwise idle processor, so it runs first and alone.
alone=EndToEndTests.RejectedRunTests
failed=0
if [[ " ${suites[*]} " = *" $alone "* ]]; then run "$alone" || failed=1; fi
for suite in "${suites[@]}"; do
    [ "$suite" = "$alone" ] && continue
    while [ "$(jobs -rp | wc -l)" -ge 4 ]; do wait -n || failed=1; done
    run "$suite" &
done
while [ -n "$(jobs -p)" ]; do wait -n || failed=1; done
# Alone, because the suites disturb one another too.
if [ -s "$logs/again" ]; then
    while read -r suite; do
        echo "$suite RUNS AGAIN, alone: the machine paused while it measured"
        run "$suite" again || failed=1
    done <"$logs/again"
fi

cat "$logs"/*.log | grep '^NOT RUN'
# What to look at if this takes too long.
slowest=$(for log in "$logs"/*.log; do
    seconds=$(sed -nE 's/.*Test run with .* after ([0-9]+).* seconds.*/\1/p' "$log" | tail -n 1)
    echo "${seconds:-0} $(basename "$log" .log)"
done | sort -rn | head -n 8 | awk '{ printf "%s%s %s s", (NR > 1 ? ", " : ""), $2, $1 }')
echo "slowest: $slowest"
ran=$(cat "$logs"/*.log | grep -oE 'Test run with [0-9]+ test' | awk '{ sum += $4 } END { print sum + 0 }')
listed=0
for suite in "${suites[@]}"; do
    if ! count=$(grep -cE "^${suite//./\\.}[/(]" "$logs/list"); then
        echo "there is no test $suite" >&2
        failed=1
    fi
    listed=$((listed + count))
done
echo "$ran of $listed tests of ${#suites[@]} suites ran"
[ "$ran" = "$listed" ] || failed=1
exit "$failed"
