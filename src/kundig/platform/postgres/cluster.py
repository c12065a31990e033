"""One PostgreSQL server per data folder, shared by every Kundig process on it and stopped by the last that leaves."""

import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from kundig.platform.console import Refused, say
from kundig.platform.datafolder import DataFolder
from kundig.platform.locks import FileLock, locked
from kundig.platform.postgres import binaries, configuration
from kundig.platform.postgres.account import Account, database_account

DATABASE = ROLE = "kundig"
SUPERUSER = "postgres"
START_SECONDS = 120
RECOVERY_SECONDS = 3600
"""How long a server may read its log after it was cut off: that can be gigabytes, from a slow disk."""
PATIENCE_SECONDS = 5
"""After which whoever waits is told why."""
READY, STARTING = 0, 1
"""Of what `pg_isready` ends with; otherwise nobody is there."""
STOP_SECONDS = 60
LONGEST_SOCKET = 103  # bytes; the least of the systems' limits, without which the server would not start

# The application's role owns its tables but is no superuser; the ledger belongs to another role (`ownership`).
PREPARE = f"""
SELECT 'CREATE ROLE {ROLE} LOGIN CREATEDB' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') \\gexec
SELECT 'CREATE DATABASE {DATABASE} OWNER {ROLE} TEMPLATE template0'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
"""  # noqa: S608 - our own names


