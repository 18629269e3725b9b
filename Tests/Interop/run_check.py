"""Checks the folder of a run without any code of the lab: python3 run_check.py DIR"""
import collections
import csv
import hashlib
import json
import pathlib
import sys


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def main(folder):
    checks = []

    def check(what, holds):
        checks.append(bool(holds))
        if not holds:
            print(f"FAILED: {what}")

    summary = rows(folder / "summary.csv")
    check("summary.csv has rows", summary)
    kernel, echoed = {}, {}
    for row in summary:
        name = f"{row['case_id']} repeat {row['repeat']}"
        check(f"{name} is valid: {row['invalid_reason']}", row["valid"] == "true")
        # Folders of earlier versions lack these columns.
        check(f"{name}: bytes_valid and times_valid are true",
              all(row.get(column, "true") == "true" for column in ("bytes_valid", "times_valid")))
        for column in ("missed", "duplicate", "reordered", "errors"):
            check(f"{name}: {column} is {row[column]}", row[column] == "0")
        check(f"{name}: expected is published x clients",
              int(row["expected"]) == int(row["published"]) * int(row["clients"]))
        check(f"{name}: every item was delivered", row["delivered"] == row["expected"])
        if row["workload"] == "echo":
            echoed[row["case_id"], row["repeat"]] = int(row["delivered"]) * int(row["payload_bytes"])
        else:
            # An item is never published before it is due; a histogram rounds by 0.1 % and 1 us.
            received, latency = float(row["published_to_received_p50_us"]), float(row["latency_p50_us"])
            check(f"{name}: published to received {received} us is within due to received {latency} us",
                  0 < received <= 1.001 * latency + 1)
        for direction in ("up", "down"):
            count = row[f"kernel_tcp_bytes_{direction}"]
            kernel[row["case_id"], row["repeat"], direction] = int(count)
            server = row[f"server_kernel_tcp_bytes_{direction}"]
            check(f"{name} {direction}: both kernel counters are equal, {count} and {server} B", count == server)
        if row["transport"] == "short-poll":
            half = float(row["poll_interval_ms"]) * 1000 / 2
            mean = float(row["latency_mean_us"])
            check(f"{name}: mean {mean} us is within 5 % of half the interval", abs(mean - half) <= 0.05 * half)

    seconds = collections.Counter()
    for row in rows(folder / "timeline.csv"):
        seconds[row["case_id"], row["repeat"]] += int(row["delivered"])
    everything = collections.Counter()
    for row in rows(folder / "layers.csv"):
        everything[row["case_id"], row["repeat"]] += int(row["bytes"])
    for row in summary:
        key = row["case_id"], row["repeat"]
        if "retransmitted_bytes" in row:
            check(f"{key}: the timeline adds up to {seconds[key]} of {row['delivered']} deliveries",
                  seconds[key] == int(row["delivered"]))
            check(f"{key}: all layers add up to {everything[key]} of {row['wire_bytes_estimated']} B on the wire",
                  everything[key] == int(row["wire_bytes_estimated"]))

    sums = collections.Counter()
    for row in rows(folder / "layers.csv"):
        if row["layer"] != "tcp_ip":
            sums[row["case_id"], row["repeat"], row["direction"]] += int(row["bytes"])
        sent = echoed.get((row["case_id"], row["repeat"])) if row["layer"] == "payload" else None
        if sent is not None:
            check(f"{row['case_id']}: messages {row['direction']} are {row['bytes']} of {sent} B",
                  int(row["bytes"]) == sent)
    check("layers.csv has the runs of summary.csv", set(sums) == set(kernel))
    for key, count in kernel.items():
        check(f"{key}: layers add up to {sums[key]}, the kernel counted {count}", sums[key] == count)

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    check("the manifest says complete", manifest["complete"] is True)
    calibration = manifest["environment"]["calibration"]
    check("the calibration has clock, loopback and receive path",
          {name.split("_")[0] for name in calibration} == {"clock", "loopback", "receive"})
    check("every figure of the calibration is above 0", all(float(value) > 0 for value in calibration.values()))
    for resource in json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        if "schema" not in resource:
            digest = hashlib.sha256((folder / resource["path"]).read_bytes()).hexdigest()
            check(f"{resource['path']} has the SHA-256 of datapackage.json", resource["hash"] == f"sha256:{digest}")
            continue
        with open(folder / resource["path"], newline="", encoding="utf-8") as file:
            header = next(csv.reader(file))
        fields = [field["name"] for field in resource["schema"]["fields"]]
        check(f"{resource['path']} has the columns of datapackage.json", header == fields)

    print(f"{sum(checks)} passed, {len(checks) - sum(checks)} failed")
    return 0 if all(checks) else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
