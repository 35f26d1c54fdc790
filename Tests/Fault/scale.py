"""A dataset larger than memory: collected, inspected, validated, split and trained on in 2 GB.

The most memory that a command had resident, with that of its children, is what counts. In full it is
1,000,000 episodes of 20 steps, seen as views of 7x7x3: 2.9 GB of observations alone.
"""
import json
import os
import subprocess
import time

from common import HINDSIGHT, QUICK, Place, expect

LIMIT = 2e9

SETTINGS = """environment: {{id: MiniGrid-Empty-8x8-v0, horizon: 20}}
dataset: {{episodes: {episodes}, memory: {memory}}}
agent: {{contextLength: 20, backbone: {{width: 64, layers: 2, heads: 2}}}}
training: {{steps: {steps}, batchSize: 64, validation: {{every: {steps}, episodes: 10}}}}
evaluation: {{targetReturns: [1], episodes: 10}}
"""


def measured(*arguments):
    """Runs a command; returns its output, its peak memory in bytes and its time."""
    start = time.monotonic()
    process = subprocess.Popen([HINDSIGHT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    output = process.stdout.read()
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    process.stderr.close()
    expect(process.returncode == 0, arguments, "ended with", process.returncode, error.decode())
    return output.decode(), usage.ru_maxrss * 1024, time.monotonic() - start


def large():
    episodes = 20_000 if QUICK else 1_000_000
    peaks = {}
    # Not in memory, as the others are: a file there would count for nobody.
    with Place(on_disk=True) as place:
        yaml = place.write("scale.yaml", SETTINGS.format(
            episodes=episodes, memory=16 if QUICK else 1024, steps=20 if QUICK else 200))
        data, kept, rest = (place(name + ".hdf5") for name in ("data", "kept", "rest"))
        steps = 0
        for name, arguments in [
            ("collect", ["collect", yaml, "--output", data, "--quiet"]),
            ("inspect", ["inspect", data, "--json"]),
            ("validate", ["dataset", "validate", data, "--json"]),
            ("split", ["dataset", "split", data, "--output", kept, "--rest", rest, "--fraction",
                       "0.9", "--quiet", "--json"]),
            ("filter", ["dataset", "filter", data, "--output", place("best.hdf5"), "--top", "0.1",
                        "--quiet", "--json"]),
            ("train", ["train", yaml, "--dataset", data, "--output", place("run"), "--quiet"]),
        ]:
            output, peak, seconds = measured(*arguments)
            peaks[name] = f"{name} {peak / 1e6:.0f} MB {seconds:.1f} s"
            expect(peak < LIMIT, ", ".join(peaks.values()))
            if name == "inspect":
                found = json.loads(output)
                steps = found["steps"]
                expect(found["episodes"] == episodes, found["episodes"], "episodes")
                expect(found["stitching"] is not None, "stitching was not measured")
            if name == "validate":
                expect(json.loads(output)["valid"], output)
        size = sum(os.path.getsize(os.path.join(root, file))
                   for root, _, files in os.walk(place.path) for file in files
                   if root.startswith(place("data")) or file == "data.hdf5")
    return f"{episodes} episodes, {steps} steps, {size / 1e6:.0f} MB on disk: " + ", ".join(
        peaks.values())
