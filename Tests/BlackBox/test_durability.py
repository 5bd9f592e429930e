"""kill -9 in the middle of everything: what was acknowledged arrives, under one id."""
import contextlib, random, smtplib, threading, unittest

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


if __name__ == "__main__":
    unittest.main()
