"""What goes wrong is told where it can be seen: which file, which line, what to do, and the exit status that fits."""
import json, os, pathlib, socket, tempfile, unittest

import bridge


class Mistakes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="transom-test-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)

    def stopped(self, **options):
        stopped = bridge.Bridge(1, **options)
        self.addCleanup(stopped.__exit__)
        return stopped

    def test_check_reads_the_files_that_are_named(self):
        stopped = self.stopped(endpoint=f", ca: {self.path}/ca.pem")
        (self.path / "ca.pem").write_text("no certificate\n")
        (self.path / "users").write_text("ann:{ROT13}frperg\n")
        with open(stopped.config, "a") as config:
            config.write(f"tls: {{ certificate: {self.path}/nothing.pem, key: {self.path}/nothing.key }}\nauth: {{ users: {self.path}/users }}\n")
        said = bridge.run("check", "--config", stopped.config, check=78).stderr.decode()
        for words in [f"transom.yaml:12:21: error: tls.certificate: {self.path}/nothing.pem: cannot be read",
                      f"error: auth.users: {self.path}/users:1: error: unknown scheme", f"error: endpoints.app.ca: {self.path}/ca.pem: holds no PEM certificate",
                      "the configuration has 3 errors"]:
            self.assertIn(words, said)
        self.assertFalse((stopped.folder / "spool").exists())

    def test_check_refuses_an_address_that_is_never_dialled(self):
        stopped = self.stopped()
        stopped.config.write_text(stopped.config.read_text().replace("127.0.0.1:1/", "169.254.169.254/"))
        self.assertIn(b"169.254.169.254 is never allowed", bridge.run("check", "--config", stopped.config, check=78).stderr)

    def test_a_folder_that_is_no_spool_does_not_become_one(self):
        for command in (["messages", "list"], ["deliveries"], ["spool", "fsck"], ["endpoints"], ["replay", "--dead"]):
            self.assertIn(b"there is no spool", bridge.run(*command, "--spool", self.path, check=69).stderr)
        self.assertEqual(list(self.path.iterdir()), [])

    def test_arguments_that_make_no_sense_are_named(self):
        for arguments in (["parse", "--remote-ip", "x"], ["parse", "--now", "x"], ["replay", "--since", "x"], ["replay", "--rate", "0", "--dead"]):
            said = bridge.run(*arguments, check=64).stderr.decode()
            self.assertTrue(said.startswith(f"transom: {arguments[1]}"), said)
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            server = "127.0.0.1:%d" % bound.getsockname()[1]
            self.assertIn(b"Connection refused", bridge.run("send", "--to", "a@b.test", "--server", server, check=69).stderr)

    def test_users_that_cannot_be_end_with_a_status_that_fits(self):
        users = self.path / "users"
        bridge.run("users", "add", "ann", "--file", users, "--password-file", "-", stdin=b"secret", check=0)
        self.assertEqual(json.loads(bridge.run("users", "list", "--file", users, "--json", check=0).stdout),
                         [{"name": "ann", "schemes": ["SCRAM-SHA-256", "SCRAM-SHA-1"]}])
        bridge.run("users", "remove", "bob", "--file", users, check=1)
        bridge.run("users", "add", "a:b", "--file", users, "--password-file", "-", stdin=b"secret", check=64)
        bridge.run("users", "add", "bob", "--file", users, "--password-file", "-", stdin=b"", check=64)
        bridge.run("users", "add", "bob", "--file", self.path / "no/users", "--password-file", "-", stdin=b"secret", check=74)

    def test_a_port_taken_is_not_the_spools_fault(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            stopped = self.stopped()
            stopped.config.write_text(stopped.config.read_text().replace(f"127.0.0.1:{stopped.web}", "127.0.0.1:%d" % taken.getsockname()[1]))
            said = bridge.run("serve", "--config", stopped.config, check=69).stderr.decode()
        self.assertNotIn("spool failed", said)

    def test_who_waits_for_an_endpoint_that_is_gone_is_told(self):
        with bridge.Bridge(1) as running:
            running.command("endpoints", "pause", "app")
            running.send(bridge.note("orphan"))
            running.config.write_text(running.config.read_text().replace("app:", "other:").replace("[app]", "[other]"))
            running.command("reload")
            words = "deliveries wait for an endpoint that is not configured"
            self.assertEqual(running.logged().count(words), 1)
            self.assertEqual(running.stop(), 0)
            running.start()
            bridge.wait_for(lambda: running.logged().count(words) == 2, "the warning at the start")

    def test_who_was_refused_is_in_the_log_once_it_is_asked_for(self):
        with bridge.Bridge(1) as running:
            refuse = lambda: self.assertRaises(Exception, running.send, bridge.note("refused"), ("who@other.test",))
            refuse()
            self.assertNotIn("who@other.test", running.logged())
            with open(running.config, "a") as config:
                config.write("log: { level: debug }\n")
            self.assertIn("log.level: info → debug", running.command("reload"))
            refuse()
            bridge.wait_for(lambda: "who@other.test" in running.logged(), "the line")  # It leaves within 5 ms.
            line = next(json.loads(line) for line in running.logged().splitlines() if "who@other.test" in line)
            self.assertEqual([line[key] for key in ("level", "event", "listener", "client", "sender", "recipient", "reply")],
                             ["debug", "refused", "mx", "127.0.0.1", "<sender@example.org>", "<who@other.test>", "550 5.1.1 No such recipient here"])
            running.config.write_text(running.config.read_text().replace("level: debug", "format: text"))
            running.command("reload", check=78)

    def test_what_is_answered_is_json_where_that_is_wanted(self):
        with bridge.Bridge(1) as running:
            running.command("endpoints", "pause", "app")
            identifier = running.send(bridge.note("json"))
            self.assertEqual(running.json("reload"), {"applied": True, "lines": ["nothing changed"]})
            self.assertEqual(running.json("healthcheck"), {"problems": [], "ready": True})
            delivery = identifier.replace("msg_", "dlv_") + "_1"
            for more in ([], ["--dry-run"]):
                self.assertEqual(running.json("replay", delivery, *more), {"deliveries": [delivery]})


if __name__ == "__main__":
    unittest.main()
