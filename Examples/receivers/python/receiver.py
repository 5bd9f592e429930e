#!/usr/bin/env python3
"""A webhook receiver in Python's standard library: checks the signature, drops duplicates, prints what came.

    WEBHOOK_SECRET=whsec_… python3 receiver.py [PORT [ADDRESS]]

Answer 2xx only once the message is safe on your side: Transom then forgets it after its retention time. Anything
else makes it try again, with the same webhook-id.
"""
import base64, hashlib, hmac, http.server, json, os, sys, time

SECRET = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE_SECONDS = 300
seen = set()                                     # a real receiver keeps these in its database


def is_genuine(headers, body):
    """Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, one of the signatures must fit."""
    identifier, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    expected = base64.b64encode(hmac.digest(SECRET, f"{identifier}.{timestamp}.".encode() + body, hashlib.sha256)).decode()
    given = [part.split(",", 1) for part in headers.get("webhook-signature", "").split() if "," in part]
    return any(version == "v1" and hmac.compare_digest(expected, signature) for version, signature in given)


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if not is_genuine(self.headers, body):
            return self.answer(401)
        if self.headers["webhook-id"] not in seen:
            message = json.loads(body)["data"]
            sender = ", ".join(a["address"] or "" for a in message["from"])
            print(f"{message['id']} from {sender}: {message['subject']} ({len(message['attachments'])} attachments)", flush=True)
            seen.add(self.headers["webhook-id"])
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
    address = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"
    print(f"listening on http://{address}:{port}/", flush=True)
    http.server.ThreadingHTTPServer((address, port), Receiver).serve_forever()
