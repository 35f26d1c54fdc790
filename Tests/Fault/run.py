"""Runs the tests that are named, or all of them, and says what each came to."""
import sys
import time

import common
import calls
import checkpoints
import disk
import hostile
import kills
import leaks
import libraries
import names
import paths
import sameness
import scale
import serving
import settings
import shims
import sweeps
import texts
import training

TESTS = {
    "kill": kills.collecting, "calls": calls.failing, "disk": disk.full, "writers": kills.many,
    "paths": paths.odd, "mutants": hostile.mutants, "zoo": hostile.zoo, "guard": hostile.guarded,
    "names": names.escaping,
    "scale": scale.large,
    "sweep": sweeps.sweeping, "comparison": sweeps.comparing, "serve": serving.serving,
    "texts": texts.odd_names, "libraries": libraries.missing, "train": training.killing,
    "save": training.saving, "signals": training.stopping, "resume": training.resuming,
    "checkpoint": checkpoints.refusing, "same": sameness.same,
    "settings": settings.damaged, "numbers": settings.not_finite, "shims": shims.watched, "leaks": leaks.leaking,
}

chosen = [word for word in sys.argv[2:] if not word.startswith("--")] or list(TESTS)
failed = 0
for name in chosen:
    if name not in TESTS:
        sys.exit(f"fault: {name} is none of {', '.join(TESTS)}")
    start = time.monotonic()
    try:
        result = TESTS[name]()
    except common.Failure as failure:
        failed += 1
        result = f"FAILED: {failure}"
    print(f"fault {name}: {result} ({time.monotonic() - start:.0f} s)", flush=True)
sys.exit(1 if failed else 0)
