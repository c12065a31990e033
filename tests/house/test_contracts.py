"""Each import contract of pyproject.toml holds, and fails when it is broken: a wall nobody can run into is no wall."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LINT = Path(sys.executable).parent / "lint-imports"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

# What is planted: file under src/kundig/ and its text, and the contract that must break.
BREACHES = {
    "a lower domain knows a higher one": (
        {"platform/planted.py": "import kundig.parties.models"},
        "Domains depend downwards only",
    ),
    "an undeclared domain": (
        {"warehouse/__init__.py": ""},
        "Domains depend downwards only",
    ),
    "a future domain out of its layer": (
        {"sales/__init__.py": "", "parties/models.py": "import kundig.sales"},
        "Domains depend downwards only",
    ),
    "everything may be started, nothing may use the starter": (
        {"__main__.py": "", "web/planted.py": "import kundig.__main__"},
        "Domains depend downwards only",
    ),
    "an undeclared room": (
        {"parties/helpers.py": ""},
        "Within a domain: views, then actions, then queries, then models",
    ),
    "models that act": (
        {"parties/models.py": "import kundig.parties.actions", "parties/actions/__init__.py": ""},
        "Within a domain: views, then actions, then queries, then models",
    ),
    "an undeclared room of accounts": (
        {"accounts/helpers.py": ""},
        "Within accounts: the same rooms, and those of signing in",
    ),
    "rights that know views": (
        {"accounts/queries.py": "import kundig.accounts.views", "accounts/views.py": ""},
        "Within accounts: the same rooms, and those of signing in",
    ),
    "a room that is not open": (
        {"privacy/planted.py": "import kundig.parties.rules", "parties/rules.py": ""},
        "Other domains enter only through open rooms",
    ),
    "the engine in a room that is not open": (
        {"records/planted.py": "import kundig.accounts.backends", "accounts/backends.py": ""},
        "Other domains enter only through open rooms",
    ),
    "adapters that know each other": (
        {
            "channels/__init__.py": "",
            "channels/adapters/__init__.py": "",
            "channels/adapters/mail.py": "",
            "channels/adapters/letter.py": "import kundig.channels.adapters.mail",
        },
        "Channel adapters know nothing of each other",
    ),
}


@pytest.fixture
def copy(tmp_path):
    """The code of the house, without what import-linter does not read."""
    only_code = shutil.ignore_patterns("__pycache__", "templates", "locale", "static")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=only_code)
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=only_code)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(root):
    done = subprocess.run(
        [LINT, "--no-cache", "--no-logo"], cwd=root, text=True, capture_output=True, check=False,
        env=os.environ | {"PYTHONPATH": f"{root / 'src'}:{root}", "COLUMNS": "200"},
    )  # fmt: skip
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return {line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if line.endswith(" BROKEN")}


@pytest.mark.parametrize("breach", BREACHES)
def test_contract_breach_is_found(copy, breach):
    files, contract = BREACHES[breach]
    for name, text in files.items():
        path = copy / "src" / "kundig" / name
        # A room may be a file in the house and a folder in the breach, or the other way round.
        shutil.rmtree(path.with_suffix(""), ignore_errors=True)
        if path.name == "__init__.py":
            path.parent.with_suffix(".py").unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    assert contract in broken_contracts(copy)


def test_contracts_hold():
    assert broken_contracts(ROOT) == set()


def test_contracts_each_have_a_breach():
    assert {contract["name"] for contract in CONTRACTS} == {contract for _, contract in BREACHES.values()}


def test_contracts_of_rooms_name_every_domain():
    """The engine is cut by its own nouns and the shell by its pages; every other domain has rooms."""
    walled = {name for contract in CONTRACTS if contract["type"] == "layers" for name in contract["containers"]}
    domains = {f"kundig.{path.parent.name}" for path in (ROOT / "src" / "kundig").glob("*/__init__.py")}
    assert domains - {"kundig.platform", "kundig.records", "kundig.web"} <= walled
