"""kill -9 in the middle of everything: what was acknowledged arrives, under one id."""
import contextlib, json, random, re, smtplib, subprocess, threading, unittest, urllib.request

import bridge


class Durability(unittest.TestCase):
    def test_nothing_acknowledged_is_lost_over_kills(self):
        receiver = bridge.Receiver(lambda attempt, request: 503 if attempt == 1 and hash(request.id) % 3 == 0 else 204)
        self.addCleanup(receiver.close)
        acknowledged, lock, stop = [], threading.Lock(), threading.Event()
        with bridge.Bridge(receiver.port) as running:
            def load(worker):
                count = 0
                while not stop.is_set():
                    count += 1
                    subject = f"w{worker}-{count}"
                    with contextlib.suppress(OSError, smtplib.SMTPException):
                        running.send(bridge.note(subject, "x" * random.randrange(1, 20_000)))
                        with lock:
                            acknowledged.append(subject)

            workers = [threading.Thread(target=load, args=(n,)) for n in range(4)]
            for worker in workers:
                worker.start()
            for round in range(3):
                before = len(acknowledged)
                bridge.wait_for(lambda: len(acknowledged) >= before + 20, "load")
                running.kill()
                running.start()
            stop.set()
            for worker in workers:
                worker.join()
            bridge.wait_for(lambda: set(acknowledged) <= {r.data["subject"] for r in receiver.delivered()}, "every delivery")
            ids = {}
            for request in receiver.delivered():
                ids.setdefault(request.data["id"], set()).add(request.id)
            self.assertTrue(all(len(found) == 1 for found in ids.values()))
            self.assertEqual(running.stop(), 0)
            self.assertIn("sound", running.command("spool", "fsck", "--bodies"))

    def test_a_full_disk_is_told_by_the_spool_in_few_lines(self):
        receiver = bridge.Receiver(lambda attempt, request: 503)
        self.addCleanup(receiver.close)
        running = bridge.Bridge(receiver.port)
        self.addCleanup(running.__exit__)
        (running.folder / "spool").mkdir()
        small = ["unshare", "-m", "sh", "-c", f"mount -t tmpfs -o size=3m none {running.folder}/spool && exec \"$@\"", "sh"]
        if subprocess.run([*small, "true"], capture_output=True).returncode:
            self.skipTest("this user may not mount a tmpfs in a namespace of its own")
        running.start(prefix=small)

        def failures():
            with urllib.request.urlopen(f"http://127.0.0.1:{running.web}/metrics") as page:
                return int(re.search(rb"^transom_spool_failed_commits_total (\d+)", page.read(), re.M)[1])

        while failures() < 50:
            with contextlib.suppress(smtplib.SMTPResponseException):
                running.send(bridge.note("fills", "y" * 70 + ("\r\n" + "y" * 70) * 300))
        before = failures()
        bridge.wait_for(lambda: failures() > before + 3, "what waits to be stored")
        running.kill()
        events = [json.loads(line)["event"] for line in running.logged().splitlines() if '"error"' in line]
        told = [event for event in events if "spool" in event]
        self.assertEqual(told[0], "the spool could not commit")
        self.assertLess(len(told), 4, told)  # On a machine that stops for minutes there is a reminder.


if __name__ == "__main__":
    unittest.main()
