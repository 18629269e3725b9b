#!/usr/bin/env bash
# Proves that every gate of Tests/run.sh and .ci/run can fail: bash Tests/Gates/run.sh [GATE...]
#
# Plants one fault per gate in a copy of the tree, runs the command that has to refuse it, and looks for the reason in
# what the command prints. Prints one line per gate; non-zero when a gate accepts its fault, or when a fault could not
# be planted. Run it whenever a gate changes, after `swift build --build-tests`. --list prints each gate with its fault.
#
# The copy is an overlay over the tree's own path, for this script alone: nothing of the tree changes, and the build in
# it stays valid (SwiftPM writes absolute paths). That takes root, or a kernel that lets users make namespaces.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

lists=0
if [ "${1:-}" = --list ]; then
    lists=1
    printf '| gate | planted fault |\n|---|---|\n'
fi
if [ "$lists" = 0 ] && [ -z "${PUSHLAB_GATES:-}" ]; then
    changes=$(mktemp -d "${TMPDIR:-/tmp}/pushlab-gates.XXXXXX")
    trap 'rm -rf "$changes"' EXIT
    mkdir "$changes/upper" "$changes/work"
    root=()
    [ "$(id -u)" = 0 ] || root=(--map-root-user)
    # shellcheck disable=SC2016 # expands in the namespace
    PUSHLAB_GATES=$changes unshare --mount "${root[@]}" bash -c '
        mount -t overlay overlay -o "lowerdir=$PWD,upperdir=$PUSHLAB_GATES/upper,workdir=$PUSHLAB_GATES/work" "$PWD" &&
            cd "$PWD" && exec bash Tests/Gates/run.sh "$@"' gates "$@"
    exit
fi

chosen=("$@")
debug=.build/debug
tests_program=$debug/pushlabPackageTests.xctest
tests="$tests_program --testing-library swift-testing"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/originals"
accepted=0 refused=0

# --- planting: every change of the copy goes through keep, and restore takes it back

keep() {
    local file
    for file in "$@"; do
        if [ ! -e "$file" ]; then
            echo "$file" >>"$scratch/new"
        elif [ ! -e "$scratch/originals/$file" ]; then
            mkdir -p "$scratch/originals/$(dirname "$file")"
            cp -a "$file" "$scratch/originals/$file"
        fi
    done
}

restore() {
    local file
    (cd "$scratch/originals" && find . -type f -o -type l) | while read -r file; do
        cp -a "$scratch/originals/$file" "$file"
        # With its old time the compiler would take it for unchanged.
        touch "$file"
    done
    [ ! -e "$scratch/new" ] || xargs -d '\n' rm -rf <"$scratch/new"
    rm -rf "$scratch/originals" "$scratch/new"
    mkdir "$scratch/originals"
}

# change FILE SED_COMMAND: fails if nothing changes, since the code may have moved on.
change() {
    keep "$1"
    sed -i -E "$2" "$1"
    ! cmp -s "$1" "$scratch/originals/$1"
}

write() {
    keep "$1"
    mkdir -p "$(dirname "$1")"
    cat >"$1"
}

first() {
    find "$1" -name "${2:-*.swift}" | sort | head -n 1
}

# gate NAME FAULT PLANT COMMAND REASON: PLANT and COMMAND are evaluated; REASON is a pattern in what COMMAND prints.
gate() {
    local name=$1 plant=$3 command=$4 reason=$5 code=0 began=$SECONDS
    if [ "$lists" = 1 ]; then
        printf '| `%s` | %s |\n' "$name" "$2"
        return
    fi
    if [ ${#chosen[@]} -gt 0 ]; then
        case " ${chosen[*]} " in *" $name "*) ;; *) return 0 ;; esac
    fi
    if ! eval "$plant" >"$scratch/plant" 2>&1; then
        echo "NOT PLANTED  $name: does the plant still fit the code?"
        cat "$scratch/plant"
        accepted=$((accepted + 1))
    else
        (eval "$command") >"$scratch/log" 2>&1 </dev/null || code=$?
        if [ "$code" != 0 ] && grep -qE "$reason" "$scratch/log"; then
            echo "refused      $name: $2 ($((SECONDS - began)) s)"
            refused=$((refused + 1))
        else
            echo "ACCEPTED     $name: $2 (exit code $code; expected in the output: $reason)"
            tail -n 20 "$scratch/log"
            accepted=$((accepted + 1))
        fi
    fi
    restore
}

# --- style

gate import-order "imports out of order" 'change "$(first Sources/Lab)" "1i import Zzz\nimport Aaa"' \
    'bash Tests/run.sh style' 'OrderedImports'
