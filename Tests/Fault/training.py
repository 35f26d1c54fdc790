"""Training that is killed, stopped and resumed: it ends with the bytes of one that was left alone."""
import os
import re
import signal
import subprocess
import time

from checkpoint_file import CheckpointFile
from common import (HINDSIGHT, NO_SHIM, QUICK, TINY, Place, compile_shim, expect, remove, run, seeded,
                    size, succeed, tree)

KILL, TORN, SIGNAL = 2000, 2001, 3000  # what shim.c does at the k-th call
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 143, signal.SIGUSR1: 75}


class Training:
    """One experiment with its data, and the run that nobody disturbs."""

    def __init__(self, place, steps, *settings):
        self.place = place
        yaml = place.write("x.yaml", TINY)
        succeed("collect", yaml, "--output", place("data"), "--quiet")
        self.new = [
            "train", yaml, "--dataset", place("data"), "--quiet", "--set", f"training.steps={steps}",
            "--set", "training.checkpointEvery=20", "--set", "training.logEvery=1", "--set",
            "training.validation.every=50", *settings]
        start = time.monotonic()
        succeed(*self.new, "--output", place("whole"))
        self.seconds = time.monotonic() - start
        self.whole = self.result("whole")

    def command(self, name):
        """Begins the run, or goes on with it."""
        folder = self.place(name)
        if os.path.exists(os.path.join(folder, "config.yaml")):
            return ["train", "--resume", folder, "--quiet"]
        return [*self.new, "--output", folder]

    def start(self, name, env=None):
        return subprocess.Popen([HINDSIGHT, *self.command(name)], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, env={**os.environ, **(env or {})})

    def result(self, name):
        """All that must not depend on interruptions: run.json holds times, LOCK the process."""
        found = tree(self.place(name))
        return {k: v for k, v in found.items() if k not in ("run.json", "LOCK")}

    def finish(self, name, where):
        """Goes on to the end and compares."""
        outcome = run(*self.command(name))
        # A process that was killed after its last file was in place has finished the run.
        expect(outcome.code == 0 or "is finished" in outcome.error, where, outcome.code, outcome.error)
        self.compare(name, where)

    def compare(self, name, where):
        found = self.result(name)
        expect(found == self.whole, where, "ends with other bytes:",
               [n for n in found.keys() | self.whole.keys() if found.get(n) != self.whole.get(n)])

    def check(self, name):
        """Every checkpoint that has its name is whole, whatever happened; returns how many."""
        count = 0
        for choice in ("last", "best"):
            path = self.place(name, "checkpoints", choice + ".safetensors")
            if os.path.exists(path):
                expect(CheckpointFile(path).is_whole(), path, "is damaged")
                count += 1
        return count


def killing():
    """kill -9 at random times; checkpoints are whole after each, the end is that of a quiet run."""
    kills = size(15, 1000)
    random = seeded("train")
    done = runs = checked = 0
    with Place() as place:
        training = Training(place, 400)
        while done < kills:
            remove(place("cut"))
            while True:
                process = training.start("cut")
                if done < kills:
                    time.sleep(random.uniform(0, 1.1 * training.seconds))
                    process.send_signal(signal.SIGKILL)
                error = process.communicate()[1].decode()
                if process.returncode == 0 or "is finished" in error:
                    break
                expect(process.returncode == -9, "train ended with", process.returncode, error)
                done += 1
                checked += training.check("cut")
            training.compare("cut", f"a run that was killed (after {done} kills)")
            runs += 1
    return (f"{done} kills, {checked} checkpoints read and whole between them, {runs} runs equal byte "
            "by byte: weights, optimizer, metrics")


