"""The mail ports when something runs out or is handed over: descriptors, guesses, systemd's sockets, the time to stop."""
import base64, os, resource, smtplib, socket, ssl, threading, unittest

import bridge


def greeting(port):
    """A connection and the code it is greeted with."""
    client = socket.create_connection(("127.0.0.1", port), timeout=bridge.PATIENCE)
    return client, client.recv(200)[:3]


class Ports(unittest.TestCase):
    def setUp(self):
        self.receiver = bridge.Receiver()
        self.addCleanup(self.receiver.close)

    def test_without_descriptors_newcomers_are_told_421_and_nobody_waits(self):
        with bridge.Bridge(self.receiver.port) as running:
            pid, clients = running.process.pid, []
            taken = len(os.listdir(f"/proc/{pid}/fd"))
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (taken + 4, taken + 4))
            codes = []
            for _ in range(12):
                client, code = greeting(running.smtp)
                clients.append(client)
                codes.append(code)
            self.assertEqual(set(codes), {b"220", b"421"})
            self.assertEqual(codes[-6:], [b"421"] * 6)
            for client in clients:
                client.close()
            bridge.wait_for(lambda: self.is_served(running), "the recovery")

    @staticmethod
    def is_served(running):
        client, code = greeting(running.smtp)
        client.close()
        return code == b"220"

    def test_guessing_passwords_over_several_connections_ends_with_454(self):
        stopped = bridge.Bridge(self.receiver.port)
        users = stopped.folder / "users"
        bridge.run("users", "add", "tester", "--file", users, "--password-file", "-", stdin=b"secret", check=0)
        text = stopped.config.read_text().replace("mode: mx", "mode: submission")
        text = text.replace("connections_per_address: 1000,", "connections_per_address: 1000, auth_failures_per_address: 2/1h,")
        stopped.config.write_text(text + f"auth: {{ users: '{users}', allow_plaintext: true }}\n")
        with stopped as running:
            codes = []
            guesses = [threading.Thread(target=lambda: codes.append(self.login(running, "wrong"))) for _ in range(2)]
            for guess in guesses:            # each is answered a second late
                guess.start()
            for guess in guesses:
                guess.join()
            self.assertEqual(codes, [535, 535])
            self.assertEqual(self.login(running, "secret"), 454)

    @staticmethod
    def login(running, password):
        with smtplib.SMTP("127.0.0.1", running.smtp, timeout=bridge.PATIENCE) as client:
            client.ehlo("client.test")
            return client.docmd("AUTH PLAIN", base64.b64encode(f"\0tester\0{password}".encode()).decode())[0]

    def test_a_socket_of_systemd_is_taken_by_name_and_survives_reloads(self):
        running = bridge.Bridge(self.receiver.port)
        self.addCleanup(running.__exit__)
        listening = socket.create_server(("127.0.0.1", running.smtp))
        self.addCleanup(listening.close)
        text = running.config.read_text().replace(f"127.0.0.1:{running.smtp}", "systemd:mail")
        running.config.write_text(text)
        passing = f'LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=mail exec "$@" 3<&{listening.fileno()}'
        running.start(["bash", "-c", passing, "bash"], pass_fds=[listening.fileno()])

        def reload(text, check=0):
            running.config.write_text(text)
            return bridge.run("reload", "--spool", running.folder / "spool", check=check)

        text = text.replace("hostname: mx.hooks.test", "hostname: new.hooks.test")
        with smtplib.SMTP("127.0.0.1", running.smtp, timeout=bridge.PATIENCE) as session:
            reload(text)
            self.assertIn(b"mx.hooks.test", session.helo("client.test")[1])
            self.assertIn("new.hooks.test", self.name(running))
            # Left out and taken up again: the socket is still there.
            reload(text.replace("systemd:mail", f"127.0.0.1:{bridge.free_port()}"))
            reload(text)
            self.assertIn("new.hooks.test", self.name(running))
            refused = reload(text.replace("systemd:mail", "systemd:other"), check=78)
            self.assertIn(b"FileDescriptorName=other", refused.stderr + refused.stdout)
            self.assertEqual(session.noop()[0], 250)

    @staticmethod
    def name(running):
        with smtplib.SMTP("127.0.0.1", running.smtp, timeout=bridge.PATIENCE) as client:
            return client.ehlo("client.test")[1].decode()

    def test_a_reload_keeps_tls_sessions_and_says_nothing_twice(self):
        running, port = bridge.Bridge(self.receiver.port), bridge.free_port()
        text = running.config.read_text().replace("mode: mx }", f'mode: mx }}, {{ name: tls, address: "127.0.0.1:{port}", mode: submissions }}')
        running.config.write_text(text)
        with running:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode, context.maximum_version = False, ssl.CERT_NONE, ssl.TLSVersion.TLSv1_2
            session, _ = self.handshake(context, port)
            running.config.write_text(text.replace("hostname: mx.hooks.test", "hostname: mx.hooks.test\n  shutdown: 20s"))
            running.command("reload")
            self.assertTrue(self.handshake(context, port, session)[1])
            self.assertEqual(running.logged().count("no certificate is configured"), 1)

    @staticmethod
    def handshake(context, port, session=None):
        """The session agreed on, and whether it was the one offered."""
        with socket.create_connection(("127.0.0.1", port), timeout=bridge.PATIENCE) as plain:
            with context.wrap_socket(plain, session=session) as secure:
                return secure.session, secure.session_reused

    def test_a_message_in_a_loop_is_refused_after_its_dot(self):
        with bridge.Bridge(self.receiver.port) as running:
            for fields, server, code in ((100, "relay.test", 250), (101, "relay.test", 554), (19, "mx.hooks.test", 250), (20, "mx.hooks.test", 554)):
                trace = f"Received: from a.test by {server}; Thu, 1 Jan 2026 00:00:00 +0000\r\n" * fields
                try:
                    running.send(trace.encode() + bridge.note("loop"))
                    answer = (250, b"")
                except smtplib.SMTPDataError as error:
                    answer = error.args
                self.assertEqual((answer[0], answer[1][:5]), (code, b"" if code == 250 else b"5.4.6"), (fields, server))

    def test_a_message_that_is_coming_in_at_sigterm_is_taken_whole(self):
        with bridge.Bridge(self.receiver.port) as running:
            client = smtplib.SMTP("127.0.0.1", running.smtp, timeout=bridge.PATIENCE)
            client.ehlo("client.test")
            client.mail("a@example.org")
            client.rcpt("a@hooks.test")
            client.docmd("DATA")
            client.send(b"Subject: last\r\n\r\nhal")
            running.process.terminate()
            bridge.wait_for(lambda: not running.is_open(socket.AF_INET, ("127.0.0.1", running.smtp)), "the end of listening")
            client.send(b"f\r\n.\r\n")
            code, text = client.getreply()
            self.assertEqual(code, 250)
            self.assertEqual(running.process.wait(bridge.PATIENCE), 0)
            listed = running.json("messages", "list")["messages"]
            self.assertEqual([m["id"] for m in listed], [text.decode().split()[-1]])


if __name__ == "__main__":
    unittest.main()
