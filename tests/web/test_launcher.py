"""`./kundig`, the script: what it says and hands over, in a copy with stand-ins for Python."""

import os
import shutil
import subprocess

import pytest

from kundig.web.running import ROOT

OLD_PYTHON = '#!/bin/sh\n[ "$1" = --version ] || exit 1\necho "Python 3.9.2"\n'
BARE_PYTHON = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexit 0\n'
ECHO = '#!/bin/sh\nprintf "%s|" "$@"\n'


@pytest.fixture
def house(tmp_path):
    """A checkout without packages."""
    root = tmp_path / "house"
    (root / "requirements").mkdir(parents=True)
    for name in ("app", "test"):
        (root / "requirements" / f"{name}.lock").write_text(f"{name} 1\n")
    shutil.copy(ROOT / "kundig", root / "kundig")
    return root


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def installed(house, *, locks=("app",)):
    program(house / ".venv" / "bin" / "python", ECHO)
    stamps = house / ".venv" / ".kundig"
    stamps.mkdir()
    (stamps / "root").write_text(f"{house}\n")
    for name in locks:
        shutil.copy(house / "requirements" / f"{name}.lock", stamps / f"{name}.lock")


def call(script, *words, path="/usr/bin:/bin"):
    environment = {"PATH": str(path), "HOME": os.environ.get("HOME", "/")}
    return subprocess.run([script, *words], env=environment, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_help_before_the_first_start_installs_nothing(house, words):
    done = call(house / "kundig", *words)
    assert done.returncode == 0
    assert "./kundig start" in done.stderr
    assert not (house / ".venv").exists()


def test_what_is_installed_is_handed_over_to(house):
    installed(house)
    done = call(house / "kundig", "import", "two words.csv", "--as", "persons")
    assert (done.returncode, done.stdout) == (0, "-P|-m|kundig|import|two words.csv|--as|persons|")


def test_test_goes_to_the_tests(house):
    installed(house, locks=("app", "test"))
    assert call(house / "kundig", "test", "parties", "-x").stdout == "-P|-m|tools.test|parties|-x|"


def test_the_script_works_through_links(house, tmp_path):
    installed(house)
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "kundig").symlink_to("../near")
    (tmp_path / "near").symlink_to(house / "kundig")
    assert call(tmp_path / "far" / "kundig", "status").stdout == "-P|-m|kundig|status|"


def with_tools(folder):
    """A PATH with the few programs the script needs, and nothing called python or uv."""
    for name in ("dirname", "readlink", "cat", "cmp", "rm", "sh", "mkdir", "cp"):
        (folder / name).symlink_to(shutil.which(name))
    return folder


def test_an_old_python_is_named(house, tmp_path):
    program(tmp_path / "bin" / "python3", OLD_PYTHON)
    done = call(house / "kundig", "start", path=with_tools(tmp_path / "bin"))
    assert done.returncode == 1
    assert done.stderr.startswith("kundig: Python 3.11 or later is needed; here is Python 3.9.2.")


def test_no_python_is_said(house, tmp_path):
    (tmp_path / "bin").mkdir()
    done = call(house / "kundig", "start", path=with_tools(tmp_path / "bin"))
    assert done.returncode == 1
    assert "here is no python3 at all" in done.stderr


def test_a_python_without_venv_is_told_what_to_install(house, tmp_path):
    program(tmp_path / "bin" / "python3", BARE_PYTHON)
    done = call(house / "kundig", "start", path=with_tools(tmp_path / "bin"))
    assert done.returncode == 1
    assert "python3-venv" in done.stderr.splitlines()[-1]


def test_the_python_of_the_system_comes_before_one_compiled_here(house, tmp_path):
    program(tmp_path / "bin" / "python3", '#!/bin/sh\nexec /usr/bin/python3 "$@"\n')
    program(tmp_path / "bin" / "uv", f'#!/bin/sh\necho "$@" >>{tmp_path}/asked\nexit 1\n')
    call(house / "kundig", "start", path=f"{tmp_path}/bin:/usr/bin:/bin")
    makes_environments = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"
    system = subprocess.run(["/usr/bin/python3", "-c", makes_environments], check=False, capture_output=True)
    chosen = f"{tmp_path}/bin/python3" if system.returncode else "/usr/bin/python3"
    assert f"--python {chosen} " in (tmp_path / "asked").read_text()


def test_a_changed_lock_is_installed_with_the_packages_that_were_there(house, tmp_path):
    installed(house, locks=("app", "test"))
    (house / "requirements" / "test.lock").write_text("test 2\n")
    (tmp_path / "site").mkdir()
    program(house / ".venv" / "bin" / "python", f'#!/bin/sh\ncase "$*" in *purelib*) echo {tmp_path}/site;; esac\n')
    program(tmp_path / "bin" / "python3", "#!/bin/sh\n")
    program(tmp_path / "bin" / "uv", f'#!/bin/sh\necho "$@" >{tmp_path}/asked\n')
    done = call(house / "kundig", "status", path=with_tools(tmp_path / "bin"))
    assert done.returncode == 0, done.stderr
    assert "Installing the packages" in done.stderr
    asked = (tmp_path / "asked").read_text()
    assert asked.startswith("pip sync --quiet --require-hashes")
    assert asked.strip().endswith("requirements/test.lock")
    assert (tmp_path / "site" / "kundig.pth").read_text() == f"{house}/src\n{house}\n"
    assert (house / ".venv" / ".kundig" / "test.lock").read_text() == "test 2\n"
    assert call(house / "kundig", "status", path=tmp_path / "bin").stderr == ""
