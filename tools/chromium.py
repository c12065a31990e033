"""Where Chromium is, and its installation from Debian's packages where that is allowed."""

import os
import shutil
import subprocess

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


class NoChromium(Exception):
    """No Chromium, and none can be installed from here; the message says what to do."""


def find() -> str | None:
    """The path of Chromium: what `KUNDIG_CHROMIUM` says, else the first known name on the path."""
    return os.environ.get("KUNDIG_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def ensure() -> str:
    """The path of Chromium, installed before if need be.

    Raises NoChromium if it is missing and this user may not install it.
    """
    if found := find():
        return found
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NoChromium(
            "The browser tests need Chromium. Install it (Debian, Ubuntu: `apt-get install chromium`), name its "
            "path in KUNDIG_CHROMIUM, or leave these tests out with --no-browser."
        )
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["update", "-q"],
        ["install", "-q", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
    ):
        done = subprocess.run(
            ["apt-get", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            text=True,
            capture_output=True,
            check=False,
        )
    if found := find():
        return found
    raise NoChromium(f"apt-get could not install Chromium:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
