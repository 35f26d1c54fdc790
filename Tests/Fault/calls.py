"""Every call of the system that makes, fills, syncs or names a file fails once, by itself."""
import errno
import os

from common import NO_SHIM, QUICK, TINY, Place, compile_shim, expect, remove, run, succeed, tree

SHORT = 1000


def failing():
    total = reached = 0
    with Place() as place:
        shim = compile_shim(place)
        if not shim:
            return NO_SHIM
        yaml = place.write("x.yaml", TINY)
        data = place("data")
        succeed("collect", yaml, "--output", data + ".hdf5", "--quiet")
        flat = place("flat.hdf5")
        succeed("export", data, "--format", "d4rl", "--output", flat, "--quiet")
        for name, verb, result, again in [
            ("collect", ["collect", yaml, "--output", "{}/o.hdf5", "--quiet"], "o", None),
            ("import", ["import", flat, "--output", "{}/o.hdf5", "--quiet"], "o.hdf5", None),
            ("split", ["dataset", "split", data, "--output", "{}/o.hdf5", "--rest", "{}/r.hdf5",
                       "--fraction", "0.5", "--quiet"], "o.hdf5", "r.hdf5"),
            ("export", ["export", data, "--format", "minari", "--output", "{}/m", "--id", "ab/c-v0",
                        "--quiet"], "m/ab/c-v0", None),
            ("train", ["train", yaml, "--dataset", data, "--output", "{}/run", "--quiet"],
             "run/checkpoints", "run"),
        ]:
            whole = place("whole-" + name)
            os.mkdir(whole)
            succeed(*[w.format(whole) for w in verb])
            expected = tree(os.path.join(whole, result))
            errors = [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EINTR, SHORT]
            for number, error in enumerate(errors):
                at = 1 + number if QUICK else 1
                while True:
                    one = try_once(place, shim, name, verb, result, again, expected, at, error)
                    total += 1
                    if not one:
                        break
                    reached += 1
                    at += 61 if QUICK else 1
    return f"{reached} calls failed in {total} runs; all ended with 74 or whole, and could be repeated"


def try_once(place, shim, name, verb, result, again, expected, at, error):
    """Returns whether the call was reached."""
    work, mark = place("work"), place("mark")
    remove(work)
    remove(mark)
    os.mkdir(work)
    with open(os.path.join(work, "neighbour"), "w") as file:
        file.write("as it was")
    command = [w.format(work) for w in verb]
    outcome = run(*command, env={
        "LD_PRELOAD": shim, "FAULT_FOLDER": work, "FAULT_AT": str(at), "FAULT_ERROR": str(error),
        "FAULT_MARK": mark})
    where = f"{name}, call {at}, error {error}: {outcome.code} {outcome.error}"
    harmless = error in (errno.EINTR, SHORT)
    was_reached = os.path.exists(mark)
    allowed = (0,) if not was_reached else (0, 74) if harmless else (0, 73, 74)
    expect(outcome.code in allowed, where)
    with open(os.path.join(work, "neighbour")) as file:
        expect(file.read() == "as it was", where, "and another file was touched")
    target = os.path.join(work, result)

    def found():
        # The two files that a collection works with are of no meaning in a dataset.
        return {k: v for k, v in tree(target).items() if k not in ("LOCK", "progress.json")}
    if outcome.code == 0:
        expect(found() == expected, where, "and other bytes")
    elif name != "train" and os.path.exists(target):
        # The name was given, and then the folder could not be synced: whole all the same.
        expect(found() == expected, where, "and half a result")
    if outcome.code != 0:
        left = [n for _, folders, files in os.walk(work) for n in folders + files
                if n.startswith((".tmp", ".hindsight"))]
        expect(not left, where, "and leaves", left)
        repeat(work, verb, result, again, name)
        expect(found() == expected, where, "and other bytes when repeated")
    return was_reached


def repeat(work, verb, result, again, name):
    if name == "train":
        run_folder = os.path.join(work, "run")
        if os.path.exists(os.path.join(run_folder, "config.yaml")):
            resumed = run("train", "--resume", run_folder, "--quiet")
            expect(resumed.code == 0 or "is finished" in resumed.error, resumed.error)
            return
        remove(run_folder)
    elif name != "collect" or os.path.exists(os.path.join(work, result)):
        for left in (result, again):
            if left:
                remove(os.path.join(work, left))
    succeed(*[w.format(work) for w in verb])
