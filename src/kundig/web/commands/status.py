"""Say whether Kundig runs on the data folder, and where. Exit status 0 if it runs, 3 if not."""

import argparse

from kundig import __version__
from kundig.platform.console import tell
from kundig.web import running
from kundig.web.commands import base

HELP = "say whether Kundig runs, and where"
NOT_RUNNING = 3  # as `systemctl status` has it


def arguments(parser: argparse.ArgumentParser) -> None:
    """No options of its own."""


def run(options: argparse.Namespace) -> int:
    folder = base.folder_of(options)
    if not folder.run.exists() or not running.is_running(folder):
        tell(f"Kundig {__version__} does not run on {folder.path}")
        return NOT_RUNNING
    facts = folder.instance()
    state = "runs" if facts.get("ready") else "is starting"
    tell(f"Kundig {__version__} {state} on {folder.path}: {facts.get('url', '')} (process {facts.get('pid', '?')})")
    return 0
