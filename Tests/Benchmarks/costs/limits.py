#!/usr/bin/env python3
"""Compares the counts of run.sh with limits.csv: limits.py FOLDER COUNT [--write]"""

import csv
import pathlib
import re
import sys

LIMITS = pathlib.Path(__file__).resolve().parent / "limits.csv"
FIELDS = ["operation", "instructions", "allocations"]
MARGIN = 1.1
# Below this part of its limit, an operation has become so much cheaper that the limit protects nothing.
LOOSE = 0.7


def counts(folder, count):
    """Instructions and allocations per operation, by name in the order of the program."""
    allocations = {}
    for line in (folder / "allocations").read_text().splitlines():
        name, number = line.split()
        allocations[name] = int(number) / count
    instructions = []
    for place in range(1, len(allocations) + 1):
        text = (folder / f"callgrind.{place}").read_text()
        instructions.append(int(re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE)[1]) / count)
    return {name: (instructions[place], number) for place, (name, number) in enumerate(allocations.items())}


def write(found):
    with open(LIMITS, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        for name, (instructions, allocations) in found.items():
            writer.writerow([name, round(instructions * MARGIN), round(allocations)])


def main():
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    found = counts(folder, count)
    if sys.argv[3:] == ["--write"]:
        write(found)
    with open(LIMITS, newline="", encoding="utf-8") as file:
        limits = {row["operation"]: row for row in csv.DictReader(file)}
    failures = []
    for name, (instructions, allocations) in found.items():
        if name not in limits:
            failures.append(f"limits.csv has no operation {name}")
            continue
        allowed = [int(limits[name][field]) for field in FIELDS[1:]]
        note = "  (much below the limit: lower it with --write)" if instructions < LOOSE * allowed[0] else ""
        print(f"{name:24}{instructions:8.0f} instructions of {allowed[0]}, {allocations:.2f} allocations of "
              f"{allowed[1]}{note}")
        # Once in a thousand operations a table may grow.
        for what, value, limit in zip(FIELDS[1:], (instructions, allocations - 0.01), allowed):
            if value > limit:
                failures.append(f"{name} takes {value:.2f} {what} per operation; allowed are {limit}")
    failures += [f"the program has no operation {name}" for name in limits if name not in found]
    for failure in failures:
        print(f"FAILED: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
