"""Times Minari at what `bench data` does: reading episodes of 7x7x3 views, and sampling windows of them.

    python minari_views.py HINDSIGHT [--rounds N] [--batches N]

The episodes are the ones that our own benchmark plays: 10,000 of 30 steps in MiniGrid-Empty-8x8. Our
program collects them, Minari writes them as a dataset of its own, and then iterates over it and samples
64 windows of 20 steps, one from each of 64 episodes, with the file as the only store. One JSON line a
task. Needs minari, gymnasium and h5py.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time

EPISODES, HORIZON, WINDOWS, CONTEXT = 10_000, 30, 64, 20
WORLD = "MiniGrid-Empty-8x8-v0"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("hindsight")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batches", type=int, default=20)
    options = parser.parse_args()
    root = tempfile.mkdtemp(prefix="hindsight-minari-")
    # minari reads the root folder when it is imported.
    os.environ["MINARI_DATASETS_PATH"] = root
    try:
        import gymnasium
        import h5py
        import minari
        import numpy as np
        from minari.data_collector import EpisodeBuffer
    except ImportError as error:
        print(json.dumps({"skipped": "minari", "reason": f"{error.name} is missing"}))
        return
    try:
        with open(f"{root}/views.yaml", "w") as file:
            file.write(f"environment: {{id: {WORLD}, horizon: {HORIZON}}}\n"
                       f"dataset: {{episodes: {EPISODES}}}\n")
        subprocess.run([options.hindsight, "collect", f"{root}/views.yaml", "--output",
                        f"{root}/views.hdf5", "--threads", "1", "--quiet"], check=True,
                       stdout=subprocess.DEVNULL)
        with h5py.File(f"{root}/views.hdf5") as file:
            # The view is the only observation, or the part of it that is called so.
            def whole(name):
                part = file[name]
                return (part if isinstance(part, h5py.Dataset) else part["image"])[()]
            seen, final = whole("observations"), whole("final_observations")
            actions, rewards = file["actions"][()], file["rewards"][()]
            terminals, timeouts = file["terminals"][()], file["timeouts"][()]
            starts = np.flatnonzero(file["timesteps"][()] == 0)
        buffers = []
        for number, (first, end) in enumerate(zip(starts, [*starts[1:], len(rewards)])):
            buffers.append(EpisodeBuffer(
                id=number, observations=np.concatenate([seen[first:end], final[end - 1:end]]),
                actions=actions[first:end], rewards=rewards[first:end],
                terminations=terminals[first:end], truncations=timeouts[first:end]))
        minari.create_dataset_from_buffers(
            "bench/views-v0", buffers,
            observation_space=gymnasium.spaces.Box(0, 255, seen.shape[1:], np.uint8),
            action_space=gymnasium.spaces.Discrete(7), data_format="hdf5", jpeg_encoding=False)
        dataset = minari.load_dataset("bench/views-v0")
        random = np.random.default_rng(0)
        reading, sampling = [], []
        for _ in range(options.rounds):
            start = time.perf_counter()
            steps = sum(len(episode.rewards) for episode in dataset.iterate_episodes())
            reading.append((time.perf_counter() - start) / EPISODES)
            assert steps == len(rewards), steps
            start = time.perf_counter()
            for _ in range(options.batches):
                windows = []
                for episode in dataset.sample_episodes(WINDOWS):
                    at = random.integers(0, max(1, len(episode.rewards) - CONTEXT + 1))
                    windows.append(episode.observations[at:at + CONTEXT])
                np.stack([np.pad(w, ((CONTEXT - len(w), 0), (0, 0), (0, 0), (0, 0))) for w in windows])
            sampling.append((time.perf_counter() - start) / options.batches)
        for config, seconds, unit in [("read", reading, "episode"),
                                      ("sample 64 windows of 20", sampling, "batch")]:
            print(json.dumps({
                "config": config, "microseconds_median": 1e6 * statistics.median(seconds),
                "microseconds_minimum": 1e6 * min(seconds), "unit": unit,
                "minari": minari.__version__}), flush=True)
    finally:
        shutil.rmtree(root, ignore_errors=True)


main()
