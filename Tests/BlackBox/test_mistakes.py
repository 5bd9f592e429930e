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


if __name__ == "__main__":
    unittest.main()
