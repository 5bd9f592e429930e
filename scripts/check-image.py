"""The second half of scripts/check-image: runs the binary in the folder given as uid 10001 and passes mail through it."""
import os, pathlib, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests/BlackBox"))
import bridge

folder = pathlib.Path(sys.argv[1]).resolve()
spool = folder / "var/lib/transom"
spool.mkdir(mode=0o700, parents=True, exist_ok=True)
os.chown(spool, 10001, 10001)
receiver, port = bridge.Receiver(), bridge.free_port()
environment = {"TRANSOM_WEBHOOK_URL": f"http://127.0.0.1:{receiver.port}/", "TRANSOM_LISTEN": f"127.0.0.1:{port}",
               "TRANSOM_WEBHOOK_SECRET": bridge.SECRET, "TRANSOM__ADMIN__ADDRESS": f"127.0.0.1:{bridge.free_port()}", "PATH": "/usr/bin:/bin"}
# A container has /proc, where the Swift runtime finds its arguments; here a mount of our own namespace stands for it.
enter = f'PATH=/usr/sbin:/usr/bin:/sbin:/bin; mount -t proc proc "{folder}/proc" && exec chroot --userspec=10001:10001 "{folder}" /usr/bin/transom serve'
process = subprocess.Popen(["/usr/bin/unshare", "--mount", "/bin/sh", "-c", enter], env=environment)
try:
    bridge.wait_for(lambda: process.poll() is not None or bridge.run("send", "--to", "a@b.test", "--server", f"127.0.0.1:{port}",
                                       "--eml", ROOT / "Examples/mail/4-russian.eml").returncode == 0, "the listener")
    assert process.poll() is None, f"transom serve ended with {process.returncode}"
    request = bridge.wait_for(receiver.delivered, "the webhook")[0]
    assert request.data["subject"] == "Не приходит счёт за ноябрь", request.data["subject"]
    assert "Здравствуйте" in request.data["text"]
    print("check-image: a KOI8-R message went in, a signed webhook came out")
finally:
    process.terminate()
    status = process.wait(timeout=bridge.PATIENCE)
sys.exit(0 if status == 0 else 1)
