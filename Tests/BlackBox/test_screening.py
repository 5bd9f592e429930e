"""What the DNS says about clients, and strangers who have to come again; over a name server of the test's own."""
import contextlib, smtplib, socket, unittest, urllib.request

import bridge
from name_server import NameServer


class Screening(unittest.TestCase):
    def setUp(self):
        self.receiver = bridge.Receiver()
        self.addCleanup(self.receiver.close)
        self.names = NameServer({
            ("7.2.0.192.in-addr.arpa", "PTR"): ["mail.sender.test"],
            ("mail.sender.test", "A"): ["192.0.2.7"],
            ("66.2.0.192.bl.test", "A"): ["127.0.0.2"],
            ("66.2.0.192.bl.test", "TXT"): ["see https://bl.test/66"],
            ("67.2.0.192.bl.test", "A"): ["127.255.255.254"],
        })
        self.addCleanup(self.names.close)

    def bridge(self, smtp=""):
        made = bridge.Bridge(self.receiver.port, smtp=smtp)
        self.proxied = bridge.free_port()
        text = made.config.read_text().replace(
            "listeners: [", f"listeners: [ {{ name: proxied, address: \"127.0.0.1:{self.proxied}\", mode: mx, proxy_from: [127.0.0.0/8] }},")
        made.config.write_text(text + f"dns: {{ servers: [\"127.0.0.1:{self.names.port}\"], timeout: 1s }}\n")
        return made

    @contextlib.contextmanager
    def client(self, address):
        """A session that a proxy says is from `address`, after EHLO and MAIL."""
        client = smtplib.SMTP(timeout=bridge.PATIENCE)
        client.sock = socket.create_connection(("127.0.0.1", self.proxied), timeout=bridge.PATIENCE)
        client.sock.sendall(f"PROXY TCP4 {address} 192.0.2.1 4000 25\r\n".encode())
        self.assertEqual(client.getreply()[0], 220)
        client.ehlo("client.test")
        self.assertEqual(client.mail("sender@example.org")[0], 250)
        yield client
        client.close()

    def rcpt(self, address):
        with self.client(address) as client:
            code, text = client.rcpt("a@hooks.test")
            return f"{code} {text.decode()}"

    def counted(self, running, line):
        with urllib.request.urlopen(f"http://127.0.0.1:{running.web}/metrics", timeout=10) as answer:
            return line in answer.read().decode().splitlines()

    def test_the_peers_name_is_in_payload_and_trace(self):
        with self.bridge() as running, self.client("192.0.2.7") as client:
            bridge.wait_for(lambda: self.counted(running, 'transom_smtp_names_total{outcome="found"} 1'), "the name")
            self.assertEqual(client.rcpt("a@hooks.test")[0], 250)
            self.assertEqual(client.data(bridge.note("named"))[0], 250)
            data = bridge.wait_for(self.receiver.delivered, "the delivery")[0].data
        self.assertEqual((data["envelope"]["remote_ip"], data["envelope"]["remote_name"]), ("192.0.2.7", "mail.sender.test"))
        self.assertIn("mail.sender.test [192.0.2.7]", data["headers"][0][1])

    def test_a_blocklist_refuses_with_its_text_and_its_errors_refuse_nobody(self):
        lists = "  blocklists: { zones: [ { zone: bl.test } ] }"
        with self.bridge(smtp=lists) as running:
            self.assertEqual(self.rcpt("192.0.2.66"), "554 5.7.1 Client [192.0.2.66] blocked using bl.test; see https://bl.test/66")
            self.assertTrue(self.rcpt("192.0.2.7").startswith("250 "))
            self.assertTrue(self.rcpt("192.0.2.67").startswith("250 "))
            self.assertIn("blocklist answers with an error", running.logged())
            running.send(bridge.note("trusted"))
        self.names.close()
        with self.bridge(smtp=lists):
            self.assertTrue(self.rcpt("192.0.2.66").startswith("250 "), "nobody answers")

    def test_a_stranger_comes_again_and_is_known_after_a_kill(self):
        with self.bridge(smtp="  greylisting: { enabled: true, delay: 300ms, window: 1h }") as running:
            self.assertTrue(self.rcpt("192.0.2.7").startswith("451 4.7.1 Greylisted"))
            bridge.wait_for(lambda: self.rcpt("192.0.2.7").startswith("250 "), "the second chance")
            running.kill()
            running.start()
            self.assertTrue(self.rcpt("192.0.2.200").startswith("250 "), "the same network")
            self.assertTrue(self.rcpt("198.51.100.1").startswith("451 "), "another one")


if __name__ == "__main__":
    unittest.main()
