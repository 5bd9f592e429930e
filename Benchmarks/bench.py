"""What the benchmarks share: the release binary on a fresh spool, its receiver, and the programs that make the load.

smtp-source and smtp-sink are Postfix's, unpacked from Debian's package into the build folder and never installed; the
receiver and the other load generator are receiver.c and load.c beside this file. smtp-sink, which receives and stores
nothing, is the yardstick. Machine and settings are printed with each table.
"""
import base64, os, pathlib, random, re, shutil, socket, statistics, subprocess, sys, tempfile, time, urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / ".build/bench"
BINARY = os.environ.get("TRANSOM_BINARY", ROOT / ".build/release/transom")
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def tools():
    """smtp-source, smtp-sink, the receiver and the load generator; unpacked and compiled where they are missing."""
    if not os.access(BINARY, os.X_OK):
        sys.exit(f"bench: there is no {BINARY}: `make build` makes it, or TRANSOM_BINARY names another")
    WORK.mkdir(parents=True, exist_ok=True)
    if not (WORK / "usr/sbin/smtp-source").exists():
        subprocess.run(["apt-get", "download", "-qq", "postfix"], cwd=WORK, check=True)
        subprocess.run(["dpkg-deb", "-x", next(WORK.glob("postfix_*.deb")), WORK], check=True)
    for name, libraries in (("receiver", []), ("load", ["-lssl", "-lcrypto", "-lpthread"])):
        source, program = ROOT / f"Benchmarks/{name}.c", WORK / name
        if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["cc", "-D_GNU_SOURCE", "-O2", "-o", program, source, *libraries], check=True)


def postfix(name, *arguments, **options):
    env = {**os.environ, "LD_LIBRARY_PATH": str(WORK / "usr/lib/postfix")}
    return subprocess.Popen([WORK / "usr/sbin" / name, *map(str, arguments)], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_open(port, process):
    end = time.monotonic() + 20
    while socket.socket().connect_ex(("127.0.0.1", port)):
        if process.poll() is not None or time.monotonic() > end:
            sys.exit(f"bench: nothing listens on {port}")
        time.sleep(0.002)


def message(size):
    """4 KB: a multipart/alternative; larger: one base64 attachment. Lines end with LF, as smtp-source wants them."""
    head = "From: a@example.org\nTo: b@hooks.test\nSubject: bench-seq-00000000\nMessage-ID: <b@example.org>\nMIME-Version: 1.0\n"
    if size <= 8192:
        text = "The quick brown fox jumps over the lazy dog =E2=80=94 and then rests a while.\n"
        half = text * (size // 2 // len(text) - 2)
        return head + ("Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
                       f"{half}\n--b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<p>{half}</p>\n--b--\n")
    octets = random.Random(1).randbytes(size * 57 // 78)
    return head + ("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nattached\n--b\nContent-Type: application/octet-stream\n"
                   "Content-Disposition: attachment; filename=a.bin\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(octets).decode() + "--b--\n")


class Transom:
    """The bridge on a fresh spool, with the receiver behind it; `paused`: delivery is. `tls_port` speaks TLS at once."""

    def __init__(self, latencies=None, paused=False, tls_port=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=WORK))
        self.port, web, hook = free_port(), free_port(), free_port()
        self.web = web
        self.receiver = subprocess.Popen([WORK / "receiver", str(hook), *([latencies] if latencies else [])])
        secure = f', {{ name: tls, address: "127.0.0.1:{tls_port}", mode: submissions }}' if tls_port else ""
        config = self.folder / "transom.yaml"
        config.write_text(f"""smtp:
  hostname: mx.hooks.test
  listeners: [ {{ name: mx, address: "127.0.0.1:{self.port}", mode: mx }}{secure} ]
  limits: {{ connections_per_address: 12000, connection_rate_per_address: off, message_size: 60MiB }}
spool: {{ path: "{self.folder}/spool" }}
admin: {{ address: "127.0.0.1:{web}" }}
log: {{ level: info }}
endpoints:
  app: {{ url: "http://127.0.0.1:{hook}/", secret: {SECRET}, allow_private: true, concurrency: 64, rate: 1000000/s }}
routes: [ {{ name: all, match: {{ recipient: "*@hooks.test" }}, deliver: [app] }} ]
""")
        self.log = open(self.folder / "log", "w")
        began = time.monotonic()
        self.process = subprocess.Popen([BINARY, "serve", "--config", config], stderr=self.log)
        wait_open(self.port, self.process)
        self.start = time.monotonic() - began
        if paused:
            wait_open(web, self.process)
            subprocess.run([BINARY, "endpoints", "pause", "app", "--config", config], check=True, stdout=subprocess.DEVNULL)

    def metric(self, name):
        text = urllib.request.urlopen(f"http://127.0.0.1:{self.web}/metrics").read().decode()
        return sum(float(v) for v in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.M))

    def delivered(self):
        return self.metric(r'transom_delivery_attempts_total') and sum(float(v) for v in re.findall(
            r'transom_delivery_attempts_total{[^}]*2xx[^}]*} (\S+)', self.text()))

    def text(self):
        return urllib.request.urlopen(f"http://127.0.0.1:{self.web}/metrics").read().decode()

    def memory(self, field):
        status = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(rf"{field}:\s+(\d+)", status)[1]) / 1024

    def cpu(self):
        """Microseconds by thread name."""
        threads = {}
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            name = re.sub(r"[-#0-9]+$", "", (task / "comm").read_text().strip())
            threads[name] = threads.get(name, 0) + int((task / "schedstat").read_text().split()[0]) / 1000
        return threads

    def close(self):
        self.process.terminate()
        self.process.wait(60)
        self.receiver.kill()
        self.receiver.wait()
        shutil.rmtree(self.folder)


def load(port, file, messages, sessions):
    return postfix("smtp-source", "-d", "-s", sessions, "-m", messages, "-f", "a@example.org", "-t", "b@hooks.test", "-F", file, f"127.0.0.1:{port}")


def rate_of_sink(file, messages, sessions):
    port = free_port()
    sink = postfix("smtp-sink", *(["-u", "nobody"] if os.getuid() == 0 else []), f"127.0.0.1:{port}", 1000)
    wait_open(port, sink)
    began = time.monotonic()
    load(port, file, messages, sessions).wait()
    took = time.monotonic() - began
    sink.kill()
    sink.wait()
    return messages / took


def fdatasync_median():
    descriptor = os.open(WORK / "sync-probe", os.O_RDWR | os.O_CREAT, 0o600)
    os.pwrite(descriptor, bytes(1 << 20), 0)
    os.fsync(descriptor)
    times = []
    for index in range(200):
        os.pwrite(descriptor, bytes(4096), index * 4096)
        began = time.perf_counter()
        os.fdatasync(descriptor)
        times.append(time.perf_counter() - began)
    os.close(descriptor)
    return statistics.median(times) * 1e6

def heading(command):
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "?")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    print(f"{command}  commit {commit}")
    print(f"{os.cpu_count()} × {cpu}; load, receiver and bridge on the same machine; log level info; median fdatasync of 4 KB: {fdatasync_median():.0f} µs")
