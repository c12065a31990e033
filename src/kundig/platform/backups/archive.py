"""What is in a backup, and how to tell whether it is one and whole."""

import dataclasses
import json
import re
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kundig.platform.backups.contents import Contents, Table
from kundig.platform.console import Refused

FORMAT = 1
MANIFEST, DUMP, SECRET, FILES, COMPLETE = "manifest.json", "database.dump", "secret.key", "files/", "complete"
ALLOWED = re.compile(r"manifest\.json|database\.dump|secret\.key|complete|files/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}")


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself."""

    kundig: str
    made_at: str
    server: str
    migrations: tuple[str, ...]
    tables: Contents
    """What every table held at the moment of the dump; a copy loaded from it must hold the same."""
    format: int = FORMAT

    def to_bytes(self) -> bytes:
        return json.dumps(dataclasses.asdict(self), indent=1).encode()


def manifest_of(path: Path) -> Manifest:
    """The first thing in the archive.

    Raises:
        Refused: if the file is no backup of Kundig, or of a form this version does not know.
    """
    try:
        with tarfile.open(path, "r:") as archive:
            first = archive.next()
            content = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
            facts: Any = json.loads(content.read()) if content else None
    except FileNotFoundError as error:
        raise Refused(f"there is no file {path}") from error
    except (OSError, tarfile.TarError, ValueError) as error:
        raise Refused(f"{path} is no backup of Kundig") from error
    if not isinstance(facts, dict) or not isinstance(facts.get("format"), int) or "tables" not in facts:
        raise Refused(f"{path} is no backup of Kundig")
    if facts["format"] > FORMAT:
        raise Refused(f"{path} was made by a newer Kundig; update this one first")
    tables = {name: Table(*figures) for name, figures in facts["tables"].items()}
    return Manifest(**{**facts, "migrations": tuple(facts["migrations"]), "tables": tables})


def extract(path: Path, *, to: Path) -> None:
    """Unpack the archive into an empty folder.

    Raises:
        Refused: if the archive is damaged or cut off.
    """
    try:
        with tarfile.open(path, "r:") as archive:
            for entry in archive:
                # Only what a backup holds: a prepared archive could otherwise write anywhere.
                if not (entry.isreg() and ALLOWED.fullmatch(entry.name)):
                    raise Refused(f"{path} is no backup of Kundig: it contains {entry.name}")
                target = to / entry.name
                target.parent.mkdir(parents=True, exist_ok=True)
                content = archive.extractfile(entry)
                with target.open("wb") as written:
                    shutil.copyfileobj(content, written)  # type: ignore[arg-type]
    except (OSError, tarfile.TarError) as error:
        raise Refused(f"{path} is damaged: {error}") from error
    if not (to / COMPLETE).exists():
        raise Refused(f"{path} is incomplete: the backup was cut off")
