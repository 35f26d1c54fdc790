"""Checkpoints of other runs, forged ones, and ones of which a bit has changed."""
import json
import os
import shutil
import signal
import struct
import time

from checkpoint_file import CheckpointFile
from common import TINY, Place, expect, remove, run, seeded, size, succeed, tree
from training import Training

NAN = struct.pack("<f", float("nan"))


def text(key, value):
    """A forgery that changes a text; None takes it out."""
    def change(file):
        if value is None:
            del file.texts[key]
        else:
            file.texts[key] = value
    return change


def tensor(name, change):
    def forge(file):
        file.tensors[name] = change(*file.tensors[name])
    return forge


def with_nan(kind, shape, data):
    return kind, shape, NAN + data[4:]


def transposed(kind, shape, data):
    return kind, shape[::-1] if shape[0] != shape[1] else [1, shape[0] * shape[1]], data


def swap_moments(file):
    for name in [n for n in file.tensors if n.startswith("optimizer.first/")]:
        other = name.replace("first", "second")
        file.tensors[name], file.tensors[other] = file.tensors[other], file.tensors[name]


def configured(key, value):
    """Another value of a setting, in the checkpoint's own copy of the configuration."""
    def change(file):
        document = json.loads(file.texts["configuration"])
        group = document
        for word in key.split(".")[:-1]:
            group = group[word]
        group[key.split(".")[-1]] = value
        file.texts["configuration"] = json.dumps(document)
    return change


def forgeries(weight):
    """What is changed, whether the hashes are made right again, and a word of the refusal."""
    first, second = (weight.replace("parameters", f"optimizer.{n}") for n in ("first", "second"))
    return {
        "a newer layout": (text("schema_version", "99"), True, "needs a newer hindsight"),
        "no layout": (text("schema_version", "0"), True, "schema_version"),
        "another format": (text("format", "pt"), True, "format"),
        "no format": (text("format", None), True, "format"),
        "no step": (text("step", None), True, "step"),
        "a step that is none": (text("step", "many"), True, "step"),
        "a negative step": (text("step", "-1"), True, "step"),
        "more updates than steps": (text("updates", "1000000"), True, "updates"),
        "a score that is none": (text("best_score", "good"), True, "best_score"),
        "no configuration": (text("configuration", None), True, "configuration"),
        "a configuration that is none": (text("configuration", "{"), True, "metadata"),
        "an unknown setting": (configured("training.stepz", 1), True, "configuration"),
        "another width": (configured("agent.backbone.width", 32), True, "configur"),
        "data that are none": (text("data", "[]"), True, "data"),
        "no hash": (text("sha256", None), False, "header"),
        "a changed text": (text("step", "7"), False, "header"),
        "swapped moments": (swap_moments, False, "sha256"),
        "a changed weight": (tensor(weight, with_nan), False, "sha256"),
        "a weight of NaN": (tensor(weight, with_nan), True, "not finite"),
        "a moment of NaN": (tensor(first, with_nan), True, "not finite"),
        "another shape": (tensor(weight, transposed), True, "shape"),
        "another type": (tensor(weight, lambda k, s, d: ("I32", s, d)), True, "dtype"),
        "a missing weight": (lambda f: f.tensors.pop(weight), True, weight),
        "a missing moment": (lambda f: f.tensors.pop(second), True, second),
        "one weight too many": (
            lambda f: f.tensors.update({"parameters/more": ("F32", [1, 1], b"0000")}), True,
            "parameters/more"),
        "one moment too many": (
            lambda f: f.tensors.update({"optimizer.first/more": ("F32", [1, 1], b"0000")}), True,
            "optimizer.first/more"),
    }


# What only a run that goes on looks at: an evaluation needs no moments, and takes the settings from
# the checkpoint.
ONLY_RESUMED = {"a moment of NaN", "a missing moment", "one moment too many"}


def begun(training, name, *settings):
    """A run with a checkpoint that is not finished."""
    saved = training.place(name, "checkpoints", "last.safetensors")
    command = training.new
    training.new = [*command, *settings]
    process = training.start(name)
    training.new = command
    while not os.path.exists(saved) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    error = process.communicate()[1].decode()
    expect(process.returncode == 143, name, process.returncode, error)
    return saved


