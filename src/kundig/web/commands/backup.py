"""Write a backup: one file with the database, the files and the secret. Kundig may go on running meanwhile."""

import argparse
from pathlib import Path

from kundig import __version__
from kundig.platform.console import Refused, tell
from kundig.web.commands import base

HELP = "write everything into one file"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup; it must not exist yet")


def run(options: argparse.Namespace) -> int:
    """Exit status 0 when the backup is whole, else 1."""
    if options.file.exists():
        raise Refused(f"{options.file} exists already; name a new file")
    if not options.file.absolute().parent.is_dir():
        raise Refused(f"there is no folder {options.file.absolute().parent}")
    with base.opened(options) as folder:
        from django.db import connection

        from kundig.platform import backups
        from kundig.web import schema

        size = backups.write(
            options.file.absolute(),
            folder=folder,
            url=base.database_url(),
            kundig=__version__,
            server=connection.pg_version // 10000,  # type: ignore[attr-defined]
            migrations=schema.applied(),
        )
    tell(f"wrote {options.file} ({size / 1_000_000:.1f} MB); it holds personal data and the secret: keep it safe")
    return 0
