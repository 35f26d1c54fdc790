"""Writes numpy.json: what NumPy's default_rng draws, for NumPyGeneratorTests.

    python make_numpy.py numpy.json

Numbers of 64 bits are hexadecimal text, because JSON readers may round them; reals are their bits.
"""
import json
import struct
import sys

import numpy as np

SEEDS = [0, 1, 2, 41, 12345, 2**31, 2**32 - 1, 2**32, 2**32 + 7, 2**53 + 1, 2**63, 2**64 - 1]
RANGES = [(0, 1), (0, 2), (0, 7), (-5, 6), (3, 4), (0, 1000), (0, 2**31 + 3), (0, 2**32 - 1),
          (0, 2**32), (0, 2**32 + 1), (-2**40, 2**40 + 12345), (0, 3 * 2**61), (-2**63, 2**63 - 1)]


def bits(x):
    return f"{struct.unpack('<Q', struct.pack('<d', x))[0]:x}"


def case(seed):
    raw = [f"{int(v):x}" for v in np.random.default_rng(seed).bit_generator.random_raw(8)]
    rng = np.random.default_rng(seed)
    # The same generator goes through everything, so that each method leaves it as NumPy's does.
    integers = [[low, high, [int(rng.integers(low, high)) for _ in range(9)]] for low, high in RANGES]
    uniform = [bits(rng.random()) for _ in range(5)]
    between = [bits(rng.uniform(-3.5, 11.25)) for _ in range(5)]
    orders = []
    for count in (0, 1, 2, 3, 8, 30, 100):
        order = list(range(count))
        rng.shuffle(order)
        orders.append(order)
    choices = [int(rng.choice(range(10, 10 + n))) for n in (1, 2, 3, 17, 100)]
    return {"seed": f"{seed:x}", "raw": raw, "integers": integers, "uniform": uniform,
            "between": between, "orders": orders, "choices": choices,
            "last": f"{int(rng.bit_generator.random_raw()):x}"}


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        cases = ",\n".join(json.dumps(case(seed), separators=(",", ":")) for seed in SEEDS)
        file.write(f'{{"numpy":"{np.__version__}","cases":[\n{cases}\n]}}\n')
