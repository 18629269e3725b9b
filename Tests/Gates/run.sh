#!/usr/bin/env bash
# Proves that every gate of Tests/run.sh and .ci/run can fail: bash Tests/Gates/run.sh [GATE...]
#
# Plants one fault per gate in a copy of the tree, runs the command that must refuse it, and looks for the reason in the
# command's output. Prints one line per gate; non-zero if a gate accepts its fault, or if a fault could not be planted.
# Run it whenever a gate changes, after `swift build --build-tests`. --list prints each gate with its fault.
#
# The copy is an overlay mounted over the tree's own path, visible only to this script: the tree does not change, and
# its build stays valid (SwiftPM writes absolute paths). This needs root, or a kernel that lets users create namespaces.
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

# --- planting: keep saves every file before it changes, and restore undoes the changes

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
        # With its old modification time the compiler would not compile it again.
        touch "$file"
    done
    [ ! -e "$scratch/new" ] || xargs -d '\n' rm -rf <"$scratch/new"
    rm -rf "$scratch/originals" "$scratch/new"
    mkdir "$scratch/originals"
}

# change FILE SED_COMMAND: fails if nothing changes, because the code may have changed.
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

# gate NAME FAULT PLANT COMMAND REASON: evaluates PLANT and COMMAND; REASON is a pattern in the output of COMMAND.
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
        echo "NOT PLANTED  $name: check that the planting command still matches the code"
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
# The planted words are assembled, so that english.sh does not find them here.
gate hard-word "a comment with a hard-to-read word" \
    'change "$(first Sources/Feed)" "\$a // No$(printf body) reads it."' \
    'bash Tests/run.sh style' 'Nobody -> no client'
gate hard-word-in-python "a Python docstring with a hard-to-read word" \
    'change Tests/Interop/wire.py "1s/RFC 6455/Be$(printf side) RFC 6455/"' \
    'bash Tests/Gates/english.sh Tests/Interop/wire.py' 'Beside -> next to'
gate unknown-stage "a stage that does not exist" true 'bash Tests/run.sh stile' 'usage: .* stages: style build'

# --- documents and the reference run

gate undocumented-field "a scenario field without its row in Scenarios/README.md" \
    'change Scenarios/README.md "/^\| \`duration\` \|/d"' \
    '$tests --filter ScenarioDocumentationTests' 'no row for duration'
gate stale-schema "a JSON Schema of scenarios without a field" \
    'change Scenarios/scenario.schema.json "s/\"duration\"/\"durations\"/"' \
    '$tests --filter ScenarioSchemaTests' 'ScenarioSchema.json'
gate long-scenario "a scenario that takes more than 5 minutes" \
    'change Scenarios/payload.yaml "s/^duration: .*/duration: 60s/"' \
    '$tests --filter ScenarioDocumentationTests' 'measuringTime'
gate unlisted-scenario "a scenario that Scenarios/README.md does not list" \
    'change Scenarios/README.md "/^\| \`payload.yaml\`/d"' \
    '$tests --filter ScenarioDocumentationTests' 'payload.yaml'
gate stale-formula "a formula in Results/formulas.md that differs from the code" \
    'change Results/formulas.md "0,/^\| \`/s//| \`un/"' '$tests --filter FormulaDocumentationTests' 'id → "layer-bytes"'
gate undocumented-column "a CSV column without its row in Results/README.md" \
    'change Results/README.md "/^\| \`delivered\` \|/d"' '$tests --filter ResultDocumentationTests' 'delivered'
gate stale-readme "a figure in README.md that is not the reference run's" \
    'change README.md "/^ *✓ short-poll/s/ ms / s /"' '$tests --filter ReadmeTests' 'README.md lacks'
gate stale-example "an example in Sources/README.md that differs from the code" \
    'change Sources/README.md "s/enum LineTCP/enum LinesTCP/"' '$tests --filter ExamplesTests' 'add-a-transport'
