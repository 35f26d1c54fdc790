"""Names of Minari datasets that try to leave the folder they belong in."""
import os
import re

from common import QUICK, TINY, Place, expect, remove, run, seeded, size, succeed, tree

# Minari's own grammar (minari.dataset.minari_dataset.parse_dataset_id).
GRAMMAR = re.compile(
    r"^(?:(?P<namespace>[-_\w][-_\w/]*[-_\w]+)/)?(?P<name>[-_\w]+?)(?:-v(?P<version>\d+))$")


def escaping():
    count = size(40, 10_000)
    random = seeded("names")
    pieces = ["..", ".", "/", "//", "a", "data", "x-v0", "-v0", "-v1", "-v", "v0", "~", " ", "\n",
              "%2e%2e", "\\", "C:", "com1", "ａ", "․․", "‥", "⁄", "é", "\u202e", "A", "_", "-", "*",
              "$HOME", "`id`", ";", "main_data.hdf5", ".hidden", "\t", "0", "x" * 120, "ns"]
    fixed = ["../escape-v0", "/tmp/escape-v0", "a/../../escape-v0", "..-v0", "./a-v0", "a/./b-v0",
             "a//b-v0", "a/-v0", "", "a-v0/", "-v0", "a", "ns/a-v0", "a-v0", "A-v0", "a-v٣", "a-v0\n",
             "b-v0." , "c-v0 ", ".d-v0", "x/.y-v0", "link/a-v0", "file/a-v0"]
    accepted = refused = 0
    with Place() as place:
        yaml = place.write("x.yaml", TINY)
        succeed("collect", yaml, "--output", place("d.hdf5"), "--quiet", "--set",
                "dataset.episodes=2", "--set", "dataset.partSteps=1000000")
        root = place("top", "root")
        os.makedirs(root)
        os.mkdir(place("outside"))
        place.write("outside/canary", "alive")
        for number in range(count):
            os.symlink(place("outside"), os.path.join(root, "link"))
            with open(os.path.join(root, "file"), "w") as file:
                file.write("a file")
            name = fixed[number] if number < len(fixed) else "".join(
                random.choice(pieces) for _ in range(random.randint(1, 6)))
            if name.startswith("-"):
                name = "x" + name
            outcome = run("export", place("d.hdf5"), "--format", "minari", "--output", root, "--id",
                          name, "--quiet")
            where = f"{name!r}: {outcome.code} {outcome.error[:200]}"
            expect(outcome.code in (0, 64, 65, 66, 73, 78), where)
            expect(sorted(os.listdir(place("top"))) == ["root"], where, "escaped")
            expect(tree(place("outside")) == {"canary": b"alive"}, where, "escaped through the link")
            expect(open(os.path.join(root, "file")).read() == "a file", where)
            is_plain = name.isascii() and len(name) < 200 and "\n" not in name
            in_the_way = name.split("/")[0] in ("link", "file")
            if is_plain and not in_the_way:
                # A folder called data makes a dataset of the one above it, and listing fails.
                fits = (GRAMMAR.match(name) is not None and "//" not in name
                        and "data" not in name.split("/"))
                expect((outcome.code == 0) == fits, where, "but Minari's grammar says", fits)
            accepted += outcome.code == 0
            refused += outcome.code != 0
            remove(root)
            os.mkdir(root)
    return f"{count} names, {accepted} accepted, {refused} refused, no escape"
