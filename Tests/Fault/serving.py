"""A server that others on the machine, and pages in its user's own browser, want to misuse."""
import http.client
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import time

from common import HINDSIGHT, QUICK, TINY, Place, expect, size, succeed


class Server:
    """`hindsight serve` of a folder, on a port of its own."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [HINDSIGHT, "serve", folder, "--port", "0", "--json"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        line = self.process.stdout.readline()
        expect(line, "no address:", self.process.stderr.read() if not line else "")
        self.port = int(json.loads(line)["address"].rstrip("/").rsplit(":", 1)[1])
        self.host = f"127.0.0.1:{self.port}"

    def ask(self, method, target, timeout=30, **headers):
        """Status, headers and body; headers that are None are left out."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in {"Host": self.host, **headers}.items():
                if value is not None:
                    connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def token(self):
        page = self.ask("GET", "/")[2].decode()
        return page.split('name="token" content="', 1)[1].split('"', 1)[0]

    def megabytes(self):
        """The most memory that was ever resident."""
        with open(f"/proc/{self.process.pid}/status") as file:
            line = next(line for line in file if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def is_alive(self):
        return self.process.poll() is None

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=20)
        expect(self.process.returncode == 0, "Ctrl-C ended it with", self.process.returncode)


def listeners(port):
    """Local addresses that are listened on at a port."""
    found = []
    if shutil.which("ss"):
        lines = subprocess.run(["ss", "-Hltn"], capture_output=True, text=True).stdout.splitlines()
        found = [line.split()[3] for line in lines if line.split()[3].endswith(f":{port}")]
    else:
        for name in ("/proc/net/tcp", "/proc/net/tcp6"):
            with open(name) as file:
                for line in file.read().splitlines()[1:]:
                    address, state = line.split()[1], line.split()[3]
                    if state == "0A" and int(address.rsplit(":", 1)[1], 16) == port:
                        raw = bytes.fromhex(address.rsplit(":", 1)[0])[::-1]
                        found.append(".".join(map(str, raw)) + f":{port}")
    return found


def check_refusals(server, place, run):
    """Wrong hosts, paths that lead elsewhere, and what would change something."""
    refused = 0
    for host in (None, "example.org", f"example.org:{server.port}", "127.0.0.1", "0.0.0.0",
                 f"127.0.0.1.example.org:{server.port}", f"[::1]:{server.port}", ""):
        status, _, body = server.ask("GET", "/api/runs", Host=host)
        expect(status in (400, 421), "host", host, "was answered with", status)
        expect(b'"runs"' not in body, "host", host)
        refused += 1
    canary = place("canary")
    secrets = []
    for way in ("/../canary", "/..%2fcanary", "/%2e%2e/canary", "/api/../../canary",
                "/api/run?path=" + canary, "/api/run?path=" + place("runs/../canary"),
                "/api/run?path=" + place("secret"), "/api/run?path=" + place("runs/../secret"),
                "/api/run?path=" + run + "/../../secret", "/api/run?path=" + run + "/",
                "/api/run?path=..%2f..%2fetc", "/api/rollout?path=" + place("secret"),
                "/api/run?path=/etc", "/api/run?path=%2500", "/etc/passwd", "//etc/passwd",
                "/api/run?path=" + run + "%0d%0aSet-Cookie:%20a=b", "/api/run", "/config.yaml",
                "/" + run, "/api/run?path=" + "a" * 9000):
        status, headers, body = server.ask("GET", way)
        expect(status in (400, 404), way, "was answered with", status)
        expect(b"CANARY" not in body and b"root:" not in body and b"corridor" not in body, way)
        expect("Set-Cookie" not in headers, way)
        secrets.append(way)
        refused += 1
    own, token = f"http://{server.host}", server.token()
    stop = f"/api/stop?path={run}"
    attempts = [
        ("GET", {"X_Hindsight_Token": token}, 405), ("HEAD", {"X_Hindsight_Token": token}, 405),
        ("PUT", {"X_Hindsight_Token": token}, 405), ("POST", {"X_Hindsight_Token": token}, 403),
        ("POST", {"X_Hindsight_Token": token, "Origin": "http://example.org"}, 403),
        ("POST", {"X_Hindsight_Token": token, "Origin": "null"}, 403),
        ("POST", {"X_Hindsight_Token": token, "Origin": f"https://{server.host}"}, 403),
        ("POST", {"X_Hindsight_Token": token, "Origin": own, "Sec_Fetch_Site": "cross-site"}, 403),
        ("POST", {"Origin": own}, 403), ("POST", {"Origin": own, "X_Hindsight_Token": "0" * 32}, 403),
        ("POST", {"Origin": own, "X_Hindsight_Token": token, "Host": "example.org"}, 421),
    ]
    for method, headers, code in attempts:
        status, _, _ = server.ask(method, stop, **{"Content_Length": "0", **headers})
        expect(status == code, method, headers, "was answered with", status)
        refused += 1
    # All in order, but nobody is at work on the run.
    status, _, body = server.ask(
        "POST", stop, Content_Length="0", Origin=own, X_Hindsight_Token=token)
    expect(status == 409, "a finished run was answered with", status, body)
    _, headers, page = server.ask("GET", "/")
    policy = headers["Content-Security-Policy"]
    expect("default-src 'none'" in policy and "unsafe" not in policy, policy)
    expect(page.count(b"<script") == 1 and b"http://" not in page.replace(b"http://www.w3.org", b""),
           "the page names another place")
    return refused


