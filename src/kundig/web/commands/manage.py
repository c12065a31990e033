"""Run a management command of Django on this installation: kundig manage [--data DIR] COMMAND …"""

import argparse

from kundig.web.commands import base

HELP = "run a management command of Django"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND …", help="for example: shell, migrate")


def run(options: argparse.Namespace) -> int:
    """Exit status of the management command."""
    words = options.words
    if "--data" in words[:-1]:
        place = words.index("--data")
        options.data, words = words[place + 1], words[:place] + words[place + 2 :]
    with base.opened(options, migrate=False):
        from django.core.management import execute_from_command_line

        try:
            execute_from_command_line(["kundig manage", *words])
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else 1
    return 0
