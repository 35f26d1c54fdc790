"""Looks up in d3rlpy, Minari, Gymnasium and MiniGrid what docs/habits.md says of their users' habits.

    check_habits.py [--corl FOLDER] [--decision-transformer FOLDER]

Every name in the left column that begins with one of these modules must exist there, every algorithm that
d3rlpy has must stand in the table, and `minari COMMAND` and `d3rlpy COMMAND` must be commands. Packages that are
not installed are said and left out. With the sources of CORL or of the official Decision Transformer, words of
the left column must stand in them.
"""

import argparse
import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def sections(text):
    """The code of the left columns, by the section's title."""
    found, title = {}, ""
    for line in text.splitlines():
        if line.startswith("## "):
            title = line[3:]
        elif line.startswith("| ") and not line.startswith("| habit"):
            left = re.split(r"(?<!\\)\|", line)[1]
            found.setdefault(title, []).extend(re.findall(r"`([^`]+)`", left))
    return found


def resolve(name):
    """What a dotted name stands for."""
    parts = name.split("(")[0].split(".")
    for count in range(len(parts), 0, -1):
        try:
            value = importlib.import_module(".".join(parts[:count]))
        except ImportError:
            continue
        for part in parts[count:]:
            value = getattr(value, part)
        return value
    raise ImportError(name)


def words_in(folder, pattern):
    text = "\n".join(path.read_text(errors="replace") for path in Path(folder).rglob(pattern))
    return text + "\n".join(str(path) for path in Path(folder).rglob("*"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--corl")
    parser.add_argument("--decision-transformer")
    options = parser.parse_args()
    found = sections((ROOT / "docs/habits.md").read_text())
    problems, checked, missing = [], 0, []

    modules = ("d3rlpy", "minari", "gymnasium", "minigrid")
    have = {name for name in modules if importlib.util.find_spec(name)}
    missing = [name for name in modules if name not in have]
    for codes in found.values():
        for code in codes:
            module = code.split(".")[0]
            if "." not in code or module not in have or " " in code:
                continue
            checked += 1
            try:
                resolve(code)
            except (ImportError, AttributeError) as error:
                problems.append(f"{code}: {error}")

    # What d3rlpy has and the table does not is a habit that somebody looks for in vain.
    if "d3rlpy" in have:
        algorithms = resolve("d3rlpy.algos")
        listed = set(found["d3rlpy: algorithms"])
        for name, value in vars(algorithms).items():
            if name.endswith("Config") and inspect.isclass(value) and name != "TransformerConfig":
                checked += 1
                if f"d3rlpy.algos.{name}" not in listed and "Perturbation" not in name:
                    problems.append(f"d3rlpy.algos.{name} stands in no line")
    for tool in have & {"d3rlpy", "minari"}:
        for code in [code for codes in found.values() for code in codes]:
            if code.startswith(f"{tool} "):
                checked += 1
                command = [str(Path(sys.executable).with_name(tool)), code.split(" ")[1], "--help"]
                if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
                    problems.append(f"{code}: no such command")

    for title, folder in (("CORL", options.corl), ("The official Decision Transformer", options.decision_transformer)):
        if folder is None:
            continue
        text = words_in(folder, "*.py")
        for code in found[title]:
            # `python FILE --config_path` is pyrallis's, in no file of theirs.
            for word in re.findall(r"[A-Za-z_/]{3,}(?:\.py)?", code.split(" --config_path")[0].removeprefix("python ")):
                checked += 1
                if word not in text:
                    problems.append(f"{title}: {word} stands nowhere")

    for problem in problems:
        print(problem)
    if not checked:
        print("none of " + ", ".join(modules) + " is installed")
    print(f"{checked} names looked up{'; not installed: ' + ', '.join(missing) if missing else ''}")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
