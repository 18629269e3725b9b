#!/usr/bin/env bash
# Builds packages for computers without Swift: bash Scenarios/package.sh [FOLDER]
# FOLDER (default .build-package/out) gets a Debian package and a tarball with the same content.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=install.sh
. "$here/install.sh"
mkdir -p "${1:-$here/../.build-package/out}"
out=$(cd "${1:-$here/../.build-package/out}" && pwd)

need_build_tools
need 'command -v dpkg-shlibdeps && command -v strip' dpkg-dev binutils
install_missing

cd "$here/.."
scratch=$PWD/.build-package
# Separate from .build, since the objects of a static build differ.
build_with_progress "$scratch/build.log" -c release --static-swift-stdlib --scratch-path "$scratch"
# Build only ArgumentParser's manual tool; its plugin would build everything again for debugging.
build_with_progress "$scratch/manual.log" --package-path "$scratch/checkouts/swift-argument-parser" \
    --scratch-path "$scratch/manual" --product generate-manual

programs=(pushlab pushlab-server)
version=$("$scratch/release/pushlab" --version)
version=${version#pushlab }
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH
tree=$scratch/tree
rm -rf "$tree"

echo "== programs, manuals, completions" >&2
doc=$tree/usr/share/doc/pushlab
mkdir -p "$tree/usr/share/man/man1" "$doc"
for program in "${programs[@]}"; do
    built=$scratch/release/$program
    install -D --strip -m 755 "$built" "$tree/usr/bin/$program"
    "$scratch/manual/debug/generate-manual" "$built" --multi-page --date "$(date -ud "@$SOURCE_DATE_EPOCH" +%F)" \
        --output-directory "$tree/usr/share/man/man1"
    for shell in bash:bash-completion/completions/$program zsh:zsh/vendor-completions/_$program \
        fish:fish/vendor_completions.d/$program.fish; do
        "$built" --generate-completion-script "${shell%%:*}" |
            install -D -m 644 /dev/stdin "$tree/usr/share/${shell#*:}"
    done
done
# Only the lab starts this command.
rm -f "$tree/usr/share/man/man1/pushlab.worker.1"
gzip -9n "$tree"/usr/share/man/man1/*

echo "== scenarios, documents, licences" >&2
# Without what the steps of the lessons write.
find Scenarios/feeds Scenarios/lessons Scenarios/peers -type f -not -path '*/my-run/*' \
    -not -name 'readings.*' >"$scratch/files"
for file in Scenarios/*.yaml Scenarios/scenario.schema.json $(<"$scratch/files"); do
    install -D -m 644 "$file" "$tree/usr/share/pushlab/s${file#S}"
done
install -m 644 README.md "$doc/README.md"
install -m 644 Scenarios/README.md "$doc/scenarios.md"
install -m 644 Results/README.md "$doc/results.md"
# Licences of the linked packages and of Swift's libraries.
for licence in "$scratch"/checkouts/*/{LICENSE,NOTICE}*; do
    [ -f "$licence" ] || continue
    package=$(basename "$(dirname "$licence")")
    install -D -m 644 "$licence" "$doc/licences/$package.$(basename "${licence%.txt}")"
done
toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")
install -m 644 "$toolchain/share/swift/LICENSE.txt" "$doc/licences/swift.LICENSE"

echo "== packages" >&2
mkdir -p "$tree/DEBIAN" "$scratch/debian"
# dpkg-shlibdeps reads the package name from here.
printf 'Source: pushlab\n\nPackage: pushlab\nArchitecture: any\n' >"$scratch/debian/control"
depends=$(cd "$scratch" && dpkg-shlibdeps -O "${programs[@]/#/-e$tree/usr/bin/}" 2>"$scratch/shlibdeps.log" |
    sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { cat "$scratch/shlibdeps.log" >&2 && exit 1; }
# dpkg-shlibdeps sees symbols but not options of libcurl: CURLOPT_CAINFO_BLOB needs 7.77.
depends=$(sed -E 's/(libcurl4(t64)?) \([^)]*\)/\1 (>= 7.77)/' <<<"$depends")
cat >"$tree/DEBIAN/control" <<EOF
Package: pushlab
Version: $version
Architecture: $architecture
Maintainer: PushLab <pushlab@localhost>
Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f1)
Depends: $depends
Suggests: nginx-light | nginx, haproxy, apache2-bin, caddy, redis-server
Section: net
Priority: optional
Description: measures what push transports cost in bytes and delay
 pushlab carries the same feed by polling, long polling, HTTP streaming,
 server-sent events, WebSocket and raw TCP, and measures overhead and delay
 per item. pushlab-server offers the feed.
EOF
chmod -R u=rwX,go=rX "$tree"
dpkg-deb --build --root-owner-group -Zxz "$tree" "$out/pushlab_${version}_$architecture.deb" >&2
tar --create --gzip --file "$out/pushlab-$version-linux-$architecture.tar.gz" \
    --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    --exclude=./DEBIAN --transform "s,^\./usr,pushlab-$version," -C "$tree" ./usr
ls -l "$out"
