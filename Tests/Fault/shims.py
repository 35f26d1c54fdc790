"""Our C under the address and undefined-behaviour sanitizers, and under valgrind."""
import glob
import os
import shutil
import subprocess

from common import QUICK, ROOT, Place, expect, size

FOLDERS = ["CKernels", "CPacking", "CFiles"]


def watched():
    # clang, because our C uses its vectors; Swift brings one.
    compiler = shutil.which("clang")
    if not compiler:
        return "skipped: no clang"
    sources = [os.path.join(ROOT, "Tests/Fault/shims.c"),
               os.path.join(ROOT, "Sources/CFiles/sha256.c")]
    for folder in FOLDERS[:2]:
        sources += sorted(glob.glob(os.path.join(ROOT, "Sources", folder, "*.c")))
    command = [compiler, "-O1", "-std=gnu17", "-Wall", "-Wno-unused-function"]
    for folder in FOLDERS:
        command += ["-I", os.path.join(ROOT, "Sources", folder, "include"),
                    "-I", os.path.join(ROOT, "Sources", folder)]
    if QUICK:
        # Their tiles take the compiler longer than all the rest.
        sources = [source for source in sources if not source.endswith("gemm.c")]
        command.append("-DWITHOUT_PRODUCTS")
    rounds = size(300, 20_000)
    results = []
    with Place() as place:
        for name, flags in [("sanitized", ["-g", "-fsanitize=address,undefined",
                                           "-fno-sanitize-recover=all"]),
                            # valgrind cannot read what newer compilers say of their code.
                            ("plain", ["-gdwarf-4"])]:
            done = subprocess.run([*command, *flags, *sources, "-o", place(name), "-ldeflate", "-lm"],
                                  capture_output=True, text=True)
            if done.returncode != 0 and "cannot find" in done.stderr and name == "sanitized":
                results.append("sanitizers skipped: their libraries are missing")
                continue
            expect(done.returncode == 0, done.stderr)
            if name == "sanitized":
                for seed in range(3):
                    done = subprocess.run([place(name), str(rounds), str(seed)], capture_output=True,
                                          text=True)
                    expect(done.returncode == 0, "seed", seed, done.stderr[-3000:])
                results.append(f"{3 * rounds} rounds of every kernel, packer and hash without a report "
                               "of ASan, LSan or UBSan")
            elif shutil.which("valgrind"):
                count = max(rounds // (60 if QUICK else 100), 3)
                done = subprocess.run(
                    ["valgrind", "--quiet", "--error-exitcode=9", "--leak-check=full", place(name),
                     str(count), "7"], capture_output=True, text=True)
                unknown = "unrecognised instruction" in done.stderr or done.returncode == -4
                expect(done.returncode == 0 or unknown, done.stderr[-3000:])
                results.append("valgrind does not know this processor's instructions" if unknown else
                               f"{count} under valgrind without an error or a leak")
            else:
                results.append("valgrind skipped: not installed")
    return "; ".join(results)
