"""Puts our environments through Gymnasium's own checker, gymnasium.utils.env_checker.check_env.

    check_environments.py HINDSIGHT BRIDGE [ID ...]

HINDSIGHT is the program, BRIDGE the executable EnvironmentBridge, which plays one environment line by
line. Without ids all are checked. Spaces are those that `hindsight list environments --json` prints.
"""
import json
import subprocess
import sys
import warnings

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.utils.env_checker import check_env


def space_of(document):
    kind = document["type"]
    if kind == "Discrete":
        return spaces.Discrete(document["n"], start=document["start"])
    if kind == "Box":
        dtype = np.dtype(document["dtype"])
        # JSON has no infinity: unbounded is null.
        low, high = (
            np.nan_to_num(np.array(document[key], dtype=np.float64), nan=unbounded).reshape(document["shape"])
            for key, unbounded in (("low", -np.inf), ("high", np.inf)))
        return spaces.Box(low.astype(dtype), high.astype(dtype), dtype=dtype.type)
    if kind == "Dict":
        return spaces.Dict({key: space_of(value) for key, value in document["subspaces"].items()})
    raise ValueError(f"no space of type {kind}")


def value_of(space, row):
    """Takes as many numbers of `row` as the space needs; returns the value and the rest."""
    if isinstance(space, spaces.Discrete):
        return np.int64(row[0]), row[1:]
    if isinstance(space, spaces.Dict):
        values = {}
        for key, part in space.spaces.items():  # in ascending order, as ours
            values[key], row = value_of(part, row)
        return values, row
    count = int(np.prod(space.shape))
    return np.array(row[:count]).astype(space.dtype).reshape(space.shape), row[count:]


class Bridged(gymnasium.Env):
    metadata = {"render_modes": []}

    def __init__(self, bridge, sheet):
        self.observation_space = space_of(sheet["observation_space"])
        self.action_space = space_of(sheet["action_space"])
        self.horizon = sheet["horizon"]
        self.process = subprocess.Popen(
            [bridge, sheet["id"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return [float(word) for word in self.process.stdout.readline().split()]

    def observe(self, row):
        value, rest = value_of(self.observation_space, row)
        assert not rest, f"{len(rest)} numbers too many"
        return value

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        seed = self.np_random.integers(2**31) if seed is None else seed
        return self.observe(self.ask(f"reset {seed}")), {}

    def step(self, action):
        words = [repr(float(x)) for x in action] if isinstance(self.action_space, spaces.Box) else [str(int(action))]
        reward, terminated, truncated, *row = self.ask("step " + " ".join(words))
        return self.observe(row), reward, bool(terminated), bool(truncated), {}

    def close(self):
        self.process.stdin.close()
        self.process.wait()


# What the checker remarks of spaces that are Gymnasium's own: unbounded velocities, torques of ±2.
KNOWN = ("infinity", "symmetric and normalized", "precision lowered", "no render modes", "not image")


def main():
    program, bridge, *wanted = sys.argv[1:]
    sheets = json.loads(subprocess.run(
        [program, "list", "environments", "--json"], capture_output=True, text=True, check=True).stdout)["environment"]
    known_ids = {sheet["id"] for sheet in sheets}
    assert set(wanted) <= known_ids, f"no such environments: {set(wanted) - known_ids}"
    failed, remarks, checked = [], 0, 0
    for sheet in sheets:
        if wanted and sheet["id"] not in wanted:
            continue
        env = Bridged(bridge, sheet)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                check_env(env, skip_render_check=True)
                play(env)
            except Exception as error:
                failed.append(f"{sheet['id']}: {type(error).__name__}: {error}")
        env.close()
        checked += 1
        for warning in caught:
            text = str(warning.message)
            if any(part in text for part in KNOWN):
                remarks += 1
            else:
                failed.append(f"{sheet['id']}: {text}")
    for line in failed:
        print(line)
    print(f"{checked} environments through gymnasium {gymnasium.__version__}'s check_env, "
          f"{remarks} remarks on Gymnasium's own spaces, {len(failed)} failures")
    sys.exit(1 if failed or not checked else 0)


def play(env):
    """The passive checker's questions in every step of a random episode: inside the space, a finite
    reward, and an end within the horizon."""
    from gymnasium.utils.passive_env_checker import env_reset_passive_checker, env_step_passive_checker
    env_reset_passive_checker(env, seed=7)
    for step in range(min(env.horizon, 500)):
        _, _, terminated, truncated, _ = env_step_passive_checker(env, env.action_space.sample())
        if terminated or truncated:
            assert step < env.horizon
            return
    assert env.horizon > 500, "the episode outlived its horizon"


main()
