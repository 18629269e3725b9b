"""Folders that are not writable, and full disks and devices: full_disk.py [--quick] BINARIES

A command that cannot write its output says so before it starts (exit code 2). If the disk fills up during the work, it
prints an error, exits with a code other than 0, and keeps earlier results readable. Mounts use a separate mount
namespace and need root; otherwise those parts print NOT RUN.
"""

import os
import sys

from lab import Checks, Server, arguments, load, rows, run, scenario, scratch, shell

PRIVATE = os.geteuid() == 0 and shell("unshare -m true").code == 0


def commands(build, server, folder):
    """The arguments of each command that writes; `OUT` is the place of the output path."""
    path = scenario(folder, ("websocket",), duration="2s")
    return {
        "run": [build / "pushlab", "run", path, "--quiet", "--out", "OUT"],
        "load": load(build, server.url, "sse", "OUT", duration="2s"),
        "record": [build / "pushlab", "record", "--url", server.url, "--items", 20, "--out", "OUT"],
        "merge": [build / "pushlab", "merge", folder / "one", folder / "two", "--out", "OUT"],
    }


def with_out(words, out):
    return [str(out) if word == "OUT" else str(word) for word in words]


def refused_at_once(checks, what, ending):
    """Exit code 2 means refused before the work; the time limit allows for a busy machine."""
    checks.check(
        f"{what}: refused before the work, with one error",
        ending.code == 2
        and ending.seconds < 6
        and 1 <= len(ending.sentences) <= 4
        and "Error Domain" not in ending.complaint,
        ending,
    )


def in_private_namespace(setup, words, seconds=60, **options):
    return run("unshare", "-m", "bash", "-c", setup + '\nexec "$@"', "bash", *words, seconds=seconds, **options)


def unwritable(build, checks, all_commands, folder):
    for name, words in all_commands.items():
        what = f"{name} --out ''"
        if PRIVATE:
            # An empty path must not mean `/`: here `/` is read-only.
            ending = in_private_namespace("mount -o remount,bind,ro / && cd /", with_out(words, ""))
        else:
            ending = run(*with_out(words, ""), cwd=folder)
        refused_at_once(checks, what, ending)
        checks.check(f"{what}: the error names --out", "--out" in ending.complaint, ending)
        refused_at_once(
            checks,
            f"{name} --out below a missing folder",
            run(*with_out(words, folder / f"missing-{name}" / "x" / "y")),
        )
        checks.check(f"{name}: it creates no folder there", not (folder / f"missing-{name}").exists())
        file = folder / f"file-{name}"
        file.write_text("")
        refused_at_once(checks, f"{name} --out below a file", run(*with_out(words, file / "x")))
        link = folder / f"link-{name}"
        link.symlink_to(folder / f"nowhere-{name}" / "deep")
        ending = run(*with_out(words, link))
        # A file may replace the link; a folder cannot.
        if name != "record" or ending.code != 0 or not link.read_text():
            refused_at_once(checks, f"{name} --out as a dangling link", ending)
        if PRIVATE:
            ending = in_private_namespace(
                f"mkdir -p {folder}/ro && mount -t tmpfs -o ro none {folder}/ro", with_out(words, folder / "ro" / "x")
            )
            refused_at_once(checks, f"{name} --out on a read-only disk", ending)


def full_disk(build, checks, folder, all_commands):
    if not PRIVATE:
        print("NOT RUN: full disks; this check needs root and mount namespaces")
        return
    for name, words in all_commands.items():
        (folder / "full").mkdir(exist_ok=True)
        setup = f"mount -t tmpfs -o size=16k none {folder}/full && head -c 16k /dev/zero > {folder}/full/filler"
        ending = in_private_namespace(setup, with_out(words, folder / "full" / "x"))
        checks.check(
            f"{name} to a full disk: exit code not 0, one error that says so",
            ending.code in (1, 2)
            and not ending.hung
            and 1 <= len(ending.sentences) <= 4
            and "space" in ending.complaint
            and "Error Domain" not in ending.complaint,
            ending,
        )
    # The disk fills up between the first and the last case: earlier results stay complete.
    path = scenario(folder, ("websocket", "sse", "long-poll"), name="filling", duration="2s")
    setup = (
        f"mount -t tmpfs -o size=400k none {folder}/full; (until [ -s {folder}/full/x/summary.csv ]; do sleep 0.1; "
        f"done; sleep 0.2; cat /dev/zero > {folder}/full/filler) 2>/dev/null & "
    )
    after = f'"$@"; code=$?; mkdir -p {folder}/kept; cp -r {folder}/full/x/*.csv {folder}/kept/; exit $code'
    ending = run(
        "unshare",
        "-m",
        "bash",
        "-c",
        setup + after,
        "bash",
        build / "pushlab",
        "run",
        path,
        "--quiet",
        "--out",
        folder / "full" / "x",
        seconds=90,
    )
    kept = rows(folder / "kept")
    checks.check(
        "a disk that fills up during run: exit code not 0, an error that says so",
        ending.code == 1 and "space" in ending.complaint,
        ending,
    )
    checks.check(
        "a disk that fills up during run: the row of the first case stays complete",
        len(kept) >= 1 and all(row["valid"] in ("true", "false") for row in kept),
        len(kept),
    )


def full_device(build, checks, server, folder):
    path = scenario(folder, ("websocket",), name="device", duration="1s")
    for words in (
        ["validate", path],
        ["report", folder / "one"],
        ["compare", folder / "one", folder / "two"],
        ["doctor"],
        ["--help"],
        ["run", "--help"],
        ["--version"],
        ["run", path, "--out", folder / "device-out"],
    ):
        ending = shell('exec "$@" > /dev/full', build / "pushlab", *words)
        checks.check(
            f"pushlab {words[0]} > /dev/full: exit code not 0, with an error",
            ending.code not in (0, None)
            and not ending.trapped
            and ending.sentences
            and "Error Domain" not in ending.complaint,
            ending,
        )
    checks.check("pushlab run > /dev/full: the results folder is complete", len(rows(folder / "device-out")) == 1)
    ending = shell('exec timeout 5 "$@" > /dev/full', build / "pushlab-server", "--port", 0)
    checks.check(
        "pushlab-server > /dev/full: ends with an error",
        ending.code not in (0, 124)
        and not ending.trapped
        and len(ending.sentences) == 1
        and "Error Domain" not in ending.complaint,
        ending,
    )
    ending = shell('exec "$@" | head -c 0', build / "pushlab", "validate", path)
    checks.check("a reader that closes the pipe causes no trap", not ending.trapped, ending)


def main():
    build, _ = arguments(__doc__)
    checks = Checks()
    with scratch() as folder, Server(build, "--rate", "20/s") as server:
        all_commands = commands(build, server, folder)
        for name in ("one", "two"):
            made = run(*with_out(all_commands["run"], folder / name), "--seed", "1" if name == "one" else "2")
            checks.check(f"a run as input, {name}", rows(folder / name), made)
        parts = {
            "unwritable folders": lambda: unwritable(build, checks, all_commands, folder),
            "full disks": lambda: full_disk(build, checks, folder, all_commands),
            "full devices": lambda: full_device(build, checks, server, folder),
        }
        checks.run(parts)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
