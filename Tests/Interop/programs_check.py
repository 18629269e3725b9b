#!/usr/bin/env python3
"""Reads what the programs write for other programs: JSON Schema, JSON, events, JUnit XML, aggregates.

    python3 programs_check.py BINARIES

Needs `pip install jsonschema pyyaml`, which frictionless brings. Prints "N passed, N failed"; exits with 1 if a check
failed.
"""
import csv
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = """\
name: small
feeds: [{source: synthetic, rate: 20/s}]
clients: 5
transports: [{use: long-poll}, {use: websocket}]
warmup: 0s
duration: 1s
repeats: 2
thresholds: [missed == 0]
"""

# What both the schema and 'pushlab validate' refuse, one of each kind.
MISTAKES = [
    {"clint": 3}, {"clients": 0}, {"clients": [10, 10]}, {"seed": 2**64}, {"name": "a b"}, {"name": "a" * 65},
    {"question": "a" * 1001}, {"duration": "10"}, {"duration": "999ms"}, {"duration": "2h"}, {"warmup": ".5s"},
    {"network": "LTE"}, {"network": "rtt=5"}, {"network": {"loss": "51%"}}, {"network": {"stalls": "10s"}},
    {"feeds": [{"source": "synthetic", "payload": "19B"}]}, {"feeds": [{"source": "host", "payload": "128B"}]},
    {"feeds": [{"source": "synthetic", "arrivals": "Poisson"}]}, {"send": {"rate": "1/s"}},
    {"transports": [{"use": "sse", "interval": "1s"}]}, {"transports": [{"use": "sse", "label": "a/b"}]},
    {"lifetime": {"away": "1s"}}, {"axes": {"a b": {"clients": [1, 2]}}}, {"exclude": [{}]}, {"thresholds": []},
]

passed = failed = 0


def check(name, holds, seen=""):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    if not holds:
        print(f"FAIL {name}: {seen}")


def run(binaries, *words):
    return subprocess.run([f"{binaries}/pushlab", *map(str, words)], capture_output=True, text=True, timeout=120)


def check_schema(binaries, folder):
    schema = json.loads(run(binaries, "schema").stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    # Other YAML files describe servers and clusters.
    for path in sorted({*(ROOT / "Scenarios").glob("*.yaml"), *(ROOT / "Scenarios/lessons").rglob("*.yaml")}):
        errors = list(validator.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8"))))
        check(f"{path.relative_to(ROOT)} is valid", not errors, errors[:1])
    for mistake in MISTAKES:
        check(f"the schema refuses {mistake}", not validator.is_valid(yaml.safe_load(SCENARIO) | mistake))
        file = folder / "mistake.yaml"
        file.write_text(yaml.safe_dump(yaml.safe_load(SCENARIO) | mistake), encoding="utf-8")
        check(f"'pushlab validate' refuses {mistake}", run(binaries, "validate", file).returncode == 2)


def check_run(binaries, folder):
    (folder / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    ending = run(
        binaries, "run", folder / "small.yaml", "--out", folder / "out", "--format", "json", "--progress", "json",
        "--junit", folder / "junit.xml", "--fail-if", "latency_p50_us > 1us")
    check("the exit code", ending.returncode in (1, 3), ending.stderr)
    output = json.loads(ending.stdout)
    check("its exit code", output["exit_code"] == ending.returncode, output["exit_code"])
    check("summary.json", output["results"] == json.loads((folder / "out/summary.json").read_text(encoding="utf-8")))
    events = [json.loads(line)["event"] for line in ending.stderr.splitlines() if line.startswith("{")]
    check("events", (events[0], events[-1], events.count("case_ended")) == ("started", "done", 4), events)
    suite = xml.etree.ElementTree.parse(folder / "junit.xml").getroot()
    tests = suite.findall("testsuite/testcase")
    check("tests of JUnit", len(tests) == int(suite.get("tests")) == 1 + 4 + 2 + 2, len(tests))
    failures = len(suite.findall(".//failure"))
    check("failures of JUnit", failures == int(suite.get("failures")) and failures >= 2, failures)


def check_aggregates(folder):
    with open(folder / "out/summary.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with open(folder / "out/aggregates.csv", newline="", encoding="utf-8") as file:
        aggregates = list(csv.DictReader(file))
    check("aggregates", len(aggregates) > 10, len(aggregates))
    for one in aggregates:
        values = [float(row[one["column"]]) for row in rows
                  if row["case_id"] == one["case_id"] and row["valid"] == "true" and row[one["column"]]]
        if len(values) == int(one["repeats"]):
            check(f"median of {one['column']}", abs(float(one["median"]) - statistics.median(values)) < 1e-5, one)


def main():
    binaries = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        check_schema(binaries, folder)
        check_run(binaries, folder)
        check_aggregates(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
