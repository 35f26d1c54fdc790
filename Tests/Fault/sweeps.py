"""A sweep that is killed, with the processes it has started."""
import os
import signal
import subprocess
import time

from common import HINDSIGHT, QUICK, ROOT, TINY, Place, expect, seeded, size, succeed, tree

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


def cut_short(arguments, kills, seconds, random, tally):
    """Runs a sweep that is killed at random times, about `kills` times in `seconds` seconds, some of
    its processes alone before it, and started again until it ends."""
    killed = 0
    while True:
        process = subprocess.Popen(
            [HINDSIGHT, "sweep", *arguments, "--quiet", "--jobs", str(random.choice([1, 2, 3]))],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if killed < kills:
            # Early enough that all kills find something to kill.
            time.sleep(random.uniform(0, 2 * seconds / kills))
            started = children(process.pid)
            if started and random.random() < 0.5:
                os.kill(random.choice(started), signal.SIGKILL)
                tally["alone"] += 1
                time.sleep(random.uniform(0, 0.2))
            process.send_signal(random.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT]))
        error = process.communicate()[1].decode()
        if process.returncode == 0:
            break
        # -2: before the program could say that it wants to save first.
        expect(process.returncode in (-9, -2, 130) and killed < kills, "sweep ended with",
               process.returncode, error)
        killed += 1
    tally["kills"] += killed


def expect_same(expected, path):
    found = result(path)
    expect(found == expected, "another result:",
           [n for n in expected.keys() | found.keys() if expected.get(n) != found.get(n)])


def timed(*arguments, **options):
    start = time.monotonic()
    succeed("sweep", *arguments, "--quiet", "--jobs", "2", **options)
    return time.monotonic() - start


def sweeping():
    """kill -9 and Ctrl-C at random times to a sweep and to its processes, until it ends; then its
    tables, data and weights are those of an undisturbed one."""
    rounds = 2 if QUICK else 20
    random = seeded("sweep")
    tally = {"kills": 0, "alone": 0}
    with Place() as place:
        place.write("tiny.yaml", TINY)
        yaml = place.write("s.yaml", SWEEP % (2 if QUICK else 4))
        seconds = timed(yaml, "--output", place("whole"))
        expected = result(place("whole"))
        for number in range(rounds):
            cut = place(f"cut-{number}")
            cut_short([yaml, "--output", cut], 10, seconds, random, tally)
            expect_same(expected, cut)
    return (f"{tally['kills']} kills of sweeps and {tally['alone']} of their processes alone, {rounds} "
            f"sweeps equal byte by byte in {len(expected)} files")


def comparing():
    """The same for Key-to-Door's whole comparison, agents and sizes of the data by ten seeds. COUNT
    seeds in place of ten, STEPS updates in place of what each agent learns for: whole it takes hours."""
    path = os.path.join(ROOT, "Configs/reproduce/key-to-door.yaml")
    with open(path) as file:
        text = file.read()
    if QUICK:
        expect(text.count("dataset.episodes: 1000") == 2, path, "has other sizes")
        text = text.replace("dataset.episodes: 10000", "dataset.episodes: 400").replace(
            "dataset.episodes: 1000", "dataset.episodes: 200")
    seeds, steps = size(1, 10), "5" if QUICK else os.environ.get("STEPS")
    options = ["--seeds", str(seeds)]
    if steps:
        options += ["--set", f"training.steps={steps}", "--set", "training.validation.every=0",
                    "--set", "evaluation.episodes=20"]
    random = seeded("comparison")
    tally = {"kills": 0, "alone": 0}
    with Place(on_disk=True) as place:
        yaml = place.write("key-to-door.yaml", text)
        seconds = timed(yaml, "--output", place("whole"), *options, timeout=None)
        expected = result(place("whole"))
        # Half the time for ten kills, so that all of them find a sweep at work.
        cut_short([yaml, "--output", place("cut"), *options], 10, seconds / 2, random, tally)
        expect(tally["kills"] == 10, tally["kills"], "kills in place of 10")
        expect_same(expected, place("cut"))
    runs = len({name.split("/")[1] for name in expected if name.startswith("runs/")})
    return (f"{runs} runs ({seeds} seeds, {steps or 'all'} updates), {tally['kills']} kills and "
            f"{tally['alone']} of processes alone: the same table, weights and data byte by byte")
