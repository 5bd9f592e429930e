"""From the final dot to the webhook: signatures, retries, answers, routes."""
import smtplib, unittest

import bridge


class DeliveryTest(unittest.TestCase):
    def receiver(self, *arguments):
        receiver = bridge.Receiver(*arguments)
        self.addCleanup(receiver.close)
        return receiver

    def test_a_message_arrives_once_signed_and_with_its_envelope(self):
        receiver = self.receiver()
        with bridge.Bridge(receiver.port) as running:
            identifier = running.send(bridge.note("first"), ["Ann+t1@HOOKS.test", "bob@hooks.test"])
            request = bridge.wait_for(receiver.delivered, "the delivery")[0]
            self.assertTrue(request.is_genuine())
            self.assertEqual(request.data["id"], identifier)
            self.assertEqual(request.headers["transom-attempt"], "1")
            self.assertEqual([(r["local"], r["tag"], r["domain"]) for r in request.data["envelope"]["recipients"]],
                             [("Ann", "t1", "hooks.test"), ("bob", None, "hooks.test")])
            self.assertEqual(request.data["headers"][0][0], "Received")
            self.assertEqual(running.stop(), 0)
        self.assertEqual(len(receiver.delivered()), 1)

    def test_an_unknown_recipient_is_refused_at_rcpt(self):
        with bridge.Bridge(1) as running:
            with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
                running.send(bridge.note(), ["a@elsewhere.test"])
            self.assertEqual(refused.exception.recipients["a@elsewhere.test"][0], 550)

    def test_failures_are_retried_under_one_id(self):
        receiver = self.receiver(lambda attempt, _: 204 if attempt == 3 else 500)
        with bridge.Bridge(receiver.port) as running:
            running.send(bridge.note("retried"))
            bridge.wait_for(lambda: len(receiver.delivered()) == 3, "the third attempt")
            self.assertEqual(len({r.id for r in receiver.delivered()}), 1)
            self.assertEqual(len({r.body for r in receiver.delivered()}), 1)
            self.assertEqual([r.headers["transom-attempt"] for r in receiver.delivered()], ["1", "2", "3"])
            bridge.wait_for(lambda: running.json("deliveries", "list", "--state", "delivered")["deliveries"], "the record")

    def test_a_receiver_that_is_not_there_gets_its_mail_later(self):
        port = bridge.free_port()
        with bridge.Bridge(port) as running:
            running.send(bridge.note("patient"))
            bridge.wait_for(lambda: running.json("deliveries", "list")["deliveries"][0]["attempts"] > 0, "a failed attempt")
            receiver = bridge.Receiver(port=port)
            self.addCleanup(receiver.close)
            bridge.wait_for(receiver.delivered, "the delivery")

    def test_retry_after_holds_the_endpoint(self):
        receiver = self.receiver(lambda attempt, _: (429, {"retry-after": "1"}) if attempt == 1 else 204)
        with bridge.Bridge(receiver.port) as running:
            running.send(bridge.note("later"))
            bridge.wait_for(lambda: len(receiver.delivered()) == 2, "the second attempt")
            first, second = (int(r.headers["webhook-timestamp"]) for r in receiver.delivered())
            self.assertGreaterEqual(second - first, 1)

    def test_410_disables_the_endpoint_and_resume_ends_it(self):
        receiver = self.receiver(lambda attempt, _: 410 if attempt == 1 else 204)
        with bridge.Bridge(receiver.port) as running:
            running.send(bridge.note("gone"))
            bridge.wait_for(lambda: running.json("endpoints", "list")["endpoints"][0]["state"] == "disabled", "the disabling")
            self.assertEqual(running.json("deliveries", "list")["deliveries"][0]["state"], "held")
            running.command("endpoints", "resume", "app")
            bridge.wait_for(lambda: len(receiver.delivered()) == 2, "the delivery")

    def test_content_decides_after_the_dot(self):
        receiver = self.receiver()
        routes = "\n".join([
            "  - { name: invoices, match: { recipient: '*@hooks.test', header: { X-Kind: '/^invoice-/' } }, deliver: [app] }",
            "  - { name: rest, match: { recipient: '*@hooks.test' }, reject: '550 5.7.1 Invoices only' }"])
        with bridge.Bridge(receiver.port, routes=routes) as running:
            with self.assertRaises(smtplib.SMTPDataError) as refused:
                running.send(bridge.note("letter"))
            self.assertIn(b"Invoices only", refused.exception.smtp_error)
            running.send(b"X-Kind: invoice-7\r\n" + bridge.note("invoice"))
            self.assertEqual(bridge.wait_for(receiver.delivered, "the delivery")[0].data["subject"], "invoice")

    def test_fan_out_gives_each_recipient_a_request(self):
        receiver = self.receiver()
        with bridge.Bridge(receiver.port, endpoint=", fan_out: recipient") as running:
            running.send(bridge.note("each"), ["a@hooks.test", "b@hooks.test"])
            bridge.wait_for(lambda: len(receiver.delivered()) == 2, "both deliveries")
            found = [[r["address"] for r in request.data["envelope"]["recipients"]] for request in receiver.delivered()]
            self.assertEqual(sorted(found), [["a@hooks.test"], ["b@hooks.test"]])

    def test_the_format_rfc822_sends_the_message_itself(self):
        receiver = self.receiver()
        with bridge.Bridge(receiver.port, endpoint=", format: rfc822") as running:
            identifier = running.send(bridge.note("as-it-is"))
            request = bridge.wait_for(receiver.delivered, "the delivery")[0]
            self.assertEqual(request.headers["content-type"], "message/rfc822")
            self.assertTrue(request.is_genuine())
            self.assertTrue(request.body.startswith(b"Received: from") and request.body.endswith(bridge.note("as-it-is")))
            self.assertEqual(request.body.decode(), bridge.run("messages", "raw", identifier, "--config", running.config, check=0).stdout.decode())

    def test_a_large_message_streams_and_is_whole(self):
        import base64, hashlib, os
        receiver = self.receiver()
        content = os.urandom(12 << 20)
        message = (b"Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
                   b"Content-Disposition: attachment; filename=big.bin\r\n\r\n" + base64.encodebytes(content).replace(b"\n", b"\r\n"))
        with bridge.Bridge(receiver.port) as running:
            running.send(message)
            attachment = bridge.wait_for(receiver.delivered, "the delivery")[0].data["attachments"][0]
            self.assertEqual(attachment["sha256"], hashlib.sha256(content).hexdigest())
            self.assertEqual(base64.b64decode(attachment["content"]), content)
            status = open(f"/proc/{running.process.pid}/status").read()
            peak = int(next(l for l in status.splitlines() if l.startswith("VmHWM")).split()[1]) // 1024
            self.assertLess(peak, 100, "peak RSS in MiB")


if __name__ == "__main__":
    unittest.main()
