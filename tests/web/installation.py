"""An installation of its own for tests: a data folder, and the commands a person would type."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.database import quickest_folder

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 120


class Installation:
    """A data folder and what is started on it; `end` removes everything."""

    def __init__(self):
        # Not pytest's own folder: as root the database runs as a user who may not enter that.
        self.folder = Path(tempfile.mkdtemp(prefix="kundig-", dir=quickest_folder()))
        self.folder.chmod(0o711)
        self.data = self.folder / "data"
        self.process = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def run(self, *words, stdin="", data=None, **variables):
        """Run a command to its end; returns it with `returncode`, `stdout`, `stderr`."""
        command = [sys.executable, "-P", "-m", "kundig", *map(str, words), "--data", str(data or self.data)]
        return subprocess.run(
            command,
            env=environment() | variables,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            cwd="/",
        )

    def start(self, *words, **variables):
        """`kundig start`; returns what it had printed when it was ready."""
        command = [sys.executable, "-P", "-m", "kundig", "start", "--data", str(self.data)]
        output = self.folder / "output"
        with output.open("wb") as written:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), "--no-browser", *words],
                env=environment() | variables,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                cwd="/",
            )
        deadline = time.monotonic() + SECONDS
        while "Kundig is ready" not in output.read_text():
            assert self.process.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.05)
        time.sleep(0.1)  # the line about the first run follows at once
        return output.read_text()

    def processes(self):
        """Numbers and command lines of everything that runs for this data folder (Linux)."""
        mark = f"KUNDIG_DATA={self.data}\0"
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdecimal() and "Z" not in (entry / "stat").read_text().rpartition(")")[2].split()[0]:
                    line = (entry / "cmdline").read_text().replace("\0", " ")
                    if str(self.data) in line or mark in (entry / "environ").read_text():
                        found[int(entry.name)] = line
            except (OSError, UnicodeDecodeError):
                continue
        return found

    def kill(self, *parts):
        """kill -9, all at once, for the processes with one of `parts` in their command line: they end each other."""
        running = self.processes()
        numbers = {part: [number for number, line in running.items() if part in line] for part in parts}
        assert all(numbers.values()), f"not all of {parts} run: {running}"
        for number in {number for found in numbers.values() for number in found}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def until_healthy(self):
        deadline = time.monotonic() + 30
        while not self.is_healthy():
            assert time.monotonic() < deadline, self.processes()
            time.sleep(0.05)

    def is_healthy(self):
        try:
            with urllib.request.urlopen(f"{self.url}/health/", timeout=10) as answer:
                return json.load(answer)["status"] == "ok"
        except OSError:
            return False

    def until_gone(self):
        deadline = time.monotonic() + 30
        while running := self.processes():
            assert time.monotonic() < deadline, running
            time.sleep(0.05)

    def stop(self):
        """SIGTERM; returns the exit status."""
        self.process.terminate()
        return self.process.wait(timeout=60)

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.stop()
        for number in self.processes():
            os.kill(number, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


def environment():
    """As a person's shell has it: without the database of the tests."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KUNDIG_", "DATABASE_URL"))}
    own.pop("DJANGO_SETTINGS_MODULE", None)
    return own | {"PYTHONPATH": str(ROOT / "src")}


def setup_link(output):
    """The path of the first run that `start` printed."""
    return re.search(r"http://[^/]+(/setup/\S+/)", output)[1]
