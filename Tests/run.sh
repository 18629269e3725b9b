#!/usr/bin/env bash
# Runs the tests: bash Tests/run.sh [--quick | STAGE...]. Non-zero if one fails.
#
# Without arguments it runs every stage, in this order. Tests/README.md says what each stage proves.
#   --quick  style, build, unit and reference: no tests that depend on time
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

stages=(style build unit reference costs clock interop reliability browser lessons capture fuzzing)
debug=.build/debug
logs=$(mktemp -d)
background=
trap 'if [ -n "$background" ]; then kill -- "-$background" 2>/dev/null || true; fi; rm -rf "$logs"' EXIT

# Prints the lines with errors; without any, the last lines.
explain() {
    grep -E 'error' "$1" >&2 || tail -n 30 "$1" >&2
}

style() {
    swift format lint --strict --parallel --recursive Package.swift Sources Tests
    # The linter does not measure comments, strings and scripts.
    if LC_ALL=C.UTF-8 grep -rnE --include='*.'{swift,c,h,sh,py,js,css,html} --include=run '^.{121}' \
        Package.swift Sources Tests Scenarios .ci; then
        echo "these lines are longer than 120 columns" >&2
        return 1
    fi
    if ! bash Tests/Gates/english.sh >"$logs/english"; then
        cat "$logs/english" >&2
        echo "these words are hard to read; the arrow points to a better one" >&2
        return 1
    fi
    local name missing=0
    for name in "${stages[@]}" $(bash Tests/long.sh --names) $(cd Tests && ls -d */); do
        grep -qF "\`${name%/}\`" Tests/README.md && continue
        echo "Tests/README.md does not explain \`${name%/}\`" >&2
        missing=1
    done
    [ "$missing" = 0 ]
}

# An import that Package.swift does not allow is an error, and so is every warning. PUSHLAB_BUILD_OPTIONS: more options.
build() {
    local options
    read -ra options <<<"${PUSHLAB_BUILD_OPTIONS:-}"
    if ! swift build --build-tests --explicit-target-dependency-import-check error "${options[@]}" \
        >"$logs/build" 2>&1; then
        explain "$logs/build"
        return 1
    fi
    tail -n 1 "$logs/build"
}

# The layers without I/O. Not with `swift test`: it waits while another build runs.
unit() {
    local code=0
    "$debug/pushlabPackageTests.xctest" --testing-library swift-testing --skip "$(bash Tests/clock.sh --targets)" \
        >"$logs/unit" 2>&1 || code=$?
    if [ "$code" != 0 ] || ! grep -qE 'Test run with [1-9][0-9]* tests? .* passed' "$logs/unit"; then
        echo "unit tests FAILED (exit code $code)" >&2
        grep -vE '^.{0,12}(Suite|Test|Test case) .*(started|passed)' "$logs/unit" | head -n 100 >&2
        return 1
    fi
    grep -oE 'Test run with .*' "$logs/unit"
}

reference() {
    bash Results/reference/rebuild.sh --check "$debug"
}

# Instructions and allocations, not times: no other program disturbs them.
costs() {
    bash Tests/Benchmarks/costs/run.sh
}

# Tests that depend on time: four suites in parallel, because a hundred on two processors would all be late.
clock() {
    bash Tests/clock.sh
}

need_python() {
    local python=.build/venv/bin/python
    [ -x "$python" ] || python3 -m venv .build/venv
    "$python" -m pip install --quiet --disable-pip-version-check -r Tests/Interop/requirements.txt
}

interop() {
    need_python
    # shellcheck source=../Scenarios/peers.sh
    . Scenarios/peers.sh
    install_peers nchan ws-node websockets
    bash Tests/Interop/run.sh "$debug"
}

reliability() {
    need_python
    bash Tests/Reliability/run.sh quick "$debug"
}

browser() {
    local python=.build/venv/bin/python
    [ -x "$python" ] || python3 -m venv .build/venv
    "$python" -m pip install --quiet --disable-pip-version-check -r Tests/Browser/requirements.txt
    bash Tests/Browser/run.sh "$debug"
}

