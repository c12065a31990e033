"""The running program for journeys: the real server and worker, on a database the test can also look at."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / "test-results"
START_SECONDS = 60


class House:
    """The processes of an installation without their supervisor; `url` is where it answers."""

    def __init__(self, *, name):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        RESULTS.mkdir(exist_ok=True)
        self.log = RESULTS / f"server-{name}.log"
        self.log.write_bytes(b"")

    def serve(self):
        """Serve pages and the live stream from the database `DATABASE_URL` names; returns once that answers."""
        process = self._run("kundig.web.serving", "127.0.0.1", str(self.port))
        deadline = time.monotonic() + START_SECONDS
        while not self._is_healthy():
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError(f"The server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)
        return process

    def work(self):
        """Start the worker: jobs and the delivery of events."""
        return self._run("kundig.web.working")

    def _run(self, module, *arguments):
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "KUNDIG_TEST_HOUSE": "1",
        }
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", module, *arguments], cwd=ROOT, env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def _is_healthy(self):
        try:
            with urllib.request.urlopen(f"{self.url}/health/", timeout=30) as answer:
                return answer.status == 200
        except OSError:
            return False


def stop(process):
    """End a process of the house and wait until it is gone."""
    process.terminate()
    process.wait(timeout=20)
