"""Round trips of generated datasets through Minari, D4RL's flat files and d3rlpy, equal value by value.

    python check_interchange.py .build/release/hindsight [--quick]

Datasets of all spaces (Discrete, Box, MultiDiscrete, Dict, Tuple), empty, of one-step and of
10,000-step episodes are made with a seeded generator. Minari writes each as a Minari dataset, we
import it, export it to every format, and Minari, h5py and d3rlpy read back what must equal the
original. Full size: 300 datasets; --quick: 24.

Needs numpy, h5py, gymnasium and minari; what needs d3rlpy runs where it can be imported. Without the
former it says so and ends with 0.
"""
import contextlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import warnings

try:
    import gymnasium
    import h5py
    import numpy as np
    # minari reads the root folder when it is imported.
    ROOT = tempfile.mkdtemp(prefix="hindsight-interchange-")
    os.environ["MINARI_DATASETS_PATH"] = f"{ROOT}/minari"
    os.makedirs(f"{ROOT}/minari")
    import minari
    from minari.data_collector import EpisodeBuffer
except ImportError as error:
    print(f"skipped: {error.name} is missing")
    print("0 passed, 0 failed")
    sys.exit(0)
try:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        import d3rlpy
except ImportError:
    d3rlpy = None

spaces = gymnasium.spaces
warnings.filterwarnings("ignore")