def check_stop(server, place, yaml):
    """The run that is at work saves and ends as after SIGTERM, and nothing else does."""
    runs = {}
    for name in ("stopped", "left"):
        runs[name] = subprocess.Popen(
            [HINDSIGHT, "train", yaml, "--dataset", place("data.hdf5"), "--output",
             place("runs", name), "--set", "training.steps=1000000", "--threads", "1", "--quiet"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        def states():
            return {os.path.basename(run["path"]): run["state"]
                    for run in json.loads(server.ask("GET", "/api/runs")[2])["runs"]}
        end = time.monotonic() + 60
        while states().get("stopped") != "running" or states().get("left") != "running":
            expect(time.monotonic() < end, "the runs are not shown as running:", states())
            time.sleep(0.1)
        status, _, body = server.ask(
            "POST", f"/api/stop?path={place('runs/stopped')}", Content_Length="0",
            Origin=f"http://{server.host}", X_Hindsight_Token=server.token())
        expect(status == 200 and json.loads(body)["process"] == runs["stopped"].pid, status, body)
        code = runs["stopped"].wait(timeout=30)
        said = runs["stopped"].stderr.read().decode()
        expect(code == 143 and "saved after step" in said, "it ended with", code, said)
        with open(place("runs/stopped/run.json")) as file:
            step = json.load(file)["step"]
        expect(f"saved after step {step} of" in said, said, step)
        expect(os.path.exists(place("runs/stopped/checkpoints/last.safetensors")), "no checkpoint")
        expect(runs["left"].poll() is None, "another run has ended")
    finally:
        for process in runs.values():
            process.kill()
            process.wait()


def check_slow(server, count):
    """Connections that say nothing, or little: others are answered all the same."""
    open_sockets, answered = [], 0
    for number in range(count):
        client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        try:
            if number % 3 == 1:
                client.sendall(b"GET / HTTP/1.1\r\nHost: ")
            elif number % 3 == 2:
                client.sendall(b"POST /api/stop HTTP/1.1\r\nContent-Length: 100\r\n")
        except OSError:
            pass  # turned away already
        open_sockets.append(client)
        if number % max(count // 20, 1) == 0:
            status, _, _ = server.ask("GET", "/api/runs")
            expect(status == 200, "with", number, "slow connections:", status)
            answered += 1
    for client in open_sockets:
        client.close()
    expect(server.is_alive(), "the server has died of slow connections")
    return answered


def check_floods(server, megabytes):
    """Headers, a target and a body without end; a slow reader."""
    block = b"a" * (1 << 20)
    for start in (b"GET / HTTP/1.1\r\nCookie: ", b"GET /", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200000,
                  b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"\r\n" * 200000,
                  b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n"):
        client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        sent = 0
        try:
            client.sendall(start)
            for _ in range(megabytes):
                client.sendall(block)
                sent += 1
        except OSError:
            pass
        client.close()
        expect(sent < megabytes, "all", megabytes, "MB after", start[:20], "were taken")
    readers = []
    for _ in range(40):
        client = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        client.sendall(f"GET / HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode())
        readers.append(client)
    status, _, _ = server.ask("GET", "/api/runs")
    expect(status == 200, "beside slow readers:", status)
    for client in readers:
        client.close()


def serving():
    """Listens on loopback alone; refuses wrong hosts, foreign pages and paths that lead elsewhere;
    neither slow connections nor floods stop it or take its memory; reads no file outside the runs."""
    slow, flood = size(1500, 10000), size(20, 100)
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (min(max(slow + 500, limit[0]), limit[1]), limit[1]))
    slow = min(slow, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)
    with Place(on_disk=True) as place:
        yaml = place.write("tiny.yaml", TINY)
        run = place("runs/one")
        succeed("collect", yaml, "--output", place("data.hdf5"), "--quiet")
        succeed("train", yaml, "--dataset", place("data.hdf5"), "--output", run, "--quiet")
        succeed("train", yaml, "--dataset", place("data.hdf5"), "--output", place("secret"),
                "--quiet")
        place.write("canary", "CANARY")
        log = place("strace.log")
        before = set(os.listdir(place.path))
        server = Server(place("runs"))
        tracer = None
        if shutil.which("strace") and not os.environ.get("NO_STRACE"):
            tracer = subprocess.Popen(
                ["strace", "-f", "-qq", "-e", "trace=open,openat", "-o", log, "-p",
                 str(server.process.pid)], stderr=subprocess.DEVNULL)
            time.sleep(1)
        try:
            places = listeners(server.port)
            expect(places == [server.host], "it listens on", places)
            refused = check_refusals(server, place, run)
            status, _, body = server.ask("GET", f"/api/run?path={run}")
            expect(status == 200 and b"corridor" in body, "the run itself:", status)
            opened = None
            if tracer:
                tracer.send_signal(signal.SIGINT)
                tracer.wait(timeout=20)
                opened = check_opened(log, place)
            check_stop(server, place, yaml)
            answered = check_slow(server, slow)
            check_floods(server, flood)
            expect(server.is_alive(), "the server has died")
            status, _, _ = server.ask("GET", "/")
            expect(status == 200, "afterwards:", status)
            memory = server.megabytes()
            expect(memory < 100, f"{memory:.0f} MB were resident")
            server.end()
        finally:
            server.process.kill()
            if tracer and tracer.poll() is None:
                tracer.kill()
        left = set(os.listdir(place.path)) - before - {"strace.log"}
        expect(not left, "it has left", left)
    traced = f"{opened} files opened, all of runs, " if opened is not None else "not traced, "
    return (f"loopback only, {refused} requests refused, {traced}a run stopped and saved, {answered} answers beside {slow} "
            f"slow connections, floods of {flood} MB cut off, {memory:.0f} MB resident")


def check_opened(log, place):
    """Every file that was opened belongs to a run, or to the system's list of locks."""
    count = 0
    with open(log, errors="replace") as file:
        for line in file:
            if '"' not in line:
                continue
            path = line.split('"')[1]
            expect(path.startswith(place("runs")) or path == "/proc/locks"
                   or path.startswith(("/usr/", "/lib/", "/etc/ld.so", "/etc/localtime", "/proc/self",
                                       "/proc/stat", "/sys/")),
                   "it has opened", path)
            count += path.startswith(place("runs"))
    expect(count > 0, "nothing was traced")
    return count
