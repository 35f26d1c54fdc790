"""Checks the examples of pages written in Markdown.

    guide.py --programs FOLDER PAGE...

A page is run in a scratch folder of its own, from top to bottom, with the programs in PATH and the
repository's Configs, Environments, Examples and Scripts beside it. Comments in the lines before a block say
what is done with it:

    <!-- from: PATH -->          it stands in that file of the repository, word for word; a line `// …` or
                                 `# …` leaves lines of the file out. Swift and C need this: it is how
                                 examples are compiled.
    <!-- file: NAME -->          it is written to the scratch folder under this name. YAML and Python need
                                 this or `from`.
    <!-- setup: COMMAND -->      run before the block.
    <!-- exit: CODE -->          the block's last command ends with this code, not with 0.
    <!-- with: [TEXT:] WORDS --> appended to the commands that hold TEXT, or to all, to make them short.
    <!-- skip: TEXT: REASON -->  commands that hold TEXT are not run.
    <!-- needs: MODULE -->       it is left out where Python has no such module.
    <!-- not run: REASON -->     it is left out.
    <!-- rows -->                of the table that follows, every `code` that is a command is run, unless a
                                 word of it is in capitals, and every one that is a setting is looked up,
                                 with the row's `agent: ID` and `environment: ID` if it has them.

In a `console` block, lines that begin with `$ ` are run; `\\` at the end continues one. A block without a
language whose lines begin with `$hindsight ` is one as well. The lines after a command are what it prints,
standard error included but for progress, where `…` stands for anything: for the rest of a line, or, alone in
it, for any number of lines. Without such lines the output is not looked at.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KINDS = ("from", "file", "setup", "exit", "with", "skip", "needs", "not run", "rows")
DIRECTIVE = re.compile(r"^<!-- (%s)(?:: (.*?))? -->$" % "|".join(KINDS))
PROGRAMS = ("hindsight", "$hindsight", "CustomEnvironment", "CustomAgent", "CustomBackbone")
PROGRESS = re.compile(r"^[a-z]+: +\d+ %, .*\n", re.MULTILINE)
SETTING = re.compile(r"^(seed|(environment|dataset|agent|training|evaluation)(\.[A-Za-z0-9]+)+)$")
PYTHON = os.environ.get("PYTHON") or sys.executable


class Failure(Exception):
    """An example that does not hold."""


class Block:
    """A fenced block or a table, with the comments before it."""

    def __init__(self, page, line, language, lines, directives):
        self.page, self.line, self.language = page, line, language
        self.lines, self.directives = lines, directives

    @property
    def place(self):
        return f"{self.page}:{self.line}"

    def all(self, kind):
        return [value for name, value in self.directives if name == kind]

    def first(self, kind):
        return next(iter(self.all(kind)), None)

    @property
    def is_console(self):
        return self.language == "console" or (
            not self.language and any(line.startswith("$hindsight ") for line in self.lines)
        )


def blocks(page):
    """The fenced blocks and marked tables of a page, in order."""
    lines = Path(page).read_text().splitlines()
    found, directives, number = [], [], 0
    while number < len(lines):
        line = lines[number].strip()
        directive = DIRECTIVE.match(line)
        if directive:
            directives.append((directive[1], directive[2] or ""))
        elif line.startswith("```"):
            indent = len(lines[number]) - len(lines[number].lstrip())
            first = number + 1
            number += 1
            while not lines[number].strip().startswith("```"):
                number += 1
            body = [text[min(indent, len(text)) :] for text in lines[first:number]]
            found.append(Block(page, first, line[3:].strip(), body, directives))
            directives = []
        elif line.startswith("|") and ("rows", "") in directives:
            first = number
            while number < len(lines) and lines[number].startswith("|"):
                number += 1
            found.append(Block(page, first + 1, "table", lines[first:number], directives))
            directives = []
            continue
        elif line and directives:
            raise Failure(f"{page}:{number + 1}: {directives} stand before no block")
        number += 1
    return found


def check_quotation(block):
    """The block's pieces stand in the file in their order."""
    name = block.first("from")
    if not (ROOT / name).is_file():
        raise Failure(f"{block.place}: there is no {name}")
    have = [line.strip() for line in (ROOT / name).read_text().splitlines()]
    pieces = [[]]
    for line in block.lines:
        if line.strip() in ("// …", "# …"):
            pieces.append([])
        elif line.strip() or pieces[-1]:
            pieces[-1].append(line.strip())
    start = 0
    for piece in pieces:
        while piece and not piece[-1]:
            piece.pop()
        for place in range(start, len(have) - len(piece) + 1):
            if have[place : place + len(piece)] == piece:
                start = place + len(piece)
                break
        else:
            raise Failure(
                f"{block.place}: {name} does not say, after what was quoted before:\n" + "\n".join(piece)
            )


def pattern(expected):
    """A regular expression for output in which `…` stands for anything."""
    parts = []
    for line in expected:
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            pieces = [re.escape(piece) for piece in line.rstrip().split("…")]
            parts.append(r"[^\n]*".join(pieces) + r"[^\S\n]*\n")
    return re.compile("".join(parts) + r"\s*\Z")