class Mismatch(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Mismatch(message)


# ---------------------------------------------------------------------------------- generating

def box(g, dtype, shape):
    if dtype == "uint8":
        return spaces.Box(0, 255, shape, np.uint8)
    if dtype in ("int32", "int64"):
        return spaces.Box(-1000, 1000, shape, np.dtype(dtype))
    low, high = (-np.inf, np.inf) if g.integers(2) else (-8, 8)
    return spaces.Box(low, high, shape, np.dtype(dtype))


def leaf(g):
    kind = g.integers(4)
    if kind == 0:
        return spaces.Discrete(int(g.integers(1, 9)), start=int(g.integers(-3, 4)))
    if kind == 1:
        return spaces.MultiDiscrete(g.integers(1, 6, size=int(g.integers(1, 4))))
    dtype = str(g.choice(["uint8", "int32", "int64", "float32", "float64"]))
    shape = [(3,), (1,), (2, 2), (7, 7, 3), ()][int(g.integers(5))]
    return box(g, dtype, shape)


def observation_space(g, depth=0):
    kind = g.integers(6) if depth < 2 else 0
    if kind == 4:
        keys = ["image", "direction", "sensors", "goal"][: int(g.integers(1, 5))]
        return spaces.Dict({key: observation_space(g, depth + 1) for key in keys})
    if kind == 5:
        return spaces.Tuple([observation_space(g, depth + 1) for _ in range(int(g.integers(1, 4)))])
    return leaf(g)


def action_space(g):
    kind = g.integers(5)
    if kind < 2:
        return spaces.Discrete(int(g.integers(1, 9)), start=int(g.integers(0, 3)))
    if kind == 2:
        return spaces.MultiDiscrete(g.integers(1, 5, size=2))
    return spaces.Box(-1, 1, (int(g.integers(1, 4)),), [np.float32, np.float64][int(kind) - 3])


def values(g, space, rows):
    """`rows` values of a space, as Minari's buffers hold them."""
    if isinstance(space, spaces.Dict):
        return {key: values(g, part, rows) for key, part in space.spaces.items()}
    if isinstance(space, spaces.Tuple):
        return tuple(values(g, part, rows) for part in space.spaces)
    if isinstance(space, spaces.Discrete):
        return g.integers(space.start, space.start + space.n, size=rows)
    if isinstance(space, spaces.MultiDiscrete):
        return np.stack([g.integers(0, n, size=rows) for n in space.nvec], axis=1)
    if space.dtype.kind in "ui":
        return g.integers(int(space.low.flat[0]), int(space.high.flat[0]) + 1,
                          size=(rows, *space.shape)).astype(space.dtype)
    low, high = (-1, 1) if np.isfinite(space.low).all() else (-1e3, 1e3)
    return g.uniform(low, high, size=(rows, *space.shape)).astype(space.dtype)


def generate(number):
    """One dataset: its spaces and episodes."""
    g = np.random.default_rng(number)
    seen, acted = observation_space(g), action_space(g)
    if number % 100 == 7:
        lengths, seen = [10_000, 1, 3], leaf(g)
    elif number % 12 == 3:
        lengths = []
    elif number % 12 == 5:
        lengths = [1] * int(g.integers(1, 9))
    else:
        lengths = g.integers(1, 30, size=int(g.integers(1, 12))).tolist()
    has_seeds, has_infos, has_options = number % 3 != 0, number % 2 == 0, number % 5 == 0
    episodes = []
    for index, steps in enumerate(lengths):
        ends = [(True, False), (False, True), (True, True)][int(g.integers(3))]
        if index == len(lengths) - 1 and number % 4 == 1:
            ends = (False, False)  # unfinished
        infos = {"speed": g.normal(size=steps + 1), "hit": g.integers(0, 2, size=steps).astype(bool),
                 "inner": {"place": g.integers(-5, 5, size=(steps, 2))}}
        episodes.append(EpisodeBuffer(
            id=index, seed=int(g.integers(0, 2**62)) if has_seeds else None,
            options={"level": int(g.integers(9)), "wind": {"force": float(g.uniform())}}
            if has_options else None,
            observations=values(g, seen, steps + 1), actions=values(g, acted, steps),
            rewards=(g.normal(size=steps) * 10).tolist(),
            terminations=[False] * (steps - 1) + [ends[0]],
            truncations=[False] * (steps - 1) + [ends[1]], infos=infos if has_infos else {}))
    return seen, acted, episodes


# ----------------------------------------------------------------------------------- comparing

def leaves(tree):
    if isinstance(tree, dict):
        return [part for key in sorted(tree) for part in leaves(tree[key])]
    if isinstance(tree, tuple):
        return [part for value in tree for part in leaves(value)]
    return [np.asarray(tree)]


def same(ours, theirs, what):
    a, b = leaves(ours), leaves(theirs)
    check(len(a) == len(b), f"{what}: {len(a)} leaves, not {len(b)}")
    for index, (x, y) in enumerate(zip(a, b)):
        check(x.shape == y.shape, f"{what} {index}: shape {x.shape}, not {y.shape}")
        check(np.array_equal(x, y), f"{what} {index}: other values")


def flat(tree, rows):
    """All leaves side by side, as one matrix."""
    parts = [part.reshape(rows, -1).astype(np.float64) for part in leaves(tree)]
    return np.concatenate(parts, axis=1) if parts else np.zeros((rows, 0))


def hindsight(*arguments):
    result = subprocess.run([PROGRAM, *arguments, "--json"], capture_output=True, text=True)
    check(result.returncode == 0, f"hindsight {' '.join(arguments)}: {result.stderr.strip()}")
    return json.loads(result.stdout)


def compare_minari(dataset_id, seen, acted, episodes, number):
    """What Minari reads of our dataset, and everything it can do with one."""
    ours = minari.load_dataset(dataset_id)
    check(ours.total_episodes == len(episodes), f"{ours.total_episodes} episodes")
    check(ours.total_steps == sum(len(e.rewards) for e in episodes), f"{ours.total_steps} steps")
    check(ours.observation_space == seen, f"space {ours.observation_space}, not {seen}")
    check(ours.action_space == acted, f"space {ours.action_space}, not {acted}")
    metadata = list(ours.storage.get_episode_metadata(range(len(episodes))))
    for episode, original, about in zip(ours, episodes, metadata):
        repr(episode)
        what = f"episode {episode.id}"
        same(episode.observations, original.observations, f"{what} observations")
        same(episode.actions, original.actions, f"{what} actions")
        for name in ("rewards", "terminations", "truncations"):
            x, y = getattr(episode, name), np.asarray(getattr(original, name))
            check(x.dtype == y.dtype and np.array_equal(x, y), f"{what} {name}: {x.dtype}")
        same({k: v for k, v in episode.infos.items() if not k.startswith("episode_")},
             original.infos, f"{what} infos")
        check(about.get("seed") == original.seed, f"{what} seed {about.get('seed')}")
        check(about.get("options") == original.options, f"{what} options {about.get('options')}")
        check(np.isclose(about["rewards_sum"], np.sum(original.rewards)), f"{what} rewards_sum")
        check(np.isclose(about["rewards_std"], np.std(original.rewards)), f"{what} rewards_std")
    check(dataset_id in minari.list_local_datasets(), f"{dataset_id} is not listed")
    if not episodes:
        return
    kept = ours.filter_episodes(lambda episode: bool(episode.terminations[-1]))
    check(kept.total_episodes == sum(e.terminations[-1] for e in episodes), "filtered")
    if number % 10 == 0:
        os.makedirs(f"{ROOT}/minari/all", exist_ok=True)
        with contextlib.redirect_stdout(io.StringIO()):
            both = minari.combine_datasets([ours, ours], f"all/both-v{number}")
        check(both.total_episodes == 2 * len(episodes), "combined")
        same(both[len(episodes)].observations, episodes[0].observations, "combined observations")
        shutil.rmtree(f"{ROOT}/minari/all/both-v{number}")
        shown = subprocess.run(
            [sys.executable, "-c", "from minari.cli import app; app()", "show", dataset_id],
            capture_output=True, text=True)
        check(shown.returncode == 0, f"minari show: {shown.stderr[-500:]}")
        more = [EpisodeBuffer(**{**vars(e), "id": None, "options": None}) for e in episodes]
        ours.update_dataset_from_buffer(more)
        again = minari.load_dataset(dataset_id)
        check(again.total_episodes == 2 * len(episodes), "appended")
        same(again[len(episodes)].observations, episodes[0].observations, "appended observations")


def compare_d4rl(path, episodes):
    """The flat file as D4RL's `get_dataset` and `sequence_dataset` see it."""
    data = {}
    with h5py.File(path) as f:
        f.visititems(lambda name, item: data.update({name: item[:]})
                     if isinstance(item, h5py.Dataset) else None)
    rows = len(data["rewards"])
    for name, column in data.items():
        check(len(column) == rows, f"{name} has {len(column)} rows for {rows} steps")
    start = 0
    for index, episode in enumerate(episodes):
        steps = len(episode.rewards)
        part = slice(start, start + steps)
        wanted = flat(episode.observations, steps + 1)
        for name, original in [("observations", wanted[:-1]), ("next_observations", wanted[1:])]:
            found = data[name][part].reshape(steps, -1).astype(np.float64)
            check(np.array_equal(found, original), f"episode {index} {name}")
        found = data["actions"][part].reshape(steps, -1).astype(np.float64)
        check(np.array_equal(found, flat(episode.actions, steps)), f"episode {index} actions")
        check(np.array_equal(data["rewards"][part], episode.rewards), f"episode {index} rewards")
        check(np.array_equal(data["terminals"][part], episode.terminations), f"{index} terminals")
        check(np.array_equal(data["timeouts"][part], episode.truncations), f"{index} timeouts")
        start += steps
    check(start == rows, f"{rows} rows, not {start}")


def load_d3rlpy(path):
    with open(path, "rb") as f:
        return d3rlpy.dataset.io.load(d3rlpy.dataset.Episode, f)


def compare_d3rlpy(path, episodes):
    if d3rlpy is None:
        return
    for index, (ours, original) in enumerate(zip(load_d3rlpy(path), episodes)):
        steps = len(original.rewards)
        seen = ours.observations if isinstance(ours.observations, list) else [ours.observations]
        wanted = [part[:-1] for part in leaves(original.observations)]
        check(len(seen) == len(wanted), f"episode {index}: {len(seen)} observations")
        for x, y in zip(seen, wanted):
            check(np.array_equal(x.reshape(steps, -1), y.reshape(steps, -1)),
                  f"episode {index} observations")
        check(np.array_equal(ours.actions.reshape(steps, -1),
                             leaves(original.actions)[0].reshape(steps, -1)), f"{index} actions")
        check(np.array_equal(ours.rewards[:, 0], original.rewards), f"episode {index} rewards")
        check(bool(ours.terminated) == original.terminations[-1], f"episode {index} terminated")


def train_d3rlpy(path, acted):
    """A few steps of an algorithm on the file."""
    import logging
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), \
            open(path, "rb") as f:
        buffer = d3rlpy.dataset.ReplayBuffer.load(f, d3rlpy.dataset.InfiniteBuffer())
        discrete = isinstance(acted, spaces.Discrete)
        config = d3rlpy.algos.DiscreteBCConfig if discrete else d3rlpy.algos.TD3PlusBCConfig
        algorithm = config(batch_size=8).create(device="cpu:0")
        algorithm.fit(buffer, n_steps=4, n_steps_per_epoch=2, show_progress=False,
                      logger_adapter=d3rlpy.logging.NoopAdapterFactory())
        decision = d3rlpy.algos.DiscreteDecisionTransformerConfig if discrete \
            else d3rlpy.algos.DecisionTransformerConfig
        transformer = decision(batch_size=4, context_size=5, max_timestep=20_000).create("cpu:0")
        transformer.fit(buffer, n_steps=2, n_steps_per_epoch=2, show_progress=False,
                        logger_adapter=d3rlpy.logging.NoopAdapterFactory())
    logging.getLogger().handlers.clear()


