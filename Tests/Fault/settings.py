"""Configurations that were damaged, or that were made to take all time and memory."""
import os
import re
import resource
import subprocess

from common import HINDSIGHT, NO_TESTS, Place, expect, size, swift_tests

LIMIT_SECONDS, LIMIT_BYTES = 1.0, 200e6


def bomb():
    """Nine lines that stand for a hundred million values."""
    lines = ["a0: &a0 [" + "1, " * 9 + "1]"]
    for level in range(1, 8):
        lines.append(f"a{level}: &a{level} [" + f"*a{level - 1}, " * 9 + f"*a{level - 1}]")
    return "\n".join(lines) + "\n"


def nested(depth, opening, closing=""):
    return "environment: " + opening * depth + closing * depth


# What is written, and whether it is an experiment all the same.
EXTREMES = {
    "an alias bomb": (bomb(), False),
    "an alias": ("seed: &x 1\ntraining: {steps: *x}\n", False),
    "an alias of itself": ("agent: &x [*x]\n", False),
    "10 MB in one value": ("dataset: {path: " + "x" * (10 << 20) + "}\n", False),
    "10 MB in quotes": ('dataset: {path: "' + "x" * (10 << 20) + '"}\n', False),
    "10 MB in a block": ("dataset:\n  path: |\n    " + "x" * (10 << 20) + "\n", False),
    "10 MB in a comment": ("# " + "x" * (10 << 20) + "\nenvironment: corridor\n", False),
    "10 MB in a key": ("x" * (10 << 20) + ": 1\n", False),
    "a megabyte in one value": ("dataset: {path: " + "x" * 1_000_000 + "}\n", True),
    "5,000 lists": (nested(5000, "["), False),
    "5,000 lists that end": (nested(5000, "[", "]"), False),
    "5,000 groups": (nested(5000, "{a: ", "}"), False),
    "5,000 dashes": ("- " * 5000 + "1\n", False),
    "5,000 indented keys": ("".join(" " * n + "a:\n" for n in range(1200)), False),
    "5,000 question marks": ("? " * 5000 + "\n", False),
    "100,000 keys": ("".join(f"key{n}: 1\n" for n in range(60_000)), False),
    "100,000 commas": ("evaluation: {targetReturns: [" + "1," * 100_000 + "]}\n", False),
    "many targets": ("evaluation: {targetReturns: [" + "1," * 40_000 + "]}\n", True),
    "a byte-order mark": ("\ufeffenvironment: corridor\n", True),
    "lines of another system": ("environment: corridor\r\ntraining:\r\n  steps: 3\r\n", True),
    "a tab before a value": ("environment:\tcorridor\n", True),
    "a tab before a key": ("training:\n\tsteps: 3\n", False),
    "a key twice": ("seed: 1\nseed: 2\n", False),
    "a key twice below": ("training: {steps: 1, steps: 2}\n", False),
    "a merge key": ("<<: {seed: 1}\n", False),
    "two documents": ("seed: 1\n---\nseed: 2\n", False),
    "a tag": ("seed: !!int 3\n", False),
    "a foreign tag": ("seed: !!python/object/apply:os.system [ls]\n", False),
    "an octal number": ("seed: 012\n", False),
    "a sexagesimal number": ("seed: 1:30\n", False),
    "no number": ("training: {optimization: {learningRate: .nan}}\n", False),
    "a list": ("- 1\n- 2\n", False),
    "a word": ("experiment\n", False),
    "nothing": ("", True),
    "a zero byte": ("seed: 1\n\0", False),
    "bytes that are no text": (b"seed: \xff\xfe\n", False),
    "half a character": (b"dataset: {path: \xc3}\n", False),
    "a colour of the terminal": ('environment: "\\e[31mred"\n', False),
}


def measured(*arguments):
    """A command's code, errors, processor time and peak memory. What a busy machine takes besides is
    not the file's doing."""
    process = subprocess.Popen([HINDSIGHT, *arguments], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    return (process.returncode, error.decode(errors="replace"), usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss * 1024)


def damaged():
    refused = taken = 0
    slowest, most = ("", 0.0), 0
    with Place() as place:
        path = place("x.yaml")
        for name, (text, is_experiment) in EXTREMES.items():
            with open(path, "wb") as file:
                file.write(text if isinstance(text, bytes) else text.encode())
            # What is read without complaint then misses its data.
            code, error, seconds, memory = measured(
                "train", path, "--dataset", place("nowhere"), "--output", place("run"), "--quiet")
            where = f"{name}: {code} {error[:400]}"
            expect(error.startswith("Error: ") and "\x1b" not in error, where)
            expect(len(error) < 20_000, where)
            if not is_experiment and "the limit is" in error:
                # Refused for its size, unread.
                expect(code == 65 and path in error, where)
            else:
                expect(code == (66 if is_experiment else 78), where)
                expect(is_experiment or re.match(r"Error: \S*x\.yaml(:\d+:\d+)?: ", error), where)
            expect(seconds < LIMIT_SECONDS, where, seconds, "s")
            expect(memory < LIMIT_BYTES, where, memory / 1e6, "MB")
            slowest = max(slowest, (name, seconds), key=lambda pair: pair[1])
            most = max(most, memory)
            refused += code != 66
            taken += code == 66
    extremes = (f"{refused} extremes refused and {taken} odd ones taken, slowest {slowest[1]:.2f} s "
                f"({slowest[0]}), at most {most / 1e6:.0f} MB")
    return extremes + "; " + mutants()


def mutants():
    """Thousands in one process, by the test that keeps them: it knows where each problem must be."""
    output = swift_tests("SettingsFuzzTests|SettingsMatrixTests",
                         HINDSIGHT_MUTANTS=str(size(5000, 100_000)))
    if output is None:
        return f"mutants {NO_TESTS}"
    lines = [line for line in output.splitlines() if line.startswith("Settings: ")]
    expect(len(lines) >= 2, output[-3000:])
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return "; ".join(line.removeprefix("Settings: ") for line in lines) + (
        f"; the process that read them all took {peak / 1e6:.0f} MB")


def not_finite():
    """A number that is not finite in every weight, gradient, moment and batch of every agent."""
    output = swift_tests("NonFiniteTests")
    if output is None:
        return NO_TESTS
    passed = re.findall(r"Test run with (\d+) tests? in .* passed", output)
    expect(passed and int(passed[-1]) > 0, output[-3000:])
    cases = sum(map(int, re.findall(r"with (\d+) test cases? passed", output)))
    return f"{passed[-1]} tests passed, {cases} cases in them"
