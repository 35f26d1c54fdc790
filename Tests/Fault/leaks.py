"""Memory and open files of one process that opens, writes and closes files a thousand times."""
import os
import subprocess
import time

from common import HINDSIGHT, TINY, Place, expect, size, succeed

GROWTH = 6e6  # bytes: what an allocator may keep for itself


def rows(path):
    try:
        with open(path, "rb") as file:
            return file.read().count(b"\n") - 1
    except OSError:
        return -1


def state(pid):
    """Bytes resident and descriptors open."""
    with open(f"/proc/{pid}/statm") as file:
        resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resident, len(os.listdir(f"/proc/{pid}/fd"))


def leaking():
    if not os.path.isdir("/proc/self/fd"):
        return "skipped: needs /proc"
    steps = size(300, 1500)
    seen = []
    with Place() as place:
        yaml = place.write("x.yaml", TINY)
        succeed("collect", yaml, "--output", place("data"), "--quiet")
        # Every batch is read from the dataset's files, and every step saves a checkpoint.
        process = subprocess.Popen(
            [HINDSIGHT, "train", yaml, "--dataset", place("data"), "--output", place("run"), "--quiet",
             "--set", "dataset.memory=0", "--set", f"training.steps={steps}", "--set",
             "training.checkpointEvery=1", "--set", "training.logEvery=1", "--set",
             "training.validation.every=0"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        metrics = place("run", "metrics.csv")
        for part in range(2, 10):
            while rows(metrics) < steps * part // 10 and process.poll() is None:
                time.sleep(0.005)
            if process.poll() is None:
                seen.append(state(process.pid))
        error = process.communicate()[1].decode()
        expect(process.returncode == 0, process.returncode, error)
        expect(len(seen) >= 4, "it was over before it could be looked at:", len(seen))
        sizes, files = zip(*seen)
        # A temporary file or a folder that is being synced may be open as well.
        expect(max(files) - min(files) <= 3, "open files:", files)
        expect(max(sizes[len(sizes) // 2:]) - max(sizes[:2]) < GROWTH, "resident bytes:", sizes)
    return (f"{steps} batches read from files and as many checkpoints: {min(files)} to {max(files)} open "
            f"files, {min(sizes) / 1e6:.1f} to {max(sizes) / 1e6:.1f} MB resident")