class Cluster:
    """The server of one data folder. `join` before using it, `leave` afterwards; both are safe among many processes."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.path = folder.path / f"pg{binaries.major()}"
        self.log = folder.logs / "postgres.log"
        self._use = FileLock(folder.run / "postgres.users")
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def sockets(self) -> Path:
        """The folder of the unix socket: inside the data folder unless its path is too long for the system."""
        inside = self.folder.run / "database"
        if len(os.fsencode(inside / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return inside
        mark = hashlib.sha256(os.fsencode(self.folder.path)).hexdigest()[:16]
        return Path("/tmp") / f"kundig-{mark}"  # noqa: S108 - its owner and mode are checked before use

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}@/{DATABASE}?host={self.sockets}"

    # -- use by many processes ------------------------------------------------------------------------------------

    def join(self) -> None:
        """Count this process among the users, and start the server if it does not run."""
        with self._changing():
            self._use.take(shared=True)
            self._start()

    def leave(self) -> None:
        """Stop counting this process; the last one stops the server."""
        with self._changing():
            self._use.release()
            rest = FileLock(self._use.path)
            if rest.take(wait=False):
                self._stop()
            rest.release()

    def mend(self) -> bool:
        """Start the server again if it died; True if it had."""
        if self._server_pid():
            return False
        with self._changing():
            if self._server_pid():
                return False
            self._start()
            return True

    def _changing(self) -> AbstractContextManager[None]:
        return locked(self.folder.run / "postgres.lock")

    # -- start ----------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        account = database_account(self.path)
        self._make_sockets(account)
        # Whoever began to wait for it may have given up, and it goes on reading its log.
        if not (self._server_pid() and self._becomes_ready(lambda: bool(self._server_pid()), time.monotonic())):
            installation = binaries.reachable_for(account, below=self.folder.path)
            self._check_reachable(account)
            if not self.path.exists():
                self._create(account, installation)
            account.own(self.path)
            self._remove_stale_locks()
            configuration.write(self.path, sockets=self.sockets, local=self.folder.path / configuration.LOCAL_FILE)
            self._launch(account, installation)
        self._psql(PREPARE)

    def _make_sockets(self, account: Account) -> None:
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        facts = self.sockets.lstat()
        if facts.st_uid == os.geteuid() and account.is_other:
            os.chown(self.sockets, account.uid, account.gid)
        elif facts.st_uid != account.uid or facts.st_mode & 0o077:
            raise Refused(f"{self.sockets} belongs to another user or is open to others; remove it")

    def _check_reachable(self, account: Account) -> None:
        if account.is_other and not account.may_reach(self.folder.path):
            raise Refused(
                f"as root the database runs as user {account.name}, who may not enter {self.folder.path}; "
                "choose a data folder below folders open to all, for example --data /var/lib/kundig"
            )

    def _create(self, account: Account, installation: Path) -> None:
        say("Creating the database …")
        partial = self.path.with_name(f".{self.path.name}.new")
        # Left by an initdb that was interrupted; only a complete cluster ever gets the real name.
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        account.own(partial)
        command = [
            *(installation / "bin" / "initdb", "--pgdata", partial, "--username", SUPERUSER, "--auth", "trust"),
            # C.UTF-8 and not C: under plain C the trigrams of umlauts are empty.
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums"),
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", **account.popen_arguments()
        )  # type: ignore[call-overload]
        if done.returncode:
            raise Refused(f"the database could not be created: {_last_line(done.stderr)}")
        partial.replace(self.path)

    def _launch(self, account: Account, installation: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while reason := self._try_to_launch(account, installation, deadline=deadline):
            # After kill -9 of the server its own children need a moment to notice and let go of the shared memory.
            if "shared memory block" not in reason or time.monotonic() > deadline:
                raise Refused(f"the database did not start: {_last_complaint(reason)} (log: {self.log})")
            time.sleep(0.2)

    def _try_to_launch(self, account: Account, installation: Path, *, deadline: float) -> str:
        """Start the server and wait until it answers; all it said if it does not.

        All, because the children of a server that was killed write their own last words in between.
        """
        with self.log.open("ab") as log:
            begin = log.tell()
            # A session of its own: the server outlives its starter and must not hear the terminal's Ctrl+C.
            self._server = subprocess.Popen(  # type: ignore[call-overload]
                [installation / "bin" / "postgres", "-D", self.path],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **account.popen_arguments(),
            )
        server = self._server
        if self._becomes_ready(lambda: server.poll() is None, deadline):
            return ""
        if server.poll() is not None:
            return self.log.read_bytes()[begin:].decode(errors="replace") or "no reason given"
        return f"no answer within {START_SECONDS} seconds"

    def _becomes_ready(self, is_alive: Callable[[], bool], deadline: float) -> bool:
        """Wait until the server answers, as long as it lives and is reading its log, or else until the deadline."""
        begun, told = time.monotonic(), False
        while (state := self._state()) != READY:
            waited = time.monotonic() - begun
            if not is_alive() or (waited > RECOVERY_SECONDS if state == STARTING else begun + waited > deadline):
                return False
            if waited > PATIENCE_SECONDS and not told:
                say("The database reads again what was written before it was cut off …")
                told = True
            time.sleep(0.03)
        return True

    def _state(self) -> int:
        command = [str(binaries.provided() / "bin" / "pg_isready"), "-q", "-h", str(self.sockets), "-U", SUPERUSER]
        return subprocess.run(command, check=False).returncode

    def administer(self, statements: str, *, database: str = DATABASE) -> None:
        """Do in the program's database, or in a copy of it, what only an administrator of the server may.

        Raises:
            Refused: with the last line of the complaint.
        """
        self._psql(statements, database=database)

    def _psql(self, statements: str, *, database: str = "postgres") -> None:
        command = [
            *(str(binaries.provided() / "bin" / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1"),
            *("-h", str(self.sockets), "-U", SUPERUSER, "-d", database),
        ]
        done = subprocess.run(command, input=statements, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refused(f"the database could not be prepared: {_last_line(done.stderr)}")

    # -- the server's process ------------------------------------------------------------------------------------

    @property
    def _pid_file(self) -> Path:
        return self.path / "postmaster.pid"

    def _server_pid(self) -> int:
        """The running server's process, 0 if there is none. A pid file alone proves nothing after kill -9."""
        if self._server is not None and self._server.poll() is not None:
            self._server = None  # Collects the exit status too; a zombie would look alive.
        try:
            pid = int(self._pid_file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return 0
        return pid if _program_of(pid).startswith("postgres") else 0

    def _remove_stale_locks(self) -> None:
        # The server takes a number in them that lives again under another program for its own.
        if not self._server_pid():
            for path in (self._pid_file, *self.sockets.glob(".s.PGSQL.*")):
                path.unlink(missing_ok=True)

    def _stop(self) -> None:
        pid = self._server_pid()
        for number in (signal.SIGINT, signal.SIGQUIT):  # "fast", and "immediate" if that takes too long
            if not pid:
                return
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return
            deadline = time.monotonic() + STOP_SECONDS
            while (pid := self._server_pid()) and time.monotonic() < deadline:
                time.sleep(0.02)


def _program_of(pid: int) -> str:
    """The name of a process's program, empty if there is no such process or only what is left of it (a zombie)."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text()
        name, state = facts[facts.index("(") + 1 : facts.rindex(")")], facts[facts.rindex(")") + 2]
        return "" if state in "ZX" else name
    except OSError:
        if Path("/proc/self/stat").exists():
            return ""
    answer = subprocess.run(["/bin/ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip().rpartition("/")[2]


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no reason given")


def _last_complaint(output: str) -> str:
    """The line of a server's output that says why it gave up."""
    complaints = [line for line in output.splitlines() if "FATAL:" in line or "PANIC:" in line]
    own = [line for line in complaints if "unexpected postmaster exit" not in line]
    return (own or complaints or [_last_line(output)])[-1].strip()
