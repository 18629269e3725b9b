"""Whether runs have the bytes and delays that the formulas predict: predictions.py BINARIES [SCENARIO...]

Runs each scenario of the library once. For every run of a case:

- over HTTP/1.1, the bytes of each layer equal those that the formulas give for the numbers of messages, exactly; with
  TLS they are within 1 % without handshakes (`pushlab predict SCENARIO --counts DIR`);
- the mean delay is within 5 % of the prediction, or within its interval.

A case whose row is not valid is not judged, and the number of such cases is printed.
"""

import csv
import pathlib
import subprocess
import sys
import tempfile

LIBRARY = pathlib.Path(__file__).resolve().parent.parent.parent / "Scenarios"
# Differences between two runs are their subject, not a delay.
LEFT_OUT = {"aa"}


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def judge_delays(folder):
    """Returns the complaints, and the numbers of judged and of invalid rows."""
    predicted = {
        row["case_id"]: row for row in rows(folder / "predictions.csv") if row["quantity"] == "latency_mean_us"
    }
    complaints, judged, invalid = [], 0, 0
    for row in rows(folder / "summary.csv"):
        formula = predicted.get(row["case_id"])
        if formula is None or not row["latency_mean_us"]:
            continue
        if row["times_valid"] != "true":
            invalid += 1
            continue
        judged += 1
        measured, value = float(row["latency_mean_us"]), float(formula["value"])
        low, high = (float(formula[end] or value) for end in ("low", "high"))
        if not (low <= measured <= high or abs(measured / value - 1) <= 0.05):
            complaints.append(
                f"{row['case_id']}: mean delay {measured / 1000:.2f} ms, predicted {value / 1000:.2f} ms "
                f"({low / 1000:.2f} to {high / 1000:.2f}) by {formula['formula']}"
            )
    return complaints, judged, invalid


def check(build, scenario, scratch):
    folder = pathlib.Path(scratch) / scenario.stem
    command = [build / "pushlab", "run", scenario, "--out", folder, "--repeats", "1", "--quiet"]
    ending = subprocess.run(command, capture_output=True, text=True, check=False)
    if not (folder / "predictions.csv").exists():
        return [f"{scenario.stem}: the run wrote no predictions: {ending.stderr.strip()[-500:]}"]
    command = [build / "pushlab", "predict", scenario, "--set", "repeats=1", "--counts", folder]
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
    scenarios = [LIBRARY / f"{name}.yaml" for name in names] or sorted(
        path for path in LIBRARY.glob("*.yaml") if path.stem not in LEFT_OUT
    )
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        for scenario in scenarios:
            complaints = check(build, scenario, scratch)
            for complaint in complaints:
                print(f"  ✗ {complaint}")
            sys.stdout.flush()
            failed = failed or bool(complaints)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
