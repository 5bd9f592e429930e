"""`user:`: started as root the bridge binds and reads as root, then is somebody else, in every thread and for good."""
import os, pathlib, pwd, smtplib, socket, ssl, struct, subprocess, unittest

import bridge

NOBODY = "nobody"


def low_port():
    """A free port that only root may bind."""
    first = int(pathlib.Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    for port in range(first - 1, max(first - 400, 1), -1):
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
    return None


@unittest.skipIf(os.getuid() != 0, "needs root to give it up")
class Privileges(unittest.TestCase):
    def setUp(self):
        self.receiver = bridge.Receiver()
        self.addCleanup(self.receiver.close)
        self.account = pwd.getpwnam(NOBODY)
        self.bridge = bridge.Bridge(self.receiver.port)
        self.addCleanup(self.bridge.__exit__)
        os.chmod(self.bridge.folder, 0o755)
        (self.bridge.folder / "spool").mkdir(mode=0o700)          # root's and empty, as a volume would be
        self.key, self.certificate = self.bridge.folder / "key.pem", self.bridge.folder / "cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=mx.hooks.test",
                        "-days", "90", "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)
        os.chmod(self.key, 0o600)
        self.change("user: nobody", f"tls: {{ certificate: '{self.certificate}', key: '{self.key}' }}")

    def change(self, *lines):
        self.bridge.config.write_text(self.bridge.config.read_text() + "\n".join(lines) + "\n")

    def threads(self):
        return [dict(line.split(":", 1) for line in status.read_text().splitlines())
                for status in pathlib.Path(f"/proc/{self.bridge.process.pid}/task").glob("*/status")]

    def subject(self):
        """What the certificate that is shown after STARTTLS is for."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        context.check_hostname = False
        with smtplib.SMTP("127.0.0.1", self.bridge.smtp, timeout=bridge.PATIENCE) as client:
            client.starttls(context=context)
            return client.sock.getpeercert()["subject"][0][0][1]

    def test_every_thread_is_the_user_and_root_cannot_be_had_back(self):
        port = low_port()
        if port:
            self.bridge.config.write_text(self.bridge.config.read_text().replace(str(self.bridge.smtp), str(port)))
            self.bridge.smtp = port
        with self.bridge as running:
            running.send(bridge.note("as-nobody"))
            bridge.wait_for(self.receiver.delivered, "the delivery")
            threads = self.threads()
            self.assertGreater(len(threads), 3)
            for thread in threads:
                self.assertEqual(thread["Uid"].split(), [str(self.account.pw_uid)] * 4, thread["Name"])
                self.assertEqual(thread["Gid"].split(), [str(self.account.pw_gid)] * 4, thread["Name"])
                self.assertEqual(int(thread["CapEff"], 16) | int(thread["CapPrm"], 16), 0, thread["Name"])
                self.assertNotIn("0", thread["Groups"].split())
            for path in [running.folder / "spool", *(running.folder / "spool").rglob("*")]:
                self.assertEqual(path.lstat().st_uid, self.account.pw_uid, path)
            self.assertEqual(self.subject(), "mx.hooks.test")
            self.assertEqual(running.stop(), 0)

    def test_a_reload_keeps_what_only_root_can_read_and_refuses_what_only_root_can_bind(self):
        with self.bridge as running:
            before = running.config.read_text()
            running.config.write_text(before.replace("min_free: 0", "min_free: 1B"))
            self.assertIn("min_free", running.command("reload"))
            self.assertEqual(self.subject(), "mx.hooks.test")
            port = low_port()
            if port:
                running.config.write_text(before.replace("listeners: [", f"listeners: [ {{ name: low, address: \"127.0.0.1:{port}\", mode: mx }},"))
                refused = bridge.run("reload", "--spool", running.folder / "spool", check=78)
                self.assertIn(b"restart", refused.stdout + refused.stderr)
            running.send(bridge.note("still"))

    def test_a_key_that_cannot_be_read_any_more_is_reported_and_the_old_one_stays(self):
        with self.bridge as running:
            os.utime(self.certificate, (1, 1))
            bridge.wait_for(lambda: "certificates unusable" in running.logged(), "the report")
            self.assertIn("key.pem: cannot be read: Permission denied; it is read as nobody", running.logged())
            self.assertEqual(self.subject(), "mx.hooks.test")

    def test_a_file_that_the_user_may_not_read_is_reported_with_the_user(self):
        users = self.bridge.folder / "users"
        bridge.run("users", "add", "ann", "--file", users, "--password-file", "-", stdin=b"secret", check=0)
        os.chmod(users, 0o600)
        with_certificate = self.bridge.config.read_text() + f"auth: {{ users: '{users}' }}\n"
        self.bridge.config.write_text("\n".join(line for line in with_certificate.splitlines() if not line.startswith("tls:")))
        done = bridge.run("serve", "--config", self.bridge.config, check=78)
        self.assertIn(b"users: cannot be read: Permission denied; it is read as nobody", done.stderr)
        self.bridge.config.write_text(with_certificate)          # all of `tls:` and `auth:` is read as root
        with self.bridge as running:
            os.chmod(running.config, 0o600)
            refused = bridge.run("reload", "--spool", running.folder / "spool", check=78)
            self.assertIn(b"transom.yaml cannot be read: Permission denied; it is read as nobody", refused.stdout)
            os.chmod(running.config, 0o644)
            running.config.write_text(with_certificate.replace("auth:", "auth: { allow_plaintext: true }\n#"))
            running.command("reload")
            running.config.write_text(with_certificate)
            refused = bridge.run("reload", "--config", running.config, check=78)
            self.assertIn(b"users: cannot be read: Permission denied; it is read as nobody", refused.stdout)

    def test_gssapi_is_offered_where_the_user_may_read_the_keytab(self):
        keytab = self.bridge.folder / "keytab"
        part = lambda octets: struct.pack(">H", len(octets)) + octets
        entry = struct.pack(">H", 2) + part(b"TRANSOM.TEST") + part(b"smtp") + part(b"mx.hooks.test") + struct.pack(">IIB", 1, 0, 1) + struct.pack(">H", 18) + part(bytes(32))
        keytab.write_bytes(b"\x05\x02" + struct.pack(">i", len(entry)) + entry)
        (self.bridge.folder / "krb5.conf").write_text("[libdefaults]\n default_realm = TRANSOM.TEST\n dns_canonicalize_hostname = false\n rdns = false\n")
        os.environ["KRB5_CONFIG"] = str(self.bridge.folder / "krb5.conf")
        self.addCleanup(os.environ.pop, "KRB5_CONFIG")
        self.bridge.config.write_text(self.bridge.config.read_text().replace("mode: mx", "mode: submission") + f"auth: {{ gssapi: {{ keytab: '{keytab}', realms: [TRANSOM.TEST] }} }}\n")
        os.chmod(keytab, 0o644)
        self.bridge.start()
        if "GSSAPI" not in self.offered():
            self.skipTest("no Kerberos on this machine: " + self.bridge.logged())
        self.bridge.stop()
        os.chmod(keytab, 0o600)
        with self.bridge as running:
            self.assertNotIn("GSSAPI", self.offered())
            bridge.wait_for(lambda: "GSSAPI is not offered" in running.logged(), "the report")

    def offered(self):
        """The mechanisms offered inside TLS."""
        with smtplib.SMTP("127.0.0.1", self.bridge.smtp, timeout=bridge.PATIENCE) as client:
            client.starttls(context=ssl._create_unverified_context())
            client.ehlo("client.test")
            return client.esmtp_features.get("auth", "")

    def test_an_account_that_is_not_there_is_named(self):
        self.bridge.config.write_text(self.bridge.config.read_text().replace("user: nobody", "user: no-such-account"))
        done = bridge.run("serve", "--config", self.bridge.config, check=78)
        self.assertIn(b"no-such-account", done.stderr)

    def test_root_without_user_is_warned(self):
        self.bridge.config.write_text(self.bridge.config.read_text().replace("user: nobody\n", ""))
        with self.bridge as running:
            self.assertIn("runs as root", running.logged())


if __name__ == "__main__":
    unittest.main()
