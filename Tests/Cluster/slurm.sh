#!/usr/bin/env bash
# A Slurm cluster of three nodes on this machine, each in a network namespace: sourced by Tests/Cluster/run.sh.
#
# The nodes have the addresses 10.213.8.1 to 3 on a bridge whose end here is 10.213.8.254. Slurm runs without munge,
# which is for one machine only. Needs root.

slurm_bridge=plcluster
slurm_host=10.213.8.254
slurm_folder=

slurm_up() {
    slurm_folder=$1
    mkdir -p "$slurm_folder/state" "$slurm_folder/spool"
    ip link add "$slurm_bridge" type bridge
    ip addr add "$slurm_host/24" dev "$slurm_bridge"
    ip link set "$slurm_bridge" up
    local node
    for node in 1 2 3; do
        ip netns add "plnode$node"
        ip link add "plveth$node" type veth peer name eth0 netns "plnode$node"
        ip link set "plveth$node" master "$slurm_bridge" up
        ip -n "plnode$node" addr add "10.213.8.$node/24" dev eth0
        ip -n "plnode$node" link set eth0 up
        ip -n "plnode$node" link set lo up
    done
    slurm_configuration >"$slurm_folder/slurm.conf"
    export SLURM_CONF=$slurm_folder/slurm.conf
    slurmctld -D -c >"$slurm_folder/slurmctld.out" 2>&1 &
    echo $! >"$slurm_folder/pids"
    for node in 1 2 3; do
        # Not `ip netns exec`, which hides /sys/fs/cgroup: then slurmd ends.
        nsenter --net="/run/netns/plnode$node" slurmd -D -N "n$node" >"$slurm_folder/n$node.out" 2>&1 &
        echo $! >>"$slurm_folder/pids"
    done
    for _ in {1..100}; do
        if [ "$(sinfo --noheader --states=idle --format=%D 2>/dev/null)" = 3 ]; then return; fi
        sleep 0.1
    done
    echo "the three Slurm nodes are not idle after 10 s:" >&2
    cat "$slurm_folder"/*.out >&2
    return 1
}

slurm_configuration() {
    cat <<CONFIGURATION
ClusterName=pushlab
SlurmctldHost=$(hostname -s)($slurm_host)
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CryptoType=crypto/none
CredType=cred/none
SlurmctldPort=26827
StateSaveLocation=$slurm_folder/state
SlurmdSpoolDir=$slurm_folder/spool/%n
SlurmctldPidFile=$slurm_folder/slurmctld.pid
SlurmdPidFile=$slurm_folder/slurmd-%n.pid
SlurmctldLogFile=$slurm_folder/slurmctld.log
SlurmdLogFile=$slurm_folder/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MailProg=/bin/true
CommunicationParameters=NoAddrCache
$(for node in 1 2 3; do
        echo "NodeName=n$node NodeHostname=$(hostname -s) NodeAddr=10.213.8.$node Port=27100 CPUs=$(nproc)" \
            "State=UNKNOWN"
    done)
PartitionName=all Nodes=n[1-3] Default=YES MaxTime=INFINITE State=UP OverSubscribe=YES
CONFIGURATION
}

slurm_down() {
    local pid node
    if [ -f "$slurm_folder/pids" ]; then
        while read -r pid; do kill "$pid" 2>/dev/null || true; done <"$slurm_folder/pids"
        sleep 1
    fi
    for node in 1 2 3; do ip netns del "plnode$node" 2>/dev/null || true; done
    ip link del "$slurm_bridge" 2>/dev/null || true
}
