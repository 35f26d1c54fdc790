"""HDF5 files that were damaged by chance, and files that were made to do harm."""
import os
import shutil
import struct
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed

from common import (QUICK, TINY, Failure, Place, expect, peak_megabytes, remove, run, seeded, size,
                    succeed)
from lookup3 import lookup3

try:
    import h5py
    import numpy as np
except ImportError:
    h5py = None


def flat_columns(rows=300):
    random = np.random.default_rng(0)
    ends = np.zeros(rows, bool)
    ends[29::30] = True
    return {
        "observations": random.random((rows, 4), np.float32),
        "actions": random.random((rows, 2), np.float32) * 2 - 1,
        "rewards": random.random(rows).astype(np.float32), "terminals": ends,
        "timeouts": np.zeros(rows, bool),
    }


def write_flat(path, libver="earliest", **options):
    with h5py.File(path, "w", libver=libver) as file:
        for name, values in flat_columns().items():
            file.create_dataset(name, data=values, **options)
        file.attrs["note"] = "some text"
        file["infos/id"] = np.arange(300)


def mutate(seed, random):
    """Flips, cuts, lengths that lie, and blocks that come twice."""
    data = bytearray(seed)
    for _ in range(random.choice([1, 1, 2, 5, 20, 100])):
        position = random.randrange(len(data))
        kind = random.random()
        if kind < 0.5:
            data[position] = random.randrange(256)
        elif kind < 0.7:
            data[position] ^= 1 << random.randrange(8)
        elif kind < 0.85:
            value = random.choice([0, 1, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**40, 2**63, 2**64 - 1])
            data[position:position + 8] = struct.pack("<Q", value)
        else:
            length = random.randrange(1, 512)
            data[position:position + length] = data[:length]
    if random.random() < 0.1:
        data = data[:random.randrange(1, len(data))]
    if random.random() < 0.2:
        repair(data)
    return bytes(data)


def repair(data):
    """Makes the checksums of superblock and object headers right again, as an attacker would."""
    if len(data) >= 48 and data[8] in (2, 3):
        data[44:48] = struct.pack("<I", lookup3(bytes(data[:44])))
    start = 0
    while (start := data.find(b"OHDR", start)) >= 0:
        flags = data[start + 5] if start + 5 < len(data) else 0
        head = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        size = int.from_bytes(data[start + head:start + head + width], "little")
        end = start + head + width + size
        if size and end + 4 <= len(data):
            data[end:end + 4] = struct.pack("<I", lookup3(bytes(data[start:end])))
        start += 4