def refusing():
    flips = size(24, 1000)
    random = seeded("checkpoint")
    wrong = []
    foreign = forged = damaged = 0
    meaningless = {}
    with Place() as place:
        training = Training(place, 1000)
        own = begun(training, "own")
        whole = tree(place("own"))
        original = whole[os.path.join("checkpoints", "last.safetensors")]

        def restore():
            remove(place("own"))
            for name, content in whole.items():
                path = place("own", name)
                if content is None:
                    os.makedirs(path, exist_ok=True)
            for name, content in whole.items():
                if content is not None:
                    os.makedirs(os.path.dirname(place("own", name)), exist_ok=True)
                    with open(place("own", name), "wb") as file:
                        file.write(content)

        resume = ["train", "--resume", place("own"), "--quiet"]
        evaluate = ["evaluate", place("own"), "--checkpoint", "last", "--episodes", "1", "--quiet"]

        def refuse(what, command, word, path=own):
            outcome = run(*command)
            if outcome.code != 65 or word not in outcome.error or path not in outcome.error or (
                    not outcome.error.startswith("Error: ")):
                wrong.append(f"{command[0]} with {what}: {outcome.code} {outcome.error} (expected {word})")

        # Of another run: a width, a seed, data and an agent of its own; and other data for this one.
        place.write("other.yaml", TINY)
        succeed("collect", place("other.yaml"), "--output", place("others"), "--quiet", "--seed", "5")
        for name, settings, word in [
            ("wide", ["--set", "agent.backbone.width=24"], "configuration"),
            ("seed", ["--seed", "1"], "configuration"),
            ("agent", ["--set", "agent={id: behaviour-cloning}"], "configuration"),
            ("data", ["--dataset", place("others")], "dataset"),
        ]:
            other = begun(training, "other-" + name, *settings)
            shutil.copy(other, own)
            refuse(f"the checkpoint of another {name}", resume, word)
            foreign += 1
            restore()
        refuse("other data", [*resume, "--dataset", place("others")], "dataset")
        foreign += 1
        for name, content in [("an empty file", b""), ("half a file", original[:len(original) // 2]),
                              ("a longer file", original + b"\0"), ("another file", b"{}" * 500)]:
            for command in (resume, evaluate):
                with open(own, "wb") as file:
                    file.write(content)
                refuse(name, command, "")
                foreign += 1
        restore()

        weight = next(name for name, (kind, shape, _) in sorted(CheckpointFile(own).tensors.items())
                      if name.startswith("parameters/") and shape[0] > 1)
        for name, (change, is_sealed, word) in forgeries(weight).items():
            file = CheckpointFile(own)
            change(file)
            if is_sealed:
                file.seal()
            for command in (resume, evaluate):
                if command is evaluate and name in ONLY_RESUMED:
                    continue
                file.write(own)
                refuse(name, command, word)
                forged += 1
            restore()
        # As it was: what is refused is refused for what was changed.
        succeed(*evaluate)
        restore()
        expect(not wrong, "\n".join(wrong))

        # One bit of the checkpoint: always seen.
        for number in range(flips):
            with open(own, "wb") as file:
                file.write(flipped(original, random))
            refuse(f"a flipped bit (number {number})", (resume, evaluate)[number % 2], "")
            damaged += 1
        restore()
        expect(not wrong, len(wrong), "of", flips, "flips:", "\n".join(wrong[:5]))
        meaningless = others_flipped(place, training, restore, random, flips)
    return (f"{foreign} foreign and {forged} forged checkpoints refused with their reason, all of "
            f"{damaged} flipped bits detected; of {meaningless[0]} in configuration and data "
            f"{meaningless[1]} detected, {meaningless[2]} without meaning")


def flipped(content, random):
    """The same bytes but for one bit."""
    data = bytearray(content)
    data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(data)


def others_flipped(place, training, restore, random, flips):
    """One bit of config.yaml, or of a file of the dataset: refused, or without meaning, such as a
    space that is another one; then the run ends as the quiet one."""
    parts = sorted(n for n in os.listdir(place("data")) if n.endswith(".hdf5"))
    count = max(flips // 10, 4)
    detected = 0
    for number in range(count):
        restore()
        # A short way to go: the run is finished from a checkpoint near its end.
        path = place("own", "config.yaml") if number % 2 else place("data", random.choice(parts))
        with open(path, "rb") as file:
            content = file.read()
        changed = flipped(content, random)
        with open(path, "wb") as file:
            file.write(changed)
        outcome = run("train", "--resume", place("own"), "--quiet")
        with open(path, "wb") as file:
            file.write(content)
        where = f"a flipped bit in {path}: {outcome.code} {outcome.error}"
        expect(outcome.code in (0, 65, 78), where)
        if outcome.code == 0:
            found, whole = training.result("own"), dict(training.whole)
            found.pop("config.yaml"), whole.pop("config.yaml")
            expect(found == whole, where, "was not seen, and the run ends with other bytes")
        detected += outcome.code != 0
    return count, detected, count - detected
