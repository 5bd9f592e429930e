"""What the tests from outside share: the real binary on free loopback ports, and a receiver that does as it is told."""
import base64, contextlib, hashlib, hmac, http.server, json, os, pathlib, signal, smtplib, socket, subprocess, tempfile, threading, time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = os.environ.get("TRANSOM_BINARY", str(ROOT / ".build/release/transom"))
SECRET = "whsec_" + base64.b64encode(b"a key of the black-box tests, 32").decode()
PATIENCE = float(os.environ.get("TRANSOM_TEST_PATIENCE", "60"))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_for(condition, what):
    """Polls until `condition` is true; tests never sleep for a guessed time."""
    end = time.monotonic() + PATIENCE
    while True:
        if found := condition():
            return found
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {PATIENCE} s")
        time.sleep(0.01)


def environment(**more):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TRANSOM_")}
    return clean | more


def run(*arguments, stdin=b"", check=None, env=None, cwd=None, user=None):
    done = subprocess.run([BINARY, *map(str, arguments)], input=stdin, capture_output=True, timeout=PATIENCE,
                          env=env or environment(), cwd=cwd, user=user)
    if check is not None and done.returncode != check:
        raise AssertionError(f"transom {' '.join(map(str, arguments))} ended with {done.returncode}, not {check}:\n{done.stderr.decode()}{done.stdout.decode()}")
    return done


class Receiver:
    """A web application on loopback. `answer(attempt, request)` gives the status, or (status, headers)."""

    def __init__(self, answer=lambda attempt, request: 204, port=0):
        self.requests, self.lock, self.answer = [], threading.Lock(), answer
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                request = Request(dict(self.headers.items()), self.rfile.read(int(self.headers["content-length"])))
                with outer.lock:
                    outer.requests.append(request)
                    attempt = sum(r.id == request.id for r in outer.requests)
                answer = outer.answer(attempt, request)
                status, headers = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for name, value in ({"content-length": "0"} | headers).items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_):          # a bridge that was killed resets its connections
                pass

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def delivered(self):
        with self.lock:
            return list(self.requests)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Request:
    def __init__(self, headers, body):
        self.headers = {k.lower(): v for k, v in headers.items()}
        self.body = body

    @property
    def id(self):
        return self.headers["webhook-id"]

    @property
    def data(self):
        return json.loads(self.body)["data"]

    def is_genuine(self, secret=SECRET):
        content = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        expected = "v1," + base64.b64encode(hmac.digest(base64.b64decode(secret[6:]), content, hashlib.sha256)).decode()
        return expected in self.headers["webhook-signature"].split()


class Bridge:
    """`transom serve` on a configuration of the test's, in a folder of its own."""

    def __init__(self, receiver_port, endpoint="", routes=None, smtp="", spool=""):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="transom-test-"))
        self.smtp, self.web, self.receiver_port = free_port(), free_port(), receiver_port
        self.config, self.process = self.folder / "transom.yaml", None
        self.write(endpoint, routes, smtp, spool)

    def write(self, endpoint="", routes=None, smtp="", spool=""):
        routes = routes or "  - { name: all, match: { recipient: '*@hooks.test' }, deliver: [app] }"
        self.config.write_text(f"""smtp:
  hostname: mx.hooks.test
  listeners: [ {{ name: mx, address: "127.0.0.1:{self.smtp}", mode: mx }} ]
  limits: {{ connections_per_address: 1000, connection_rate_per_address: off }}
{smtp}
spool: {{ path: "{self.folder}/spool", min_free: 0{spool} }}
admin: {{ address: "127.0.0.1:{self.web}" }}
endpoints:
  app: {{ url: "http://127.0.0.1:{self.receiver_port}/hook", secret: {SECRET}, allow_private: true, timeout: 5s, retry: {{ schedule: [200ms, 200ms, 500ms], give_up_after: 1h }}{endpoint} }}
routes:
{routes}
""")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        subprocess.run(["rm", "-rf", str(self.folder)])

    def start(self, prefix=(), **how):
        """Starts by way of the command `prefix`, if any, and waits for the greeting."""
        self.begin(prefix, **how)
        wait_for(lambda: self.is_greeting() or self.process.poll() is not None, "the greeting")
        if self.process.poll() is not None:
            raise AssertionError(f"transom serve ended with {self.process.returncode}:\n{self.logged()}")

    def begin(self, prefix=(), **how):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([*prefix, BINARY, "serve", "--config", str(self.config)], **{"stderr": log, "stdout": log} | how, env=environment())

    @staticmethod
    def is_open(family, address):
        with socket.socket(family) as probe:
            return probe.connect_ex(address) == 0

    def is_greeting(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.smtp), timeout=5) as probe:
            return probe.recv(4) == b"220 "
        return False

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)

    def logged(self):
        return (self.folder / "log").read_text(errors="replace")

    def command(self, *arguments, check=0):
        return run(*arguments, "--config", self.config, check=check).stdout.decode()

    def json(self, *arguments):
        return json.loads(self.command(*arguments, "--json"))

    def send(self, message, recipients=("a@hooks.test",), sender="sender@example.org"):
        """Sends and gives the id under which it was queued; an SMTP error is raised."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=PATIENCE) as client:
            client.ehlo("client.test")
            client.mail(sender)
            for recipient in recipients:
                code, text = client.rcpt(recipient)
                if code != 250:
                    raise smtplib.SMTPRecipientsRefused({recipient: (code, text)})
            code, text = client.data(message)
            if code != 250:
                raise smtplib.SMTPDataError(code, text)
            return text.decode().split()[-1]


def note(subject="hello", body="text"):
    return f"From: Sender <sender@example.org>\r\nTo: a@hooks.test\r\nSubject: {subject}\r\nMessage-ID: <{subject}@example.org>\r\n\r\n{body}\r\n".encode()
