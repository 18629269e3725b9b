#!/usr/bin/env bash
# Runs a scenario with the clients in the pods of kubernetes.yaml: bash kubernetes.sh SCENARIO [pushlab run options]
# UNTESTED on a cluster; its argument lists are tested.
#
# The server is here, so run it where the pods reach PUSHLAB_SERVER_HOST, such as in another pod. PUSHLAB is the path of
# pushlab here; in the pods it is in PATH, or at PUSHLAB_IN_PODS.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pushlab=${PUSHLAB:-$(command -v pushlab)}
if [ $# -eq 0 ] || [ -z "${PUSHLAB_SERVER_HOST:-}" ]; then
    echo "usage: PUSHLAB_SERVER_HOST=ADDRESS bash kubernetes.sh SCENARIO [options of pushlab run]" >&2
    exit 2
fi
kubectl apply --filename "$here/kubernetes.yaml"
trap 'kubectl delete --filename "$here/kubernetes.yaml" --wait=false' EXIT
kubectl wait --for=condition=Ready pod --selector app=pushlab-load --timeout=300s
pods=$(kubectl get pods --selector app=pushlab-load --output jsonpath='{.items[*].metadata.name}' | tr ' ' ,)

"$pushlab" run "$@" --server-host "$PUSHLAB_SERVER_HOST" --load-hosts "$pods" \
    --launch 'kubectl exec --stdin {host} --' --load-program "${PUSHLAB_IN_PODS:-pushlab}"
