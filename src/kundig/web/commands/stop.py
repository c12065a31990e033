"""Stop the Kundig that runs on the data folder, and wait until it has ended."""

import argparse

from kundig.platform.console import say
from kundig.web import running
from kundig.web.commands import base

HELP = "stop a Kundig that runs in the background"
SECONDS = 60.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """No options of its own."""


def run(options: argparse.Namespace) -> int:
    """Exit status 0, also when nothing ran."""
    folder = base.folder_of(options)
    stopped = folder.run.exists() and running.ask_to_stop(folder, seconds=SECONDS)
    say("Kundig has stopped." if stopped else f"Kundig does not run on {folder.path}.")
    return 0
