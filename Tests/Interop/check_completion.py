"""The shells' completion of hindsight's words, typed in a terminal: bash, and zsh and fish where they are.

    check_completion.py HINDSIGHT
"""
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

HINDSIGHT = os.path.abspath(sys.argv[1])

# What is typed before the tab, and what must stand there afterwards.
LINES = [
    ("hindsight doct", "hindsight doctor"),
    ("hindsight dataset val", "hindsight dataset validate"),
    ("hindsight solve MiniGrid-DoorKey-1", "hindsight solve MiniGrid-DoorKey-16x16-v0"),
    ("hindsight render corr", "hindsight render corridor"),
    ("hindsight runs --agent tab", "hindsight runs --agent tabular-q"),
    ("hindsight list agents discrete-c", "hindsight list agents discrete-cql"),
    ("hindsight train --set training.shar", "hindsight train --set training.shards"),
    ("hindsight train experi", "hindsight train experiment.yaml"),
    ("hindsight evaluate my-r", "hindsight evaluate my-runs"),
    ("hindsight inspect rec", "hindsight inspect recorded.hdf5"),
]

START = {
    "bash": (["bash", "--norc", "-i"], "source completion.bash; PS1=READY'> '"),
    "zsh": (["zsh", "-f", "-i"],
            "fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; PS1=READY'> '"),
    "fish": (["fish", "--no-config", "--interactive"],
             "source completion.fish; function fish_prompt; echo -n READY'> '; end"),
}
PROMPT = "READY> "


class Shell:
    """A shell in a terminal of 60 lines and 200 columns."""

    def __init__(self, name, folder):
        words, preparation = START[name]
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(
                TERM="xterm", PATH=f"{folder}:{os.environ['PATH']}", HOME=folder, LANG="C.UTF-8")
            os.execvp(words[0], words)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
        self.hear(2)
        self.type(preparation + "\n")
        assert PROMPT in self.hear(30, PROMPT), f"{name} does not start"

    def type(self, text):
        os.write(self.terminal, text.encode())

    def hear(self, seconds, wanted=None):
        """What is shown until nothing more comes for so long, or until it is what is wanted."""
        heard, end = b"", time.monotonic() + seconds
        while time.monotonic() < end:
            if not select.select([self.terminal], [], [], 0.1)[0]:
                continue
            try:
                heard += os.read(self.terminal, 65536)
            except OSError:
                break
            if wanted and wanted in self.plain(heard):
                break
        return self.plain(heard)

    @staticmethod
    def plain(heard):
        text = heard.decode(errors="replace")
        text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07|\x1b[()][A-Z0-9]|\x1b[=>]", "", text)
        return re.sub(r".\x08", "", text).replace("\r", "")

    def complete(self, line, wanted):
        self.type(line + "\t")
        heard = self.hear(15, wanted)
        # The line is thrown away, and the next one waited for.
        self.hear(0.3)
        self.type("\x03")
        self.hear(15, PROMPT)
        self.hear(0.2)
        return heard

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


work = tempfile.mkdtemp(prefix="hindsight-completion-")
try:
    os.symlink(HINDSIGHT, os.path.join(work, "hindsight"))
    os.makedirs(os.path.join(work, "my-runs", "one"))
    for name in ("experiment.yaml", "recorded.hdf5"):
        open(os.path.join(work, name), "w").close()
    shells = [name for name in START if shutil.which(name)]
    for name in shells:
        script = subprocess.run(
            [HINDSIGHT, "--generate-completion-script", name], capture_output=True, text=True,
            check=True).stdout
        path = os.path.join(work, "_hindsight" if name == "zsh" else f"completion.{name}")
        with open(path, "w") as file:
            file.write(script)
        subprocess.run([name, "-n" if name != "fish" else "--no-execute", path], check=True)
        shell = Shell(name, work)
        try:
            for line, wanted in LINES:
                heard = shell.complete(line, wanted)
                assert wanted in heard, f"{name} makes of '{line}': {heard[-300:]!r}"
        finally:
            shell.close()
    print(f"{', '.join(shells)} complete {len(LINES)} lines each: commands, ids, settings and files")
finally:
    shutil.rmtree(work, ignore_errors=True)
