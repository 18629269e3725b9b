#!/usr/bin/env python3
"""Reads PushLab's histogram logs with HdrHistogram's Python package and compares count and percentiles.

    python3 hlog_check.py [DIR]

Needs `pip install hdrhistogram`. DIR is a run's folder: its logs must match the delays of summary.csv. Without DIR the
test HistogramInteropFiles first writes logs of edge cases, which needs a finished `swift build --build-tests`.
Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import csv
import fractions
import math
import os
import pathlib
import subprocess
import sys
import tempfile

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

ROOT = pathlib.Path(__file__).resolve().parents[2]


def write_files(folder):
    subprocess.run(
        [".build/debug/pushlabPackageTests.xctest", "--testing-library", "swift-testing",
         "--filter", "HistogramInteropFiles"],
        cwd=ROOT, env=dict(os.environ, PUSHLAB_INTEROP_DIR=str(folder)), check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def read_intervals(path):
    reader = HistogramLogReader(str(path), HdrHistogram(1, 3_600_000_000, 3))
    intervals = {}
    while (histogram := reader.get_next_interval_histogram()) is not None:
        intervals[histogram.get_tag()] = histogram
    return intervals


def agrees(row, histogram, maximum):
    if histogram is None or histogram.get_total_count() != int(row["count"]):
        return False
    read = histogram.get_value_at_percentile(float(row["percentile"]))
    # PushLab stores the exact minimum and maximum; HdrHistogram has only the limits of their buckets.
    if float(row["percentile"]) == 0:
        return read == histogram.get_lowest_equivalent_value(int(row["value_us"]))
    return min(read, maximum) == int(row["value_us"])


def check(folder):
    intervals = read_intervals(folder / "latencies.hlog")
    with open(folder / "latencies.csv", newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    maxima = {row["tag"]: int(row["value_us"]) for row in rows if float(row["percentile"]) == 100}
    failed = [row for row in rows if not agrees(row, intervals.get(row["tag"]), maxima[row["tag"]])]
    for row in failed:
        print("differs:", row, file=sys.stderr)
    print(f"{len(rows) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not rows else 0


PERCENTILES = {
    "latency_p50_us": "50", "latency_p90_us": "90", "latency_p99_us": "99", "latency_p999_us": "99.9",
    "latency_max_us": "100",
}


def value_at(histogram, percentile):
    """The smallest delay that is not exceeded by this percentage of the samples.

    hdrhistogram rounds percentile x count to the nearest rank, so it may return the next lower delay. PushLab rounds
    up, like the Java original of HdrHistogram. Therefore this function requests the rank.
    """
    count = histogram.get_total_count()
    rank = math.ceil(fractions.Fraction(percentile) * count / 100)
    return histogram.get_value_at_percentile(100 * rank / count)


def differences(row, folder):
    """The differences between a run's log and its row of summary.csv."""
    intervals = read_intervals(folder / f"{row['case_id']}_r{row['repeat']}.hlog")
    tag = "_".join(filter(None, [row["transport"], row["variant"]]))
    histogram = intervals.get(tag)
    if list(intervals) != [tag]:
        return [f"the log has the tags {list(intervals)}, not {tag}"]
    found = []
    if histogram.get_total_count() != int(row["latency_samples"]):
        found.append(f"count is {histogram.get_total_count()}, not {row['latency_samples']}")
    for column, percentile in PERCENTILES.items():
        read = value_at(histogram, percentile)
        # A bucket is 0.1 % wide; the table has the exact maximum and no percentile above it.
        if not histogram.values_are_equivalent(read, int(row[column])):
            found.append(f"{column} is {read}, not {row[column]}")
    return found


def check_run(folder):
    with open(folder / "summary.csv", newline="", encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["latency_samples"] not in ("", "0")]
    failed = 0
    for row in rows:
        found = differences(row, folder)
        failed += bool(found)
        for difference in found:
            print(f"{row['case_id']} repeat {row['repeat']}: {difference}", file=sys.stderr)
    print(f"{len(rows) - failed} passed, {failed} failed")
    return 1 if failed or not rows else 0


def main():
    if len(sys.argv) > 1:
        return check_run(pathlib.Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        write_files(pathlib.Path(folder))
        return check(pathlib.Path(folder))


if __name__ == "__main__":
    sys.exit(main())