class Tally:
    """What became of some mutants: the worst is the longest time and the most memory of one."""

    def __init__(self):
        self.count = self.read = self.refused = self.died = 0
        self.slowest = self.peak = 0.0

    def add(self, other):
        for name in ("count", "read", "refused", "died"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("slowest", "peak"):
            setattr(self, name, max(getattr(self, name), getattr(other, name)))


def use(data, folder, outcome, where):
    """Does with a dataset that was read what people do; returns what went wrong, or the reading."""
    for verb in (["inspect", data], ["dataset", "validate", data],
                 ["dataset", "sample", data, "--episodes", "1", "--output", folder + "/s.hdf5"],
                 ["export", data, "--format", "minari", "--output", folder + "/minari"],
                 ["export", data, "--format", "d4rl", "--flat", "--output", folder + "/d4rl.hdf5"]):
        used = run(*verb)
        if used.code not in (0, 65):
            return used, f"{where}, then {verb[0]} {verb[1]}: {used.code} {used.error[:300]}"
    for name in ("s.hdf5", "minari", "d4rl.hdf5"):
        remove(os.path.join(folder, name))
    return outcome, where


def judge(seeds, folder, numbers):
    """Gives the program the mutants of these numbers, each of which depends on its number alone."""
    tally = Tally()
    os.makedirs(folder, exist_ok=True)
    file, output = os.path.join(folder, "x.hdf5"), os.path.join(folder, "o.hdf5")
    for number in numbers:
        random = seeded(f"mutants {number}")
        name = random.choice(list(seeds))
        with open(file, "wb") as stream:
            stream.write(mutate(seeds[name], random))
        outcome = run(*(["inspect", file] if name == "own" else
                        ["import", file, "--output", output, "--quiet"]))
        where = f"mutant {number} of {name}: {outcome.code} {outcome.error[:300]}"
        if outcome.code == 0:
            outcome, where = use(file if name == "own" else output, folder, outcome, where)
        if outcome.code not in (0, 65):
            shutil.move(file, "/tmp/hindsight-mutant.hdf5")
        expect(outcome.code in (0, 65), where, "(kept as /tmp/hindsight-mutant.hdf5)")
        expect(outcome.code == 0 or file in outcome.error, where)
        tally.count += 1
        tally.read += outcome.code == 0
        tally.refused += outcome.code == 65
        tally.died += "the process that read it" in outcome.error
        tally.slowest = max(tally.slowest, outcome.seconds)
        remove(output)
    tally.peak = peak_megabytes()
    return tally


def mutants():
    if h5py is None:
        return "skipped: no h5py"
    count = size(60, 100_000)
    with Place() as place:
        write_flat(place("old"))
        write_flat(place("new"), libver="v110")
        write_flat(place("packed"), libver="v110", compression="gzip", shuffle=True, chunks=True)
        yaml = place.write("x.yaml", TINY)
        succeed("collect", yaml, "--output", place("own.hdf5"), "--quiet", "--set",
                "dataset.partSteps=1000000")
        os.rename(place("own.hdf5"), place("own"))
        seeds = {name: open(place(name), "rb").read() for name in ("old", "new", "packed", "own")}
        total = Tally()
        portion = max(15, min(1000, count // 4))
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            portions = [pool.submit(judge, seeds, place(str(first)),
                                    range(first, min(first + portion, count)))
                        for first in range(0, count, portion)]
            try:
                for done in as_completed(portions):
                    total.add(done.result())
                    if not QUICK:
                        print(f"fault mutants: {total.count} of {count}", file=sys.stderr)
            except Failure:
                pool.shutdown(cancel_futures=True)
                raise
        expect(total.count == count, total.count, "of", count)
        expect(total.slowest < 5, "one took", total.slowest, "s")
        expect(total.peak < 1024, "one took", total.peak, "MB")
    return (f"{count} files: {total.read} read, {total.refused} refused, of which {total.died} "
            f"cost a child its life; slowest {total.slowest:.1f} s, at most {total.peak:.0f} MB")


def guarded():
    """Every command that takes a dataset reads one that others made in a child first: then, and only
    then, the file is on the list of those that may be opened."""
    with Place() as place:
        yaml = place.write("x.yaml", TINY)
        succeed("collect", yaml, "--output", place("own.hdf5"), "--quiet", "--set",
                "dataset.partSteps=1000000")
        succeed("train", yaml, "--dataset", place("own.hdf5"), "--output", place("run"), "--quiet")
        data, out = place("data.hdf5"), place("out")
        commands = [
            ["inspect", data], ["dataset", "merge", data, "--output", out],
            ["dataset", "split", data, "--output", out, "--rest", place("rest"), "--fraction", "0.5"],
            ["dataset", "filter", data, "--output", out],
            ["dataset", "sample", data, "--episodes", "3", "--output", out],
            ["dataset", "relabel", data, "--delayed", "--output", out],
            ["dataset", "diff", place("own.hdf5"), data],
            ["export", data, "--format", "d4rl", "--output", out],
            ["train", yaml, "--dataset", data, "--output", out],
            ["estimate", place("run"), "--dataset", data, "--estimator", "is"],
            ["render", "--dataset", data, "--episode", "0", "--output", out + ".png"],
            ["render", "corridor", "--overlay", "visits", "--dataset", data, "--output", out + ".png"],
        ]
        for command in commands:
            for path in (data, out, out + ".hdf5", out + ".png", place("rest"), place("rest.hdf5"),
                         place("state", "hindsight", "files")):
                remove(path)
            shutil.copyfile(place("own.hdf5"), data)
            outcome = run(*command)
            expect(outcome.code in (0, 1), command, outcome.code, outcome.error)
            inode = os.stat(data).st_ino
            listed = open(place("state", "hindsight", "files")).read().splitlines()
            expect(any(line.split()[1] == str(inode) for line in listed), command, "read it unguarded")
        # A byte that nothing reads, changed behind the list's back.
        succeed("collect", yaml, "--output", place("listed.hdf5"), "--quiet", "--set",
                "dataset.partSteps=1000000")
        data = place("listed.hdf5")
        succeed("dataset", "validate", data)
        before = os.stat(data)
        with open(data, "r+b") as file:
            content = file.read()
            end = max(i for i in range(len(content) - 8) if content[i:i + 8] == bytes(8))
            file.seek(end)
            file.write(b"\1")
        os.utime(data, ns=(before.st_atime_ns, before.st_mtime_ns))
        outcome = run("dataset", "validate", data)
        expect(outcome.code == 65 and "other bytes than were written" in outcome.output,
               outcome.code, outcome.output, outcome.error)
    return f"{len(commands)} commands read a foreign dataset in a child first"


def zoo():
    """Crafted files, each with the word that its refusal must hold."""
    if h5py is None:
        return "skipped: no h5py"
    import animals
    counts = {}
    wrong = []
    with Place() as place:
        yaml = place.write("x.yaml", TINY)
        succeed("collect", yaml, "--output", place("own.hdf5"), "--quiet", "--set",
                "dataset.partSteps=1000000")
        for kind, name, word, path in animals.make(place, write_flat):
            command = (["inspect", path] if kind == "own" else
                       ["import", path, "--output", place("o.hdf5"), "--quiet"])
            outcome = run(*command)
            where = f"{kind} {name}: {outcome.code} {outcome.error}{outcome.output[:100]}"
            if outcome.code != 65 or word not in outcome.error:
                wrong.append(f"{where} (expected {word})")
            expect(outcome.seconds < 5 and "root:" not in outcome.error, where)
            counts[kind] = counts.get(kind, 0) + 1
            remove(place("o.hdf5"))
        expect(not wrong, "\n".join(wrong))
        expect(peak_megabytes() < 1024, "one took", peak_megabytes(), "MB")
    return ", ".join(f"{n} {kind}" for kind, n in counts.items()) + " files refused, each at its field"
