"""A server that has run out of descriptors: descriptors.py [--quick] BINARIES

150 descriptors, 300 silent connections: accepting must not become a busy loop, open connections keep working, and the
server stops within 5 s with exit code 0, every time. A server that cannot read /proc refuses to start.
"""

import concurrent.futures
import os
import shutil
import sys
import time

import lab
from lab import Checks, Server, arguments, connect, cpu_seconds, run, shell

LIMITED = ("bash", "-c", 'ulimit -n 150; exec "$@"', "bash")


def crowd(port, count=300):
    made = []
    for _ in range(count):
        try:
            made.append(connect(port, 2))
        except OSError:
            pass
    return made


def full(build, checks):
    with Server(build, "--max-connections", "50", "--rate", "10/s", prefix=LIMITED) as server:
        listener = connect(server.port)
        listener.sendall(b"FEED after=0\n")
        listener.recv(100)
        made = crowd(server.port)
        time.sleep(0.5)
        before, began = cpu_seconds(server.pid), time.monotonic()
        calls = accepts(server.pid) if shutil.which("strace") else None
        time.sleep(2)
        share = (cpu_seconds(server.pid) - before) / (time.monotonic() - began)
        checks.check(
            "without free descriptors the server uses less than a fifth of a processor", share < 0.2, f"{share:.0%}"
        )
        if calls is not None:
            checks.check(
                "without free descriptors the server calls accept less than 100 times/s", calls < 200, f"{calls} in 2 s"
            )
        listener.settimeout(0.2)
        drained = b""
        # Items keep arriving: read the backlog for half a second, not to the end.
        until = time.monotonic() + 0.5
        try:
            while time.monotonic() < until:
                part = listener.recv(65_536)
                if not part:
                    break
                drained += part
        except OSError:
            pass
        listener.settimeout(2)
        checks.check("a listener that was connected before still gets items", len(drained) > 0 and listener.recv(100))
        for each in made:
            each.close()
        answered = lab.until(lambda: lab.health_seconds(server.port, 2) < 2, 10, 0.2)
        checks.check("the server answers again once the crowd has disconnected", answered)


def accepts(pid):
    traced = shell(
        'timeout -s INT 2 strace -f -qq -e trace=accept4,accept -p "$1" 2>&1 | grep -c -E "accept4?\\("',
        pid,
        seconds=10,
    )
    return int(traced.output.strip() or 0)


def stop_when_full(build, connections=300):
    with Server(build, "--max-connections", "50", prefix=LIMITED) as server:
        made = crowd(server.port, connections)
        time.sleep(0.3)
        ending = server.stop(15)
        for each in made:
            each.close()
        return ending


def without_proc(build, checks):
    if os.geteuid() != 0 or shell("unshare -m true").code != 0:
        print("NOT RUN: a server without /proc; this check needs root and mount namespaces")
        return
    for what, words in (("pushlab-server", '"$1/pushlab-server" --port 0'), ("pushlab doctor", '"$1/pushlab" doctor')):
        ending = run("unshare", "-m", "bash", "-c", f"umount -l /proc && timeout 5 {words}", "bash", build, seconds=20)
        checks.check(
            f"{what} without /proc refuses to start, and the error names /proc",
            ending.code not in (0, 124) and not ending.trapped and "/proc" in ending.complaint,
            ending,
        )


def main():
    build, quick = arguments(__doc__)
    checks = Checks()
    with checks.part("out of descriptors"):
        full(build, checks)
    count = 4 if quick else 100
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        endings = list(pool.map(lambda _: stop_when_full(build), range(count)))
    codes = sorted({str(code) for code, _ in endings})
    checks.check(
        f"{count} servers without free descriptors stop with exit code 0", codes == ["0"], [code for code, _ in endings]
    )
    slowest = max(seconds for _, seconds in endings)
    checks.check("every server without free descriptors stops within 5 s", slowest < 5, f"{slowest:.1f} s")
    with checks.part("without /proc"):
        without_proc(build, checks)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