gate stale-report "a reference report that does not match its CSV files" \
    'change Results/reference/quickstart/report.md "s/long-poll/long-pull/"' 'bash Tests/run.sh reference' 'report.md'

benchmarks=Results/reference/benchmarks
plant_page() {
    write $benchmarks/benchmarks.csv <<<"row,contestant" && write $benchmarks/report.md <<<"stale" &&
        write $benchmarks/manifest.json <<<'{"environment": {}, "versions": {}, "started_at": "", "rotations": 1,
            "seconds": 1, "seed": 1, "missing": {}, "refused": {}}'
}
gate stale-benchmarks "a page of the benchmarks that does not match their files" plant_page \
    'bash Tests/run.sh reference' 'is not what the suite makes of its files'

# --- the results of a run, as .ci/run checks them for the quickstart

reference=Results/reference/quickstart
gate row-not-conserved "a layer with more bytes than the kernel counted" \
    'change $reference/layers.csv "3s/,([0-9]+),(counted|kernel)/,1\1,\2/"' \
    'bash .ci/run $reference' 'the kernel counted'
gate percentile-not-in-log "a percentile that differs from the histogram log" \
    'change $reference/summary.csv "2s/^(([^,]*,){29})[^,]*/\1900/"' 'bash .ci/run $reference' 'latency_p90_us is'
gate column-of-wrong-type "a word in a numeric column" \
    'change $reference/summary.csv "2s/^(([^,]*,){50})[^,]*/\1soon/"' 'bash .ci/run $reference' 'soon'
gate tests-fail-in-ci "tests that fail in .ci/run" \
    'write Tests/run.sh <<<"echo stopped; exit 1"; write Scenarios/run.sh <<<"echo went on"' \
    'bash .ci/run >$scratch/ci; code=$?; cat $scratch/ci; ! grep -q "went on" $scratch/ci || code=0; exit $code' \
    'stopped'
gate quickstart-fails-in-ci "a quickstart that fails in .ci/run" \
    'write Tests/run.sh <<<":"; write Scenarios/run.sh <<<"echo stopped; exit 1"' 'bash .ci/run' 'stopped'

gate stage-behind-fails "a stage that fails while the stage clock runs" \
    'write Tests/clock.sh <<<"echo waited"; write Tests/Fuzzing/run.sh <<<"echo found; exit 1"' \
    'bash Tests/run.sh clock fuzzing' 'found'
gate stage-behind-ends "a stage that is killed while the stage clock runs" \
    'write Tests/clock.sh <<<"sleep 2"; write Tests/Fuzzing/run.sh <<<"kill -9 0"' \
    'bash Tests/run.sh clock fuzzing' 'fuzzing was ended by a signal'

# --- builds and runs that fail: stubs of the programs, which only fail

# script FILE LINE...
script() {
    local file=$1
    shift
    write "$file" <<<"$(printf '%s\n' '#!/usr/bin/env bash' "$@")" && chmod +x "$file"
}
failing_release='script $scratch/bin/swift "case \"\$*\" in *release*) echo error: planted; exit 1 ;; esac"'
gate scenario-build-fails "a release build that fails in Scenarios/run.sh" "$failing_release" \
    'PATH=$scratch/bin:$PATH bash Scenarios/run.sh Scenarios/quickstart.yaml' 'error: planted'
gate scenario-run-fails "a run that fails in Scenarios/run.sh" \
    'script $scratch/bin/swift : && script .build/release/pushlab "echo planted; exit 1"' \
    'PATH=$scratch/bin:$PATH bash Scenarios/run.sh Scenarios/quickstart.yaml' 'planted'

# --- checks of the programs: a server with damaged responses

faulty=$scratch/faulty
plant_programs() {
    mkdir -p "$faulty" && cp "$debug/pushlab" "$faulty/pushlab" &&
        cp Tests/Gates/faulty_server.py "$faulty/pushlab-server" && chmod +x "$faulty/pushlab-server" &&
        export PUSHLAB_REAL_SERVER=$PWD/$debug/pushlab-server
}
for check in nginx network_paths conformance differential websocket http2_websocket curl bad_input; do
    gate "interop-$check" "a server that flips one bit in every 50th byte" plant_programs \
        "bash Tests/Interop/run.sh $faulty $check" "$check FAILED"
