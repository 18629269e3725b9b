#!/usr/bin/env python3
"""Runs what Results/analysis offers on the runs in Results/reference: analysis.py [FOLDER...]

The notebook, the SQL of DuckDB and the R script must compute the medians of aggregates.csv; plot.gp must draw every
figure without a warning. A program that is not installed is reported as NOT RUN, and the rest runs.
"""

import contextlib
import csv
import io
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ANALYSIS = ROOT / "Results/analysis"
COLUMNS = ("latency_p50_us", "latency_p99_us", "overhead_bytes_per_item", "server_cpu_us_per_item")

passed, failed, skipped = 0, 0, []


def check(name, holds, seen=""):
    global passed, failed
    if holds:
        passed += 1
        print(f"ok      {name}")
    else:
        failed += 1
        print(f"FAILED  {name}: {seen}")


def skip(name, reason):
    skipped.append(name)
    print(f"NOT RUN {name}: {reason}")


def expected(run):
    """The medians of aggregates.csv, by case and column."""
    with open(run / "aggregates.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {(row["case_id"], row["column"]): float(row["median"]) for row in rows if row["column"] in COLUMNS}


def compare(name, run, found):
    wanted = expected(run)
    numbers = {key: value for key, value in found.items() if value is not None and not math.isnan(value)}
    wrong = [
        (key, numbers.get(key), value)
        for key, value in wanted.items()
        if key not in numbers or not math.isclose(numbers[key], value, rel_tol=1e-5, abs_tol=1e-3)
    ]
    check(f"{name} has the {len(wanted)} medians of aggregates.csv, {run.name}", wanted and not wrong, wrong[:3])
    more = sorted(set(numbers) - set(wanted))
    check(f"{name} has no other medians, {run.name}", not more, more[:3])


def notebook(run, scratch):
    try:
        import matplotlib
        import nbformat
        import pandas
    except ImportError as error:
        return skip("notebook", error)
    matplotlib.use("agg")
    book = json.loads((ANALYSIS / "runs.ipynb").read_text(encoding="utf-8"))
    nbformat.validate(nbformat.from_dict(book))
    space = {}
    os.environ["RUN"] = str(run)
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in book["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), cell["id"], "exec"), space)
    medians = space["medians"]
    found = {(case, column): float(medians.at[case, column]) for case in medians.index for column in COLUMNS}
    compare("notebook", run, found)
    space["plt"].savefig(scratch / "notebook.png")
    check(f"the notebook draws, {run.name}", (scratch / "notebook.png").stat().st_size > 5_000)
    space["plt"].close("all")
    assert isinstance(medians, pandas.DataFrame)


def jupyter(run, _scratch):
    """The notebook in the folder in which Jupyter starts it."""
    try:
        import ipykernel
        import nbclient
        import nbformat
    except ImportError as error:
        return skip("Jupyter", error)
    assert ipykernel.__version__
    os.environ["RUN"] = str(run)
    book = nbformat.read(ANALYSIS / "runs.ipynb", as_version=4)
    nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(ANALYSIS)}}).execute()
    drawn = sum("image/png" in output.get("data", {}) for cell in book.cells for output in cell.get("outputs", []))
    sweeps = len(list((run / "plots").glob("sweep-*.csv")))
    check(f"Jupyter draws the layers, the percentiles and the {sweeps} sweeps, {run.name}", drawn >= 2 + sweeps, drawn)


def sql(run, _scratch):
    try:
        import duckdb
    except ImportError as error:
        return skip("DuckDB", error)
    base = duckdb.connect()
    base.execute(f"SET VARIABLE run = '{run}'")
    results = []
    for statement in duckdb.extract_statements((ANALYSIS / "runs.sql").read_text(encoding="utf-8")):
        base.execute(statement)
        if statement.type == duckdb.StatementType.SELECT:
            results.append(([one[0] for one in base.description], base.fetchall()))
    check(f"every query of runs.sql has rows, {run.name}", all(rows for _, rows in results), len(results))
    heads, rows = results[0]
    found = {
        (row[0], column): None if row[heads.index(column)] is None else float(row[heads.index(column)])
        for row in rows
        for column in COLUMNS
    }
    compare("DuckDB", run, found)


def statistics(run, scratch):
    if not shutil.which("Rscript"):
        return skip("R", "Rscript is not installed (Debian: r-base-core)")
    figure = scratch / "figure.pdf"
    with open(run / "summary.csv", newline="", encoding="utf-8") as file:
        cases = list(dict.fromkeys(row["case_id"] for row in csv.DictReader(file)))[:2]
    command = ["Rscript", str(ANALYSIS / "runs.R"), str(run), str(figure), *(cases if len(cases) == 2 else [])]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    check(f"runs.R ends well, {run.name}", ended.returncode == 0, ended.stderr[-500:])
    lines = ended.stdout.splitlines()
    head = lines[0].split(",") if lines else []
    found = {}
    for line in lines[1:]:
        cells = line.split(",")
        if len(cells) != len(head):
            break
        for column in COLUMNS:
            text = cells[head.index(column)]
            found[(cells[0], column)] = None if text == "NA" else float(text)
    compare("R", run, found)
    check(f"runs.R draws, {run.name}", figure.exists() and figure.stat().st_size > 1_000)


def papers(run, scratch):
    if not shutil.which("gnuplot"):
        return skip("gnuplot", "gnuplot is not installed (Debian: gnuplot-nox)")
    folder = scratch / "plots"
    shutil.copytree(run / "plots", folder)
    script = (folder / "plot.gp").read_text(encoding="utf-8")
    names = [line.split('"')[1] for line in script.splitlines() if line.startswith("set output")]
    ended = subprocess.run(["gnuplot", "plot.gp"], cwd=folder, capture_output=True, text=True, timeout=300)
    check(f"plot.gp has no warning, {run.name}", ended.returncode == 0 and not ended.stderr, ended.stderr[-500:])
    missing = [name for name in names if not (folder / f"{name}pdf").exists()]
    check(f"plot.gp draws all of its {len(names)} figures, {run.name}", names and not missing, missing)
    plots = {path.stem for path in (run / "plots").glob("*.svg")}
    data = {path.stem for path in (run / "plots").glob("*.csv")}
    check(f"each of the {len(plots)} plots has its data, {run.name}", plots == data, plots ^ data)
    without = [name for name in plots if f'data = "{name}.csv"' not in script]
    check(f"plot.gp redraws every plot, {run.name}", not without, without)


def main(arguments):
    runs = [pathlib.Path(one).resolve() for one in arguments]
    runs = runs or sorted(path.parent for path in (ROOT / "Results/reference").glob("*/summary.csv"))
    for run in runs:
        for test in (notebook, jupyter, sql, statistics, papers):
            with tempfile.TemporaryDirectory() as scratch:
                try:
                    test(run, pathlib.Path(scratch))
                except Exception as error:  # pylint: disable=broad-except
                    check(f"{test.__name__} runs, {run.name}", False, repr(error)[:500])
    if skipped:
        print(f"\nNOT RUN, because something is not installed: {', '.join(sorted(set(skipped)))}")
    print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