gate semicolon "two statements on a line" \
    'change "$(first Sources/Feed)" "\$a private let one = 1; private let two = 2"' \
    'bash Tests/run.sh style' 'DoNotUseSemicolons'
gate long-comment "a comment of 123 columns" 'change "$(first Sources/Feed)" "\$a // $(printf "x%.0s" {1..120})"' \
    'bash Tests/run.sh style' 'longer than 120 columns'
gate long-script-line "a line of 122 columns in a script" 'change Tests/clock.sh "\$a # $(printf "x%.0s" {1..120})"' \
    'bash Tests/run.sh style' 'longer than 120 columns'
gate unexplained-tests "a folder of tests that Tests/README.md does not name" \
    'write Tests/NewTests/NewTests.swift <<<"import Testing"' 'bash Tests/run.sh style' 'does not explain `NewTests`'
gate unknown-stage "a stage that does not exist" true 'bash Tests/run.sh stile' 'usage: .* stages: style build'

# --- documents and the reference run

gate undocumented-field "a scenario field without its row in Scenarios/README.md" \
    'change Scenarios/README.md "/^\| \`duration\` \|/d"' \
    '$tests --filter ScenarioDocumentationTests' 'no row for duration'
gate undocumented-column "a CSV column without its row in Results/README.md" \
    'change Results/README.md "/^\| \`delivered\` \|/d"' '$tests --filter ResultDocumentationTests' 'delivered'
gate stale-readme "a figure in README.md that is not the reference run's" \
    'change README.md "s/11,900\/11,900 /11,901\/11,900 /"' '$tests --filter ReadmeTests' 'README.md lacks'
gate stale-report "a reference report that its CSV files do not give" \
    'change Results/reference/quickstart/report.md "s/long-poll/long-pull/"' 'bash Tests/run.sh reference' 'report.md'

# --- the results of a run, as .ci/run checks those of the quickstart

reference=Results/reference/quickstart
gate row-not-conserved "a layer with more bytes than the kernel counted" \
    'change $reference/layers.csv "3s/,([0-9]+),(counted|kernel)/,1\1,\2/"' \
    'bash .ci/run $reference' 'the kernel counted'
gate percentile-not-in-log "a percentile that the histogram log does not give" \
    'change $reference/summary.csv "2s/,900095,/,900,/"' 'bash .ci/run $reference' 'latency_p90_us is'
gate column-of-wrong-type "a word in a column of numbers" \
    'change $reference/summary.csv "2s/,42258432,/,soon,/"' 'bash .ci/run $reference' 'soon'
gate tests-fail-in-ci "tests that fail in .ci/run" \
    'write Tests/run.sh <<<"echo stopped; exit 1"; write Scenarios/run.sh <<<"echo went on"' \
    'bash .ci/run >$scratch/ci; code=$?; cat $scratch/ci; ! grep -q "went on" $scratch/ci || code=0; exit $code' \
    'stopped'
gate quickstart-fails-in-ci "a quickstart that fails in .ci/run" \
    'write Tests/run.sh <<<":"; write Scenarios/run.sh <<<"echo stopped; exit 1"' 'bash .ci/run' 'stopped'

# --- builds and runs that fail: programs that do nothing else

# script FILE LINE...
script() {
    local file=$1
    shift
    write "$file" <<<"$(printf '%s\n' '#!/usr/bin/env bash' "$@")" && chmod +x "$file"
}
failing_release='script $scratch/bin/swift "case \"\$*\" in *release*) echo error: planted; exit 1 ;; esac"'
gate release-build-fails "a release build that fails beside the tests" "$failing_release" \
    'PATH=$scratch/bin:$PATH bash Tests/run.sh --with-release build capture' 'the release build failed'
gate scenario-build-fails "a release build that fails in Scenarios/run.sh" "$failing_release" \
    'PATH=$scratch/bin:$PATH bash Scenarios/run.sh Scenarios/quickstart.yaml' 'error: planted'
gate scenario-run-fails "a run that fails in Scenarios/run.sh" \
    'script $scratch/bin/swift : && script .build/release/pushlab "echo planted; exit 1"' \
    'PATH=$scratch/bin:$PATH bash Scenarios/run.sh Scenarios/quickstart.yaml' 'planted'

# --- checks of the programs: a server whose answers are damaged

faulty=$scratch/faulty
plant_programs() {
    mkdir -p "$faulty" && cp "$debug/pushlab" "$faulty/pushlab" &&
        cp Tests/Gates/faulty_server.py "$faulty/pushlab-server" && chmod +x "$faulty/pushlab-server" &&
        export PUSHLAB_REAL_SERVER=$PWD/$debug/pushlab-server
}
for check in nginx ways conformance differential websocket http2_websocket curl bad_input; do
    gate "interop-$check" "a server with a wrong bit in every 50th byte" plant_programs \
        "bash Tests/Interop/run.sh $faulty $check" "$check FAILED"
