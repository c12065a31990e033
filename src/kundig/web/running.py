"""A running installation: one per data folder, made of a supervisor, the web process, the worker and the database."""

import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kundig.platform.console import Refused, say, tell
from kundig.platform.datafolder import DataFolder
from kundig.platform.locks import FileLock
from kundig.platform.processes import Program, Supervisor
from kundig.web.database import environment, in_use, is_embedded

if TYPE_CHECKING:
    from kundig.platform.postgres import Cluster

ROOT = Path(__file__).resolve().parents[3]
READY_SECONDS = 60.0
ORPHAN_SECONDS = 20.0
WATCH_SECONDS = 2.0
WILDCARDS = ("", "0.0.0.0", "::")  # noqa: S104 - only compared with

Show = Callable[[str], None]


def take(folder: DataFolder) -> FileLock | None:
    """Make this process the one that runs the folder; None if another does.

    Processes of a supervisor that was killed notice it within moments, and hold the lock until they are gone.
    """
    # Kept until this process ends, and not inherited: that is how a killed supervisor is told from a living one.
    if not folder.supervisor_lock().take(wait=False):
        return None
    folder.instance_file.unlink(missing_ok=True)
    lock = folder.instance_lock()
    deadline = time.monotonic() + ORPHAN_SECONDS
    told = False
    while not lock.take(wait=False):
        if not told:
            say("Waiting for the processes of an interrupted start to end …")
            told = True
        if time.monotonic() > deadline:
            raise Refused(f"other processes still use {folder.path} although their supervisor is gone; end them first")
        time.sleep(0.05)
    return lock


def is_running(folder: DataFolder) -> bool:
    """Whether a supervisor is at work on the folder."""
    lock = folder.supervisor_lock()
    try:
        return not lock.take(shared=True, wait=False)
    finally:
        lock.release()


def attach(folder: DataFolder, *, show: Show) -> int:
    """Say where the folder's running instance is, once it is ready."""
    deadline = time.monotonic() + READY_SECONDS
    while not (facts := folder.instance()).get("ready"):
        if not is_running(folder) or time.monotonic() > deadline:
            raise Refused(f"another start (process {facts.get('pid')}) is busy with {folder.path} and not ready yet")
        time.sleep(0.1)
    say(f"Kundig already runs on {folder.path} (process {facts['pid']}).")
    tell(f"Kundig is ready: {facts['url']}")
    show(facts["url"])
    return 0


