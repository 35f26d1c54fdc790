"""TensorBoard's own reader, and d3rlpy's commands where it is installed, read what runs log.

    check_tensorboard.py HINDSIGHT [--quick]

Trains a tiny run, kills it with SIGKILL at random moments and resumes it, and compares what TensorBoard
reads of its event files, of those of an export and of files that are cut off anywhere with the run's
own logs.
"""
import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.compat.tensorflow_stub import errors
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.util import tensor_util

HINDSIGHT = os.path.abspath(sys.argv[1])
QUICK = "--quick" in sys.argv

CONFIGURATION = """environment: corridor
dataset: {episodes: 200}
agent: {contextLength: 8, backbone: {width: 16, layers: 1, heads: 2}}
training:
  steps: %d
  batchSize: 16
  logEvery: 1
  checkpointEvery: 25
  tensorboard: true
  validation: {every: 50, episodes: 10, targetReturns: [0, 1]}
evaluation: {targetReturns: [0, 1], episodes: 20}
"""


def run(*arguments, code=0):
    done = subprocess.run([HINDSIGHT, *arguments], capture_output=True, text=True, timeout=300)
    assert done.returncode == code, (arguments, done.returncode, done.stderr)
    return done.stdout


def read(folder):
    """TensorBoard's view of a run."""
    accumulator = event_accumulator.EventAccumulator(
        folder, size_guidance={kind: 0 for kind in event_accumulator.DEFAULT_SIZE_GUIDANCE})
    accumulator.Reload()
    return accumulator


def records(path):
    """Every record, checksums verified; and whether the file ends with a whole one."""
    reader, found = PyRecordReader_New(path), []
    while True:
        try:
            reader.GetNext()
        except errors.OutOfRangeError:
            return found, True
        except errors.DataLossError:
            return found, False
        found.append(reader.record())


def event_files(folder):
    return sorted(
        os.path.join(folder, name) for name in os.listdir(folder) if "tfevents" in name)


