#!/usr/bin/env bash
# Runs the long tests, which Tests/run.sh leaves out: bash Tests/long.sh NAME; --names prints the names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

names=(
    reliability repeats package browser proxies lessons network compare capacity predict analysis peers cluster scale
    field
)

# About 50 minutes after the builds: every check of Tests/Reliability in full, HTTP/2 under AddressSanitizer, fuzzing,
# a soak test.
reliability() {
    # shellcheck source=../Scenarios/install.sh
    . Scenarios/install.sh
    need_build_tools
    need 'python3 -c "import venv, ensurepip"' python3 python3-venv
    need 'command -v openssl' openssl
    need 'command -v curl' curl
    need_nginx
    install_missing
    local python=.build/venv/bin/python failed=0
    [ -x "$python" ] || python3 -m venv .build/venv
    "$python" -m pip install --quiet --disable-pip-version-check -r Tests/Interop/requirements.txt

    echo "== build (release)"
    swift build -c release 2>&1 | tail -n 1
    echo "== build (AddressSanitizer)"
    swift build --sanitize=address --scratch-path .build-asan --product pushlab-server 2>&1 | tail -n 1

    echo "== every check in full"
    bash Tests/Reliability/run.sh long .build/release || failed=1
    echo "== HTTP/2 under AddressSanitizer"
    ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=16 PUSHLAB_SANITIZED=1 \
        bash Tests/Reliability/run.sh long .build-asan/debug http2_frames http2_floods http2_fuzz || failed=1
    echo "== fuzzing, one minute per target"
    swift build --build-tests 2>&1 | tail -n 1
    bash Tests/Fuzzing/run.sh 60 || failed=1
    echo "== soak"
    "$python" Tests/Reliability/soak.py .build/release || failed=1
    return "$failed"
}

# About 45 minutes after the build: the suites that depend on time, 20 times in a row and once with all processors
# loaded.
repeats() {
    local round failed=0 loads=()
    swift build --build-tests 2>&1 | tail -n 1
    for round in {1..20}; do
        echo "== round $round"
        bash Tests/clock.sh || failed=$((failed + 1))
    done
    echo "$failed of 20 rounds failed"
    for ((round = 0; round < $(nproc); round++)); do
        timeout 900 bash -c 'while :; do :; done' &
        loads+=($!)
    done
    echo "== all processors loaded"
    bash Tests/clock.sh || failed=$((failed + 1))
    kill "${loads[@]}"
    [ "$failed" = 0 ]
}

# About 20 minutes, mostly for the build: installs the package on Debian 12 without Swift.
package() {
    # shellcheck source=../Scenarios/install.sh
    . Scenarios/install.sh
    need 'command -v debootstrap' debootstrap
    install_missing
    rm -rf .build-package/out
    bash Scenarios/package.sh .build-package/out
    bash Tests/package.sh .build-package/out
}

# About 8 minutes after the build: also a changed network, and a browser, a network and a server that stop.
browser() {
    # shellcheck source=../Scenarios/install.sh
    . Scenarios/install.sh
    need 'python3 -c "import venv, ensurepip"' python3 python3-venv
    need 'command -v tshark' tshark
    need_browsers
    install_missing
    local python=.build/venv/bin/python
    [ -x "$python" ] || python3 -m venv .build/venv
    "$python" -m pip install --quiet --disable-pip-version-check -r Tests/Browser/requirements.txt
    swift build 2>&1 | tail -n 1
    bash Tests/Browser/run.sh .build/debug lanes clients layout inspector changes faults
}

# About 2 minutes after the build: every transport through each reverse proxy, and proxies that hang. Tests/run.sh has
# only nginx and haproxy.
proxies() {
    # shellcheck source=../Scenarios/install.sh
    . Scenarios/install.sh
    need_build_tools
    need_proxies "through: [nginx, haproxy, apache, caddy]"
    install_missing
    swift build --build-tests 2>&1 | tail -n 1
    bash Tests/clock.sh EndToEndTests.ThroughProxyTests LabTests.StuckProxyTests
}

# About 12 minutes after the build, on a quiet machine: whether delays through the simulated network are those of
# theory, and what the simulation itself costs.
network() {
    local failed=0
    swift build -c release 2>&1 | tail -n 1
    bash Tests/Benchmarks/relay.sh || failed=1
    python3 Tests/Network/closed_forms.py .build/release || failed=1
    return "$failed"
}

# About 12 minutes after the build, on a quiet machine: whether the search for the capacity finds that of a server whose
# capacity is known.
capacity() {
    swift build -c release 2>&1 | tail -n 1
    bash Tests/Benchmarks/capacity.sh .build/release
}

# About 15 minutes after the build, on a quiet machine: what `compare` finds in runs of equal and of slower servers.
compare() {
    # shellcheck source=../Scenarios/install.sh
    . Scenarios/install.sh
    need_build_tools
    need 'command -v python3' python3
    install_missing
    swift build -c release 2>&1 | tail -n 1
    PUSHLAB=.build/release/pushlab bash Tests/Benchmarks/gate.sh
}

