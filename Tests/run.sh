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

echo "== build (debug), imports go down only"
build_log=$(mktemp)
trap 'rm -f "$build_log"' EXIT
if ! swift build --build-tests --explicit-target-dependency-import-check error >"$build_log" 2>&1; then
    grep -E 'error' "$build_log" >&2 || tail -n 30 "$build_log" >&2
    exit 1
fi
tail -n 1 "$build_log"

# Those that watch a clock run one after the other: beside a hundred others on two processors all are late.
watch_a_clock='^(ContractTests|EndToEndTests|FeedServerTests|HostTests|LabTests|LoadGeneratorTests)\.'
echo "== unit tests"
swift test --skip-build --quiet --skip "$watch_a_clock"
echo "== driver, contract and end-to-end tests, one after the other"
swift test --skip-build --quiet --no-parallel --filter "$watch_a_clock"

echo "== other people's readers"
python=.build/venv/bin/python
[ -x "$python" ] || python3 -m venv .build/venv
"$python" -m pip install --quiet --disable-pip-version-check -r Tests/Interop/requirements.txt
"$python" Tests/Interop/hlog_check.py
"$python" Tests/Interop/terminal_check.py .build/debug
"$python" Tests/Interop/websocket_check.py .build/debug
"$python" Tests/Interop/http2_websocket_check.py .build/debug
"$python" Tests/Interop/ways_check.py .build/debug
"$python" Tests/Interop/curl_check.py .build/debug
PATH=$PATH:/usr/sbin "$python" Tests/Interop/nginx_check.py .build/debug

echo "== RFC 6455 and RFC 7692 on the wire: conformance, differences to others, hostile input"
"$python" Tests/Interop/conformance_check.py .build/debug
"$python" Tests/Interop/differential_check.py .build/debug
"$python" Tests/Interop/bad_input_check.py .build/debug

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