def rows(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def points(accumulator, tag):
    if tag in accumulator.Tags()["scalars"]:
        return {event.step: event.value for event in accumulator.Scalars(tag)}
    return {event.step: float(tensor_util.make_ndarray(event.tensor_proto))
            for event in accumulator.Tensors(tag)}


def check_scalars(accumulator, folder):
    """All numbers of both logs, to single precision; each step once."""
    compared = 0
    metrics = rows(os.path.join(folder, "metrics.csv"))
    for column in metrics[0]:
        if column == "step":
            continue
        expected = {int(row["step"]): np.float32(row[column]) for row in metrics if row[column]}
        found = points(accumulator, f"training/{column}")
        assert found.keys() == expected.keys(), (column, len(found), len(expected))
        assert all(found[step] == expected[step] for step in expected), column
        compared += len(expected)
    for row in rows(os.path.join(folder, "validation.csv")):
        target = f"/target_{float(row['target_return']):g}"
        for tag, key in ((f"validation/mean_return{target}", "mean_return"),
                         (f"validation/success_rate{target}", "success_rate"),
                         ("validation/score", "score")):
            assert points(accumulator, tag)[int(row["step"])] == np.float32(row[key]), tag
            compared += 1
    return compared


def check_pictures_and_texts(accumulator, folder):
    images = [tag for tag in accumulator.Tags()["images"]]
    if images:
        picture = accumulator.Images(images[0])[-1].encoded_image_string
    else:
        picture = tensor_util.make_ndarray(accumulator.Tensors("rollout")[-1].tensor_proto)[2]
    assert picture.startswith(b"\x89PNG"), picture[:20]
    text = tensor_util.make_ndarray(
        accumulator.Tensors("configuration/text_summary")[0].tensor_proto)[0].decode()
    with open(os.path.join(folder, "config.yaml")) as file:
        assert text == f"```yaml\n{file.read()}```\n"
    # Weights: as many numbers as each array of the checkpoint has.
    weights = [tag for tag in accumulator.Tags()["tensors"] + accumulator.Tags()["histograms"]
               if tag.startswith("weights/")]
    assert len(weights) > 10, weights
    histograms = accumulator.Tags()["histograms"]
    for tag in weights:
        if tag in histograms:
            value = accumulator.Histograms(tag)[-1].histogram_value
            assert value.num == sum(value.bucket) > 0 and value.min <= value.max, tag
        else:
            buckets = tensor_util.make_ndarray(accumulator.Tensors(tag)[-1].tensor_proto)
            assert buckets[:, 2].sum() > 0, tag
    return len(weights)


def check_hyper_parameters(accumulator, folder, finished):
    contents = accumulator.PluginTagToContent("hparams")
    def parse(name):
        return plugin_data_pb2.HParamsPluginData.FromString(contents[f"_hparams_/{name}"])
    settings = parse("session_start_info").session_start_info.hparams
    assert settings["agent.contextLength"].number_value == 8
    assert settings["training.tensorboard"].bool_value is True
    assert settings["environment.id"].string_value == "corridor"
    experiment = parse("experiment").experiment
    assert {info.name for info in experiment.hparam_infos} == set(settings)
    tags = {(info.name.group, info.name.tag) for info in experiment.metric_infos}
    assert ("", "validation/score") in tags and ("evaluations/1", "evaluation/mean_return") in tags
    assert ("_hparams_/session_end_info" in contents) == finished
    return len(settings)


def check_hyper_parameter_table(folder):
    """The table as TensorBoard's plugin makes it of all runs: settings with metrics."""
    from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
    from tensorboard.plugins.hparams import api_pb2, backend_context, list_session_groups
    from tensorboard.backend import application  # noqa: F401 (its plugins must be importable)
    from tensorboard import context
    from tensorboard.plugins import base_plugin
    multiplexer = plugin_event_multiplexer.EventMultiplexer()
    multiplexer.AddRunsFromDirectory(folder)
    multiplexer.Reload()
    provider = data_provider.MultiplexerDataProvider(multiplexer, folder)
    backend = backend_context.Context(base_plugin.TBContext(data_provider=provider))
    request_context = context.RequestContext()
    experiment = backend.experiment_from_metadata(
        request_context, "", True, backend.hparams_metadata(request_context, ""),
        [])
    request = api_pb2.ListSessionGroupsRequest(start_index=0, slice_size=10)
    request.allowed_statuses.extend(
        [api_pb2.STATUS_UNKNOWN, api_pb2.STATUS_SUCCESS, api_pb2.STATUS_RUNNING])
    for info in experiment.metric_infos:
        request.col_params.add().metric.CopyFrom(info.name)
    groups = list_session_groups.Handler(
        request_context, backend, "", request).run().session_groups
    assert len(groups) == 1, groups
    metrics = {value.name.tag: value.value for value in groups[0].metric_values}
    return metrics


def check_cuts(path, work):
    """Cut off anywhere in its last records, a file is read up to the last whole one."""
    whole, is_whole = records(path)
    assert is_whole
    with open(path, "rb") as file:
        content = file.read()
    ends, place = [], 0
    for record in whole:
        place += len(record) + 16
        ends.append(place)
    assert place == len(content)
    random.seed(7)
    lengths = list(range(ends[-3], len(content)))
    if len(lengths) > 600:
        lengths = sorted(random.sample(lengths, 600))
    for length in lengths:
        cut = os.path.join(work, "events.out.tfevents.1.cut.1.0")
        with open(cut, "wb") as file:
            file.write(content[:length])
        found, _ = records(cut)
        assert found == whole[: sum(end <= length for end in ends)], length
    # That checksums are verified at all: one flipped bit is noticed.
    damaged = bytearray(content)
    damaged[ends[0] + 30] ^= 4
    with open(cut, "wb") as file:
        file.write(damaged)
    found, is_whole = records(cut)
    assert len(found) == 1 and not is_whole
    return len(lengths)


def d3rlpy_reads(folder):
    names = sorted(name for name in os.listdir(folder) if name.endswith(".csv"))
    code = (
        "import sys; sys.argv[0] = 'd3rlpy'\n"
        "import matplotlib; matplotlib.use('Agg')\n"
        "from d3rlpy.cli import cli; cli()\n")
    def command(*arguments):
        return subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=300)
    files = [os.path.join(folder, name) for name in names]
    stats = command("stats", os.path.join(folder, "loss.csv"))
    assert stats.returncode == 0, stats.stderr
    values = np.loadtxt(os.path.join(folder, "loss.csv"), delimiter=",")
    assert f"TOTAL STEPS:  {values[-1, 1]}" in stats.stdout, stats.stdout
    assert f"MAX VALUE  :  {values[:, 2].max()}" in stats.stdout, stats.stdout
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return f"d3rlpy's stats (its plot skipped, there is no matplotlib), {len(names)} files"
    for arguments in (["plot", *files], ["plot", "--show-steps", files[0]], ["plot-all", folder]):
        plot = command(*arguments, "--save", os.path.join(folder, "plot.png"))
        assert plot.returncode == 0, plot.stderr
    return f"d3rlpy's stats, plot and plot-all, {len(names)} files"