# About two hours after the build, on a quiet machine: whether every scenario of the library has the bytes and the mean
# delays that the formulas predict.
predict() {
    # shellcheck source=../Scenarios/install.sh
    . Scenarios/install.sh
    need_build_tools
    need 'command -v python3' python3
    need_nginx
    install_missing
    swift build -c release 2>&1 | tail -n 1
    python3 Tests/Benchmarks/predictions.py .build/release
}

# About 10 minutes after the build: every command of every lesson, and every expected range of its answers.
lessons() {
    # shellcheck source=../Scenarios/install.sh
    . Scenarios/install.sh
    need_build_tools
    need 'command -v python3' python3
    need 'command -v curl' curl
    install_missing
    swift build -c release 2>&1 | tail -n 1
    python3 Tests/Lessons/lessons.py .build/release
}

# About a minute after the packages: the notebook, the SQL, the R script and plot.gp on the runs in Results/reference.
# What cannot be installed is reported as NOT RUN; the rest runs.
analysis() {
    # shellcheck source=../Scenarios/install.sh
    . Scenarios/install.sh
    need 'command -v gnuplot' gnuplot-nox
    need 'command -v Rscript' r-base-core
    # In a subshell, which it ends if it fails.
    (install_missing) || echo "NOT INSTALLED: ${missing[*]}; what needs them is NOT RUN"
    missing=()
    need 'python3 -c "import venv, ensurepip"' python3 python3-venv
    install_missing
    local python=.build/venv/bin/python
    [ -x "$python" ] || python3 -m venv .build/venv
    "$python" -m pip install --quiet --disable-pip-version-check -r Tests/Analysis/requirements.txt \
        || echo "NOT INSTALLED: some of Tests/Analysis/requirements.txt; what needs them is NOT RUN"
    swift build -c release 2>&1 | tail -n 1
    bash Results/reference/rebuild.sh .build/release
    "$python" Tests/Analysis/analysis.py
}

# About 20 minutes after the build and the packages, on a quiet machine: every third-party server of Scenarios/peers,
# with every transport of Scenarios/servers.yaml and servers-http.yaml that it has: all items to all clients, all
# bytes counted.
peers() {
    # shellcheck source=../Scenarios/install.sh
    . Scenarios/install.sh
    # shellcheck source=../Scenarios/peers.sh
    . Scenarios/peers.sh
    need_build_tools
    need 'python3 -c "import venv, ensurepip"' python3 python3-venv
    install_missing
    swift build -c release 2>&1 | tail -n 1
    need_peers Scenarios/servers.yaml
    need_peers Scenarios/servers-http.yaml
    python3 Tests/Interop/peers_check.py .build/release all
}

# About three minutes after the build, as root: whether clients on three Slurm nodes, in a Slurm job and in three
# Open MPI processes have the bytes and counts of one load process.
cluster() {
    # shellcheck source=../Scenarios/install.sh
    . Scenarios/install.sh
    need_build_tools
    need 'command -v python3' python3
    need 'command -v slurmctld && command -v slurmd && command -v srun' slurm-wlm
    need 'command -v mpirun' openmpi-bin
    need 'command -v ip && command -v nsenter' iproute2 util-linux
    install_missing
    swift build -c release 2>&1 | tail -n 1
    bash Tests/Cluster/run.sh .build/release
}

# About 4 minutes after the build: 18,000 clients on one server, 30,000 on two servers of one Redis stream, servers that
# are killed behind HAProxy, and Redis that is killed and started again.
scale() {
    # shellcheck source=../Scenarios/install.sh
    . Scenarios/install.sh
    need_build_tools
    need 'command -v python3' python3
    need_redis
    need_haproxy
    install_missing
    swift build -c release 2>&1 | tail -n 1
    python3 Tests/Reliability/scale.py .build/release
}

# About 30 minutes after the build and the packages, on a quiet machine: PushLab against other servers and clients, with
# the goals of every row. Ends with 3 if one is not reached.
field() {
    # shellcheck source=../Scenarios/install.sh
    . Scenarios/install.sh
    need_build_tools
    need_nginx
    need 'command -v python3' python3
    need 'command -v cc' gcc libc6-dev
    need 'test -e /usr/lib/nginx/modules/ngx_nchan_module.so' libnginx-mod-nchan
    need 'command -v wrk' wrk
    need 'command -v h2load' nghttp2-client
    install_missing
    swift build -c release 2>&1 | tail -n 1
    python3 Tests/Benchmarks/suite.py .build/release --out Results/benchmarks
}

if [ "${1:-}" = --names ]; then
    printf '%s\n' "${names[@]}"
    exit
fi
for name in "${names[@]}"; do
    if [ "${1:-}" = "$name" ]; then
        "$name"
        exit
    fi
done
echo "usage: bash Tests/long.sh NAME; names: ${names[*]}" >&2
exit 2
