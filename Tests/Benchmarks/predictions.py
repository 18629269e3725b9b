"""Whether runs have the bytes and delays that the formulas predict: predictions.py BINARIES [--in FOLDER] [SCENARIO...]

Runs each scenario of the library; with --in, takes the finished runs FOLDER/SCENARIO, such as those of
Results/reference, instead. For every run of a case:

- over HTTP/1.1, the bytes of each layer equal those that the formulas give for the numbers of messages, exactly; with
  TLS they are within 1 % without handshakes (`pushlab predict SCENARIO --counts DIR`);
- the mean delay, the median of the repeats, is within 5 % of the prediction or within the range that it gives, or the
  interval of the repeats contains it.

A case whose row is not valid is not judged, and the number of such cases is printed.
"""

import csv
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile

LIBRARY = pathlib.Path(__file__).resolve().parent.parent.parent / "Scenarios"
# Their subject is the difference of two runs, or third-party servers, for which there are no formulas.
LEFT_OUT = {"aa", "servers", "servers-http"}


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def interval(values):
    """The 95 % confidence interval of the median by order statistics; None below 6 values."""
    count, tail, rank = len(values), 0.0, 0
    while (tail := tail + math.comb(count, rank) / 2**count) <= 0.025:
        rank += 1
    return (sorted(values)[rank - 1], sorted(values)[count - rank]) if rank else None


def judge_delays(folder):
    """Returns the complaints, and the numbers of judged cases and of invalid rows."""
    predicted = {
        row["case_id"]: row for row in rows(folder / "predictions.csv") if row["quantity"] == "latency_mean_us"
    }
    measured, invalid = {}, 0
    for row in rows(folder / "summary.csv"):
        if row["case_id"] not in predicted or not row["latency_mean_us"]:
            continue
        if row["times_valid"] == "true":
            measured.setdefault(row["case_id"], []).append(float(row["latency_mean_us"]))
        else:
            invalid += 1
    complaints = []
    for case, means in measured.items():
        formula, median = predicted[case], statistics.median(means)
        value = float(formula["value"])
        low, high = (float(formula[end] or value) for end in ("low", "high"))
        least, most = interval(means) or (median, median)
        if low <= median <= high or abs(median / value - 1) <= 0.05 or least <= value <= most:
            continue
        complaints.append(
            f"{case}: mean delay {median / 1000:.2f} ms ({least / 1000:.2f} to {most / 1000:.2f}, {len(means)} "
            f"repeats), predicted {value / 1000:.2f} ms ({low / 1000:.2f} to {high / 1000:.2f}) by "
            f"{formula['formula']}"
        )
    return complaints, len(measured), invalid


def measured(build, scenario, scratch):
    """Runs a scenario; returns its folder."""
    folder = pathlib.Path(scratch) / scenario.stem
    command = [build / "pushlab", "run", scenario, "--out", folder, "--quiet"]
    ending = subprocess.run(command, capture_output=True, text=True, check=False)
    if not (folder / "predictions.csv").exists():
        print(f"{scenario.stem}: the run wrote no predictions: {ending.stderr.strip()[-500:]}")
        return None
    return folder


def check(build, scenario, folder):
    command = [build / "pushlab", "predict", scenario, "--counts", folder]
    bytes_check = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = bytes_check.stdout.strip().splitlines()
    complaints, judged, invalid = judge_delays(folder)
    print(f"{scenario.stem}: {lines[-1] if lines else bytes_check.stderr.strip()}; {judged} delays, {invalid} invalid")
    # 4: no case with exact formulas.
    if bytes_check.returncode not in (0, 4):
        complaints += [line for line in lines if not line.startswith("ok")]
    return complaints


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    names = sys.argv[2:]
    finished = None
    if names[:1] == ["--in"]:
        finished, names = pathlib.Path(names[1]), names[2:]
    scenarios = [LIBRARY / f"{name}.yaml" for name in names] or sorted(
        path
        for path in LIBRARY.glob("*.yaml")
        if path.stem not in LEFT_OUT and (finished is None or (finished / path.stem / "predictions.csv").exists())
    )
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        for scenario in scenarios:
            folder = finished / scenario.stem if finished else measured(build, scenario, scratch)
            complaints = check(build, scenario, folder) if folder else [f"{scenario.stem}: no results"]
            for complaint in complaints:
                print(f"  ✗ {complaint}")
            sys.stdout.flush()
            failed = failed or bool(complaints)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
