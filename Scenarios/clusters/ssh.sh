#!/usr/bin/env bash
# Runs a scenario with the clients on other hosts: bash ssh.sh HOSTS SCENARIO [pushlab run options]
#
# HOSTS is a file with a host per line; empty lines and lines that begin with # do not count. The server is here.
# PUSHLAB is the path of pushlab, here and there. PUSHLAB_SERVER_HOST is the address of this machine that the hosts
# reach; by default the first one that hostname -I prints.
set -euo pipefail

pushlab=${PUSHLAB:-$(command -v pushlab)}
if [ $# -lt 2 ]; then
    echo "usage: bash ssh.sh HOSTS SCENARIO [options of pushlab run]" >&2
    exit 2
fi
hosts=$(grep -Ev '^[[:space:]]*(#|$)' "$1" | tr -d ' \t\r' | paste -s -d , -)
shift
address=${PUSHLAB_SERVER_HOST:-$(hostname -I | awk '{print $1}')}

# BatchMode: a host that asks for a password fails at once. ssh runs the words in a shell there, so they are quoted.
exec "$pushlab" run "$@" --server-host "$address" --load-hosts "$hosts" \
    --launch "ssh -o BatchMode=yes {host} 'exec {program}'" --load-program "$pushlab"
