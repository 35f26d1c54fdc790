"""Reads a dataset of ours the way D4RL's users do, and compares with what we say is in it.

    python check_dataset.py datasets/corridor.hdf5

Needs numpy and h5py. Prints what was checked; the exit code is 1 on the first mismatch.
"""
import json
import sys

import h5py
import numpy as np


def fail(message):
    print(f"MISMATCH {message}")
    sys.exit(1)


def check(condition, message):
    if not condition:
        fail(message)


def all_columns(f):
    """Every dataset by its path, as D4RL's `get_keys` and `get_dataset` do it."""
    names = []
    f.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
    return {name: f[name][:] for name in names}


def leaves(space, path=""):
    """(path, dtype, shape, low, high) of each leaf of a space in Gymnasium's JSON."""
    kind = space["type"]
    if kind == "Dict":
        for key in sorted(space["subspaces"]):
            yield from leaves(space["subspaces"][key], f"{path}/{key}")
    elif kind == "Tuple":
        for index, part in enumerate(space["subspaces"]):
            yield from leaves(part, f"{path}/{index}")
    elif kind == "Discrete":
        yield path, "int64", (), space["start"], space["start"] + space["n"] - 1
    elif kind == "MultiDiscrete":
        yield path, "int64", (len(space["nvec"]),), 0, np.array(space["nvec"]) - 1
    elif kind == "Box":
        yield path, space["dtype"], tuple(space["shape"]), space["low"], space["high"]
    else:
        fail(f"space of type {kind}")


def check_attributes(f):
    texts = ["environment", "environment_configuration", "observation_space", "action_space",
             "behaviour_policy", "creator", "configuration"]
    for name in texts:
        check(name in f.attrs, f"attribute {name} is missing")
        check(type(f.attrs[name]) is str, f"attribute {name} is {type(f.attrs[name])}, not str")
    documents = {}
    for name in set(texts) - {"environment", "creator"}:
        try:
            documents[name] = json.loads(f.attrs[name])
        except ValueError as error:
            fail(f"attribute {name} is not JSON: {error}")
    check(f.attrs["schema_version"] == 1, f"schema_version is {f.attrs['schema_version']}")
    check(f.attrs["seed"].dtype == np.uint64, f"seed is {f.attrs['seed'].dtype}")
    print(f"{len(f.attrs)} attributes, texts are str, documents are JSON")
    return documents


def check_columns(data, space, name, rows):
    for path, dtype, shape, low, high in leaves(space):
        key = name + path
        check(key in data, f"{key} is missing")
        column = data[key]
        check(column.dtype == np.dtype(dtype), f"{key} is {column.dtype}, not {dtype}")
        check(column.shape == (rows, *shape), f"{key} has shape {column.shape}")
        inside = (column >= np.array(low)) & (column <= np.array(high))
        check(inside.all(), f"{key} leaves its space")
        print(f"{key}: {column.dtype} {column.shape}, within its space")


def d4rl_episodes(data):
    """Episodes as D4RL's `sequence_dataset` cuts them: behind each step that is terminal or a
    timeout, taking row `step` of every column there is."""
    episodes, start = [], 0
    for step in range(len(data["rewards"])):
        for name in data:
            data[name][step]
        if data["terminals"][step] or data["timeouts"][step]:
            episodes.append((start, step + 1))
            start = step + 1
    return episodes, len(data["rewards"]) - start


def main(path):
    with h5py.File(path, "r") as f:
        documents = check_attributes(f)
        data = all_columns(f)
        for name in data:
            check(f[name].compression in (None, "gzip"), f"{name} is packed with "
                  f"{f[name].compression}")
    steps = len(data["rewards"])
    check_columns(data, documents["observation_space"], "observations", steps)
    check_columns(data, documents["action_space"], "actions", steps)
    check_columns(data, documents["observation_space"], "final_observations", steps)
    for name, dtype, shape in [
        ("rewards", "f8", (steps,)), ("terminals", "?", (steps,)), ("timeouts", "?", (steps,)),
        ("timesteps", "i4", (steps,)), ("episode_seeds", "u8", (steps,)),
    ]:
        check(data[name].dtype == np.dtype(dtype), f"{name} is {data[name].dtype}")
        check(data[name].shape == shape, f"{name} has shape {data[name].shape}")
    if "behaviour_log_probabilities" in data:
        column = data["behaviour_log_probabilities"]
        check(column.dtype == np.float32 and column.shape == (steps,), "behaviour_log_probabilities")
    for name, column in data.items():
        check(len(column) == steps, f"{name} has {len(column)} rows, not {steps}")
        if column.dtype.kind == "f":
            check(np.isfinite(column).all(), f"{name} is not finite")
    print("every column has a row per step; rewards, ends, time steps and seeds have their types")

    starts = np.flatnonzero(data["timesteps"] == 0).tolist()
    ours = list(zip(starts, starts[1:] + [steps]))
    theirs, rest = d4rl_episodes(data)
    if rest:
        check(ours[-1] == (steps - rest, steps), "the unfinished episode is not the last one")
        ours = ours[:-1]
        print(f"an unfinished episode of {rest} steps at the end, which D4RL's readers drop")
    check(ours == theirs, "timesteps and ends cut the steps into different episodes")
    for a, b in ours:
        check((data["timesteps"][a:b] == np.arange(b - a)).all(), f"timesteps from step {a}")
        for name, column in data.items():
            if name == "episode_seeds" or name.startswith("infos/episode_"):
                check((column[a:b] == column[a]).all(), f"{name} varies within an episode")
            if name.startswith("final_observations"):
                check(not column[a:b - 1].any(), f"{name} is not zero before an episode's end")
    returns = [data["rewards"][a:b].sum() for a, b in theirs]
    print(f"{len(theirs)} episodes of {steps - rest} steps, the same by ends as by offsets, "
          f"mean return {np.mean(returns) if returns else 0:.4f}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__)
        sys.exit(64)
    main(sys.argv[1])
