"""`./kundig test` itself: what it says when something is missing or wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import chromium
from tools.test import Check, run

ROOT = Path(__file__).resolve().parent.parent.parent


def test_chromium_that_is_named_is_taken(monkeypatch):
    monkeypatch.setenv("KUNDIG_CHROMIUM", "/opt/chromium")
    assert chromium.ensure() == "/opt/chromium"


def test_chromium_that_is_missing_and_may_not_be_installed_is_told(monkeypatch, tmp_path):
    monkeypatch.delenv("KUNDIG_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(chromium.NoChromium, match=r"apt-get install chromium.*KUNDIG_CHROMIUM.*--no-browser"):
        chromium.ensure()


def test_check_that_holds_is_one_line(capsys):
    assert run(Check("sum", [sys.executable, "-c", "print('quiet')"]))
    assert capsys.readouterr().out.startswith("ok     sum (")


def test_check_that_fails_shows_what_it_said(capsys):
    assert not run(Check("sum", [sys.executable, "-c", "print('1 + 1 = 3'); raise SystemExit(1)"]))
    out = capsys.readouterr().out
    assert out.startswith("FAILED sum (") and "1 + 1 = 3" in out


def test_unknown_domain_is_told_with_those_there_are():
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tools.test", "customers"], cwd=ROOT, text=True, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert (
        "No tests called 'customers'; there are: accounts, assistants, automation, browser, catalog, house"
        in done.stdout
    )
    assert done.stdout.rstrip().endswith("checks: 0 passed, 1 failed")