done
gate interop-terminal "a program that draws no progress" \
    'rm -rf $faulty && script $faulty/pushlab "$PWD/$debug/pushlab \"\$@\" 2>&1 | cat"' \
    "bash Tests/Interop/run.sh $faulty terminal" 'FAILED: .*bar'
gate interop-hlog "a count that a third-party reader does not find in the log" \
    'cp $tests_program $scratch/real.xctest &&
        script $tests_program "$scratch/real.xctest \"\$@\" && sed -i 2s/,/,1/ \$PUSHLAB_INTEROP_DIR/latencies.csv"' \
    "bash Tests/Interop/run.sh $debug hlog" 'differs:'
gate interop-missing "a check that does not exist" true "bash Tests/Interop/run.sh $debug nothing" 'nothing FAILED'
for check in doors_requests doors_items; do
    gate "reliability-$check" "a server with a wrong bit in every 50th byte" plant_programs \
        "bash Tests/Reliability/run.sh quick $faulty $check" 'FAIL '
done
gate reliability-missing "a check that does not exist" true "bash Tests/Reliability/run.sh quick $debug nothing" \
    'nothing.py is not there'
gate capture "a server with a wrong bit in every 50th byte" plant_programs \
    "python3 Tests/Interop/capture_check.py $faulty" 'FAILED|Traceback'

# --- the build and the tests: these compile

gate upward-import "a target of layer 1 that imports its neighbour" \
    'change "$(first Sources/Feed)" "1i import WireAccounting"' 'bash Tests/run.sh build' 'WireAccounting'
gate warning "a constant that is never used" \
    'change "$(first Sources/pushlab)" "\$a private func planted() { let unused = 1 }"' \
    'bash Tests/run.sh build' 'error: .*never used'
# Built once; PUSHLAB_PLANTED chooses what goes wrong.
plant_tests() {
    local target
    for target in FeedTests HostTests; do write Tests/$target/PlantedTests.swift <Tests/Gates/PlantedTests.swift; done
    [ -e "$scratch/planted" ] || bash Tests/run.sh build
    touch "$scratch/planted"
}
gate unit-test-fails "a test of a pure layer that fails" plant_tests \
    'PUSHLAB_PLANTED=failure bash Tests/run.sh unit' 'unit tests FAILED'
gate unit-test-traps "a test of a pure layer that ends the process" plant_tests \
    'PUSHLAB_PLANTED=trap bash Tests/run.sh unit' 'unit tests FAILED'
gate clock-test-fails "a test with a clock that fails" plant_tests \
    'PUSHLAB_PLANTED=failure bash Tests/clock.sh HostTests.PlantedTests' 'PlantedTests FAILED'
gate clock-suite-ends "a suite with a clock that ends before its tests" plant_tests \
    'PUSHLAB_PLANTED=trap bash Tests/clock.sh HostTests.PlantedTests' '0 of 1 tests'
gate clock-test-outside "a test with a clock that fails and belongs to no suite" plant_tests \
    'PUSHLAB_PLANTED=outside bash Tests/clock.sh HostTests.plantedOutside' 'plantedOutside FAILED'
gate clock-suite-missing "a suite that does not exist" true \
    'bash Tests/clock.sh HostTests.NoSuchTests' 'there is no test HostTests.NoSuchTests'

# --- fuzzing

gate fuzz-target-broken "a fuzz target that does not compile" \
    'change Tests/Fuzzing/FuzzInput.swift "\$a let broken: Int = false"' 'bash Tests/Fuzzing/run.sh 5 Decoder' 'error: '
gate fuzz-finding "a property that some input breaks" \
    'change Tests/Fuzzing/DecoderFuzzing.swift \
        "/let wire = input.remaining/a mustHold(wire.count < 40, \"planted\")"' \
    'bash Tests/Fuzzing/run.sh 5 Decoder' 'FOUND SOMETHING'

[ "$lists" = 0 ] || exit 0
# A rule that is not listed is off.
rules() { sed -nE '/"rules"/,$ s/^ *"([A-Z][A-Za-z]+)" *:.*/\1/p' | sort; }
unlisted=$(comm -23 <(swift format dump-configuration | rules) <(rules <.swift-format) | tr '\n' ' ')
if [ -n "$unlisted" ]; then
    echo "NOT LISTED   rules of swift format that .swift-format leaves off without saying so: $unlisted"
    accepted=$((accepted + 1))
fi
echo "$refused faults refused, $accepted accepted or not planted"
[ "$accepted" = 0 ]