done
gate interop-terminal "a program that draws no progress bar" \
    'rm -rf $faulty && script $faulty/pushlab "$PWD/$debug/pushlab \"\$@\" 2>&1 | cat"' \
    "bash Tests/Interop/run.sh $faulty terminal" 'FAILED: .*bar'
gate interop-hlog "a count that differs from what a third-party reader finds in the log" \
    'cp $tests_program $scratch/real.xctest &&
        script $tests_program "$scratch/real.xctest \"\$@\" && sed -i 2s/,/,1/ \$PUSHLAB_INTEROP_DIR/latencies.csv"' \
    "bash Tests/Interop/run.sh $debug hlog" 'differs:'
gate interop-peers "a third-party server that drops every 20th item" \
    'change Scenarios/peers/websockets/feed.py "s/^            broadcast/            if hash(line) % 20: broadcast/"' \
    "bash Tests/Interop/run.sh $debug peers" 'peers FAILED'
gate interop-example_servers "an example server that sends an item twice" \
    'change Scenarios/peers/examples/server.py "s/items\\[cursor:\\]:/items[max(0, cursor - 1):]:/"' \
    "bash Tests/Interop/run.sh $debug example_servers" 'example_servers FAILED'
gate interop-missing "a check that does not exist" true "bash Tests/Interop/run.sh $debug nothing" 'nothing FAILED'
for check in http_requests item_sources; do
    gate "reliability-$check" "a server that flips one bit in every 50th byte" plant_programs \
        "bash Tests/Reliability/run.sh quick $faulty $check" 'FAIL '
done
gate reliability-missing "a check that does not exist" true "bash Tests/Reliability/run.sh quick $debug nothing" \
    'there is no check nothing'
lesson=Scenarios/lessons/04-a-masked-frame
gate lesson-answer "an expected figure that the lesson's run does not have" \
    'change $lesson/answers.md "/65,536 bytes/s/10 \|$/11 |/"' 'bash Tests/run.sh lessons' 'FAILED: .*expected 11'
gate lesson-translation "a command that differs between a lesson and its translation" \
    'change $lesson/lesson.zh.md "s/0548656c6c6f$/0548656c6c6e/"' 'bash Tests/run.sh lessons' \
    'FAILED: .*the commands of lesson.md'
gate capture "a server that flips one bit in every 50th byte" plant_programs \
    "python3 Tests/Interop/capture_check.py $faulty" 'FAILED|Traceback'

# --- the build and the tests: these gates compile

gate upward-import "an import of a target that Package.swift does not list" \
    'change "$(first Sources/Feed)" "1i import WireAccounting"' 'bash Tests/run.sh build' 'WireAccounting'
gate warning "a constant that is never used" \
    'change "$(first Sources/pushlab)" "\$a private func planted() { let unused = 1 }"' \
    'bash Tests/run.sh build' 'error: .*never used'
# Built once; PUSHLAB_PLANTED selects the fault.
plant_tests() {
    local target
    for target in FeedTests HostTests; do write Tests/$target/PlantedTests.swift <Tests/Gates/PlantedTests.swift; done
    [ -e "$scratch/planted" ] || bash Tests/run.sh build
    touch "$scratch/planted"
}
gate unit-test-fails "a test of a layer without I/O that fails" plant_tests \
    'PUSHLAB_PLANTED=failure bash Tests/run.sh unit' 'unit tests FAILED'
gate unit-test-traps "a test of a layer without I/O that ends the process" plant_tests \
    'PUSHLAB_PLANTED=trap bash Tests/run.sh unit' 'unit tests FAILED'
gate clock-test-fails "a test that depends on time and fails" plant_tests \
    'PUSHLAB_PLANTED=failure bash Tests/clock.sh HostTests.PlantedTests' 'PlantedTests FAILED'
