# Sourced by scripts here: installs what the third-party servers of a scenario need.
#
# A package that cannot be had is a warning: the cases of its server fail with a sentence, and the others go on.

# The folder of the third-party servers, and the Python packages that they need.
peer_folder=${peer_folder:-Scenarios/peers}
peer_python=${peer_python:-.build/peers/venv}

# peers_of SCENARIO [OPTION...]: the servers that the file, or an option such as --set servers=[a,b], names; one per
# line.
peers_of() {
    local scenario=$1 name
    shift
    {
        # The field ends where the next one begins: at the next line that starts with a word.
        awk '/^[A-Za-z]/ { inside = /^servers:/ } inside { sub(/#.*/, ""); print }' "$scenario"
        # `with`, `only` and `exclude` name only servers of the field.
        printf '%s\n' "$@" | grep -E '(^|[^A-Za-z])servers' || true
    } | { grep -oE '[A-Za-z0-9][A-Za-z0-9._-]*' || true; } | sort -u | while IFS= read -r name; do
        if [ -f "$peer_folder/$name/peer.yaml" ]; then echo "$name"; fi
    done
}

# peer_packages NAME apt|pypi: the packages in the line `install: {apt: […], pypi: […]}` of a server; one per line.
peer_packages() {
    sed -nE "s/ #.*//; s/^install:.*[{, ]$2: *\[([^]]*)\].*/\1/p" "$peer_folder/$1/peer.yaml" |
        tr ',' '\n' | sed -E "s/^[ \"']+//; s/[ \"']+\$//; /^\$/d"
}

# missing_debian_packages NAME...: those of these servers that are not installed; one per line.
missing_debian_packages() {
    local name package
    for name in "$@"; do
        while IFS= read -r package; do
            [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
        done < <(peer_packages "$name" apt)
    done | sort -u
}

# In a subshell, because install_missing ends the shell if it fails.
install_debian_packages() (
    # shellcheck disable=SC2034
    missing=("$@")
    install_missing
)

# need_peers SCENARIO [OPTION...]: installs the packages of its servers.
need_peers() {
    local peers
    mapfile -t peers < <(peers_of "$@")
    install_peers "${peers[@]}"
}

# The names of all third-party servers; one per line.
peer_names() {
    local file
    for file in "$peer_folder"/*/peer.yaml; do basename "$(dirname "$file")"; done
}

# install_peers NAME...: installs the packages of these servers.
install_peers() {
    local peers=("$@") packages name
    if [ ${#peers[@]} -eq 0 ]; then return; fi
    mapfile -t packages < <(missing_debian_packages "${peers[@]}")
    # All at once is quicker; if one of them cannot be had, the others can.
    if [ ${#packages[@]} -gt 0 ] && ! install_debian_packages "${packages[@]}"; then
        for name in "${peers[@]}"; do
            mapfile -t packages < <(missing_debian_packages "$name")
            if [ ${#packages[@]} -gt 0 ] && ! install_debian_packages "${packages[@]}"; then
                echo "warning: the Debian packages of $name could not be installed; its cases will fail" >&2
            fi
        done
    fi
    for name in "${peers[@]}"; do
        mapfile -t packages < <(peer_packages "$name" pypi)
        if [ ${#packages[@]} -gt 0 ] && ! install_pypi_packages "${packages[@]}"; then
            echo "warning: the PyPI packages of $name could not be installed; its cases will fail" >&2
        fi
    done
}

install_pypi_packages() {
    if [ ! -x "$peer_python/bin/python" ]; then
        if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
            install_debian_packages python3 python3-venv || return
        fi
        python3 -m venv "$peer_python" || return
    fi
    "$peer_python/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}
