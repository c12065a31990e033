"""What browsers load beside the pages: built from the front end's sources, compressed, collected in one folder.

Everything is made anew only when its sources changed; a fingerprint beside the result says from what it was made.
"""

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from kundig.platform.console import Refused, say
from kundig.platform.locks import locked
from kundig.web import node

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "frontend"
BUILT = SOURCES / "dist"
MODULES = ROOT / "node_modules"
COLLECTED = ROOT / "static-root"
STAMP = ".fingerprint"


def make() -> None:
    """Build, collect and compress what is out of date. Needs Django to be set up."""
    build()
    if _stamp(COLLECTED) == _parts():
        return
    with _alone():
        if _stamp(COLLECTED) != _parts():
            _collect()
            (COLLECTED / STAMP).write_text(_parts())


def build() -> None:
    """Build the front end if it is out of date, and fetch its packages before."""
    if _is_built():
        return  # Before anything is locked: the program's folder may be one that may only be read.
    with _alone():
        if _is_built():
            return
        sources = fingerprint(_front_end_sources())
        environment = node.environment()
        _fetch_packages(environment)
        say("Building the front end …")
        _run(["node", str(MODULES / "vite" / "bin" / "vite.js"), "build", "--logLevel", "warn"], environment)
        (BUILT / STAMP).write_text(sources)


def fetch_packages() -> dict[str, str]:
    """Fetch what the front end is built and tested with; returns the environment in which its scripts run."""
    with _alone():
        environment = node.environment()
        _fetch_packages(environment)
        return environment


def _alone() -> AbstractContextManager[None]:
    # Two installations may start from one checkout at once.
    return locked(Path(sys.prefix) / "kundig-assets.lock")


def _is_built() -> bool:
    return _stamp(BUILT) == fingerprint(_front_end_sources())


def _parts() -> str:
    return fingerprint([*_static_sources(), ROOT / "requirements" / "app.lock"]) + _stamp(BUILT)


def fingerprint(paths: Iterable[Path]) -> str:
    """One value for the names and contents of files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _front_end_sources() -> list[Path]:
    below = [path for path in SOURCES.rglob("*") if path.is_file() and BUILT not in path.parents]
    beside = [*ROOT.glob("*.json"), *ROOT.glob("vite.config.*")]
    return below + beside


def _static_sources() -> list[Path]:
    return [path for path in (ROOT / "src" / "kundig").glob("*/static/**/*") if path.is_file()]


def _stamp(folder: Path) -> str:
    try:
        return (folder / STAMP).read_text()
    except FileNotFoundError:
        return ""


def _fetch_packages(environment: dict[str, str]) -> None:
    lock = fingerprint([ROOT / "package.json", ROOT / "package-lock.json"])
    if _stamp(MODULES) != lock:
        say("Fetching the packages of the front end …")
        # None of the packages needs an install script, so none may run one.
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], environment)
        (MODULES / STAMP).write_text(lock)


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise Refused(f"the front end could not be built ({' '.join(command[:2])}): " + " / ".join(lines[-4:]))


def _collect() -> None:
    from django.core.management import call_command
    from whitenoise.compress import Compressor

    say("Collecting and compressing static files …")
    call_command("collectstatic", interactive=False, verbosity=0)
    compressor = Compressor(quiet=True)
    for path in COLLECTED.rglob("*"):
        if path.is_file() and compressor.should_compress(path.name):
            compressor.compress(str(path))
