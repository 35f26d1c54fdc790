"""The program on a machine that lacks the libraries it opens when it needs them."""
import os

from common import NO_SHIM, TINY, Place, compile_shim, expect, run, succeed


def missing():
    """libhdf5 refused: what reads or writes data says so before it has done anything and blames no
    file; all else works. Then OpenBLAS, which matters only where products are not our own."""
    with Place() as place:
        shim = compile_shim(place)
        if shim is None:
            return NO_SHIM
        yaml = place.write("x.yaml", TINY)
        succeed("run", yaml, "--output", place("run"), "--quiet")
        data, run_folder = place("run", "dataset"), place("run")
        without = {"LD_PRELOAD": shim, "FAULT_FOLDER": place("none"), "FAULT_LIBRARY": "hdf5"}
        refused = [
            ["collect", yaml, "--output", place("new")], ["run", yaml, "--output", place("new")],
            ["train", yaml, "--dataset", data, "--output", place("new")], ["inspect", data],
            ["dataset", "validate", data], ["dataset", "validate", data, "--json"],
            ["dataset", "diff", data, data],
            ["dataset", "merge", data, data, "--output", place("merged")],
            ["export", data, "--format", "minari", "--output", place("new"), "--id", "a-v0"],
            ["estimate", run_folder, "--dataset", data],
        ]
        for words in refused:
            outcome = run(*words, env=without)
            where = f"{words} ended with {outcome.code}: {outcome.output[:200]} {outcome.error[:400]}"
            expect(outcome.code == 69, where)
            expect("libhdf5 cannot be opened (" in outcome.error, where)
            expect(".hdf5:" not in outcome.error and not outcome.output, where)
            expect(not os.path.exists(place("new", "run.json")), where)
        kept = [["evaluate", run_folder, "--episodes", "5"], ["runs", place("")], ["list", "agents"],
                ["report", run_folder, "--output", place("r.html")], ["solve", "corridor"], ["--help"]]
        for words in kept:
            outcome = run(*words, env=without)
            expect(outcome.code == 0, words, "ended with", outcome.code, outcome.error)
        outcome = run("doctor", env=without, cwd=place(""))
        expect(outcome.code == 1 and "libhdf5 cannot be opened" in outcome.output, outcome.output)
        without["FAULT_LIBRARY"] = "openblas"
        succeed("run", yaml, "--output", place("other"), "--quiet", env=without)
        succeed("doctor", env=without, cwd=place(""))
    return f"{len(refused)} commands refused for want of libhdf5, {len(kept)} not, none for OpenBLAS"
