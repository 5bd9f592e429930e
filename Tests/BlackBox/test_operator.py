"""What the operator asks and orders: commands over control.sock and without a server, reload, replay, stopping."""
import contextlib, datetime, fcntl, json, os, re, signal, smtplib, sqlite3, subprocess, threading, unittest, urllib.error, urllib.request

import bridge


class Operator(unittest.TestCase):
    def setUp(self):
        self.receiver = bridge.Receiver()
        self.addCleanup(self.receiver.close)

    def delivered(self, count):
        bridge.wait_for(lambda: len(self.receiver.delivered()) >= count, f"delivery {count}")

    def test_messages_are_listed_shown_and_exported(self):
        with bridge.Bridge(self.receiver.port) as running:
            identifier = running.send(bridge.note("looked-at"))
            self.delivered(1)
            listed = running.json("messages", "list")["messages"]
            self.assertEqual([(m["id"], m["subject"]) for m in listed], [(identifier, "looked-at")])
            shown = running.json("messages", "show", identifier)
            self.assertEqual((shown["envelope"]["listener"], shown["envelope"]["remote_ip"]), ("mx", "127.0.0.1"))
            self.assertIn("MAIL FROM", running.command("messages", "show", identifier, "--session").upper())
            raw = running.command("messages", "raw", identifier)
            self.assertTrue(raw.startswith("Received: from") and raw.replace("\r", "").endswith(bridge.note("looked-at").decode().replace("\r", "")))
            running.command("messages", "export", identifier, "--into", running.folder)
            self.assertTrue((running.folder / f"{identifier}.eml").exists())

    def test_messages_are_found_by_sender_and_recipient(self):
        with bridge.Bridge(self.receiver.port) as running:
            first = running.send(bridge.note("one"), ["ann@hooks.test", "bob@hooks.test"], sender="bank+1@example.org")
            second = running.send(bridge.note("two"), ["ann_50%@hooks.test"], sender="")
            for arguments, expected in ((["--from", "BANK+"], [first]), (["--to", "ann"], [second, first]), (["--to", "_"], [second]),
                                        (["--to", "%"], [second]), (["--from", "<>"], [second]), (["--from", "bank", "--to", "50%"], [])):
                listed = running.json("messages", "list", *arguments)
                self.assertEqual([m["id"] for m in listed["messages"]], expected, arguments)
                self.assertEqual("searched_to" in listed, False)
            self.assertEqual(running.stop(), 0)
            self.assertIn(first, running.command("messages", "list", "--to", "BOB@"))

    def test_the_log_has_a_line_for_each_milestone_of_a_message(self):
        with bridge.Bridge(self.receiver.port) as running:
            identifier = running.send(bridge.note("kept out of the log"))
            self.delivered(1)
            self.assertEqual(running.stop(), 0)
            lines = [json.loads(line) for line in running.logged().splitlines() if identifier in line]
            self.assertEqual([line["event"] for line in lines], ["received", "delivered"])
            self.assertTrue(all(line["message"] == identifier and line["level"] == "info" for line in lines))
            self.assertNotIn("kept out of the log", running.logged())

    def test_a_reload_asked_for_during_the_start_waits_for_its_end(self):
        running = bridge.Bridge(self.receiver.port)
        self.addCleanup(running.__exit__)
        written = running.config.rename(running.folder / "written.yaml")
        os.mkfifo(running.config)

        def has_ended():
            return running.process.poll() is not None

        def is_read():
            with contextlib.suppress(OSError):
                return open(os.open(running.config, os.O_WRONLY | os.O_NONBLOCK), "wb")

        running.begin()
        with bridge.wait_for(is_read, "the reading of the configuration") as pipe:
            running.process.send_signal(signal.SIGHUP)
            pipe.write(written.read_bytes())
            written.rename(running.config)
        bridge.wait_for(lambda: "configuration reloaded" in running.logged() or has_ended(), "the reload")
        bridge.wait_for(lambda: running.is_greeting() or has_ended(), "the greeting")
        self.assertFalse(has_ended(), f"ended with {running.process.poll()}: {running.logged()}")
        running.send(bridge.note("after the signal"))
        self.delivered(1)
        self.assertEqual(running.stop(), 0)

    def test_a_reload_that_the_spool_could_not_note_runs_and_says_so(self):
        with bridge.Bridge(self.receiver.port) as running:
            running.write(routes="  - { name: other, match: { recipient: '*@other.test' }, deliver: [app] }")
            with contextlib.closing(sqlite3.connect(running.folder / "spool" / "spool.sqlite", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                self.assertIn("the spool could not note the endpoints", running.command("reload"))
            self.assertEqual(running.command("reload").strip(), "nothing changed")
            with self.assertRaises(smtplib.SMTPRecipientsRefused):
                running.send(bridge.note())
            running.send(bridge.note("to the new route"), recipients=["a@other.test"])
            self.delivered(1)

    def test_a_log_that_nobody_reads_stops_neither_mail_nor_the_end(self):
        self.receiver.answer = lambda attempt, request: 503
        running = bridge.Bridge(self.receiver.port, endpoint=", permanent: [503]")
        self.addCleanup(running.__exit__)
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        running.start(stderr=writer)
        os.close(writer)
        for number in range(100):  # Each is a line of `warning` too: its delivery is dead at once.
            running.send(bridge.note(f"unread-{number}"))
        self.delivered(100)
        self.assertEqual(running.stop(), 0)

    def test_a_bridge_that_becomes_idle_lets_pages_of_code_go(self):
        with bridge.Bridge(self.receiver.port) as running:
            def pages():
                with open(f"/proc/{running.process.pid}/status") as status:
                    return int(re.search(r"RssFile:\s+(\d+)", status.read())[1])

            for number in range(500):
                running.send(bridge.note(f"rush-{number}"))
            self.delivered(500)
            busy = pages()
            bridge.wait_for(lambda: pages() < 0.7 * busy, "less memory")

    def test_the_frames_of_a_commit_are_written_together(self):
        with bridge.Bridge(self.receiver.port) as running:
            trace = running.folder / "trace"
            strace = subprocess.Popen(["strace", "-f", "-y", "-e", "trace=pwrite64,fdatasync", "-p", str(running.process.pid), "-o", trace], stderr=subprocess.PIPE)
            strace.stderr.readline()  # It says that it has attached.
            running.send(bridge.note("traced"))
            self.delivered(1)
            self.assertEqual(running.stop(), 0)
            strace.wait(30)
            strace.stderr.close()
            calls = [line for line in trace.read_text().splitlines() if "spool.sqlite-wal>" in line]
            sizes = [int(size) for size in re.findall(r"pwrite64.*\) = (\d+)$", "\n".join(calls), re.M)]
            self.assertGreater(max(sizes), 24 + 4096)
            self.assertTrue(all(size % (24 + 4096) in (0, 32) for size in sizes), calls)
            self.assertLessEqual(len(sizes), sum("fdatasync(" in line for line in calls), calls)

    def test_a_large_message_is_exported_without_holding_it(self):
        message = bridge.note("large") + b"0123456789abcdef" * 4 * (1 << 14) * 8 + b"\r\n"
        with bridge.Bridge(self.receiver.port, endpoint=", raw: none") as running:
            identifier = running.send(message)
            self.delivered(1)
            running.command("messages", "export", identifier, "--into", running.folder)
            self.assertTrue((running.folder / f"{identifier}.eml").read_bytes().endswith(message))
            running.command("messages", "export", identifier, "--into", running.folder / "missing", check=74)
            with open("/dev/full", "wb") as full:
                done = subprocess.run([bridge.BINARY, "messages", "raw", identifier, "--config", running.config], stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 74)
            self.assertIn(b"No space left", done.stderr)
            self.assertEqual(running.stop(), 0)
            running.command("messages", "export", identifier, "--into", running.folder)
            self.assertTrue((running.folder / f"{identifier}.eml").read_bytes().endswith(message))

    def test_the_spool_is_opened_directly_when_no_server_runs(self):
        with bridge.Bridge(self.receiver.port) as running:
            identifier = running.send(bridge.note("offline"))
            self.delivered(1)
            bridge.wait_for(lambda: running.json("deliveries", "list", "--state", "delivered")["deliveries"], "the record")
            self.assertEqual(running.stop(), 0)
            done = bridge.run("messages", "list", "--config", running.config, "--json", check=0)
            self.assertIn(b"no bridge runs", done.stderr)
            self.assertEqual(json.loads(done.stdout)["messages"][0]["id"], identifier)
            self.assertIn("sound", running.command("spool", "fsck", "--bodies"))
            running.command("replay", identifier)
            running.command("healthcheck", check=69)
            running.start()
            self.delivered(2)
            self.assertEqual(len({r.id for r in self.receiver.delivered()}), 1)

    def test_a_command_waits_for_a_bridge_that_starts_or_stops(self):
        with bridge.Bridge(self.receiver.port) as running:
            identifier = running.send(bridge.note("waited-for"))
            self.assertEqual(running.stop(), 0)
            looking = lambda: subprocess.Popen([bridge.BINARY, "messages", "list", "--config", running.config], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            with open(running.folder / "spool" / "lock", "r+") as lock:          # as a bridge that does not answer yet
                fcntl.flock(lock, fcntl.LOCK_EX)
                early = looking()
                with self.assertRaises(subprocess.TimeoutExpired):
                    early.wait(0.5)
                fcntl.flock(lock, fcntl.LOCK_UN)
            said, _ = early.communicate(timeout=bridge.PATIENCE)
            self.assertEqual((early.returncode, identifier in said.decode()), (0, True))
            with open(running.folder / "spool" / "lock", "r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                stuck = looking()
                _, why = stuck.communicate(timeout=bridge.PATIENCE)
            self.assertEqual((stuck.returncode, b"holds the spool" in why), (69, True), why)

    def test_looking_needs_no_more_of_the_configuration_than_the_spools_path(self):
        with bridge.Bridge(self.receiver.port) as running:
            identifier = running.send(bridge.note("seen"))
            running.config.write_text(running.config.read_text().replace(bridge.SECRET, '"${env:NOT_SET_IN_THIS_SHELL}"'))
            self.assertIn(identifier, running.command("messages", "list"))
            running.command("reload", check=78)
            self.assertIn("NOT_SET_IN_THIS_SHELL", running.logged())
            running.config.write_text("spool: [")
            done = bridge.run("messages", "list", "--config", running.config, check=78)
            self.assertIn(b"--spool", done.stderr)

    def test_a_refused_reload_puts_no_key_into_the_log(self):
        with bridge.Bridge(self.receiver.port) as running:
            running.config.write_text(running.config.read_text().replace("timeout: 5s", "timeout: 5"))
            answer = bridge.run("reload", "--config", running.config, check=78)
            self.assertIn(b"timeout: 5", answer.stdout)
            for said in (answer.stdout.decode(), running.logged()):
                self.assertNotIn(bridge.SECRET, said)

    def test_replay_keeps_the_id_unless_told_otherwise(self):
        with bridge.Bridge(self.receiver.port) as running:
            identifier = running.send(bridge.note("again"))
            self.delivered(1)
            bridge.wait_for(lambda: running.json("deliveries", "list", "--state", "delivered")["deliveries"], "the record")
            running.command("replay", identifier)
            self.delivered(2)
            running.command("replay", identifier, "--new-id")
            self.delivered(3)
            ids = [r.id for r in self.receiver.delivered()]
            self.assertEqual(ids[0], ids[1])
            self.assertNotEqual(ids[0], ids[2])
            failed = bridge.run("replay", identifier, "--endpoint", "ap", "--config", running.config, check=1)
            self.assertIn(b"there is no endpoint ap; there are: app", failed.stderr)
            running.command("replay", identifier, "msg_" + 26 * "0", check=1)
            unknown = f"dlv_{identifier[4:]}_9"
            for more in ((), ("--dry-run",), ("--new-id",), ("--to", "http://127.0.0.1:9/")):
                failed = bridge.run("replay", unknown, *more, "--config", running.config, check=1)
                self.assertIn(f"there is no delivery {unknown}".encode(), failed.stderr, more)
                self.assertEqual(failed.stdout, b"")
            self.assertEqual(len(running.json("deliveries", "list")["deliveries"]), 2)
            for rate in ("inf", "1e30", "1e-300", "-1", "x"):
                bridge.run("replay", "--dead", "--rate", rate, "--spool", running.folder / "spool", check=64)

    def test_a_paused_endpoint_holds_and_resumes_over_a_restart(self):
        with bridge.Bridge(self.receiver.port) as running:
            running.command("endpoints", "pause", "app")
            running.send(bridge.note("held"))
            self.assertEqual(running.stop(), 0)
            running.start()
            self.assertEqual(running.json("endpoints", "list")["endpoints"][0]["state"], "paused")
            self.assertEqual(running.json("deliveries", "list")["deliveries"][0]["state"], "held")
            for arguments, count in ((["--state", "held"], 1), (["--since", "1h"], 1), (["--since", "2030-01-01T00:00:00Z"], 0)):
                self.assertEqual(len(running.json("deliveries", "list", *arguments)["deliveries"]), count, arguments)
            running.command("deliveries", "list", "--since", "yesterday", check=64)
            self.assertEqual(self.receiver.delivered(), [])
            running.command("endpoints", "resume", "app")
            self.delivered(1)

    def test_what_is_typed_is_a_name_and_never_more_of_the_request(self):
        with bridge.Bridge(self.receiver.port) as running:
            running.config.write_text(running.config.read_text().replace("  app:", "  ..:").replace("[app]", "['..']"))
            running.command("reload")
            running.command("endpoints", "pause", "..")
            self.assertEqual(running.json("endpoints", "list")["endpoints"][0]["state"], "paused")
            for name in ("a b", "..?x=1", "..#", "%2e%2e", "\u00e9", "a\r\nb"):
                failed = bridge.run("endpoints", "resume", name, "--config", running.config, check=1)
                self.assertIn(f"there is no endpoint {name}; there are: ..".encode(), failed.stderr)
            failed = bridge.run("messages", "show", "a b?", "--config", running.config, check=1)
            self.assertIn(b"a b? is not a message id", failed.stderr)

    def test_endpoints_are_listed_with_what_waits_for_them(self):
        with bridge.Bridge(self.receiver.port) as running:
            running.command("endpoints", "pause", "app")
            for number in range(3):
                running.send(bridge.note(f"held-{number}"))
            lines = running.command("endpoints", "list").splitlines()
            self.assertRegex(lines[0], r"^ENDPOINT +STATE +IN FLIGHT +WAITING +HELD +DEAD +OLDEST +UNTIL +URL +LAST ERROR$")
            self.assertRegex(lines[1], r"^app +paused +0 +0 +3 +0 +(\d+m)?\d+s +- +http")
            running.write(routes="  - { name: none, match: { recipient: '*@hooks.test' }, discard: true }")
            running.config.write_text(running.config.read_text().replace("  app:", "  other:"))
            running.command("reload")
            listed = {e["name"]: e for e in running.json("endpoints", "list")["endpoints"]}
            self.assertEqual((listed["app"]["state"], listed["app"]["held"], listed["other"]["held"]), ("missing", 3, 0))

    def test_a_good_reload_applies_and_a_bad_one_changes_nothing(self):
        with bridge.Bridge(self.receiver.port) as running:
            running.write(routes="  - { name: other, match: { recipient: '*@other.test' }, deliver: [app] }")
            self.assertIn("routes", running.command("reload"))
            running.send(bridge.note("new-route"), ["x@other.test"])
            running.config.write_text(running.config.read_text().replace("deliver: [app]", "deliver: [nobody]"))
            bridge.run("reload", "--spool", running.folder / "spool", check=78)
            running.send(bridge.note("still"), ["x@other.test"])
            self.assertIn("transom_config_last_reload_successful 0", self.metrics(running))
            self.delivered(2)

    def test_reloads_that_come_together_run_one_after_the_other(self):
        with bridge.Bridge(self.receiver.port) as running:
            ports = [bridge.free_port() for _ in range(3)]
            more = "".join(f"{{ name: more-{port}, address: '127.0.0.1:{port}', mode: mx }}, " for port in ports)
            running.config.write_text(running.config.read_text().replace("listeners: [ ", f"listeners: [ {more}"))
            answers = []
            reloads = [threading.Thread(target=lambda: answers.append(
                bridge.run("reload", "--spool", running.folder / "spool").returncode)) for _ in range(6)]
            for reload in reloads:
                reload.start()
            for reload in reloads:
                reload.join()
            self.assertEqual(answers, [0] * 6)
            self.assertIn("transom_config_last_reload_successful 1", self.metrics(running))

    def test_probes_and_metrics_answer(self):
        with bridge.Bridge(self.receiver.port) as running:
            running.send(bridge.note("counted"))
            self.assertIn("transom_messages_accepted_total 1", self.metrics(running))
            for probe in ("livez", "readyz"):
                with urllib.request.urlopen(f"http://127.0.0.1:{running.web}/{probe}", timeout=10) as answer:
                    self.assertEqual(answer.status, 200)
            with self.assertRaises(urllib.error.HTTPError):
                urllib.request.urlopen(f"http://127.0.0.1:{running.web}/api/v1/messages", timeout=10)
            self.assertEqual(running.command("healthcheck").strip(), "ok")

    def test_every_metric_is_in_the_documentation_as_it_is_exported(self):
        page = (bridge.ROOT / "docs/metrics.md").read_text()
        documented = {row[0]: (row[1], row[3]) for row in re.findall(r"^\| `(\w+)` \| (\w+) \| (.*) \| (.*) \|$", page, re.M)}
        documented = {name: row for name, row in documented.items() if name.startswith(("transom_", "process_"))}
        with bridge.Bridge(self.receiver.port) as running:
            running.send(bridge.note("counted"))
            self.delivered(1)
            text = self.metrics(running)
        kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
        exported = {name: (kinds[name], help) for name, help in re.findall(r"^# HELP (\S+) (.*)$", text, re.M)}
        self.assertEqual({name: documented.get(name) for name in exported}, exported)
        sources = "".join(path.read_text() for path in (bridge.ROOT / "Sources").rglob("*.swift"))
        self.assertEqual([name for name in documented if f'"{name}"' not in sources], [])

    def test_metrics_tell_of_the_backlog_and_of_the_certificate(self):
        with bridge.Bridge(self.receiver.port) as running:
            running.command("endpoints", "pause", "app")
            running.send(bridge.note("held"))
            waiting = 'transom_endpoint_deliveries{endpoint="app",state="%s"} %d.0'
            bridge.wait_for(lambda: waiting % ("held", 1) in self.metrics(running), "the count")
            self.assertIn('transom_endpoint_paused{endpoint="app"} 1.0', self.metrics(running))
            running.command("endpoints", "resume", "app")
            self.delivered(1)
            bridge.wait_for(lambda: waiting % ("held", 0) in self.metrics(running), "the count")
            self.assertIn('transom_endpoint_paused{endpoint="app"} 0.0', self.metrics(running))
            ends = re.search(r'certificate_expiry_timestamp_seconds\{file="(.*)"\} (.*)', self.metrics(running))
            shown = subprocess.run(["openssl", "x509", "-in", ends[1], "-noout", "-enddate", "-dateopt", "iso_8601"], capture_output=True, text=True, check=True)
            end = datetime.datetime.fromisoformat(shown.stdout.strip().removeprefix("notAfter=").replace("Z", "+00:00"))
            self.assertEqual(float(ends[2]), end.timestamp())

    def test_sigterm_with_nothing_in_flight_is_quick(self):
        with bridge.Bridge(self.receiver.port) as running:
            running.process.send_signal(signal.SIGTERM)
            try:
                self.assertEqual(running.process.wait(timeout=5), 0)
            except subprocess.TimeoutExpired:
                self.fail("still running after 5 s")

    def test_a_full_spool_answers_452_and_recovers(self):
        import smtplib
        with bridge.Bridge(self.receiver.port) as running:
            full = running.config.read_text()
            running.config.write_text(full.replace("min_free: 0", "min_free: 1000TiB"))
            running.command("reload")
            bridge.wait_for(lambda: self.is_refused(running), "the refusal")
            running.config.write_text(full)
            running.command("reload")
            bridge.wait_for(lambda: not self.is_refused(running), "the recovery")

    @staticmethod
    def is_refused(running):
        import smtplib
        with smtplib.SMTP("127.0.0.1", running.smtp, timeout=bridge.PATIENCE) as client:
            client.ehlo("client.test")
            return client.mail("a@example.org")[0] == 452

    @staticmethod
    def metrics(running):
        with urllib.request.urlopen(f"http://127.0.0.1:{running.web}/metrics", timeout=10) as answer:
            return answer.read().decode()


if __name__ == "__main__":
    unittest.main()
