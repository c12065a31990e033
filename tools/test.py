"""Everything that must hold before a change is good: what `./kundig test` runs.

`./kundig test` checks the whole house; `./kundig test accounts records` runs the tests of these domains alone.
What follows `--` goes to pytest: `./kundig test records -- -k keyset -x`.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from kundig.web import assets, node
from tools import chromium

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
IN_PARALLEL = ["--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder"]


@dataclass(frozen=True)
class Check:
    """One thing that must hold: a command that ends with 0, its output shown only when it does not."""

    name: str
    command: list[str]


def code_checks() -> list[Check]:
    """What can be said of the Python code, the templates and the texts without running them."""
    python = sys.executable
    templates = [str(path) for path in sorted((ROOT / "src" / "kundig").glob("*/templates/**/*.html"))]
    return [
        Check("ruff check", [str(BIN / "ruff"), "check", "--quiet"]),
        Check("ruff format", [str(BIN / "ruff"), "format", "--check", "--quiet"]),
        Check("djade", [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates]),
        Check("import contracts", [str(BIN / "lint-imports"), "--no-logo"]),
        Check("translations", [python, "-m", "tools.translations", "check"]),
        Check("migrations", [python, "-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run"]),
        Check("mypy", [str(BIN / "mypy")]),
    ]


def front_end_checks() -> list[Check]:
    """The packages of the front end, its types, tests, build and size."""
    return [
        Check("npm ci", own("fetch_packages")),
        Check("npm run types", ["npm", "run", "--silent", "types"]),
        Check("npm run test", ["npm", "run", "--silent", "test"]),
        Check("front end", own("build")),
        Check("npm run budget", ["npm", "run", "--silent", "budget"]),
    ]


def own(name: str) -> list[str]:
    """The command that does what `kundig start` does with the front end."""
    return [sys.executable, "-c", f"from kundig.web import assets; assets.{name}()"]


def run(check: Check) -> bool:
    """Run one check and print a line about it, with its output if it failed."""
    began = time.monotonic()
    done = subprocess.run(
        check.command, cwd=ROOT, stdin=subprocess.DEVNULL, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    passed = done.returncode == 0
    line = f"{'ok    ' if passed else 'FAILED'} {check.name} ({time.monotonic() - began:.1f} s)"
    print(line if passed else f"{line}\n{done.stdout.rstrip()}", flush=True)
    return passed


def run_in_order(checks: list[Check]) -> list[bool]:
    return [run(check) for check in checks]


def prepare_environment() -> None:
    """Let every command find our Python, Node.js and package."""
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ["PATH"] = node.environment()["PATH"]
    os.environ["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "kundig.web.settings"


def pytest(*arguments: str) -> bool:
    """Run pytest, its output shown as it comes."""
    print(f"pytest {' '.join(arguments)}", flush=True)
    command = [sys.executable, "-m", "pytest", "--ds=tests.settings", *arguments]
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode == 0


def everything(*, browser: bool, options: list[str]) -> Iterator[bool]:
    """All checks; each result is one that counts in the closing line."""
    with ThreadPoolExecutor() as lanes:  # two cores: one reads Python while the other builds the front end
        for results in [lanes.submit(run_in_order, checks) for checks in (code_checks(), front_end_checks())]:
            yield from results.result()
    yield pytest("tests", "--ignore=tests/browser", *IN_PARALLEL, *options)
    if browser:
        yield browser_tests(options)


def browser_tests(options: list[str]) -> bool:
    """The journeys through the running program, in Debian's Chromium."""
    try:
        os.environ["KUNDIG_CHROMIUM"] = chromium.ensure()
    except chromium.NoChromium as problem:
        print(f"FAILED browser tests\n{problem}", flush=True)
        return False
    return pytest("tests/browser", "--numprocesses=2", *options)


def domains(names: list[str], options: list[str]) -> Iterator[bool]:
    """The tests of the named domains alone."""
    known = sorted(path.parent.name for path in ROOT.glob("tests/*/__init__.py"))
    for name in sorted(set(names) - set(known)):
        print(f"No tests called {name!r}; there are: {', '.join(known)}.")
        yield False
    folders = [f"tests/{name}" for name in names if name in known and name != "browser"]
    if folders:
        yield pytest(*folders, *(IN_PARALLEL if len(folders) > 1 else []), *options)
    if "browser" in names:
        yield browser_tests(options)


def main() -> int:
    parser = argparse.ArgumentParser(prog="kundig test", description=__doc__, allow_abbrev=False)
    parser.add_argument("domain", nargs="*", help="run the tests of these domains alone")
    parser.add_argument("--no-browser", action="store_true", help="leave the browser tests out")
    parser.add_argument("--postgres", metavar="DIR", help="folder of another PostgreSQL's programs to run the tests on")
    separator = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    options = sys.argv[separator + 1 :]
    arguments = parser.parse_args(sys.argv[1:separator])
    began = time.monotonic()
    if arguments.postgres:
        os.environ["KUNDIG_TEST_POSTGRES"] = arguments.postgres
    prepare_environment()
    if arguments.domain:
        assets.build()  # pages name the built files
        results = list(domains(arguments.domain, options))
    else:
        results = list(everything(browser=not arguments.no_browser, options=options))
    print(f"Took {time.monotonic() - began:.0f} s.")
    print(f"checks: {sum(results)} passed, {len(results) - sum(results)} failed", flush=True)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
