"""The user the database runs as: PostgreSQL refuses to run as root, and rightly."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kundig.platform.console import Refused

OWN_NAME = "kundig"
FALLBACKS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An operating-system user, and how to start a program as that user."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def popen_arguments(self) -> dict[str, object]:
        """Arguments for `subprocess.Popen`; none when we are that user already."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give the tree under `path` to this user, as a copy made by root needs it."""
        if not self.is_other:
            return
        top = path.stat()
        os.chown(path, self.uid, self.gid)
        if path.is_dir() and top.st_uid != self.uid:
            for folder, folders, files in os.walk(path):
                for name in (*folders, *files):
                    os.chown(Path(folder) / name, self.uid, self.gid, follow_symlinks=False)

    def may_reach(self, path: Path) -> bool:
        """Whether every folder above `path`, and `path`, can be passed by this user."""
        return all(self._may_pass(folder) for folder in (path, *path.parents))

    def _may_pass(self, folder: Path) -> bool:
        facts = folder.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & 0o100)
        if facts.st_gid == self.gid:
            return bool(facts.st_mode & 0o010)
        return bool(facts.st_mode & 0o001)


def database_account(cluster: Path) -> Account:
    """Ourselves; for root the cluster's owner, else a user `kundig` (made if possible), `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return Account(name="", uid=os.geteuid(), gid=os.getegid())
    if cluster.exists() and (owner := cluster.stat().st_uid) != 0:
        try:
            return _account(pwd.getpwuid(owner))
        except KeyError:
            pass  # Copied from another machine: PostgreSQL needs a user with a name, so the tree gets a new owner.
    for name in (OWN_NAME, "", *FALLBACKS):
        if not name:
            _create_own_user()
            name = OWN_NAME
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise Refused(
        "root cannot run the database: create a user for it (useradd --system kundig) or start Kundig as a user"
    )


def _create_own_user() -> None:
    if tool := shutil.which("useradd"):
        command = [tool, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        subprocess.run([*command, OWN_NAME], capture_output=True, check=False)


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
