"""The payload is what docs/webhook.schema.json says, for every message of the project, and the same each time."""
import json, pathlib, unittest

import bridge

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = json.loads((bridge.ROOT / "docs/webhook.schema.json").read_text())
MESSAGES = sorted([*bridge.ROOT.glob("Examples/mail/*.eml"), *bridge.ROOT.glob("Tests/**/*.eml")])


class Payload(unittest.TestCase):
    @unittest.skipIf(jsonschema is None, "needs the Python package jsonschema")
    def test_every_message_makes_a_valid_payload(self):
        validator = jsonschema.Draft202012Validator(SCHEMA)
        for message in MESSAGES:
            with self.subTest(message.name):
                done = bridge.run("parse", "--now", "1795464846", "--raw", stdin=message.read_bytes(), check=0)
                validator.validate(json.loads(done.stdout))

    def test_parse_gives_the_same_octets_each_time(self):
        arguments = ["parse", "--now", "2026-11-23T20:14:05Z", "--rcpt", "a+b@c.test", "--mail-from", "x@y.test", "--remote-ip", "192.0.2.7", "--helo", "h.test"]
        message = MESSAGES[0].read_bytes()
        first = bridge.run(*arguments, stdin=message, check=0).stdout
        self.assertEqual(first, bridge.run(*arguments, stdin=message, check=0).stdout)
        data = json.loads(first)["data"]
        self.assertEqual(data["id"], "msg_" + "0" * 26)
        self.assertEqual(data["envelope"]["recipients"][0]["tag"], "b")

    def test_parse_never_fails_on_a_message(self):
        for octets in (b"", b"\0" * 1000, b"\xff" * 1000, b"Content-Type: multipart/mixed; boundary=a\n\n--a\n--a\n--a", b":\n:\n\n"):
            for form in ([], ["--tree"], ["--format", "rfc822"]):
                bridge.run("parse", *form, stdin=octets, check=0)

    def test_verify_agrees_with_the_signature_and_with_nothing_else(self):
        receiver = bridge.Receiver()
        self.addCleanup(receiver.close)
        with bridge.Bridge(receiver.port) as running:
            running.send(bridge.note("signed"))
            request = bridge.wait_for(receiver.delivered, "the delivery")[0]
        arguments = ["verify", "--secret", bridge.SECRET, "--id", request.id, "--timestamp", request.headers["webhook-timestamp"],
                     "--signature", request.headers["webhook-signature"]]
        bridge.run(*arguments, stdin=request.body, check=0)
        bridge.run(*arguments, stdin=request.body + b" ", check=1)


if __name__ == "__main__":
    unittest.main()
