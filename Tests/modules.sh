# Sourced by scripts that compile sources of the package into one program, with options that SwiftPM does not have:
# Tests/Fuzzing/run.sh and Tests/Benchmarks/costs/run.sh. Other modules come from the debug build of the tests.

built=.build/debug
checkouts=.build/checkouts
# SwiftPM names the package after its folder, in lower case and as an identifier.
package=$(basename "$PWD" | tr '[:upper:]' '[:lower:]' | sed -E 's/[^a-z0-9]/_/g; s/^([0-9])/_\1/')
# The modules of NIOCore and of what it imports.
nio_modules="NIOCore NIOConcurrencyHelpers _NIOBase64 _NIODataStructures DequeModule InternalCollectionsUtilities"
nio_modules+=" ContainersPreview BasicContainers Atomics _AtomicsShims CNIOAtomics CNIODarwin CNIOFreeBSD CNIOLinux"
nio_modules+=" CNIOOpenBSD CNIOWASI CNIOWindows"

# copied_sources FOLDER TARGET...: copies their sources without the imports of one another, and prints the paths.
copied_sources() {
    local copies=$1 target pattern
    shift
    rm -rf "$copies"
    mkdir -p "$copies"
    pattern=$(tr ' ' '|' <<<"$*")
    for target in "$@"; do
        cp -r "Sources/$target" "$copies/"
    done
    find "$copies" -name '*.swift' -exec sed -i -E "s/^import ($pattern)\$//" {} +
    find "$copies" -name '*.swift'
}

# compile_with MODULES OPTION...: swiftc with these modules and objects of the debug build.
compile_with() {
    local flags=() objects=() library map headers object modules=$1
    shift
    # The list has the objects of the sources that exist. The folders also have those of renamed and deleted sources.
    local list=$built/pushlabPackageTests.product/Objects.LinkFileList
    for library in $modules; do
        while read -r object; do objects+=("$object"); done \
            < <(tr -d "'\"" <"$list" | sed -n "s|^.*/\($library\.build/.*\.o\)\$|$built/\1|p")
    done
    for map in "$built"/CNIO*.build/module.modulemap "$checkouts"/swift-nio/Sources/CNIO*/include/module.modulemap \
        "$checkouts"/swift-{atomics/Sources/_Atomics,numerics/Sources/_Numerics}Shims/include/module.modulemap; do
        [ -e "$map" ] && flags+=(-Xcc "-fmodule-map-file=$map")
    done
    for headers in "$checkouts"/swift-nio/Sources/CNIO*/include; do flags+=(-Xcc -I -Xcc "$headers"); done
    swiftc -O -gline-tables-only -swift-version 6 -parse-as-library -wmo -use-ld=lld -package-name "$package" \
        -I "$built/Modules" "${flags[@]}" -Xcc -fmodule-map-file=Sources/CZlib/module.modulemap \
        -Xcc -fmodule-map-file=Sources/CCrypto/module.modulemap "$@" "${objects[@]}" -lz -lcrypto
}