def commands(block):
    """Each command of a console block with the lines that it is to print."""
    found, continues = [], False
    for line in block.lines:
        if continues:
            found[-1][0] = found[-1][0][:-1] + line.strip()
        elif line.startswith(("$ ", "$hindsight ")):
            found.append([line.removeprefix("$ "), []])
        elif found:
            found[-1][1].append(line)
        elif block.language and line.strip():
            raise Failure(f"{block.place}: a console block begins with `$ `, not with {line!r}")
        continues = bool(found) and not found[-1][1] and line.endswith("\\")
    return found


def rows(block):
    """The commands in the code of a table's rows, and the settings, as (row's code, setting)."""
    listed, settings = [], []
    for line in block.lines:
        codes = [code.replace("\\|", "|") for code in re.findall(r"`([^`]+)`", line)]
        for code in codes:
            words = code.split(" ")
            if SETTING.match(code):
                settings.append((codes, code))
            elif words[0] in PROGRAMS and len(words) > 1 and not re.search(r" [A-Z]+\b", code):
                listed.append([code, []])
    return listed, settings


class Runner:
    """Runs the blocks of one page."""

    def __init__(self, programs):
        self.folder = Path(tempfile.mkdtemp(prefix="hindsight-guide-"))
        for name in ("Configs", "Environments", "Examples", "Scripts"):
            (self.folder / name).symlink_to(ROOT / name)
        self.environment = dict(
            os.environ, PATH=f"{programs}:{os.environ['PATH']}", LC_ALL="C.UTF-8", COLUMNS="200",
            PYTHON=PYTHON, hindsight=f"{programs}/hindsight",
        )
        self.quoted = self.run = self.left = 0

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def leave(self, block, reason):
        print(f"  not run: {block.place}: {reason}")
        self.left += 1

    def check(self, block):
        if block.first("not run") is not None:
            return self.leave(block, block.first("not run"))
        for module in block.all("needs"):
            if subprocess.run([PYTHON, "-c", f"import {module}"], stderr=subprocess.DEVNULL).returncode:
                return self.leave(block, f"{PYTHON} has no {module}")
        for command in block.all("setup"):
            self.execute(block, command)
        if block.first("from"):
            check_quotation(block)
            self.quoted += 1
        if block.first("file"):
            path = self.folder / block.first("file")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(block.lines) + "\n")
        if block.is_console or block.language == "table":
            listed, settings = (commands(block), []) if block.is_console else rows(block)
            for codes, setting in settings:
                self.look_up(block, codes, setting)
            if not listed:
                raise Failure(f"{block.place}: nothing to run")
            for number, (command, expected) in enumerate(listed):
                is_last = number == len(listed) - 1
                self.command(block, command, expected, int(block.first("exit") or 0) if is_last else 0)
        elif block.language in ("swift", "c", "yaml", "python") and not (
            block.first("from") or block.first("file")
        ):
            raise Failure(
                f"{block.place}: before a block of {block.language} stands `from`, `file` or `not run`"
            )

    def command(self, block, command, expected, code):
        for text, reason in (value.split(": ", 1) for value in block.all("skip")):
            if text in command:
                return self.leave(block, f"{command}: {reason}")
        words = command
        for value in block.all("with"):
            text, separator, more = value.partition(": ")
            if not separator or text in command:
                words = re.sub(r"\s+#\s.*$", "", words) + " " + (more if separator else value)
        output = self.execute(block, words, code)
        while expected and not expected[-1].strip():
            expected.pop()
        if expected and not pattern(expected).match(PROGRESS.sub("", output)):
            raise Failure(f"{block.place}: `{words}` printed\n{output}\nnot\n" + "\n".join(expected))

    def look_up(self, block, codes, setting):
        """Asks the program whether a configuration can have the setting; `null` is no value of any."""
        environment = next((code[13:] for code in codes if code.startswith("environment: ")), "corridor")
        agents = [code[7:] for code in codes if code.startswith("agent: ")] or ["decision-transformer"]
        for agent in agents:
            (self.folder / "plain.yaml").write_text("")
            words = ["hindsight", "train", "plain.yaml", "--set", f"environment.id={environment}"]
            words += ["--set", f"agent.id={agent}", "--set", f"{setting}=null"]
            done = subprocess.run(
                words, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode == 78 and f"{setting}=null" in done.stdout and "unknown" not in done.stdout:
                self.run += 1
                return
        raise Failure(f"{block.place}: there is no setting {setting}:\n{done.stdout}")

    def execute(self, block, words, code=0):
        done = subprocess.run(
            ["bash", "-c", words], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900,
        )
        self.run += 1
        if done.returncode != code:
            raise Failure(
                f"{block.place}: `{words}` ended with {done.returncode}, not {code}:\n{done.stdout}"
            )
        return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", required=True)
    parser.add_argument("pages", nargs="+")
    options = parser.parse_args()
    failed = 0
    for page in options.pages:
        runner = Runner(options.programs)
        try:
            for block in blocks(page):
                runner.check(block)
            print(f"passed: {page}: {runner.quoted} quotations, {runner.run} commands, {runner.left} left out")
        except (Failure, subprocess.TimeoutExpired) as error:
            print(f"failed: {error}")
            failed += 1
        finally:
            runner.close()
    print(f"{len(options.pages) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
