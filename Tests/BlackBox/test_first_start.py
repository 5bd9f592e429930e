"""What somebody meets who starts Transom for the first time: each mistake says what to do."""
import os, pathlib, socket, subprocess, tempfile, unittest

import bridge


class FirstStart(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="transom-test-")
        self.path = pathlib.Path(self.folder.name)
        self.addCleanup(self.folder.cleanup)

    def test_nothing_configured_names_the_lines_that_work(self):
        done = bridge.run("serve", check=78, cwd=self.path)
        for line in (b"transom dev", b"TRANSOM_WEBHOOK_URL="):
            self.assertIn(line, done.stderr)

    def test_a_webhook_url_alone_is_enough(self):
        receiver = bridge.Receiver()
        self.addCleanup(receiver.close)
        port = bridge.free_port()
        env = bridge.environment(
            TRANSOM_WEBHOOK_URL=f"http://127.0.0.1:{receiver.port}/", TRANSOM_LISTEN=f"127.0.0.1:{port}",
            TRANSOM_SPOOL=str(self.path / "spool"), TRANSOM__ADMIN__ADDRESS=f"127.0.0.1:{bridge.free_port()}")
        with open(self.path / "log", "w+b") as log:
            process = subprocess.Popen([bridge.BINARY, "serve"], env=env, stderr=log, stdout=log, cwd=self.path)
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
            bridge.wait_for(lambda: b"whsec_" in (self.path / "log").read_bytes(), "the announcement of the secret")
            bridge.wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0, "the listener")
            bridge.run("send", "--to", "anyone@anywhere.test", "--server", f"127.0.0.1:{port}", check=0)
            request = bridge.wait_for(receiver.delivered, "the delivery")[0]
        secret = (self.path / "spool/webhook-secret").read_text().strip()
        self.assertTrue(request.is_genuine(secret))
        self.assertEqual(os.stat(self.path / "spool/webhook-secret").st_mode & 0o777, 0o600)

    def test_wrong_yaml_is_shown_with_line_and_caret(self):
        config = self.path / "transom.yaml"
        config.write_text("smtp:\n  hostnme: mx.example.com\n  listeners: []\n")
        done = bridge.run("check", "--config", config, check=78)
        self.assertIn(f"{config}:2:3: error:".encode(), done.stderr)
        self.assertIn(b"hostname", done.stderr)
        self.assertIn(b"^", done.stderr)

    def test_a_port_taken_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            stopped = bridge.Bridge(1)
            self.addCleanup(stopped.__exit__)
            stopped.config.write_text(stopped.config.read_text().replace(f":{stopped.smtp}\"", f":{port}\""))
            done = bridge.run("serve", "--config", stopped.config, check=69)
        self.assertIn(str(port).encode(), done.stderr)
        self.assertIn(b"in use", done.stderr)

    def test_the_operators_port_taken_is_named(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            stopped = bridge.Bridge(1)
            self.addCleanup(stopped.__exit__)
            stopped.config.write_text(stopped.config.read_text().replace(f":{stopped.web}\"", f":{port}\""))
            done = bridge.run("serve", "--config", stopped.config, check=69)
        self.assertIn(f"admin.address 127.0.0.1:{port}: the address is in use".encode(), done.stderr)

    @unittest.skipIf(os.getuid() != 0, "needs root to become somebody else")
    def test_a_spool_that_cannot_be_written_says_so(self):
        closed = bridge.Bridge(1)
        self.addCleanup(closed.__exit__)
        os.chmod(closed.folder, 0o755)
        done = bridge.run("serve", "--config", closed.config, user="nobody", check=74)
        self.assertIn(b"cannot write the spool", done.stderr)

    def test_a_spool_in_use_names_its_holder(self):
        with bridge.Bridge(1) as running:
            done = bridge.run("serve", "--config", running.config, check=69)
            self.assertIn(str(running.process.pid).encode(), done.stderr)


if __name__ == "__main__":
    unittest.main()
