"""Bring an installation back from a backup, into an empty data folder or, with --force, in place of what is there."""

import argparse
import os
from pathlib import Path

from kundig.platform.console import Refused, say, tell
from kundig.web import running
from kundig.web.commands import base

HELP = "bring everything back from a backup"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a backup written by `kundig backup`")
    parser.add_argument("--force", action="store_true", help="replace what is in the data folder")


def run(options: argparse.Namespace) -> int:
    """Exit status 0 when everything is back, else 1 and nothing changed."""
    if not options.file.exists():
        raise Refused(f"there is no file {options.file}")
    folder = base.folder_of(options)
    folder.prepare()
    if running.take(folder) is None:
        raise Refused(f"Kundig runs on {folder.path}; stop it first: kundig stop --data {folder.path}")
    keep_secret = "KUNDIG_SECRET_KEY" in os.environ
    with base.opened(options, migrate=False):
        from django.db import connections

        from kundig.platform import backups
        from kundig.web import schema

        if not options.force and (schema.holds_users() or any(folder.files.iterdir())):
            raise Refused(f"{folder.path} already holds data; --force replaces them by the backup")
        say("Restoring …")
        # The next start has to look at the database again.
        (folder.run / "prepared").unlink(missing_ok=True)
        url, known = base.database_url(), schema.known()
        manifest = backups.restore(
            options.file.absolute(), folder=folder, url=url, known=known, keep_secret=keep_secret
        )
        connections.close_all()
        schema.bring_up_to_date()
    tell(f"restored the backup of {manifest.made_at} (Kundig {manifest.kundig}); start it with kundig start")
    return 0
