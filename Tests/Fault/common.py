"""What every test of this folder uses: the program, a folder of its own, and a tally."""
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HINDSIGHT = os.path.abspath(sys.argv[1])
QUICK = "--quick" in sys.argv
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

TINY = """environment: corridor
dataset: {episodes: 60, partSteps: 400}
agent: {contextLength: 8, backbone: {width: 16, layers: 1, heads: 2}}
training: {steps: 20, batchSize: 16, checkpointEvery: 5, validation: {every: 10, episodes: 10}}
evaluation: {targetReturns: [0, 1], episodes: 20}
"""


def size(quick, full):
    """How often to try: COUNT, where it is given, in place of the full number."""
    return quick if QUICK else int(os.environ.get("COUNT", full))


class Failure(Exception):
    pass


def expect(holds, *words):
    if not holds:
        raise Failure(" ".join(str(w) for w in words))


class Place:
    """A folder that goes away with everything in it."""

    def __init__(self, on_disk=False):
        where = "/dev/shm" if os.path.isdir("/dev/shm") and not on_disk else None
        self.path = tempfile.mkdtemp(prefix="hindsight-fault-", dir=where)
        os.environ["XDG_STATE_HOME"] = self("state")

    def __call__(self, *names):
        return os.path.join(self.path, *names)

    def write(self, name, text):
        with open(self(name), "w") as file:
            file.write(text)
        return self(name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


class Outcome:
    def __init__(self, code, output, error, seconds):
        self.code, self.output, self.error, self.seconds = code, output, error, seconds


def run(*arguments, cwd=None, env=None, timeout=120):
    start = time.monotonic()
    done = subprocess.run(
        [HINDSIGHT, *arguments], capture_output=True, cwd=cwd, timeout=timeout,
        env={**os.environ, **(env or {})})
    return Outcome(done.returncode, done.stdout.decode(errors="replace"),
                   done.stderr.decode(errors="replace"), time.monotonic() - start)


def succeed(*arguments, **options):
    outcome = run(*arguments, **options)
    expect(outcome.code == 0, arguments, "ended with", outcome.code, outcome.error)
    return outcome


def tree(path):
    """Every file below a path with its bytes, and every link with its target."""
    if os.path.isfile(path):
        return {"": open(path, "rb").read()}
    found = {}
    for root, folders, files in os.walk(path):
        for name in folders + files:
            whole = os.path.join(root, name)
            key = os.path.relpath(whole, path)
            if os.path.islink(whole):
                found[key] = os.readlink(whole)
            elif os.path.isfile(whole):
                found[key] = open(whole, "rb").read()
            else:
                found[key] = None
    return found


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)


def compile_shim(place):
    """The library of shim.c, or None where it cannot be made."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler or not os.path.exists("/proc/self/exe"):
        return None
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shim.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-w", "-o", place("shim.so"), source,
                    "-ldl"], check=True)
    return place("shim.so")


NO_TESTS = "skipped: build the tests first (swift build -c release --build-tests)"


def swift_tests(suites, **environment):
    """What the tests of these suites print, or None where no tests are built; they must pass."""
    build = os.path.join(ROOT, ".build", "release")
    if not os.path.isdir(build) or not any(n.endswith(".xctest") for n in os.listdir(build)):
        return None
    done = subprocess.run(
        ["swift", "test", "-c", "release", "--skip-build", "--filter", suites], cwd=ROOT,
        env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True)
    expect(done.returncode == 0, done.stdout[-3000:])
    return done.stdout


NO_SHIM = "skipped: needs a C compiler and Linux"


def peak_megabytes():
    """The most memory that any child so far had resident."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def seeded(name):
    return random.Random(f"{name} {os.environ.get('SEED', '0')}")
