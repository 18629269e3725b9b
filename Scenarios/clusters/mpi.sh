#!/usr/bin/env bash
# Runs a scenario with the clients on other hosts, through Open MPI: bash mpi.sh HOSTS SCENARIO [pushlab run options]
#
# HOSTS and the variables are those of ssh.sh. Each load process is an MPI job of one rank, because only the first rank
# gets standard input. MPIRUN_OPTIONS are further options of mpirun, such as --allow-run-as-root.
set -euo pipefail

pushlab=${PUSHLAB:-$(command -v pushlab)}
if [ $# -lt 2 ]; then
    echo "usage: bash mpi.sh HOSTS SCENARIO [options of pushlab run]" >&2
    exit 2
fi
hosts=$(grep -Ev '^[[:space:]]*(#|$)' "$1" | tr -d ' \t\r' | paste -s -d , -)
shift
address=${PUSHLAB_SERVER_HOST:-$(hostname -I | awk '{print $1}')}

# --bind-to none: a load process may use any processor.
exec "$pushlab" run "$@" --server-host "$address" --load-hosts "$hosts" \
    --launch "mpirun ${MPIRUN_OPTIONS:-} --bind-to none -np 1 --host {host}" --load-program "$pushlab"
