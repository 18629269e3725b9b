"""PushLab's load process as a client, through `pushlab load`."""

import csv
import itertools

from .machine import Load, Refused, Slice
from .polls import run

WARM_UP = 2
BOTTLENECK = "the load generator was the bottleneck"


class LabClients(Load):
    """Clients that connect for each slice. The figures are those after the warm-up."""

    def __init__(self, build, folder, server, transport, clients, *options, counts="latency_samples"):
        self.pushlab, self.folder, self.server = build / "pushlab", folder, server
        self.transport, self.clients, self.options, self.counts = transport, clients, options, counts
        self.numbers = itertools.count()

    def slice(self, seconds):
        out = self.folder / f"load-{self.server.port}-{id(self)}-{next(self.numbers)}"
        command = [
            self.pushlab, "load", "--url", f"http://127.0.0.1:{self.server.port}", "--transport", self.transport,
            "--clients", self.clients, "--warmup", f"{WARM_UP}s", "--duration", f"{seconds}s", "--out", out, "--quiet",
            *self.options]
        # 1: the row is not valid. Its bytes must be; its times are not if the machine was busy.
        _, whole_us = run(command, seconds + 60, allowed=(0, 1))
        if not (out / "summary.csv").exists():
            raise Refused("pushlab load wrote no results")
        with open(out / "summary.csv", newline="", encoding="utf-8") as file:
            row = next(csv.DictReader(file))
        # Requests without pause use the whole processor, as they do in the other clients.
        is_full = self.counts == "requests" and BOTTLENECK in row["invalid_reason"]
        if int(row["missed"] or 0) or int(row["errors"] or 0) or (row["bytes_valid"] != "true" and not is_full):
            raise Refused(f"pushlab load: {row['invalid_reason'] or 'items were missed'}")
        if self.counts == "requests":
            # Of the whole time after the warm-up.
            operations = round(float(row["requests_per_client_s"]) * self.clients * seconds)
        else:
            operations = int(row["latency_samples"])
        server = [row["server_user_cpu_s"], row["server_system_cpu_s"]]
        return Slice(
            operations, seconds, 1e6 * sum(map(float, server)) if all(server) else None,
            1e6 * (float(row["load_user_cpu_s"]) + float(row["load_system_cpu_s"])), whole_client_us=whole_us,
            late=row["times_valid"] != "true" and not is_full)
