"""Start Kundig: set up whatever is missing, then run until Ctrl+C.

A second start on the same data folder says where the first one is to be found. DATABASE_URL names a PostgreSQL server
(15 or later) to be used instead of the one Kundig brings.
"""

import argparse
import os
import signal
import sys
import webbrowser
from types import FrameType

from kundig.platform.console import Refused
from kundig.web import running
from kundig.web.commands.base import folder_of

HELP = "set up whatever is missing, then run until Ctrl+C"
DEFAULT_PORT = 8000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=DEFAULT_PORT, metavar="N", help="default: %(default)s")
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="H", help="0.0.0.0 lets other machines in (default: %(default)s)"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")


def run(options: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    folder = folder_of(options)
    folder.prepare()
    show = _show if not options.no_browser and _has_display() else _do_not_show
    lock = running.take(folder)
    if lock is None:
        return running.attach(folder, show=show)
    instance = running.Instance(folder, host=options.host, port=options.port, lock=lock)
    return instance.run(show=show)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"“{text}” is not a port; use a number from 1 to 65535")
    return int(text)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Refused("stopped before it was ready", status=130)


def _has_display() -> bool:
    if sys.platform == "darwin":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _show(address: str) -> None:
    webbrowser.open(address)


def _do_not_show(address: str) -> None:
    """The person opens the address, or does not."""
