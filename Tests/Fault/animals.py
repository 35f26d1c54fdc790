"""The crafted files of `zoo`: what each has wrong, and the word that its refusal must hold."""
import json
import os
import shutil

import h5py
import numpy as np


def replace(name, **how):
    """Another dataset in place of one."""
    def change(file):
        del file[name]
        file.create_dataset(name, **how)
    return change


def edit(name, at, value):
    def change(file):
        file[name][at] = value
    return change


def external_storage(file):
    del file["rewards"]
    file.create_dataset("rewards", (300,), "u1", external=[("/etc/passwd", 0, 300)])


def virtual(file):
    del file["rewards"]
    layout = h5py.VirtualLayout((300,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (300,))
    file.create_virtual_dataset("rewards", layout)


def link(target):
    def change(file):
        del file["rewards"]
        file["rewards"] = target
    return change


def cycle(file):
    file["a/b"] = 1
    file["a/loop"] = file["a"]


def deep(file):
    file.create_group("/".join("abcdefghijkl"))


def bomb(file):
    del file["rewards"]
    file.create_dataset("rewards", (1 << 28,), "f4", chunks=(1 << 22,), compression="gzip")[0] = 1


def many_attributes(file):
    for number in range(70):
        file.attrs[f"a{number}"] = number


def named_type(file):
    file["type"] = np.dtype("f8")


def null_space(file):
    del file["rewards"]
    file.create_dataset("rewards", data=h5py.Empty("f4"))


FLAT = {
    "external storage": (external_storage, "another file"),
    "external link": (link(h5py.ExternalLink("/etc/passwd", "/x")), "rewards"),
    "soft link": (link(h5py.SoftLink("/actions")), "rewards"),
    "dangling soft link": (link(h5py.SoftLink("/nowhere")), "rewards"),
    "virtual layout": (virtual, "virtual"),
    "cycle": (cycle, "second name"),
    "second name": (lambda f: f.__setitem__("again", f["rewards"]), "second name"),
    "deep groups": (deep, "nested deeper"),
    "deflate bomb": (bomb, "rewards"),
    "huge axis": (replace("rewards", shape=(1 << 50,), dtype="f4", chunks=(1024,)), "rewards"),
    "huge chunk": (replace("rewards", shape=(1 << 25,), dtype="f8", chunks=(1 << 25,)), "rewards"),
    "unwritten": (replace("rewards", shape=(1 << 22,), dtype="f8", chunks=(1024,)), "rewards"),
    "LZF": (replace("rewards", data=np.zeros(300, "f4"), compression="lzf"), "LZF"),
    "scale-offset": (replace("rewards", data=np.zeros(300, "i4"), chunks=(300,), scaleoffset=0),
                     "scale-offset"),
    "compound": (replace("rewards", data=np.zeros(300, [("a", "f4"), ("b", "f4")])), "compound"),
    "lists of varying length": (
        replace("rewards", shape=(300,), dtype=h5py.vlen_dtype(np.int32)), "varying length"),
    "text": (replace("rewards", shape=(300,), dtype=h5py.string_dtype()), "rewards"),
    "opaque": (replace("rewards", data=np.zeros(300, "V8")), "opaque"),
    "reference": (replace("rewards", shape=(300,), dtype=h5py.ref_dtype), "reference"),
    "region reference": (replace("rewards", shape=(300,), dtype=h5py.regionref_dtype), "reference"),
    "enumeration": (replace("rewards", shape=(300,), dtype=h5py.enum_dtype({"A": 0, "B": 5})),
                    "enumeration"),
    "arrays": (replace("rewards", data=np.zeros(300, np.dtype(("f4", (3,))))), "rewards"),
    "complex": (replace("rewards", data=np.zeros(300, "c8")), "rewards"),
    "named type": (named_type, "named type"),
    "empty space": (null_space, "rewards"),
    "nine axes": (replace("observations", shape=(1,) * 9, dtype="f4"), "9 axes"),
    "too many attributes": (many_attributes, "attributes"),
    "a group": (lambda f: (f.__delitem__("rewards"), f.create_group("rewards")), "rewards"),
    "no rewards": (lambda f: f.__delitem__("rewards"), "rewards"),
    "no actions": (lambda f: f.__delitem__("actions"), "actions"),
    "no observations": (lambda f: f.__delitem__("observations"), "observations"),
    "no terminals": (lambda f: f.__delitem__("terminals"), "terminals"),
    "short rewards": (replace("rewards", data=np.zeros(299, "f4")), "rewards"),
    "short actions": (replace("actions", data=np.zeros((299, 2), "f4")), "actions"),
    "short terminals": (replace("terminals", data=np.zeros(299, bool)), "terminals"),
    "short timeouts": (replace("timeouts", data=np.zeros(299, bool)), "timeouts"),
    "flags of -1": (replace("terminals", data=np.full(300, -1, "i1")), "terminals"),
    "actions of 2^63 - 1": (replace("actions", data=np.array([2**63 - 1, -1] * 150)), "actions"),
    "flags of 2": (replace("terminals", data=np.full(300, 2)), "terminals"),
    "NaN rewards": (edit("rewards", 7, np.nan), "rewards"),
    "infinite rewards": (edit("rewards", 7, np.inf), "rewards"),
    "NaN observations": (edit("observations", (7, 1), np.nan), "observations"),
    "NaN actions": (edit("actions", (7, 1), np.nan), "actions"),
}

OWN = {
    "no timesteps": (lambda f: f.__delitem__("timesteps"), "timesteps"),
    "times with a gap": (edit("timesteps", 1, 5), "timesteps"),
    "a negative time": (edit("timesteps", 1, -1), "timesteps"),
    "short rewards": (replace("rewards", data=np.zeros(3)), "rewards"),
    "rewards of another type": (lambda f: retype(f, "rewards", "f4"), "rewards"),
    "NaN rewards": (edit("rewards", 3, np.nan), "rewards"),
    "NaN observations": (edit("observations", (3, 0), np.nan), "observations"),
    "an action out of range": (edit("actions", 3, 99), "actions"),
    "a negative action": (edit("actions", 3, -1), "actions"),
    "an end inside": (edit("terminals", 1, True), "terminals"),
    "a time-out inside": (edit("timeouts", 1, True), "timeouts"),
    "an infinite probability": (edit("behaviour_log_probabilities", 3, -np.inf),
                                "behaviour_log_probabilities"),
    "no seeds": (lambda f: f.__delitem__("episode_seeds"), "episode_seeds"),
    "a newer layout": (lambda f: f.attrs.modify("schema_version", 99), "schema_version"),
    "another space": (lambda f: f.attrs.modify("action_space", '{"type": "Discrete"}'),
                      "header_sha256"),
    "no space": (lambda f: f.attrs.__delitem__("observation_space"), "header_sha256"),
    "a soft link": (link(h5py.SoftLink("/actions")), "rewards"),
    "an infinite mark of success": (lambda f: mark(f, np.full(len(f["rewards"]), np.inf)),
                                    "infos/episode_solved"),
    "two marks of success": (lambda f: mark(f, np.zeros((len(f["rewards"]), 2), "u1")),
                             "infos/episode_solved"),
    "a space whose end overflows": (
        lambda f: respace(f, '{"type": "Discrete", "n": 9223372036854775807, "start": 1}'),
        "action_space"),
}


def mark(file, values):
    del file["infos/episode_solved"]
    file["infos/episode_solved"] = values


def respace(file, text):
    del file.attrs["header_sha256"]
    file.attrs.modify("action_space", text)


def text_bomb(path):
    """A megabyte of text that a million elements refer to."""
    count = 1 << 20
    with h5py.File(path, "w", libver="v110") as file:
        texts = file.create_dataset("columns", (count,), h5py.string_dtype())
        texts[0] = "observations" + "y" * 1_000_000
        file["num_episodes"] = 1
        file["version"] = "2.1"
        offset = texts.id.get_offset()
    with open(path, "r+b") as raw:
        raw.seek(offset)
        one = raw.read(16)
        raw.seek(offset)
        raw.write(one * count)


def retype(file, name, dtype):
    values = file[name][()].astype(dtype)
    del file[name]
    file[name] = values


def minari(root, change=None, change_metadata=None):
    """A small Minari dataset with something changed."""
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(os.path.join(root, "data"))
    box = {"type": "Box", "dtype": "float32", "shape": [2], "low": [0, 0], "high": [1, 1]}
    metadata = {
        "data_format": "hdf5", "total_episodes": 3, "total_steps": 30, "dataset_id": "x/y-v0",
        "observation_space": json.dumps(box), "minari_version": "0.5.3", "jpeg_encoding": False,
        "action_space": json.dumps({"type": "Discrete", "dtype": "int64", "start": 0, "n": 3}),
    }
    with h5py.File(os.path.join(root, "data", "main_data.hdf5"), "w") as file:
        for number in range(3):
            group = file.create_group(f"episode_{number}")
            group.attrs["id"] = number
            group.attrs["total_steps"] = 10
            group["observations"] = np.full((11, 2), 0.5, "f4")
            group["actions"] = np.zeros(10, "i8")
            group["rewards"] = np.zeros(10)
            ends = np.zeros(10, bool)
            ends[9] = True
            group["terminations"] = ends
            group["truncations"] = np.zeros(10, bool)
        if change:
            change(file)
    if change_metadata:
        change_metadata(metadata)
    with open(os.path.join(root, "data", "metadata.json"), "w") as file:
        json.dump(metadata, file)
    return root


MINARI = {
    "a gap": (lambda f: f.move("episode_1", "episode_7"), None, "episode_1"),
    "too few episodes": (lambda f: f.__delitem__("episode_2"), None, "episodes"),
    "a stranger": (lambda f: f.create_group("other"), None, "other"),
    "too few observations": (replace("episode_1/observations", data=np.zeros((10, 2), "f4")), None,
                             "episode_1/observations"),
    "too few actions": (replace("episode_1/actions", data=np.zeros(9, "i8")), None,
                        "episode_1/actions"),
    "an end inside": (edit("episode_1/terminations", 3, True), None, "episode_1/terminations"),
    "another number of steps": (lambda f: f["episode_1"].attrs.modify("total_steps", 11), None,
                                "episode_1/total_steps"),
    "no rewards": (lambda f: f.__delitem__("episode_1/rewards"), None, "episode_1/rewards"),
    "no space": (None, lambda m: m.pop("observation_space"), "observation_space"),
    "a space of text": (None, lambda m: m.update(action_space='{"type": "Text"}'), "action_space"),
    "a seed of 1.5": (lambda f: f["episode_1"].attrs.create("seed", 1.5), None, "episode_1/seed"),
    "an end of -1": (replace("episode_1/truncations", data=np.full(10, -1)), None,
                     "episode_1/truncations"),
    "bounds in the wrong order": (
        None, lambda m: m.update(observation_space=m["observation_space"].replace("[0, 0]", "[2, 0]")),
        "observation_space › low"),
    "a space whose end overflows": (
        None, lambda m: m.update(
            action_space='{"type": "Discrete", "n": 9223372036854775807, "start": 1}'),
        "action_space › n"),
    "arrow": (None, lambda m: m.update(data_format="arrow"), "data_format"),
    "episodes without number": (None, lambda m: m.update(total_episodes=-1), "total_episodes"),
}


def make(place, write_flat):
    """Yields kind, name, word and path; each file is gone when the next one comes."""
    for name, (change, word) in FLAT.items():
        path = place("animal.hdf5")
        write_flat(path)
        with h5py.File(path, "r+") as file:
            change(file)
        yield "flat", name, word, path
    for name, (change, word) in OWN.items():
        path = place("animal.hdf5")
        shutil.copy(place("own.hdf5"), path)
        with h5py.File(path, "r+") as file:
            change(file)
        yield "own", name, word, path
    text_bomb(place("animal.hdf5"))
    yield "d3rlpy", "text bomb", "columns", place("animal.hdf5")
    for name, (change, change_metadata, word) in MINARI.items():
        yield "minari", name, word, minari(place("animal"), change, change_metadata)
