"""Makes random score matrices, asks the installed rliable of them and has our tests compare.

    python check_statistics.py [--quick]

Full size: 1,000 matrices, 40 of them with all their intervals; --quick: 100 and 8. Tests must have
been built (`swift build -c release --build-tests`).
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "Tests/ReportsTests/Fixtures"))
import make_rliable  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("--quick", action="store_true")
options = parser.parse_args()
matrices, intervals = (100, 8) if options.quick else (1000, 40)

with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
    json.dump(make_rliable.make(matrices, intervals, seed=20210), file)
    file.flush()
    result = subprocess.run(
        ["swift", "test", "-c", "release", "--skip-build", "--filter", "StatisticsReferenceTests"],
        cwd=ROOT, env={**os.environ, "HINDSIGHT_RLIABLE": file.name}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
lines = [line for line in result.stdout.splitlines()
         if line.startswith("Statistics: ") or "recorded an issue" in line]
if result.returncode or len(lines) != 2 or f"{matrices} matrices" not in " ".join(lines):
    print("\n".join(lines[:30]) or result.stdout)
    sys.exit("rliable and ours differ")
print("; ".join(sorted(lines)))
