"""Places that cannot be written to, and paths that lead elsewhere."""
import os
import subprocess

from common import HINDSIGHT, TINY, Place, expect, run, succeed, tree


def odd():
    refused = taken = 0
    with Place() as place:
        yaml = place.write("x.yaml", TINY)
        succeed("collect", yaml, "--output", place("data.hdf5"), "--quiet", "--set",
                "dataset.partSteps=1000000")
        succeed("export", place("data.hdf5"), "--format", "d4rl", "--output", place("flat.hdf5"),
                "--quiet")
        os.mkdir(place("outside"))
        place.write("outside/canary", "alive")
        os.mkdir(place("in"))
        place.write("in/file", "a file")
        os.symlink(place("outside"), place("in/away"))
        os.symlink(place("outside/canary"), place("in/link.hdf5"))
        os.symlink(place("outside/new.hdf5"), place("in/dangling.hdf5"))
        os.symlink("loop.hdf5", place("in/loop.hdf5"))
        before = tree(place("outside"))
        commands = {
            "collect": lambda path: ["collect", yaml, "--output", path],
            "import": lambda path: ["import", place("flat.hdf5"), "--output", path],
            "split": lambda path: ["dataset", "split", place("data.hdf5"), "--fraction", "0.5",
                                   "--output", path, "--rest", place("in/rest.hdf5")],
            "train": lambda path: ["train", yaml, "--dataset", place("data.hdf5"), "--output",
                                   path],
            "export": lambda path: ["export", place("data.hdf5"), "--format", "d4rl", "--output",
                                    path],
        }
        bad = ["in/link.hdf5", "in/dangling.hdf5", "in/loop.hdf5", "in/file/below.hdf5", "in/file",
               "in/" + "x" * 300, "in/" + "y/" * 2100 + "z", "in/" + "w" * 4096]
        for verb, command in commands.items():
            for name in bad + [""]:
                path = place(name) if name else ""
                outcome = run(*command(path), "--quiet")
                where = f"{verb} to {name[:60]}: {outcome.code} {outcome.error[:300]}"
                expect(outcome.code in (64, 66, 73, 74, 78), where)
                expect(outcome.error.startswith("Error: "), where)
                refused += 1
            for name in ["in/with space", "in/with\nline", "in/ümlaut", "in/new/folders/deep"]:
                outcome = run(*command(place(f"{name}-{verb}.hdf5")), "--quiet")
                where = f"{verb} to {name}: {outcome.code} {outcome.error}"
                expect(outcome.code in (0, 73), where)
                taken += outcome.code == 0
                if os.path.lexists(place("in/rest.hdf5")):
                    os.remove(place("in/rest.hdf5"))
            raw = [os.fsencode(w) for w in command(place("in/raw"))]
            raw = [w + b"\xff\xfe" if w.endswith(b"in/raw") else w for w in raw]
            done = subprocess.run([HINDSIGHT.encode(), *raw], capture_output=True)
            expect(done.returncode == 64, verb, "with bytes that are no text:", done.returncode)
        expect(tree(place("outside")) == before, "something was written outside")
        expect(open(place("in/file")).read() == "a file", "a file was overwritten")
        unwritable = without_permission(place, commands)
    return f"{refused} refused, {taken} odd names taken, nothing outside touched; {unwritable}"


def without_permission(place, commands):
    """Root may write anywhere: then only a read-only mount shows it, where one can be had."""
    if os.geteuid() != 0:
        os.mkdir(place("shut"))
        os.chmod(place("shut"), 0o555)
        for verb, command in commands.items():
            outcome = run(*command(place("shut/o.hdf5")), "--quiet")
            expect(outcome.code == 73, verb, outcome.code, outcome.error)
        return "a folder without permission refused"
    script = 'mount -t tmpfs -o ro,size=1m tmpfs "$0" && exec "$@"'
    for verb, command in commands.items():
        os.makedirs(place("shut"), exist_ok=True)
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", script, place("shut"), HINDSIGHT,
             *command(place("shut/o.hdf5")), "--quiet"], capture_output=True, text=True)
        if done.returncode == 1:
            return "a read-only disk not tried: mounts are not permitted here"
        expect(done.returncode in (73, 74), verb, done.returncode, done.stderr)
    return "a read-only disk refused"
