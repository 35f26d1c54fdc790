"""A real disk that is full, in a mount of the script's own."""
import os
import shutil
import subprocess
import sys

from common import HINDSIGHT, QUICK, TINY, Place, expect, run, succeed


def full():
    if "FAULT_MOUNTED" not in os.environ:
        # As another process, whose mounts nobody else sees.
        if not shutil.which("unshare") or subprocess.run(
                ["unshare", "-m", "true"], capture_output=True).returncode != 0:
            return "skipped: mounts of one's own are not permitted here"
        here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run.py")
        options = ["--quick"] if QUICK else []
        done = subprocess.run(
            ["unshare", "-m", sys.executable, here, HINDSIGHT, "disk", *options],
            env={**os.environ, "FAULT_MOUNTED": "1"}, capture_output=True, text=True)
        line = done.stdout.strip().removeprefix("fault disk: ")
        expect(done.returncode == 0, line, done.stderr)
        return line
    refused = 0
    with Place() as place:
        yaml = place.write("x.yaml", TINY)
        more = ["--set", "dataset.episodes=8000", "--quiet"]
        data = place("data.hdf5")
        succeed("collect", yaml, "--output", data, *more, "--set", "dataset.partSteps=10000000")
        flat = place("flat.hdf5")
        succeed("export", data, "--format", "d4rl", "--output", flat, "--quiet")
        for kilobytes in (100, 2048) if QUICK else (50, 100, 200, 400, 800, 2048, 65536):
            disk = place(f"disk{kilobytes}")
            os.mkdir(disk)
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", disk],
                           check=True)
            wide = ["--set", "agent.backbone.width=128", "--set", "agent.backbone.layers=4"]
            for name, command in [
                ("collect", ["collect", yaml, "--output", f"{disk}/c.hdf5", "--set",
                             "dataset.episodes=3000000", "--set", "dataset.partSteps=100000"]),
                ("import", ["import", flat, "--output", f"{disk}/i.hdf5"]),
                ("split", ["dataset", "split", data, "--output", f"{disk}/a.hdf5", "--rest",
                           f"{disk}/b.hdf5", "--fraction", "0.9"]),
                ("export", ["export", data, "--format", "minari", "--output", f"{disk}/m"]),
                ("train", ["train", yaml, "--dataset", data, "--output", f"{disk}/run", *wide]),
            ]:
                outcome = run(*command, "--quiet")
                where = f"{name} on {kilobytes} KB: {outcome.code} {outcome.error}"
                expect(outcome.code in (0, 74), where)
                if outcome.code == 74:
                    refused += 1
                    expect("no space left" in outcome.error and disk in outcome.error, where)
                    expect("bytes more are needed" in outcome.error, where)
                left = [n for _, _, files in os.walk(disk) for n in files if n.startswith(".tmp")]
                expect(not left, where, "leaves", left)
                for part in sorted(os.listdir(f"{disk}/.c.partial")
                                   if os.path.isdir(f"{disk}/.c.partial") else []):
                    if part.endswith(".hdf5"):
                        succeed("inspect", f"{disk}/.c.partial/{part}")
                shutil.rmtree(f"{disk}/.c.partial", ignore_errors=True)
                for entry in os.listdir(disk):
                    shutil.rmtree(f"{disk}/{entry}", ignore_errors=True)
                    if os.path.exists(f"{disk}/{entry}"):
                        os.remove(f"{disk}/{entry}")
            subprocess.run(["umount", disk], check=True)
    expect(refused > 0, "nothing was refused")
    return f"{refused} commands refused with 74, the path and the missing bytes; nothing half written"
