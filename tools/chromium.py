"""Where Chromium is, and its installation from Debian's packages where that is allowed."""

import os
import shutil
import subprocess

SHELL = "chromium-headless-shell"
"""The same browser without windows of its own: the journeys take a fifth less of the processor."""
NAMES = [SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
INSTALL = ["install", "-q", "-y", "--no-install-recommends", "fonts-dejavu-core"]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    # All pages are ours: fewer processes, and nothing to draw on but memory.
    "--in-process-gpu", "--disable-site-isolation-trials", "--process-per-site",
]  # fmt: skip


class NoChromium(Exception):
    """No Chromium, and none can be installed from here; the message says what to do."""


def find() -> str | None:
    """The path of Chromium: what `KUNDIG_CHROMIUM` says, else the first known name on the path."""
    return os.environ.get("KUNDIG_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def ensure() -> str:
    """The path of Chromium, installed before if need be, and if it may be.

    Raises NoChromium if there is none in the end.
    """
    may_install = os.geteuid() == 0 and shutil.which("apt-get")
    if os.environ.get("KUNDIG_CHROMIUM") or shutil.which(SHELL) or not may_install:
        if found := find():
            return found
        raise NoChromium(
            "The browser tests need Chromium. Install it (Debian, Ubuntu: `apt-get install chromium`), name its "
            "path in KUNDIG_CHROMIUM, or leave these tests out with --no-browser."
        )
    said = ""
    for words in (["update", "-q"], [*INSTALL, SHELL], [*INSTALL, "chromium"]):
        done = subprocess.run(
            ["apt-get", *words],
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        said += done.stdout[-1000:]
        if words[0] == "install" and (found := find()):
            return found
    raise NoChromium(f"apt-get could not install Chromium:\n{said}")
