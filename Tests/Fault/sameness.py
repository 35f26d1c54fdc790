"""The same bytes from the same seed, for any number of threads."""
import hashlib
import os

from common import QUICK, Place, expect, remove, succeed, tree

SETTINGS = """environment: {environment}
dataset: {{episodes: {episodes}, partSteps: {part}, behaviour: {behaviour}}}
agent: {agent}
training: {{steps: {steps}, batchSize: 32, checkpointEvery: 20, logEvery: 1,
           validation: {{every: 25, episodes: 10}}}}
evaluation: {{episodes: 20}}
"""

SMALL = "contextLength: 8, backbone: {width: 16, layers: 2, heads: 2}"

# Every kind of agent, encoder, observation and action, with data of one file and of several.
CASES = [
    ("corridor", "random", f"{{{SMALL}}}"),
    ("MiniGrid-Empty-8x8-v0", "random", f"{{{SMALL}, encoder: convolution, order: observationFirst, returnHead: categories}}"),
    ("key-to-door/dt-paper", "random", f"{{{SMALL}, encoder: embedding, observationHead: next}}"),
    ("corridor", "random", "discrete-cql"),
    ("Pendulum-v1", "random", "td3-bc"),
    ("corridor", "expert", "behaviour-cloning"),
    ("CartPole-v1", "random", "discrete-iql"),
    ("Pendulum-v1", "random", "iql"),
    ("MiniGrid-DoorKey-5x5-v0", "random", "discrete-bcq"),
    ("CartPole-v1", "controller", "rvs"),
    ("corridor", "random", "tabular-q"),
    ("CartPole-v1", "random", "double-dqn"),
]


def digest(files):
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0".encode() + (files[name] or b"") + b"\0")
    return whole.hexdigest()


def same():
    cases = CASES[:3] if QUICK else CASES
    threads = (1, 2, 1) if QUICK else (1, 2, 4, 8, 1)
    runs = files = 0
    with Place() as place:
        for number, (environment, behaviour, agent) in enumerate(cases):
            yaml = place.write("same.yaml", SETTINGS.format(
                environment=environment, behaviour=behaviour, agent=agent,
                episodes=60 if QUICK else 300, part=1_000_000 if number % 2 else 1000,
                steps=50 if QUICK else 200))

            def whole(count, *more):
                """Collects, trains and evaluates; everything but times and hosts."""
                remove(place("run"))
                succeed("run", yaml, "--output", place("run"), "--quiet", "--threads", str(count), *more)
                found = tree(place("run"))
                return {k: v for k, v in found.items() if os.path.basename(k) not in ("run.json", "LOCK")}

            expected = None
            for count in threads:
                found = whole(count)
                runs += 1
                if expected is None:
                    expected = found
                    files += len([k for k, v in found.items() if v is not None])
                expect(digest(found) == digest(expected), environment, agent, "with", count, "threads:",
                       [n for n in found.keys() | expected.keys() if found.get(n) != expected.get(n)])
            # What would be equal whatever the seed proves nothing.
            other = whole(2, "--seed", "1")
            for name in expected:
                if name.endswith((".hdf5", ".safetensors", "metrics.csv")):
                    expect(other.get(name) != expected[name], environment, agent, name,
                           "does not depend on the seed")
    return (f"{len(cases)} experiments, {runs} runs with {', '.join(map(str, sorted(set(threads))))} threads "
            f"and twice with one: {files} files of data, checkpoints, metrics and reports have one hash each")
