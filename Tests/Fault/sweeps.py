"""A sweep that is killed, with the processes it has started."""
import os
import signal
import subprocess
import time

from common import HINDSIGHT, QUICK, TINY, Place, expect, seeded, succeed, tree

SWEEP = """base: tiny.yaml
axes:
  agent:
    list:
      whole: {}
      short: {agent.contextLength: 2}
      top: {dataset.keepTopFraction: 0.5}
  size: {grid: {dataset.episodes: [60, 90]}}
seeds: %d
"""


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def result(path):
    """Everything that must not depend on what was interrupted: times and attempts are left out."""
    left_out = ("sweep.json", "LOCK", "/run.json", "/report.json", ".log")
    return {name: content for name, content in tree(path).items() if not name.endswith(left_out)}


def sweeping():
    """kill -9 and Ctrl-C at random times to a sweep and to its processes, until it ends; then its
    tables, data and weights are those of an undisturbed one."""
    rounds, kills = (2, 10) if QUICK else (20, 10)
    random = seeded("sweep")
    done = alone = 0
    with Place() as place:
        place.write("tiny.yaml", TINY)
        yaml = place.write("s.yaml", SWEEP % (2 if QUICK else 4))
        start = time.monotonic()
        succeed("sweep", yaml, "--output", place("whole"), "--quiet", "--jobs", "2")
        seconds = time.monotonic() - start
        expected = result(place("whole"))
        for number in range(rounds):
            cut = place(f"cut-{number}")
            killed = 0
            while True:
                process = subprocess.Popen(
                    [HINDSIGHT, "sweep", yaml, "--output", cut, "--quiet", "--jobs",
                     str(random.choice([1, 2, 3]))],
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                if killed < kills:
                    # Early enough that all kills find something to kill.
                    time.sleep(random.uniform(0, 2 * seconds / kills))
                    started = children(process.pid)
                    if started and random.random() < 0.5:
                        os.kill(random.choice(started), signal.SIGKILL)
                        alone += 1
                        time.sleep(random.uniform(0, 0.2))
                    process.send_signal(random.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT]))
                error = process.communicate()[1].decode()
                if process.returncode == 0:
                    break
                # -2: before the program could say that it wants to save first.
                expect(process.returncode in (-9, -2, 130), "sweep ended with", process.returncode,
                       error)
                killed += 1
            done += killed
            found = result(cut)
            expect(found == expected, "another result:",
                   [n for n in expected.keys() | found.keys() if expected.get(n) != found.get(n)])
    return (f"{done} kills of sweeps and {alone} of their processes alone, {rounds} sweeps equal "
            f"byte by byte in {len(expected)} files")
