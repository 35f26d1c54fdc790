"""Reads pictures of ours with Pillow and an XML parser.

    check_pictures.py FRAMES WIDTH HEIGHT GIF PNG SVG
"""

import sys
import xml.etree.ElementTree

from PIL import Image

frames, width, height = (int(text) for text in sys.argv[1:4])
gif, png, svg = sys.argv[4:]

with Image.open(gif) as image:
    assert image.size == (width, height), image.size
    assert image.n_frames == frames, image.n_frames
    assert image.info["loop"] == 0
    image.seek(0)
    first = image.convert("RGB")
    for frame in range(frames):
        image.seek(frame)
        image.load()
        assert image.info["duration"] == (1500 if frame == frames - 1 else 250), image.info

with Image.open(png) as image:
    image.load()
    assert image.size == (width, height), image.size
    assert image.mode == "RGB", image.mode
    pairs = zip(image.get_flattened_data(), first.get_flattened_data())
    # A GIF has 256 colours; what is flat is exact, the edges of letters may be off.
    different = sum(a != b for a, b in pairs)
    assert different <= width * height / 100, f"{different} pixels of the GIF differ"

root = xml.etree.ElementTree.parse(svg).getroot()
assert root.attrib["width"] == str(width) and root.attrib["height"] == str(height), root.attrib
names = {element.tag.rpartition("}")[2] for element in root.iter()}
assert {"rect", "circle", "text", "animate", "g"} <= names, names
print(f"GIF of {frames} frames, PNG, SVG of {sum(1 for _ in root.iter())} elements")
