"""Import customers from CSV, fixed-width text or XLSX.

A table that was exported to be edited is known again: what is different in it is shown and written as one change.
Of any other file columns are recognised from their headers and values; what was recognised is printed before anything
is written. A file with "columns", as JSON, says it differently: {"columns": {"Firma": "name", "Tel.": "phone"}}. Rows
that cannot be taken come back in a file, with the reason in a column.
"""

import argparse
import sys
from pathlib import Path

from kundig.platform.console import Refused
from kundig.web.commands import base

HELP = "bring customers in from a file"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the table to import")
    parser.add_argument(
        "--as", dest="as_name", default="", metavar="OBJECTS", help="organisations, persons, or an object of your own"
    )
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="JSON that says what the columns become")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
    parser.add_argument(
        "--mine", action="store_true", help="of an edited table: where Kundig has changed, too, take the file"
    )
    parser.add_argument(
        "--delete-removed", action="store_true", help="of an edited table: delete records of removed rows"
    )
    parser.add_argument("--by", default="", metavar="EMAIL", help="import as this user (default: with all rights)")


def run(options: argparse.Namespace) -> int:
    """Exit status 0 if every row went in, 1 if some failed, 2 if file or mapping are unusable."""
    with base.opened(options):
        from kundig.accounts.models import User
        from kundig.records.imports import command

        by = None
        if options.by:
            someone = User.objects.filter(email=options.by.strip().lower(), is_active=True).first()
            if someone is None:
                raise Refused(f"there is no active user with the address {options.by}")
            by = User.objects.with_access(someone.pk)
        return command.run(
            options.file,
            as_name=options.as_name,
            mapping_file=options.mapping,
            dry_run=options.dry_run,
            takes_file=options.mine,
            deletes=options.delete_removed,
            by=by,
            out=sys.stdout,
            err=sys.stderr,
        )
