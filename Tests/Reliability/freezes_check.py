"""Stops, restarts and freezes either end of `pushlab load`; no such run may give a row that looks good.

python3 Tests/Reliability/freezes_check.py .build/debug
Takes about 45 seconds. Non-zero when a check fails.
"""
import csv, json, os, signal, subprocess, sys, tempfile, time

BUILD = sys.argv[1] if len(sys.argv) > 1 else ".build/debug"
TRANSPORTS = ["sse", "websocket", "long-poll", "raw-tcp", "short-poll"]
OUT = tempfile.mkdtemp(prefix="pushlab-freezes-")
failures = 0


def check(what, holds):
    global failures
    failures += not holds
    print(("ok      " if holds else "FAILED  ") + what, flush=True)


def start_server(rate, port=0):
    process = subprocess.Popen([f"{BUILD}/pushlab-server", "--port", str(port), "--rate", rate],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return process, json.loads(process.stdout.readline())["port"]


def start_load(port, transport, name):
    out = f"{OUT}/{name}-{transport}"
    process = subprocess.Popen(
        [f"{BUILD}/pushlab", "load", "--url", f"http://127.0.0.1:{port}", "--clients", "3", "--warmup", "0s",
         "--duration", "4s", "--transport", transport, "--out", out, "--quiet"], stderr=subprocess.PIPE, text=True)
    return process, out


def worker(load):
    """The load process of a running `pushlab load`, once it is there."""
    while load.poll() is None:
        found = subprocess.run(["pgrep", "-P", str(load.pid)], capture_output=True, text=True).stdout.split()
        for child in map(int, found):
            try:
                if b"worker" in open(f"/proc/{child}/cmdline", "rb").read():
                    return child
            except OSError:
                pass
        time.sleep(0.02)
    sys.exit("pushlab load ended before it started a load process")


def finish(load, out):
    complaint = load.communicate(timeout=120)[1].strip()
    with open(f"{out}/summary.csv", newline="") as file:
        return load.returncode, next(csv.DictReader(file)), complaint


def end(server):
    server.send_signal(signal.SIGCONT)
    server.kill()
    server.wait()


def frozen_servers():
    runs = []
    for transport in TRANSPORTS:
        server, port = start_server("10/s")
        runs.append((transport, server, *start_load(port, transport, "frozen")))
    for run in runs:
        worker(run[2])
    time.sleep(2.1)
    for run in runs:
        run[1].send_signal(signal.SIGSTOP)
    for transport, server, load, out in runs:
        code, row, _ = finish(load, out)
        end(server)
        check(f"{transport}, server frozen: exit code 1, row invalid", code == 1 and row["valid"] == "false")
        check(f"{transport}, server frozen: {row['invalid_reason']}", "the server stopped answering" in row["invalid_reason"])
        empty = ["published", "expected", "missed", "coherence_ratio", "server_user_cpu_s"]
        check(f"{transport}, server frozen: {', '.join(empty)} are empty", all(row[column] == "" for column in empty))


def restarted_servers():
    for transport in ["websocket", "short-poll"]:
        server, port = start_server("10/s")
        load, out = start_load(port, transport, "restarted")
        worker(load)
        time.sleep(1.8)
        end(server)
        server, _ = start_server("10/s", port)
        code, row, _ = finish(load, out)
        end(server)
        check(f"{transport}, server restarted: exit code 1, row invalid", code == 1 and row["valid"] == "false")
        check(f"{transport}, server restarted: {row['invalid_reason']}", "restarted" in row["invalid_reason"])
        empty = ["server_user_cpu_s", "server_rss_peak_bytes", "server_involuntary_switches", "expected"]
        check(f"{transport}, server restarted: {', '.join(empty)} are empty", all(row[column] == "" for column in empty))


def frozen_load_processes():
    for transport in ["websocket", "sse"]:
        server, port = start_server("10/s")
        load, out = start_load(port, transport, "standing-still")
        process = worker(load)
        time.sleep(1.5)
        os.kill(process, signal.SIGSTOP)
        time.sleep(1.5)
        os.kill(process, signal.SIGCONT)
        code, row, _ = finish(load, out)
        end(server)
        check(f"{transport}, load process frozen: exit code 1", code == 1)
        check(f"{transport}, load process frozen: {row['invalid_reason']}", "stood still for 1" in row["invalid_reason"])


def quiet_feeds():
    for transport in TRANSPORTS[:2]:
        server, port = start_server("1/min")
        code, row, complaint = finish(*start_load(port, transport, "quiet"))
        end(server)
        check(f"{transport}, silence: exit code 0, row valid, nothing said", (code, row["valid"], complaint) == (0, "true", ""))
        check(f"{transport}, silence: the feed is named synthetic", row["feed"] == "synthetic")


frozen_servers()
restarted_servers()
frozen_load_processes()
quiet_feeds()
print(f"{failures} checks failed; the runs are in {OUT}")
sys.exit(1 if failures else 0)
