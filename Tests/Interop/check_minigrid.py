"""Records episodes with the installed minigrid package and has our tests replay them.

    python check_minigrid.py [--quick] [--keep FILE]

Every id that the package registers must be built in here or be known as left out. Of each one built
in, layouts of many seeds and steps of some are recorded: the first seeds are 0, 1, 2, …, others have up
to 64 bits. Some actions are random, most lead to some thing on the grid, so that doors are opened,
things carried and tasks accomplished. Full size: 1,000 layouts of each id and
200,000 steps in all; --quick: 12 layouts and 10,000 steps. Tests must have been built
(`swift build -c release --build-tests`). MiniGridTraceFile.swift says how the lines are made up.
"""
import argparse
import collections
import json
import os
import random
import subprocess
import sys
import tempfile

import gymnasium as gym
import minigrid
import numpy as np
from minigrid.core.constants import COLOR_TO_IDX, OBJECT_TO_IDX

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def built_in():
    """The ids that our program lists."""
    program = os.path.join(ROOT, ".build/release/hindsight")
    output = subprocess.run([program, "list", "environments", "--json"], stdout=subprocess.PIPE,
                            text=True, check=True).stdout
    return [one["id"] for one in json.loads(output)["environment"] if one["id"].startswith("MiniGrid-")]


def digits(array):
    return "".join("0123456789abcdef"[v] for v in array.flatten().tolist())


def pose(env):
    c = env.carrying
    held = (0, 0) if c is None else (OBJECT_TO_IDX[c.type], COLOR_TO_IDX[c.color])
    return ",".join(str(int(v)) for v in (*env.agent_pos, env.agent_dir, *held))


class Seeker:
    """Goes to things on the grid, one after the other, and uses them."""

    def __init__(self, rng):
        self.rng, self.target, self.patience = rng, None, 0

    def action(self, env):
        if self.target is None or self.patience == 0 or self.rng.random() < 0.01:
            self.target, self.patience = self.choose(env), 60
        self.patience -= 1
        front = tuple(int(v) for v in env.front_pos)
        cell = env.grid.get(*front)
        aim = env.grid.get(*self.target) if self.target else None
        if cell is None and env.carrying and aim and aim.can_pickup() and self.rng.random() < 0.5:
            return 4  # hands free for the next thing
        if front == self.target and cell is not None and cell.type != "goal":
            self.target = None
            return 5 if cell.type == "door" else 3
        if cell is not None and cell.type == "door" and not cell.is_open and self.rng.random() < 0.9:
            return 5
        return self.walk(env, front)

    def choose(self, env):
        """Any thing; rather the locked door with a key in hand, and what a door has been opened to."""
        things = [((i, j), c) for i in range(env.width) for j in range(env.height)
                  if (c := env.grid.get(i, j)) is not None
                  and c.type in ("key", "ball", "box", "goal", "door")]
        locked = [p for p, c in things if c.type == "door" and c.is_locked]
        holds_key = env.carrying is not None and env.carrying.type == "key"
        rather = locked if holds_key else [p for p, c in things if c.type == "key"] if locked else [
            p for p, c in things if c.type in ("goal", "box", "ball")]
        if rather and self.rng.random() < 0.7:
            return self.rng.choice(rather)
        return self.rng.choice(things)[0] if things else None

    def walk(self, env, front):
        """The first action of a shortest way that ends before the target, or on a goal."""
        if front == self.target:
            return 2
        start = (*(int(v) for v in env.agent_pos), env.agent_dir)
        queue, seen = collections.deque([(start, None)]), {start}
        steps = [(1, 0), (0, 1), (-1, 0), (0, -1)]
        while queue:
            (x, y, d), first = queue.popleft()
            ahead = (x + steps[d][0], y + steps[d][1])
            if ahead == self.target and first is not None:
                return first
            for a in (0, 1, 2):
                if a < 2:
                    to = (x, y, (d + (3, 1)[a]) % 4)
                else:
                    c = env.grid.get(*ahead)
                    if c is not None and c.type not in ("door", "goal"):
                        continue
                    to = (*ahead, d)
                if to not in seen:
                    seen.add(to)
                    queue.append((to, a if first is None else first))
        return self.rng.randrange(7)


def record(out, env, env_id, seed, steps):
    """One layout and up to `steps` steps; returns how many, and whether the task was accomplished."""
    obs, _ = env.reset(seed=seed)
    out.write("\t".join(["layout", env_id, str(seed), str(env.width), str(env.height),
                         str(env.max_steps), env.mission, pose(env), digits(env.grid.encode()),
                         digits(obs["image"])]) + "\n")
    rng, count, reward = random.Random(f"{env_id} {seed}"), 0, 0
    seeker = Seeker(rng)
    while count < steps:
        action = rng.randrange(7) if rng.random() < 0.15 else seeker.action(env)
        obs, reward, terminated, truncated, _ = env.step(action)
        count += 1
        out.write("\t".join(["step", str(action), repr(float(reward)),
                             str(int(terminated) + 2 * int(truncated)), pose(env),
                             digits(obs["image"])]) + "\n")
        if terminated or truncated:
            break
    if count:
        out.write("end\t" + digits(env.grid.encode()) + "\n")
    return count, reward > 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", help="where to leave the recorded lines")
    options = parser.parse_args()
    layouts, total = (12, 10_000) if options.quick else (1000, 200_000)

    registered = [i for i in gym.envs.registry if i.startswith(("MiniGrid-", "BabyAI-"))]
    ours = built_in()
    missing = [i for i in ours if i not in registered]
    if missing:
        sys.exit(f"the package knows nothing of {' '.join(missing)}")
    path = options.keep or tempfile.mkstemp(suffix=".lines")[1]
    sums = collections.Counter()
    try:
        with open(path, "w") as out:
            out.write("ids\t" + " ".join(registered) + "\n")
            for env_id in ours:
                env = gym.make(env_id).unwrapped
                seeds = random.Random(env_id)
                left = -(-total // len(ours))
                number = -1
                while number + 1 < layouts or left > 0:
                    number += 1
                    wide = number % 2 == 1
                    seed = seeds.getrandbits(seeds.choice([16, 32, 33, 64])) if wide else number
                    count, solved = record(out, env, env_id, seed, left)
                    left -= count
                    sums["layouts"] += 1
                    sums["steps"] += count
                    sums["solved"] += solved
                    sums["solved in " + env_id] += solved
        unsolved = [i for i in ours if not sums["solved in " + i]]
        print(f"minigrid {minigrid.__version__}, numpy {np.__version__}: recorded "
              f"{sums['layouts']} layouts, {sums['steps']} steps, {sums['solved']} accomplished, "
              f"none in {len(unsolved)} of {len(ours)} environments {' '.join(unsolved)}",
              flush=True)
        result = subprocess.run(
            ["swift", "test", "-c", "release", "--skip-build", "--filter", "MiniGridTraceTests"],
            cwd=ROOT, env={**os.environ, "HINDSIGHT_MINIGRID_TRACES": path},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines = [line for line in result.stdout.splitlines()
                 if line.startswith("MiniGrid: replayed") or "recorded an issue" in line]
        mine = [line for line in lines if os.path.basename(path) in line]
        if result.returncode or not mine:
            print(result.stdout if not lines else "\n".join(lines[:30]))
            sys.exit("minigrid and ours differ")
        print(mine[0])
    finally:
        if not options.keep:
            os.remove(path)


if __name__ == "__main__":
    main()
