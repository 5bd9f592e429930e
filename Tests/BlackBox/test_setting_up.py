"""From nothing to a bridge that works: init, routes test, endpoints test, doctor, the man pages."""
import json, os, pathlib, subprocess, sys, tempfile, unittest

import bridge
from name_server import NameServer


class SettingUp(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="transom-test-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)

    def test_init_writes_a_configuration_without_a_flaw(self):
        config = self.path / "transom.yaml"
        done = bridge.run("init", "example.com", "https://app.example.com/hooks/{x}", "--config", config, check=64)
        self.assertEqual((list(self.path.iterdir()), b"capture" in done.stderr), ([], True))
        said = bridge.run("init", "example.com", "https://app.example.com/hooks", "--config", config, check=0).stdout
        self.assertIn(b"example.com.  MX    10 mx.example.com.", said)
        self.assertEqual(os.stat(self.path / "webhook-secret").st_mode & 0o777, 0o600)
        self.assertEqual(bridge.run("check", "--config", config, check=0).stderr, b"")
        bridge.run("init", "example.com", "https://app.example.com/hooks", "--config", config, check=1)

    def test_routes_test_says_which_route_matches_and_why(self):
        stopped = bridge.Bridge(1, routes="\n".join([
            "  - { name: invoices, match: { recipient: 'a+{n}@hooks.test', header: { X-Kind: invoice } }, deliver: [app] }",
            "  - { name: people, match: { recipient: '*@hooks.test', sender: '*@example.org' }, deliver: [app] }"]))
        self.addCleanup(stopped.__exit__)
        test = lambda *arguments, check=0: stopped.command("routes", "test", *arguments, check=check)
        self.assertIn("may match with n=7: the message decides (header X-Kind)", test("a+7@hooks.test"))
        self.assertIn("does not match: sender", test("b@hooks.test", check=1))
        self.assertIn("matches", test("b@hooks.test", "--mail-from", "x@example.org"))
        letter = self.path / "letter.eml"
        letter.write_bytes(b"X-Kind: invoice\r\n" + bridge.note("kind"))
        view = json.loads(test("a+7@hooks.test", "--eml", letter, "--json"))
        self.assertEqual([(r["matches"], r["captures"], r["says"]) for r in view["routes"]],
                         [(True, {"n": "7"}, "matches with n=7"), (False, {}, "is not asked")])
        letter.write_bytes(bridge.note("kind"))
        test("a+7@hooks.test", "--eml", letter, check=1)
        self.assertIn(b"550 5.1.1", bridge.run("routes", "test", "c@other.test", "--config", stopped.config, check=1).stderr)

    def test_endpoints_test_posts_a_signed_message(self):
        receiver = bridge.Receiver(lambda attempt, request: 204 if attempt == 1 else 500)
        self.addCleanup(receiver.close)
        stopped = bridge.Bridge(receiver.port)
        self.addCleanup(stopped.__exit__)
        self.assertIn("a message would be delivered", stopped.command("endpoints", "test", "app"))
        request = receiver.delivered()[0]
        self.assertTrue(request.is_genuine())
        self.assertEqual(request.data["subject"], "A test of this endpoint")
        self.assertIn(b"would be tried again", bridge.run("endpoints", "test", "app", "--config", stopped.config, check=1).stderr)
        stopped.command("endpoints", "test", "nobody", check=1)

    def test_rotate_secret_makes_a_key_that_signs_beside_the_present_one(self):
        receiver = bridge.Receiver()
        self.addCleanup(receiver.close)
        stopped = bridge.Bridge(receiver.port)
        self.addCleanup(stopped.__exit__)
        done = bridge.run("endpoints", "rotate-secret", "app", "--config", stopped.config, check=0)
        self.assertIn(f"{stopped.config}:".encode(), done.stderr)
        new = done.stdout.decode().strip()
        stopped.config.write_text(stopped.config.read_text().replace(bridge.SECRET, f"[{new}, {bridge.SECRET}]"))
        stopped.command("endpoints", "test", "app")
        self.assertTrue(receiver.delivered()[0].is_genuine(new) and receiver.delivered()[0].is_genuine())

    def test_doctor_asks_whom_the_bridge_asks_and_says_what_to_change(self):
        receiver = bridge.Receiver()
        self.addCleanup(receiver.close)
        names = NameServer({
            ("hooks.test", "MX"): ["mx.hooks.test"], ("mx.hooks.test", "A"): ["192.0.2.1"],
            ("1.2.0.192.in-addr.arpa", "PTR"): ["mx.hooks.test"],
        })
        self.addCleanup(names.close)
        with bridge.Bridge(receiver.port) as running:
            running.config.write_text(running.config.read_text() + f"dns: {{ servers: ['127.0.0.1:{names.port}'], timeout: 200ms }}\n")
            said = running.command("doctor")
            for line in (f"ok    listener mx, port {running.smtp}: answers", "ok    addresses of mx.hooks.test: 192.0.2.1",
                         "ok    PTR of 192.0.2.1: mx.hooks.test", "ok    MX of hooks.test: mx.hooks.test", "ok    endpoint app: can be reached"):
                self.assertIn(line, said)
            self.assertIn(("hooks.test", "MX"), names.asked)
            names.table[("hooks.test", "MX")] = ["other.test"]
            del names.table[("mx.hooks.test", "A")]
            done = bridge.run("doctor", "--config", running.config, check=1)
            self.assertIn(b"fix   MX of hooks.test: leads to other.test; add: hooks.test. MX 10 mx.hooks.test.", done.stdout)
            self.assertIn(b"fix   addresses of mx.hooks.test: there are none", done.stdout)
            self.assertIn(b"2 things to change", done.stderr)
            names.close()
            self.assertIn("note  MX of hooks.test: cannot be looked up", running.command("doctor"), "nobody answers")

    def test_every_command_has_a_man_page(self):
        pages = self.path / "man"
        subprocess.run([sys.executable, bridge.ROOT / "scripts/man-pages", bridge.BINARY, pages], check=True)
        for page in ("transom", "transom-serve", "transom-messages-export", "transom-endpoints-test"):
            self.assertIn(".SH NAME", (pages / f"{page}.1").read_text())


if __name__ == "__main__":
    unittest.main()
