"""Writes classic_control.json: episodes of Gymnasium's classic control worlds, for our own to replay.

    python make_classic_control.py

Needs gymnasium (written with 1.4.0 and NumPy 2.4). Each episode holds its seed, its start state as
the environment keeps it, its actions, and after some steps the observation and the sum of rewards.
"""

import json
import pathlib

import gymnasium
import numpy as np

IDS = [
    "CartPole-v1", "CartPole-v0", "MountainCar-v0", "MountainCarContinuous-v0", "Acrobot-v1",
    "Pendulum-v1",
]


def balance(state):
    return int(state[0] + 1.5 * state[1] + 20 * state[2] + 4 * state[3] > 0)


def choose(name, kind, environment, random):
    """Kind 0 is random; kind 1 is a rule that stays long or reaches the goal."""
    state = environment.unwrapped.state
    space = environment.action_space
    if kind == 0:
        if isinstance(space, gymnasium.spaces.Discrete):
            return int(random.integers(space.n))
        return np.array([random.integers(-64, 65) / 64 * space.high[0]], dtype=np.float32)
    if name.startswith("CartPole"):
        return balance(state)
    if name == "MountainCar-v0":
        return 2 if state[1] >= 0 else 0
    if name == "Acrobot-v1":
        return 2 if state[3] >= 0 else 0
    if name == "MountainCarContinuous-v0":
        return np.array([0.75 if state[1] >= 0 else -0.75], dtype=np.float32)
    return np.array([1.5 if state[1] >= 0 else -1.5], dtype=np.float32)


def episode(name, seed, kind):
    environment = gymnasium.make(name)
    random = np.random.default_rng(seed)
    observation, _ = environment.reset(seed=seed)
    start = [float(x) for x in environment.unwrapped.state]
    actions, marks, total = [], [], 0.0
    first = [float(x) for x in observation]
    terminated = truncated = False
    while not (terminated or truncated) and len(actions) < 500:
        action = choose(name, kind, environment, random)
        observation, reward, terminated, truncated, _ = environment.step(action)
        actions.append(action if isinstance(action, int) else float(action[0]))
        total += float(reward)
        if len(actions) % 20 == 0 or terminated or truncated:
            marks.append(
                {"step": len(actions), "observation": [float(x) for x in observation],
                 "return": total})
    return {
        "seed": seed, "start": start, "observation": first, "actions": actions, "marks": marks,
        "terminated": bool(terminated), "truncated": bool(truncated)}


def main():
    episodes = {
        name: [episode(name, seed, kind) for seed, kind in [(0, 0), (7, 1), (2**40 + 3, 0)]]
        for name in IDS}
    text = json.dumps(
        {"gymnasium": gymnasium.__version__, "numpy": np.__version__, "episodes": episodes},
        separators=(",", ":"))
    target = pathlib.Path(__file__).with_name("classic_control.json")
    target.write_text(text.replace('{"seed"', '\n{"seed"') + "\n")


main()
