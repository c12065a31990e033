"""PostgreSQL's own programs for dumps, called so that no password shows in the list of processes."""

import contextlib
import os
import re
import shutil
import subprocess
from itertools import islice
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict

from kundig.platform.console import Refused
from kundig.platform.postgres import binaries

COMMON = ("--no-owner", "--no-privileges")  # those are the affair of the installation it is restored into
HEADER_LINES = 60
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


def find(name: str, *, server: int, url: str) -> Path:
    """The program, not older than the server (its major version).

    The embedded ones come first, because what they write they can read; but they cannot speak TLS.

    Raises:
        Refused: if this machine has none that fits.
    """
    wants_tls = str(conninfo_to_dict(url).get("sslmode") or "").startswith(("require", "verify"))
    if int(binaries.major()) >= server and not wants_tls:
        return binaries.provided() / "bin" / name
    if own := shutil.which(name):
        answer = subprocess.run([own, "--version"], capture_output=True, text=True, check=False).stdout
        found = re.search(r"\) (\d+)", answer)
        if found and int(found[1]) >= server:
            return Path(own)
    raise Refused(f"install {name} of PostgreSQL {server} or later on this machine (postgresql-client)")


def dump(target: Path, *, server: int, url: str, snapshot: str) -> None:
    """Write the database as an exported snapshot sees it to `target`, in PostgreSQL's custom format.

    Raises:
        Refused: with the first line of the complaint.
    """
    program = str(find("pg_dump", server=server, url=url))
    command = [program, "--format=custom", *COMMON, f"--snapshot={snapshot}", f"--file={target}"]
    done = subprocess.run(command, env=_environment(url), capture_output=True, check=False)
    if done.returncode:
        raise Refused(f"pg_dump failed: {_complaint(done.stderr)}")


def load(source: Path, *, server: int, url: str) -> None:
    """Load such a dump into the empty database `url` names, all or nothing.

    Raises:
        Refused: with the first line of the complaint.
    """
    reading = [str(find("pg_restore", server=server, url=url)), *COMMON, "--file=-", str(source)]
    psql = str(find("psql", server=server, url=url))
    writing = [psql, "-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1"]
    with (
        subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reader,
        subprocess.Popen(
            writing,
            env=_environment(url),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as writer,
    ):
        assert reader.stdout and reader.stderr and writer.stdin and writer.stderr
        with contextlib.suppress(BrokenPipeError):  # psql has stopped at an error, which it tells below
            _pass_on(reader.stdout, writer.stdin)
        with contextlib.suppress(BrokenPipeError):
            writer.stdin.close()
        complaint = writer.stderr.read() + reader.stderr.read()
    if writer.returncode or reader.returncode:
        raise Refused(f"the database could not be loaded: {_complaint(complaint)}")


def _pass_on(source: IO[bytes], target: IO[bytes]) -> None:
    for line in islice(source, HEADER_LINES):
        # Newer tools switch off a setting that older servers do not know.
        if line.strip() != b"SET transaction_timeout = 0;":
            target.write(line)
    shutil.copyfileobj(source, target)


def _environment(url: str) -> dict[str, str]:
    address = conninfo_to_dict(url)
    return os.environ | {VARIABLES[key]: str(value) for key, value in address.items() if key in VARIABLES}


def _complaint(output: bytes) -> str:
    lines = output.decode(errors="replace").splitlines()
    return next((line.strip() for line in lines if "error" in line.lower()), " ".join(lines)[:300])