# One lesson; Tests/long.sh lessons runs all.
lessons() {
    python3 Tests/Lessons/lessons.py "$debug" 04-a-masked-frame
}

# Runs stages behind the tests that depend on time, because these mostly wait. The scheduling class for idle times
# leaves the CPU to them as soon as they are ready.
begin_behind() {
    # In its own process group, so that the trap ends its children too.
    set -m
    (
        chrt --idle --pid 0 "$BASHPID"
        for stage in "$@"; do
            code=0
            "$stage" >"$logs/$stage.out" 2>&1 || code=$?
            echo "$code" >"$logs/$stage.code"
        done
    ) &
    background=$!
    set +m
}

# Waits for a stage that runs behind others; prints what it printed.
finish() {
    until [ -s "$logs/$1.code" ]; do
        kill -0 "$background" 2>/dev/null || break
        sleep 1
    done
    cat "$logs/$1.out"
    if [ ! -s "$logs/$1.code" ]; then
        echo "$1 was ended by a signal" >&2
        return 1
    fi
    return "$(<"$logs/$1.code")"
}

capture() {
    python3 Tests/Interop/capture_check.py "$debug"
}

fuzzing() {
    bash Tests/Fuzzing/run.sh "${PUSHLAB_FUZZ_SECONDS:-20}"
}

# shellcheck source=../Scenarios/install.sh
. Scenarios/install.sh
# shellcheck source=../Scenarios/peers.sh
. Scenarios/peers.sh

case ${1:-} in
--quick) chosen=(style build unit reference) ;;
*) chosen=("$@") ;;
esac
[ ${#chosen[@]} -gt 0 ] || chosen=("${stages[@]}")
for stage in "${chosen[@]}"; do
    case " ${stages[*]} " in *" $stage "*) continue ;; esac
    echo "usage: bash Tests/run.sh [--quick | STAGE...]; stages: ${stages[*]}" >&2
    exit 2
done

need_build_tools
case " ${chosen[*]} " in *" style "*) need 'command -v python3' python3 ;; esac
case " ${chosen[*]} " in
*" clock "* | *" interop "* | *" reliability "* | *" lessons "* | *" capture "*)
    need 'python3 -c "import venv, ensurepip"' python3 python3-venv
    need 'command -v tshark' tshark
    need 'command -v tinyproxy' tinyproxy-bin
    need 'command -v openssl' openssl
    need 'command -v curl' curl
    need_nginx
    need_haproxy
    ;;
esac
case " ${chosen[*]} " in
*" costs "*)
    need 'command -v python3' python3
    need 'command -v cc' gcc libc6-dev
    need 'command -v valgrind' valgrind
    ;;
esac
case " ${chosen[*]} " in *" clock "* | *" interop "*) need_redis ;; esac
case " ${chosen[*]} " in
*" browser "*)
    need 'python3 -c "import venv, ensurepip"' python3 python3-venv
    need_browsers
    ;;
esac
install_missing

# With `clock` these run behind it; `interop` reads files that `unit` writes.
behind=()
case " ${chosen[*]} " in
*" clock "*)
    for stage in unit reference costs fuzzing; do
        case " ${chosen[*]} " in *" $stage "*) behind+=("$stage") ;; esac
    done
    ;;
esac

run() {
    local began=$SECONDS
    echo "== ${*: -1}"
    "$@"
    echo "${*: -1}: $((SECONDS - began)) s"
}
for stage in "${chosen[@]}"; do
    case " ${behind[*]} " in *" $stage "*) continue ;; esac
    if [ "$stage" = clock ] && [ ${#behind[@]} -gt 0 ]; then begin_behind "${behind[@]}"; fi
    run "$stage"
    if [ "$stage" = clock ]; then
        for other in "${behind[@]}"; do
            if [ "$other" != fuzzing ]; then run finish "$other"; fi
        done
    fi
done
# It may also run behind the stages after clock.
case " ${behind[*]} " in *" fuzzing "*) run finish fuzzing ;; esac
