"""Ten minutes of many clients through a relay that resets connections: soak.py [--seconds N] [--scale X] BINARIES

500 WebSocket, 500 long-poll, 200 SSE, 100 stream and 100 raw TCP clients of `pushlab load` at 20 items/s, with
`--history 1000`; they reconnect with their cursors. Passes with 0 missed, 0 duplicate items and, from minute 3, less
than 1 MiB/min of growth of the server's resident memory. Use a release build. `--scale 0.2` runs a fifth of the
clients.
"""

import argparse
import pathlib
import sys
import time

from lab import MEBIBYTE, Checks, Program, Relay, Server, cpu_seconds, memory, rows, scratch

CLIENTS = {"websocket": 500, "long-poll": 500, "sse": 200, "http-stream": 100, "raw-tcp": 100}
SEED = 7
# Average life of a connection in seconds, exponentially distributed: about 47 resets/s with all clients.
MEAN_LIFE = 30


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rate", default="20/s")
    parser.add_argument("--mean-life", type=float, default=MEAN_LIFE)
    return parser.parse_args()


def slope(samples):
    """Growth in MiB/min: least squares over pairs of second and bytes."""
    count = len(samples)
    mean_x = sum(at for at, _ in samples) / count
    mean_y = sum(size for _, size in samples) / count
    above = sum((at - mean_x) * (size - mean_y) for at, size in samples)
    below = sum((at - mean_x) ** 2 for at, _ in samples)
    return above / below * 60 / MEBIBYTE if below else 0.0


def main():
    given = options()
    build = given.binaries.resolve()
    checks = Checks()
    clients = {name: max(1, round(count * given.scale)) for name, count in CLIENTS.items()}
    with scratch() as folder, Server(build, "--rate", given.rate, "--history", "1000") as server, Relay(
        build, server.port, "--resets", f"{given.mean_life}s", "--seed", SEED
    ) as relay:
        programs = {
            name: Program(
                build / "pushlab",
                "load",
                "--url",
                f"http://127.0.0.1:{relay.port}",
                "--transport",
                name,
                "--clients",
                count,
                "--warmup",
                "5s",
                "--duration",
                f"{given.seconds}s",
                "--quiet",
                "--out",
                folder / name,
            )
            for name, count in clients.items()
        }
        began, samples = time.monotonic(), []
        while time.monotonic() - began < given.seconds + 5 and server.is_alive:
            time.sleep(5)
            samples.append((time.monotonic() - began, memory(server.pid)))
            if len(samples) % 12 == 1:
                seconds = samples[-1][0]
                print(
                    f"      {seconds:4.0f} s: {samples[-1][1] / MEBIBYTE:6.1f} MiB, CPU of server "
                    f"{cpu_seconds(server.pid) / seconds:.2f}, of relay {cpu_seconds(relay.pid) / seconds:.2f}",
                    flush=True,
                )
        endings = {name: program.end(120) for name, program in programs.items()}
        checks.check("the server is alive", server.is_alive, server.process.poll())
        relay.stop()
        checks.check("connections were reset", relay.resets > len(CLIENTS), relay.resets)
        delivered = 0
        for name, ending in endings.items():
            found = rows(folder / name)
            row = found[0] if found else {}
            delivered += int(row.get("unique") or 0)
            print(
                f"      {name}: {clients[name]} clients, unique {row.get('unique')} of {row.get('expected')}, "
                f"reconnects {row.get('reconnects')}, p99 {row.get('latency_p99_us')} us, "
                f"load CPU {row.get('load_cpu_ratio')}"
            )
            checks.check(f"{name}: 0 missed", row.get("missed") == "0", f"{row.get('missed')}, {ending}")
            checks.check(f"{name}: 0 duplicate", row.get("duplicate") == "0", f"{row.get('duplicate')}, {ending}")
            checks.check(
                f"{name}: no errors other than closed connections",
                not ending.hung and not ending.trapped and "protocol" not in ending.complaint,
                ending,
            )
        late = [(at, size) for at, size in samples if at >= min(180, given.seconds * 0.3)]
        if len(late) > 2:
            found = slope(late)
            checks.check("resident memory grows by less than 1 MiB/min", found < 1, f"{found:.2f} MiB/min")
            print(
                f"      slope {found:.2f} MiB/min over {late[-1][0] - late[0][0]:.0f} s, largest "
                f"{memory(server.pid, 'VmHWM') / MEBIBYTE:.1f} MiB, {delivered} deliveries, {relay.resets} resets"
            )
        code, seconds = server.stop()
        checks.check("the server stops with 0 within 5 s", code == 0 and seconds < 5, (code, seconds))
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
