#!/usr/bin/env bash
# Installs a package on Debian 12 without Swift and runs the quickstart there: bash Tests/package.sh FOLDER
# FOLDER is the output of Scenarios/package.sh. Needs root, debootstrap and a mirror of Debian.
set -euo pipefail
folder=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."

not_run() {
    echo "NOT RUN: the package on Debian 12: $1" >&2
    exit 1
}
[ "$(id -u)" = 0 ] || not_run "needs root"
command -v debootstrap >/dev/null || not_run "debootstrap is missing; install the Debian package debootstrap"
# The mounts below end with the namespace.
if [ -z "${PUSHLAB_OWN_MOUNTS:-}" ]; then
    PUSHLAB_OWN_MOUNTS=1 exec unshare --mount bash Tests/package.sh "$folder"
fi

root=$(mktemp -d)
# Users other than root run the quickstart in it.
chmod 755 "$root"
log=$folder/debootstrap.log
trap 'umount -R "$root"/{proc,sys,dev} 2>/dev/null; rm -rf --one-file-system "$root"' EXIT
# The Debian mirror that this machine uses.
# shellcheck disable=SC2016 # apt-get fills in the names
mirror=$(apt-get indextargets --format '$(SITE) $(CODENAME)' 'Created-By: Packages' 2>/dev/null |
    awk '$2 == "bookworm" { print $1; exit }')
mirror=${mirror:-http://deb.debian.org/debian}
echo "== Debian 12 from $mirror"
debootstrap --variant=minbase bookworm "$root" "$mirror" >"$log" 2>&1 || not_run "$(tail -n 1 "$log")"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
apt-config dump | grep -i '^Acquire::.*Proxy' >"$root/etc/apt/apt.conf.d/proxy" || true
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"

inside() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        chroot "$root" "$@"
}
echo "== install"
cp "$folder"/pushlab_*.deb "$root/pushlab.deb"
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends /pushlab.deb >>"$log" 2>&1 || { tail "$log" >&2 && exit 1; }
if inside sh -c 'command -v swift'; then echo "Swift is installed in the Debian root; it must not be" >&2 && exit 1; fi

echo "== versions, manuals, completions"
version=$(inside pushlab --version)
server=$(inside pushlab-server --version)
if [ "$server" != "pushlab-server ${version#pushlab }" ]; then
    echo "the programs differ in version: $version, $server" >&2
    exit 1
fi
inside dpkg-query --show --showformat '${Package} ${Version}, depends on ${Depends}\n' pushlab
for file in man/man1/pushlab{,.run,-server}.1.gz bash-completion/completions/pushlab{,-server} \
    zsh/vendor-completions/_pushlab{,-server} fish/vendor_completions.d/pushlab{,-server}.fish \
    pushlab/scenarios/aa.yaml; do
    [ -s "$root/usr/share/$file" ] || { echo "/usr/share/$file is missing" >&2 && exit 1; }
done
# The lessons are complete, and without results.
diff --recursive --brief --exclude my-run --exclude 'readings.*' \
    Scenarios/lessons "$root/usr/share/pushlab/scenarios/lessons"
diff --recursive --brief --exclude __pycache__ Scenarios/peers "$root/usr/share/pushlab/scenarios/peers"
if find "$root/usr/share/pushlab" -name my-run -o -name 'readings.*' | grep .; then exit 1; fi
bash -n "$root/usr/share/bash-completion/completions/pushlab"

echo "== the tarball"
mkdir "$root/opt/unpacked"
tar --extract --file "$folder"/pushlab-*.tar.gz --directory "$root/opt/unpacked" --strip-components 1
inside /opt/unpacked/bin/pushlab validate quickstart

echo "== the quickstart, not as root"
inside setpriv --reuid nobody --regid nogroup --clear-groups sh -c 'cd /tmp && pushlab run quickstart'
python3 Tests/Interop/run_check.py "$root"/tmp/Results/quickstart/*

echo "== a lesson, as its worksheet says"
inside setpriv --reuid nobody --regid nogroup --clear-groups bash -e -c 'cp -r /usr/share/pushlab/scenarios ~
    cd ~/scenarios/lessons/05-below-the-transport
    pushlab validate scenario.yaml
    cd ../04-a-masked-frame
    pushlab explain capture capture.pcapng
    pushlab run scenario.yaml --out my-run
    pushlab lesson check --student 4711 --answer loss=10%'