def saving():
    """Dies between the calls that a save consists of, and within its writes: every checkpoint is
    then one that the quiet run had, the old one or the new one."""
    count = size(10, 200)
    random = seeded("save")
    versions = torn = killed = finished = 0
    with Place() as place:
        shim = compile_shim(place)
        if not shim:
            return NO_SHIM
        training = Training(place, 100)
        os.mkdir(place("versions"))

        def environment(name, **more):
            return {"LD_PRELOAD": shim, "FAULT_FOLDER": place(name, "checkpoints"),
                    "FAULT_MARK": place("mark"), **more}

        def calls_of_a_run():
            """How many calls there are, found by halves; and every version of every checkpoint."""
            low, high = 0, 1 << 14
            while low + 1 < high:
                at = (low + high) // 2
                remove(place("cut"))
                remove(place("mark"))
                env = environment("cut", FAULT_AT=str(at), FAULT_ERROR=str(KILL))
                if low == 0 and high == 1 << 14:
                    env["FAULT_RECORD"] = place("versions")
                process = training.start("cut", env)
                process.communicate()
                low, high = (at, high) if os.path.exists(place("mark")) else (low, at)
            return low

        calls = calls_of_a_run()
        known = {"last": [None], "best": [None]}
        for name in sorted(os.listdir(place("versions"))):
            known[name.split("-")[1].split(".")[0]].append(open(place("versions", name), "rb").read())
        versions = sum(len(v) - 1 for v in known.values())
        expect(len(known["last"]) == 6 and known["last"][5] == training.whole[
            os.path.join("checkpoints", "last.safetensors")], "the record is not whole")

        def old_or_new(where, newest):
            for choice, contents in known.items():
                path = place("cut", "checkpoints", choice + ".safetensors")
                found = open(path, "rb").read() if os.path.exists(path) else None
                expect(found in contents, where, path, "is neither old nor new")
                index = contents.index(found)
                expect(index >= newest[choice], where, path, "went back")
                newest[choice] = index

        # By the calls, evenly over all of them and in their order.
        newest = {"last": 0, "best": 0}
        for number in range(count):
            at = 1 + int((number + random.random()) * calls / count)
            how = TORN if number % 2 else KILL
            remove(place("cut"))
            process = training.start("cut", environment("cut", FAULT_AT=str(at), FAULT_ERROR=str(how)))
            error = process.communicate()[1].decode()
            where = f"killed at call {at} of {calls}"
            expect(process.returncode == -9, where, process.returncode, error)
            old_or_new(where, newest)
            torn += how == TORN
            killed += how == KILL
            if number % 4 == 0 or QUICK:
                training.finish("cut", where)
                finished += 1
        # From outside, while each call waits two milliseconds: nearly all of the time is a save.
        for number in range(count):
            remove(place("cut"))
            process = training.start("cut", environment("cut", FAULT_DELAY="2000"))
            time.sleep(random.uniform(0, training.seconds + 0.002 * calls))
            process.send_signal(signal.SIGKILL)
            process.communicate()
            old_or_new("killed from outside", {"last": 0, "best": 0})
            if number % 4 == 0 or QUICK:
                training.finish("cut", "killed from outside")
                finished += 1
    return (f"{killed} died between two of {calls} calls, {torn} within a write, {count} were killed "
            f"from outside: each checkpoint one of {versions} of the quiet run, {finished} resumed "
            "and equal byte by byte")