def with_truncation_closed(episodes):
    """What comes back from d3rlpy: an episode that was not terminated is a truncated one, one that
    was has no other flag; the last observation stands for the final one."""
    def repeat_last(tree):
        if isinstance(tree, dict):
            return {key: repeat_last(value) for key, value in tree.items()}
        if isinstance(tree, tuple):
            return tuple(repeat_last(value) for value in tree)
        return np.concatenate([tree[:-1], tree[-2:-1]])
    return [EpisodeBuffer(**{
        **vars(e), "observations": repeat_last(e.observations),
        "truncations": [False] * (len(e.rewards) - 1) + [not e.terminations[-1]],
        "seed": None, "options": None, "infos": {}}) for e in episodes]


# -------------------------------------------------------------------------------------- running

def round_trip(number, work, counts):
    seen, acted, episodes = generate(number)
    source = f"made/data-v{number}"
    kwargs = dict(observation_space=seen, action_space=acted, data_format="hdf5",
                  jpeg_encoding=False, algorithm_name="generator", description="generated")
    if episodes:
        minari.create_dataset_from_buffers(source, episodes, **kwargs)
    else:
        path = pathlib.Path(ROOT, "minari", source, "data")
        path.mkdir(parents=True)
        (path / "metadata.json").write_text(json.dumps({
            "dataset_id": source, "minari_version": "0.5.4", "total_episodes": 0, "total_steps": 0,
            "data_format": "hdf5", "jpeg_encoding": False, "dataset_size": 0.0,
            "observation_space": minari.serialization.serialize_space(seen),
            "action_space": minari.serialization.serialize_space(acted)}))
        h5py.File(path / "main_data.hdf5", "w").close()
    original = f"{ROOT}/minari/{source}"
    hindsight("import", original, "--output", f"{work}/a.hdf5")
    check(hindsight("dataset", "validate", f"{work}/a.hdf5")["valid"], "invalid")

    # Minari, there and back.
    hindsight("export", f"{work}/a.hdf5", "--format", "minari", "--output", f"{ROOT}/minari",
              "--id", f"ours/data-v{number}")
    hindsight("import", f"{ROOT}/minari/ours/data-v{number}", "--output", f"{work}/b.hdf5")
    same_data(f"{work}/a.hdf5", f"{work}/b.hdf5", "minari")
    compare_minari(f"ours/data-v{number}", seen, acted, episodes, number)
    counts["minari"] += 1

    # D4RL, there and back.
    hindsight("export", f"{work}/a.hdf5", "--format", "d4rl", "--output", f"{work}/flat.hdf5")
    compare_d4rl(f"{work}/flat.hdf5", episodes)
    hindsight("import", f"{work}/flat.hdf5", "--output", f"{work}/c.hdf5")
    same_data(f"{work}/a.hdf5", f"{work}/c.hdf5", "d4rl")
    counts["d4rl"] += 1

    # d3rlpy, where it can act so.
    command = [PROGRAM, "export", f"{work}/a.hdf5", "--format", "d3rlpy", "--output",
               f"{work}/buffer.h5", "--json"]
    result = subprocess.run(command, capture_output=True, text=True)
    if isinstance(acted, spaces.MultiDiscrete):
        check(result.returncode == 65 and "neither" in result.stderr, f"accepted {acted}")
        counts["refused"] += 1
    else:
        check(result.returncode == 0, result.stderr)
        compare_d3rlpy(f"{work}/buffer.h5", episodes)
        hindsight("import", f"{work}/buffer.h5", "--output", f"{work}/d.hdf5")
        hindsight("export", f"{work}/d.hdf5", "--format", "minari", "--output", f"{ROOT}/minari",
                  "--id", f"back/data-v{number}")
        compare_minari(f"back/data-v{number}", seen, acted, with_truncation_closed(episodes), -1)
        counts["d3rlpy"] += 1
        plain = isinstance(seen, spaces.Box) and len(seen.shape) == 1
        transitions = sum(len(e.rewards) - (not e.terminations[-1]) for e in episodes)
        if d3rlpy is not None and plain and transitions > 8:
            train_d3rlpy(f"{work}/buffer.h5", acted)
            counts["trained"] += 1
    for name in ("made", "ours", "back"):
        shutil.rmtree(f"{ROOT}/minari/{name}/data-v{number}", ignore_errors=True)


