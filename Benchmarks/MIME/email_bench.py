"""The same with Python's email package. Usage: email_bench.py ROUNDS < list of files; prints seconds of processor time."""
import email, email.policy, sys, time

messages = [open(path.rstrip("\n"), "rb").read() for path in sys.stdin]
rounds, decoded = int(sys.argv[1]), 0
start = time.process_time()
for _ in range(rounds):
    for octets in messages:
        try:
            message = email.message_from_bytes(octets, policy=email.policy.default)
            for name in ("subject", "from", "to", "cc", "date", "message-id"):
                try:
                    message[name]
                except Exception:
                    pass
            for part in message.walk():
                if not part.is_multipart():
                    decoded += len(part.get_payload(decode=True) or b"")
        except Exception:
            pass
print(f"python {time.process_time() - start} s, {len(messages)} messages, {decoded // max(1, rounds)} decoded")
