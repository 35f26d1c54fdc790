"""Runs our benchmark and the peers' in turn and prints the table of ratios that README shows.

Ours runs before and after the peers, and its medians are taken over both, so that a machine whose
speed drifts favours nobody. A ratio is the peer's time over ours: above one, ours is faster.
"""
import json
import os
import statistics
import subprocess
import sys

BENCH = sys.argv[1]
SIZES = [a for a in sys.argv[2:] if a in ("S", "M", "L")] or ["S", "M", "L"]
HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = "5"
TRAINING_PEERS = "plain,plain_noattndrop+malloc,hf"
POLICY_PEERS = "plain,hf,onnx,compile"


def lines(command):
    print("compare:", " ".join(command), file=sys.stderr, flush=True)
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def ours(kind, *sizes):
    return lines([BENCH, kind, *sizes, "--json", "--rounds", ROUNDS])


def row(*cells):
    print("| " + " | ".join(str(c) for c in cells) + " |", flush=True)


def training():
    row("training step", "threads", "ours, ms", "peer", "peer, ms", "ratio", "ours / sgemm peak")
    row("---", "---", "---", "---", "---", "---", "---")
    for size in SIZES:
        mine = ours("train", size)
        peers = lines([sys.executable, f"{HERE}/peer_bench.py", "train", "--configs", size,
                       "--impls", TRAINING_PEERS, "--rounds", ROUNDS])
        mine += ours("train", size)
        peak = {
            t: max([m[f"sgemm_gflops_{t}"] for m in mine]
                   + [p[f"sgemm_{t}t"] for p in peers if f"sgemm_{t}t" in p]) for t in (1, 2)}
        for threads in (1, 2):
            runs = [m for m in mine if m["threads"] == threads]
            ms = statistics.median(m["milliseconds_median"] for m in runs)
            fraction = 1000 * runs[0]["gflop_per_step"] / ms / peak[threads]
            row(size, threads, f"{ms:.1f}", "-", "-", "-",
                f"{fraction:.2f} of {peak[threads]:.0f} GFLOP/s")
            for peer in peers:
                if peer.get("threads") == threads:
                    row(size, threads, f"{ms:.1f}", peer["impl"], f"{peer['ms_median']:.1f}",
                        f"**{peer['ms_median'] / ms:.2f}**", "")
                elif "skipped" in peer and threads == 1:
                    row(size, "", "", peer["skipped"], peer.get("reason", "")[:60], "", "")
        if size == "M":
            ragged(peers)


def ragged(peers):
    """The peers pad every window to the context, so their full step of M is what they take."""
    full = {p["impl"]: p["ms_median"] for p in peers if p.get("threads") == 2}
    for mine in ours("ragged"):
        for impl, ms in full.items():
            row(f"M, windows of {mine['config']} (mean {mine['mean_window_steps']:.1f} of 30)", 2,
                f"{mine['milliseconds_median']:.1f}", impl, f"{ms:.1f}",
                f"**{ms / mine['milliseconds_median']:.2f}**", "")


def policies():
    sizes = [s for s in SIZES if s != "L"]
    if not sizes:
        return
    print()
    row("choice of a policy", "lanes", "window", "threads", "ours, us", "peer", "threads",
        "peer, us", "ratio")
    row("---", "---", "---", "---", "---", "---", "---", "---", "---")
    for size in sizes:
        mine = ours("rollout", size)
        peers = lines([sys.executable, f"{HERE}/peer_bench.py", "infer", "--configs", size,
                       "--infer-impls", POLICY_PEERS, "--rounds", ROUNDS])
        for peer in peers:
            if "skipped" in peer:
                row(size, "", "", "", "", peer["skipped"], "", peer.get("reason", "")[:60], "")
        for m in mine:
            us = 1000 * m["milliseconds_median"]
            for peer in peers:
                if peer.get("batch") == m["lanes"]:
                    theirs = peer["us_env_step_median"]
                    row(size, m["lanes"], f"{m['context']} the context", m["threads"],
                        f"{us:.1f}", peer["impl"], peer["threads"], f"{theirs:.0f}", f"**{theirs / us:.1f}**")


WORLDS = ["MiniGrid-Empty-8x8-v0", "MiniGrid-DoorKey-8x8-v0", "MiniGrid-FourRooms-v0",
          "MiniGrid-KeyCorridorS3R3-v0"]


def environments():
    """Random play, observations and resets included; ratios are ours over the peer's."""
    print()
    row("environment", "threads", "ours, steps/s", "peer", "peer, steps/s", "ratio")
    row("---", "---", "---", "---", "---", "---")
    mine = ours("env")
    peers = lines([sys.executable, f"{HERE}/peer_bench.py", "env", "--envs", ",".join(WORLDS),
                   "--rounds", ROUNDS, "--jax-python", os.environ.get("JAX_PYTHON", sys.executable)])
    mine += ours("env")
    for world in WORLDS:
        for threads in (1, 2):
            rate = statistics.median(m["steps_per_second"] for m in mine
                                     if m["environment"] == world and m["threads"] == threads)
            for peer in peers:
                name = peer.get("env", "")
                # The package's loop runs on one thread, XLA's kernels on as many as there are.
                if name == world and threads == 1:
                    label = "minigrid (Python)"
                elif name == f"xminigrid:{world[:-3]}" and threads == 2:
                    label = f"xland-minigrid, {peer['envs']} at a time"
                else:
                    continue
                theirs = peer["steps_s_median"]
                row(world, threads, f"{rate:,.0f}", label, f"{theirs:,.0f}",
                    f"**{rate / theirs:,.1f}**")
    for peer in peers:
        if "skipped" in peer:
            row("", "", "", peer["skipped"], peer.get("reason", "")[:60], "")


def data():
    """Ours on one thread; Minari reads a dataset that it wrote itself, of the same episodes."""
    print()
    row("dataset of views", "ours, us", "peer", "peer, us", "ratio")
    row("---", "---", "---", "---", "---")
    program = os.path.join(HERE, "..", "..", ".build", "release", "hindsight")
    mine = ours("data")
    peers = lines([sys.executable, f"{HERE}/minari_views.py", program, "--rounds", ROUNDS])
    mine += ours("data")
    for peer in peers:
        if "skipped" in peer:
            row("", "", peer["skipped"], peer["reason"], "")
            continue
        us = 1000 * statistics.median(
            m["milliseconds_median"] for m in mine
            if m["bench"] == "views" and m["config"] == peer["config"])
        theirs = peer["microseconds_median"]
        row(f"{peer['config']}, each {peer['unit']}", f"{us:.2f}", f"minari {peer['minari']}",
            f"{theirs:.0f}", f"**{theirs / us:.0f}**")
    ratio = statistics.median(m["over_playing"] for m in mine if m.get("config") == "collect to disk")
    row("collected to disk over played", "", "", "", f"**{ratio:.2f}**")


SECTIONS = {"train": training, "rollout": policies, "env": environments, "data": data}
for section in [a for a in sys.argv[2:] if a in SECTIONS] or SECTIONS:
    SECTIONS[section]()