def same_data(first, second, way):
    """Our own comparison; only what says how the data came about may differ."""
    result = subprocess.run([PROGRAM, "dataset", "diff", first, second, "--json"],
                            capture_output=True, text=True)
    about = {"creator", "lineage"}
    wrong = [d for d in json.loads(result.stdout)["differences"] if d["field"] not in about]
    check(not wrong, f"through {way}: {wrong}")


def read_d3rlpys_own(work):
    """What d3rlpy itself writes, of both kinds of actions."""
    g = np.random.default_rng(0)
    for name, actions in [("discrete", lambda t: g.integers(0, 3, size=(t, 1))),
                          ("continuous", lambda t: g.uniform(-1, 1, (t, 2)).astype(np.float32))]:
        episodes = [d3rlpy.dataset.Episode(
            g.normal(size=(t, 4)).astype(np.float32), actions(t),
            g.normal(size=(t, 1)).astype(np.float32), bool(t % 2)) for t in (5, 1, 8)]
        episodes[0].actions[0] = 2 if name == "discrete" else 1
        with open(f"{work}/{name}.h5", "w+b") as f:
            d3rlpy.dataset.io.dump(episodes, f)
        hindsight("import", f"{work}/{name}.h5", "--output", f"{work}/{name}.hdf5")
        with h5py.File(f"{work}/{name}.hdf5") as f:
            for key in ("observations", "actions", "rewards"):
                wanted = np.concatenate([getattr(e, key) for e in episodes])
                check(np.array_equal(f[key][:].reshape(wanted.shape), wanted), f"{name} {key}")


def main():
    quick = "--quick" in sys.argv
    counts = dict.fromkeys(["minari", "d4rl", "d3rlpy", "refused", "trained"], 0)
    passed = failed = 0
    total = 24 if quick else 300
    for number in range(total):
        work = tempfile.mkdtemp(dir=ROOT)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                round_trip(number, work, counts)
            passed += 1
        except Exception as error:
            failed += 1
            kind = "" if isinstance(error, Mismatch) else f"{type(error).__name__}: "
            print(f"failed: dataset {number}: {kind}{error}")
        shutil.rmtree(work)
    if d3rlpy is None:
        print("d3rlpy cannot be imported: its reader and its training were left out")
    else:
        work = tempfile.mkdtemp(dir=ROOT)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                read_d3rlpys_own(work)
            passed += 1
        except Exception as error:
            failed += 1
            print(f"failed: d3rlpy's own files: {error}")
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    print(f"{passed} passed, {failed} failed")
    return failed == 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(__doc__)
        sys.exit(64)
    PROGRAM = os.path.abspath(sys.argv[1])
    try:
        sys.exit(0 if main() else 1)
    finally:
        shutil.rmtree(ROOT, ignore_errors=True)