work = tempfile.mkdtemp(prefix="hindsight-tensorboard-")
try:
    path = os.path.join(work, "tiny.yaml")
    steps = 300 if QUICK else 2000
    with open(path, "w") as file:
        file.write(CONFIGURATION % steps)
    data = os.path.join(work, "data.hdf5")
    run("collect", path, "--output", data, "--quiet")
    folder = os.path.join(work, "runs", "tiny")
    arguments = ["train", path, "--dataset", data, "--output", folder, "--threads", "1", "--quiet"]
    kills, generator = 0, random.Random(3)
    wanted = 5 if QUICK else 50
    while True:
        process = subprocess.Popen(
            [HINDSIGHT, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            if kills >= wanted:
                raise_after = 300
            else:
                while process.poll() is None and not os.path.exists(
                        os.path.join(folder, "config.yaml")):
                    time.sleep(0.001)
                raise_after = 0.05 + generator.random() * 0.3
            process.wait(timeout=raise_after)
            assert process.returncode == 0, process.stderr.read()
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            for file in event_files(folder):
                whole, is_whole = records(file)
                size = sum(len(record) + 16 for record in whole)
                assert is_whole or os.path.getsize(file) > size, "nothing but the last is torn"
            arguments = ["train", "--resume", folder, "--threads", "1", "--quiet"]
    run("evaluate", folder, "--name", "1", "--quiet")

    live = read(folder)
    compared = check_scalars(live, folder)
    weights = check_pictures_and_texts(live, folder)
    settings = check_hyper_parameters(live, folder, True)
    cuts = check_cuts(event_files(folder)[-1], work)

    out = os.path.join(work, "out")
    run("export", "tensorboard", os.path.join(work, "runs"), out)
    exported = read(os.path.join(out, "tiny"))
    compared += check_scalars(exported, folder)
    check_pictures_and_texts(exported, folder)
    check_hyper_parameters(exported, folder, True)
    with open(os.path.join(folder, "evaluations", "1", "report.json")) as file:
        report = json.load(file)["evaluation"]
    for root in (folder, os.path.join(out, "tiny")):
        evaluation = read(os.path.join(root, "evaluations", "1"))
        for element in report:
            tag = f"{element['selection']}/target_{element['target_return']:g}"
            found = points(evaluation, f"evaluation/mean_return/{tag}")
            assert list(found.values()) == [np.float32(element["mean_return"])], (tag, found)
        metrics = check_hyper_parameter_table(os.path.dirname(root))
        best = max(report, key=lambda e: (e["target_return"], e["selection"] == "greedy"))
        assert metrics["evaluation/mean_return"] == np.float32(best["mean_return"]), metrics
        last = rows(os.path.join(folder, "validation.csv"))[-1]
        assert metrics["validation/score"] == np.float32(last["score"]), metrics

    csvs = os.path.join(work, "csv")
    run("export", "csv", folder, csvs)
    try:
        import d3rlpy  # noqa: F401
        d3rlpy_said = d3rlpy_reads(csvs)
    except ImportError:
        d3rlpy_said = "d3rlpy skipped, it is not installed"
    print(f"{compared} numbers of {len(event_files(folder))} files after {kills} kills, {weights} "
          f"arrays of weights, {settings} settings in the table, {cuts} cuts; {d3rlpy_said}")
finally:
    shutil.rmtree(work, ignore_errors=True)
