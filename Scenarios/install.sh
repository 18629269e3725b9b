# Sourced by scripts here and in Tests/: installs missing Debian packages, or prints what to install; builds.

# need TEST PACKAGE...: adds the packages to `missing` if the shell command TEST fails.
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
    need 'pkg-config --exists hiredis' pkg-config libhiredis-dev
}

# Only the programs: the lab starts its own proxies. /usr/sbin is not on every user's PATH.
need_nginx() {
    need 'command -v nginx || test -x /usr/sbin/nginx' nginx
}
need_haproxy() {
    need 'command -v haproxy || test -x /usr/sbin/haproxy' haproxy
}
# Without the service, which is in the package apache2.
need_apache() {
    need 'command -v apache2 || test -x /usr/sbin/apache2' apache2-bin
}
need_caddy() {
    need 'command -v caddy' caddy
}

# need_proxies TEXT...: what a scenario or options with these texts go through.
need_proxies() {
    local name
    for name in nginx haproxy apache caddy; do
        if grep -Eq "through[:=] *(\[[^]]*)?[\"']?$name\b" <<<"$*"; then "need_$name"; fi
    done
}

# Only the program: the lab and tests start their own Redis on a port that the kernel chooses.
need_redis() {
    need 'command -v redis-server' redis-server
}

# need_scale_out TEXT...: what several servers on one stream need, if a scenario or options with these texts have any.
need_scale_out() {
    if grep -Eq "^[^#]*\bscale-out[\"']?[:=]" <<<"$*"; then
        need_haproxy
        need_redis
    fi
}

# For the tests of the teaching page.
need_browsers() {
    need 'command -v chromium && command -v chromedriver' chromium chromium-driver
    need 'command -v firefox-esr || command -v firefox' firefox-esr
}

# Debian starts a service that it installs; the user of the lab did not ask for a web server on port 80.
# stop_new_services "PACKAGE..." [SUDO]
stop_new_services() {
    local service
    if [ ! -d /run/systemd/system ]; then return 0; fi
    for service in nginx haproxy apache2 caddy pushpin zurl redis-server rabbitmq-server jetty9; do
        case " $1 " in *" $service "*) ;; *) continue ;; esac
        ${2:-} systemctl disable --quiet --now "$service.service" ||
            echo "could not stop the $service that was installed: systemctl disable --now $service" >&2
    done
}

install_missing() {
    if [ ${#missing[@]} -eq 0 ]; then return; fi
    local packages
    packages=$(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')
    local sudo=""
    local apt="env DEBIAN_FRONTEND=noninteractive apt-get"
    if ! command -v apt-get >/dev/null; then
        echo "apt-get is missing; please install the equivalents of these Debian packages: $packages" >&2
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
    stop_new_services "$packages" "$sudo"
}

# build_with_progress LOG [swift build options]: writes all output to LOG and shows progress in one line on a terminal.
build_with_progress() {
    local log=$1
    shift
    mkdir -p "$(dirname "$log")"
    echo "building; the first build takes 10 to 20 minutes; all output: $log" >&2
    if [ -t 2 ]; then
        swift build "$@" 2>&1 | tee "$log" | show_progress >&2
    else
        swift build "$@" >"$log" 2>&1
    fi || {
        grep -E 'error:' "$log" >&2 || tail -n 30 "$log" >&2
        exit 1
    }
}

# Reads lines "[DONE/KNOWN] STEP" of SwiftPM. KNOWN grows while SwiftPM plans.
show_progress() {
    local line
    while IFS= read -r line; do
        [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
        printf '\rbuilding: %3d %% (%d of %d steps)' \
            $((100 * BASH_REMATCH[1] / BASH_REMATCH[2])) "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    done
    printf '\r\033[K'
}
