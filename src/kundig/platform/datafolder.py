"""The data folder: everything one installation keeps, and nothing outside it."""

import json
import os
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kundig.platform.console import Refused
from kundig.platform.locks import FileLock

SYSTEM_FOLDER = Path("/var/lib/kundig")
LONG_AGO = 6 * 3600
"""Seconds after which nobody works on a temporary file any more."""


def default_path() -> Path:
    """KUNDIG_DATA, for root /var/lib/kundig, else the user's data home (XDG)."""
    if given := os.environ.get("KUNDIG_DATA"):
        return Path(given)
    if os.geteuid() == 0:
        return SYSTEM_FOLDER
    home = os.environ.get("XDG_DATA_HOME", "")
    # The XDG rule: a relative value is invalid and is to be ignored.
    return (Path(home) if home.startswith("/") else Path.home() / ".local" / "share") / "kundig"


@dataclass(frozen=True)
class DataFolder:
    """Paths inside one data folder; `prepare` makes those that must exist."""

    path: Path

    @classmethod
    def locate(cls, given: str | None = None) -> "DataFolder":
        return cls((Path(given) if given else default_path()).expanduser().absolute())

    @property
    def files(self) -> Path:
        return self.path / "files"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """Locks, sockets and other things that are worth nothing once every process is gone."""
        return self.path / "run"

    @property
    def temporary(self) -> Path:
        """Uploads on their way; beside the files, because /tmp may be memory and may be small."""
        return self.path / "tmp"

    @property
    def backups(self) -> Path:
        """What was saved every night and before each update; worth little until somebody keeps a copy elsewhere."""
        return self.path / "backups"

    @property
    def secret_file(self) -> Path:
        return self.path / "secret.key"

    @property
    def instance_file(self) -> Path:
        return self.run / "instance.json"

    def prepare(self) -> None:
        """Make the folder and its rooms. Others may pass through it (the database's own user must), not read it."""
        try:
            self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
            if os.geteuid() == self.path.stat().st_uid:
                self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for room in (
                self.files,
                self.logs,
                self.temporary,
                self.backups,
                self.path / "imports",
                self.path / "mail",
            ):
                # Customers' lists lie in there, and mails with links that let one in.
                room.mkdir(mode=0o700, exist_ok=True)
                if os.geteuid() == room.stat().st_uid:
                    room.chmod(0o700)
            self.run.mkdir(mode=0o711, exist_ok=True)
            if not os.access(self.path, os.W_OK):
                raise PermissionError("it belongs to somebody else")
        except (OSError, ValueError) as error:
            raise Refused(f"the data folder {self.path} cannot be used: {error}; name another with --data") from error

    def sweep(self) -> None:
        """Remove what processes that were killed left among the temporary files: it may be somebody's customer list."""
        for left in self.temporary.glob("*"):
            if time.time() - left.stat().st_mtime < LONG_AGO:
                continue
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)

    def secret_key(self) -> str:
        """The installation's secret, made once. Who has it can forge sessions; without it everybody is signed out."""
        if given := os.environ.get("KUNDIG_SECRET_KEY"):
            return given
        if not self.secret_file.exists():
            partial = self.secret_file.with_name(f".secret.{os.getpid()}")
            partial.write_text(secrets.token_urlsafe(50))
            partial.chmod(0o600)
            try:
                # A link fails if another process was faster, so two starts at once agree on one secret.
                os.link(partial, self.secret_file)
            except FileExistsError:
                pass
            finally:
                partial.unlink()
        return self.secret_file.read_text().strip()

    def instance_lock(self) -> FileLock:
        """Held by a running instance: its supervisor and all processes it started."""
        return FileLock(self.run / "instance.lock")

    def supervisor_lock(self) -> FileLock:
        """Held by the supervisor alone. A number in a file would not do: after a crash it may be another process's."""
        return FileLock(self.run / "supervisor.lock")

    def instance(self) -> dict[str, Any]:
        """What the running instance wrote about itself; empty if there is none or it never got so far."""
        try:
            return dict(json.loads(self.instance_file.read_text()))
        except (OSError, ValueError):
            return {}

    def write_instance(self, **facts: Any) -> None:
        partial = self.instance_file.with_suffix(".new")
        partial.write_text(json.dumps(facts))
        partial.replace(self.instance_file)