gate clock-suite-ends "a suite that depends on time and ends before its tests" plant_tests \
    'PUSHLAB_PLANTED=trap bash Tests/clock.sh HostTests.PlantedTests' '0 of 1 tests'
gate clock-test-outside "a test that depends on time, fails, and belongs to no suite" plant_tests \
    'PUSHLAB_PLANTED=outside bash Tests/clock.sh HostTests.plantedOutside' 'plantedOutside FAILED'
gate clock-suite-missing "a suite that does not exist" true \
    'bash Tests/clock.sh HostTests.NoSuchTests' 'there is no test HostTests.NoSuchTests'

# --- benchmarks

# The program of the baseline is compiled from its source in each run.
suite="python3 Tests/Benchmarks/suite.py $debug websocket --rotations 1 --seconds 1 --repeats 0"
gate benchmark-loss "a server that sends an item to all listeners but one" \
    'change Tests/Benchmarks/field/baseline_server.c \
        "/WEBSOCKET/,/SSE/s/for \(int i = 0; (.*)\) write_all/for (int i = 1; \1) write_all/"' \
    "$suite" 'REFUSED +websocket, baseline: [0-9]+ deliveries were missed'
gate benchmark-repeat "a server that sends an item twice to one listener" \
    'change Tests/Benchmarks/field/baseline_server.c \
        "/WEBSOCKET/,/SSE/s/for \(int i = 0; (.*)\) write_all\((.*)\);/for (int i = 0; \1) write_all(\2);\n\
        write_all(list->items[0], bytes, head + length);/"' \
    "$suite" 'REFUSED +websocket, baseline: .* [1-9][0-9]* were repeated'

# --- instructions and allocations

gate cost-of-instructions "a parser of requests that does its work twice" \
    'change Sources/HTTP/RequestParser.swift \
        "s/return try HeadReader\(bytes: bytes\).read\(\)/_ = try HeadReader(bytes: bytes).read(); &/"' \
    'bash Tests/run.sh costs' 'FAILED: parse-request takes .* instructions'
gate cost-of-allocations "a ledger that allocates for each item" \
    'change Sources/Measurement/DeliveryLedger.swift \
        "s/^    private\(set\) var delivered: UInt64 = 0$/&\n    private var seen: [[UInt64]] = []/;
        s/^            highest = sequence$/&\n            seen = [[sequence]]/"' \
    'bash Tests/run.sh costs' 'FAILED: book-item takes .* allocations'
gate cost-without-limit "an operation that limits.csv does not have" \
    'change Tests/Benchmarks/costs/limits.csv "/^book-item,/d"' 'bash Tests/run.sh costs' 'no operation book-item'

# --- fuzzing

gate fuzz-target-broken "a fuzz target that does not compile" \
    'change Tests/Fuzzing/FuzzInput.swift "\$a let broken: Int = false"' 'bash Tests/Fuzzing/run.sh 5 Decoder' 'error: '
gate fuzz-finding "a property that does not hold for some inputs" \
    'change Tests/Fuzzing/DecoderFuzzing.swift \
        "/let wire = input.remaining/a mustHold(wire.count < 40, \"planted\")"' \
    'bash Tests/Fuzzing/run.sh 5 Decoder' 'FOUND SOMETHING'

[ "$lists" = 0 ] || exit 0
# Rules that are not listed are off.
rules() { sed -nE '/"rules"/,$ s/^ *"([A-Z][A-Za-z]+)" *:.*/\1/p' | sort; }
unlisted=$(comm -23 <(swift format dump-configuration | rules) <(rules <.swift-format) | tr '\n' ' ')
if [ -n "$unlisted" ]; then
    echo "NOT LISTED   rules of swift format that .swift-format does not list, which turns them off: $unlisted"
    accepted=$((accepted + 1))
fi
echo "$refused faults refused, $accepted accepted or not planted"
[ "$accepted" = 0 ]
