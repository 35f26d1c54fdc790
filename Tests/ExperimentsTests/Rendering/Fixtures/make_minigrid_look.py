"""Writes minigrid_look.json: how MiniGrid draws a grid with one of everything.

    python make_minigrid_look.py

Needs minigrid (written with 3.2.0). For every square the mean red, green and blue of each of its four
quarters, at 32 pixels a square.
"""

import json
import pathlib

import gymnasium
import minigrid  # noqa: F401, registers the environments
from minigrid.core.world_object import Ball, Box, Door, Floor, Key, Lava

environment = gymnasium.make("MiniGrid-Empty-8x8-v0", render_mode="rgb_array")
environment.reset(seed=1)
grid = environment.unwrapped.grid
for column, row, thing in [
    (3, 1, Key("yellow")), (4, 1, Ball("blue")), (5, 1, Box("purple")), (6, 1, Key("red")),
    (3, 3, Door("yellow", is_locked=True)), (4, 3, Door("green")),
    (5, 3, Door("red", is_open=True)), (6, 3, Ball("grey")),
    (3, 5, Lava()), (4, 5, Lava()), (5, 5, Floor("blue")), (2, 5, Floor("red")),
]:
    grid.set(column, row, thing)
pixels = environment.render().astype(float)
means = pixels.reshape(16, 16, 16, 16, 3).mean(axis=(1, 3))
text = json.dumps([[round(x) for x in means[row, column]] for row in range(16) for column in range(16)])
pathlib.Path(__file__).with_name("minigrid_look.json").write_text(text + "\n")
