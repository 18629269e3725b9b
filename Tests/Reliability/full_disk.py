"""Folders that cannot be written, disks and devices that are full: full_disk.py [--quick] BINARIES

What cannot be written is said before the work (exit code 2), and what fills up in the middle ends with a sentence and a
code other than 0, while what was measured before stays readable. Mounts are made in a mount namespace of their own and
need root; without it those parts are not run, and say so.
"""

import os
import sys

from lab import Checks, Server, arguments, load, rows, run, scenario, scratch, shell

PRIVATE = os.geteuid() == 0 and shell("unshare -m true").code == 0


def commands(build, server, folder):
    """For each command that writes: its words, with the place where the output's path goes."""
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
    """Exit code 2 is of what is refused before the work; the time is for a machine that is busy."""
    checks.check(
        f"D15 {what}: refused before the work, with one sentence",
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
            # An empty path once led to files in `/`; there they cannot be written.
            ending = in_private_namespace("mount -o remount,bind,ro / && cd /", with_out(words, ""))
        else:
            ending = run(*with_out(words, ""), cwd=folder)
        refused_at_once(checks, what, ending)
        checks.check(f"D15 {what}: the sentence names --out", "--out" in ending.complaint, ending)
        refused_at_once(
            checks,
            f"{name} --out below a folder that is missing",
            run(*with_out(words, folder / f"missing-{name}" / "x" / "y")),
        )
        checks.check(f"D15 {name}: no folder was made for it", not (folder / f"missing-{name}").exists())
        file = folder / f"file-{name}"
        file.write_text("")
        refused_at_once(checks, f"{name} --out below a file", run(*with_out(words, file / "x")))
        link = folder / f"link-{name}"
        link.symlink_to(folder / f"nowhere-{name}" / "deep")
        ending = run(*with_out(words, link))
        # A file may take the place of the link; a folder cannot.
        if name != "record" or ending.code != 0 or not link.read_text():
            refused_at_once(checks, f"{name} --out as a link to nowhere", ending)
        if PRIVATE:
            ending = in_private_namespace(
                f"mkdir -p {folder}/ro && mount -t tmpfs -o ro none {folder}/ro", with_out(words, folder / "ro" / "x")
            )
            refused_at_once(checks, f"{name} --out on a medium that is read-only", ending)


def full_medium(build, checks, folder, all_commands):
    if not PRIVATE:
        print("NOT RUN: full media; they need root and mount namespaces")
        return
    for name, words in all_commands.items():
        (folder / "full").mkdir(exist_ok=True)
        setup = f"mount -t tmpfs -o size=16k none {folder}/full && head -c 16k /dev/zero > {folder}/full/filler"
        ending = in_private_namespace(setup, with_out(words, folder / "full" / "x"))
        checks.check(
            f"D15 {name} onto a full medium: not 0, one sentence that says so",
            ending.code in (1, 2)
            and not ending.hung
            and 1 <= len(ending.sentences) <= 4
            and "space" in ending.complaint
            and "Error Domain" not in ending.complaint,
            ending,
        )
    # The medium fills up between the first case and the last: what was measured stays whole.
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
        "D15 a medium that fills up during run: not 0, a sentence that says so",
        ending.code == 1 and "space" in ending.complaint,
        ending,
    )
    checks.check(
        "D15 and the row of the first case is still whole",
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
            f"D15 pushlab {words[0]} > /dev/full: not 0, with a sentence",
            ending.code not in (0, None)
            and not ending.trapped
            and ending.sentences
            and "Error Domain" not in ending.complaint,
            ending,
        )
    checks.check("D15 and the run's folder is whole all the same", len(rows(folder / "device-out")) == 1)
    ending = shell('exec timeout 5 "$@" > /dev/full', build / "pushlab-server", "--port", 0)
    checks.check(
        "D15 pushlab-server > /dev/full: ends, with a sentence",
        ending.code not in (0, 124)
        and not ending.trapped
        and len(ending.sentences) == 1
        and "Error Domain" not in ending.complaint,
        ending,
    )
    ending = shell('exec "$@" | head -c 0', build / "pushlab", "validate", path)
    checks.check("D15 a reader that has gone is no trap", not ending.trapped, ending)


def main():
    build, _ = arguments(__doc__)
    checks = Checks()
    with scratch() as folder, Server(build, "--rate", "20/s") as server:
        all_commands = commands(build, server, folder)
        for name in ("one", "two"):
            made = run(*with_out(all_commands["run"], folder / name), "--seed", "1" if name == "one" else "2")
            checks.check(f"a run to work with, {name}", rows(folder / name), made)
        parts = {
            "unwritable folders": lambda: unwritable(build, checks, all_commands, folder),
            "full media": lambda: full_medium(build, checks, folder, all_commands),
            "full devices": lambda: full_device(build, checks, server, folder),
        }
        checks.run(parts)
    sys.exit(checks.end())


if __name__ == "__main__":
    main()
