#!/usr/bin/env bash
# Runs a scenario with one load process, with three on three Slurm nodes, as a Slurm job, and with three through Open
# MPI, and compares the results: bash Tests/Cluster/run.sh BUILD-FOLDER. Needs root, Slurm, Open MPI and Python.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=slurm.sh
. Tests/Cluster/slurm.sh

build=$(cd "$1" && pwd)
work=$(mktemp -d)
finish() {
    slurm_down
    rm -rf "$work"
}
trap finish EXIT

export PUSHLAB=$build/pushlab
slurm_up "$work/slurm"
sinfo

scenario=$work/equal.yaml
cat >"$scenario" <<'SCENARIO'
name: equal
question: Do three load processes have the bytes and counts of one?
feeds:
  - {source: synthetic, rate: 20/s, payload: 128B}
clients: 30
transports:
  - {use: websocket}
  - {use: raw-tcp}
  - {use: sse}
  - {use: long-poll}
warmup: 1s
duration: 5s
seed: 1
SCENARIO

echo "== one load process"
"$PUSHLAB" run "$scenario" --seeded-masks --server-host "$slurm_host" --quiet --out "$work/one"
echo "== three Slurm nodes, srun"
"$PUSHLAB" run "$scenario" --seeded-masks --server-host "$slurm_host" --load-hosts n1,n2,n3 \
    --launch 'srun --nodes=1 --ntasks=1 --nodelist={host}' --quiet --out "$work/srun"
echo "== a Slurm job"
# The first node has the server, and its address is that of the bridge.
(cd "$work" && PUSHLAB_SERVER_HOST=10.213.8.1 sbatch --wait --nodes=3 --ntasks-per-node=1 \
    "$OLDPWD/Scenarios/clusters/slurm.sbatch" "$scenario" --seeded-masks --quiet --out "$work/job") ||
    { cat "$work"/pushlab-*.out >&2; exit 1; }
echo "== Open MPI"
printf 'localhost\n' >"$work/hosts"
PUSHLAB_SERVER_HOST=127.0.0.1 MPIRUN_OPTIONS="--allow-run-as-root --oversubscribe" \
    bash Scenarios/clusters/mpi.sh "$work/hosts" "$scenario" --processes 3 --seeded-masks --quiet --out "$work/mpi"

python3 Tests/Cluster/compare.py "$work/one" "$work/srun" "$work/job" "$work/mpi"

echo "== a killed step fails its case and names the node"
"$PUSHLAB" run "$scenario" --only "*websocket*" --server-host "$slurm_host" --load-hosts n1,n2,n3 \
    --launch 'srun --nodes=1 --ntasks=1 --nodelist={host}' --quiet --set duration=60s --out "$work/killed" &
run=$!
# The worker in the namespace of node 2; its path is the one behind the links of the build folder.
node=$(pgrep --full 'slurmd -D -N n2')
worker=
for _ in {1..100}; do
    if worker=$(pgrep --ns "$node" --nslist net --full 'pushlab worker$'); then break; fi
    sleep 0.2
done
# It must be in the middle of its case.
sleep 4
kill -KILL "${worker:?no load process runs on node 2}"
if wait "$run"; then
    echo "FAIL: the run succeeded although a load process was killed" >&2
    exit 1
fi
grep -q '"n2: the load process failed\|,n2: the load process failed' "$work/killed/summary.csv" ||
    { echo "FAIL: no reason names n2" >&2; cat "$work/killed/summary.csv" >&2; exit 1; }
echo "all checks passed"