def stopping():
    """Signals at random times: saved within five seconds, with the signal's exit code, and resumed
    to the same bytes. A second Ctrl-C does not wait."""
    each = size(3, 200)
    random = seeded("signals")
    slowest = latest = 0.0
    saved = {number.name: 0 for number in CODES}
    with Place() as place:
        training = Training(place, 400)
        for number, code in CODES.items():
            while saved[number.name] < each:
                remove(place("cut"))
                while True:
                    process = training.start("cut")
                    if saved[number.name] < each:
                        time.sleep(random.uniform(0, training.seconds))
                        process.send_signal(number)
                    start = time.monotonic()
                    error = process.communicate()[1].decode()
                    seconds = time.monotonic() - start
                    if process.returncode == 0 or "is finished" in error:
                        break
                    # Before the program could say that it wants to save first.
                    if process.returncode == -number:
                        continue
                    where = f"{number.name}: {process.returncode} {error}"
                    expect(process.returncode == code, where)
                    slowest = max(slowest, seconds)
                    expect(seconds < 5, where, "took", seconds, "s")
                    told = re.search(r"saved after step (\d+) of 400; go on with", error)
                    expect(told, where)
                    path = place("cut", "checkpoints", "last.safetensors")
                    texts = CheckpointFile(path).texts
                    expect(texts["step"] == told[1], where, "but the checkpoint says", texts["step"])
                    saved[number.name] += 1
                training.compare("cut", number.name)

        # Steps that take seconds, so that the first Ctrl-C has to wait for one of them.
        slow = [*training.new, "--output", place("slow"), "--set", "training.batchSize=20000", "--set",
                "agent.backbone.width=128", "--set", "agent.backbone.layers=4"]
        twice = size(2, 20)
        for _ in range(twice):
            remove(place("slow"))
            process = subprocess.Popen([HINDSIGHT, *slow], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE)
            while not os.path.exists(place("slow", "config.yaml")):
                time.sleep(0.01)
            time.sleep(random.uniform(0.05, 0.5))
            process.send_signal(signal.SIGINT)
            time.sleep(random.uniform(0.05, 0.3))
            expect(process.poll() is None, "one Ctrl-C was enough, in the middle of a step")
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            process.communicate()
            seconds = time.monotonic() - start
            latest = max(latest, seconds)
            # --quick runs where others may hold the processor.
            expect(process.returncode == 130 and seconds < (5 if QUICK else 0.5), "a second Ctrl-C:",
                   process.returncode, "after", seconds, "s")
            left = run("train", "--resume", place("slow"), "--dataset", place("nowhere"))
            expect(left.code == 66, "the run that was left:", left.code, left.error)
    counts = ", ".join(f"{count} {name}" for name, count in saved.items())
    return (f"{counts} saved and resumed, equal byte by byte; slowest {slowest:.2f} s; {twice} second "
            f"Ctrl-C, latest {latest:.2f} s")


def resuming():
    """Stops at each of many steps, and ten times in one run."""
    count = size(6, 50)
    random = seeded("resume")
    stopped = {}
    with Place() as place:
        shim = compile_shim(place)
        if not shim:
            return NO_SHIM
        training = Training(place, 200)

        def stop(at):
            """Begins or goes on, and is stopped at the `at`-th call on metrics.csv, one for a step, or
            soon after. Returns the step, or None where the run was over before the signal was heard."""
            process = training.start("cut", {
                "LD_PRELOAD": shim, "FAULT_FOLDER": place("cut", "metrics.csv"),
                "FAULT_MARK": place("mark"), "FAULT_AT": str(at),
                "FAULT_ERROR": str(SIGNAL + signal.SIGTERM)})
            error = process.communicate()[1].decode()
            if process.returncode == 0 or "is finished" in error:
                return None
            told = re.search(r"saved after step (\d+) of 200", error)
            expect(process.returncode == 143 and told, "stopped with", process.returncode, error)
            return int(told[1])

        while len(stopped) < count:
            remove(place("cut"))
            step = stop(random.randint(1, 195))
            if step is None:
                training.compare("cut", "a signal that came too late")
            elif step not in stopped:
                training.finish("cut", f"stopped after step {step}")
                stopped[step] = True
        for _ in range(1 if QUICK else 10):
            remove(place("cut"))
            times = sum(stop(random.randint(1, 15)) is not None for _ in range(10))
            expect(times >= 5, "only", times, "of ten signals were heard in time")
            training.finish("cut", "resumed ten times")
    return (f"stopped after {len(stopped)} different steps, resumed and equal byte by byte; so were "
            f"{1 if QUICK else 10} runs that were resumed ten times each")
