"""Writes events.tfevents with TensorBoard's own classes: the records that EventFileTests makes too."""
import pathlib

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.plugins.hparams import plugin_data_pb2, api_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

NULL = summary_pb2.Summary().value.add().tensor
NULL.dtype = 1
NULL.tensor_shape.dim.add().size = 1
NULL.float_val.append(0.0)


def event(step, time=1700000000.25):
    return event_pb2.Event(wall_time=time, step=step)


def hparams(tag, **content):
    value = summary_pb2.Summary.Value(tag=tag, tensor=NULL)
    data = plugin_data_pb2.HParamsPluginData(version=0, **content)
    value.metadata.plugin_data.plugin_name = "hparams"
    value.metadata.plugin_data.content = data.SerializeToString(deterministic=True)
    return value


def events():
    start = event(0)
    start.file_version = "brain.Event:2"
    yield start

    restart = event(300)
    restart.session_log.status = event_pb2.SessionLog.START
    yield restart

    scalars = event(2 ** 40)
    scalars.summary.value.add(tag="training/loss", simple_value=1.25)
    scalars.summary.value.add(tag="zero", simple_value=0.0)
    scalars.summary.value.add(tag="not a number", simple_value=float("nan"))
    yield scalars

    histogram = event(7)
    value = histogram.summary.value.add(tag="weights/ä")
    values = [float(v) for v in range(31)]
    value.histo.min, value.histo.max, value.histo.num = 0.0, 30.0, 31.0
    value.histo.sum, value.histo.sum_squares = sum(values), sum(v * v for v in values)
    value.histo.bucket_limit.extend(float(v) for v in range(1, 31))
    value.histo.bucket.extend([1.0] * 29 + [2.0])
    yield histogram

    image = event(8)
    value = image.summary.value.add(tag="rollout")
    value.image.height, value.image.width, value.image.colorspace = 20, 300, 3
    value.image.encoded_image_string = bytes(range(256)) * 2
    yield image

    text = event(0)
    value = text.summary.value.add(tag="configuration/text_summary")
    value.tensor.dtype = 7
    value.tensor.tensor_shape.dim.add().size = 1
    value.tensor.string_val.append("# a\n\n```yaml\nseed: 0\n```\n".encode())
    value.metadata.plugin_data.plugin_name = "text"
    value.metadata.data_class = summary_pb2.DATA_CLASS_TENSOR
    yield text

    table = event(0)
    experiment = api_pb2.Experiment()
    for name, kind in (("agent.id", 1), ("flag", 2), ("rate", 3)):
        experiment.hparam_infos.add(name=name, type=kind)
    experiment.metric_infos.add().name.tag = "validation/score"
    experiment.metric_infos.add().name.MergeFrom(
        api_pb2.MetricName(group="evaluations/1", tag="evaluation/mean_return"))
    table.summary.value.append(hparams("_hparams_/experiment", experiment=experiment))
    session = plugin_data_pb2.SessionStartInfo(group_name="demo", start_time_secs=5.5)
    session.hparams["agent.id"].string_value = ""
    session.hparams["flag"].bool_value = False
    session.hparams["rate"].number_value = 0.0
    table.summary.value.append(hparams("_hparams_/session_start_info", session_start_info=session))
    end = plugin_data_pb2.SessionEndInfo(status=1, end_time_secs=9.0)
    table.summary.value.append(hparams("_hparams_/session_end_info", session_end_info=end))
    yield table


path = pathlib.Path(__file__).parent / "events.tfevents"
with open(path, "wb") as file:
    writer = RecordWriter(file)
    for record in events():
        writer.write(record.SerializeToString(deterministic=True))
    writer.flush()
