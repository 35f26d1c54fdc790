"""Processes that are killed, and processes that want the same place."""
import json
import os
import signal
import subprocess
import threading
import time

from common import HINDSIGHT, QUICK, TINY, Place, expect, remove, run, seeded, size, succeed, tree


def collecting():
    """kill -9 and Ctrl-C at random times; every dataset ends with the bytes of an undisturbed one."""
    kills = size(12, 1000)
    random = seeded("kill")
    done = datasets = checked = 0
    with Place() as place:
        yaml = place.write("x.yaml", TINY)
        settings = ["--set", "dataset.episodes=8000", "--set", "dataset.partSteps=30000", "--quiet"]
        whole, cut = place("whole"), place("cut")
        start = time.monotonic()
        succeed("collect", yaml, "--output", whole + ".hdf5", *settings)
        seconds = time.monotonic() - start
        while done < kills:
            remove(cut)
            reported = 0
            while not os.path.exists(cut):
                process = subprocess.Popen(
                    [HINDSIGHT, "collect", yaml, "--output", cut + ".hdf5", *settings],
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                if done < kills:
                    time.sleep(random.uniform(0, 1.2 * seconds))
                    process.send_signal(random.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT]))
                error = process.communicate()[1].decode()
                # -2: before the program could say that it wants to save first.
                expect(process.returncode in (0, -9, -2, 130), "collect ended with",
                       process.returncode, error)
                done += process.returncode != 0
                progress = place(".cut.partial", "progress.json")
                if process.returncode == 0 or not os.path.exists(progress):
                    continue
                now = json.load(open(progress))["episodes"]
                expect(now >= reported, reported, "episodes were reported safe, then", now)
                reported = now
                parts = [n for n in os.listdir(place(".cut.partial")) if n.endswith(".hdf5")
                         and not n.startswith(".tmp")]
                if parts and random.random() < 0.3:
                    succeed("inspect", place(".cut.partial", random.choice(parts)))
                    checked += 1
            expect(tree(cut) == tree(whole), "a resumed dataset has other bytes")
            left = [n for n in os.listdir(place.path) if n.startswith((".tmp", ".cut"))]
            expect(not left, left, "are left over")
            datasets += 1
    return f"{done} kills, {datasets} datasets equal byte by byte, {checked} parts read between"


def many():
    """Many writers of one dataset and one run: one wins, the others say who; readers see all or
    nothing; the lock of a dead process is taken over."""
    with Place() as place:
        yaml = place.write("x.yaml", TINY)
        outcomes = []

        def start(*arguments):
            outcomes.append(run(*arguments, "--quiet"))

        def together(count, *arguments):
            outcomes.clear()
            threads = [threading.Thread(target=start, args=arguments) for _ in range(count)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            codes = [o.code for o in outcomes]
            expect(codes.count(0) == 1, count, "processes at once:", codes)
            expect(all(code in (0, 73, 75) for code in codes), codes)
            return codes

        writers = 12 if QUICK else 50
        more = ["--set", "dataset.episodes=8000", "--set", "dataset.partSteps=1000000"]
        collected = together(writers, "collect", yaml, "--output", place("d.hdf5"), *more)
        succeed("inspect", place("d.hdf5"))
        trainers = 6 if QUICK else 20
        trained = together(trainers, "train", yaml, "--dataset", place("d.hdf5"), "--output",
                           place("run"), "--set", "training.steps=60")
        succeed("evaluate", place("run"), "--episodes", "2", "--quiet")

        # One that holds the lock and stands still; the others must not wait for it.
        holder = subprocess.Popen(
            [HINDSIGHT, "collect", yaml, "--output", place("e.hdf5"), "--quiet", "--set",
             "dataset.episodes=10000000", "--set", "dataset.partSteps=100000000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not os.path.exists(place(".e.partial", "progress.json")):
            expect(holder.poll() is None, "the holder ended with", holder.returncode)
            time.sleep(0.01)
        holder.send_signal(signal.SIGSTOP)
        slowest = starting = 0
        for _ in range(5 if QUICK else 50):
            late = run("collect", yaml, "--output", place("e.hdf5"), "--quiet")
            expect(late.code == 75 and f"process {holder.pid}" in late.error, late.code, late.error)
            slowest = max(slowest, late.seconds)
            # What a busy machine takes to start any program is not the lock's doing.
            starting = max(starting, run("--version").seconds)
        expect(slowest < 1 + starting, "a loser took", slowest, "s, starting alone", starting)
        holder.kill()
        holder.wait()
        remove(place(".e.partial", "progress.json"))
        succeed("collect", yaml, "--output", place("e.hdf5"), "--quiet")

        # Exports of two datasets to one id: the winner's, whole, and nothing else.
        succeed("collect", yaml, "--output", place("g.hdf5"), "--quiet", "--seed", "1", "--set",
                "dataset.episodes=90")
        exports = 0
        for _ in range(4 if QUICK else 12):
            remove(place("minari"))
            outcomes.clear()
            threads = [threading.Thread(target=start, args=(
                "export", place(name), "--format", "minari", "--output", place("minari"), "--id",
                "ab/c-v0")) for name in ("d.hdf5", "g.hdf5") * (2 if QUICK else 25)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            codes = sorted(o.code for o in outcomes)
            expect(codes[0] == 0 and all(c in (73, 75) for c in codes[1:]), codes)
            folder = place("minari", "ab", "c-v0")
            expect(os.listdir(place("minari")) == ["ab"] and os.listdir(folder) == ["data"],
                   os.listdir(place("minari")), os.listdir(folder))
            back = succeed("import", folder, "--output", place("back.hdf5"), "--json")
            told = json.load(open(os.path.join(folder, "data", "metadata.json")))["total_episodes"]
            expect(json.loads(back.output)["dataset"]["episodes"] == told, told, back.output)
            remove(place("back.hdf5"))
            exports += len(codes)

        # Readers while a dataset comes into being.
        stop = threading.Event()
        seen = []

        def read():
            while not stop.is_set():
                seen.append(run("inspect", place("f.hdf5"), "--json"))
        readers = [threading.Thread(target=read) for _ in range(2 if QUICK else 8)]
        for reader in readers:
            reader.start()
        for _ in range(3 if QUICK else 30):
            if os.path.exists(place("f")):
                # In one step, for what is being removed is neither old nor new.
                os.rename(place("f"), place("old"))
                remove(place("old"))
            succeed("collect", yaml, "--output", place("f.hdf5"), "--quiet", "--set",
                    "dataset.partSteps=100")
        time.sleep(0.3)
        stop.set()
        for reader in readers:
            reader.join()
        for outcome in seen:
            # It is unfinished, or went above while it was being read; never damaged.
            words = ("unfinished", "No such file", "unable to open file", "read: no such file")
            expect(outcome.code in (0, 66) or outcome.code == 65 and
                   any(word in outcome.error for word in words), outcome.code, outcome.error)
            expect(outcome.code != 0 or json.loads(outcome.output)["episodes"] == 60, "half a dataset")
    return (f"{writers} collectors {collected.count(75)} locked out, {trainers} trainers "
            f"{trained.count(75)} locked out, {exports} exports, slowest refusal {slowest:.2f} s, {len(seen)} reads")
