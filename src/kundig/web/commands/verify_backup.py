"""Prove a backup: bring it back beside what is there, compare all tables and files with what was saved, remove it."""

import argparse
import time
from pathlib import Path

from kundig.platform.console import Refused, say, tell
from kundig.web.commands import base

HELP = "prove that a backup brings everything back"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a backup written by `kundig backup`")


def run(options: argparse.Namespace) -> int:
    """Exit status 0 if what comes back is what was saved, else 1 with what is not."""
    if not options.file.exists():
        raise Refused(f"there is no file {options.file}")
    with base.opened(options, migrate=False) as folder:
        from kundig.platform import backups
        from kundig.web import schema

        say("Restoring beside …")
        began = time.monotonic()
        proof = backups.verify(options.file.absolute(), folder=folder, url=base.database_url(), known=schema.known())
    tell(
        f"{options.file} of {proof.manifest.made_at} is whole: {proof.tables} tables with {proof.rows} rows and "
        f"{proof.files} files came back as they were saved, in {time.monotonic() - began:.0f} seconds"
    )
    return 0
