"""Checkpoints, read and made by hand: safetensors files with two hashes in their texts."""
import hashlib
import json
import struct

OPEN = 8  # bytes before the header: its length


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class CheckpointFile:
    """Texts and tensors (name: type, shape, bytes) of a file, which may be changed and written."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        length = struct.unpack("<Q", data[:OPEN])[0]
        header = json.loads(data[OPEN:OPEN + length])
        self.texts = header.pop("__metadata__")
        self.tensors = {}
        for name, tensor in header.items():
            start, end = (OPEN + length + offset for offset in tensor["data_offsets"])
            assert end <= len(data), name
            self.tensors[name] = (tensor["dtype"], tensor["shape"], data[start:end])

    def header(self, without=None):
        parts = [f'"__metadata__":{dumps({k: self.texts[k] for k in sorted(self.texts) if k != without})}']
        end = 0
        for name in sorted(self.tensors):
            kind, shape, data = self.tensors[name]
            place = {"dtype": kind, "shape": shape, "data_offsets": [end, end + len(data)]}
            parts.append(f"{dumps(name)}:{dumps(place)}")
            end += len(data)
        text = ("{" + ",".join(parts) + "}").encode()
        text += b" " * (-len(text) % 8)
        return struct.pack("<Q", len(text)) + text

    def hashes(self):
        """Of the tensors, and of the header without its own."""
        tensors = hashlib.sha256()
        for name in sorted(self.tensors):
            tensors.update(self.tensors[name][2])
        return tensors.hexdigest(), hashlib.sha256(self.header("header_sha256")).hexdigest()

    def is_whole(self):
        return self.hashes() == (self.texts["sha256"], self.texts["header_sha256"])

    def seal(self):
        """Makes the hashes right again, as a forger would."""
        self.texts["sha256"] = self.hashes()[0]
        self.texts["header_sha256"] = self.hashes()[1]

    def write(self, path):
        with open(path, "wb") as file:
            file.write(self.header())
            for name in sorted(self.tensors):
                file.write(self.tensors[name][2])
