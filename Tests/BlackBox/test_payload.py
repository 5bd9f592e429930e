"""What `transom parse` prints for each message of Tests/Payloads, held against docs/webhook.schema.json."""
import json
import os
import pathlib
import subprocess
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "webhook.schema.json").read_text())
MESSAGES = sorted((ROOT / "Tests" / "Payloads").glob("*.eml")) + sorted((ROOT / "Examples" / "mail").glob("*.eml"))


def parse(message, *options):
    """The octets printed for the message; fails when the exit status is not 0."""
    command = [os.environ["TRANSOM_BINARY"], "parse", "--now", "2026-11-23T20:14:05.123Z", *options]
    with open(message, "rb") as octets:
        return subprocess.run(command, stdin=octets, stdout=subprocess.PIPE, check=True, timeout=60).stdout


class Payload(unittest.TestCase):
    validator = jsonschema.Draft202012Validator(SCHEMA)

    def assert_valid(self, document):
        flaws = [f"{'.'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in self.validator.iter_errors(document)]
        self.assertEqual(flaws, [])

    def test_parse_prints_a_valid_payload_for_each_message(self):
        self.assertGreater(len(MESSAGES), 10)
        for message in MESSAGES:
            with self.subTest(message=message.name):
                octets = parse(message)
                self.assert_valid(json.loads(octets.decode("utf-8")))
                self.assertEqual(octets, parse(message), "the same input and options print the same octets")

    def test_parse_takes_the_envelope_from_its_options(self):
        printed = parse(MESSAGES[0], "--mail-from", "a@example.org", "--rcpt", "b@example.com", "--rcpt", "C@Example.com",
                        "--remote-ip", "192.0.2.7", "--helo", "client.example")
        document = json.loads(printed)
        self.assert_valid(document)
        envelope = document["data"]["envelope"]
        self.assertEqual(envelope["mail_from"], "a@example.org")
        self.assertEqual([r["address"] for r in envelope["recipients"]], ["b@example.com", "C@example.com"])
        self.assertEqual((envelope["remote_ip"], envelope["helo"]), ("192.0.2.7", "client.example"))
        self.assertEqual(document["timestamp"], "2026-11-23T20:14:05.123Z")
        self.assertEqual(document["data"]["id"], "msg_" + "0" * 26)

    def test_the_payloads_beside_the_messages_are_valid(self):
        goldens = sorted((ROOT / "Tests" / "Payloads").glob("*.json"))
        self.assertGreater(len(goldens), 10)
        for golden in goldens:
            with self.subTest(golden=golden.name):
                self.assert_valid(json.loads(golden.read_text("utf-8")))


class Schema(unittest.TestCase):
    def test_the_schema_is_one_and_closed(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        waiting = [("", SCHEMA)]
        while waiting:
            place, schema = waiting.pop()
            if not isinstance(schema, dict):
                continue
            if "properties" in schema:
                self.assertIs(schema.get("additionalProperties"), False, place)
                for name, member in schema["properties"].items():
                    self.assertTrue("description" in member or "$ref" in member, f"{place}.{name} says nothing")
            waiting += [(f"{place}.{name}", member) for name, member in schema.items() if name != "examples"]


if __name__ == "__main__":
    unittest.main()
