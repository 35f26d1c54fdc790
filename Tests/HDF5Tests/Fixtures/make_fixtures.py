"""Writes the HDF5 files beside this script with h5py: one that we must read, many to refuse.

    python make_fixtures.py
"""
import os

import h5py
import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))


def make(name, fill, **options):
    with h5py.File(f"{name}.hdf5", "w", libver=("earliest", "v110"), **options) as f:
        fill(f)


def sample(f):
    f.create_dataset("chunked", data=np.arange(600, dtype="f4").reshape(100, 6), chunks=(7, 6),
                     compression="gzip", compression_opts=4, shuffle=True, fletcher32=True)
    f.create_dataset("flags", data=np.array([True, False, True]))
    f.create_dataset("flags_as_bytes", data=np.array([1, 0, 1], "u1"))
    f.create_dataset("flags_wrong", data=np.array([1, 0, 2], "u1"))
    f.create_dataset("short", data=np.array([-5, 300], "i2"))
    f.create_dataset("half", data=np.array([0.5, -2], "f2"))
    f.create_dataset("big_endian", data=np.array([1.5, -2], ">f8"))
    f.create_dataset("scalar", data=np.int64(42))
    f.create_dataset("empty", shape=(0, 3), dtype="f4")
    f.create_dataset("growing", data=np.arange(5), maxshape=(None,))
    f.create_dataset("names", data=np.array(["a", "b"], dtype=object), dtype=h5py.string_dtype())
    f.create_dataset("group/below", data=np.arange(3, dtype="u8"))
    f.attrs["variable"] = "grüße"
    f.attrs["fixed"] = np.bytes_("fixed")
    f.attrs["fixed_utf8"] = np.array("grüße".encode(), dtype=h5py.string_dtype("utf-8", 12))
    f.attrs["whole"] = np.int64(-7)
    f.attrs["seed"] = np.uint64(2**64 - 1)
    f.attrs["number"] = 2.5
    f.attrs["several"] = np.arange(3)
    f.attrs["not_utf8"] = np.bytes_(b"\xc3\x28")


make("sample", sample)


def zeros(f):
    f["x"] = np.zeros(4)


def bomb(f):
    f.create_dataset("x", shape=(1 << 26,), dtype="u1", chunks=(1 << 22,), compression="gzip",
                     compression_opts=9, fillvalue=0)
    f["x"][: 1 << 22] = 0


def virtual(f):
    layout = h5py.VirtualLayout(shape=(4,), dtype="f8")
    layout[:] = h5py.VirtualSource("sample.hdf5", "x", shape=(4,))
    f.create_virtual_dataset("x", layout)


def loop(f):
    f.create_group("a")["b"] = f["/"]


def twice(f):
    f["a"] = np.zeros(4)
    f["b"] = f["a"]


def deep(f):
    f["/".join("abcdefghijkl")] = np.zeros(1)


def reference(f):
    f["a"] = np.zeros(4)
    f.create_dataset("x", data=[f["a"].ref], dtype=h5py.ref_dtype)


def attributes(f):
    for i in range(65):
        f.attrs[f"a{i}"] = i


def packed_integers(f):
    """Whole numbers that take 40 of 64 bits, from the ninth on; truth values of both signs."""
    kind = h5py.h5t.STD_I64LE.copy()
    kind.set_precision(40)
    kind.set_offset(8)
    for name, chunks in [("packed", (5,)), ("flat", None)]:
        creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        if chunks:
            creation.set_chunk(chunks)
            creation.set_deflate(4)
        made = h5py.h5d.create(f.id, name.encode(), kind, h5py.h5s.create_simple((5,)), creation)
        made.write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(5))
    for kind in ("i1", "i8"):
        f.create_dataset(f"flags_{kind}", data=np.array([0, -1, 1], kind))


make("packed_integers", packed_integers)
make("soft_link", lambda f: f.__setitem__("x", h5py.SoftLink("/y")))
make("external_link", lambda f: f.__setitem__("x", h5py.ExternalLink("sample.hdf5", "/chunked")))
make("external_storage", lambda f: f.create_dataset(
    "x", shape=(4,), dtype="u1", external=[("/etc/passwd", 0, 4)]))
make("virtual", virtual)
make("compound", lambda f: f.create_dataset("x", data=np.zeros(3, [("a", "f4"), ("b", "i4")])))
make("variable_length", lambda f: f.create_dataset("x", (2,), h5py.vlen_dtype(np.int32)))
make("opaque", lambda f: f.create_dataset("x", data=np.zeros(3, "V5")))
make("enumeration", lambda f: f.create_dataset(
    "x", (2,), h5py.enum_dtype({"RED": 0, "BLUE": 1}, "i1")))
make("reference", reference)
make("named_type", lambda f: f.__setitem__("x", np.dtype("f8")))
make("lzf", lambda f: f.create_dataset("x", data=np.zeros(100), compression="lzf"))
make("scale_offset", lambda f: f.create_dataset("x", data=np.arange(99), scaleoffset=0))
make("bomb", bomb)
make("huge", lambda f: f.create_dataset("x", shape=(1 << 40,), dtype="f8"))
make("huge_chunk", lambda f: f.create_dataset(
    "x", data=np.zeros(1 << 10, "u1"), maxshape=(None,), chunks=((1 << 26) + 1,),
    compression="gzip"))
make("unwritten", lambda f: f.create_dataset("x", shape=(1 << 20,), dtype="f8"))
make("rank", lambda f: f.create_dataset("x", data=np.zeros((1,) * 9)))
make("null_space", lambda f: f.create_dataset("x", data=h5py.Empty("f4")))
make("loop", loop)
make("twice", twice)
make("deep", deep)
make("many_attributes", attributes)
make("large_attribute", lambda f: f.attrs.create("a", np.zeros(8200)), track_order=True)
