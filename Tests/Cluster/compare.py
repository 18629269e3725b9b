"""Compares the results of runs with several load processes with those of one: compare.py ONE OTHER..."""

import csv
import json
import pathlib
import re
import sys

# Equal to the last digit.
EQUAL = [
    "case_id",
    "published",
    "expected",
    "unique",
    "missed",
    "duplicate",
    "reordered",
    "errors",
    "connects",
    "reconnects",
    "latency_samples",
]
# Transports whose items all have headers of one size, so that items after the window do not change the mean.
CONSTANT = ["websocket", "raw-tcp"]


def rows(folder: pathlib.Path) -> list[dict[str, str]]:
    with open(folder / "summary.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def address(folder: pathlib.Path) -> str:
    """The server's address, which each handshake repeats in its Host field."""
    found = re.search(r"--server-host[^0-9]+([0-9.]+)", (folder / "manifest.json").read_text(encoding="utf-8"))
    if not found:
        sys.exit(f"{folder}/manifest.json has no --server-host")
    return found[1]


def setup_bytes(row: dict[str, str], host: str) -> int:
    """The bytes of all handshakes, without the address."""
    in_handshakes = row["transport"] == "websocket"
    return int(row["setup_bytes_total"]) - in_handshakes * int(row["connects"]) * len(host)


def differences(one: dict[str, str], other: dict[str, str], hosts: tuple[str, str]) -> list[str]:
    columns = list(EQUAL)
    if one["transport"] in CONSTANT:
        columns += ["overhead_bytes_per_item"]
    found = [f"{name} is {other[name]}, with one process {one[name]}" for name in columns if one[name] != other[name]]
    (expected, seen) = setup_bytes(one, hosts[0]), setup_bytes(other, hosts[1])
    if expected != seen:
        found.append(f"setup_bytes_total without the address is {seen}, with one process {expected}")
    if other["valid"] != "true":
        found.append(f"invalid: {other['invalid_reason']}")
    if other["conserved"] != "true":
        found.append("bytes are not those of the kernel")
    # Namespaces of one machine share its clock.
    if other["clock_error_us"] != "0":
        found.append(f"clock_error_us is {other['clock_error_us']}, not 0")
    return found


def main() -> int:
    one, *others = [pathlib.Path(name) for name in sys.argv[1:]]
    failed = 0
    for folder in others:
        with open(folder / "manifest.json", encoding="utf-8") as file:
            environment = json.load(file)["environment"]
        processes = [name for name in environment if name.startswith("load process ")]
        if len(processes) != 3:
            print(f"FAIL {folder.name}: {len(processes)} load processes, not 3")
            failed += 1
        hosts = (address(one), address(folder))
        for first, second in zip(rows(one), rows(folder), strict=True):
            found = differences(first, second, hosts)
            failed += len(found)
            print(f"{'FAIL' if found else 'ok'} {folder.name} {first['case_id']} {'; '.join(found)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
