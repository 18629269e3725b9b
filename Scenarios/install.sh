# Sourced by the scripts here and in Tests/: installs missing Debian packages, or says exactly what to install; builds.

# need COMMAND_OR_PKGCONFIG_TEST PACKAGE...: remembers the packages if the test fails.
missing=()
need() {
    local test=$1
    shift
    if ! bash -c "$test" >/dev/null 2>&1; then missing+=("$@"); fi
}

need_build_tools() {
    if ! command -v swift >/dev/null; then
        echo "swift is not on the PATH; install Swift 6.2 or later from https://www.swift.org/install/linux" >&2
        exit 1
    fi
    need 'command -v pkg-config' pkg-config
    need 'pkg-config --exists libcurl' pkg-config libcurl4-openssl-dev
    need 'pkg-config --exists openssl' pkg-config libssl-dev
    need 'pkg-config --exists zlib' pkg-config zlib1g-dev
}

# The program alone: the lab starts an nginx of its own. Debian's folder for it is not on every user's PATH.
need_nginx() {
    need 'command -v nginx || test -x /usr/sbin/nginx' nginx
}

# Debian starts what it installs. A web server on port 80 is not what a user of the lab has asked for.
stop_new_nginx() {
    case " $1 " in *" nginx "*) ;; *) return 0 ;; esac
    if [ ! -d /run/systemd/system ]; then return; fi
    ${2:-} systemctl disable --quiet --now nginx.service ||
        echo "could not stop the nginx that was installed: systemctl disable --now nginx" >&2
}

install_missing() {
    if [ ${#missing[@]} -eq 0 ]; then return; fi
    local packages
    packages=$(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')
    local sudo=""
    local apt="env DEBIAN_FRONTEND=noninteractive apt-get"
    if ! command -v apt-get >/dev/null; then
        echo "please install what your system calls these Debian packages: $packages" >&2
        exit 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            echo "please run: sudo apt-get update && sudo apt-get install -y $packages" >&2
            exit 1
        fi
        sudo=sudo
        apt="sudo $apt"
    fi
    echo "installing: $packages" >&2
    # shellcheck disable=SC2086
    { $apt update -qq && $apt install -y -qq --no-install-recommends $packages; } >/dev/null || {
        echo "apt-get could not install: $packages" >&2
        exit 1
    }
    stop_new_nginx "$packages" "$sudo"
}

# build LOG [swift build options]: writes all output to LOG; a terminal shows the progress in one line.
build() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    echo "building; the first build takes some minutes; all output: $log" >&2
    if [ -t 2 ]; then
        swift build "$@" 2>&1 | tee "$log" | show_progress >&2
    else
        swift build "$@" >"$log" 2>&1
    fi || {
        grep -E 'error:' "$log" >&2 || tail -n 30 "$log" >&2
        exit 1
    }
}

# Reads SwiftPM's lines "[DONE/KNOWN] STEP". KNOWN grows at first, while SwiftPM plans.
show_progress() {
    local line
    while IFS= read -r line; do
        [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
        printf '\rbuilding: %3d %% (%d of %d steps)' \
            $((100 * BASH_REMATCH[1] / BASH_REMATCH[2])) "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    done
    printf '\r\033[K'
}
