"""Making a backup; the installation may go on running meanwhile."""

import contextlib
import io
import os
import tarfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from kundig.platform.backups import tools
from kundig.platform.backups.archive import COMPLETE, DUMP, FILES, MANIFEST, SECRET, Manifest
from kundig.platform.backups.contents import contents, moment, snapshot_of
from kundig.platform.console import Refused
from kundig.platform.datafolder import DataFolder


def write(target: Path, *, folder: DataFolder, url: str, kundig: str, server: int, migrations: Iterable[str]) -> int:
    """Write the backup to `target`, which appears only when it is whole; returns its size in bytes.

    The database comes first and is of one moment, of which the manifest keeps the figures. Files are never changed and
    are there before a record names them, so whatever that moment names is among those that follow.
    """
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    dump = target.with_name(f".{target.name}.{os.getpid()}.dump")
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        # Only its owner may read it: the archive holds the secret and every customer.
        for path in (dump, unfinished):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with moment(url) as connection:
            tools.dump(dump, server=server, url=url, snapshot=snapshot_of(connection))
            tables = contents(connection)
        manifest = Manifest(
            kundig=kundig, made_at=made_at, server=str(server), migrations=tuple(migrations), tables=tables
        )
        with tarfile.open(unfinished, "w:", format=tarfile.PAX_FORMAT) as archive:
            _add(archive, MANIFEST, manifest.to_bytes())
            archive.add(dump, DUMP)
            _add(archive, SECRET, folder.secret_key().encode())
            for path in sorted(folder.files.glob("??/??/*")):
                archive.add(path, FILES + str(path.relative_to(folder.files)))
            _add(archive, COMPLETE, b"")
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(target)
    except OSError as error:
        raise Refused(f"the backup cannot be written to {target}: {error.strerror or error}") from error
    finally:
        for path in (dump, unfinished):
            with contextlib.suppress(OSError):  # what could not be written need not be removed
                path.unlink()
    return target.stat().st_size


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))
