"""The tests' PostgreSQL: a throw-away server for each process of tests, with one migrated template and clones of it.

The processes do not share one, because transactions of one would hold back what others read from their outbox.
`KUNDIG_TEST_DATABASE_URL` names an outside server instead; its user must be allowed to create databases.
Run as a program (`python -m tests.database FOLDER`) it is the keeper, which serves until its standard input closes.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from kundig.platform.postgres import binaries
from kundig.platform.postgres.account import database_account

SERVER = "KUNDIG_TEST_SERVER"  # address of this process's server
SESSION = "KUNDIG_TEST_SESSION"  # prefix of every database this process makes
PROGRAMS = "KUNDIG_TEST_POSTGRES"  # folder of another PostgreSQL's programs, instead of the embedded ones
START_SECONDS = 60
ROOM = 4 * 1024**3
_place_of_clone = None
ROOT = Path(__file__).resolve().parent.parent


def quickest_folder():
    """Where files are made and removed by the thousand, as each clone of a database does: in memory if it has room."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        return memory
    base = tempfile.gettempdir()
    return base if len(base) < 60 else "/tmp"  # a socket's path may have 107 bytes


class Keeper:
    """Holds the server of one process of tests; it stops with that, also when it is killed."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="kundig-test-", dir=quickest_folder()))
        self.folder.chmod(0o755)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.database", self.folder],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
            stdin=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    @property
    def url(self):
        return f"postgresql://kundig@/postgres?host={self.folder}"

    def stop(self):
        self._process.stdin.close()
        self._process.wait(timeout=30)


def begin_session():
    """Choose the server for this process; returns the keeper to stop at the end, if one was started."""
    os.environ[SESSION] = f"kundig_test_{os.getpid()}"
    outside = os.environ.get("KUNDIG_TEST_DATABASE_URL")
    if outside:
        os.environ[SERVER] = outside
        return None
    keeper = Keeper()
    os.environ[SERVER] = keeper.url
    return keeper


def url_of(name):
    """The address of database `name` on this process's server."""
    parts = urlsplit(os.environ[SERVER])
    return urlunsplit(parts._replace(path=f"/{name}", netloc=parts.netloc or "kundig@"))


def connect(url=None):
    """A connection for creating and dropping databases; waits while the server comes up."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return psycopg.connect(url or url_of("postgres"), autocommit=True)
        except psycopg.OperationalError as error:
            failed = _folder() / "failed" if not url and _folder() else None
            if failed and failed.exists():
                raise RuntimeError(f"The tests' PostgreSQL did not start: {failed.read_text()}") from error
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def clone(name, *, migrate):
    """Make database `name` (dropping an older one) as a copy of the template; returns its full name.

    `migrate(template)` fills the template; it is called once.
    """
    global _place_of_clone
    template, full = f"{os.environ[SESSION]}_template", f"{os.environ[SESSION]}_{name}"
    with connect() as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            connection.execute(f"CREATE DATABASE {template}_new TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
            try:
                migrate(f"{template}_new")
            except BaseException:
                connection.execute(f"DROP DATABASE {template}_new WITH (FORCE)")
                raise
            connection.execute(f"ALTER DATABASE {template}_new RENAME TO {template}")
        connection.execute(f"DROP DATABASE IF EXISTS {full} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {full} TEMPLATE {template} STRATEGY FILE_COPY")  # twice as fast
        _place_of_clone = _place(connection)
    return full


def is_written():
    """Whether anything was written, here or elsewhere on the server, since the newest clone was made."""
    with connect() as connection:
        return _place(connection) != _place_of_clone


def _place(connection):
    """The number that the next transaction which writes will have."""
    return connection.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())").fetchone()[0]


def administer(name, statements):
    """Do in database `name` what an administrator does in an installation; on an outside server nobody does."""
    if _folder():
        with connect(administrator_of(name)) as connection:
            connection.execute(statements)


def administrator_of(name):
    """The address under which one may do everything, on the server that the tests bring along."""
    return f"postgresql://postgres@/{name}?host={_folder()}"


def end_session(keeper):
    """Stop the server, or leave an outside one as it was."""
    if keeper:
        keeper.stop()
        return
    with connect() as connection:
        mine = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        for (name,) in connection.execute(mine, [os.environ[SESSION] + "_"]).fetchall():
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _folder():
    _, _, folder = os.environ[SERVER].partition("?host=")
    return Path(folder) if folder else None


def _serve(folder):
    """Start PostgreSQL in `folder`, wait for the end of standard input, remove everything."""
    data, log = folder / "data", folder / "log"
    process = None
    try:
        account = database_account(data)
        account.own(folder)
        other = os.environ.get(PROGRAMS)
        programs = Path(other) if other else binaries.reachable_for(account, below=folder) / "bin"
        with log.open("ab") as output:
            common = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output, "cwd": "/"}
            subprocess.run(
                [programs / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync",
                 "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"],
                check=True, **common, **account.popen_arguments(),
            )  # fmt: skip
            settings = {
                "unix_socket_directories": folder, "listen_addresses": "", "fsync": "off", "full_page_writes": "off",
                "synchronous_commit": "off", "wal_level": "minimal", "max_wal_senders": 0, "autovacuum": "off",
                "jit": "off", "max_connections": 100, "random_page_cost": 1.1, "timezone": "UTC",
                "max_wal_size": "128MB",
            }  # fmt: skip
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, *(f"-c{key}={value}" for key, value in settings.items())],
                **common, **account.popen_arguments(),
            )  # fmt: skip
        # As in an installation: the program's role is no superuser.
        with connect(f"postgresql://postgres@/postgres?host={folder}") as connection:
            connection.execute("CREATE ROLE kundig LOGIN CREATEDB")
        sys.stdin.buffer.read()
    except BaseException as error:
        (folder / "failed").write_text(f"{error}\n{log.read_text() if log.exists() else ''}")
        sys.stdin.buffer.read()
    finally:
        if process:
            process.send_signal(signal.SIGQUIT)
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
