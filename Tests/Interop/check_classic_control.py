"""Plays the episodes of a dataset of ours again in Gymnasium and compares every number.

    check_classic_control.py FILE…

Each episode starts from its recorded seed: start states, observations, rewards and ends must agree, to
a millionth where they are not whole.
"""

import sys

import gymnasium
import h5py
import numpy as np


def close(a, b):
    return np.all(np.abs(np.asarray(a, float) - b) <= 1e-6 * np.maximum(1, np.abs(b)))


def check(path):
    steps = 0
    worst = 0.0
    with h5py.File(path) as file:
        name = file.attrs["environment"]
        name = name.decode() if isinstance(name, bytes) else name
        data = {key: file[key][:] for key in file if isinstance(file[key], h5py.Dataset)}
    gymnasium.logger.min_level = gymnasium.logger.ERROR  # that CartPole-v0 is old is known
    environment = gymnasium.make(name)
    starts = np.flatnonzero(data["timesteps"] == 0)
    offsets = np.append(starts, len(data["timesteps"]))
    for episode, seed in enumerate(data["episode_seeds"][starts]):
        observation, _ = environment.reset(seed=int(seed))
        for step in range(offsets[episode], offsets[episode + 1]):
            ours = data["observations"][step]
            worst = max(worst, float(np.max(np.abs(ours - observation))))
            assert close(ours, observation), f"{name}, step {step}: {ours} is not {observation}"
            action = data["actions"][step]
            action = int(action) if np.ndim(action) == 0 else action
            observation, reward, terminated, truncated, _ = environment.step(action)
            assert close(data["rewards"][step], reward), (
                f"{name}, step {step}: reward {data['rewards'][step]} is not {reward}")
            assert bool(data["terminals"][step]) == terminated, f"{name}, step {step}: terminated"
            assert bool(data["timeouts"][step]) == truncated, f"{name}, step {step}: truncated"
            steps += 1
        assert close(data["final_observations"][offsets[episode + 1] - 1], observation), f"{name}, last observation"
        assert terminated or truncated, f"{name}: Gymnasium's episode goes on"
    print(f"{name}: {len(offsets) - 1} episodes, {steps} steps, largest difference {worst:.1e}")


for argument in sys.argv[1:]:
    check(argument)
