"""Chromium opens the live page, reads it, and presses its stop button.

    check_page.py HINDSIGHT [FOLDER]

Trains a run that goes on for a while beside two finished ones, and looks at the page as a person would:
numbers on it must be those of the run's files; the button must save the run and stop it with SIGTERM's
exit code; nothing may be complained of on the browser's console. With FOLDER, screenshots are kept there
at 1400 and 400 pixels, light and dark.
"""
import base64
import csv
import hashlib
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

HINDSIGHT = os.path.abspath(sys.argv[1])
PICTURES = sys.argv[2] if len(sys.argv) > 2 else None
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome")
                 if (path := shutil.which(name))), None)

CONFIGURATION = """environment: %s
dataset: {episodes: 300}
agent: {contextLength: 10, backbone: {width: 32, layers: 1, heads: 2}}
training:
  steps: %d
  batchSize: 32
  logEvery: 5
  checkpointEvery: 50
  validation: {every: 50, episodes: 20, targetReturns: [0, 1]}
evaluation: {targetReturns: [0, 0.5, 1], episodes: 50}
"""


class Browser:
    """A page in headless Chromium, spoken to by its DevTools over a WebSocket."""

    def __init__(self, profile):
        self.process = subprocess.Popen(
            [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = os.path.join(profile, "DevToolsActivePort")
        wait(lambda: os.path.exists(port_file) and open(port_file).read().count("\n"), 60)
        port = int(open(port_file).read().split("\n")[0])
        target = wait(lambda: next((page for page in json.load(urllib.request.urlopen(
            f"http://127.0.0.1:{port}/json")) if page["type"] == "page"), None), 30)
        path = target["webSocketDebuggerUrl"].split(f":{port}", 1)[1]
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
             f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
             ).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(1)
        self.number, self.complaints = 0, []
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def read(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            assert piece, "the browser is gone"
            data += piece
        return data

    def message(self):
        data = b""
        while True:
            first, second = self.read(2)
            length = second & 127
            if length == 126:
                length = struct.unpack(">H", self.read(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", self.read(8))[0]
            data += self.read(length)
            if first & 128:
                return json.loads(data)

    def call(self, method, **parameters):
        self.number += 1
        text = json.dumps(
            {"id": self.number, "method": method, "params": parameters}).encode()
        mask = os.urandom(4)
        head = bytes([129]) + (bytes([128 | len(text)]) if len(text) < 126
                               else bytes([128 | 126]) + struct.pack(">H", len(text)))
        self.socket.sendall(head + mask + bytes(c ^ mask[i % 4] for i, c in enumerate(text)))
        while True:
            message = self.message()
            if message.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.complaints.append(json.dumps(message["params"])[:400])
            if message.get("id") == self.number:
                assert "error" not in message, message
                return message["result"]

    def ask(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True, userGesture=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def shoot(self, name, width, dark):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                  deviceScaleFactor=1, mobile=width < 500)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        time.sleep(1)
        wide = self.ask("document.documentElement.scrollWidth")
        assert wide <= width, f"the page is {wide} pixels wide in {width}"
        if PICTURES:
            picture = self.call("Page.captureScreenshot", captureBeyondViewport=True, format="png")
            with open(os.path.join(PICTURES, name), "wb") as file:
                file.write(base64.b64decode(picture["data"]))

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def wait(condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = condition()
        except (OSError, ValueError):
            found = None
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"nothing after {seconds} seconds")


# A name that would be markup in a page that is not careful.
FIRST = "<img src=x onerror=alert(1)>&amp;'\"first"


def run(*arguments):
    done = subprocess.run([HINDSIGHT, *arguments, "--quiet"], capture_output=True, text=True,
                          timeout=300)
    assert done.returncode == 0, (arguments, done.stderr)


def text_of(number):
    """As the page writes it: four significant digits."""
    if number == 0:
        return "0"
    if abs(number) >= 1e6 or abs(number) < 1e-4:
        mantissa, power = f"{number:.2e}".split("e")
        return f"{mantissa}e{'+' if int(power) >= 0 else ''}{int(power)}"
    rounded = float(f"{number:.4g}")
    return str(int(rounded)) if rounded == int(rounded) else repr(rounded)


def check(browser, server, work, training):
    page = server
    browser.call("Page.navigate", url=page)
    wait(lambda: browser.ask("document.querySelectorAll('#runs li label').length") == 3)
    # The running one was chosen; two more are added for comparison.
    wait(lambda: browser.ask("document.querySelectorAll('#metric-chart path').length") >= 1)
    assert "3 runs, 1 running" in browser.ask("document.getElementById('summary').textContent")
    going = os.path.join(work, "runs", "going")
    step = browser.ask("document.querySelector('#facts dd:nth-of-type(2)').textContent")
    wait(lambda: browser.ask(
        "document.querySelector('#facts dd:nth-of-type(2)').textContent") != step)
    for name in ("first", "second"):
        browser.ask(f"document.querySelector('[data-path$={name}]').click()")
    wait(lambda: browser.ask("document.querySelectorAll('#metric-chart path').length") == 3)
    wait(lambda: browser.ask("document.getElementById('rollout').naturalWidth") > 50, 60)
    names = browser.ask("[...document.querySelectorAll('#runs .name')].map(n => n.textContent)")
    assert FIRST in names and browser.ask("document.querySelectorAll('main img').length") == 1, names
    differing = browser.ask("document.getElementById('differences').textContent")
    assert "environment.id" in differing and "corridor" in differing, differing
    # Every number of the evaluation's table is the report's.
    report = json.load(open(os.path.join(work, "runs/second/evaluations/1/report.json")))
    cells = browser.ask(
        "[...document.querySelectorAll('#evaluations tbody tr')].map(r => [...r.children]"
        ".map(c => c.textContent))")
    expected = [[text_of(e["target_return"]), e["selection"], text_of(e["mean_return"]),
                 f"{text_of(e['ci_low'])} to {text_of(e['ci_high'])}",
                 f"{e['success_rate'] * 100:.1f} %", text_of(e["mean_length"]), str(e["episodes"])]
                for e in report["evaluation"]]
    assert cells == expected, (cells, expected)
    # The legend's newest loss is the last row of the log.
    rows = list(csv.DictReader(open(os.path.join(work, "runs/second/metrics.csv"))))
    legend = browser.ask("[...document.querySelectorAll('#metric-chart .legend span')]"
                         ".map(s => s.textContent)")
    assert any(entry.startswith("second") and entry.endswith(text_of(float(rows[-1]["loss"])))
               for entry in legend), (legend, rows[-1]["loss"])
    for width in (1400, 400):
        for dark in (False, True):
            browser.shoot(f"page-{width}-{'dark' if dark else 'light'}.png", width, dark)
    browser.ask("document.getElementById('log').click()")
    browser.ask("document.getElementById('smooth').click()")
    wait(lambda: browser.ask("document.querySelectorAll('#metric-chart .faint').length") == 3)

    # The button: of the run that is at work, pressed twice.
    for name in ("second", "first", "going"):
        browser.ask(f"document.querySelector('[data-path$={name}]').click()")
    browser.ask("document.querySelector('[data-path$=going]').click()")
    wait(lambda: browser.ask("!document.getElementById('stop').hidden"))
    assert training.poll() is None
    browser.ask("document.getElementById('stop').click()")
    time.sleep(1)
    assert training.poll() is None, "one press is not enough"
    assert "Really" in browser.ask("document.getElementById('stop').textContent")
    browser.ask("document.getElementById('stop').click()")
    code = training.wait(timeout=30)
    assert code == 143, f"the run ended with {code}"
    said = training.stderr.read().decode()
    assert "saved after step" in said, said
    saved = json.load(open(os.path.join(going, "run.json")))["step"]
    assert f"saved after step {saved} of" in said, (saved, said)
    wait(lambda: "saves after the step" in browser.ask(
        "document.getElementById('stop-said').textContent"))
    wait(lambda: browser.ask("document.querySelector('#facts dd').textContent") == "stopped")
    assert browser.ask("document.getElementById('stop').hidden")
    return saved


work = tempfile.mkdtemp(prefix="hindsight-page-")
processes = []
try:
    if not CHROMIUM:
        print("skipped, there is no chromium")
        sys.exit(0)
    if PICTURES:
        os.makedirs(PICTURES, exist_ok=True)
    for name, world, steps in (("first", "corridor", 300), ("second", "key-to-door/dt-paper", 300),
                               ("going", "corridor", 1000000)):
        yaml = os.path.join(work, f"{name}.yaml")
        with open(yaml, "w") as file:
            file.write(CONFIGURATION % (world, steps))
        data = os.path.join(work, f"{name}.hdf5")
        folder = os.path.join(work, "runs", FIRST if name == "first" else name)
        run("collect", yaml, "--output", data)
        arguments = ["train", yaml, "--dataset", data, "--output", folder, "--threads", "1"]
        if name == "going":
            training = subprocess.Popen(
                [HINDSIGHT, *arguments, "--quiet"], stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE)
            processes.append(training)
        else:
            run(*arguments)
            run("evaluate", folder)
    wait(lambda: os.path.exists(os.path.join(work, "runs/going/checkpoints/last.safetensors")), 60)
    server = subprocess.Popen(
        [HINDSIGHT, "serve", os.path.join(work, "runs"), "--port", "0", "--json"],
        stdout=subprocess.PIPE)
    processes.append(server)
    address = json.loads(server.stdout.readline())["address"]
    browser = Browser(os.path.join(work, "profile"))
    try:
        saved = check(browser, address, work, training)
        complaints = [text for text in browser.complaints if "409" not in text]
        assert not complaints, complaints
    finally:
        browser.close()
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=20) == 0
    print(f"the live page in {os.path.basename(CHROMIUM)}, its numbers those of the files; stopped "
          f"after step {saved}, saved")
finally:
    for process in processes:
        if process.poll() is None:
            process.kill()
    shutil.rmtree(work, ignore_errors=True)
