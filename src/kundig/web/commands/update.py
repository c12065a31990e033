"""Bring an installation up to date with this version of the program: get the new version (git pull), then call this.

With --rehearse the update is tried on a copy first, while Kundig goes on running; it says how long it takes and what
will be different, and ends there if anything would be lost. Only then Kundig is stopped, a backup is written, and the
tables are changed in one transaction: an update that fails leaves everything as it was.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime

from kundig import __version__
from kundig.platform.console import Refused, say, tell
from kundig.platform.datafolder import DataFolder
from kundig.web import running
from kundig.web.commands import base
from kundig.web.database import OUTSIDE

HELP = "bring the data up to date with this version, rehearsed on a copy"
STOP_SECONDS = 60.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rehearse", action="store_true", help="try it on a copy first, and say what it changes")
    parser.add_argument("--dry-run", action="store_true", help="end after the rehearsal")


def run(options: argparse.Namespace) -> int:
    """Exit status 0 when everything is up to date, else 1 and nothing changed."""
    with base.opened(options, migrate=False) as folder:
        from kundig.platform.languages import compile_catalogues
        from kundig.web import assets, schema

        schema.check_server()
        if newer := [name for name in schema.applied() if name not in schema.known()]:
            raise Refused(f"the data were written by a newer Kundig (with {newer[0]}); get that version first")
        compile_catalogues()
        assets.make()
        schema.check_program()
        waiting = schema.unapplied()
        if not waiting:
            tell(f"Kundig {__version__}: the tables are up to date; start it with kundig start")
            return 0
        if options.rehearse or options.dry_run:
            _rehearse(folder)
        if options.dry_run:
            tell("Nothing was changed.")
            return 0
        _switch(folder)
    tell(f"Updated to Kundig {__version__}; start it with kundig start")
    return 0


def _rehearse(folder: DataFolder) -> None:
    from kundig.platform import backups

    say("Copying the data …")
    with backups.copied(base.database_url(), suffix="rehearsal", folder=folder) as copy:
        say("Rehearsing the update on the copy …")
        command = [sys.executable, "-P", "-m", "kundig.web.rehearsing"]
        done = subprocess.run(command, env=os.environ | {OUTSIDE: copy}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"the rehearsal failed: {_last_line(done.stderr)}; nothing was changed, Kundig is as before")
    found = json.loads(done.stdout)
    tell(f"rehearsed {len(found['migrations'])} migrations in {found['seconds']} seconds:")
    for line in found["differences"] or ["no table looks different"]:
        tell(f"  {line}")
    if found["faults"]:
        raise Refused(f"this update would do harm: {'; '.join(found['faults'])}; nothing was changed")


def _switch(folder: DataFolder) -> None:
    from django.db import connection

    from kundig.platform import backups
    from kundig.platform.logs import first_line
    from kundig.web import schema

    if running.ask_to_stop(folder, seconds=STOP_SECONDS):
        say("Kundig has stopped.")
    lock = running.take(folder)
    if lock is None:
        raise Refused(f"Kundig was started again on {folder.path} meanwhile; stop it and try again")
    place = folder.backups / f"before-update-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.tar"
    say(f"Writing the backup {place} …")
    version = connection.pg_version // 10000  # type: ignore[attr-defined]
    backups.write(
        place, folder=folder, url=base.database_url(), kundig=__version__, server=version, migrations=schema.applied()
    )
    (folder.run / "prepared").unlink(missing_ok=True)
    began = time.monotonic()
    try:
        schema.bring_up_to_date()
    except Exception as error:
        raise Refused(
            f"the update failed: {first_line(error)}; the data are as before, start the version you had"
        ) from error
    finally:
        lock.release()
    say(f"The tables were brought up to date in {time.monotonic() - began:.1f} seconds.")


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "no reason given")
