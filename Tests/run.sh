#!/usr/bin/env bash
# Runs every test: bash Tests/run.sh. Non-zero when one fails.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=../Scenarios/install.sh
. Scenarios/install.sh
need_build_tools
need 'python3 -c "import venv, ensurepip"' python3 python3-venv
need 'command -v tshark' tshark
need 'command -v tinyproxy' tinyproxy-bin
need 'command -v openssl' openssl
need 'command -v curl' curl
need_nginx
install_missing

echo "== style"
swift format lint --strict --recursive Package.swift Sources Tests
# The linter leaves out comments, strings and scripts.
if LC_ALL=C.UTF-8 grep -rnE --include='*.'{swift,c,h,sh,py} --include=run '^.{121}' \
    Package.swift Sources Tests Scenarios .ci; then
    echo "these lines are longer than 120 columns" >&2
    exit 1
fi

echo "== build (debug), imports go down only"
build_log=$(mktemp)
trap 'rm -f "$build_log"' EXIT
if ! swift build --build-tests --explicit-target-dependency-import-check error >"$build_log" 2>&1; then
    grep -E 'error' "$build_log" >&2 || tail -n 30 "$build_log" >&2
    exit 1
fi
tail -n 1 "$build_log"

echo "== unit tests"
swift test --skip-build --quiet --skip "$(bash Tests/clock.sh --targets)"
# Those that watch a clock run beside three others at most: beside a hundred on two processors all are late.
echo "== driver, contract and end-to-end tests"
bash Tests/clock.sh

python=.build/venv/bin/python
[ -x "$python" ] || python3 -m venv .build/venv
"$python" -m pip install --quiet --disable-pip-version-check -r Tests/Interop/requirements.txt

# The check through nginx waits most of its time; the others run beside it.
echo "== other people's readers; RFC 6455 and RFC 7692 on the wire: conformance, differences to others, hostile input"
PATH=$PATH:/usr/sbin "$python" Tests/Interop/nginx_check.py .build/debug >"$build_log" 2>&1 &
nginx_check=$!
"$python" Tests/Interop/hlog_check.py
for check in terminal websocket http2_websocket ways curl conformance differential bad_input; do
    "$python" "Tests/Interop/${check}_check.py" .build/debug
done
nginx_passed=0
wait "$nginx_check" || nginx_passed=$?
cat "$build_log"
[ "$nginx_passed" = 0 ]

echo "== reliability, the quick part"
bash Tests/Reliability/run.sh quick .build/debug

echo "== fuzzing"
bash Tests/Fuzzing/run.sh "${PUSHLAB_FUZZ_SECONDS:-20}"

echo "== the bytes and the receive stamps, against a packet capture"
if [ "${PUSHLAB_CAPTURE:-debug}" = later ]; then
    echo "NOT RUN HERE: .ci/run runs it with the release build, after the quickstart"
else
    python3 Tests/Interop/capture_check.py .build/debug
fi
