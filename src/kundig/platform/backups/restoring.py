"""Bringing an installation back from a backup: all is loaded beside what is there, then they change places."""

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from kundig.platform.backups import tools
from kundig.platform.backups.archive import DUMP, FILES, SECRET, Manifest, extract, manifest_of
from kundig.platform.backups.contents import contents, differences, moment
from kundig.platform.backups.copies import database_beside, server_of, take_the_place
from kundig.platform.console import Refused
from kundig.platform.datafolder import DataFolder


@dataclass(frozen=True)
class Proof:
    """What was found to be the same in a backup and in what comes back from it."""

    manifest: Manifest
    tables: int
    rows: int
    files: int


def restore(source: Path, *, folder: DataFolder, url: str, known: set[str], keep_secret: bool) -> Manifest:
    """Put the installation back as the backup has it. If anything fails, what was there is still there.

    Args:
        known: the migrations of this program; a backup with others comes from a newer one.
        keep_secret: the secret is given from outside, and the data folder's own is not touched.

    Raises:
        Refused: if the backup cannot be used.
    """
    with _brought_back(source, folder=folder, url=url, known=known) as (proof, unpacked, fresh):
        take_the_place(url, by=fresh)
        _exchange_files(unpacked, folder, keep_secret=keep_secret)
    return proof.manifest


def verify(source: Path, *, folder: DataFolder, url: str, known: set[str]) -> Proof:
    """Bring everything back beside what is there, compare it with what the backup says it holds, and remove it again.

    Raises:
        Refused: if anything is not as it was; the message names it.
    """
    with _brought_back(source, folder=folder, url=url, known=known) as (proof, _unpacked, _fresh):
        return proof


@contextlib.contextmanager
def _brought_back(source: Path, *, folder: DataFolder, url: str, known: set[str]) -> Iterator[tuple[Proof, Path, str]]:
    """The backup unpacked and loaded into a database of its own, compared; both are gone after the block."""
    manifest = manifest_of(source)
    if unknown := [name for name in manifest.migrations if name not in known]:
        raise Refused(
            f"{source} was made by a newer Kundig ({manifest.kundig}, with {unknown[0]}); update this one first"
        )
    with tempfile.TemporaryDirectory(dir=folder.temporary, prefix="restore-") as place:
        unpacked = Path(place)
        extract(source, to=unpacked)
        kept = _check_files(unpacked / FILES)
        with database_beside(url, "restored") as fresh:
            tools.load(unpacked / DUMP, server=server_of(url), url=fresh)
            with moment(fresh) as connection:
                if unlike := differences(manifest.tables, contents(connection)):
                    raise Refused(f"what comes back from {source} is not what was saved: {'; '.join(unlike[:5])}")
                _check_named(connection, kept)
            rows = sum(table.rows for table in manifest.tables.values())
            yield Proof(manifest, tables=len(manifest.tables), rows=rows, files=len(kept)), unpacked, fresh


def _check_named(connection: psycopg.Connection, kept: set[str]) -> None:
    for name, digest in connection.execute("SELECT name, sha256 FROM platform_storedfile ORDER BY created_at"):
        if digest not in kept:
            raise Refused(f"the backup is not whole: the file “{name}” is missing in it")


def _check_files(files: Path) -> set[str]:
    """The checksums of the files, by which they are named."""
    kept = set()
    for path in files.glob("??/??/*"):
        with path.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != path.name:
                raise Refused(f"the backup is damaged: the file {path.name} is not what it was")
        kept.add(path.name)
    return kept


def _exchange_files(unpacked: Path, folder: DataFolder, *, keep_secret: bool) -> None:
    restored = unpacked / FILES
    restored.mkdir(exist_ok=True)
    folder.files.replace(unpacked / "files.before")
    restored.replace(folder.files)
    folder.files.chmod(0o700)
    if not keep_secret:
        shutil.copyfile(unpacked / SECRET, folder.secret_file)
        folder.secret_file.chmod(0o600)