class Instance:
    """The running installation, seen from its supervisor."""

    def __init__(self, folder: DataFolder, *, host: str, port: int, lock: FileLock) -> None:
        self.folder, self.host, self.port, self.lock = folder, host, port, lock
        name = "127.0.0.1" if host in WILDCARDS else host
        self.url = f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

    def run(self, *, show: Show) -> int:
        """Prepare, start, watch until told to stop; returns the exit status."""
        self.folder.write_instance(pid=os.getpid(), url=self.url, ready=False)
        try:
            self._check_port()
            with in_use(self.folder) as url:
                settings = os.environ | environment(self.folder, url=url)
                settings |= {"PYTHONPATH": _python_path(), "KUNDIG_HOSTS": self._hosts()}
                setup = self._prepare(settings)
                # With the lock inherited, the folder counts as taken until the last of them is gone.
                supervisor = Supervisor(settings, inherited=(self.lock.descriptor,), report=say)
                try:
                    supervisor.listen()
                    supervisor.start(self._program("web", "kundig.web.serving", self.host, str(self.port)))
                    self._until_ready(supervisor)
                    if not supervisor.is_stopping:
                        # After the pages, which somebody waits for.
                        supervisor.start(self._program("worker", "kundig.web.working"))
                        self._announce(setup, show=show)
                    self._watch(supervisor)
                finally:
                    supervisor.end()
        finally:
            self.folder.instance_file.unlink(missing_ok=True)
            self.lock.release()
        say("Kundig has stopped.")
        return 0

    # -- before -------------------------------------------------------------------------------------------------

    def _check_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise Refused(
                    f"{self.host}:{self.port} cannot be used ({error.strerror}); choose another: --port {self.port + 1}"
                ) from error

    def _hosts(self) -> str:
        """Names under which browsers may ask; a forged one could turn up in a mail with a link."""
        names = ["localhost", "127.0.0.1", "[::1]"]  # for the supervisor itself, which asks whether all is well
        if given := os.environ.get("KUNDIG_HOSTS"):
            names += given.split(",")
        elif self.host not in WILDCARDS:
            names.append(f"[{self.host}]" if ":" in self.host else self.host)
        else:
            names += [socket.gethostname(), socket.getfqdn(), *own_addresses()]
        return ",".join(dict.fromkeys(names))

    def _prepare(self, settings: dict[str, str]) -> str:
        """Run the preparing process; returns the path of the first run, empty if there is a user."""
        mark, remembered = state_of_program(), self.folder.run / "prepared"
        # An outside database may have become another meanwhile; ours changes with this folder only.
        if is_embedded() and remembered.exists() and remembered.read_text() == mark:
            return ""
        command = [sys.executable, "-P", "-m", "kundig.web.preparing"]
        done = subprocess.run(command, env=settings, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.returncode if done.returncode > 0 else 130)  # It has said why.
        setup = str(json.loads(done.stdout)["setup"])
        if not setup:
            remembered.write_text(state_of_program())
        return setup

    def _program(self, name: str, module: str, *words: str) -> Program:
        command = [sys.executable, "-P", "-m", module, *words]
        return Program(name=name, command=command, log=self.folder.logs / f"{name}.log")

    # -- running --------------------------------------------------------------------------------------------------

    def _until_ready(self, supervisor: Supervisor) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not supervisor.is_stopping and not is_healthy(self.url):
            if time.monotonic() > deadline or any(program.deaths > 2 for program in supervisor.programs):
                raise Refused(f"Kundig did not become ready; the reason is in {self.folder.logs / 'web.log'}")
            supervisor.wait(0.05)

    def _announce(self, setup: str, *, show: Show) -> None:
        self.folder.write_instance(pid=os.getpid(), url=self.url, ready=True)
        tell(f"Kundig is ready: {self.url}")
        if self.host in WILDCARDS:
            for address in own_addresses():
                tell(f"From other machines: http://{address}:{self.port}")
        if setup:
            tell(f"Set it up here (the link works once): {self.url}{setup}")
        show(self.url + setup)

    def _watch(self, supervisor: Supervisor) -> None:
        cluster = None
        if is_embedded():
            from kundig.platform.postgres import Cluster

            cluster = Cluster(self.folder)
        while not supervisor.is_stopping:
            supervisor.wait(WATCH_SECONDS)
            if cluster and not supervisor.is_stopping and _mend(cluster):
                # Its jobs were cut off with their connections; a worker takes up what was left as soon as it begins.
                supervisor.begin_again("worker")


def _mend(cluster: "Cluster") -> bool:
    """Start a database that ended again. If it will not, the next look tries again: a full disk may have room then."""
    try:
        if cluster.mend():
            say(f"The database ended and was started again (log: {cluster.log})")
            return True
    except (Refused, OSError) as error:
        say(f"The database ended and does not start, and is tried again: {error}")
    return False


def state_of_program() -> str:
    """A value that changes with any file of the program, its packages and its front end; by their times."""
    folders = (ROOT / "src" / "kundig", ROOT / "frontend" / "src", ROOT / "frontend" / "styles")
    paths = [path for folder in folders for path in folder.rglob("*") if path.suffix not in (".pyc", ".mo")]
    paths += [*ROOT.glob("*.json"), *ROOT.glob("*.ts"), ROOT / "requirements" / "app.lock"]
    paths += [ROOT / "frontend" / "dist" / ".fingerprint", ROOT / "static-root" / ".fingerprint"]
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(path for path in paths if path.is_file()):
        facts = path.stat()
        digest.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _python_path() -> str:
    """Children find the program wherever they are started; what the operator added stays."""
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.pathsep.join(dict.fromkeys([str(ROOT / "src"), *(folder for folder in given if folder)]))


def is_healthy(url: str) -> bool:
    """Whether `/health/` answers 200."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def own_addresses() -> list[str]:
    """The addresses other machines reach this one by."""
    found = []
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            # Sends nothing: it only makes the system choose the interface that leads outside.
            probe.connect(("192.0.2.1", 9))
            found.append(probe.getsockname()[0])
    except OSError:
        pass
    return [address for address in found if not address.startswith("127.")]


def ask_to_stop(folder: DataFolder, *, seconds: float) -> bool:
    """Stop the folder's running instance; False if none runs."""
    pid = int(folder.instance().get("pid", 0))
    if not pid or not is_running(folder):
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while is_running(folder):
        if time.monotonic() > deadline:
            raise Refused(f"process {pid} did not stop within {seconds:.0f} seconds")
        time.sleep(0.05)
    return True
