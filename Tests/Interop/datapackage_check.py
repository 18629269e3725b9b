#!/usr/bin/env python3
"""Validates a run's folder with the Frictionless framework: python3 datapackage_check.py DIR

Needs `pip install frictionless`. The folder must be valid and damaged copies of it must not, which proves that the
check can fail. Prints "N passed, N failed"; exits with 1 if a check failed.
"""
import pathlib
import shutil
import sys
import tempfile

import frictionless


def errors(folder):
    report = frictionless.validate(str(folder / "datapackage.json"))
    found = [error.message for error in report.errors]
    return found + [f"{task.name}: {error.message}" for task in report.tasks for error in task.errors]


def edit(path, change):
    lines = path.read_bytes().split(b"\r\n")
    path.write_bytes(b"\r\n".join(change(lines)))


DAMAGES = {
    "an unknown column": (
        "layers.csv", lambda lines: [b"colour," + lines[0]] + [b"red," + x for x in lines[1:-1]] + [b""]),
    "a duplicate row": ("layers.csv", lambda lines: lines[:2] + [lines[1]] + lines[2:]),
    "a missing field": ("timeline.csv", lambda lines: [lines[0], lines[1].rsplit(b",", 1)[0]] + lines[2:]),
    "a word instead of a number": (
        "timeline.csv", lambda lines: [lines[0], lines[1].rsplit(b",", 1)[0] + b",soon"] + lines[2:]),
    "an unknown layer": ("layers.csv", lambda lines: [x.replace(b",payload,", b",crust,") for x in lines]),
}


def damaged(folder, name, change):
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch) / "run"
        copy.mkdir()
        for path in [*folder.glob("*.csv"), folder / "datapackage.json"]:
            shutil.copy(path, copy)
        edit(copy / name, change)
        return errors(copy)


def main(folder):
    found = errors(folder)
    for message in found:
        print(f"FAILED: {message}")
    failed = 1 if found else 0
    for what, (name, change) in DAMAGES.items():
        if not damaged(folder, name, change):
            print(f"FAILED: {what} in {name} was not detected")
            failed += 1
    print(f"{1 + len(DAMAGES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
